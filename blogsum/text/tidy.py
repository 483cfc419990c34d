"""Lines of an article -> those that belong to it: furniture that says what it is goes, alone or as a whole section.

Knows nothing about the tree beyond the element of each piece; ``text/html.py`` decides which lines come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from blogsum.text import furniture
from blogsum.text.furniture import key
from blogsum.text.light import Piece

Element = Any

_ENOUGH = 1500  # characters: after so much the sources of a text, its author or its readers may follow
# characters of a line that ends what a line without a heading's mark opens: after a pointer the text goes on
_NEXT = {"related": 100, "asks": 60, "places": 60, "contents": 60}


def tidy(kept: Sequence[Piece], title: str | None, names: frozenset[str] = frozenset()) -> list[Piece]:
    """Take out lines that say they are furniture, sections of it, link lists, the title, empty headings, bylines.

    ``names`` are the keys of the author's and the site's name.
    """
    kept = _without_sections(kept, names)
    lists, titles = _link_lists(kept), _link_lines(kept)
    result = []
    for index, piece in enumerate(kept):
        if piece.kind != "code" and (index in titles or _is_furniture(piece, names)):
            continue
        if piece.kind == "item" and id(piece.group) in lists:
            continue
        result.append(piece)
    result = _without_cards(result, names)
    while result and result[-1].kind == "heading" and not furniture.is_prose(result[-1].text):
        result.pop()
    if result and title and key(result[0].text) == key(title):
        result.pop(0)
    return result


def _without_cards(kept: list[Piece], names: frozenset[str]) -> list[Piece]:
    """``kept`` without what ends it and is of other posts or of the author: cards under linked headings, a vita."""
    end = len(kept)
    for index in range(len(kept) - 1, len(kept) // 3, -1):
        piece = kept[index]
        if piece.kind == "heading" and piece.links >= 0.9 * len(piece.text):
            end = index
        elif len(piece.text) > 300 or piece.kind not in ("paragraph", "heading"):
            break
    while end > 1 and end > len(kept) - 3 and furniture.introduces(kept[end - 1].text, names):
        end -= 1
    return kept[:end]


def _is_furniture(piece: Piece, names: frozenset[str]) -> bool:
    if furniture.line(piece.text) or (piece.kind != "heading" and furniture.signs(piece.text, names)):
        return True
    return piece.links >= 0.5 * len(piece.text) and furniture.points_elsewhere(piece.text)


def _without_sections(kept: Sequence[Piece], names: frozenset[str]) -> list[Piece]:
    """``kept`` without the sections that are not the article: each from its heading to the next of its level."""
    result: list[Piece] = []
    sizes = list(accumulate((len(piece.text) for piece in kept), initial=0))
    index = 0
    while index < len(kept):
        kind = _opens(kept[index], names)
        end = _end(kept, index) if kind else index
        late = sizes[index] >= min(_ENOUGH, 0.5 * sizes[-1])
        if kind and _is_none_of_it(kind, kept, index, end, late=late):
            index = end
        else:
            result.append(kept[index])
            index += 1
    return result


def _opens(piece: Piece, names: frozenset[str]) -> str | None:
    """What kind of section a heading opens, or a short line that stands for one."""
    if piece.kind == "heading" and key(piece.text) in names:
        return "author"
    if piece.kind == "item" or (piece.kind != "heading" and len(piece.text.split()) > 8):
        return None
    if furniture.lists_sources(piece.text) and (piece.kind == "heading" or piece.text.endswith(":")):
        return "sources"
    return furniture.opens_section(piece.text)


def _end(kept: Sequence[Piece], start: int) -> int:
    """Where the section ends that opens at ``start``: at a heading of its level or at long prose."""
    heading = kept[start].kind == "heading"
    level = kept[start].level if heading else 6
    enough = 400 if heading else _NEXT.get(furniture.opens_section(kept[start].text) or "", 400)
    for index in range(start + 1, len(kept)):
        piece = kept[index]
        if piece.kind == "heading" and piece.level <= level:
            return index
        if len(piece.text) > enough and piece.links < 20 and not furniture.lists_sources(kept[start].text):
            return index
    return len(kept)


def _is_none_of_it(kind: str, kept: Sequence[Piece], start: int, end: int, *, late: bool) -> bool:
    """Whether the section is furniture by what it holds: "Support for Windows" may well be a part of the article."""
    section = kept[start + 1 : end]
    told = sum(len(piece.text) for piece in section if furniture.is_prose(piece.text) and piece.links < 20)
    linked = sum(piece.links for piece in section) >= 0.3 * max(1, sum(len(piece.text) for piece in section))
    if kind == "contents":
        return told < 100 or linked
    if kind in ("sources", "author", "comments"):  # they stand at the end, an author at the head too
        return late or (kind == "author" and start <= 1 and told < 600 and end < len(kept))
    if not section and end < len(kept) and kept[start].kind == "heading" and kept[end].kind != "heading":
        return False
    return linked or told < 300 or (late and end == len(kept))


def _link_lines(kept: Sequence[Piece]) -> set[int]:
    """The neighbours of two lines or more that are nothing but a link each: titles of other posts."""
    alone = [
        piece.kind == "paragraph" and piece.links >= 0.95 * len(piece.text) and len(piece.text.split()) >= 3
        for piece in kept
    ]
    return {
        index
        for index, single in enumerate(alone)
        if single and ((index and alone[index - 1]) or (index + 1 < len(alone) and alone[index + 1]))
    }


def _link_lists(kept: Sequence[Piece]) -> set[int]:
    """The lists that lead away: two items or more, four in five characters in links, and no sentence opens them.

    A list of links in the middle of a text that a line with a colon introduces is what the text is about.
    """
    amounts: dict[int, list[int]] = {}
    opened: set[int] = set()
    for index, piece in enumerate(kept):
        if piece.kind == "item" and piece.group is not None:
            if id(piece.group) not in amounts and index and _introduces(kept[index - 1]):
                opened.add(id(piece.group))
            amount = amounts.setdefault(id(piece.group), [0, 0, 0])
            amount[0] += 1
            amount[1] += piece.links
            amount[2] += len(piece.text)
    leading = {group for group, (items, linked, text) in amounts.items() if items > 1 and linked >= 0.8 * text}
    return leading - opened


def _introduces(piece: Piece) -> bool:
    return piece.kind == "paragraph" and piece.text.endswith(":") and len(piece.text.split()) >= 4
