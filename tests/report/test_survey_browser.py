"""The page of ``data explore`` as a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blogsum.data.explore import survey
from blogsum.report.survey_page import page
from blogsum.types import Article
from tests.browser import Browser
from tests.data.blog import POSTS

pytestmark = pytest.mark.slow

HOSTILE = (
    "</title></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> ' \" &lt;"
)
SIZES = (
    "[...document.querySelectorAll('svg')].map(s => {const r = s.getBoundingClientRect(); return [r.width, r.height]})"
)
BARS = "[...document.querySelectorAll('.bar, .range')].filter(b => b.getBoundingClientRect().height > 0).length"
COLOURS = (
    "['body', 'figcaption p', 'svg text', 'summary'].map(q => {const s = getComputedStyle(document.querySelector(q));"
    " return [q.startsWith('svg') ? s.fill : s.color, getComputedStyle(document.body).backgroundColor]})"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def blog() -> Iterator[Article]:
    """Enough posts for every section of the page, by people with bad intentions and long names."""
    yield from POSTS
    for number in range(24):
        post = POSTS[number % 3]
        yield replace(
            post,
            id=f"{number} {HOSTILE}",
            text=post.text.replace("die", f"die {number}te") + f"\n\nTeich{'xyz'[number % 3]} {HOSTILE}",
            title=HOSTILE,
            author=f"{HOSTILE} {'Langername' * 9}{number}",
            date=f"20{20 + number % 3}-0{1 + number % 9}-03",
        )


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("width", [1100, 360])
def test_the_page_in_a_browser(browser: Browser, tmp_path: Path, lang: str, width: int) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(survey(blog()), f"blog {HOSTILE}", lang), encoding="utf-8")
    browser.open(file.as_uri(), width)

    assert [url for url in browser.requests if not url.startswith("data:")] == [file.as_uri()]
    assert browser.complaints == []
    assert browser.run("document.documentElement.lang") == lang
    title = {"en": f"What is in blog {HOSTILE}", "de": f"Was in blog {HOSTILE} steckt"}[lang]
    assert browser.run("document.title") == " ".join(title.split())
    assert browser.run("document.querySelectorAll('script, img, iframe, object, [onerror], [href^=http]').length") == 0

    sizes = browser.run(SIZES)
    assert len(sizes) == 15
    assert all(w > 250 and h > 15 for w, h in sizes)
    assert browser.run(BARS) > 80
    assert browser.run("document.documentElement.scrollWidth") <= width

    for theme in ("light", "dark"):
        browser.theme(theme)
        for front, back in browser.run(COLOURS):
            light, dark = sorted((luminance(front), luminance(back)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (theme, front, back)
            assert (luminance(back) < 0.5) is (theme == "dark")


def test_who_does_not_see_the_plots_is_told_what_they_show(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(survey(POSTS), "blog@1"), encoding="utf-8")
    browser.open(file.as_uri())
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    pictures = [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") in ("image", "img")]
    assert len(pictures) == 15
    assert pictures[0] == (
        "Summaries by humans usable: 1 (25 %); only the lead: 1 (25 %); cut off: 1 (25 %); none: 1 (25 %)"
    )
    assert pictures[1].startswith("Words of an article length of the articles. mean: 85.8, least: 81,")
    assert all(len(name.split()) > 4 for name in pictures)
