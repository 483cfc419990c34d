"""The page of scores: whole, escaped, linked; looked at in Chromium where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from blogsum.evaluate import judge
from blogsum.evaluate.gate import baseline, decide
from blogsum.report.board import LABELS, page
from blogsum.types import Article, Example, Judged

EVIL = "<script>alert(1)</script>"
ROWS = [
    judge(
        Example(
            Article("town", f"The town opens a library on Sundays {EVIL}. It costs 38,000 euros.", EVIL, lang="en"),
            f"The town opens a library on Sundays {EVIL}. It costs 90,000 euros.",
        )
    ),
    judge(
        Example(
            Article("stadt", "Die Stadt öffnet die Bücherei am Sonntag. Viele Familien fragten danach.", lang="de"),
            "Die Stadt öffnet die Bücherei am Sonntag.",
        )
    ),
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Tags(HTMLParser):
    """Checks that every element is closed where it should be, and collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.ids.add(known.get("id") or "")
        self.links.add(known.get("href") or "")
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag == "rect"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def render(rows: list[Judged], lang: str = "en") -> str:
    known = {row["id"]: row for row in baseline(rows)["rows"]}
    return "".join(page(rows, decide(rows, known), lang))


def test_the_page_is_whole_and_its_links_lead_somewhere() -> None:
    tags = Tags()
    tags.feed(render(ROWS))
    assert tags.open == []
    links = {link[1:] for link in tags.links if link}
    assert len(links) >= 2
    assert links <= tags.ids


def test_text_of_strangers_stays_text() -> None:
    out = render(ROWS)
    assert EVIL not in out
    assert out.count("<script>") == 1  # our filter
    assert not re.search(r"(?:src|href)=\"?(?!#)[^\"]*//", out)


def test_unsupported_words_are_marked_and_the_lowest_stands_first() -> None:
    out = render(ROWS)
    assert '<span class="bad" title="number">90,000</span>' in out
    totals = {row.example.article.id: sum(score.value for score in row.scores) for row in ROWS}
    first = min(totals, key=lambda name: totals[name])
    assert (out.index('data-lang="en"') < out.index('data-lang="de"')) == (first == "town")


def test_labels_are_german_if_asked_for() -> None:
    out = render(ROWS, "de")
    assert '<html lang="de">' in out
    assert "Textkohärenz" in out
    assert LABELS["en"].keys() <= LABELS["de"].keys()


def test_one_language_needs_no_filter() -> None:
    assert "<script>" not in "".join(page(ROWS[:1]))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_filters_by_language(tmp_path: Path) -> None:
    click = (
        "<script>addEventListener('load',function(){var s=document.getElementById('lang');s.value='de';"
        "s.dispatchEvent(new Event('change'));document.title=[].map.call(document.querySelectorAll('.row'),"
        "function(r){return r.dataset.lang+(r.hidden?' hidden':' shown')}).sort().join()})</script></body>"
    )
    file = tmp_path / "page.html"
    file.write_text(render(ROWS).replace("</body>", click), encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]
    done = subprocess.run([*command, file.as_uri()], capture_output=True, timeout=90, check=True)
    assert "<title>de shown,en hidden</title>" in done.stdout.decode()
