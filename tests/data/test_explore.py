from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.explore import Alike, Post, distribution, survey
from blogsum.data.thresholds import Thresholds
from blogsum.data.topics import Topic, Topics
from blogsum.types import Article
from tests.data.blog import POSTS


def posts() -> Iterator[Article]:
    """Once only, as a stream comes."""
    yield from POSTS


def test_what_is_in_a_blog() -> None:
    found = survey(posts())
    assert (found.articles, found.words) == (4, 343)
    assert [(group.name, group.articles, group.words, group.usable) for group in found.languages] == [
        ("de", 3, 244, 1),
        ("en", 1, 99, 0),
    ]
    assert [(group.name, group.articles, group.usable) for group in found.authors] == [
        ("Anna", 2, 1),
        ("Bea", 1, 0),
        ("", 1, 0),
    ]
    assert (found.dates, found.undated) == ((("2024-03", 1), ("2024-05", 2)), 1)
    assert found.states == {"usable": 1, "lead": 1, "cut off": 1, "short": 0, "long": 0, "machine": 0, "none": 1}
    assert found.lacking == (
        Post("rad-neu", "Elf Räder", None, "none"),
        Post("pond", "A pond by hand", "Bea", "cut off"),
        Post("brot", "Der Ofen ist wieder warm", "Anna", "lead"),
    )
    assert found.duplicates == (
        Alike((Post("rad", "Zehn Räder", "Anna", "usable"), Post("rad-neu", "Elf Räder", None, "none")), 76 / 82),
    )
    assert {name: measure.count for name, measure in found.measures.items()} == dict.fromkeys(found.measures, 3)


def test_thresholds_decide_what_is_usable() -> None:
    found = survey(POSTS, Thresholds(lead_share=1.0, min_summary_words=12, near_duplicate=0.99))
    assert found.states == {"usable": 0, "lead": 0, "cut off": 1, "short": 2, "long": 0, "machine": 0, "none": 1}
    assert found.duplicates == ()


def test_nothing_is_a_survey_too() -> None:
    found = survey([])
    assert (found.articles, found.words, found.languages, found.dates, found.measures) == (0, 0, (), (), {})
    assert found.article_words is None


def test_an_article_without_words_has_a_length_of_zero() -> None:
    found = survey([Article("a", "…", summary="Ein ganzer Satz über nichts.")])
    assert found.article_words is not None
    assert (found.article_words.most, found.article_words.bins) == (0, ((0, 1, 1),))
    assert found.states["long"] == 1


@pytest.mark.parametrize(
    ("date", "months", "undated"),
    [
        ("2024-03-02T10:00:00Z", (("2024-03", 1),), 0),
        ("2024", (("2024", 1),), 0),
        ("gestern", (), 1),
        (None, (), 1),
    ],
)
def test_dates_are_counted_by_month(date: str | None, months: tuple[tuple[str, int], ...], undated: int) -> None:
    found = survey([replace(POSTS[0], date=date)])
    assert (found.dates, found.undated) == (months, undated)


def test_a_distribution_keeps_its_giants_in_the_last_bar() -> None:
    found = distribution([*range(1, 100), 1_000_000])
    assert found is not None
    assert (found.least, found.lower, found.median, found.upper, found.most) == (1, 25.75, 50.5, 75.25, 1_000_000)
    assert found.bins[0] == (0, 5, 4)
    assert found.bins[-1] == (95, 100, 6)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.booleans())
def test_every_number_is_in_one_bar(values: list[float], shares: bool) -> None:
    found = distribution([min(value, 1) for value in values] if shares else values, shares)
    assert found is not None
    assert sum(count for _, _, count in found.bins) == found.count == len(values)
    assert found.least <= found.lower <= found.median <= found.upper <= found.most
    assert 1 <= len(found.bins) <= 21
    assert not shares or found.bins[-1][1] == 1


def test_topics_are_the_words_that_other_years_lack() -> None:
    topics = Topics()
    for number in range(6):
        same = ["haben", "immer", f"einmal{chr(97 + number)}"]
        topics.add("de", "2023", [*same, "garten", "teich"])
        topics.add("de", "2024", [*same, "fahrrad", "garten"] if number else [*same, "fahrrad"])
        topics.add("de", "2025", [*same, "garten"])
        topics.add("en", "2025", ["only", "year"])
        topics.add("de", "", ["undatiert"])
    assert topics.found() == (
        Topic("de", "2023", 6, ("teich",)),
        Topic("de", "2024", 6, ("fahrrad",)),
    )


def test_the_counts_of_a_year_stay_bounded() -> None:
    topics = Topics()
    for number in range(200):
        topics.add("de", "2024", [f"wort{chr(97 + place % 26)}{'x' * (place // 26 + number)}" for place in range(1000)])
    assert len(topics._counts["de", "2024"]) <= 60_000
