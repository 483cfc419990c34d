"""Rows of JSONL, JSON, CSV and TSV -> Article, and an Article -> record; streams row by row."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from blogsum import jsonl
from blogsum.read.markdown import iso_date, language
from blogsum.types import Article, Unreadable

SCHEMA = "blogsum/article/1"
FIELDS = (
    "id",
    "url",
    "title",
    "author",
    "date",
    "lang",
    "text",
    "summary",
    "summary_source",
    "references",
    "system",
    "split",
)
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
    "summary_source": ("summary_source",),
    "references": ("references", "reference"),
    "system": ("system",),
    "split": ("split",),
}
CSV_HEADER = ",".join(f'"{name}"' for name in ("schema", *FIELDS)) + "\n"
# A spreadsheet runs a cell that starts so. It gets an apostrophe in front (OWASP's advice, as in report/safe.py), and
# so does one that starts with apostrophes and then so. Reading rows of our own, known by their schema, takes it away:
# nothing is lost. Other programs see the apostrophe in those cells; who wants the bare text takes JSONL or Parquet.
_FORMULA = re.compile("'*[=+@\t\r-]")
_SCALARS = ("id", "url", "title", "author", "summary", "summary_source", "system", "split")
_STEP = 65_536
_BEGIN, _PLAIN, _QUOTED, _CLOSING = range(4)  # at a value's begin, in a bare value, in a quoted one, behind a quote


def to_record(article: Article) -> dict[str, Any]:
    """The record of ``article``: the schema, and the fields it has in the order of FIELDS."""
    values = {name: getattr(article, name) for name in FIELDS}
    values["references"] = list(article.references)
    return {"schema": SCHEMA} | {name: value for name, value in values.items() if value not in (None, [])}


def to_row(article: Article) -> list[str]:
    """The cells of ``article`` below ``CSV_HEADER``: references as a JSON list, formulas made harmless."""
    record = to_record(article)
    if "references" in record:
        record["references"] = json.dumps(record["references"], ensure_ascii=False)
    return [guarded(record.get(name, "")) for name in ("schema", *FIELDS)]


def guarded(cell: str) -> str:
    """The text as a cell that no spreadsheet runs; ``unguarded`` gives it back."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text that ``guarded`` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def from_record(row: object, place: str) -> Article:
    """The article of one record, ``place`` its id if it has no other; ValueError with the reason when there is none."""
    return _article(row, place, set())


def from_jsonl(name: str, stream: BinaryIO, limit: int) -> Iterator[Article | Unreadable]:
    """Articles of a JSONL stream; a row of more than ``limit`` bytes is refused as that row."""
    seen: set[int] = set()
    for number, line in jsonl.lines(stream, limit):
        place = f"{name}:{number}"
        try:
            if line is None:
                raise _too_large(limit)
            yield _article(jsonl.parse(line), place, seen)
        except ValueError as error:
            yield Unreadable(place, str(error), _hint(error))


def from_rows(name: str, rows: Iterable[object]) -> Iterator[Article | Unreadable]:
    """Articles of rows that some table held; the place of a row is its number from 1."""
    seen: set[int] = set()
    empty = True
    for number, row in enumerate(rows, 1):
        empty = False
        place = f"{name}:{number}"
        try:
            yield _article(row, place, seen)
        except ValueError as error:
            yield Unreadable(place, str(error), _hint(error))
    if empty:
        yield Unreadable(name, "has no records")


def from_json(name: str, content: bytes) -> Iterator[Article | Unreadable]:
    """Articles of a JSON array of records, or of one record."""
    try:
        value = jsonl.parse(content)
    except ValueError as error:
        yield Unreadable(name, str(error))
        return
    if isinstance(value, list):
        yield from from_rows(name, value)
        return
    try:
        yield _article(value, name, set())
    except ValueError as error:
        yield Unreadable(name, str(error), _hint(error))


def from_csv(name: str, stream: BinaryIO, limit: int) -> Iterator[Article | Unreadable]:
    """Articles of a CSV or TSV stream with a header line; the separator (comma, semicolon, tab) is the header's."""
    rows = csv_rows(stream, limit)
    _, first = next(rows, (1, []))
    header = [column.strip().lower() for column in first] if isinstance(first, list) else []
    if not any(alias in header for alias in ALIASES["text"]):
        yield Unreadable(name, f"has no column 'text' (it has {_listed(header)})", "the first line names the columns")
        return
    seen: set[int] = set()
    empty = True
    for number, values in rows:
        if isinstance(values, list) and not any(value.strip() for value in values):
            continue
        empty = False
        place = f"{name}:{number}"
        try:
            yield _article(_csv_record(header, values), place, seen)
        except ValueError as error:
            yield Unreadable(place, str(error), _hint(error))
    if empty:
        yield Unreadable(name, "has no rows below its header")


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
    known = {field: _scalar(field, values[field]) for field in _SCALARS}
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


