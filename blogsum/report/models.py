"""Models for a terminal: what is installed, what could be, and one in detail."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from blogsum.report import safe

_INSTALLED = ("installed", "alias", "languages", "precision", "MB", "licence")
_WIDTH, _LEAST = 80, 20  # characters of a line, and at least of its last column


def table(installed: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]) -> str:
    """Installed models, one line each with columns aligned, and the catalogue, a paragraph each; 80 characters wide."""
    there = [
        (
            str(one.get("name") or "-"),
            ", ".join(one.get("aliases") or "-"),
            ", ".join(one.get("languages") or "-"),
            str(one.get("precision") or "-"),
            _megabytes(sum(file["bytes"] for file in one["files"].values())),
            str(one.get("licence") or "not stated"),
        )
        for one in installed
    ]
    parts = [_aligned([_INSTALLED, *there]) if there else "nothing installed: the built-in summariser answers\n"]
    return "\n".join([*parts, "worth pulling (blogsum models pull NAME):\n", *(_entry(one) for one in entries)])


def _entry(one: Mapping[str, Any]) -> str:
    """One checkpoint of the catalogue: what it is, how it is used, and who may use it."""
    languages = f", {', '.join(one['languages'])}" if one["languages"] else ""
    prefix = f" behind '{one['prefix']}'" if one["prefix"] else ""
    lines = (
        f"{one['hub']}, {_megabytes(one['bytes'])} MB{languages}",
        one["trained"],
        f"reads {one['max_input']} tokens{prefix}, writes up to {one['max_output']}",
        one["licence"],
    )
    shown = [part for line in lines for part in textwrap.wrap(safe.line(line), _WIDTH - 2)]
    return safe.line(one["name"]) + "\n" + "".join(f"  {line}\n" for line in shown)


def sheet(name: str, manifest: Mapping[str, Any], card: str) -> str:
    """The card of an installed model, and its files."""
    lines = [*card.rstrip().split("\n"), "", f"## Files of {safe.line(name)}", ""]
    lines += [f"- {safe.line(path)}, {file['bytes']:,} bytes" for path, file in manifest["files"].items()]
    return "".join(_wrapped(safe.line(line)) for line in lines)


def _wrapped(line: str) -> str:
    """A line of a card within the width; that of a list goes on under its text."""
    indent = "  " if line.startswith("- ") else ""
    parts = textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(parts) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """The cells in columns; the last one is broken into lines where it is too wide."""
    shown = [[safe.line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(rows[0]) - 1)]
    room = max(_WIDTH - sum(width + 2 for width in widths), _LEAST)
    lines = []
    for row in shown:
        first, *more = textwrap.wrap(row[-1], room) or [""]
        before = "".join(f"{cell:{width}}  " for cell, width in zip(row[:-1], widths, strict=True))
        lines += [before + first, *(" " * len(before) + line for line in more)]
    return "".join(line.rstrip() + "\n" for line in lines)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:,.1f}"
