"""Agreement of scores with ratings as text, Markdown or JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from blogsum.evaluate.agreement import Agreement
from blogsum.report import safe

SCHEMA = "blogsum/agreement/1"


def write(found: Sequence[Agreement], form: str) -> Iterator[str]:
    """The parts of the report in ``form``: text, md or json."""
    if form == "json":
        yield safe.dumps({"schema": SCHEMA, "rows": [_plain(one) for one in found]}) + "\n"
    elif form == "md":
        yield "| rating | score | level | Spearman | 95 % interval | Kendall | Pearson | articles | skipped |\n"
        yield "|---|---|---|---|---|---|---|---|---|\n"
        for one in found:
            yield f"| {' | '.join(safe.markdown(cell).replace('|', '/') for cell in _cells(one))} |\n"
    else:
        head = ("rating", "score", "level", "Spearman", "95 % interval", "Kendall", "Pearson", "articles", "skipped")
        rows = [head, *(_cells(one) for one in found)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        yield "\nAn interval that includes zero proves no agreement: take such a score as advice only.\n"


def _cells(one: Agreement) -> tuple[str, ...]:
    interval = one.spearman
    span = f"{_number(interval.low)} to {_number(interval.high)}"
    numbers = (_number(one.kendall), _number(one.pearson), str(one.articles), str(one.skipped))
    return safe.line(one.rating), one.score, one.level, _number(interval.value), span, *numbers


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _plain(one: Agreement) -> dict[str, Any]:
    """JSON knows no nan."""
    record = asdict(one)
    record["spearman"] = {name: _known(value) for name, value in record["spearman"].items()}
    return record | {"kendall": _known(one.kendall), "pearson": _known(one.pearson)}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
