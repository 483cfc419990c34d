"""Text of strangers made harmless for where it is shown: a terminal, Markdown, JSON, a spreadsheet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# whole escape sequences first, so that "\x1b[31m" leaves no "[31m" behind
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|\x1b.?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile("[\ud800-\udfff\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# what CommonMark would take for markup: a backslash before it keeps it a letter
_INLINE = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|\](?=[(\[])|&(?=#?\w{2,32};)|~(?=~)")
_LINE_START = re.compile(r"^(\s{0,3})(#{1,6}(?=\s|$)|>|[+-](?=\s|$)|=+\s*$|-{2,}\s*$|~{3,}|\|)")
_NUMBER_START = re.compile(r"^(\s{0,3}\d{1,9})([.)])(?=\s|$)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """The text without escape sequences, control characters and bidirectional overrides; line ends and tabs stay."""
    text = _CONTROL.sub("", _BREAK.sub("\n", _ESCAPE.sub("", text)))
    return _SURROGATE.sub("\ufffd", text)


def line(text: str) -> str:
    """``plain`` on one line, for labels and titles."""
    return " ".join(plain(text).split("\n")).strip()


def markdown(text: str) -> str:
    """One paragraph of plain text as Markdown that shows just that text."""
    text = _INLINE.sub(lambda match: "\\" + match[0], plain(text))
    return _NUMBER_START.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", text))


def cell(text: str) -> str:
    """A text cell of a CSV that a spreadsheet shows and does not run.

    A cell that starts with ``=``, ``+``, ``-``, ``@``, tab or return gets an apostrophe in front (OWASP's advice), the
    ``- `` of bullets too: spreadsheets take it for a formula and show ``#NAME?``. Read JSON for the text untouched.
    """
    text = plain(text)
    return "'" + text if text.startswith(_FORMULA) else text


def dumps(record: Mapping[str, Any] | list[Any]) -> str:
    """Indented JSON, readable and lossless; what would steer a terminal or break UTF-8 is written as an escape."""
    return escaped(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=2))


def escaped(text: str) -> str:
    """JSON text with the characters that JSON itself does not escape but a terminal would obey written as escapes."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
