"""A source on the web -> the posts it lists: feeds, sitemaps and WordPress are found from a home page and read.

Each post comes once, with all that its listings say of it. Where nothing lists posts, or only a feed that may end
early, the links of the home page and of its older pages are followed.
"""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from blogsum.errors import UserError
from blogsum.read import entries, feeds, links, safe_xml, sitemaps, wordpress
from blogsum.read.entries import Entry, Listing
from blogsum.read.web import Answer, Scope, Web
from blogsum.types import Page, Unreadable

log = logging.getLogger("blogsum")
FEEDS = ("feed/", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml")
SHORT = 10  # posts of a feed from which on it may leave out older ones: WordPress's own number
_DEEP = 3  # sitemap indexes inside one another; the protocol allows one
MOST = 100_000  # posts


@dataclass
class Found:
    """What a source lists: posts, and addresses that are none with the reason."""

    scope: Scope
    posts: dict[str, Entry] = field(default_factory=dict)
    refused: list[Unreadable] = field(default_factory=list)
    listed: dict[str, set[str]] = field(default_factory=dict)  # kind of listing -> addresses
    pages: int = 0  # listing pages read

    def take(self, listing: Listing) -> int:
        """Add what a listing holds, without what leads away; the number of posts that were not known before."""
        before = len(self.posts)
        for entry in listing.entries:
            if len(self.posts) < MOST and not self._leads_away(entry):
                known = self.posts.get(entry.url)
                self.posts[entry.url] = entries.joined(known, entry) if known else entry
                self.listed.setdefault(entry.kind, set()).add(entry.url)
        self.refused += listing.refused
        return len(self.posts) - before

    def is_complete(self) -> bool:
        """Whether a listing that leaves nothing out has the posts: WordPress, or a sitemap not of pages only."""
        feed, sitemap = self.listed.get("feed", set()), self.listed.get("sitemap", set())
        posts = sitemap & feed if feed else {url for url in sitemap if not links.is_navigation(url)}
        return bool(self.listed.get("wordpress") or posts)

    def _leads_away(self, entry: Entry) -> bool:
        try:
            self.scope.refuse(entry.url)
        except UserError as error:
            self.refused.append(Unreadable(entry.url, str(error), error.hint))
            return True
        return False


def discover(url: str, web: Web) -> Found:
    """The posts of the blog, feed or sitemap at ``url``; UserError when it cannot be read or is none of these."""
    found = Found(Scope())
    found.scope.private = Scope(url).private
    answer = web.listing(url, found.scope)
    found.scope.hosts = {links.host(url), links.host(answer.page.url or url)}
    found.pages = 1
    content = safe_xml.opened(answer.page.content, web.settings.max_bytes)
    place = answer.page.url or url
    if feeds.is_feed(content):
        _feed(content, place, found, web, named=True)
    elif sitemaps.is_sitemap(content, place):
        _sitemap(content, place, found, web)
    elif answer.page.media_type == "text/html":
        _home(answer.page, found, web)
    elif content.lstrip()[:1] in (b"[", b"{"):
        _wordpress(found, web, place, lambda page: url)
    else:
        raise UserError("is no blog, feed or sitemap", hint="blogsum data add takes files and single pages")
    return found


def _home(page: Page, found: Found, web: Web) -> None:
    """Everything that a home page leads to."""
    place = page.url or page.source
    tree = _tree(page)
    for link in _feeds(tree, place) or _guesses(place, FEEDS):
        if _try(found, web, link, lambda content, at: _feed(content, at, found, web)) and not _feeds(tree, place):
            break
    _interface(tree, place, found, web)
    with contextlib.suppress(UserError):
        declared = web.sitemaps(place)
        for link in declared or _guesses(place, SITEMAPS, root=True):
            if _try(found, web, link, lambda content, at: _sitemap(content, at, found, web, place)) and not declared:
                break
    feed = found.listed.get("feed", set())
    if not found.is_complete() and (not feed or len(feed) >= SHORT):
        _crawl(tree, place, found, web)


def _try(found: Found, web: Web, link: str, read: Callable[[bytes, str], None]) -> bool:
    """Whether the listing at ``link`` could be read; a home page need not have it."""
    if found.pages >= web.manners.max_pages:
        return False
    found.pages += 1
    try:
        answer = web.listing(link, found.scope)
        read(safe_xml.opened(answer.page.content, web.settings.max_bytes), answer.page.url or link)
    except UserError as error:
        log.info("%s: %s", link, error)
        return False
    return True


def _feed(content: bytes, place: str, found: Found, web: Web, named: bool = False) -> None:
    """A feed and the older parts it names; one that was named may speak for a blog on another host."""
    listing = feeds.read_feed(content, place)
    if named and listing.home:
        found.scope.hosts.add(links.host(listing.home))
    seen = {place}
    fresh = found.take(listing)
    while fresh and (more := next((link for link in listing.more if link not in seen), None)):
        if found.pages >= web.manners.max_pages or len(found.posts) >= MOST:
            break
        seen.add(more)
        found.pages += 1
        try:
            listing = feeds.read_feed(_content(web.listing(more, found.scope), web), more)
        except UserError as error:
            found.refused.append(Unreadable(more, f"a further part of the feed {error}", error.hint))
            break
        fresh = found.take(listing)


def _sitemap(content: bytes, place: str, found: Found, web: Web, home: str = "") -> None:
    """A sitemap and, through an index, those below it: each once, and not deeper than makes sense."""
    waiting = deque([(place, content, 0)])
    seen = {place}
    listed: list[Entry] = []
    while waiting:
        at, body, depth = waiting.popleft()
        listing = sitemaps.read_sitemap(body, at)
        listed += listing.entries
        for link in listing.more:
            if link in seen:
                found.refused += [Unreadable(link, "is a sitemap that lists itself")] if link == at else []
                continue
            seen.add(link)
            if depth >= _DEEP or found.pages >= web.manners.max_pages:
                reason = "is too deep in sitemaps of sitemaps" if depth >= _DEEP else "is beyond --max-pages"
                found.refused.append(Unreadable(link, reason))
                continue
            found.pages += 1
            try:
                waiting.append((link, _content(web.listing(link, found.scope), web), depth + 1))
            except UserError as error:
                found.refused.append(Unreadable(link, str(error), error.hint))
    found.take(Listing(tuple(_below(home, listed))))


def _below(home: str, listed: list[Entry]) -> list[Entry]:
    """Those below the path of the home page (``/blog/``) if there are any: a site's sitemap also lists its shop."""
    path = urlsplit(home).path.rpartition("/")[0] + "/"
    below = [entry for entry in listed if urlsplit(entry.url).path.startswith(path) and entry.url != home]
    return below or listed


def _interface(tree: Any, place: str, found: Found, web: Web) -> None:
    """All posts by WordPress's own interface, where the page declares it."""
    declared = [urljoin(place, link.get("href")) for link in tree.iter("link") if _rel(link, "https://api.w.org/")]
    if declared:
        try:
            _wordpress(found, web, place, lambda page: wordpress.posts_url(declared[0], page))
        except UserError as error:
            log.info("%s: %s", declared[0], error)


def _wordpress(found: Found, web: Web, place: str, address: Callable[[int], str]) -> None:
    """Read the pages of all posts, one after the other."""
    total, page = 1, 0
    while page < total and found.pages < web.manners.max_pages:
        page += 1
        found.pages += 1
        answer = web.listing(address(page), found.scope)
        listing = wordpress.read_posts(answer.page.content, place)
        fresh = found.take(listing)
        said = answer.headers.get("x-wp-totalpages", "")
        full = len(listing.entries) + len(listing.refused) >= wordpress.PER_PAGE
        total = int(said) if said.isdigit() else total + (full and fresh > 0)


def _crawl(tree: Any, place: str, found: Found, web: Web) -> None:
    """Follow the home page's links to older pages and archives, and take what looks like the posts known so far."""
    shapes = {links.shape(url) for url in found.listed.get("feed", ())}
    waiting, seen = deque([(place, tree)]), {place}
    while waiting:
        at, page = waiting.popleft()
        here = list(dict.fromkeys(_links(page, at)))
        posts = [link for link in here if _is_post(link, shapes)]
        found.take(Listing(tuple(Entry(link, "link") for link in posts if links.host(link) in found.scope.hosts)))
        for link in here:
            if link in seen or link in posts or not links.is_listing(link) or links.host(link) not in found.scope.hosts:
                continue
            seen.add(link)
            if found.pages >= web.manners.max_pages or len(found.posts) >= MOST:
                return
            found.pages += 1
            try:
                answer = web.page(link, found.scope)
                waiting.append((answer.page.url or link, _tree(answer.page)))
            except UserError as error:
                log.info("%s: %s", link, error)


def _is_post(link: str, shapes: set[str]) -> bool:
    if shapes:
        return not links.is_navigation(link) and links.shape(link) in shapes
    return links.looks_like_post(link)


def _feeds(tree: Any, place: str) -> list[str]:
    """The feeds a page declares, without those of comments."""
    kinds = ("application/rss+xml", "application/atom+xml", "application/feed+json")
    declared = [link for link in tree.iter("link") if _rel(link, "alternate") and link.get("type") in kinds]
    found = [
        link.get("href")
        for link in declared
        if "omment" not in (link.get("title") or "").lower() and "/comments/" not in (link.get("href") or "")
    ]
    return list(dict.fromkeys(address for href in found if (address := links.canonical(href or "", place))))[:8]


def _links(tree: Any, place: str) -> Iterator[str]:
    """Where the links of a page lead, in their canonical form."""
    base = next((urljoin(place, found.get("href")) for found in tree.iter("base") if found.get("href")), place)
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("#", "mailto:", "javascript:", "tel:")) or _rel(link, "nofollow"):
            continue
        if address := links.canonical(href, base):
            yield address


def _rel(link: Any, name: str) -> bool:
    return name in (link.get("rel") or "").split() and bool(link.get("href"))


def _guesses(place: str, names: tuple[str, ...], root: bool = False) -> list[str]:
    """Where such a file stands by custom: below the page, and at the root of its host."""
    bases = [urljoin(place, "/")] if root else list(dict.fromkeys([urljoin(place, "./"), urljoin(place, "/")]))
    return [urljoin(base, name) for base in bases for name in names]


def _content(answer: Answer, web: Web) -> bytes:
    return safe_xml.opened(answer.page.content, web.settings.max_bytes)


def _tree(page: Page) -> Any:
    """The page's elements; read and text do not know each other, so links are found with a parser of our own."""
    from lxml import etree
    from lxml import html as lxml_html

    from blogsum.read.charset import decode

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    text = decode(page).replace("\0", "")
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return lxml_html.document_fromstring(b"<html><body></body></html>")
