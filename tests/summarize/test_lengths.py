from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import USAGE, UserError
from blogsum.settings import Settings
from blogsum.summarize.lengths import LENGTHS, Budget, budget, chosen, cut, fits, render
from blogsum.text.graphemes import graphemes

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "lengths.jsonl").read_text(encoding="utf-8").splitlines()
]
LIMIT = st.none() | st.integers(1, 80)
BUDGETS = st.builds(Budget, st.just("any"), chars=LIMIT, words=LIMIT, sentences=st.none() | st.integers(1, 4))
BUDGETS = st.builds(lambda one, bullets: replace(one, bullets=bullets), BUDGETS, st.booleans())
MARKS = ["(", ")", '"', "…", ",", ";", " – ", "\n", "\u2028"]
WORDS = ["Haus", "z. B.", "„Wort“", "weil", "der", "3.", "x" * 90, "👩‍👩‍👧", "e\u0301"]
PIECE = st.sampled_from([*MARKS, *WORDS])
GLUED = st.lists(PIECE, max_size=6).map("".join)
SENTENCE = st.text(max_size=60) | st.lists(PIECE, max_size=14).map(" ".join) | GLUED


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_cuts(case: dict[str, Any]) -> None:
    limits = Budget("case", case.get("chars"), case.get("words"), None, case.get("bullets", False))
    assert cut(case["sentence"], limits) == case["expected"]
    assert fits(render([case["sentence"]], limits), limits)


@settings(max_examples=600, deadline=None)
@given(st.lists(SENTENCE, max_size=5), BUDGETS)
def test_whatever_is_rendered_keeps_to_the_budget(sentences: list[str], limits: Budget) -> None:
    text = render(sentences, limits)
    assert limits.chars is None or len(text) <= limits.chars
    assert limits.words is None or len(text.split()) <= limits.words
    assert not limits.bullets or limits.sentences is None or len(text.splitlines()) <= limits.sentences
    assert fits(text, limits)
    if any(character.isalpha() for sentence in sentences for character in sentence):
        assert text.strip()


@settings(max_examples=300, deadline=None)
@given(SENTENCE, st.integers(1, 40))
def test_a_cut_tears_no_character_apart(sentence: str, chars: int) -> None:
    text = cut(sentence, Budget("any", chars=chars))
    kept = list(graphemes(text.rstrip('”“)"«»]}›‹').removesuffix("…").rstrip()))
    whole = set(graphemes(sentence)) | {" "}  # line ends become spaces
    assert text == "…" or set(kept) <= whole


def test_sentences_stay_whole_while_one_fits() -> None:
    limits = Budget("meta", chars=30)
    assert render(["Das ist ein viel zu langer Satz am Anfang.", "Kurz."], limits) == "Kurz."
    assert render(["Eins.", "Das ist ein viel zu langer Satz.", "Zwei."], limits) == "Eins."


def test_bullets_stand_alone_one_a_line() -> None:
    limits = Budget("bullets", chars=20, sentences=3, bullets=True)
    assert render(["Eins.", "Viel zu lang für alles hier.", "Zwei."], limits) == "- Eins.\n- Zwei."


def test_limits_of_characters_count_marks_and_line_ends() -> None:
    assert render(["abc", "def"], Budget("b", chars=11, bullets=True)) == "- abc\n- def"
    assert render(["abc", "def"], Budget("b", chars=10, bullets=True)) == "- abc"


def test_nothing_to_render_is_nothing() -> None:
    assert render([], LENGTHS["teaser"]) == ""
    assert render([" ", "\n"], LENGTHS["bullets"]) == ""


def test_a_name_gives_its_limits_and_numbers_replace_them() -> None:
    assert budget("meta") == Budget("meta", chars=160, sentences=2)
    assert budget("teaser", max_words=40) == Budget("teaser", words=40, sentences=4)
    assert budget("teaser", max_chars=300) == Budget("teaser", chars=300, words=60, sentences=4)
    assert budget() == LENGTHS["teaser"]


def test_numbers_alone_are_the_only_limits() -> None:
    assert budget(max_chars=300) == Budget("custom", chars=300)
    assert budget(sentences=3) == Budget("custom", sentences=3)


def test_house_presets_add_to_and_change_the_table() -> None:
    presets = {"push": {"chars": 120, "sentences": 1}, "meta": {"chars": 155}, "list": {"words": 50, "bullets": True}}
    assert budget("push", presets) == Budget("push", chars=120, sentences=1)
    assert budget("meta", presets) == Budget("meta", chars=155, sentences=2)
    assert budget("list", presets) == Budget("list", words=50, bullets=True)


@pytest.mark.parametrize(
    ("name", "presets", "limits", "message"),
    [
        ("tweet", {}, {}, "unknown length 'tweet'"),
        ("a", {"a": {"lines": 3}}, {}, "length 'a': unknown key 'lines'"),
        ("a", {"a": {"chars": 0}}, {}, "length 'a': chars must be a whole number above 0, not 0"),
        ("a", {"a": {"words": -5}}, {}, "length 'a': words must be a whole number above 0, not -5"),
        ("a", {"a": {"words": True}}, {}, "length 'a': words must be a whole number above 0, not True"),
        ("a", {"a": {"words": "60"}}, {}, "length 'a': words must be a whole number above 0, not '60'"),
        ("a", {"a": {"bullets": 1, "words": 3}}, {}, "length 'a': bullets must be true or false"),
        ("a", {"a": {}}, {}, "the length 'a' has no limit"),
        ("a", {"a": 60}, {}, "the length 'a' must be a table"),
        (None, {}, {"max_words": 0}, "the limit of words must be a whole number above 0, not 0"),
        ("meta", {}, {"sentences": -1}, "the limit of sentences must be a whole number above 0, not -1"),
    ],
)
def test_nonsense_is_wrong_usage(
    name: str | None, presets: dict[str, Any], limits: dict[str, int], message: str
) -> None:
    with pytest.raises(UserError) as caught:
        budget(name, presets, **limits)
    assert str(caught.value) == message
    assert caught.value.code == USAGE


def test_the_house_default_counts_when_nothing_is_asked_for() -> None:
    house = Settings(length="short", lengths={"push": {"chars": 120}})
    assert chosen([], house) == [LENGTHS["short"]]
    assert chosen(["meta", "push"], house) == [LENGTHS["meta"], Budget("push", chars=120)]
    assert chosen([], house, max_words=7) == [Budget("custom", words=7)]


def test_a_line_without_end_costs_no_more_than_a_short_one() -> None:
    start = time.process_time()
    assert cut("so: " * 500_000, Budget("any", words=60)) == "so:…"
    assert cut("Haus, " * 500_000, Budget("any", words=4)) == "Haus, Haus, Haus …"
    assert len(cut("x" * 5_000_000 + " Haus" * 9, Budget("any", words=4))) <= 601
    assert time.process_time() - start < 1
