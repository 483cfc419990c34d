"""Records survive writing and reading, whatever characters they hold."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum import jsonl
from blogsum.errors import UserError

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ANY_TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_a_line_reads_as_it_was_written(record: dict[str, Any]) -> None:
    line = jsonl.dumps(record)
    assert len(line.splitlines()) == 1
    assert jsonl.parse(line.encode("utf-8")) == record


@given(ANY_TEXT)
def test_any_text_can_be_written(text: str) -> None:
    assert jsonl.parse(jsonl.dumps({"text": text}).encode("utf-8")) == {"text": text}


def test_letters_stay_readable_and_only_dangerous_characters_are_escaped() -> None:
    record = {"text": "„Größe“ 🙂 \udcff \u2028 \x85 \n"}
    assert jsonl.dumps(record) == '{"text": "„Größe“ 🙂 \\udcff \\u2028 \\u0085 \\n"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_json_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        jsonl.dumps({"score": value})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": "b', "not JSON: unterminated string starting at column 7"),
        (b'{"a": 1', "not JSON: expecting ',' delimiter at column 8"),
        (b"{'a': 1}", "not JSON: expecting property name enclosed in double quotes at column 2"),
        (b'{\n"a": 1,\n}', "not JSON: "),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "not JSON: expecting value at column 1"),
    ],
)
def test_a_bad_line_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        jsonl.parse(line)
    assert str(caught.value).startswith(reason)


LINES = [
    (b"a\nb", [(1, b"a"), (2, b"b")]),
    (b"a\r\n\r\n  \nb\n", [(1, b"a"), (4, b"b")]),
    (b"\xef\xbb\xbf\na\n", [(2, b"a")]),
    (b"12345\nb\n", [(1, b"12345"), (2, b"b")]),
    (b"123456\nb\n", [(1, None), (2, b"b")]),
    (b"12345\r\nb", [(1, b"12345"), (2, b"b")]),
    (b"x" * 200_000 + b"\nb\n", [(1, None), (2, b"b")]),
    (b"a\n" + b"x" * 200_000, [(1, b"a"), (2, None)]),
    (b"12345", [(1, b"12345")]),
    (b"123456", [(1, None)]),
    (b"", []),
]


@pytest.mark.parametrize(("content", "expected"), LINES)
def test_lines_are_bounded(content: bytes, expected: list[tuple[int, bytes | None]]) -> None:
    assert list(jsonl.lines(io.BytesIO(content), limit=5)) == expected


def test_a_file_is_written_at_once_and_read_back(tmp_path: Path) -> None:
    records = [{"id": "1", "text": "Ä"}, {"id": "2"}]
    jsonl.write(str(tmp_path / "out.jsonl"), iter(records))
    assert (tmp_path / "out.jsonl").read_bytes() == '{"id": "1", "text": "Ä"}\n{"id": "2"}\n'.encode()
    assert list(jsonl.read(str(tmp_path / "out.jsonl"))) == records


def test_a_record_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with pytest.raises(ValueError, match="not JSON compliant"):
        jsonl.write(str(path), [{"a": 1}, {"a": float("nan")}])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_standard_streams_are_utf_8_whatever_the_console_is(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", out)
    jsonl.write("-", [{"text": "日本"}])
    assert out.buffer.getvalue() == '{"text": "日本"}\n'.encode()  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"text": "日本"}\n'.encode()), encoding="cp1252"))
    assert list(jsonl.read("-")) == [{"text": "日本"}]


def test_records_are_written_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, write_through=True))

    def records() -> Any:
        yield {"a": 1}
        assert out.getvalue() == b'{"a": 1}\n'
        yield {"a": 2}

    jsonl.write("-", records())
    assert out.getvalue() == b'{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a": \n', "{}:2: not JSON: expecting value at column 7"),
        (b"\n[1]\n", "{}:2: not a JSON object"),
        (b'{"a": "\xe4"}', "{}:1: not UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_its_line(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        list(jsonl.read(str(path)))
    assert str(caught.value) == message.format(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        list(jsonl.read(str(tmp_path / "no.jsonl")))
    assert str(caught.value) == f"cannot read {tmp_path}/no.jsonl: No such file or directory"
