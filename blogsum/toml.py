"""One list or one table put into a TOML file, every other byte left as a person wrote it; writes no file."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
_SPACE = re.compile(r"(?:[ \t]|\r?\n|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TEXTS = ('"""', "'''", '"', "'")
_OTHER = re.compile(r"[^\"'\[\]{}#,\r\n]+")
_BOM = "\ufeff"


@dataclass(frozen=True)
class _Statement:
    """A table's header, or a key with the offsets of its value. ``path`` is the table's, or the key's within it."""

    path: Path
    start: int
    end: int
    table: Path
    value: tuple[int, int] | None = None

    @property
    def whole(self) -> Path:
        """The path from the root of the file."""
        return self.path if self.value is None else (*self.table, *self.path)


def parse(text: str) -> dict[str, Any]:
    """The tables of a TOML text; ValueError when it is none."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def with_list(text: str, table: str, key: str, values: Sequence[str]) -> str:
    """``text`` with ``values`` at ``key`` of ``[table]``; the table is added at the end where there is none.

    ValueError when ``text`` is no TOML, or says the table in a form that is not understood here (``table = {…}``).
    """
    before = parse(text)
    if before.get(table, {}).get(key) == list(values):
        return text
    changed = _changed(text, table, key, "[" + ", ".join(json.dumps(one, ensure_ascii=False) for one in values) + "]")
    return _checked(changed, {**before, table: {**before.get(table, {}), key: list(values)}}, table)


def with_table(text: str, table: str, block: str) -> str:
    """``text`` with ``block``, the lines of ``[table]`` and the comments before them, at its end.

    ValueError when ``text`` is no TOML or has the table, in whatever form.
    """
    before = parse(text)
    if table in before:
        raise ValueError(f"[{table}] is there already")
    break_ = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else break_ if text.endswith("\n") else 2 * break_
    changed = text + gap + block.replace("\n", break_)
    return _checked(changed, {**before, **parse(block)}, table)


def _checked(changed: str, expected: dict[str, Any], table: str) -> str:
    """The changed text; ValueError when it says anything else than is ``expected``."""
    try:
        after = parse(changed)
    except ValueError:
        after = {}
    if after != expected:
        raise ValueError(f"[{table}] is written in a form that cannot be changed here")
    return changed


def _changed(text: str, table: str, key: str, value: str) -> str:
    break_ = "\r\n" if "\r\n" in text else "\n"
    found = list(_statements(text))
    for one in found:
        if one.value and one.whole == (table, key):
            return text[: one.value[0]] + value + text[one.value[1] :]
    for one in found:
        if one.value is None and one.path == (table,):
            return _behind(text, one.end, f"{key} = {value}", break_)
    for one in found:  # table.other = … at the root of the file: the key goes beside it
        if one.value and one.whole[0] == table and not one.table and len(one.path) > 1:
            return _behind(text, one.end, f"{table}.{key} = {value}", break_)
    gap = "" if not text else break_ if text.endswith("\n") else 2 * break_
    return f"{text}{gap}[{table}]{break_}{key} = {value}{break_}"


def _behind(text: str, end: int, line: str, break_: str) -> str:
    """``line`` below the one that ``end`` is in."""
    at = text.find("\n", end)
    return f"{text}{break_}{line}{break_}" if at < 0 else f"{text[: at + 1]}{line}{break_}{text[at + 1 :]}"


def _statements(text: str) -> Iterator[_Statement]:
    """The headers and keys of a valid TOML text, in their order."""
    table: Path = ()
    at = _skip(text, 0)
    while at < len(text):
        start = at
        if text[at] == "[":
            double = text.startswith("[[", at)
            table, at = _path(text, at + 1 + double)
            at += 1 + double
            yield _Statement(table if not double else (*table, "[]"), start, at, table)
        else:
            path, at = _path(text, at)
            begin = _BLANK.match(text, at + 1).end()  # type: ignore[union-attr]
            at = _value(text, begin)
            yield _Statement(path, start, at, table, (begin, at))
        at = _skip(text, at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _path(text: str, at: int) -> tuple[Path, int]:
    """The dotted key at ``at``, and where what ends it stands: ``]`` or ``=``."""
    parts: list[str] = []
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
        bare = _BARE.match(text, at)
        end = bare.end() if bare else _text(text, at)
        parts.append(text[at:end] if bare else str(parse(f"x = {text[at:end]}")["x"]))
        at = _BLANK.match(text, end).end()  # type: ignore[union-attr]
        if text[at] != ".":
            return tuple(parts), at
        at += 1


def _text(text: str, at: int) -> int:
    """Where the string that begins at ``at`` ends."""
    mark = next(mark for mark in _TEXTS if text.startswith(mark, at))
    at += len(mark)
    while not text.startswith(mark, at):
        at += 2 if text[at] == "\\" and mark[0] == '"' else 1
    at += len(mark)
    if len(mark) == 3:  # up to two quotation marks may stand right before the closing ones
        while text.startswith(mark[0], at):
            at += 1
    return at


def _value(text: str, at: int) -> int:
    """Where the value that begins at ``at`` ends: a string, an array or inline table, or anything up to the line's."""
    if text[at] in "\"'":
        return _text(text, at)
    if text[at] not in "[{":
        end = _OTHER.match(text, at).end()  # type: ignore[union-attr]
        return at + len(text[at:end].rstrip())
    depth = 0
    while True:
        if text[at] in "\"'":
            at = _text(text, at)
            continue
        if text[at] == "#":
            at = text.find("\n", at)
            continue
        depth += (text[at] in "[{") - (text[at] in "]}")
        at += 1
        if not depth:
            return at
