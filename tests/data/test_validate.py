from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.thresholds import Thresholds
from blogsum.data.validate import ERROR, RULES, Finding, validate
from blogsum.types import Article, Unreadable
from tests.data.blog import BAKERY, GARDEN, POSTS, WHEELS

GOOD = replace(POSTS[0], id="gut")
CASES = [json.loads(line) for line in (Path(__file__).parent.parent / "cases" / "rules.jsonl").open(encoding="utf-8")]
TEXTS = {"WHEELS": WHEELS, "BAKERY": BAKERY, "GARDEN": GARDEN}


def broken(*rows: Article | Unreadable, **limits: object) -> list[tuple[str, str, str]]:
    found = validate(rows, Thresholds(**limits))  # type: ignore[arg-type]
    return [(one.rule, one.id, one.detail) for one in found.findings]


def filled(value: object) -> object:
    """WHEELS and the like in a case stand for the texts of the small blog."""
    if isinstance(value, str):
        for name, text in TEXTS.items():
            value = value.replace(name, text)
    return value


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_a_row_breaks_just_these_rules(case: dict[str, dict[str, object]]) -> None:
    row = replace(GOOD, **{name: filled(value) for name, value in case["row"].items()})  # type: ignore[arg-type]
    found = {rule: detail for rule, _, detail in broken(row, **case.get("limits", {}))}
    assert found == case["breaks"]


def test_every_rule_has_a_row_that_breaks_it() -> None:
    of_rows = {rule for case in CASES for rule in case["breaks"]}
    assert {rule.name for rule in RULES if rule.check} == of_rows


def test_a_good_row_breaks_none() -> None:
    assert broken(GOOD) == []


def test_a_row_that_cannot_be_read() -> None:
    rows = [
        Unreadable("posts.jsonl:3", "not JSON: expecting value at column 1"),
        Unreadable("posts.jsonl:4", "has the id 'gut' of an earlier row"),
    ]
    assert broken(GOOD, *rows) == [
        ("unreadable", "posts.jsonl:3", "not JSON: expecting value at column 1"),
        ("duplicate-id", "posts.jsonl:4", "has the id 'gut' of an earlier row"),
    ]


def test_the_same_id_and_the_same_text() -> None:
    again = replace(GOOD, text=GOOD.text.upper().replace("\n\n", "\n\n\n"))
    assert broken(GOOD, again, replace(GOOD, id="neu")) == [
        ("duplicate-id", "gut", "row 2 has it, too"),
        ("duplicate-text", "gut", "the same as gut"),
        ("duplicate-text", "neu", "the same as gut"),
    ]


def test_nearly_the_same_text_and_one_that_is_not() -> None:
    near = replace(POSTS[3], id="nah")
    other = Article("fern", WHEELS.split("\n\n")[0] + "\n\n" + BAKERY, lang="de")
    assert broken(GOOD, near, other) == [("near-duplicate", "nah", "0.93 like gut")]
    assert broken(GOOD, near, near_duplicate=0.95) == []


@pytest.mark.parametrize(
    ("splits", "leaks"),
    [
        (
            ("train", "test", "dev"),
            [("leak", "gut", "in train, and like nah in test"), ("leak", "nah", "in test, and like gut in train")],
        ),
        (("train", "train", "test"), []),
        (("train", None, "test"), []),
        ((None, None, None), []),
    ],
)
def test_a_text_in_two_splits_leaks(splits: tuple[str | None, ...], leaks: list[tuple[str, str, str]]) -> None:
    rows = (GOOD, replace(POSTS[3], id="nah"), POSTS[2])
    found = broken(*(replace(row, split=split, summary=None) for row, split in zip(rows, splits, strict=True)))
    assert [one for one in found if one[0] == "leak"] == leaks


def test_a_paragraph_in_many_posts_is_boilerplate_and_in_few_is_not() -> None:
    box = "\n\nAnna schreibt seit 2019 über Räder und Gärten in Kassel."
    rows = [replace(post, id=str(place), text=post.text + box) for place, post in enumerate(POSTS[:3])]
    rows = [replace(row, summary=None) for row in rows]
    detail = "“Anna schreibt seit 2019 über Räder und…” is in 3 posts"
    assert broken(*rows, repeated_posts=3) == [("boilerplate", str(row), detail) for row in range(3)]
    assert broken(*rows, repeated_posts=4) == []


def test_findings_come_by_rule_then_by_row_and_are_counted() -> None:
    found = validate([replace(GOOD, id="b", text="Kurz."), replace(GOOD, id="a", text="")])
    assert found.rows == 2
    assert found.count(ERROR) == 2
    assert [(one.rule, one.id) for one in found.findings] == [
        ("empty", "a"),
        ("summary-longer", "b"),
        ("too-short", "b"),
    ]
    assert found.findings[0] == Finding("empty", "error", "a", "no words")


@given(st.text(max_size=300), st.none() | st.text(max_size=100), st.none() | st.sampled_from(["de", "en", "xx", ""]))
def test_any_row_can_be_asked(text: str, summary: str | None, lang: str | None) -> None:
    found = validate([Article("a", text, summary=summary, lang=lang)], Thresholds(languages=("de",)))
    assert all(one.id == "a" and one.detail for one in found.findings)
