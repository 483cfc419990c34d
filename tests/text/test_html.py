# ruff: noqa: E501 - tables of words and patterns: broken or quoted one by one they could not be read
from __future__ import annotations

import contextlib
import json
import logging
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.text.html import Extracted, extract

PAGES = Path(__file__).parent.parent / "pages"
EXPECTED = [json.loads(line) for line in (PAGES / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
PARAGRAPH = (
    "<p>Dies ist ein Absatz, der lang genug ist, um als Teil eines Artikels zu gelten, finden wir alle hier.</p>"
)


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["page"])
def test_each_page_gives_its_article_in_full(case: dict[str, str]) -> None:
    assert extract((PAGES / f"{case['page']}.html").read_text(encoding="utf-8")).text == case["text"]


def test_every_page_is_expected() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.html")) == sorted(case["page"] for case in EXPECTED)


def test_what_a_page_declares() -> None:
    found = extract((PAGES / "declared.html").read_text(encoding="utf-8"), "https://example.org/muehle?utm=1")
    assert found == Extracted(
        text=found.text,
        title="Die alte Mühle läuft bald wieder",
        author="Ada Beispiel",
        date="2021-05-03",
        lang="de",
        summary="Ein Verein baut eine Mühle wieder auf, Balken für Balken.",
        url="https://example.org/muehle",
        summary_source="og:description",
    )


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("", "no article found on this page"),
        ("<html><body></body></html>", "no article found on this page"),
        (
            "<html><body><noscript>Please enable JavaScript.</noscript><div id='root'></div></body></html>",
            "this page shows its article only with JavaScript",
        ),
        ("<body><div id='app'></div><script>start()</script></body>", "this page shows its article only with JavaScript"),
        (
            "<body><p>Wir verwenden Cookies und bitten um Ihre Einwilligung zu Tracking und Werbung, siehe Datenschutz.</p></body>",
            "this page shows a consent wall instead of its article",
        ),
    ],
)  # fmt: skip
def test_a_page_without_an_article_says_why(html: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        extract(html)
    assert str(caught.value) == message
    assert caught.value.hint


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + PARAGRAPH * 5,
        "\0<p>\0" + PARAGRAPH * 5,
        f'<img src="data:{"A" * 20_000_000}">' + PARAGRAPH * 5,
        PARAGRAPH * 100_000,
        "<a <b <<p>" + PARAGRAPH * 5 + "</div></p></table>",
        '<?xml version="1.0" encoding="latin-1"?>' + PARAGRAPH * 5,
    ],
    ids=["nested", "nul", "attribute", "huge", "broken", "declaration"],
)
def test_odd_pages_end_in_bounded_time(html: str) -> None:
    start = time.process_time()
    with contextlib.suppress(UserError):
        extract(html)
    assert time.process_time() - start < 20


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<ul><li>", "<table>", "<td>", "&amp;", "<h1>", "x y z. ", "<!--", "<pre>", "<br>"]) | st.text(max_size=5), max_size=30).map("".join))  # fmt: skip
def test_any_text_is_a_page_or_a_clear_error(html: str) -> None:
    with contextlib.suppress(UserError):
        assert extract(html).text.strip()


def test_the_log_of_the_library_stays_silent(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(UserError):
        extract("<html><body><p></p></body></html>")
    assert capfd.readouterr().err == ""
