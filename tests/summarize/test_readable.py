"""Which sentences may stand in a summary, and which lean on the one before: cases in tests/cases/readable.jsonl."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum.summarize.cues import is_foreign
from blogsum.summarize.outline import Line, outline
from blogsum.summarize.readable import is_unbalanced, leans, why_barred
from blogsum.text.sentences import stems, words
from blogsum.types import Article, Sentence

PATH = Path(__file__).parent.parent / "cases" / "readable.jsonl"
CASES = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]


def line(text: str, lang: str) -> Line:
    sentence = Sentence(text, 0, len(text), 0, 0)
    return Line(sentence, tuple(words(text)), tuple(stems(text, lang)), len(text.split()), "paragraph", 0, 0, 1, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    one = line(case["text"], case["lang"])
    assert why_barred(one) == case["reason"]
    assert leans(one) == case["leans"]


def test_a_name_from_the_title_may_begin_small() -> None:
    one = line("curl has a new option for retries.", "en")
    assert why_barred(one) == "fragment"
    assert why_barred(one, names={"curl", "news"}) is None


def test_a_contrast_leans_unless_it_opens_the_article() -> None:
    one = line("Der Aufwand liegt aber selten im Gießen.", "de")
    assert not leans(one)
    assert leans(replace(one, sentence=replace(one.sentence, index=3)))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Es gibt einen Garten, den kaum jemand kennt.", "de"),
        ("There are many ways to water a garden.", "en"),
        ("It's hard to believe that the pond is ten years old.", "en"),
    ],
)
def test_what_points_back_elsewhere_may_open_the_article(text: str, lang: str) -> None:
    """The test lines stand at index 0: nothing is before them that they could mean."""
    one = line(text, lang)
    assert not leans(one)
    assert leans(replace(one, sentence=replace(one.sentence, index=4)))


@pytest.mark.parametrize("text", ["They water it every day.", "However, the garden was dry.", "This is what we saw."])
def test_the_first_sentence_may_still_lean(text: str) -> None:
    assert leans(line(text, "en"))


def test_a_sentence_that_repeats_a_heading_is_none() -> None:
    one = line("Moos wächst langsam und still.", "de")
    assert why_barred(one) is None
    assert why_barred(one, headings={("moos", "wächst", "langsam", "und", "still")}) == "heading"


@pytest.mark.parametrize("text", ["(a", "a]", "„a", "“a", "a”", '"a', "»a", "「a"])
def test_half_a_pair_is_unbalanced(text: str) -> None:
    assert is_unbalanced(text)


def test_bare_headings_of_plain_text_open_sections() -> None:
    text = "Moos wächst langsam und braucht Schatten.\n\nPflege im Winter\n\nIm Winter genügt ihm der Regen."
    sketch = outline(Article("a", text, title="Moos", lang="de"))
    assert [one.section for one in sketch.lines] == [0, 1]
    assert sketch.headings == ("Moos", "Pflege im Winter")


@pytest.mark.parametrize(
    ("text", "lang", "foreign"),
    [
        ("Mainly for the new office, but also for projects with other teams.", "de", True),
        ("Das ist ein Satz, der auch hier und da vorkommt.", "en", True),
        ("Das Team arbeitet mit Scrum und Kanban in einem Sprint.", "de", False),
        ("The team works in sprints and likes it.", "en", False),
        ("The team works in sprints and likes it.", "fr", False),
    ],
)
def test_a_sentence_in_the_other_language_is_foreign(text: str, lang: str, foreign: bool) -> None:
    assert is_foreign(words(text), lang) is foreign
