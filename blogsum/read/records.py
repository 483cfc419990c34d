"""Rows of JSONL, JSON, CSV and TSV -> Article, and an Article -> record; streams row by row."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from blogsum import jsonl
from blogsum.read.markdown import iso_date, language
from blogsum.types import Article, Unreadable

SCHEMA = "blogsum/article/1"
FIELDS = ("id", "url", "title", "author", "date", "lang", "text", "summary", "references", "system")
# Other names a column may have, the first that is filled counts. Kept short: guessing more would read the wrong column.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "author": ("author", "authors"),
    "date": ("date", "published"),
    "lang": ("lang", "language"),
    "text": ("text", "article", "article_text", "body", "content", "document", "source"),
    "summary": ("summary", "teaser", "description"),
    "references": ("references", "reference"),
    "system": ("system",),
}
_ENCODING_HEAD = 65_536


def to_record(article: Article) -> dict[str, Any]:
    """The record of ``article``: the fields it has, in the order of FIELDS, and the schema."""
    values = {name: getattr(article, name) for name in FIELDS}
    values["references"] = list(article.references)
    return {name: value for name, value in values.items() if value not in (None, [])} | {"schema": SCHEMA}


def from_jsonl(name: str, stream: BinaryIO, limit: int) -> Iterator[Article | Unreadable]:
    """Articles of a JSONL stream; a row of more than ``limit`` bytes is refused as that row."""
    seen: set[int] = set()
    for number, line in jsonl.lines(stream, limit):
        place = f"{name}:{number}"
        if line is None:
            yield _too_large(place, limit)
            continue
        try:
            yield _article(jsonl.parse(line), place, seen)
        except ValueError as error:
            yield Unreadable(place, str(error))


def from_json(name: str, content: bytes) -> Iterator[Article | Unreadable]:
    """Articles of a JSON array of records, or of one record."""
    try:
        value = jsonl.parse(content)
    except ValueError as error:
        yield Unreadable(name, str(error))
        return
    rows = value if isinstance(value, list) else [value]
    seen: set[int] = set()
    for number, row in enumerate(rows, 1):
        place = f"{name}:{number}" if isinstance(value, list) else name
        try:
            yield _article(row, place, seen)
        except ValueError as error:
            yield Unreadable(place, str(error))


def from_csv(name: str, stream: BinaryIO, limit: int) -> Iterator[Article | Unreadable]:
    """Articles of a CSV or TSV stream with a header line; the separator (comma, semicolon, tab) is the header's."""
    seen: set[int] = set()
    rows = _csv_rows(stream, limit)
    header: list[str] | None = None
    for number, values in rows:
        place = f"{name}:{number}"
        if header is None:
            header = [column.strip().lower() for column in values or []]
            if not any(alias in header for alias in ALIASES["text"]):
                yield Unreadable(
                    name, f"has no column 'text' (it has {_listed(header)})", "name the columns in the first line"
                )
                return
        elif values is None:
            yield _too_large(place, limit)
        elif len(values) > len(header):
            yield Unreadable(
                place, f"has {len(values)} values for {len(header)} columns", 'put text with separators in "quotes"'
            )
        else:
            row = {column: value for column, value in zip(header, values, strict=False) if value.strip()}
            try:
                yield _article(_unpacked(row), place, seen)
            except ValueError as error:
                yield Unreadable(place, str(error))


def _article(row: object, place: str, seen: set[int]) -> Article:
    """The article of one row; ValueError with the reason when it has none."""
    if not isinstance(row, Mapping):
        raise ValueError("not an object with a field 'text'")
    schema = row.get("schema", SCHEMA)
    if schema != SCHEMA and str(schema).startswith("blogsum/article/"):
        raise ValueError(f"has the schema {schema}, this blogsum reads {SCHEMA}")
    values = {field: _value(row, names) for field, names in ALIASES.items()}
    text = values["text"]
    if text is None:
        raise ValueError("has no field 'text'" + (f": {row['error']}" if isinstance(row.get("error"), str) else ""))
    if not isinstance(text, str):
        raise ValueError(f"'text' must be a text, not {_kind(text)}")
    known = {field: _scalar(field, values[field]) for field in ("id", "url", "title", "author", "summary", "system")}
    identity = known.pop("id") or place
    if hash(identity) in seen:  # hashes, not the ids: a set of a million rows must stay small
        raise ValueError(f"has the id '{identity}' of an earlier row")
    seen.add(hash(identity))
    return Article(
        id=identity,
        text=text,
        date=iso_date(values["date"]),
        lang=language(values["lang"]),
        references=_references(values["references"]),
        **known,
    )


def _value(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    filled = (row[name] for name in names if row.get(name) is not None and row[name] != "" and row[name] != [])
    return next(filled, None)


def _scalar(field: str, value: Any) -> str | None:
    if field == "author" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(f"'{field}' must be a text, not {_kind(value)}")
    return None if value is None else str(value).strip() or None


def _references(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ValueError("'references' must be a list of texts")
    return tuple(item for item in values if item.strip())


def _unpacked(row: dict[str, str]) -> dict[str, Any]:
    """A CSV row whose references are a JSON list, as this package writes them, or one text."""
    value = row.get("references", "")
    if not value.lstrip().startswith("["):
        return dict(row)
    try:
        return {**row, "references": json.loads(value)}
    except ValueError:
        return dict(row)


def _csv_rows(stream: BinaryIO, limit: int) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and values of each row, None for one of more than ``limit`` bytes; a row may span lines."""
    number, start, size, parts = 0, 1, 0, list[str]()
    delimiter, quoted = "", False
    while piece := stream.readline(_ENCODING_HEAD):
        text = _decoded(piece.removeprefix(b"\xef\xbb\xbf") if not number and not parts else piece)
        delimiter = delimiter or max(",;\t", key=text.count)
        quoted = _open_quote(text, delimiter, quoted)
        size += len(piece)
        if size <= limit:
            parts.append(text)
        ended = piece.endswith(b"\n")
        number += ended
        if not ended or quoted:
            continue
        yield from _csv_row(start, parts if size <= limit else None, delimiter)
        start, size, parts = number + 1, 0, []
    if size:
        yield from _csv_row(start, parts if size <= limit else None, delimiter)


def _csv_row(number: int, parts: list[str] | None, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    if parts is None:
        yield number, None
        return
    csv.field_size_limit(1 << 30)  # rows are bounded before; Python's own limit of 131,072 cuts long articles
    values = next(csv.reader(["".join(parts)], delimiter=delimiter), [])
    if any(value.strip() for value in values):
        yield number, values


def _open_quote(line: str, delimiter: str, quoted: bool) -> bool:
    """Whether a quoted value is still open after ``line``: quotes open where a value begins, as in csv."""
    at = 0
    if not quoted and line.startswith('"'):
        quoted, at = True, 1
    while True:
        if quoted:
            at = line.find('"', at)
            if at < 0:
                return True
            if line.startswith('"', at + 1):
                at += 2
                continue
            quoted = False
        at = line.find(delimiter, at) + 1
        if not at:
            return False
        if line.startswith('"', at):
            quoted, at = True, at + 1


def _decoded(piece: bytes) -> str:
    """UTF-8, or Windows-1252, which a German Excel writes."""
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("cp1252", "replace")


def _too_large(place: str, limit: int) -> Unreadable:
    return Unreadable(place, f"is larger than {limit:,} bytes", "--max-bytes raises the limit")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "that")


def _listed(names: list[str]) -> str:
    return re.sub(r"\s+", " ", ", ".join(repr(name) for name in names[:8]))[:200] or "none"
