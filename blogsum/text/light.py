"""Element tree -> light Markdown; knows nothing about what is worth keeping (``text/boilerplate.py`` does).

A tree becomes a flat list of pieces, one a line of light Markdown, each with the element it came from, so that a
caller can drop pieces before they are rendered. The walk is iterative: pages nest deeper than Python recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# lxml has no types of its own: an element is Any here
Element = Any

_SPACE = re.compile(r"[ \t\n\r\f\v]+")
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody tfoot thead"
    " tr ul optgroup option"
)
_UNREAD = (
    "script style noscript template iframe object embed applet svg math canvas audio video map head title select"
    " textarea button input datalist noembed noframes frameset rp rt"
)
LEAVES, SILENT = frozenset(_BLOCKS.split()), frozenset(_UNREAD.split())
_CODE_CLASS = re.compile(
    r"(?:^|\s)(?:gutter|lineno|linenos|line-numbers?-rows|rouge-gutter|hljs-ln-numbers|code__gutter)(?:\s|$)"
)


@dataclass
class Piece:
    """One line of light Markdown: ``kind`` as in ``types.Block``, ``links`` its characters inside links.

    ``element`` is the block element it stands in, ``group`` the list, table or listing (None outside): neighbours
    of one group are printed without a blank line between them.
    """

    kind: str
    text: str
    element: Element
    level: int = 0
    links: int = 0
    group: Element = None


class _Walk:
    """State of one walk over a tree: the text collected since the last border of a block."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.parts: list[str] = []
        self.links = 0
        self.in_link = 0
        self.stack: list[Element] = []

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            if self.in_link:
                self.links += len(text.strip())

    def flush(self) -> None:
        """End the current line: what was collected becomes a piece of the innermost block."""
        text = "".join(self.parts).replace("\u00ad", "")  # where a word may be parted is no part of it
        links, self.parts, self.links = self.links, [], 0
        if not text.strip() or not self.stack:
            return
        for line in text.split("\0"):
            line = _SPACE.sub(" ", line).strip()
            if line:
                self.pieces.append(self._piece(line, min(links, len(line))))

    def _piece(self, line: str, links: int) -> Piece:
        element = self.stack[-1]
        for block in reversed(self.stack):
            tag = block.tag
            if tag in HEADINGS and not _holds_blocks(block):
                return Piece("heading", line, block, HEADINGS[tag], links)
            if tag in ("li", "dd", "dt"):
                first = not any(piece.element is block for piece in self.pieces[-1:])
                group = block.getparent()
                return Piece("item" if first else "paragraph", line, block, 0, links, group if first else None)
            if tag == "blockquote":
                return Piece("quote", line, element, 0, links)
            if tag in ("figcaption", "caption"):
                return Piece("caption", line, block, 0, links)
        return Piece("paragraph", line, element, 0, links)


def _holds_blocks(heading: Element) -> bool:
    """Whether a heading was never closed: what follows it on the page is no heading."""
    return next(heading.iterchildren("p", "div", "ul", "ol", "blockquote", "section", *HEADINGS), None) is not None


def pieces(root: Element) -> list[Piece]:
    """Flatten the tree under ``root`` into the lines of light Markdown, in order; ``root`` is not changed."""
    from lxml import etree

    walk = _Walk()
    skip: Element = None
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag
        if not isinstance(tag, str):
            if skip is None and node is not root:
                walk.add(node.tail)
            continue
        if skip is not None:
            if event == "end" and node is skip:
                skip = None
                walk.add(node.tail)
            continue
        if event == "start":
            if tag in SILENT or _special(walk, node, tag):
                skip = node
                continue
            _open(walk, node, tag)
        else:
            _close(walk, node, tag, node is root)
    walk.flush()
    return walk.pieces


