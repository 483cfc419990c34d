from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.language import detect

CASES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "cases/languages.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_language_of_a_short_text(case: dict[str, str]) -> None:
    assert detect(case["text"]) == case["lang"]


def test_a_mixed_text_is_what_most_of_it_is() -> None:
    german, english = "Der Garten liegt hinter dem Haus. ", "The garden is behind the house. "
    assert detect(german * 20 + english * 5) == "de"
    assert detect(english * 20 + german * 5) == "en"


def test_a_foreign_opening_does_not_decide_about_a_long_text() -> None:
    assert detect("The garden is behind the house. " * 30 + "Der Garten liegt hinter dem Haus. " * 3000) == "de"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    answer = detect(text)
    assert answer == "und" or (len(answer) == 2 and answer.islower())


@given(st.text(alphabet=st.characters(categories=["Nd", "Po", "Sm", "So", "Zs", "Cc"])))
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect(text) == "und"


@pytest.mark.parametrize("unit", ["a", "ab ", "@", "www.", "é", "字", "\0", "<>"])
def test_a_huge_text_is_sampled(unit: str) -> None:
    detect(unit * 5_000_000)  # read whole, this would take a minute and not a moment
