"""Datasets and versions for a terminal: a table of them, one in detail, what two do not share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from blogsum.report import safe

if TYPE_CHECKING:
    from blogsum.data.changes import Change
    from blogsum.types import Article

_SHOWN = 20  # rows of one kind that a difference names
_HEAD = ("version", "rows", "summaries", "languages", "created", "content")


def table(manifests: Iterable[Mapping[str, Any]]) -> str:
    """One line a version, columns aligned."""
    rows = [_HEAD, *(_row(manifest) for manifest in manifests)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    aligned = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(line.rstrip() + "\n" for line in aligned)


def sheet(manifest: Mapping[str, Any], rows: Sequence[Article]) -> str:
    """Everything the manifest says, a line each, and the first rows."""
    lines = [f"{name:<10} {safe.line(value)}" for name, value in _facts(manifest) if value]
    for article in rows:
        about = [part for part in (article.date, article.lang, article.author) if part]
        lines += ["", f"{safe.line(article.title or article.id)} ({safe.line(', '.join(about)) or 'nothing known'})"]
        lines.append(f"  id       {safe.line(article.id)}")
        lines.append(f"  text     {len(article.text.split())} words: {safe.line(_short(article.text))}")
        if article.summary:
            source = f" [{safe.line(article.summary_source)}]" if article.summary_source else ""
            lines.append(f"  summary  {safe.line(_short(article.summary))}{source}")
    return "\n".join(lines) + "\n"


def differences(changes: Sequence[Change], before: int, after: int) -> str:
    """How many rows are alike, and which are not; of each kind the first twenty."""
    alike = after - sum(change.kind != "removed" for change in changes)
    lines = [f"{before} rows before, {after} after, {alike} alike"]
    for kind, group in groupby(changes, key=lambda change: change.kind):
        rows = list(group)
        lines += ["", f"{len(rows)} {kind}"]
        for row in rows[:_SHOWN]:
            lines.append(f"  {safe.line(row.id)}" + (f" ({', '.join(row.fields)})" if row.fields else ""))
        if len(rows) > _SHOWN:
            lines.append(f"  … and {len(rows) - _SHOWN} more; --json lists all")
    return "\n".join(lines) + "\n"


def _row(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"{manifest['name']}@{manifest['version']}",
        str(manifest["rows"]),
        str(manifest["summaries"]),
        _languages(manifest),
        str(manifest["created"])[:16].replace("T", " "),
        str(manifest["content"]).removeprefix("sha256:")[:12],
    )


def _facts(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    sources, skipped = manifest["sources"], manifest["details"].get("skipped", [])
    return [
        ("version", f"{manifest['name']}@{manifest['version']}"),
        ("parent", manifest["parent"] or ""),
        ("rows", f"{manifest['rows']}, {manifest['summaries']} with a summary"),
        ("languages", _languages(manifest)),
        ("content", manifest["content"]),
        ("sources", ", ".join(sources[:5]) + (f" and {len(sources) - 5} more" if len(sources) > 5 else "")),
        ("skipped", f"{len(skipped)} (--json lists them)" if skipped else ""),
        ("recipe", manifest["recipe"]),
        ("licence", manifest["licence"] or "not given"),
        ("made by", f"{manifest['tool']}, {manifest['created']}"),
    ]


def _languages(manifest: Mapping[str, Any]) -> str:
    counts = sorted(manifest["languages"].items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{lang} {count}" for lang, count in counts[:4]) + (", …" if len(counts) > 4 else "")


def _short(text: str, length: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
