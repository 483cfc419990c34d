"""The cleaning recipe: named, versioned steps over light Markdown; knows nothing about where the text came from.

What a step cannot be sure of it leaves alone: quotes, gender forms, no-break spaces, dashes and code are material.
Every pattern is bounded, so that time grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape

_PASSES = 8  # what one pass uncovers ("&amp;lt;") the next one cleans; nobody nests deeper by accident
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ue000-\uf8ff\ud800-\udfff]"  # icon fonts live in the private use area; half characters cannot be printed
)
# a joiner belongs between emoji and in scripts that join, never beside Latin letters or at a border
_JOINERS = re.compile(
    r"(?:(?<=[\s\u0021-\u024f\u2010-\u2027])|^)[\u200c\u200d]+|[\u200c\u200d]+(?=[\s\u0021-\u024f\u2010-\u2027]|$)"
)
_ENTITY = re.compile(r"&(?:amp;){0,9}(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG = re.compile(
    r"<(/?)(a|abbr|b|big|blockquote|center|cite|div|em|font|i|ins|li|mark|ol|p|s|small|span|strike|strong|sub|sup|tt|u|ul)(\s[^<>\n]{0,500})?>",
    re.I,
)
_BREAK = re.compile(r"<(?:br|wbr|hr)\s{0,3}/?>", re.I)
_COMMENT = re.compile(r"<!--[^>]{0,2000}-->")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^()\s]{1,1000}(?:\s\"[^\"\n]{0,300}\")?\)")
_LINK = re.compile(
    r"(?<!\w)\[([^\[\]\n]{1,500})\]\((?:https?://|mailto:|/|#|\.)[^()\s]{0,1000}(?:\s\"[^\"\n]{0,300}\")?\)"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>")
_IN_BRACKETS = re.compile(
    r"[ \u00a0]?\((?:(?:siehe|s\.|vgl\.|see|via|link:?|quelle:?|source:?)\s)?https?://[^\s()]{1,1000}\)", re.I
)
_DEFINITION = re.compile(r"^\[[^\]\n]{1,80}\]:\s*(?:https?://|/|<)\S{0,1000}.{0,300}$", re.M)
_NOTE = re.compile(
    r"\[\^[^\]\s]{1,60}\]:?|(?<=[.!?,;:“”\"»«)])\[(?:[1-9]\d{0,2}|[a-z])\](?=[\s.,;:)\[]|$)|(?<=[.!?,;“”\"»«)])[¹²³⁴-⁹⁰]{1,3}(?=\s|$)|\s?↩[\ufe0e\ufe0f]?",
    re.M,
)
_EMOJI_CODES = re.compile(r"(?<![\w:/.`])(?::(?:\+1|-1|[a-z][a-z0-9_+-]{1,30}):)+(?![\w:/`])")
_STRONG = re.compile(r"(?<![\w*\\])(\*\*|__)(?=[^\s*_])([^*_\n]{1,500})(?<=[^\s*_])\1(?![\w*])")
_MOJIBAKE = re.compile(
    r"[ÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€]|â(?:€[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¦]|„¢)"
)
_SPACES = re.compile(r"[ \t\u2000-\u2006\u2008-\u200a\u205f\u3000]+")
_MIXED = re.compile(r"[ \u00a0\u202f]*(?: [\u00a0\u202f]|[\u00a0\u202f] |[\u00a0\u202f]{2})[ \u00a0\u202f]*")
_RULE = re.compile(r"(?:[-*_=~·•]\s?){3,}$|#{1,6}$|[-*+>]$|\|[\s|:–—-]*$")
_EMPTY_CELL = re.compile(r"(?<=\|)[ \t]*:?-{3,}:?[ \t]*(?=\|)")
_BLANK_LINES = re.compile(r"\n{3,}")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")


def _line_ends(text: str) -> str:
    return _LINE_ENDS.sub("\n", text)


def _invisible(text: str) -> str:
    return _JOINERS.sub("", _INVISIBLE.sub("", text))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _mojibake(line: str) -> str:
    """Repair UTF-8 that was read as Windows-1252; only sequences that no language writes and that decode."""
    return _MOJIBAKE.sub(_decoded, line) if "Ã" in line or "Â" in line or "â" in line else line


def _decoded(match: re.Match[str]) -> str:
    try:
        return b"".join(_byte(character) for character in match[0]).decode("utf-8")
    except UnicodeError:
        return match[0]


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _entities(line: str) -> str:
    return _ENTITY.sub(_character, line) if "&" in line else line


def _character(match: re.Match[str]) -> str:
    whole = f"&{match[1]};"
    character = unescape(whole)
    return match[0] if character == whole else " " if character in "\n\r\t\f\v" else character


def _tags(line: str) -> str:
    """Remove tags that come in pairs on one line, or with attributes; a lone ``<div>`` may be what a text is about."""
    if "<" not in line:
        return line
    line = _BREAK.sub(" ", _COMMENT.sub("", line))
    found = Counter((match[1], match[2].lower()) for match in _TAG.finditer(line))

    def drop(match: re.Match[str]) -> str:
        name = match[2].lower()
        return "" if match[3] or (found["", name] and found["/", name]) else match[0]

    return _TAG.sub(drop, line)


def _links(line: str) -> str:
    if "](" in line:
        line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    if "://" in line or line.startswith("["):
        line = _IN_BRACKETS.sub("", _DEFINITION.sub("", _AUTOLINK.sub(r"\1", line)))
    return line


def _footnotes(line: str) -> str:
    return _NOTE.sub("", line)


def _emoji_codes(line: str) -> str:
    return _EMOJI_CODES.sub("", line) if ":" in line else line


def _emphasis(line: str) -> str:
    return _STRONG.sub(r"\2", line) if "**" in line or "__" in line else line


def _spaces(line: str) -> str:
    """One space is enough; a no-break space stays one ("z. B."), unless it stands beside another space."""
    if line.startswith("|"):
        line = _EMPTY_CELL.sub(" ", line)  # Markdown draws lines with dashes
    line = _MIXED.sub(" ", _SPACES.sub(" ", line)).strip(" \u00a0\u202f")
    return "" if _RULE.match(line) else line


_WHOLE: dict[str, Callable[[str], str]] = {"line_ends": _line_ends, "invisible": _invisible, "composed": _composed}
_LINES: dict[str, Callable[[str], str]] = {
    "mojibake": _mojibake,
    "entities": _entities,
    "tags": _tags,
    "links": _links,
    "footnotes": _footnotes,
    "emoji_codes": _emoji_codes,
    "emphasis": _emphasis,
    "spaces": _spaces,
}


def _prose(step: Callable[[str], str], text: str) -> str:
    """Apply a step to every line outside code listings."""
    lines = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            lines.append(line)
        else:
            changed = line if fenced else step(line)
            if changed or not line.startswith("|"):  # the rows around an empty one stay one table
                lines.append(changed)
    return "\n".join(lines)


def _listings(text: str) -> str:
    """Code stands between ``` fences, closed ones, never empty; trailing blanks in it are nothing."""
    lines: list[str] = []
    opened: int | None = None
    for line in text.split("\n"):
        if not _FENCE.match(line):
            lines.append(line.rstrip() if opened is not None else line)
        elif opened is None:
            opened = len(lines)
            lines.append("```" + line.strip().lstrip("`~").strip())
        elif any(lines[opened + 1 :]):
            lines.append("```")
            opened = None
        else:
            del lines[opened:]
            opened = None
    if opened is not None:
        while lines and not lines[-1]:
            lines.pop()
        lines[opened:] = [*lines[opened:], "```"] if len(lines) > opened + 1 else []
    return "\n".join(lines)


def _blank_lines(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


_LAST: dict[str, Callable[[str], str]] = {"listings": _listings, "blank_lines": _blank_lines}
RECIPE = f"clean|steps:{','.join([*_WHOLE, *_LINES, *_LAST])}|version:2"


def clean(text: str) -> str:
    """Apply every step of the recipe, in order, until nothing changes: ``clean(clean(text)) == clean(text)``."""
    for _ in range(_PASSES):
        before = text
        text = list(steps(text))[-1][1]
        if text == before:
            break
    return text


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each step and the text after it, for those who want to see what one pass of cleaning does."""
    for name, step in _WHOLE.items():
        text = step(text)
        yield name, text
    for name, step in _LINES.items():
        text = _prose(step, text)
        yield name, text
    for name, step in _LAST.items():
        text = step(text)
        yield name, text
