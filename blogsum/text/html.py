"""An HTML page -> the article in it as light Markdown, and what the page says of it; knows nothing about fetching.

trafilatura says where the article is, the page's own tree what stands there: elements named as furniture go first
(``text/boilerplate.py``), then lines that say they are furniture (``text/furniture.py``); what trafilatura lost
between the lines it kept, and the lead above them, comes back. ``text/light.py`` prints what remains.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blogsum.errors import UserError
from blogsum.text import furniture
from blogsum.text.light import Piece, pieces, render

Element = Any

MOST = 10_000_000  # characters of HTML that are read; beyond it is no blog post
_SLOW = 1_500_000  # characters of markup and text after pruning beyond which trafilatura takes many seconds
_ATTRIBUTE = re.compile(r"""=\s*(?:"[^"]{20000,}"|'[^']{20000,}')""")  # embedded images and states, never text
_SCRIPT = re.compile(r"<noscript\b[^>]*>.{0,400}?(?:javascript|js aktivieren|enable js)", re.I | re.S)
_CONSENT = re.compile(r"\b(?:cookies?|einwilligung|zustimm\w+|consent|datenschutz\w*|privacy|tracking|werbung)\b", re.I)
_LEAD = re.compile(
    r"(?<![a-z])(?:lead|teaser|intro|introduction|excerpt|chapo|standfirst|subtitle|subheadline|subline|deck|dek|summary|abstract|vorspann"
    r"|anrei(?:ss|ß)er|einleitung|description|hero-text|perex|bajada|ingress|sapo)(?![a-z])"
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
    text = render(_article(tree, about.title, about.summary))
    _refuse(html, text)
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
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # nothing that could be an element
        return lxml_html.document_fromstring(b"<html><body></body></html>")


def _refuse(html: str, text: str) -> None:
    """Say why there is no article, if there is none."""
    words = len(text.split())
    if words >= 60:
        return
    if words < 25 and (
        _SCRIPT.search(html[:MOST]) or re.search(r"<div id=[\"']?(?:root|app|__next)[\"']?[^>]*>\s*</div>", html)
    ):
        raise UserError(
            "this page shows its article only with JavaScript", hint="save the page from a browser and give that file"
        )
    if len(_CONSENT.findall(text)) >= 3 and words < 60:
        raise UserError(
            "this page shows a consent wall instead of its article",
            hint="save the page from a browser after consenting and give that file",
        )
    if not text.strip():
        raise UserError("no article found on this page", hint="save the article's text to a file and give that")


def _article(tree: Element, title: str | None, summary: str | None) -> list[Piece]:
    """The pieces of the page that are its article, in order."""
    from blogsum.text import boilerplate

    body = tree.find(".//body")
    body = body if body is not None else tree
    headline = _headline(body, title)
    lead = _key(summary or "")[:60]
    for _ in boilerplate.prune(body, headline):
        pass
    lines = pieces(body)
    located = _located(tree, lines)
    if not any(located):
        located = [piece.links < 0.3 * len(piece.text) and furniture.is_prose(piece.text) for piece in lines]
    if not any(located):
        return []
    kept = _filled(lines, located, headline, lead)
    return _tidy(kept, title)


def _headline(body: Element, title: str | None) -> Element | None:
    heads = [head for head in body.iter("h1", "h2") if title and _key("".join(head.itertext())) == _key(title)]
    if heads:
        return heads[0]
    return next(body.iter("h1"), None)


def _located(tree: Element, lines: Sequence[Piece]) -> list[bool]:
    """For each piece whether trafilatura takes it for a part of the article."""
    from copy import deepcopy

    from trafilatura.core import bare_extraction

    if sum(len(piece.text) for piece in lines) > _SLOW or len(lines) > 20_000:
        return [False] * len(lines)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(deepcopy(tree), include_comments=False)
    except Exception:  # a parser's bug on a broken page is no reason to give up: the fallback reads the tree alone
        document = None
    text = str(getattr(document, "text", None) or "")
    whole, single = _key(text), {_key(line) for line in text.split("\n")}
    found = []
    for piece in lines:
        key = _key(piece.text)
        found.append(bool(key) and (key in single or (len(key) >= 20 and key in whole)))
    return found


def _filled(lines: Sequence[Piece], located: Sequence[bool], headline: Element, lead: str) -> list[Piece]:
    """What trafilatura kept, what it lost between and right after it, and the lead above it."""
    home = _home(lines, located)
    inside = [_within(piece.element, home) for piece in lines]
    places = [index for index, found in enumerate(located) if found and inside[index]]
    first, last = places[0], places[-1]
    start = _after(lines, headline, first)
    kept = []
    for index, piece in enumerate(lines):
        is_lead = bool(lead) and len(lead) >= 30 and _key(piece.text).startswith(lead)
        if piece.kind == "caption" and not is_lead:
            continue
        if located[index]:
            keep = inside[index] or furniture.is_prose(piece.text)
        elif start <= index < first:
            keep = is_lead or _reads_as_lead(piece)
        elif first < index < last:
            keep = inside[index] and piece.links <= 0.5 * len(piece.text)
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


def _home(lines: Sequence[Piece], located: Sequence[bool]) -> Element:
    """The innermost element that holds 85 % of the text that trafilatura found."""
    weights: dict[Element, int] = {}
    total = 0
    for piece, found in zip(lines, located, strict=True):
        if found:
            total += len(piece.text)
            for element in (piece.element, *piece.element.iterancestors()):
                weights[element] = weights.get(element, 0) + len(piece.text)
    enough = [element for element, weight in weights.items() if weight >= 0.85 * total]
    return max(enough, key=lambda element: sum(1 for _ in element.iterancestors()))


def _within(element: Element, home: Element) -> bool:
    return element is home or any(above is home for above in element.iterancestors())


def _after(lines: Sequence[Piece], headline: Element, first: int) -> int:
    """Where a lead can start: after the headline if it stands before the article, else nowhere far above it."""
    for index in range(first, -1, -1):
        if headline is not None and lines[index].element is headline:
            return index + 1
    return first


def _reads_as_lead(piece: Piece) -> bool:
    from blogsum.text import boilerplate

    if piece.links > 0.3 * len(piece.text) or furniture.line(piece.text):
        return False
    around = [piece.element, *list(piece.element.iterancestors())[:2]]
    declared = any(_LEAD.search(boilerplate.of(element)) for element in around)
    return len(piece.text.split()) >= (6 if declared else 10) and (declared or furniture.is_prose(piece.text))


def _tidy(kept: list[Piece], title: str | None) -> list[Piece]:
    """Take out the lines that say they are furniture, sections of it, link lists, the title and empty headings."""
    result: list[Piece] = []
    closed: int | None = None  # level of the heading whose section is left out
    links = _link_lists(kept)
    for piece in kept:
        heading = piece.kind == "heading"
        if heading and closed is not None and piece.level <= closed:
            closed = None
        if closed is not None and not (len(piece.text) > 400 and piece.links < 20):
            continue
        closed = None
        if furniture.opens_section(piece.text) and (heading or len(piece.text.split()) <= 8) and piece.kind != "item":
            closed = piece.level if heading else 6
            continue
        if piece.kind != "code" and (furniture.line(piece.text) or (id(piece.group) in links and piece.kind == "item")):
            continue
        if piece.links >= 0.5 * len(piece.text) and furniture.points_elsewhere(piece.text):
            continue
        result.append(piece)
    while result and result[-1].kind == "heading":
        result.pop()
    if result and title and _key(result[0].text) == _key(title):
        result.pop(0)
    return result


def _link_lists(kept: Sequence[Piece]) -> set[int]:
    """The lists of two items or more of which four in five characters are links: they lead away."""
    amounts: dict[int, list[int]] = {}
    for piece in kept:
        if piece.kind == "item" and piece.group is not None:
            amount = amounts.setdefault(id(piece.group), [0, 0, 0])
            amount[0] += 1
            amount[1] += piece.links
            amount[2] += len(piece.text)
    return {group for group, (items, linked, text) in amounts.items() if items > 1 and linked >= 0.8 * text}


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
