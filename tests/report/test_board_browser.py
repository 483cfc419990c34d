"""The page of scores in a browser: filtered by language, opened and followed by mouse and keyboard, looked at."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogsum.evaluate import judge
from blogsum.evaluate.gate import baseline, decide
from blogsum.report.board import page
from blogsum.types import Article, Example, Judged
from tests.browser import Browser

pytestmark = pytest.mark.slow

EVIL = "</title></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
LONG = " ".join(["Im Sommer bleibt das Haus auch abends offen, weil viele danach fragten."] * 40)


def rows() -> list[Judged]:
    """Two German and one English summary, by people with bad intentions and long names."""
    texts = [
        (
            "stadt",
            "de",
            f"Die Stadt öffnet die Bücherei am Sonntag.\n\n{LONG}",
            "Die Stadt öffnet die Bücherei am Sonntag.",
        ),
        ("rat", "de", f"{LONG}\n\nDer Rat zahlt 38.000 Euro im Jahr.", f"Der Rat zahlt 90.000 Euro im Jahr. {EVIL}"),
        ("town", "en", f"The town opens a library on Sundays {EVIL}. It costs 38,000 euros.", "It costs 38,000 euros."),
    ]
    return [
        judge(Example(Article(name, text, f"{name} {EVIL} {'Langername' * 9}", lang=lang), summary))
        for name, lang, text, summary in texts
    ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def shown(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Browser:
    """The page, German unless told otherwise, with the answer of a gate that failed."""
    lang, width = getattr(request, "param", ("de", 1000))
    found = rows()
    before = {row["id"]: row for row in baseline(found)["rows"]}
    for one in before.values():
        one["scores"] = dict.fromkeys(one["scores"], 1.0)
        one["unsupported"] = []
    file = tmp_path / "page.html"
    file.write_text("".join(page(found, decide(found, before), lang, advisory=["fluency"])), encoding="utf-8")
    browser.open(file.as_uri(), width)
    return browser


def press(browser: Browser, key: str, code: int = 0, text: str = "") -> None:
    known = {"key": key, "windowsVirtualKeyCode": code or ord(key), "code": key}
    browser.call("Input.dispatchKeyEvent", type="keyDown", text=text, **known)
    browser.call("Input.dispatchKeyEvent", type="keyUp", **known)


def click(browser: Browser, selector: str) -> None:
    """A real click in the middle of what a selector finds."""
    place = browser.run(
        f"(() => {{const e = document.querySelector({selector!r}); e.scrollIntoView({{block: 'center'}});"
        "const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]})()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        browser.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)


VISIBLE = "[...document.querySelectorAll('.row')].filter(r => !r.hidden).map(r => r.dataset.lang)"
FIGURES = "[...document.querySelectorAll('.figures')].filter(r => r.offsetHeight > 0).map(r => r.dataset.lang)"
COLOURS = (
    "['body', '.note', '.said', 'summary', '.bad'].map(q => {const s = getComputedStyle(document.querySelector(q));"
    " const own = s.backgroundColor === 'rgba(0, 0, 0, 0)' ? getComputedStyle(document.documentElement) : s;"
    " return [s.color, own.backgroundColor]})"
)


def test_the_language_is_chosen_with_the_keyboard(shown: Browser) -> None:
    assert sorted(shown.run(VISIBLE)) == ["de", "de", "en"]
    assert shown.run(FIGURES) == [""]
    shown.run("document.getElementById('lang').focus()")
    press(shown, "ArrowDown", 40)
    assert shown.run("document.getElementById('lang').value") == "de"
    assert shown.run(VISIBLE) == ["de", "de"]
    assert shown.run(FIGURES) == ["de"]
    assert shown.run("document.querySelector('.figures:not([hidden]) .note').textContent") == "2 Zusammenfassungen"
    press(shown, "ArrowDown", 40)
    assert (shown.run(VISIBLE), shown.run(FIGURES)) == (["en"], ["en"])
    press(shown, "ArrowUp", 38)
    press(shown, "ArrowUp", 38)
    assert sorted(shown.run(VISIBLE)) == ["de", "de", "en"]


def test_a_row_is_opened_and_a_sentence_followed_with_the_keyboard(shown: Browser) -> None:
    shown.run("document.querySelector('.row > summary').focus()")
    assert shown.run("document.querySelectorAll('.row[open]').length") == 0
    press(shown, "Enter", 13, "\r")
    assert shown.run("document.querySelector('.row').open") is True
    press(shown, "Tab", 9)
    assert shown.run("document.activeElement.matches('.row .text a')")
    assert shown.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press(shown, "Enter", 13, "\r")
    assert shown.run("document.querySelector(':target').matches('mark')")


def test_a_click_opens_a_row_and_leads_from_the_summary_to_the_article(shown: Browser, tmp_path: Path) -> None:
    click(shown, ".said summary")
    assert shown.run("document.querySelectorAll('.said li a').length") == 3
    click(shown, "#r2 > summary")
    assert shown.run("document.getElementById('r2').open") is True
    click(shown, "#r2 .text a")
    target = shown.run(
        "(() => {const e = document.querySelector(':target'), r = e.getBoundingClientRect();"
        " return [e.textContent, getComputedStyle(e).backgroundColor, r.top >= 0 && r.bottom <= innerHeight]})()"
    )
    assert target[1:] == ["rgb(255, 196, 0)", True]
    carried = shown.run("document.querySelector('#r2 .text a').textContent")
    assert set(carried.split()[:2]) <= set(target[0].split())
    shown.picture(tmp_path / "open.png")
    assert len({*pixels(tmp_path / "open.png")}) > 20  # text, marks and links, not an empty window


@pytest.mark.parametrize("shown", [("de", 1000), ("en", 1000), ("de", 360)], indirect=True, ids=str)
def test_the_page_as_it_is_seen(shown: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    lang, width = request.node.callspec.params["shown"]
    assert [url for url in shown.requests if not url.startswith(("data:", "file:"))] == []
    assert len(shown.requests) == 1
    assert shown.complaints == []
    assert shown.run("document.title") == {"de": "Noten für Zusammenfassungen", "en": "Scores of summaries"}[lang]
    assert shown.run("document.querySelectorAll('img, iframe, object, [onerror], [href^=http]').length") == 0
    shown.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert shown.run("document.documentElement.scrollWidth") <= width
    assert shown.run(
        "[...document.querySelectorAll('.figures:not([hidden]) rect')].some(r => r.getBoundingClientRect().height > 9)"
    )
    text = shown.run("document.body.innerText")
    german = ("Schreibfluss", "nur ein Hinweis", "Reihenfolge", "Zahl: 90.000", "nicht belegt", "schlechter wurden")
    english = ("fluency", "advisory", "order", "number: 90.000", "unsupported", "Articles that broke")
    assert all(one in text for one in (german if lang == "de" else english))
    assert not any(one in text for one in (english[1:3] if lang == "de" else german))
    for theme in ("light", "dark"):
        shown.theme(theme)
        for front, back in shown.run(COLOURS):
            assert contrast(front, back, theme) >= 4.5, (theme, front, back)
        shown.picture(tmp_path / f"{theme}.png")
        assert len({*pixels(tmp_path / f"{theme}.png")}) > 20


def contrast(front: str, back: str, theme: str) -> float:
    """Contrast of WCAG 2.2; a transparent background is the theme's own."""
    if back == "rgba(0, 0, 0, 0)":
        back = "rgb(255, 255, 255)" if theme == "light" else "rgb(18, 18, 18)"
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def pixels(path: Path) -> Iterator[bytes]:
    """Some bytes of the picture in runs of three, unfiltered lines only: enough to see whether anything is drawn."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    parts, at = [], 8
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == b"IDAT":
            parts.append(content[at + 8 : at + 8 + size])
        at += size + 12
    data = zlib.decompress(b"".join(parts))
    yield from (data[place : place + 3] for place in range(0, len(data) - 3, 3))
