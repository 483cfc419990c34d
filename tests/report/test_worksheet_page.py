"""The form in a real browser: from disk, without a network, by keyboard and button; what it saves is what was typed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogsum.data.collect import Sheet, Task, take
from blogsum.read.worksheets import answers
from blogsum.report.worksheet_page import page
from blogsum.types import Article
from tests.report.browser import Browser

pytestmark = pytest.mark.slow
HOSTILE = "</textarea><script>window.bad = 1</script> \" ' & | * \n zweite\tZeile \u2028 ä😀"
SHEET = Sheet(
    HOSTILE,
    "anna",
    "de",
    (
        Task(
            "a/1", "Räder", "https://example.org/1", "de", "Die Werkstatt kaufte drei Räder.", "Drei Räder gibt es nun."
        ),
        Task(HOSTILE, HOSTILE, "javascript:alert(1)", "de", HOSTILE, HOSTILE),
        Task("c", "Leer", "", "en", "", ""),
    ),
)
TYPED = 'Er sagte: "Wir fahren."\nUnd – <b>so</b> & \\ fährt 👍 man.'


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path / "profile")
    try:
        (tmp_path / "saved").mkdir()
        opened.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "saved"))
        (tmp_path / "anna.html").write_text("".join(page(SHEET)), encoding="utf-8")
        opened.open(tmp_path / "anna.html")
        yield opened
    finally:
        opened.close()


def write(browser: Browser, number: int, text: str) -> None:
    browser.ask(f"document.querySelector('#t{number}').focus()")
    browser.call("Input.insertText", text=text)


def save(browser: Browser, folder: Path) -> str:
    """The file that the button saves, when it is whole."""
    path, end = folder / "saved/anna.json", time.monotonic() + 60
    browser.ask("document.querySelector('footer button').click()")
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < end, "the answers were never saved"
        time.sleep(0.05)
    return str(path)


def test_the_form_saves_what_was_typed(browser: Browser, tmp_path: Path) -> None:
    write(browser, 1, TYPED)
    browser.ask("document.querySelectorAll('.machine button')[1].click()")
    browser.call("Input.insertText", text=" Geändert.")
    assert browser.ask("document.querySelector('.count').textContent") == "12"
    assert browser.ask("document.querySelector('footer output').textContent") == "2 von 3 beantwortet"
    one, two, three = answers(save(browser, tmp_path))
    assert (one.id, one.text, one.started) == ("a/1", TYPED, False)
    assert (two.id, two.title, two.started) == (HOSTILE, HOSTILE, True)
    assert two.proposal == HOSTILE
    assert two.text.endswith("Geändert.")
    assert (three.id, three.text) == ("c", "")
    said = browser.ask("document.querySelector('footer output').textContent")
    assert said == "Gespeichert: 2 von 3 Beiträgen beantwortet. Bitte die Datei zurückschicken."
    assert browser.complaints == []


def test_what_was_typed_is_there_when_the_page_is_opened_again(browser: Browser, tmp_path: Path) -> None:
    write(browser, 3, "Noch nicht fertig")
    browser.open(tmp_path / "anna.html")
    assert browser.dialogs == ["beforeunload"]  # "leave without saving?"
    assert browser.ask("document.querySelector('#t3').value") == "Noch nicht fertig"
    assert browser.ask("document.querySelector('footer output').textContent") == "1 von 3 beantwortet"


def test_nothing_of_a_stranger_runs_and_nothing_is_asked_of_the_network(browser: Browser, tmp_path: Path) -> None:
    assert browser.ask("window.bad") is None
    assert browser.ask("document.querySelectorAll('section').length") == 3
    assert browser.ask("document.querySelectorAll('a').length") == 1
    assert browser.requests == [(tmp_path / "anna.html").as_uri()]
    assert browser.complaints == []
    fetch = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"
    assert browser.call("Runtime.evaluate", expression=fetch, awaitPromise=True)["result"]["value"] == "refused"
    assert "Content Security Policy" in "".join(browser.complaints)
    text = "".join(page(SHEET))
    assert re.findall(r"(?:src|href)=\"([^\"]+)\"", text) == ["https://example.org/1"]


def test_every_field_has_a_label_and_the_page_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    labelled = "[...document.querySelectorAll('textarea')].every(field => field.labels.length === 1)"
    assert browser.ask(labelled) is True
    browser.open(tmp_path / "anna.html", width=360, height=700)
    assert browser.ask("document.documentElement.scrollWidth <= innerWidth") is True


def test_the_file_is_taken_in(browser: Browser, tmp_path: Path) -> None:
    browser.ask("document.querySelector('.machine button').click()")
    posts = [Article("a/1", "Die Werkstatt kaufte drei Räder.", author="Anna"), Article("c", "Leer.")]
    [outcome, *_] = take(posts, answers(save(browser, tmp_path)), lambda _: "")[1]
    assert outcome.kind == "unchanged"
    browser.call("Input.insertText", text=" Sie fahren mit Strom.")
    (tmp_path / "saved/anna.json").unlink()
    updated, outcomes = take(posts, answers(save(browser, tmp_path)), lambda _: "")
    assert (outcomes[0].kind, updated[0].summary_source) == ("taken", "machine, edited")
    assert updated[0].summary == "Drei Räder gibt es nun. Sie fahren mit Strom."
