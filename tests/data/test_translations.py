"""Posts that are one post in several languages are found by their address, or by day, author and what is kept."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum.data.translations import address, groups, marks
from blogsum.types import Article

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases/translations.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_an_address_tells_a_translation(case: dict[str, Any]) -> None:
    posts = [Article(name, "Ein Text.", url=url, lang=lang) for name, url, lang in case["posts"]]
    assert groups(posts) == case["groups"]


ADDRESSES = [
    ("https://www.Example.org/de/Blog/Post.html?utm=1#top", "de", "example.org/blog/post&utm=1"),
    ("https://en.example.org/post", "de", "en.example.org/post"),
    ("posts/2024-05-01-wheels-en.md", "en", "/posts/2024-05-01-wheels"),
    ("posts/index.md", "en", "/posts"),
    ("https://example.org/de", "de", "example.org/"),
]


@pytest.mark.parametrize(("name", "lang", "expected"), ADDRESSES)
def test_an_address_without_its_language(name: str, lang: str, expected: str) -> None:
    assert address(name, lang) == expected


GERMAN = Article(
    "de",
    "Seit März fährt die Druckerei Vogel mit drei Lastenrädern von Carvendo durch Kassel. Ein Rad trägt 180 Kilogramm."
    "\n\nDie Software dafür heißt RouteKit 4.2 und stammt aus Utrecht. Sie plant 35 Touren am Tag.",
    author="Anna Vogel",
    date="2024-05-01",
    lang="de",
)
ENGLISH = Article(
    "en",
    "Since March, the print shop Vogel has been riding three cargo bikes by Carvendo through Kassel. One carries 180 "
    "kilograms.\n\nThe software is called RouteKit 4.2 and comes from Utrecht. It plans 35 tours a day.",
    author="anna  vogel",
    date="2024-05-01",
    lang="en",
)
OTHER = Article(
    "other",
    "In May, the town of Marburg opened a swimming pool for 12 million euros. Mayor Lehmann cut the ribbon, and the "
    "band Blechlawine played. It is open from 9 to 21 o'clock, said Frau Kern from the office.",
    author="Anna Vogel",
    date="2024-05-01",
    lang="en",
)


def test_marks_are_what_a_translation_keeps() -> None:
    assert marks(ENGLISH) == {"march", "vogel", "carvendo", "kassel", "180", "routekit", "42", "utrecht", "35"}


def test_the_same_day_author_and_marks_tell_a_translation() -> None:
    assert groups([GERMAN, OTHER, ENGLISH]) == [["de", "en"]]


STRANGERS = [
    ("another day", {"date": "2024-05-02"}),
    ("no day", {"date": None}),
    ("another author", {"author": "Bert"}),
    ("the same language", {"lang": "de"}),
    ("no language", {"lang": None}),
    ("much longer", {"text": ENGLISH.text + " It rains." * 100}),
    ("other marks", {"text": OTHER.text}),
]


@pytest.mark.parametrize("values", [one[1] for one in STRANGERS], ids=[one[0] for one in STRANGERS])
def test_posts_that_are_no_translation(values: dict[str, str | None]) -> None:
    assert groups([GERMAN, replace(ENGLISH, **values)]) == []  # type: ignore[arg-type]


def test_of_a_series_each_finds_its_own_translation() -> None:
    """Parts of a series share most names; the numbers tell which is which."""
    posts = []
    for part in range(6):
        numbers = {"180": str(200 + part * 11), "35": str(50 + part * 7), "Utrecht": f"Utrecht {part}{part}"}
        for article in (GERMAN, ENGLISH):
            text = article.text
            for old, new in numbers.items():
                text = text.replace(old, new)
            posts.append(replace(article, id=f"{article.id}-{part}x", text=text))
    random.Random(1).shuffle(posts)
    found = sorted(sorted(group) for group in groups(posts))
    assert found == [[f"de-{part}x", f"en-{part}x"] for part in range(6)]


def test_a_day_of_many_posts_stays_quick() -> None:
    """An import gives ten thousand posts one date; marks that all of them have make no pairs."""
    posts = [replace(GERMAN, id=f"de{number}", text=f"{GERMAN.text} Nummer {number:05}.") for number in range(3000)]
    posts += [replace(ENGLISH, id=f"en{number}", text=f"{ENGLISH.text} No {number:05}.") for number in range(3000)]
    assert groups(posts) == []
