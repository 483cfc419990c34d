"""May this be released? A candidate against a baseline on the same articles: passed, failed or ask a human."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from blogsum.errors import UserError
from blogsum.evaluate import stats
from blogsum.evaluate.stats import Interval
from blogsum.files import digest
from blogsum.types import Judged, Score, Verdict

SCHEMA = "blogsum/baseline/1"
MARGIN = 0.02  # a mean may fall by so much without anybody noticing: a tenth of the spread of people's summaries
BROKEN = 0.2  # an article that loses so much on one criterion broke
_HARD = frozenset({"number", "name"})
_LEVEL = 0.9875  # four criteria are tested at once; together they raise a false alarm in less than 5 % (Bonferroni)
_SHOWN = 5


@dataclass(frozen=True)
class Compared:
    """One criterion: both means, the mean difference with its interval, and what it says.

    ``outcome`` is ``better``, ``same``, ``worse`` or ``unclear``; ``needed`` is how many articles would tell. What is
    ``advisory`` is shown and has no say in the verdict.
    """

    metric: str
    candidate: float
    baseline: float
    difference: Interval
    outcome: str
    needed: int
    advisory: bool = False

    @property
    def said(self) -> str:
        """The outcome in a word, and whether it has a say."""
        return f"{self.outcome}, advisory" if self.advisory else self.outcome


@dataclass(frozen=True)
class Broken:
    """An article that became worse: why, in a few words."""

    id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """The verdict with all that it stands on; ``controls`` are mean scores of summaries that need no model."""

    verdict: Verdict
    compared: tuple[Compared, ...]
    broken: tuple[Broken, ...]
    controls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def baseline(rows: Sequence[Judged]) -> dict[str, Any]:
    """What a baseline file holds: each article's scores, signatures and hard findings, and a hash of its text."""
    return {
        "schema": SCHEMA,
        "data": digest(*sorted((row.example.article.id, _content(row)) for row in rows)),
        "rows": [
            {
                "id": row.example.article.id,
                "content": _content(row),
                "scores": {score.metric: score.value for score in row.scores},
                "signatures": {score.metric: score.signature for score in row.scores},
                "unsupported": sorted(_unsupported(row)),
            }
            for row in rows
        ],
    }


