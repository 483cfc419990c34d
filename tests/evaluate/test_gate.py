"""The gate's three verdicts, on scores made for it."""

from __future__ import annotations

import json
import random

import pytest

from blogsum.errors import UserError
from blogsum.evaluate.gate import Decision, baseline, decide, read_baseline
from blogsum.types import Article, Example, Finding, Judged, Score

NAMES = ("coherence", "consistency")


def judged(number: int, values: tuple[float, float], found: tuple[Finding, ...] = (), version: str = "1") -> Judged:
    scores = (
        Score("coherence", values[0], {}, (), f"coherence|version:{version}"),
        Score("consistency", values[1], {}, found, f"consistency|version:{version}"),
    )
    return Judged(Example(Article(str(number), f"Text {number}."), "A summary."), scores)


def run(size: int, change: tuple[float, float], noise: float, seed: int = 0, **options: object) -> Decision:
    chance = random.Random(seed)
    before, after = [], []
    for number in range(size):
        old = (chance.uniform(0.5, 0.9), chance.uniform(0.5, 0.9))
        new = tuple(value + shift + chance.gauss(0, noise) for value, shift in zip(old, change, strict=True))
        before.append(judged(number, old))
        after.append(judged(number, (new[0], new[1])))
    known = read_baseline("b.json", json.dumps(baseline(before)))
    return decide(after, known, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "change", "noise", "outcome", "reason"),
    [
        (49, (0.0, 0.0), 0.0, "passed", "no criterion lost 0.02 or more"),
        (49, (0.0, -0.06), 0.05, "failed", "consistency worse"),
        (49, (0.06, -0.06), 0.05, "ask", "the criteria conflict"),
        (12, (0.0, -0.01), 0.1, "ask", "further articles would tell"),
        (5, (-0.2, -0.2), 0.01, "ask", "further articles would tell"),
        (200, (0.0, 0.0), 0.05, "passed", "no criterion lost 0.02 or more"),
    ],
)
def test_the_three_verdicts(size: int, change: tuple[float, float], noise: float, outcome: str, reason: str) -> None:
    verdict = run(size, change, noise).verdict
    assert verdict.outcome == outcome, verdict.reasons
    assert reason in " ".join(verdict.reasons)


def test_identical_systems_fail_in_at_most_five_of_a_hundred_draws() -> None:
    verdicts = [run(30, (0.0, 0.0), 0.08, seed).verdict.outcome for seed in range(100)]
    assert verdicts.count("failed") <= 5


def test_an_advisory_criterion_does_not_decide() -> None:
    assert run(49, (0.0, -0.06), 0.05, advisory=("consistency",)).verdict.outcome in ("passed", "ask")
    every = run(49, (0.0, -0.06), 0.05, advisory=NAMES).verdict
    assert (every.outcome, every.reasons) == ("ask", ("every criterion is advisory: nothing here decides",))


def test_a_loss_on_an_advisory_criterion_alone_breaks_no_article() -> None:
    before = {row["id"]: row for row in baseline([judged(n, (0.8, 0.8)) for n in range(2)])["rows"]}
    found = decide([judged(0, (0.5, 0.8)), judged(1, (0.5, 0.5))], before, advisory=("coherence",))
    assert [(one.id, one.reasons) for one in found.broken] == [
        ("1", ("coherence -0.30 (advisory)", "consistency -0.30")),
    ]
    assert [one.said for one in found.compared] == ["unclear, advisory", "unclear"]


def test_articles_that_broke_are_listed() -> None:
    before = {row["id"]: row for row in baseline([judged(n, (0.8, 0.8)) for n in range(3)])["rows"]}
    after = [judged(0, (0.5, 0.8)), judged(1, (0.8, 0.75), (Finding("number", "90,000", 3, 9),)), judged(2, (0.8, 0.8))]
    found = {one.id: one.reasons for one in decide(after, before).broken}
    assert found == {"0": ("coherence -0.30",), "1": ("unsupported “90,000”",)}


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ([judged(0, (0.8, 0.8))], "'1' is in the baseline and not here (1 in all)"),
        ([judged(n, (0.8, 0.8)) for n in range(3)], "'2' is not in the baseline"),
        ([judged(n, (0.8, 0.8), version="2") for n in range(2)], "'0' was measured otherwise in the baseline"),
    ],
)
def test_what_cannot_be_compared_is_refused(after: list[Judged], message: str) -> None:
    before = {row["id"]: row for row in baseline([judged(n, (0.8, 0.8)) for n in range(2)])["rows"]}
    with pytest.raises(UserError) as caught:
        decide(after, before)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "blogsum/baseline/1", "rows": [{"id": 1}]}', '{"schema": "x"}']
)
def test_a_file_that_is_no_baseline_is_said(text: str) -> None:
    with pytest.raises(UserError, match=r"b\.json"):
        read_baseline("b.json", text)
