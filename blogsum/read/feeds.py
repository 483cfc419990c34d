"""RSS, Atom and JSON Feed -> entries (feedparser reads the first two); knows nothing of where the bytes came from."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.files import digest
from blogsum.read import links, safe_xml
from blogsum.read.entries import Entry, Listing, plain, whole_page
from blogsum.read.markdown import iso_date
from blogsum.types import Unreadable

MOST = 10_000  # posts of one feed
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|\w+:feed)[\s>]", re.IGNORECASE)
_CONTENT = 250  # words of a description from which on it is the post itself
# What WordPress puts below every excerpt of a feed, in the two languages that most of our readers' blogs have.
_APPEARED = re.compile(
    r"\s*(?:The post|Der Beitrag) .{1,300}? (?:appeared first on|first appeared on|erschien zuerst auf) .{1,200}$"
)


def read_feed(content: bytes, url: str) -> Listing:
    """The posts of a feed at ``url``; UserError when it is none."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(content, url)
    content = safe_xml.prepared(content)
    if not _FEED.search(content[:4096]):
        raise UserError("is not a feed", hint="check the address")
    parsed = _parsed(content, url)
    feed, entries, refused = parsed.feed, [], []
    for item in parsed.entries[:MOST]:
        found = _entry(item, url)
        entries += [found] if isinstance(found, Entry) else []
        refused += [found] if isinstance(found, Unreadable) else []
    more = [link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == "next"]
    following = tuple(address for link in more if (address := links.canonical(link, url)))
    return Listing(tuple(entries), tuple(refused), following, links.canonical(feed.get("link") or "", url))


def is_feed(content: bytes) -> bool:
    """Whether bytes are a feed of any kind, by their beginning."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return b"jsonfeed.org/version" in head
    found = _FEED.search(head)
    return head.startswith(b"<") and found is not None and b"<html" not in head[: found.start()].lower()


def _parsed(content: bytes, url: str) -> Any:
    import feedparser

    # bytes in a file: what is given as text feedparser takes for an address or the name of a file
    stream = io.BytesIO(safe_xml.mended(content))
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # a bug of the parser on a broken feed
        reason = f"is damaged: it cannot be parsed ({type(error).__name__})"
        raise UserError(reason, hint="check the feed with a validator") from error
    if parsed.bozo and not parsed.entries and not parsed.feed:
        raise UserError("is damaged: its XML is broken", hint="check the feed with a validator")
    return parsed


def _entry(item: Mapping[str, Any], url: str) -> Entry | Unreadable | None:
    """The entry of one item; None for what is no post of this feed (a comment), Unreadable for a bad address."""
    link = str(item.get("feedburner_origlink") or item.get("link") or item.get("id") or "")
    if re.search(r"#comment|#respond", link):
        return None
    address = links.canonical(link, url) if link else None
    if address is None:
        return Unreadable(link[:200] or plain(str(item.get("title") or "an item")), *_unfollowed(link))
    title = plain(str(item.get("title") or "")) or None
    body = max((str(part.get("value") or "") for part in item.get("content", ())), key=len, default="")
    teaser = _APPEARED.sub("", plain(str(item.get("summary") or "")))
    if not body and len(teaser.split()) >= _CONTENT:
        body = str(item.get("summary"))
    if body and teaser == _APPEARED.sub("", plain(body)):
        teaser = ""
    updated = (
        str(item.get("updated") or "") if "updated" in item else ""
    )  # else feedparser gives the date of publishing
    published = str(item.get("published") or item.get("created") or "")
    changed = updated if updated != published else ""
    return Entry(
        address,
        "feed",
        title,
        iso_date(published) or _day(item.get("published_parsed")) or iso_date(updated),
        _author(item),
        (("feed", teaser),) if teaser else (),
        whole_page(address, title, body) if body else None,
        signals={"feed": signal} if (signal := changed or (digest(published, body) if body else "")) else {},
    )


def _unfollowed(link: str) -> tuple[str, str]:
    """Why a link of a feed is not followed."""
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", link.strip(), re.IGNORECASE)
    if not link:
        return "has no link", ""
    if scheme and scheme[1].lower() not in ("http", "https"):
        return f"has the scheme '{scheme[1].lower()[:20]}', which is not read", "only http and https are"
    return "is not a valid address", ""


def _author(item: Mapping[str, Any]) -> str | None:
    name = plain(str(item.get("author") or ""))
    if mail := re.fullmatch(r"\S+@\S+ \((.+)\)", name):  # RSS: mail address, then the name in brackets
        name = mail[1]
    return name[:100] if name and "@" not in name else None


def _day(parsed: Any) -> str | None:
    return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}" if parsed else None


def _json_feed(content: bytes, url: str) -> Listing:
    """JSON Feed, versions 1 and 1.1."""
    try:
        feed = jsonl.parse(content)
    except ValueError as error:
        raise UserError(f"is damaged: {error}", hint="check the feed with a validator") from error
    if not isinstance(feed, Mapping) or "jsonfeed.org" not in str(feed.get("version")):
        raise UserError("is not a feed", hint="check the address")
    entries, refused = [], []
    for item in _objects(feed.get("items"))[:MOST]:
        link = str(item.get("url") or item.get("external_url") or item.get("id") or "")
        if address := links.canonical(link, url):
            entries.append(_json_entry(item, address))
        else:
            refused.append(Unreadable(link[:200] or "an item", *_unfollowed(link)))
    more = links.canonical(str(feed.get("next_url")), url) if feed.get("next_url") else None
    home = links.canonical(str(feed.get("home_page_url") or ""), url)
    return Listing(tuple(entries), tuple(refused), (more,) if more else (), home)


def _json_entry(item: Mapping[str, Any], address: str) -> Entry:
    from html import escape

    title = plain(str(item.get("title") or "")) or None
    body = str(item.get("content_html") or "")
    if not body and item.get("content_text"):
        body = "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", str(item["content_text"])))
    people = [*_objects(item.get("authors")), *_objects([item.get("author")])]
    teaser = plain(str(item.get("summary") or ""))
    signal = str(item.get("date_modified") or "") or (digest(item.get("date_published"), body) if body else "")
    return Entry(
        address,
        "feed",
        title,
        iso_date(item.get("date_published")),
        ", ".join(name for person in people if (name := plain(str(person.get("name") or "")))) or None,
        (("feed", teaser),) if teaser else (),
        whole_page(address, title, body) if body else None,
        signals={"feed": signal} if signal else {},
    )


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
