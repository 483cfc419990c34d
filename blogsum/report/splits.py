"""The parts of a dataset as a table for a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blogsum.data.split import Row
from blogsum.report import safe

_HEAD = ("split", "lang", "posts", "with summary")


def table(rows: Sequence[Row]) -> str:
    """A line for each part and language, a sum where a part has several languages, and the sum of all."""
    lines = [_HEAD]
    for split in dict.fromkeys(row.split for row in rows):
        its = [row for row in rows if row.split == split]
        lines += [(safe.line(row.split), row.lang, str(row.posts), str(row.summaries)) for row in its]
        if len(its) > 1:
            lines.append((safe.line(split), "all", *_sums(its)))
    lines.append(("all", "all", *_sums(rows)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "".join(_aligned(line, widths) for line in lines)


def record(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The same as plain data, without the sums."""
    return [{"split": row.split, "lang": row.lang, "posts": row.posts, "summaries": row.summaries} for row in rows]


def _sums(rows: Sequence[Row]) -> tuple[str, str]:
    return str(sum(row.posts for row in rows)), str(sum(row.summaries for row in rows))


def _aligned(line: tuple[str, ...], widths: Sequence[int]) -> str:
    """Words to the left, numbers to the right."""
    cells = [
        cell.rjust(width) if at > 1 else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells).rstrip() + "\n"
