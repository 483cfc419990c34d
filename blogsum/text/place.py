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
_LINES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "dd", "dt", "td", "tr"})
_WEAK = 0.25  # of that prose; where trafilatura found less it read something else (a claim in the page's head)


def headline(body: Element, title: str | None) -> Element | None:
    """The element of the headline: the heading that says ``title``, or most of its start or end; else the first h1."""
    wanted = key(title or "")
    best, most = None, 0
    heads = [(head, key("".join(head.itertext()))) for head in body.iter("h1", "h2", "h3")]
    same = [head for head, own in heads if own and own == wanted]
    if same:  # a list of posts may hold the title too: as a link, and in a smaller heading
        return min(same, key=lambda head: (head.tag != "h1", head.find(".//a") is not None))
    for head, own in heads:
        if len(own) > max(most, 0.4 * len(wanted), 8) and (wanted.startswith(own) or wanted.endswith(own)):
            best, most = head, len(own)
    return best if best is not None else next(body.iter("h1"), None)


def first_post(lines: list[Piece], headline: Element | None, title: str | None) -> list[Piece]:
    """``lines`` up to the next post, where a page of one post goes on with others of the same build."""
    if headline is None or not title or key("".join(headline.itertext())) != key(title):
        return lines
    start = next((index for index, piece in enumerate(lines) if piece.element is headline), len(lines))
    for index in range(start + 1, len(lines)):
        head = lines[index].element
        if head.tag == headline.tag and head is not headline and _is_twin(headline, head):
            both = (lines[start:index], lines[index:])
            return lines[:index] if all(_prose(half) >= _PLENTY for half in both) else lines
    return lines


def _prose(lines: Sequence[Piece]) -> int:
    return sum(len(piece.text) for piece in lines if _told(piece))


def _is_twin(headline: Element, head: Element) -> bool:
    """Whether two headings open two posts: the elements around them, side by side, are ``article`` or named alike."""
    above = list(headline.iterancestors())
    known = set(above)
    ours, other = headline, head
    while other.getparent() is not None and other.getparent() not in known:
        other = other.getparent()
    around = other.getparent()
    for element in above:
        if element is around:
            break
        ours = element
    if ours is headline or other is head or ours.tag != other.tag:
        return False
    depths = [sum(1 for _ in one.iterancestors()) for one in (headline, head)]
    named = [" ".join(sorted(set((one.get("class") or "").split()))[:4]) for one in (ours, other)]
    both_articles = all(one.tag == "article" or one.find(".//article") is not None for one in (ours, other))
    return depths[0] == depths[1] and (both_articles or (bool(named[0]) and named[0] == named[1]))


def located(tree: Element, lines: Sequence[Piece], headline: Element | None) -> list[bool]:
    """For each line whether it is a part of the article: as trafilatura has it, else as prose under the headline."""
    found = _by_trafilatura(tree, lines)
    below = _below(lines, headline)
    prose = sum(len(lines[index].text) for index in below)
    if prose >= _PLENTY and sum(len(lines[index].text) for index in below if found[index]) < _WEAK * prose:
        later = sum(len(lines[index].text) for index in range(min(below), len(lines)) if found[index])
        return [index in below or (one and later >= prose) for index, one in enumerate(found)]
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
    place = max(enough, key=lambda element: sum(1 for _ in element.iterancestors()))
    while place.tag in _LINES and place.getparent() is not None:
        place = place.getparent()
    return place


def within(element: Element, around: Element) -> bool:
    """Whether ``element`` is ``around`` or stands in it."""
    return element is around or any(above is around for above in element.iterancestors())


def after(lines: Sequence[Piece], headline: Element | None, first: int) -> int:
    """Where a lead can start: after the headline if it stands before the article, else nowhere far above it."""
    for index in range(first, -1, -1):
        if headline is not None and lines[index].element is headline:
            return index + 1
    return first