def _open(walk: _Walk, node: Element, tag: str) -> None:
    if tag in LEAVES:
        walk.flush()
        walk.stack.append(node)
    elif tag == "br":
        walk.add("\0" if _ends_line(node) else " ")
    elif tag == "a":
        walk.in_link += 1
    elif tag == "img" and "emoji" in (node.get("class") or ""):
        walk.add(node.get("alt"))
    elif tag in ("td", "th"):
        walk.flush()
    walk.add(node.text)


def _close(walk: _Walk, node: Element, tag: str, last: bool) -> None:
    if tag in LEAVES:
        walk.flush()
        walk.stack.pop()
    elif tag == "a":
        walk.in_link -= 1
    elif tag in ("td", "th"):
        walk.flush()
    if not last:
        walk.add(node.tail)


def _ends_line(node: Element) -> bool:
    """Whether this ``<br>`` is followed by another: two of them end a paragraph, one is only a line's end."""
    following = node.getnext()
    return following is not None and following.tag == "br" and not (node.tail or "").strip()


def _special(walk: _Walk, node: Element, tag: str) -> bool:
    """Listings and data tables become pieces at once; True says that the subtree is done."""
    if tag == "pre":
        walk.flush()
        walk.pieces.extend(Piece("code", line, node, group=node) for line in _listing(node))
        return True
    if tag == "table" and (rows := _rows(node)):
        walk.flush()
        links = sum(len(text) for link in node.iter("a") if (text := (link.text or "").strip()))
        for number, row in enumerate(rows):
            walk.pieces.append(Piece("table", row, node, 0, links if not number else 0, node))
        return True
    return bool(_CODE_CLASS.search(node.get("class") or ""))


def _listing(node: Element) -> list[str]:
    """The lines of a ``<pre>``, without line numbers in a gutter and blank lines at the ends."""
    parts: list[str] = []
    skipped: Element = None
    from lxml import etree

    for event, child in etree.iterwalk(node, events=("start", "end")):
        if event == "start" and skipped is None:
            if _CODE_CLASS.search(child.get("class") or "") or child.tag in ("script", "style", "button"):
                skipped = child
                continue
            parts.append("\n" if child.tag == "br" else child.text or "")
        elif event == "end" and child is not node:
            if skipped is child:
                skipped = None
            if skipped is None:
                parts.append(child.tail or "")
    lines = [line.rstrip() for line in "".join(parts).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _rows(table: Element) -> list[str]:
    """The rows of a data table as ``a | b | c``; empty for a layout table (blocks or tables in it, or one column)."""
    if table.find(".//table") is not None or table.get("role") in ("presentation", "none"):
        return []
    if any(table.find(f".//{tag}") is not None for tag in ("pre", "h1", "h2", "h3", "ul", "ol", "blockquote")):
        return []
    rows = []
    width = 0
    for row in table.iter("tr"):
        cells = [_text(cell) for cell in row.iterchildren("td", "th")]
        width = max(width, len(cells))
        if any(cells):
            rows.append(" | ".join(cells))
    if width < 2 or max((len(row) for row in rows), default=0) > 2000:  # longer is a page laid out as a table
        return []
    return rows


def _text(element: Element) -> str:
    return _SPACE.sub(" ", " ".join(element.itertext())).strip()


def render(lines: Iterable[Piece]) -> str:
    """Print pieces as light Markdown."""
    return "".join(_rendered(lines)).strip("\n")


def _rendered(lines: Iterable[Piece]) -> Iterator[str]:
    before: Piece | None = None
    for piece in lines:
        together = before is not None and piece.group is not None and piece.group is before.group
        if before is not None and before.kind == "code" and not together:
            yield "\n```"
        yield "\n" if together else "\n\n"
        if piece.kind == "code" and not together:
            yield "```\n"
        yield _marked(piece)
        before = piece
    if before is not None and before.kind == "code":
        yield "\n```"


def _marked(piece: Piece) -> str:
    if piece.kind == "heading":
        return f"{'#' * piece.level} {piece.text}"
    if piece.kind == "table":
        return f"| {piece.text} |"
    mark = {"item": "- ", "quote": "> "}.get(piece.kind, "")
    return mark + piece.text
