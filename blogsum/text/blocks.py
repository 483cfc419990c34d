"""Light Markdown <-> blocks; knows nothing about HTML, files or languages.

Light Markdown is what ``Article.text`` holds: one line a paragraph, ``#`` headings, ``- `` items, ``> `` quotes,
fenced code, ``| `` table rows, blank lines between. Reading is tolerant: plain text is light Markdown too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blogsum.types import Block

_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(r"\s*(?:(#{1,6})\s+|([-*+•–]|\d{1,3}[.)])\s+|(>)\s?|(\|))")


def blocks(text: str) -> list[Block]:
    """Split light Markdown into its blocks, in order; offsets count code points in ``text``."""
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    fence = False
    for line in _LINE.finditer(text):
        start, end = line.span()
        content = line.group()
        if content.lstrip().startswith(("```", "~~~")):
            fence = not fence
            continue
        if not content.strip():
            continue
        end -= len(content) - len(content.rstrip())
        if fence:
            yield Block("code", start, end)
            continue
        mark = _MARK.match(content)
        if mark is None or mark.end() >= len(content.rstrip()):
            yield Block("paragraph", start + len(content) - len(content.lstrip()), end)
            continue
        kind = "heading" if mark[1] else "item" if mark[2] else "quote" if mark[3] else "table"
        yield Block(kind, start + mark.end(), end, len(mark[1] or ""))
