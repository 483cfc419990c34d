from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.clean import RECIPE, clean, steps

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "cleaning.jsonl").read_text(encoding="utf-8").splitlines()
]
PIECES = [
    "&amp;",
    "&lt;",
    "<b>",
    "</b>",
    "<br>",
    "[^1]",
    ":smile:",
    "**",
    "\u00a0",
    " ",
    "\n",
    "```",
    "Ã¤",
    "z.\u00a0B.",
    "a",
    ".",
    "(https://a.de)",
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_case_is_cleaned_as_written(case: dict[str, str]) -> None:
    assert clean(case["text"]) == case["expected"]


def test_case_names_are_unique_and_many() -> None:
    names = [case["id"] for case in CASES]
    assert len(set(names)) == len(names) >= 60


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text(alphabet=st.characters(whitelist_categories=("Lu", "Ll", "Nd")), min_size=1, max_size=200))
def test_letters_and_digits_survive(text: str) -> None:
    import unicodedata

    assert clean(text) == unicodedata.normalize("NFC", text)


def test_the_recipe_names_its_steps() -> None:
    names = [name for name, _ in steps("x")]
    assert f"clean|steps:{','.join(names)}|version:2" == RECIPE


@pytest.mark.parametrize("part", ["&amp;", "<b>", "[", "**a", ":a", "(https://", "Ã", " \u00a0", "```\n"])
def test_a_million_odd_characters_take_no_time(part: str) -> None:
    start = time.perf_counter()
    clean(part * (1_000_000 // len(part)))
    assert time.perf_counter() - start < 20
