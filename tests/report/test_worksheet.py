"""Worksheets in full, and what strangers' texts do to them: nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.collect import Sheet, Task, tidy
from blogsum.read.worksheets import from_csv, from_markdown, same_words
from blogsum.report.worksheet import LABELS, markdown, table
from blogsum.report.worksheet_page import page

TASK = Task(
    "a/1",
    "Räder | *für* <b>alle</b>",
    "https://example.org/1",
    "de",
    "Die Werkstatt kaufte drei Räder. …",
    "Die Werkstatt kaufte\n- drei Räder.",
)
BARE = Task("2", "", "javascript:alert(1)", "und", "", "")
SHEET = Sheet("Anna", "anna", "de", (TASK, BARE))

MARKDOWN = """\
# Zusammenfassungen gesucht für Anna

Diesen Beiträgen fehlt eine Zusammenfassung: zwei bis vier Sätze, höchstens 60 Wörter, die zum Lesen einladen und \
nichts sagen, was nicht im Beitrag steht.

Der Vorschlag stammt von einer Maschine und ist ungeprüft. Sie dürfen ihn verbessern; unverändert wird er nicht \
übernommen.

Schreiben Sie unter die Zeile, in der `blogsum:answer` steht, und lassen Sie diese Zeilen stehen. Was leer bleibt, \
bleibt offen.

<!-- blogsum:post {"id": "a/1", "proposal": "HASH"} -->

---

## 1. Räder | \\*für\\* \\<b>alle\\</b>

<https://example.org/1>

So beginnt der Beitrag:

> Die Werkstatt kaufte drei Räder. …

Vorschlag einer Maschine, ungeprüft:

<!-- blogsum:proposal -->

> Die Werkstatt kaufte
> \\- drei Räder.

Ihre Zusammenfassung:

<!-- blogsum:answer -->



<!-- blogsum:post {"id": "2"} -->

---

## 2. Ohne Titel

Die Maschine hat hierzu keinen Vorschlag.

Ihre Zusammenfassung:

<!-- blogsum:answer -->


"""


def test_markdown_in_full() -> None:
    assert "".join(markdown(SHEET)) == MARKDOWN.replace("HASH", same_words(TASK.proposal))


def test_a_german_table_in_full() -> None:
    assert "".join(table(SHEET)) == (
        '\ufeff"id";"Titel";"Link";"Anfang";"Vorschlag einer Maschine, ungeprüft";"Ihre Zusammenfassung"\r\n'
        '"a/1";"Räder | *für* <b>alle</b>";"https://example.org/1";"Die Werkstatt kaufte drei Räder. …";'
        '"Die Werkstatt kaufte - drei Räder.";""\r\n'
        '"2";"";"javascript:alert(1)";"";"";""\r\n'
    )


def test_an_english_table_has_commas_and_english_names() -> None:
    assert next(table(SHEET, "en")) == (
        '\ufeff"id","Title","Link","Begin","Proposal of a machine, unchecked","Your summary"\r\n'
    )


def test_no_cell_is_a_formula() -> None:
    tasks = tuple(replace(TASK, title=f"{sign}1+1", lead=f"{sign}x", proposal=f"{sign}y") for sign in "=+-@\t\r")
    for row in csv.reader(
        io.StringIO("".join(table(replace(SHEET, tasks=tasks))).removeprefix("\ufeff")), delimiter=";"
    ):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_both_languages_have_the_same_words() -> None:
    assert LABELS["de"].keys() == LABELS["en"].keys()


wild = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("<>|`*_#-=\"'&;\n\r\\"), max_size=20)
hostile = wild | st.sampled_from(
    [
        "<!-- blogsum:answer -->",
        "x\n<!-- blogsum:post {} -->\ny",
        '--> <script>alert("x")</script>',
        "</textarea></section></form>",
        "=cmd|' /C calc'!A0",
        "| a | b |\n|---|---|",
    ]
)
tasks = st.builds(
    Task,
    hostile.map(lambda text: text.replace("\0", "").strip()).filter(bool),  # as reading leaves ids
    hostile,
    hostile,
    st.just("de"),
    hostile,
    hostile.map(tidy),
)
some_sheets = st.builds(
    Sheet, hostile, st.just("x"), st.sampled_from(["de", "en"]), st.lists(tasks, max_size=3).map(tuple)
)


@given(some_sheets)
def test_markdown_reads_back_post_by_post_whatever_stands_in_it(sheet: Sheet) -> None:
    if sheet.tasks:
        found = list(from_markdown("x.md", "".join(markdown(sheet)).encode()))
        assert [(one.id, one.text, one.problem) for one in found] == [(task.id, "", "") for task in sheet.tasks]
        assert [same_words(one.proposal) for one in found] == [same_words(task.proposal) for task in sheet.tasks]


@given(some_sheets)
def test_a_table_reads_back_row_by_row_whatever_stands_in_it(sheet: Sheet) -> None:
    found = list(from_csv("x.csv", "".join(table(sheet)).encode()))
    assert [(one.text, one.problem) for one in found] == [("", "") for _ in sheet.tasks]
    assert [same_words(one.proposal) for one in found] == [same_words(task.proposal) for task in sheet.tasks]


@given(some_sheets)
def test_the_form_has_no_markup_but_its_own(sheet: Sheet) -> None:
    names = re.findall(r"<([a-z][a-z0-9]*)", "".join(page(sheet)).partition("<form")[2].partition("<script>")[0])
    assert set(names) <= {
        *("section", "h2", "p", "a", "blockquote", "div", "strong", "button"),
        *("label", "textarea", "span", "footer", "output"),
    }
    assert names.count("section") == len(sheet.tasks)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_form_says_that_a_machine_wrote_the_proposal(lang: str) -> None:
    text = "".join(page(SHEET, lang))
    assert f'<html lang="{lang}">' in text
    assert f'<div class="machine"><p><strong>{LABELS[lang]["proposal"]}:</strong></p>' in text
    assert text.count("<textarea") == 2
    assert 'javascript:alert(1)" rel' not in text
