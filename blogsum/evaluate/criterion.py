"""How named signals become one score: fixed scales, fixed weights, and an anchor on what people write.

A signal is put on a fixed scale from ``low`` (0) to ``high`` (1); the weighted mean of the signals is the criterion's
raw value; a curve per language turns it into the score. It goes through human-written summaries: half of them score at
least .80, nine in ten at least .60 (``anchors.py``), and copying gains little beyond. Nothing depends on other
summaries of the same run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blogsum.errors import UserError
from blogsum.evaluate.anchors import ANCHORS, OTHER
from blogsum.evaluate.pair import Pair, pair
from blogsum.signature import build
from blogsum.types import Example, Finding, Score

# what the anchors and a raw value of 1 are worth
_WORTH = (0.1, 0.6, 0.8, 0.92)


@dataclass(frozen=True)
class Signal:
    """One understandable part of a criterion.

    A measured value of ``low`` or worse counts 0, of ``high`` or better 1, in between in proportion (``low`` above
    ``high`` for what should be small). ``weight`` is its say; ``why`` the reason for both.
    """

    name: str
    low: float
    high: float
    weight: float
    why: str

    def good(self, measured: float) -> float:
        """The measured value on the scale from 0 to 1."""
        return min(1.0, max(0.0, (measured - self.low) / (self.high - self.low)))


def raw(signals: Sequence[Signal], good: Mapping[str, float]) -> float:
    """The weighted mean of those signals that could be measured."""
    known = [signal for signal in signals if signal.name in good]
    total = math.fsum(signal.weight for signal in known)
    return math.fsum(signal.weight * good[signal.name] for signal in known) / total if total else 0.0


def anchored(criterion: str, lang: str, value: float) -> float:
    """The raw value as a score in [0, 1]: its log odds run straight between the anchors of its language.

    .1 is what is known to be bad, .6 what nine in ten human-written summaries reach, .8 what half of them reach.
    """
    points = (*ANCHORS[criterion].get(lang, ANCHORS[criterion][OTHER]), 1.0)
    step = min(2, max(0, sum(value > point for point in points) - 1))
    low, high = (math.log(worth / (1 - worth)) for worth in _WORTH[step : step + 2])
    odds = low + (high - low) * (value - points[step]) / (points[step + 1] - points[step])
    return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True)
class Deduction:
    """What one finding of a ``kind`` costs: the score is multiplied by ``factor``, at most ``most`` times."""

    kind: str
    factor: float
    why: str
    most: int = 3


def deducted(value: float, deductions: Sequence[Deduction], findings: Sequence[Finding]) -> float:
    """The score after what was found in the summary."""
    for deduction in deductions:
        count = sum(finding.kind == deduction.kind for finding in findings)
        value *= deduction.factor ** min(count, deduction.most)
    return round(value, 6)  # the same where another processor adds up in another order


class Criterion:
    """One of the four built-in metrics: measure, put on scales, weigh, anchor, deduct. The subclass measures."""

    name: str
    version: str
    signals: tuple[Signal, ...]
    deductions: tuple[Deduction, ...] = ()

    def measure(self, pair: Pair) -> Mapping[str, float]:
        """The measured value of each signal that can be measured on this pair."""
        raise NotImplementedError

    def findings(self, pair: Pair) -> tuple[Finding, ...]:
        """The places in the summary behind the score."""
        raise NotImplementedError

    def signature(self, lang: str = "any") -> str:
        """The recipe behind the number; scores of different recipes are not comparable."""
        return build(self.name, lang=lang, refs=0, text="tidy1", stem="snowball", version=self.version)

    def score(self, example: Example) -> Score:
        """Judge one summary; an empty one is 0. UserError when there is nothing to judge it by."""
        taken = pair(example)
        if not taken.summary.spans:
            return Score(self.name, 0.0, {}, (Finding("empty", ""),), self.signature(taken.lang))
        good = self.goods(taken)
        if not good:
            raise UserError(
                f"{self.name} of '{example.article.id}': there is no article to judge by", hint="add its text"
            )
        found = self.findings(taken)
        value = deducted(anchored(self.name, taken.lang, raw(self.signals, good)), self.deductions, found)
        return Score(self.name, value, good, found, self.signature(taken.lang))

    def goods(self, pair: Pair) -> dict[str, float]:
        """Each signal on its scale from 0 to 1, rounded for the reports."""
        measured = self.measure(pair)
        return {one.name: round(one.good(measured[one.name]), 6) for one in self.signals if one.name in measured}
