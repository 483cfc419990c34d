"""An HTML page -> the article in it as light Markdown, and what the page says of it; knows nothing about fetching.

trafilatura says where the article is, the page's own tree what stands there: elements named as furniture go first
(``text/boilerplate.py``), then lines that say they are furniture (``text/furniture.py``); what trafilatura lost
between the lines it kept, and the lead above them, comes back. ``text/light.py`` prints what remains.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blogsum.text import furniture, place, walls
from blogsum.text.furniture import key
from blogsum.text.light import Piece, pieces, render
from blogsum.text.tidy import tidy

if TYPE_CHECKING:
    from blogsum.text.metadata import Metadata

Element = Any

MOST = 10_000_000  # characters of HTML that are read; beyond it is no blog post
_ATTRIBUTE = re.compile(r"""=\s*(?:"[^"]{20000,}"|'[^']{20000,}')""")  # embedded images and states, never text
_IN_HEAD = frozenset(
    {"title", "meta", "link", "script", "style", "base", "noscript", "template", "basefont", "bgsound"}
)
_LEAD = re.compile(
    r"(?<![a-z])(?:lead|teaser|intro|introduction|excerpt|chapo|standfirst|subtitle|subheadline|subline|deck|dek"
    r"|summary|abstract|vorspann|anrei(?:ss|ß)er|einleitung|description|hero-text|perex|bajada|ingress|sapo)(?![a-z])"
)


@dataclass(frozen=True)
class Extracted:
    """The article of a page: ``text`` in light Markdown, and what the page declares; the rest is None.

    ``date`` is ISO 8601, ``lang`` ISO 639-1 as declared, ``summary`` the teaser a human wrote and
    ``summary_source`` where it stood, ``url`` the canonical address.
    """

    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str | None = None
    summary: str | None = None
    url: str | None = None
    summary_source: str | None = None


def extract(html: str, url: str | None = None) -> Extracted:
    """Find the article in ``html``; raises UserError where there is none (consent wall, JavaScript-only page …)."""
    from blogsum.text.metadata import metadata
    from blogsum.text.teaser import kept_teaser

    tree = parse(html)
    about = metadata(tree, url)
    text = render(_article(tree, about))
    if walls.is_thin(text):
        walls.refuse(parse(html), text)
    found = ((teaser, source) for source, words in about.summaries if (teaser := kept_teaser(words, text)))
    teaser, source = next(found, (None, None))
    return Extracted(text, about.title, about.author, about.date, about.lang, teaser, about.url, source)


def parse(html: str) -> Element:
    """Parse any string as an HTML document: never fails, never deeper than libxml2's own limit."""
    from lxml import etree
    from lxml import html as lxml_html

    from blogsum.text.tags import refuse_slow

    refuse_slow(html[:MOST])
    text = _ATTRIBUTE.sub('=""', html[:MOST].replace("\0", ""))
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return _with_body(lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser))
    except (etree.LxmlError, ValueError, AssertionError):  # nothing that could be an element
        return lxml_html.document_fromstring(b"<html><body></body></html>")


def _with_body(tree: Element) -> Element:
    """Open the body where HTML 5 does: minified pages leave ``<body>`` out, and libxml2 knows no ``<article>``."""
    head = tree.find("head")
    strays = [child for child in head if child.tag not in _IN_HEAD] if head is not None else []
    if not strays:
        return tree
    body = tree.find("body")
    if body is None:
        body = tree.makeelement("body")
        tree.append(body)
    moved = list(head)[list(head).index(strays[0]) :]
    opening, body.text = body.text, None
    for at, child in enumerate(moved):
        body.insert(at, child)  # lxml takes the text behind it along
    moved[-1].tail = (moved[-1].tail or "") + (opening or "")
    return tree


def _article(tree: Element, about: Metadata) -> list[Piece]:
    """The pieces of the page that are its article, in order."""
    from blogsum.text import boilerplate

    body = tree.find(".//body")
    body = body if body is not None else tree
    headline = place.headline(body, about.title)
    lead = key(about.summary or "")[:60]
    for _ in boilerplate.prune(body, headline):
        pass
    lines = place.first_post(pieces(body), headline, about.title)
    located = place.located(tree, lines, headline)
    if not any(located):
        return []
    names = [about.site or "", about.author or "", *(about.author or "").split(", ")]
    return tidy(_filled(lines, located, headline, lead), about.title, frozenset(filter(None, map(key, names))))


def _filled(lines: Sequence[Piece], located: Sequence[bool], headline: Element, lead: str) -> list[Piece]:
    """What trafilatura kept, what it lost between and right after it, and the lead above it."""
    home = place.home(lines, located)
    inside = [place.within(piece.element, home) for piece in lines]
    places = [index for index, found in enumerate(located) if found and inside[index]]
    first, last = places[0], places[-1]
    start = place.after(lines, headline, first)
    kept: list[Piece] = []
    for index, piece in enumerate(lines):
        is_lead = bool(lead) and len(lead) >= 30 and key(piece.text).startswith(lead)
        if piece.kind == "caption" and not is_lead:
            continue
        if located[index] and (inside[index] or furniture.is_prose(piece.text)):
            keep = True
        elif start <= index < first:
            keep = is_lead or _reads_as_lead(piece)
        elif located[index]:
            keep = False
        elif first < index < last:
            keep = inside[index] and (piece.links <= 0.5 * len(piece.text) or _goes_on(piece, kept))
        else:
            keep = (
                index > last
                and inside[index]
                and piece.links < 0.2 * len(piece.text)
                and furniture.is_prose(piece.text)
            )
        if keep:
            kept.append(piece)
    return kept


def _goes_on(piece: Piece, kept: Sequence[Piece]) -> bool:
    """Whether a line is an item of a list that the text opens with a colon, or that goes on."""
    before = kept[-1] if kept else None
    return piece.kind == "item" and before is not None and (before.group is piece.group or before.text.endswith(":"))


def _reads_as_lead(piece: Piece) -> bool:
    from blogsum.text import boilerplate

    if piece.links > 0.3 * len(piece.text) or furniture.line(piece.text):
        return False
    around = [piece.element, *list(piece.element.iterancestors())[:2]]
    declared = any(_LEAD.search(boilerplate.of(element)) for element in around)
    return len(piece.text.split()) >= (6 if declared else 10) and (declared or furniture.is_prose(piece.text))
