"""The form in a real browser: from disk, without a network, by keyboard and button; what it saves is what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogsum.data.collect import Sheet, Task, take
from blogsum.read.worksheets import answers
from blogsum.report.worksheet_page import page
from blogsum.types import Article
from tests.browser import Browser

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
    with Browser(tmp_path) as opened:
        yield opened


def shown(browser: Browser, folder: Path) -> str:
    path = folder / "anna.html"
    path.write_text("".join(page(SHEET)), encoding="utf-8")
    browser.open(path.as_uri())
    return path.as_uri()


def write(browser: Browser, number: int, text: str) -> None:
    browser.run(f"document.querySelector('#t{number}').focus()")
    browser.type(text)


def save(browser: Browser, name: str = "anna.json") -> Path:
    browser.run("document.querySelector('footer button').click()")
    path = browser.downloads / name
    browser.wait(lambda: path.exists() and path.stat().st_size)
    return path


def test_the_form_saves_what_was_typed(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path)
    write(browser, 1, TYPED)
    browser.run("document.querySelectorAll('.machine button')[1].click()")
    browser.type(" Geändert.")
    assert browser.run("document.querySelector('.count').textContent") == "12"
    assert browser.run("document.querySelector('footer output').textContent") == "2 von 3 beantwortet"
    path = save(browser)
    one, two, three = answers(str(path))
    assert (one.id, one.text, one.started) == ("a/1", TYPED, False)
    assert (two.id, two.title, two.started) == (HOSTILE, HOSTILE, True)
    assert two.proposal == HOSTILE
    assert two.text.endswith("Geändert.")
    assert (three.id, three.text) == ("c", "")
    said = browser.run("document.querySelector('footer output').textContent")
    assert said == "Gespeichert: 2 von 3 Beiträgen beantwortet. Bitte die Datei zurückschicken."
    assert browser.complaints == []


def test_what_was_typed_is_there_when_the_page_is_opened_again(browser: Browser, tmp_path: Path) -> None:
    address = shown(browser, tmp_path)
    write(browser, 3, "Noch nicht fertig")
    browser.open(address)
    assert browser.run("document.querySelector('#t3').value") == "Noch nicht fertig"
    assert browser.run("document.querySelector('footer output').textContent") == "1 von 3 beantwortet"


def test_nothing_of_a_stranger_runs_and_nothing_is_asked_of_the_network(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path)
    assert browser.run("window.bad") is None
    assert browser.run("document.querySelectorAll('section').length") == 3
    assert browser.run("document.querySelectorAll('a').length") == 1
    assert browser.requests == [(tmp_path / "anna.html").as_uri()]
    assert browser.complaints == []
    assert browser.run("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')") == "refused"
    text = "".join(page(SHEET))
    assert re.findall(r"(?:src|href)=\"([^\"]+)\"", text) == ["https://example.org/1"]


def test_every_field_has_a_label_and_the_page_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path)
    labelled = "[...document.querySelectorAll('textarea')].every(field => field.labels.length === 1)"
    assert browser.run(labelled) is True
    browser.open((tmp_path / "anna.html").as_uri(), width=360, height=700)
    assert browser.run("document.documentElement.scrollWidth <= innerWidth") is True


def test_the_file_is_taken_in(browser: Browser, tmp_path: Path) -> None:
    shown(browser, tmp_path)
    browser.run("document.querySelector('.machine button').click()")
    posts = [Article("a/1", "Die Werkstatt kaufte drei Räder.", author="Anna"), Article("c", "Leer.")]
    [outcome, *_] = take(posts, answers(str(save(browser))), lambda _: "")[1]
    assert outcome.kind == "unchanged"
    browser.type(" Sie fahren mit Strom.")
    browser.downloads.joinpath("anna.json").unlink()
    updated, outcomes = take(posts, answers(str(save(browser))), lambda _: "")
    assert (outcomes[0].kind, updated[0].summary_source) == ("taken", "machine, edited")
    assert updated[0].summary == "Drei Räder gibt es nun. Sie fahren mit Strom."
