"""Answers are found in worksheets as people and programs send them back, and what cannot be read is said."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.read.worksheets import ANSWERS, Answer, answers, from_csv, from_json, from_markdown, same_words

POST = '<!-- blogsum:post {"id": "a"} -->'
ANSWER = "<!-- blogsum:answer -->"
PROPOSED = f'<!-- blogsum:post {{"id": "a", "proposal": "{same_words("Ein Vorschlag.")}"}} -->'
MARKDOWN = [
    (
        "as it was",
        f"# Titel\n\n{POST}\n\n## 1. Post\n\n{ANSWER}\n\nMeine Sätze.\n\n",
        [Answer("x:3", "a", "Meine Sätze.")],
    ),
    ("left empty", f"{POST}\n{ANSWER}\n", [Answer("x:1", "a", "")]),
    ("line ends of Windows", f"{POST}\r\n{ANSWER}\r\nEins.\r\nZwei.\r\n", [Answer("x:1", "a", "Eins.\nZwei.")]),
    ("a byte order mark, blanks around", f"\ufeff  {POST}  \n\t{ANSWER} \n Eins. \n", [Answer("x:1", "a", "Eins.")]),
    (
        "rules, headings and quotes in an answer",
        f"{POST}\n{ANSWER}\n> Zitat\n\n---\n\n## Mehr\n",
        [Answer("x:1", "a", "> Zitat\n\n---\n\n## Mehr")],
    ),
    (
        "posts in another order",
        f'<!-- blogsum:post {{"id": "b"}} -->\n{ANSWER}\nB.\n{POST}\n{ANSWER}\nA.\n',
        [Answer("x:1", "b", "B."), Answer("x:4", "a", "A.")],
    ),
    (
        "the line above the answer is gone",
        f"{POST}\n\nMeine Sätze.\n",
        [Answer("x:1", "a", "", problem=f"the line {ANSWER} is missing")],
    ),
    (
        "a damaged marker",
        f"<!-- blogsum:post {{a}} -->\n{ANSWER}\nx\n",
        [Answer("x:1", "", "", problem="its marker was damaged")],
    ),
    (
        "written into the proposal",
        f"{PROPOSED}\n<!-- blogsum:proposal -->\n> Ein Vorschlag, besser.\n{ANSWER}\n",
        [
            Answer(
                "x:1",
                "a",
                "",
                proposal="Ein Vorschlag, besser.",
                problem=f"the proposal itself was changed: write below the line {ANSWER}",
            )
        ],
    ),
    (
        "the proposal wrapped by an editor",
        f"{PROPOSED}\n<!-- blogsum:proposal -->\n> Ein\n> Vorschlag.\n{ANSWER}\nMein.\n",
        [Answer("x:1", "a", "Mein.", proposal="Ein\nVorschlag.")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [one[1:] for one in MARKDOWN], ids=[one[0] for one in MARKDOWN])
def test_markdown(text: str, expected: list[Answer]) -> None:
    assert list(from_markdown("x", text.encode())) == expected


def test_markdown_of_an_old_editor() -> None:
    text = f"{POST}\n{ANSWER}\nGrößer – „ja“.\n"
    for content in (text.encode("cp1252"), text.encode("utf-16")):
        assert [one.text for one in from_markdown("x", content)] == ["Größer – „ja“."]


HEAD = "id;Titel;Link;Anfang;Vorschlag einer Maschine, ungeprüft;Ihre Zusammenfassung"
FOUND = [Answer("x:2", "a", "Größe – „zählt“.", title="T", url="https://x.example", proposal="V")]
ROW = "a;T;https://x.example;Anfang;V;Größe – „zählt“."
TABLES = [
    ("Excel on a German Windows", f"{HEAD}\r\n{ROW}\r\n".encode("cp1252"), FOUND),
    ("Excel, CSV UTF-8", f"\ufeff{HEAD}\r\n{ROW}\r\n".encode(), FOUND),
    ("Excel, Unicode text", f"{HEAD}\r\n{ROW}\r\n".replace(";", "\t").encode("utf-16"), FOUND),
    ("with Excel's first line", f"sep=;\r\n{HEAD}\r\n{ROW}\r\n".encode(), None),
    (
        "commas, quoted",
        b'"id","Your summary"\n"a"," Eins, \n zwei. "\n',
        [Answer("x:2", "a", "Eins, \n zwei.")],
    ),
    (
        "columns in another order, names by hand, blank rows and columns",
        "\n;;;\nyour  SUMMARY ; ID;;Title\n\n;;;\n Meine Sätze. ; a ;;T\n".replace("\n;;;\nyour", "your", 1).encode(),
        [Answer("x:4", "a", "Meine Sätze.", title="T")],
    ),
    (
        "apostrophes of ours go",
        b"id;your summary;title;proposal of a machine, unchecked\na;'-x;'=T;'-V\n",
        [Answer("x:2", "a", "'-x", title="=T", proposal="-V")],
    ),
    (
        "a quote is missing",
        b"id;your summary\na;Eins; zwei\n",
        [Answer("x:2", "a", "Eins", problem="it has more cells than columns: quotes are missing around one")],
    ),
    (
        "a quote is never closed",
        b'id;your summary\na;"Eins\n',
        [Answer("x:2", "", "", problem="has a quote that is never closed")],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [one[1:] for one in TABLES], ids=[one[0] for one in TABLES])
def test_tables(content: bytes, expected: list[Answer] | None) -> None:
    found = list(from_csv("x", content))
    if expected is None:
        assert [one.text for one in found] == [FOUND[0].text]
    else:
        assert found == expected


def test_the_form_s_file() -> None:
    rows = [
        {"id": "a", "title": "T", "url": "u", "proposal": "V", "started": True, "summary": " Meine. "},
        {"id": "b", "summary": ""},
        {"id": 7, "summary": "x"},
        "nothing",
    ]
    content = "\ufeff" + json.dumps({"schema": ANSWERS, "author": "Anna", "answers": rows})
    assert list(from_json("x", content.encode())) == [
        Answer("x: answer 1", "a", "Meine.", "T", "u", "V", True),
        Answer("x: answer 2", "b", ""),
        Answer("x: answer 3", "", "", problem="it is damaged"),
        Answer("x: answer 4", "", "", problem="it is damaged"),
    ]


NO_SHEETS = [
    ("notes.md", b"# Notizen\n", "notes.md is no worksheet"),
    ("rows.csv", b"id;text\n1;x\n", "rows.csv is no worksheet"),
    ("rows.csv", b"", "rows.csv is no worksheet"),
    ("x.json", b"{", "x.json: not JSON: expecting property name enclosed in double quotes at column 2"),
    ("x.json", b"[]", "x.json holds no answers"),
    ("x.json", b'{"schema": "blogsum/answers/2", "answers": []}', "x.json holds no answers"),
    ("x.html", b"<form>", "x.html is the form itself"),
    ("x.docx", b"PK", "x.docx is no worksheet"),
]


@pytest.mark.parametrize(("name", "content", "message"), NO_SHEETS)
def test_what_is_no_worksheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        list(answers(name))
    assert str(caught.value) == message


def test_files_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    for name, message in (("no.csv", "no.csv: no such file"), ("empty", "empty has no worksheets")):
        with pytest.raises(UserError, match=message):
            list(answers(name))


def test_a_folder_of_worksheets(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("id;your summary\nb;B.\n")
    (tmp_path / "a.md").write_text(f"{POST}\n{ANSWER}\nA.\n")
    (tmp_path / "a.html").write_text("<form>")
    assert [(one.id, one.text) for one in answers(str(tmp_path))] == [("a", "A."), ("b", "B.")]


@given(st.binary(max_size=300) | st.text(st.sampled_from(f'ab;,\n"{POST[:4]}'), max_size=80).map(str.encode))
def test_no_bytes_break_a_reader(content: bytes) -> None:
    for read in (from_markdown, from_csv, from_json):
        with contextlib.suppress(UserError):
            list(read("x", content))


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\x00"), max_size=50))
def test_whatever_an_author_writes_into_a_table_comes_back(text: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([["id", "your summary"], ["a", text]])
    assert [one.text for one in from_csv("x", out.getvalue().encode())] == [text.strip()]