def read_baseline(name: str, text: str) -> dict[str, dict[str, Any]]:
    """The rows of a baseline file by id; UserError when it is none."""
    try:
        value = json.loads(text)
        if value["schema"] != SCHEMA:
            raise UserError(f"{name}: has the schema {value['schema']}", hint=f"this blogsum reads {SCHEMA}")
        rows = {row["id"]: row for row in value["rows"]}
        whole = len(rows) == len(value["rows"]) and all(map(_is_whole, rows.values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{name}: is no baseline", hint="--update-baseline writes one") from error
    if not whole:
        raise UserError(f"{name}: is damaged", hint="--update-baseline writes it anew")
    return rows


def _is_whole(row: Mapping[str, Any]) -> bool:
    """Whether this is what ``baseline`` writes of an article: NaN, which Python's JSON knows, would pass any margin."""
    numbers = row["scores"].values()
    fits = all(isinstance(one, int | float) and math.isfinite(one) for one in numbers)
    return fits and row["signatures"].keys() >= row["scores"].keys() and "content" in row


def decide(
    rows: Sequence[Judged],
    before: Mapping[str, Mapping[str, Any]],
    advisory: Collection[str] = (),
    margin: float = MARGIN,
) -> Decision:
    """Compare with a baseline; UserError when they are not about the same articles or not measured alike."""
    _same(rows, before)
    every = (_compare(place, rows, before, margin) for place in range(len(rows[0].scores)))
    compared = tuple(replace(one, advisory=one.metric in advisory) for one in every)
    binding = [one for one in compared if not one.advisory]
    return Decision(_verdict(binding, len(rows), margin), compared, tuple(_broken(rows, before, advisory)))


def _content(row: Judged) -> str:
    return digest(row.example.article.text)


def _unsupported(row: Judged) -> set[str]:
    return {one.text for score in row.scores for one in score.evidence if one.kind in _HARD}


def _same(rows: Sequence[Judged], before: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise UserError with the first id that does not match."""
    seen = {row.example.article.id for row in rows}
    if missing := sorted(before.keys() - seen):
        raise UserError(f"'{missing[0]}' is in the baseline and not here ({len(missing)} in all)", hint=_RENEW)
    for row in rows:
        name = row.example.article.id
        if name not in before:
            raise UserError(f"'{name}' is not in the baseline", hint=_RENEW)
        if before[name]["content"] != _content(row):
            raise UserError(f"the article '{name}' is not the one of the baseline", hint=_RENEW)
        found = {score.metric: score.signature for score in row.scores}
        if before[name]["signatures"] != found:
            raise UserError(f"'{name}' was measured otherwise in the baseline: signatures differ", hint=_RENEW)


_RENEW = "scores are compared on the same articles only; --update-baseline starts anew"


def _compare(place: int, rows: Sequence[Judged], before: Mapping[str, Mapping[str, Any]], margin: float) -> Compared:
    metric = rows[0].scores[place].metric
    own = [row.scores[place].value for row in rows]
    old = [float(before[row.example.article.id]["scores"][metric]) for row in rows]
    found = stats.widened(stats.paired(own, old, level=_LEVEL), len(rows), _LEVEL)
    differences = [a - b for a, b in zip(own, old, strict=True)]
    size = len(rows)
    return Compared(
        metric,
        sum(own) / size,
        sum(old) / size,
        found,
        _outcome(found, margin, size, any(differences)),
        stats.needed(differences, margin),
    )


def _outcome(found: Interval, margin: float, size: int, differs: bool) -> str:
    if not differs:
        return "same"
    if size < stats.FEWEST:  # the bootstrap of a handful of articles is too narrow
        return "unclear"
    if found.high < 0 and found.value < -margin:
        return "worse"
    if found.low > 0 and found.value > margin:
        return "better"
    return "same" if found.low > -margin else "unclear"


def _verdict(binding: Sequence[Compared], size: int, margin: float) -> Verdict:
    """Failed beats unclear; better on one and worse on another is for a human to weigh."""
    by = {kind: [one for one in binding if one.outcome == kind] for kind in ("worse", "better", "unclear")}
    if not binding:
        return Verdict("ask", ("every criterion is advisory: nothing here decides",))
    worse = tuple(_said(one) for one in by["worse"])
    if worse and by["better"]:
        return Verdict("ask", (*worse, *(_said(one) for one in by["better"]), "the criteria conflict"))
    if worse:
        return Verdict("failed", worse)
    if by["unclear"]:
        most = max(max(one.needed, stats.FEWEST) for one in by["unclear"])
        more = f"about {max(1, most - size)} further articles would tell a loss of {margin:.2f}"
        return Verdict("ask", (*(_said(one) for one in by["unclear"]), more))
    return Verdict("passed", (f"no criterion lost {margin:.2f} or more",))


def _said(one: Compared) -> str:
    found = one.difference
    return f"{one.metric} {one.outcome}: {found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _broken(
    rows: Sequence[Judged], before: Mapping[str, Mapping[str, Any]], advisory: Collection[str]
) -> Iterator[Broken]:
    """Articles that lost ``BROKEN`` or more on a criterion, or gained a number or name that the article lacks.

    A loss on an advisory criterion is named beside other reasons and is none by itself.
    """
    for row in rows:
        old = before[row.example.article.id]
        fallen = [score for score in row.scores if old["scores"][score.metric] - score.value >= BROKEN]
        new = sorted(_unsupported(row) - set(old.get("unsupported", ())))
        if new or any(score.metric not in advisory for score in fallen):
            reasons = [_fall(score, old["scores"][score.metric], score.metric in advisory) for score in fallen]
            reasons += [f"unsupported “{text}”" for text in new[:_SHOWN]]
            yield Broken(row.example.article.id, tuple(reasons))


def _fall(score: Score, before: float, advisory: bool) -> str:
    return f"{score.metric} {score.value - before:+.2f}" + (" (advisory)" if advisory else "")
