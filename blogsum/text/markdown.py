"""Markdown as real blog repositories hold it -> light Markdown; knows nothing about front matter (``read/markdown.py``).

Template tags of Jekyll, Hugo and MDX are taken away first, markdown-it renders the rest, and the tree of what it
rendered becomes light Markdown: so raw HTML between the Markdown is read by the same rules as everything else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def to_light(body: str) -> str:
    """Turn a Markdown ``body`` (without front matter) into light Markdown; any text is accepted."""
    from lxml import html

    from blogsum.text.light import pieces, render

    rendered = _parser().render(_templates(body.replace("\0", "")))
    if not rendered.strip():
        return ""
    tree = html.document_fromstring(f"<html><body>{rendered}</body></html>")
    return render(piece for piece in pieces(tree) if piece.kind != "caption")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


_TEMPLATES = (
    (re.compile(r"<!--.*?-->", re.S), ""),
    (re.compile(r"\{%-?\s*highlight\b[^%]*%\}(.*?)\{%-?\s*endhighlight\s*-?%\}", re.S), r"\n```\n\1\n```\n"),
    (re.compile(r"\{\{[<%].*?[>%]\}\}", re.S), ""),
    (re.compile(r"\{%.*?%\}", re.S), ""),
    (re.compile(r"\{\{.*?\}\}", re.S), ""),
    (re.compile(r"^\[\^[^\]\n]+\]:.*(?:\n[ \t]+\S.*)*", re.M), ""),
    (re.compile(r"\[\^[^\]\n]{1,80}\]"), ""),
    (re.compile(r"\{:[^}\n]*\}"), ""),
    (re.compile(r"^\*\*([^*\n]+)\*\*[ \t]*$", re.M), r"## \1"),
)


def _templates(body: str) -> str:
    for pattern, replacement in _TEMPLATES:
        body = pattern.sub(replacement, body)
    return body
