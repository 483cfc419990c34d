"""A split tears no group apart, keeps its shares, and is the same for the same rows and seed in any order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blogsum.data.split import NAMES, Plan, Row, assign, authors, groups, split, table
from blogsum.errors import UserError
from blogsum.types import Article


def post(number: int, lang: str = "de", summary: str | None = None, author: str | None = None) -> Article:
    return Article(f"p{number:03}", f"Text {number}", lang=lang, summary=summary, author=author)


POSTS = st.builds(
    lambda kinds: [post(number, *kind) for number, kind in enumerate(kinds)],
    st.lists(
        st.tuples(
            st.sampled_from(["de", "en", "fr"]),
            st.sampled_from([None, "Kurz."]),
            st.sampled_from([None, "Anna", "Bert", "Anna, Carl", "Dora und Emil"]),
        ),
        min_size=6,
        max_size=60,
    ),
)
PLANS = st.builds(Plan, st.sampled_from([(80.0, 10.0, 10.0), (9.0, 1.0), (1.0, 1.0, 1.0)]), seed=st.integers(0, 9)) | (
    st.builds(Plan, folds=st.integers(2, 6), seed=st.integers(0, 9))
)


@st.composite
def grouped(draw: st.DrawFn) -> tuple[list[Article], list[list[str]]]:
    posts = draw(POSTS)
    ids = draw(st.permutations([one.id for one in posts]))
    sizes = draw(st.lists(st.integers(2, 5), max_size=6))
    related, at = [], 0
    for size in sizes:
        if len(ids[at : at + size]) > 1:
            related.append(list(ids[at : at + size]))
        at += size
    return posts, related


@given(grouped(), PLANS)
def test_no_group_is_torn_every_post_has_a_part_and_no_part_is_empty(
    given_: tuple[list[Article], list[list[str]]], plan: Plan
) -> None:
    posts, related = given_
    units = len(posts) - sum(len(group) - 1 for group in related)
    assume(units >= len(plan.parts()))
    parts = assign(posts, related, plan)
    assert sorted(parts) == [one.id for one in posts]
    assert set(parts.values()) == set(plan.parts())
    for group in related:
        assert len({parts[one] for one in group}) == 1


@given(grouped(), PLANS)
def test_each_part_is_within_one_group_of_its_share(given_: tuple[list[Article], list[list[str]]], plan: Plan) -> None:
    posts, related = given_
    largest = max([1, *map(len, related)])
    if any(share * len(posts) < largest for share in plan.parts().values()):
        return  # a part whose share is less than a group gets one all the same: it must not be empty
    counts = Counter(assign(posts, related, plan).values())
    for part, share in plan.parts().items():
        assert abs(counts[part] - share * len(posts)) <= largest


@given(POSTS, PLANS)
def test_each_language_is_within_two_posts_of_its_share(posts: list[Article], plan: Plan) -> None:
    if any(share * len(posts) < 1 for share in plan.parts().values()):
        return
    parts = assign(posts, [], plan)
    for lang in ("de", "en", "fr"):
        its = [one.id for one in posts if one.lang == lang]
        counts = Counter(parts[one] for one in its)
        for part, share in plan.parts().items():
            assert abs(counts[part] - share * len(its)) <= 2.5


@given(grouped(), PLANS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_groups_is_irrelevant(
    given_: tuple[list[Article], list[list[str]]], plan: Plan, shuffle: random.Random
) -> None:
    posts, related = given_
    assume(len(posts) - sum(len(group) - 1 for group in related) >= len(plan.parts()))
    expected = assign(posts, related, plan)
    mixed, others = list(posts), [list(group) for group in related]
    for one in (mixed, others, *others):
        shuffle.shuffle(one)
    assert assign(mixed, others, plan) == expected


@given(POSTS)
def test_authors_are_left_out_whole(posts: list[Article]) -> None:
    try:
        parts = assign(posts, [], Plan(by_author=True))
    except UserError:
        assert len({frozenset(authors(one.author)) & {"Anna", "Bert", "Dora"} for one in posts}) == 1
        return
    for name in ("Anna", "Bert", "Carl", "Dora", "Emil"):
        assert len({parts[one.id] for one in posts if name in authors(one.author)}) <= 1


def test_another_seed_is_another_split() -> None:
    posts = [post(number) for number in range(40)]
    assert len({tuple(sorted(assign(posts, [], Plan(seed=seed)).items())) for seed in range(5)}) == 5


def test_forty_nine_posts_in_two_languages() -> None:
    posts = [post(number, "de" if number % 3 else "en", "Kurz." if number % 5 == 0 else None) for number in range(49)]
    parts = assign(posts, [["p001", "p003"], ["p004", "p006", "p007"]], Plan())
    assert table(posts, parts) == [
        Row("train", "de", 25, 4),
        Row("train", "en", 14, 3),
        Row("dev", "de", 3, 0),
        Row("dev", "en", 2, 1),
        Row("test", "de", 4, 2),
        Row("test", "en", 1, 0),
    ]


def test_near_duplicates_and_translations_stay_together() -> None:
    words = " ".join(f"wort{number}" for number in range(80))
    posts = [
        Article("a", words, lang="de", url="https://x.example/de/one"),
        Article("b", words.replace("wort7 ", "anders "), lang="de"),
        Article("c", "Something else entirely.", lang="en", url="https://x.example/en/one"),
        *(post(number) for number in range(20)),
    ]
    assert groups(posts, 0.5) == [["a", "b", "c"]]
    for seed in range(10):
        parts = split(posts, Plan(folds=4, seed=seed))
        assert len({parts[one] for one in "abc"}) == 1


MISTAKES = [
    (Plan(folds=1), 5, "a split needs two folds or more"),
    (Plan((1.0,)), 5, "shares are two or three numbers above 0"),
    (Plan((80.0, 0.0, 20.0)), 5, "shares are two or three numbers above 0"),
    (Plan((float("nan"), 1.0)), 5, "shares are two or three numbers above 0"),
    (Plan((float("inf"), 1.0)), 5, "shares are two or three numbers above 0"),
    (Plan(folds=6), 5, "5 groups of related posts cannot fill 6 parts"),
    (Plan(), 1, "1 group of related posts cannot fill 3 parts"),
    (Plan(by_author=True), 5, "all posts are of one author or of related ones: none can be left out"),
]


@pytest.mark.parametrize(("plan", "count", "message"), MISTAKES)
def test_what_cannot_be_split_is_said(plan: Plan, count: int, message: str) -> None:
    with pytest.raises(UserError) as caught:
        assign([post(number, author="Anna") for number in range(count)], [], plan)
    assert str(caught.value) == message


def test_parts_of_authors_bear_their_names() -> None:
    lines = ["Anna Vogel", "anna vogel, Bert", None, "Carl & Dora", "Carl", "", "Emil"]
    posts = [post(number, author=line) for number, line in enumerate(lines)]
    assert assign(posts, [], Plan(by_author=True)) == {
        "p000": "Anna Vogel",
        "p001": "Anna Vogel",
        "p002": "unknown",
        "p003": "Carl",
        "p004": "Carl",
        "p005": "unknown",
        "p006": "Emil",
    }
    assert assign(posts, [["p000", "p006"]], Plan(by_author=True))["p006"] == "Anna Vogel"


def test_two_parts_of_one_name_are_told_apart() -> None:
    posts = [post(0, author="unknown author"), post(1, author="Unknown"), post(2)]
    assert assign(posts, [], Plan(by_author=True)) == {"p000": "unknown author", "p001": "Unknown", "p002": "Unknown"}


LINES = [
    ("Anna Vogel", ["Anna Vogel"]),
    ("Anna  Vogel und Bert", ["Anna Vogel", "Bert"]),
    ("kate, jthibault", ["kate", "jthibault"]),
    ("A; B & C / D + E and F", ["A", "B", "C", "D", "E", "F"]),
    ("Andrea Sandberg", ["Andrea Sandberg"]),
    ("", []),
    (None, []),
]


@pytest.mark.parametrize(("line", "names"), LINES)
def test_authors_of_a_line(line: str | None, names: list[str]) -> None:
    assert authors(line) == names


def test_the_table_counts_references_as_summaries() -> None:
    posts = [replace(post(1), references=("x",)), post(2, summary="y"), post(3)]
    assert table(posts, dict.fromkeys(("p001", "p002", "p003"), "fold-10")) == [Row("fold-10", "de", 3, 2)]
    assert [row.split for row in table(posts, {"p001": "fold-10", "p002": "fold-2", "p003": "dev"})] == [
        "dev",
        "fold-2",
        "fold-10",
    ]
    assert NAMES[3] == ("train", "dev", "test")
