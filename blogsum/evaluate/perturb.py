"""Summaries spoilt in a known way, to see whether the right score falls: the self-test, on articles of our own."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from statistics import fmean

from blogsum.evaluate import CRITERIA, judge
from blogsum.evaluate.reading import read_summary
from blogsum.types import Article, Example

FALL = 0.08  # what the right score must lose at least, on average
OTHERS = 0.6  # of the right one's loss that another score may lose at most
PARAPHRASE = 0.25  # what a good paraphrase may cost on any score
_FOREIGN = {
    "de": "This is one of the things that nobody has asked for.",
    "en": "Das ist eine von den Sachen, nach denen niemand gefragt hat.",
}


@dataclass(frozen=True)
class Case:
    """An article of ours with a good summary, a good paraphrase, and what to replace to spoil a fact."""

    article: Article
    summary: str
    paraphrase: str
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One way of spoiling: mean change of each score, those that must fall, and whether all is as it should be."""

    name: str
    changes: dict[str, float]
    right: tuple[str, ...]
    passed: bool


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """The articles that come with the package."""
    text = (files("blogsum.evaluate") / "selftest.jsonl").read_text(encoding="utf-8")
    return tuple(_case(json.loads(line)) for line in text.splitlines())


def _case(row: dict[str, str]) -> Case:
    article = Article(row["id"], row["text"], title=row["title"], lang=row["lang"])
    changes = {kind: (row[kind][0], row[kind][1]) for kind in ("number", "name", "negation", "fact")}
    return Case(article, row["summary"], row["paraphrase"], changes)


def spoil(name: str, case: Case, others: Sequence[Case]) -> str:
    """The case's summary spoilt in the way called ``name``; ``others`` are of the same language. Always the same."""
    return PERTURBATIONS[name][0](case, others)


def self_test(lang: str) -> list[Row]:
    """Spoil every summary of a language in every way and compare the scores, averaged over the articles."""
    chosen = [case for case in cases() if case.article.lang == lang]
    before = [_scores(case, case.summary) for case in chosen]
    rows = []
    for name, (_, right) in PERTURBATIONS.items():
        after = []
        for number, case in enumerate(chosen):
            after.append(_scores(case, spoil(name, case, chosen[number + 1 :] + chosen[:number])))
        changes = {
            one: round(fmean(b[one] - a[one] for a, b in zip(before, after, strict=True)), 3) for one in CRITERIA
        }
        rows.append(Row(name, changes, right, _passes(changes, right)))
    return rows


def _scores(case: Case, summary: str) -> dict[str, float]:
    return {score.metric: score.value for score in judge(Example(case.article, summary)).scores}


def _passes(changes: dict[str, float], right: tuple[str, ...]) -> bool:
    if not right:
        return all(change >= -PARAPHRASE for change in changes.values())
    loss = -max(changes[name] for name in right)
    others = [-change for name, change in changes.items() if name not in right]
    return loss >= FALL and all(other <= OTHERS * loss for other in others)


def _sentences(case: Case) -> list[str]:
    return list(read_summary(case.summary, case.article.lang or "und").sentences)


def _shuffled(case: Case, _: Sequence[Case]) -> str:
    words = case.summary.split()
    random.Random(case.article.id).shuffle(words)  # noqa: S311 no secret
    return " ".join(words)


def _reversed(case: Case, _: Sequence[Case]) -> str:
    return " ".join(reversed(_sentences(case)))


def _changed(kind: str) -> Callable[[Case, Sequence[Case]], str]:
    return lambda case, _: case.summary.replace(*case.changes[kind])


def _foreign(case: Case, _: Sequence[Case]) -> str:
    first, *rest = _sentences(case)
    return " ".join([first, _FOREIGN[case.article.lang or "de"], *rest])


def _intruder(case: Case, others: Sequence[Case]) -> str:
    first, *rest = _sentences(case)
    return " ".join([first, _sentences(others[0])[1], *rest])


def _cut(case: Case, _: Sequence[Case]) -> str:
    words = case.summary.split()
    return " ".join(words[: len(words) * 3 // 4]).rstrip(".,;:")


def _twice(case: Case, _: Sequence[Case]) -> str:
    first, *rest = _sentences(case)
    return " ".join([first, first, *rest])


def _mojibake(case: Case, _: Sequence[Case]) -> str:
    """UTF-8 read as Windows-1252; a text without umlauts gets quotation marks around its first word."""
    text = (
        case.summary if any(ord(letter) > 127 for letter in case.summary) else f"“{case.summary.replace(' ', '” ', 1)}"
    )
    return "".join(letter if ord(letter) < 128 else letter.encode().decode("cp1252", "replace") for letter in text)


PERTURBATIONS: dict[str, tuple[Callable[[Case, Sequence[Case]], str], tuple[str, ...]]] = {
    "words shuffled": (_shuffled, ("fluency",)),
    "sentences reversed": (_reversed, ("coherence",)),
    "fact changed": (_changed("fact"), ("consistency",)),
    "number changed": (_changed("number"), ("consistency",)),
    "name changed": (_changed("name"), ("consistency",)),
    "negation changed": (_changed("negation"), ("consistency",)),
    "sentence of another article": (_intruder, ("consistency",)),
    "sentence in another language": (_foreign, ("fluency",)),
    "another article's summary": (lambda _, others: others[0].summary, ("consistency", "relevance")),
    "truncated": (_cut, ("fluency",)),
    "first sentence doubled": (_twice, ("coherence",)),
    "mojibake": (_mojibake, ("fluency",)),
    "good paraphrase": (lambda case, _: case.paraphrase, ()),
}
