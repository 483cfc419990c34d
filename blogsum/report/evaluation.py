"""Scores of summaries as one screen of text, Markdown, JSON or CSV. Computes means and intervals, no score."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from blogsum.evaluate import stats
from blogsum.evaluate.gate import Decision
from blogsum.evaluate.perturb import Row
from blogsum.report import safe
from blogsum.types import Judged, Score

SCHEMA = "blogsum/eval/1"
Controls = Mapping[str, Mapping[str, float]]
NO_CONTROLS: Controls = MappingProxyType({})
_WORST = 5  # articles named on the screen
_SILENT = frozenset({"word", "missing"})  # findings too many to list beside an article


def write(
    rows: Sequence[Judged],
    form: str,
    decision: Decision | None = None,
    lang: str = "en",
    controls: Controls = NO_CONTROLS,
    advisory: Collection[str] = (),
) -> Iterator[str]:
    """The parts of the report in ``form``: text, md, html, json or csv; with the gate's answer where there is one.

    ``lang`` is the language of the labels of the page; ``controls`` are means to stand beside where there is no
    decision, which has its own; ``advisory`` the metrics to be marked so.
    """
    controls = decision.controls if decision is not None else controls
    marked = [score.metric for score in rows[0].scores if score.metric in advisory]
    if form == "html":
        from blogsum.report.board import page

        yield from page(rows, decision, lang, controls, marked)
    elif form == "json":
        yield safe.dumps(record(rows, decision, controls, marked)) + "\n"
    elif form == "csv":
        yield _csv(rows)
    else:
        shown = {} if decision is not None else controls  # the gate's table has them
        yield from _markdown(rows, shown, marked) if form == "md" else _text(rows, shown, marked)
        if decision is not None:
            yield "\n" + (f"```\n{verdict(decision)}```\n" if form == "md" else verdict(decision))


def record(
    rows: Sequence[Judged],
    decision: Decision | None = None,
    controls: Controls = NO_CONTROLS,
    advisory: Sequence[str] = (),
) -> dict[str, Any]:
    """All that was found, as plain data of the schema above."""
    known: dict[str, Any] = {"schema": SCHEMA} | ({} if decision is None else {"gate": asdict(decision)})
    known |= {"controls": {name: dict(means) for name, means in controls.items()}} if controls else {}
    return known | ({"advisory": list(advisory)} if advisory else {}) | _record(rows)


def _record(rows: Sequence[Judged]) -> dict[str, Any]:
    return {
        "signature": {name: sorted({score.signature for score in found}) for name, found in _by_metric(rows).items()},
        "summary": {
            name: {"mean": round(mean.value, 6), "low": round(mean.low, 6), "high": round(mean.high, 6), "n": len(rows)}
            for name, mean in _means(rows).items()
        },
        "rows": [_row(row) for row in rows],
    }


def _row(row: Judged) -> dict[str, Any]:
    example = row.example
    known = {"id": example.article.id, "lang": example.article.lang, "system": example.system}
    return {key: value for key, value in known.items() if value} | {
        "scores": {score.metric: score.value for score in row.scores},
        "signals": {score.metric: dict(score.signals) for score in row.scores if score.signals},
        "evidence": [
            {"metric": score.metric, "kind": one.kind, "text": one.text, "start": one.start, "end": one.end}
            for score in row.scores
            for one in score.evidence
        ],
    }


def _by_metric(rows: Sequence[Judged]) -> dict[str, list[Score]]:
    found: dict[str, list[Score]] = {}
    for row in rows:
        for score in row.scores:
            found.setdefault(score.metric, []).append(score)
    return found


def _means(rows: Sequence[Judged]) -> dict[str, stats.Interval]:
    return {name: stats.mean([score.value for score in found]) for name, found in _by_metric(rows).items()}


def _lines(rows: Sequence[Judged]) -> Iterator[tuple[str, str, str, str]]:
    """For each metric its mean, its interval and its lowest article."""
    means = _means(rows)
    for place, (name, mean) in enumerate(means.items()):
        worst = min(rows, key=lambda row: row.scores[place].value)
        span = f"{mean.low:.2f}–{mean.high:.2f}" if len(rows) > 1 else "–"
        yield name, f"{mean.value:.2f}", span, f"{worst.scores[place].value:.2f} {safe.line(worst.example.article.id)}"


def _text(rows: Sequence[Judged], controls: Controls, advisory: Sequence[str]) -> Iterator[str]:
    count = f"{len(rows)} {'summary' if len(rows) == 1 else 'summaries'}"
    yield f"{count}; scores run from 0 to 1, half of what people write reaches .80\n\n"
    widths = {name: max(8, len(name)) for name in controls}
    head = "".join(f"  {name:>{width}}" for name, width in widths.items())
    yield f"{'':12}  mean  95 % of means{head}  lowest\n"
    for name, mean, span, worst in _lines(rows):
        beside = "".join(f"  {controls[one][name]:{width}.2f}" for one, width in widths.items())
        yield f"{name:12}  {mean}  {span:<13}{beside}  {worst[:60]}\n"
    if advisory:
        yield f"\nadvisory: {', '.join(advisory)}\n"
    for score in rows[0].scores if len(rows) == 1 else ():
        parts = "  ".join(f"{name} {value:.2f}" for name, value in score.signals.items())
        yield f"\n{score.metric}: {parts}\n"
    if listed := [_listed(row) for row in _worst(rows)]:
        yield "\nto look at first\n" + "".join(f"  {line}\n" for line in listed)


def _markdown(rows: Sequence[Judged], controls: Controls, advisory: Sequence[str]) -> Iterator[str]:
    yield f"## Scores of {len(rows)} {'summary' if len(rows) == 1 else 'summaries'}\n\n"
    head = "".join(f" {_cell(name)} |" for name in controls)
    yield f"| score | mean | 95 % interval |{head} lowest |\n|---|---|---|{'---|' * len(controls)}---|\n"
    for name, mean, span, worst in _lines(rows):
        beside = "".join(f" {means[name]:.2f} |" for means in controls.values())
        yield f"| {name}{' (advisory)' * (name in advisory)} | {mean} | {span} |{beside} {_cell(worst)} |\n"
    if listed := [_listed(row) for row in _worst(rows)]:
        yield "\n### To look at first\n\n" + "".join(f"- {_cell(line)}\n" for line in listed)
    signatures = sorted({score.signature for row in rows for score in row.scores})
    yield (
        "\n<details><summary>Signatures</summary>\n\n"
        + "".join(f"- `{one}`\n" for one in signatures)
        + "\n</details>\n"
    )


def _cell(text: str) -> str:
    return safe.markdown(text).replace("|", "\\|")


def _worst(rows: Sequence[Judged]) -> list[Judged]:
    """The articles of the lowest mean score that have something to show."""
    with_findings = [row for row in rows if _findings(row)]
    return sorted(with_findings, key=lambda row: sum(score.value for score in row.scores))[:_WORST]


def _findings(row: Judged) -> list[str]:
    found = [one for score in row.scores for one in score.evidence if one.kind not in _SILENT]
    return [f"{one.kind} “{_short(one.text)}”" if one.text else one.kind for one in found]


def _listed(row: Judged) -> str:
    found = _findings(row)
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"{safe.line(row.example.article.id)}: {'; '.join(found[:3])}{more}"


def _short(text: str) -> str:
    flat = " ".join(safe.line(text).split())
    return flat if len(flat) <= 40 else f"{flat[:39]}…"


def _csv(rows: Sequence[Judged]) -> str:
    """One line an article; the findings of each kind are counted."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(["id", "lang", "system", *_by_metric(rows), "findings"])
    for row in rows:
        kinds = Counter(one.kind for score in row.scores for one in score.evidence)
        listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        known = (row.example.article.id, row.example.article.lang or "", row.example.system or "", listed)
        first, lang, system, last = (safe.cell(value) for value in known)
        table.writerow([first, lang, system, *(score.value for score in row.scores), last])
    return file.getvalue()


