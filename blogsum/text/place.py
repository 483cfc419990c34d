"""Where on a page its article stands: which lines trafilatura takes for it, and the element that holds them.

Knows nothing about names or wording of furniture; ``text/html.py`` decides what is kept there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from blogsum.text.furniture import is_prose, key
from blogsum.text.light import Piece

Element = Any

_SLOW = 1_500_000  # characters of text after pruning beyond which trafilatura takes many seconds
_MOST = 20_000  # lines, likewise
_PLENTY = 500  # characters of prose after its headline make an article; less may be a box beside it
_WEAK = 0.25  # of that prose; where trafilatura found less it read something else (a claim in the page's head)


def located(tree: Element, lines: Sequence[Piece], headline: Element | None) -> list[bool]:
    """For each line whether it is a part of the article: as trafilatura has it, else as prose under the headline."""
    found = _by_trafilatura(tree, lines)
    below = _below(lines, headline)
    prose = sum(len(lines[index].text) for index in below)
    if prose >= _PLENTY and sum(len(lines[index].text) for index in below if found[index]) < _WEAK * prose:
        return [index in below for index in range(len(lines))]
    return found if any(found) else [_told(piece) for piece in lines]


def _by_trafilatura(tree: Element, lines: Sequence[Piece]) -> list[bool]:
    from copy import deepcopy

    from trafilatura.core import bare_extraction

    if sum(len(piece.text) for piece in lines) > _SLOW or len(lines) > _MOST:
        return [False] * len(lines)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(deepcopy(tree), include_comments=False)
    except Exception:  # a parser's bug on a broken page is no reason to give up: the fallback reads the tree alone
        document = None
    text = str(getattr(document, "text", None) or "")
    whole, single = key(text), {key(line) for line in text.split("\n")}
    keys = (key(piece.text) for piece in lines)
    return [bool(own) and (own in single or (len(own) >= 20 and own in whole)) for own in keys]


def _told(piece: Piece) -> bool:
    return piece.links < 0.3 * len(piece.text) and is_prose(piece.text)


def _below(lines: Sequence[Piece], headline: Element | None) -> set[int]:
    """The lines of prose after the headline in the innermost element around it that holds plenty of them."""
    start = next((index for index, piece in enumerate(lines) if piece.element is headline), None)
    if headline is None or start is None:
        return set()
    prose = [index for index in range(start + 1, len(lines)) if _told(lines[index])]
    for around in headline.iterancestors():
        inside = {index for index in prose if within(lines[index].element, around)}
        if sum(len(lines[index].text) for index in inside) >= _PLENTY:
            return inside
    return set()


def home(lines: Sequence[Piece], found: Sequence[bool]) -> Element:
    """The innermost element that holds 85 % of the text that was found; never a paragraph alone."""
    weights: dict[Element, int] = {}
    total = 0
    for piece, one in zip(lines, found, strict=True):
        if one:
            total += len(piece.text)
            for element in (piece.element, *piece.element.iterancestors()):
                weights[element] = weights.get(element, 0) + len(piece.text)
    enough = [element for element, weight in weights.items() if weight >= 0.85 * total]
    return max(enough, key=lambda element: sum(1 for _ in element.iterancestors()))


def within(element: Element, around: Element) -> bool:
    """Whether ``element`` is ``around`` or stands in it."""
    return element is around or any(above is around for above in element.iterancestors())


def after(lines: Sequence[Piece], headline: Element | None, first: int) -> int:
    """Where a lead can start: after the headline if it stands before the article, else nowhere far above it."""
    for index in range(first, -1, -1):
        if headline is not None and lines[index].element is headline:
            return index + 1
    return first
