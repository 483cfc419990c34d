"""Markdown as real blog repositories hold it -> light Markdown; knows nothing about front matter.

Template marks of Jekyll, Hugo and MDX are taken away first, outside code; markdown-it renders the rest, and the tree
of what it rendered becomes light Markdown: raw HTML between the Markdown is read by the same rules as everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from blogsum.text.light import Piece

_MOST = 1_000_000  # characters; markdown-it needs about a second for so many, what follows is read line by line
_LINES = 20_000  # and 0.1 ms for each item of a list; the longest of 3,415 real posts had 2,262 lines
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})(.*)$")
_HIGHLIGHT = re.compile(
    r"\{%-?\s*(highlight|code(?:block)?|raw)\b[^%\n]{0,200}%\}(.{0,50000}?)\{%-?\s*end\1\s*-?%\}", re.S
)
_BOLD_LINE = re.compile(
    r"^[ \t]{0,3}(\*\*|__)(?=\S)([^*_\n]{1,100}?)(?<=[^\s.!?,;])\1[ \t]*$(?=\n[ \t]*(?:\n|\Z)|\Z)", re.M
)
_TEMPLATES = (
    (re.compile(r"<!--.{0,20000}?-->", re.S), ""),
    (re.compile(r"<(script|style|iframe)\b[^>]{0,2000}>.{0,100000}?</\1\s*>", re.S | re.I), ""),
    (re.compile(r"\{%-?\s*comment\b[^%\n]{0,80}%\}.{0,20000}?\{%-?\s*endcomment\s*-?%\}", re.S), ""),
    (re.compile(r"\{\{[<%].{0,2000}?[>%]\}\}", re.S), ""),
    (re.compile(r"\{%.{0,1000}?%\}", re.S), ""),
    (re.compile(r"\{\{.{0,500}?\}\}", re.S), ""),
    (re.compile(r"^\[\^[^\]\n]{1,80}\]:.*(?:\n(?:[ \t]*\n)?(?: {2,}|\t).*\S.*){0,40}", re.M), ""),
    (re.compile(r"\[\^[^\]\n]{1,80}\]"), ""),
    (re.compile(r"\{:?:\s?[.#/\w][^{}\n]{0,300}\}|\{[.#][\w-][^{}\n]{0,200}\}|\{:toc\}"), ""),
    (re.compile(r"^(?:\[\[?_?TOC_?\]\]?|\[\[toc\]\]|\* TOC)[ \t]*$", re.M | re.I), ""),
    (re.compile(r"^import\s(?:.{1,300}\sfrom\s+|\s*)['\"].{1,300}['\"];?$", re.M), ""),
    (re.compile(r"^export\s+(?:const|default|let|function)\b.*$", re.M), ""),
    (re.compile(r"^:::+.*$", re.M), ""),
    (re.compile(r"^(={2,6})[ \t]+(?=\S)(.{1,200})$", re.M), lambda match: f"{'#' * len(match[1])} {match[2]}"),
    (_BOLD_LINE, r"\n## \2\n"),
    (re.compile(r"(?<![\w:/.`])(?::(?:\+1|-1|[a-z][a-z0-9_+-]{1,30}):)+(?![\w:/`])"), ""),
    (re.compile(r"(?<=\w)<(?=[A-Z]\w{0,40}>)"), "&lt;"),  # Vec<String> is no element
    (re.compile(r"</?[A-Z][\w.]{0,60}(?:\s[^<>]{0,2000})?/?>"), ""),  # JSX components: their children stay
    (re.compile(r"\\(?:newpage|pagebreak)\b"), ""),
)  # fmt: skip
_MARKS = re.compile(
    r"!\[[^\]]{0,300}\]\([^)\s]{0,1000}\)|<[/a-zA-Z!][^<>]{0,1000}>|(?<!\w)(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)(?!\w)"
)
_LINKS = re.compile(r"\[([^\[\]]{1,300})\]\([^)\s]{0,1000}\)")
_ADDRESS = r"\(\s{0,3}<?(?:https?://|mailto:|www\.|\.{0,2}/|#|[\w%-]{1,80}\.\w{2,5})"
_BROKEN = re.compile(
    rf"!?\[([^\[\]]{{0,300}})\]{_ADDRESS}[^()]{{0,1000}}(?:\([^()]{{0,200}}\)?[^()]{{0,200}})?\)"
    rf"|!?\[([^\[\]]{{1,300}})\]{_ADDRESS}\S{{0,1000}}$"
)
_LONE = re.compile(rf"\]{_ADDRESS}[^()\s]{{0,1000}}\)?")


def to_light(body: str) -> str:
    """Turn a Markdown ``body`` (without front matter) into light Markdown; any text is accepted."""
    body = body.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > _MOST or body.count("\n") > _LINES or max(map(len, body.split("\n"))) > _MOST // 5:
        return _plain(body)
    from lxml import html

    from blogsum.text.light import pieces, render

    prepared = "".join(_prepared(_HIGHLIGHT.sub(r"\n```\n\2\n```\n", body)))
    rendered = _parser().render(prepared)
    if not rendered.strip():
        return ""
    tree = html.document_fromstring(
        f"<html><body>{rendered}</body></html>".encode(), parser=html.HTMLParser(encoding="utf-8")
    )
    return render(_without_marks([piece for piece in pieces(tree) if piece.kind != "caption"]))


def _without_marks(lines: list[Piece]) -> list[Piece]:
    """Take away marks of links and images that no parser took for one: blanks in the address, a missing bracket."""
    before: Piece | None = None
    for piece in lines:
        if piece.kind != "code" and "](" in piece.text:
            whole = _BROKEN.sub(lambda match: "" if match[0][0] == "!" else match[1] or match[2] or "", piece.text)
            text, lone = _LONE.subn("", whole)
            if lone and before is not None and before.text.count("[") > before.text.count("]"):
                before.text = "".join(before.text.rsplit("[", 1))
            piece.text = re.sub(r" {2,}", " ", text).strip()
        before = piece
    return [piece for piece in lines if piece.text or piece.kind == "code"]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _prepared(body: str) -> Iterator[str]:
    """The body without template marks; code between fences is passed on as it is."""
    prose: list[str] = []
    fence = ""
    for line in body.split("\n"):
        match = _FENCE.match(line)
        if fence:
            yield line + "\n"
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            yield _without_templates("\n".join(prose)) + "\n"
            prose, fence = [], match[1]
            yield line + "\n"
        else:
            prose.append(line)
    yield _without_templates("\n".join(prose)) + "\n"


def _without_templates(prose: str) -> str:
    for pattern, replacement in _TEMPLATES:
        prose = pattern.sub(replacement, prose)
    return prose


def _plain(body: str) -> str:
    """Huge bodies line by line: links and tags go, blocks keep their marks."""
    return _MARKS.sub("", _LINKS.sub(r"\1", _without_templates(body[: 10 * _MOST])))