def verdict(decision: Decision) -> str:
    """The gate's answer: the verdict, its reasons, each criterion beside the baseline, and the articles that broke."""
    names = {"passed": "PASSED", "failed": "FAILED", "ask": "ASK A HUMAN"}
    lines = [f"gate: {names[decision.verdict.outcome]}", *(f"  {reason}" for reason in decision.verdict.reasons), ""]
    widths = {name: max(8, len(name)) for name in decision.controls}
    controls = "".join(f"  {name:>{width}}" for name, width in widths.items())
    lines.append(f"{'':12}  candidate  baseline{controls}  difference  interval")
    for one in decision.compared:
        found = one.difference
        span = f"{found.low:+.3f} to {found.high:+.3f}"
        means = "".join(f"  {decision.controls[name][one.metric]:{width}.3f}" for name, width in widths.items())
        values = f"{one.candidate:9.3f}  {one.baseline:8.3f}{means}  {found.value:+10.3f}"
        lines.append(f"{one.metric:12}  {values}  {span}  {one.said}")
    if decision.broken:
        lines += ["", f"{len(decision.broken)} articles broke"]
        lines += [f"  {safe.line(one.id)}: {safe.line('; '.join(one.reasons))}" for one in decision.broken[:10]]
    return "\n".join(lines) + "\n"


def matrix(rows: Sequence[Row], lang: str) -> str:
    """The self-test: how much each score changes; ``*`` marks those that should fall."""
    names = list(rows[0].changes)
    head = f"{lang:30}" + "".join(f"{name:>13} " for name in names) + "\n"
    body = "".join(
        f"{row.name:30}"
        + "".join(f"{row.changes[name]:>+13.2f}{'*' if name in row.right else ' '}" for name in names)
        + f" {'right' if row.passed else 'WRONG'}\n"
        for row in rows
    )
    return head + body
