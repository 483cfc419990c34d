"""Rows of every table become articles or one line that says which row is wrong and why."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum import jsonl
from blogsum.read.records import from_csv, from_json, from_jsonl, to_record
from blogsum.types import Article, Unreadable

LIMIT = 1000
LARGE = "is larger than 1,000 bytes"


def rows(content: str | bytes) -> list[Article | Unreadable]:
    data = content.encode() if isinstance(content, str) else content
    return list(from_jsonl("in.jsonl", io.BytesIO(data), LIMIT))


def table(content: str | bytes, limit: int = LIMIT) -> list[Article | Unreadable]:
    data = content.encode() if isinstance(content, str) else content
    return list(from_csv("in.csv", io.BytesIO(data), limit))


def line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


FULL = Article(
    id="a/1",
    text="Der Text.",
    title="Ein Titel",
    author="Anna",
    date="2024-05-01",
    lang="de",
    url="https://example.org/1",
    summary="Kurz.",
    references=("Eins.", "Zwei."),
    system="lead",
    summary_source="excerpt",
    split="train",
)
RECORD = {
    "schema": "blogsum/article/1",
    "id": "a/1",
    "url": "https://example.org/1",
    "title": "Ein Titel",
    "author": "Anna",
    "date": "2024-05-01",
    "lang": "de",
    "text": "Der Text.",
    "summary": "Kurz.",
    "summary_source": "excerpt",
    "references": ["Eins.", "Zwei."],
    "system": "lead",
    "split": "train",
}


def test_a_record_has_the_fields_in_their_order() -> None:
    assert list(to_record(FULL).items()) == list(RECORD.items())
    assert to_record(Article("1", "x")) == {"schema": "blogsum/article/1", "id": "1", "text": "x"}


def test_a_record_reads_as_it_was_written() -> None:
    assert rows(jsonl.dumps(to_record(FULL))) == [FULL]


GOOD: list[tuple[str, dict[str, object], Article]] = [
    ("only a text", {"text": "x"}, Article("in.jsonl:1", "x")),
    ("another name for text", {"article": "x"}, Article("in.jsonl:1", "x")),
    ("yet another", {"document": "x"}, Article("in.jsonl:1", "x")),
    ("the first filled name counts", {"text": "", "body": None, "content": "x"}, Article("in.jsonl:1", "x")),
    ("other names", {"text": "x", "headline": "H", "link": "u"}, Article("in.jsonl:1", "x", title="H", url="u")),
    ("a number as id", {"id": 7, "text": "x"}, Article("7", "x")),
    ("zero as id", {"id": 0, "text": "x"}, Article("0", "x")),
    ("a year as title", {"text": "x", "title": 1984}, Article("in.jsonl:1", "x", title="1984")),
    ("several authors", {"text": "x", "authors": ["A", "B"]}, Article("in.jsonl:1", "x", author="A, B")),
    ("one reference", {"text": "x", "reference": "r"}, Article("in.jsonl:1", "x", references=("r",))),
    ("nothing is absent", {"text": "x", "title": None, "lang": "", "references": []}, Article("in.jsonl:1", "x")),
    ("a date", {"text": "x", "published": "1. Mai 2024"}, Article("in.jsonl:1", "x", date="2024-05-01")),
    ("a region", {"text": "x", "language": "de-AT"}, Article("in.jsonl:1", "x", lang="de")),
    ("unknown fields", {"text": "x", "views": 3}, Article("in.jsonl:1", "x")),
]


@pytest.mark.parametrize(("row", "expected"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_row_becomes_an_article(row: dict[str, object], expected: Article) -> None:
    assert rows(line(**row)) == [expected]


BAD = [
    ("{}", "has no field 'text'"),
    ('{"text": ""}', "has no field 'text'"),
    ('{"text": null}', "has no field 'text'"),
    ('{"id": "x", "error": "404"}', "has no field 'text': 404"),
    ('{"text": 5}', "'text' must be a text, not a number"),
    ('{"text": ["a"]}', "'text' must be a text, not a list"),
    ('{"text": {"de": "a"}}', "'text' must be a text, not an object"),
    ('{"text": "x", "title": ["a"]}', "'title' must be a text, not a list"),
    ('{"text": "x", "id": true}', "'id' must be a text, not true or false"),
    ('{"text": "x", "author": [1]}', "'author' must be a text, not a list"),
    ('{"text": "x", "references": [1]}', "'references' must be a list of texts"),
    ('{"text": "x", "references": {"a": 1}}', "'references' must be a list of texts"),
    (
        '{"text": "x", "schema": "blogsum/article/2"}',
        "has the schema blogsum/article/2, this blogsum reads blogsum/article/1",
    ),
    ('["text"]', "not an object with a field 'text'"),
    ('"text"', "not an object with a field 'text'"),
    ("null", "not an object with a field 'text'"),
    ('{"text": "x"', "not JSON: expecting ',' delimiter at column 13"),
    ('{"text": "x"} {"text": "y"}', "not JSON: extra data at column 15"),
    ("Ein Text.", "not JSON: expecting value at column 1"),
    ('{"text": NaN}', "NaN is not JSON"),
    (b'{"text": "\xfc"}', "not UTF-8"),
    ("[" * 900, "not JSON: expecting value at column 901"),
    ('{"text": "' + "x" * 1000 + '"}', LARGE),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_bad_row_is_named_and_the_next_is_read(row: str | bytes, reason: str) -> None:
    data = row.encode() if isinstance(row, str) else row
    hint = "--max-bytes raises the limit" if reason == LARGE else ""
    expected = [Unreadable("in.jsonl:1", reason, hint), Article("in.jsonl:2", "y")]
    assert rows(data + b'\n{"text": "y"}\n') == expected


def test_an_id_is_given_once() -> None:
    found = rows('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n{"id": "b", "text": "z"}\n')
    assert found == [Article("a", "x"), Unreadable("in.jsonl:2", "has the id 'a' of an earlier row"), Article("b", "z")]


def test_line_numbers_count_blank_lines() -> None:
    assert rows('\ufeff{"text": "x"}\r\n\r\n{"text": "y"}\r\n') == [
        Article("in.jsonl:1", "x"),
        Article("in.jsonl:3", "y"),
    ]


def test_a_json_list_and_a_json_object() -> None:
    assert list(from_json("in.json", b'[{"text": "x"},\n {"title": "y"}]')) == [
        Article("in.json:1", "x"),
        Unreadable("in.json:2", "has no field 'text'"),
    ]
    assert list(from_json("in.json", b'{"text": "x"}')) == [Article("in.json", "x")]
    assert list(from_json("in.json", b"[]")) == [Unreadable("in.json", "has no records")]
    assert list(from_json("in.json", b'[\n{"text": }\n]')) == [
        Unreadable("in.json", "not JSON: expecting value at line 2, column 10")
    ]


TABLES: list[tuple[str, str | bytes, list[Article | Unreadable]]] = [
    ("comma", "id,text\n1,x\n", [Article("1", "x")]),
    ("semicolon", 'id;text\n1;"a;b"\n', [Article("1", "a;b")]),
    ("tab", "id\ttext\n1\ta, b\n", [Article("1", "a, b")]),
    ("Excel says how", "sep=;\r\nid;text\r\n1;x\r\n", [Article("1", "x")]),
    ("names in capitals, with spaces", "ID, Text\n1,x\n", [Article("1", "x")]),
    ("no id", "text\nx\n", [Article("in.csv:2", "x")]),
    ("no line end at the end", "text\nx", [Article("in.csv:2", "x")]),
    ("byte order mark", b"\xef\xbb\xbftext,title\nx,T\n", [Article("in.csv:2", "x", title="T")]),
    (
        "Windows-1252",
        "text;title\nGrößer – „ja“;T\n".encode("cp1252"),
        [Article("in.csv:2", "Größer – „ja“", title="T")],
    ),
    (
        "lines in a value",
        'text,title\n"a\r\n\r\nb",T\nc,U\n',
        [Article("in.csv:2", "a\n\nb", title="T"), Article("in.csv:5", "c", title="U")],
    ),
    ("doubled quotes", 'text\n"er sagte ""ja"", dann"\n', [Article("in.csv:2", 'er sagte "ja", dann')]),
    (
        "a bare quote",
        'title,text\n5" Zoll,x\ny,z\n',
        [Article("in.csv:2", "x", title='5" Zoll'), Article("in.csv:3", "z", title="y")],
    ),
    ("blank lines", "text\n\nx\n,\n", [Article("in.csv:3", "x")]),
    ("empty values", "title,text\n,x\n", [Article("in.csv:2", "x")]),
    ("a row too short", "title,text\nx\n", [Unreadable("in.csv:2", "has no field 'text'")]),
    (
        "a row too long",
        "id,text\n1,a,b\n2,c\n",
        [Unreadable("in.csv:2", "has 3 values for 2 columns: quotes are missing around one"), Article("2", "c")],
    ),
    ("references as JSON", 'text,references\nx,"[""a"", ""b""]"\n', [Article("in.csv:2", "x", references=("a", "b"))]),
    ("references as text", "text,references\nx,[a] b\n", [Article("in.csv:2", "x", references=("[a] b",))]),
    (
        "an id twice",
        "id,text\n1,x\n1,y\n",
        [Article("1", "x"), Unreadable("in.csv:3", "has the id '1' of an earlier row")],
    ),
    (
        "a quote never closed",
        'text\nx\n"y\nz\n',
        [Article("in.csv:2", "x"), Unreadable("in.csv:3", "has a quote that is never closed")],
    ),
    (
        "a large row",
        'text\n"' + "x\n" * 600 + '"\ny\n',
        [Unreadable("in.csv:2", LARGE, "--max-bytes raises the limit"), Article("in.csv:603", "y")],
    ),
    (
        "a large line",
        "text\n" + "x" * 200_000 + "\ny\n",
        [Unreadable("in.csv:2", LARGE, "--max-bytes raises the limit"), Article("in.csv:3", "y")],
    ),
    (
        "no column for text",
        "a,b\n1,2\n",
        [Unreadable("in.csv", "has no column 'text' (it has 'a', 'b')", "the first line names the columns")],
    ),
    ("only a header", "id,text\n", [Unreadable("in.csv", "has no rows below its header")]),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES])
def test_a_table(content: str | bytes, expected: list[Article | Unreadable]) -> None:
    assert table(content) == expected


def test_a_long_article_fits_into_a_value() -> None:
    text = "Ein Satz, und noch einer. " * 20_000
    assert table(f'text\n"{text}"\n', limit=10_000_000) == [Article("in.csv:2", text)]


CELL = st.text(st.sampled_from('ab",;\t\n ß'), max_size=8)


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_tables_are_read_as_python_writes_them(values: list[tuple[str, str]], delimiter: str, end: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(["text", "summary"])
    for first, second in values:
        writer.writerow(["x" + first, "y" + second])
    found = table(out.getvalue())
    assert [(a.text, a.summary) for a in found if isinstance(a, Article)] == [
        ("x" + a, ("y" + b).strip()) for a, b in values
    ]
    assert len(found) == len(values)


@given(st.binary(max_size=200) | st.text(st.sampled_from('a",;\n\r'), max_size=60).map(lambda text: text.encode()))
def test_no_bytes_break_a_table(content: bytes) -> None:
    for item in table(b"id,text\n" + content):
        assert isinstance(item, Article | Unreadable)
    for item in rows(content):
        assert isinstance(item, Article | Unreadable)


@pytest.mark.parametrize("kind", [from_jsonl, from_csv])
def test_rows_of_any_number_take_constant_memory(kind: Any) -> None:
    head, row = (b"", b'{"text": "' + b"x" * 900 + b'"}\n') if kind is from_jsonl else (b"text\n", b"x" * 900 + b"\n")

    class Endless(io.RawIOBase):
        left = iter([*([head] if head else []), *[row] * 4000])

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            part = next(self.left, b"")
            buffer[: len(part)] = part
            return len(part)

    stream = io.BufferedReader(Endless(), 1 << 16)
    tracemalloc.start()
    count = sum(isinstance(item, Article) for item in kind("in", stream, LIMIT))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4000
    assert peak < 1_000_000