def _csv_record(header: list[str], values: list[str] | ValueError) -> dict[str, Any]:
    """A row by column; references are a JSON list, as this package writes them, or one text."""
    if isinstance(values, ValueError):
        raise values
    if len(values) > len(header):
        raise ValueError(f"has {len(values)} values for {len(header)} columns: quotes are missing around one")
    row: dict[str, Any] = {name: value for name, value in zip(header, values, strict=False) if value.strip()}
    if row.get("schema") == SCHEMA:
        row = {name: unguarded(value) for name, value in row.items()}
    if str(row.get("references", "")).lstrip().startswith("["):
        with contextlib.suppress(ValueError):
            row["references"] = json.loads(row["references"])
    return row


def csv_rows(stream: BinaryIO, limit: int) -> Iterator[tuple[int, list[str] | ValueError]]:
    """Line number and values of each row, or what is wrong with it; a row may span lines."""
    line, start, size, row = 1, 1, 0, bytearray()
    delimiter, state, own = b"", _BEGIN, False
    while piece := stream.readline(_STEP):
        if not delimiter:
            piece = piece.removeprefix(b"\xef\xbb\xbf")
            delimiter = max((b",", b";", b"\t"), key=piece.count)
            own = piece == CSV_HEADER.encode()
            if chosen := re.fullmatch(rb"sep=([,;\t])\r?\n", piece, re.IGNORECASE):  # Excel's own first line
                delimiter, line, start = chosen[1], 2, 2
                continue
        size += len(piece)
        if size <= limit:
            row += piece
        state = _state(piece, delimiter, state)
        ended = piece.endswith(b"\n")
        line += ended
        if ended and state != _QUOTED:
            yield start, _csv_values(row, delimiter, own) if size <= limit else _too_large(limit)
            start, size, row, state = line, 0, bytearray(), _BEGIN
    if size > limit:
        yield start, _too_large(limit)
    elif state == _QUOTED:
        yield start, ValueError("has a quote that is never closed")
    elif size:
        yield start, _csv_values(row, delimiter, own)


def _csv_values(row: bytearray, delimiter: bytes, own: bool) -> list[str] | ValueError:
    """The values of one row, none for a blank line; an error for bytes that are no text.

    ``own``: a file as we wrote it, whose line ends within cells are the text's; an editor may have changed others.
    """
    csv.field_size_limit(1 << 30)  # rows are bounded before; Python's own limit of 131,072 refuses long articles
    text = _decoded(bytes(row))
    text = (text if own else text.replace("\r\n", "\n").replace("\r", " ")).rstrip("\n")
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter.decode()), [])
    except csv.Error as error:  # Python 3.10 refuses NUL, later ones read it
        return ValueError(f"is not CSV: {error}")


def _state(piece: bytes, delimiter: bytes, state: int) -> int:
    """Where in a row the end of ``piece`` is, its begin being ``state``: a quote opens only where a value begins."""
    at = 0
    while at < len(piece):
        quote = piece.startswith(b'"', at)
        if state == _QUOTED:
            at = piece.find(b'"', at) + 1
            if not at:
                return _QUOTED
            state = _CLOSING
        elif state in (_CLOSING, _BEGIN) and quote:  # a doubled quote, or the first one
            state, at = _QUOTED, at + 1
        else:
            at = piece.find(delimiter, at) + 1
            if not at:
                return _PLAIN
            state = _BEGIN
    return state


def _decoded(piece: bytes) -> str:
    """UTF-8, or Windows-1252, which a German Excel writes."""
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("cp1252", "replace")


class _TooLargeError(ValueError):
    """A row above the limit: the one mistake of a row that has a hint."""


def _too_large(limit: int) -> _TooLargeError:
    return _TooLargeError(f"is larger than {limit:,} bytes")


def _hint(error: ValueError) -> str:
    return "--max-bytes raises the limit" if isinstance(error, _TooLargeError) else ""


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "that")


def _listed(names: list[str]) -> str:
    return re.sub(r"\s+", " ", ", ".join(repr(name) for name in names[:8]))[:200] or "none"
