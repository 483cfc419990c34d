"""``blogsum eval --baseline … --gate``: compare with a baseline file, report, and say it with the exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blogsum.cli import output
from blogsum.errors import DONE, GATE_FAILED, LOOK, USAGE, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from blogsum.evaluate.gate import Decision
    from blogsum.types import Judged

    Controls = Callable[[Sequence[Judged]], Mapping[str, Mapping[str, float]]]

FORMATS = ("text", "md", "html", "json", "csv", "junit", "github", "azure")
_CI = ("junit", "github", "azure")


@dataclass(frozen=True)
class Asked:
    """What the command line asks of the gate; ``known`` are the advisory metrics that blogsum.toml names."""

    baseline: Path | None
    gate: bool
    update: bool
    advisory: tuple[str, ...]
    margin: float | None
    known: tuple[str, ...] = ()


def check(asked: Asked, form: str) -> None:
    """Raise UserError for options that make no sense together, before any work is done."""
    if (asked.gate or asked.update) and asked.baseline is None:
        raise UserError("--gate and --update-baseline need --baseline FILE", code=USAGE)
    if form in _CI and (asked.baseline is None or asked.update):
        raise UserError(f"--format {form} is the gate's answer", hint="give --baseline FILE", code=USAGE)


def answer(
    asked: Asked, rows: list[Judged], form: str, path: Path | None, lang: str, compare: Controls | None = None
) -> int:
    """Write the report, and the baseline if it is to be renewed; the exit code is the gate's where it was asked.

    ``compare`` makes the means that stand beside the candidate; without one they are made where a gate decides.
    """
    from blogsum.evaluate.controls import controls
    from blogsum.report.evaluation import verdict, write

    advisory = _advisory(asked, rows)
    decision = None if asked.baseline is None or asked.update else _decision(asked, asked.baseline, rows, advisory)
    beside = (compare or controls)(rows) if decision or compare else {}
    decision = decision and replace(decision, controls=beside)
    report = write(rows, form, decision, lang, beside, advisory)
    output.write([_for_machines(form, decision)] if form in _CI and decision else report, path)
    if asked.update and asked.baseline:
        _renew(asked.baseline, rows)
    if decision is None:
        return DONE
    if path is not None:
        click.echo(verdict(decision), nl=False)
    return {"passed": DONE, "failed": GATE_FAILED, "ask": LOOK}[decision.verdict.outcome] if asked.gate else DONE


def _advisory(asked: Asked, rows: list[Judged]) -> tuple[str, ...]:
    """The metrics of these rows that have no say; UserError for a name that is none."""
    from blogsum.evaluate import METRICS

    measured = {score.metric for score in rows[0].scores}
    if unknown := sorted(set(asked.advisory) - measured):
        raise UserError(f"--advisory {unknown[0]}: is not measured here", hint="see --metric", code=USAGE)
    if unknown := sorted(set(asked.known) - METRICS.keys()):
        hint = "choose from: " + ", ".join(METRICS)
        raise UserError(f"blogsum.toml: 'advisory' in [eval] names '{unknown[0]}'", hint=hint, code=USAGE)
    return tuple(dict.fromkeys(name for name in (*asked.advisory, *asked.known) if name in measured))


def _decision(asked: Asked, baseline: Path, rows: list[Judged], advisory: tuple[str, ...]) -> Decision:
    from blogsum.evaluate.gate import MARGIN, decide, read_baseline

    try:
        text = baseline.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise UserError(f"{baseline}: {reason}", hint="--update-baseline writes one") from error
    margin = MARGIN if asked.margin is None else asked.margin
    return decide(rows, read_baseline(str(baseline), text), advisory, margin)


def _renew(baseline: Path, rows: list[Judged]) -> None:
    """Write the baseline file, readable in a diff."""
    from blogsum import files
    from blogsum.evaluate import gate

    files.replace(baseline, json.dumps(gate.baseline(rows), ensure_ascii=False, indent=1) + "\n")


def _for_machines(form: str, decision: Decision) -> str:
    from blogsum.report import ci

    return {"junit": ci.junit, "github": ci.github, "azure": ci.azure}[form](decision)
