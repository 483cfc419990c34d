from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.data.explore import survey
from blogsum.report.plots import Bar, columns, scale
from blogsum.report.survey_page import page
from blogsum.types import Article
from tests.data.blog import POSTS

VOID = {"meta", "link"}


class Tree(HTMLParser):
    """Fails on a tag that is closed in the wrong order; collects tags, ids and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.names: set[str] = set()
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone() -> None:
    html = page(survey(POSTS), "blog@1", "de")
    found = Tree(html)
    assert len(found.ids) == len(set(found.ids)) == 30  # a title and a description for each of 15 plots
    assert found.tags.count("svg") == found.tags.count("details") == 15
    assert not {"script", "img", "iframe"} & set(found.tags)
    assert not re.search(r"https?://|url\(|@import", html)
    assert '<html lang="de">' in html
    assert "<h1>Was in blog@1 steckt</h1>" in html


def test_the_numbers_stand_beneath_the_plots() -> None:
    html = page(survey(POSTS), "blog@1")
    assert '<tr><td >usable</td><td class="n">1 (25 %)</td></tr>' in html
    assert "<tr><td >80.0 – 85.0</td>" in html or '<tr><td >80 – 85</td><td class="n">3</td></tr>' in html
    assert "<tr><td >none</td><td >rad-neu</td><td >Elf Räder</td><td ></td></tr>" in html


def test_an_empty_dataset_has_a_page() -> None:
    assert "<p>There are no articles.</p>" in page(survey([]), "blog@1")


@settings(max_examples=20)
@given(st.text(max_size=60), st.sampled_from(["<script>", "\"'>", "]]>", "--><svg onload=x>", "</style>", ""]))
def test_no_text_breaks_the_page(text: str, mark: str) -> None:
    evil = f"{mark}{text}{mark}"
    posts = [Article(f"{evil}{n}", f"{evil} Wort", evil, evil, f"20{20 + n}-01", evil, summary=evil) for n in range(3)]
    found = Tree(page(survey(posts), evil))
    expected = Tree(page(survey([replace(post, id="a", title="b") for post in posts]), "c"))
    assert found.tags == expected.tags
    assert found.names == expected.names


@pytest.mark.parametrize(
    ("most", "values"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (7, [0, 2, 4, 6, 8]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (1044, [0, 250, 500, 750, 1000, 1250]),
    ],
)
def test_scales_are_round(most: float, values: list[float]) -> None:
    assert scale(most) == pytest.approx(values)


@given(st.floats(0, 1e9))
def test_a_scale_reaches_its_most(most: float) -> None:
    values = scale(most)
    assert values[0] == 0
    assert values[-1] >= most * (1 - 1e-6)
    assert 2 <= len(values) <= 7


def test_a_bar_of_nothing_has_no_height() -> None:
    svg = columns("k", "Title", "About", [Bar("a", 0, "a: 0"), Bar("b", 3, "b: 3")], ["0", "1", "2"])
    assert re.findall(r'height="([\d.]+)" rx', svg) == ["0.0", "194.0"]
    assert svg.startswith(
        '<svg role="img" aria-labelledby="k-t k-d" viewBox="0 0 640 240"><title id="k-t">Title</title>'
    )
