"""What a listing (feed, sitemap, WordPress, page of links) says of one post, as plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import unescape

from blogsum.types import Page, Unreadable

_BLOCK = re.compile(r"</?(?:p|br|div|li|h[1-6]|ul|ol|blockquote|tr|td|section|article)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LONGEST = 20_000  # characters of a summary that are looked at


@dataclass(frozen=True)
class Entry:
    """One post as a listing knows it.

    ``url`` is its address (of a local file: its name); ``kind`` what listed it: ``wordpress``, ``feed``, ``sitemap``,
    ``link``, ``list``, ``export`` or ``file``. ``summaries`` are pairs of where a teaser stood and its words, the
    likeliest first. ``page`` is the post itself if the listing holds it, and ``whole`` says that nothing of it is
    missing. ``signals`` are the kinds of listing with what each says that would change when the post does. ``date`` is
    ISO 8601 (a day).
    """

    url: str
    kind: str
    title: str | None = None
    date: str | None = None
    author: str | None = None
    summaries: tuple[tuple[str, str], ...] = ()
    page: Page | None = None
    whole: bool = False
    signals: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """The posts a listing names, what it could not say of some, and where it goes on.

    ``home`` is the address of the blog it belongs to, ``more`` the addresses of its further parts.
    """

    entries: tuple[Entry, ...] = ()
    refused: tuple[Unreadable, ...] = ()
    more: tuple[str, ...] = ()
    home: str | None = None


def joined(first: Entry, second: Entry) -> Entry:
    """All that two listings say of one post; the first is believed where they differ."""
    better = second if second.whole and not first.whole else first
    return replace(
        first,
        title=first.title or second.title,
        date=first.date or second.date,
        author=first.author or second.author,
        summaries=tuple(dict.fromkeys((*first.summaries, *second.summaries))),
        page=better.page or first.page or second.page,
        whole=better.whole,
        signals={**second.signals, **first.signals},
    )


def plain(html: str) -> str:
    """One line of the words in a snippet of HTML."""
    text = _HIDDEN.sub(" ", unescape(html[:_LONGEST]) if "<" not in html else html[:_LONGEST])
    text = _TAG.sub("", _BLOCK.sub(" ", text))
    return " ".join(unescape(text).split())


def whole_page(url: str, title: str | None, html: str) -> Page:
    """The content that a listing carries, as the page the next rooms take."""
    from html import escape

    head = f"<!DOCTYPE html><html><head><title>{escape(title or '')}</title></head><body><article>"
    text = f"{head}<h1>{escape(title or '')}</h1>{html}</article></body></html>"
    return Page(url, text.encode("utf-8", "replace"), "text/html", "utf-8", url)
