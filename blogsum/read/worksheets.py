"""Worksheets that came back from authors -> answers: Markdown, CSV as any spreadsheet saves it, and the form's JSON.

Knows what a worksheet looks like (``report/worksheet.py`` writes it), and no articles.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.files import digest
from blogsum.read import folder
from blogsum.read.records import csv_rows, unguarded

ANSWERS = "blogsum/answers/1"
POST, PROPOSAL, ANSWER = "<!-- blogsum:post", "<!-- blogsum:proposal -->", "<!-- blogsum:answer -->"
KINDS = (".md", ".csv", ".tsv", ".json")
# what a column is called, in any language that worksheets are written in
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "Titel"),
    "url": ("link", "url", "Link"),
    "lead": ("begin", "Anfang"),
    "proposal": ("proposal of a machine, unchecked", "Vorschlag einer Maschine, ungeprüft"),
    "answer": ("your summary", "ihre Zusammenfassung"),
}
_MOST = 20_000_000  # bytes of a worksheet; 3,415 real posts made 7 MB
_MARKER = re.compile(r"\ufeff?[ \t]*<!--\s*blogsum:(?P<kind>post|proposal|answer)\s*(?P<facts>\{.*\})?\s*-->[ \t]*\Z")
_QUOTE = re.compile(r"^[ \t]*>[ \t]?")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Answer:
    """What came back for one post: ``text`` as written, empty if nothing was; ``place`` says where it stands.

    ``proposal`` is the machine's text as the worksheet has it; ``started`` says that the writer began with it.
    ``problem`` is why the answer cannot be taken, if so.
    """

    place: str
    id: str
    text: str
    title: str = ""
    url: str = ""
    proposal: str = ""
    started: bool = False
    problem: str = ""


def answers(name: str) -> Iterator[Answer]:
    """The answers in a worksheet, or in all of a folder; UserError when a file is none."""
    if os.path.isdir(name):
        found = sorted(entry.path for entry in os.scandir(name) if entry.name.lower().endswith(KINDS))
        if not found:
            raise UserError(f"{folder.shown(name)} has no worksheets", hint=f"they end in {', '.join(KINDS)}")
        for path in found:
            yield from answers(path)
        return
    shown, suffix = folder.shown(name), os.path.splitext(name)[1].lower()
    if suffix in (".html", ".htm"):
        raise UserError(f"{shown} is the form itself", hint="save the answers in it, and import the .json file")
    if suffix not in KINDS:
        raise UserError(f"{shown} is no worksheet", hint=f"worksheets end in {', '.join(KINDS)}")
    readers = {".md": from_markdown, ".json": from_json}
    yield from readers.get(suffix, from_csv)(shown, _content(name, shown))


def same_words(text: str) -> str:
    """A digest of a text's words: the same after spaces, quotes, dashes and capitals were changed."""
    return digest(*_WORD.findall(text.casefold()))[:16]


def from_markdown(name: str, content: bytes) -> Iterator[Answer]:
    """Answers below their markers; whatever else stands in the file is left alone."""
    posts = _sections(_text(content).split("\n"))
    empty = True
    for number, facts, parts in posts:
        empty = False
        place = f"{name}:{number}"
        try:
            known = json.loads(facts)
            identity, stored = str(known["id"]), str(known.get("proposal", ""))
        except (ValueError, KeyError, TypeError):
            yield Answer(place, "", "", problem="its marker was damaged")
            continue
        quoted = "\n".join(_QUOTE.sub("", line) for line in parts.get("proposal", []) if _QUOTE.match(line))
        text = "\n".join(parts.get("answer", [])).strip()
        problem = ""
        if "answer" not in parts:
            problem = f"the line {ANSWER} is missing"
        elif not text and stored and same_words(quoted) != stored:
            problem = f"the proposal itself was changed: write below the line {ANSWER}"
        yield Answer(place, identity, text, proposal=_unescaped(quoted), problem=problem)
    if empty:
        raise UserError(f"{name} is no worksheet", hint=f"it has no line that begins with {POST}")


def from_csv(name: str, content: bytes) -> Iterator[Answer]:
    """Answers of a table with the columns of a worksheet, in any order, whatever program saved it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # Excel's "Unicode text"
        content = content.decode("utf-16", "replace").encode()
    rows = csv_rows(io.BytesIO(content), _MOST)
    _, first = next(rows, (1, []))
    header = [_field(column) for column in first] if isinstance(first, list) else []
    if "answer" not in header or not {"id", "url", "title"} & set(header):
        raise UserError(
            f"{name} is no worksheet", hint=f"it needs columns like {', '.join(n[0] for n in COLUMNS.values())}"
        )
    for number, values in rows:
        place = f"{name}:{number}"
        if isinstance(values, ValueError):
            yield Answer(place, "", "", problem=str(values))
        elif any(value.strip() for value in values):
            row = dict(zip(header, values, strict=False))
            known: dict[str, Any] = {
                key: unguarded(row.get(key, "")).strip() for key in ("id", "title", "url", "proposal")
            }
            spill = any(value.strip() for value in values[len(header) :])
            problem = "it has more cells than columns: quotes are missing around one" if spill else ""
            yield Answer(place, text=row.get("answer", "").strip(), problem=problem, **known)


def from_json(name: str, content: bytes) -> Iterator[Answer]:
    """Answers as the HTML form saves them."""
    try:
        value = jsonl.parse(content)
    except ValueError as error:
        raise UserError(f"{name}: {error}", hint="save the answers in the form again") from error
    if not isinstance(value, dict) or value.get("schema") != ANSWERS or not isinstance(value.get("answers"), list):
        raise UserError(f"{name} holds no answers", hint=f"the form saves {ANSWERS}")
    for number, row in enumerate(value["answers"], 1):
        place = f"{name}: answer {number}"
        if not isinstance(row, Mapping) or not all(isinstance(row.get(key, ""), str) for key in _JSON):
            yield Answer(place, "", "", problem="it is damaged")
            continue
        known: dict[str, Any] = {key: row.get(key, "").strip() for key in _JSON if key != "summary"}
        yield Answer(place, text=row.get("summary", "").strip(), started=row.get("started") is True, **known)


_JSON = ("id", "title", "url", "proposal", "summary")


def _sections(lines: list[str]) -> Iterator[tuple[int, str, dict[str, list[str]]]]:
    """Line number, facts and the lines below each marker of every post."""
    post: tuple[int, str, dict[str, list[str]]] | None = None
    here: list[str] = []
    for number, line in enumerate(lines, 1):
        marker = _MARKER.match(line)
        if marker is None:
            here.append(line)
        elif marker["kind"] == "post":
            if post:
                yield post
            here = []
            post = number, marker["facts"] or "", {}
        elif post:
            here = post[2].setdefault(marker["kind"], [])
    if post:
        yield post


def _unescaped(text: str) -> str:
    """Markdown's backslashes taken away, as far as ``report/safe.py`` sets them."""
    return re.sub(r"\\([\\`*_<>\[\]&~#+=|.)-])", r"\1", text)


def _field(column: str) -> str:
    name = " ".join(column.split()).casefold()
    return next((field for field, names in COLUMNS.items() if name in map(str.casefold, names)), name)


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")  # an old editor on Windows
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _content(name: str, shown: str) -> bytes:
    try:
        with open(name, "rb") as stream:
            content = stream.read(_MOST + 1)
    except OSError as error:
        raise UserError(f"{shown}: {folder.reason(error)}", hint="check --import") from error
    if len(content) > _MOST:
        raise UserError(f"{shown} is larger than {_MOST:,} bytes", hint="it is no worksheet")
    return content
