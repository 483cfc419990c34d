"""Jobs on Azure for people: a table of them; knows no SDK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blogsum.report import safe

_HEAD = ("job", "status", "started (UTC)", "took", "data", "model")


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """A line a job, columns aligned; each has the keys of ``blogsum azure jobs --json``."""
    rows = [_HEAD, *(tuple(safe.line(cell) for cell in _row(one)) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(line.rstrip() + "\n" for line in lines)


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    started = str(one["started"] or "-").replace("T", " ")[:16]
    took = "-" if one["seconds"] is None else duration(one["seconds"])
    return one["name"], one["status"], started, took, one["data"] or "-", one["model"] or "-"


def duration(seconds: float) -> str:
    """A time as people say it: 45 s, 12 min, 3 h 05 min."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
