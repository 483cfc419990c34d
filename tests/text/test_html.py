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


BANNER = (
    '<div class="{}"><p>Wir verwenden Cookies und bitten um Ihre Einwilligung zu Tracking und Werbung. Ihre Zustimmung ist'
    " freiwillig, siehe Datenschutz.</p><button>Alle akzeptieren</button></div>"
)
WALL = (
    "<p>Weiterlesen mit Werbung. Besuchen Sie uns wie gewohnt mit Werbung, Cookies und Tracking. Details zu Werbung und"
    " Tracking stehen im Datenschutz. Ihre Zustimmung ist jederzeit widerrufbar, auch im Datenschutz-Center.</p>"
)
SHORT = "<p>Die alte Mühle läuft seit gestern wieder, und alle dürfen am Sonntag kommen.</p>"


@pytest.mark.parametrize(
    "html",
    [
        f"<body>{BANNER.format('cookie-banner')}<main>{SHORT}</main></body>",
        f"<body>{BANNER.format('x1')}<main><article><h1>Die Mühle</h1>{SHORT}</article></main></body>",
        f"<body><noscript>Bitte aktivieren Sie JavaScript.</noscript><main>{SHORT}</main></body>",
        f"<body><div id='app'></div><main>{SHORT}</main></body>",
    ],
    ids=["banner with a name", "banner without a name", "note on scripts", "empty root"],
)
def test_a_short_post_is_read_beside_a_banner(html: str) -> None:
    assert "Die alte Mühle läuft seit gestern wieder" in extract(html).text


@pytest.mark.parametrize(
    "html",
    [
        f"<body>{BANNER.format('cookie-banner')}</body>",
        f"<body>{BANNER.format('x1')}</body>",
        f"<body><main>{WALL}<p>Bereits Abonnent? Hier anmelden</p></main></body>",
        f"<body><main>{WALL * 4}</main></body>",
    ],
    ids=["banner with a name", "banner without a name", "wall", "long wall"],
)
def test_a_pure_wall_is_named(html: str) -> None:
    with pytest.raises(UserError, match="consent wall"):
        extract(html)


def test_an_article_about_consent_is_an_article() -> None:
    text = (
        "Die Aufsicht prüft, wie Seiten um eine Einwilligung in Cookies bitten, und rügt viele davon für ihr Tracking."
    )
    assert text in extract(f"<body><article><h1>Cookies</h1><p>{text}</p>{PARAGRAPH * 2}</article></body>").text


@pytest.mark.parametrize("start", ["", "<html lang=de><meta charset=utf-8>", "<head>"])
def test_a_page_without_a_body_tag_is_read(start: str) -> None:
    first, second = (
        "Die alte Mühle läuft seit gestern wieder, sagt der Verein.",
        "Am Sonntag darf sie jeder sehen, der will.",
    )
    html = f"<!doctype html>{start}<title>Die Mühle</title><main><h1>Die Mühle</h1><p>{first}</p></main>{second}"
    assert extract(html).text == f"{first}\n\n{second}"


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
