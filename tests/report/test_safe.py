from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from blogsum.report import safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mRot\x1b[0m", "Rot"),
        ("\x1b]0;Titel\x07da", "da"),
        ("\x1b]8;;http://x\x1b\\Link", "Link"),
        ("\x9b31mC1", "C1"),
        ("a\x00b\x08c\x7f", "abc"),
        ("um\u202egekehrt", "umgekehrt"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("„z.\u00a0B.“ – Leser:innen\t🙂", "„z.\u00a0B.“ – Leser:innen\t🙂"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_a_terminal_gets_text_only(text: str, expected: str) -> None:
    assert safe.plain(text) == expected


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert not any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in safe.plain(text))
    safe.plain(text).encode("utf-8")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-1", "@SUM(A1)", "- Punkt", "\t=1", '=HYPERLINK("http://x")'],
)
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    assert safe.cell(text) == "'" + text


def test_other_cells_stay() -> None:
    assert safe.cell("5 – 3 = 2") == "5 – 3 = 2"


@pytest.mark.parametrize(
    "text",
    [
        "*kein* _Kursiv_ und `kein` Code",
        "# keine Überschrift",
        "1. April, kein Scherz",
        "2) Punkt",
        "- kein Strich",
        "+ kein Plus",
        "> kein Zitat",
        "<b>kein</b> HTML & &amp; mehr",
        "[kein](Link) und [auch][keiner]",
        "snake_case_bleibt 3 * 4 < 5",
        "~~kein~~ Strich",
        "C:\\Pfad \\* hier",
        "![kein](Bild)",
        "=== drei",
        "---",
    ],
)
def test_markdown_shows_just_the_text(text: str) -> None:
    import html
    import re

    page = MarkdownIt("gfm-like", {"linkify": False}).render(safe.markdown(text))
    assert page.startswith("<p>")
    assert html.unescape(re.sub(r"<[^>]+>", "", page)).strip() == text


def test_json_keeps_everything_and_steers_no_terminal() -> None:
    record = {"text": "a\x1b[31m\x9b\u202e\ud83d„ü“"}
    line = safe.dumps(record)
    assert json.loads(line) == record
    assert "„ü“" in line
    assert line.isprintable() or all(c.isprintable() or c == "\n" for c in line)
