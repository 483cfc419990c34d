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
    start = time.perf_counter()
    with contextlib.suppress(UserError):
        extract(html)
    assert time.perf_counter() - start < 20


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


@pytest.mark.parametrize("tag", ["article", "main", "section", "div"])
def test_a_page_without_the_tags_of_head_and_body_is_read(tag: str) -> None:
    text = "Die Werkstatt kaufte drei Räder. " * 5
    found = extract(
        f"<!doctype html><html lang=de><title>Räder</title><{tag}><h1>Räder</h1><p>{text}</p></{tag}></html>"
    )
    assert found.title == "Räder"
    assert text.strip() in found.text


PARTNERS = "Wir und unsere 842 Partner speichern und greifen auf Informationen auf Ihrem Gerät zu. Sie können ablehnen."
INSTEAD = [
    ("a consent wall", f"<h2>Wir schätzen Ihre Privatsphäre</h2><p>{PARTNERS}</p><button>Ablehnen</button>"),
    ("a consent wall", "<p>We value your privacy</p><p>We and our partners store information on a device.</p>"),
    ("a consent wall", "<p>Diese Website verwendet Cookies. Durch die weitere Nutzung stimmen Sie zu.</p>"),
    (
        "asks for a person",
        "<h1>Just a moment</h1><p>Checking your browser before accessing example.org. Please wait.</p>",
    ),
    ("asks for a person", "<h1>Access denied</h1><p>You do not have permission to access this server. #18.2e</p>"),
    ("asks for a person", "<p>Bitte bestätigen Sie, dass Sie ein Mensch sind. Danach geht es weiter.</p>"),
]


@pytest.mark.parametrize(("what", "body"), INSTEAD, ids=[body[:40] for _, body in INSTEAD])
def test_what_stands_instead_of_an_article_is_not_summarised(what: str, body: str) -> None:
    with pytest.raises(UserError, match=what):
        extract(f"<!doctype html><html><head><title>Seite</title></head><body><div>{body}</div></body></html>")


def test_a_long_post_may_be_about_cookies() -> None:
    text = f"{PARTNERS} So beginnt heute fast jede Seite. " + "Wie viele Partner das sind, haben wir gezählt. " * 9
    assert (
        "haben wir gezählt"
        in extract(f"<html><body><article><h1>Banner</h1><p>{text}</p></article></body></html>").text
    )
