"""Models for a terminal: what is installed, what could be, and one in detail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blogsum.report import safe

_INSTALLED = ("installed", "alias", "languages", "precision", "MB", "licence")
_WORTH = ("to pull", "languages", "MB", "licence", "trained for")


def table(installed: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]) -> str:
    """Installed models and the catalogue, one line each, columns aligned."""
    there = [
        (
            one["name"],
            ", ".join(one["aliases"]) or "-",
            ", ".join(one["languages"]) or "-",
            one["precision"],
            _megabytes(sum(file["bytes"] for file in one["files"].values())),
            one["licence"] or "not stated",
        )
        for one in installed
    ]
    worth = [
        (one["name"], ", ".join(one["languages"]) or "-", _megabytes(one["bytes"]), one["licence"], one["trained"])
        for one in entries
    ]
    parts = [_aligned([_INSTALLED, *there]) if there else "nothing installed: the built-in summariser answers\n"]
    return "\n".join([*parts, _aligned([_WORTH, *worth])])


def sheet(name: str, manifest: Mapping[str, Any], card: str) -> str:
    """The card of an installed model, and its files."""
    lines = [card.rstrip(), "", f"## Files of {safe.line(name)}", ""]
    lines += [f"- {safe.line(path)}, {file['bytes']:,} bytes" for path, file in manifest["files"].items()]
    return "\n".join(safe.line(line) for line in "\n".join(lines).split("\n")) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    shown = [[safe.line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in shown)
    return "".join(line.rstrip() + "\n" for line in lines)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:,.1f}"
