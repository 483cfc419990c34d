"""An HTML page -> the article in it as light Markdown, and what the page says of it; knows nothing about fetching.

trafilatura finds where the article is; the page's own tree says what stands there. ``text/light.py`` prints the tree.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from blogsum.errors import UserError

Element = Any

MOST = 10_000_000  # characters of HTML that are read; beyond it is no blog post
_ATTRIBUTE = re.compile(r"""=\s*(?:"[^"]{20000,}"|'[^']{20000,}')""")  # embedded images and states, never text


@dataclass(frozen=True)
class Extracted:
    """The article of a page: ``text`` in light Markdown, and what the page declares; what it does not declare is None.

    ``date`` is ISO 8601, ``lang`` ISO 639-1 as declared, ``summary`` the teaser a human wrote, ``url`` the canonical address.
    """

    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str | None = None
    summary: str | None = None
    url: str | None = None


def extract(html: str, url: str | None = None) -> Extracted:
    """Find the article in ``html``; raises UserError where there is none (consent wall, JavaScript-only page …)."""
    from blogsum.text.light import render
    from blogsum.text.metadata import human_teaser, metadata

    tree = parse(html)
    about = metadata(tree, url)
    text = render(_article(tree, about.title))
    if not text.strip():
        raise UserError("no article found on this page", hint="save the article's text to a file and give that")
    return Extracted(
        text, about.title, about.author, about.date, about.lang, human_teaser(about.summary, text), about.url
    )


def parse(html: str) -> Element:
    """Parse any string as an HTML document: never fails, never deeper than libxml2's own limit."""
    from lxml import html as lxml_html

    text = _ATTRIBUTE.sub('=""', html[:MOST].replace("\0", ""))
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    content = text.encode("utf-8", "replace")
    try:
        tree = lxml_html.document_fromstring(content or b"<html></html>", parser=parser)
    except Exception:  # an empty document is an error of its own in lxml
        tree = lxml_html.document_fromstring(b"<html><body></body></html>")
    return tree


def _article(tree: Element, title: str | None) -> list[Any]:
    from blogsum.text.light import pieces

    body = tree.find(".//body")
    located = _located(tree)
    kept = [
        piece
        for piece in pieces(body if body is not None else tree)
        if piece.kind != "caption" and _key(piece.text) in located
    ]
    if kept and title and _key(kept[0].text) == _key(title):
        kept.pop(0)
    return kept


def _located(tree: Element) -> str:
    """The letters of what trafilatura takes for the article."""
    from copy import deepcopy

    from trafilatura.core import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = bare_extraction(deepcopy(tree), include_comments=False, as_dict=False)
    return _key(document.text or "") if document is not None else ""


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
