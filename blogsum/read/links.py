"""Addresses: the one canonical form, whose they are, and whether they look like a post; reads nothing."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from blogsum.errors import UserError

_LONGEST = 2_000  # characters; the sitemap protocol allows 2,048, and longer ones are traps
# What WordPress and share buttons add to one and the same page, besides the trackers that courlan knows.
_ADDED = {"replytocom", "share", "nb", "amp", "noamp", "like_comment", "print", "unapproved", "moderation-hash"}
_DATED = re.compile(r"/(?:19|20)\d\d/\d\d?/(?:\d\d?/)?[^/]+/?$|/(?:19|20)\d\d-\d\d-\d\d[-/_][^/]+/?$")
_BLOG = re.compile(
    r"/(?:blog|posts?|artikel|articles?|beitr(?:ag|aege|äge)|news|magazin|stories|journal|notes)/(?:[^/]+/)*[^/]+/?$"
)
_SLUG = re.compile(r"[^/]*[^/\W][-_][^/]*[-_][^/]*")  # three words
_FILE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|svg|ico|avif|mp[34]|m4a|ogg|wav|webm|zip|gz|rar|7z|exe|docx?|xlsx?|pptx?|odt|epub|xml"
    r"|rss|atom|json|css|js|txt|ics|woff2?)$",
    re.IGNORECASE,
)
# Overviews, whatever follows; and pages that every site has, where the path ends with them.
_OVERVIEW = re.compile(
    r"/(?:tags?|schlagwort|schlagwoerter|categor(?:y|ies)|kategorien?|authors?|autor(?:en)?|(?:page|seite)/\d+|feed|comments?"
    r"|wp-(?:admin|content|includes|json|login[^/]*)|cart|warenkorb|checkout)(?:/|$)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"/(?:topics?|themen|users?|rss|search|suche|login|logout|register|shop|account|konto|impressum|imprint|kontakt|404|faq"
    r"|contact(?:-us)?|datenschutz[^/]*|privacy[^/]*|cookies?[^/]*|agb|terms[^/]*|legal|disclaimer|about(?:-us|-me)?|team"
    r"|(?:ueber|über|uber)-(?:uns|mich)|newsletter|sitemap[^/]*|archives?|archiv|jobs|karriere|blog|posts)(?:\.html?)?/?$",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"/(?:page|seite)/\d{1,4}/?$|/(?:archives?|archiv|blog|posts|artikel|articles|beitraege|news|magazin)/?$"
    r"|/(?:19|20)\d\d/(?:\d\d/)?$|/(?:categor(?:y|ies)|kategorien?|tags?)/",
    re.IGNORECASE,
)


def canonical(url: str, base: str = "") -> str | None:
    """The one form of an address that names a page of the web; None for what is none.

    Trackers (courlan's list), fragments, credentials and default ports are gone, dots in paths resolved, the query
    sorted.
    """
    from courlan import normalize_url

    from blogsum.read.fetch import split_credentials

    url = re.sub(r"[\x00-\x20\x7f]+", "", url)
    if not url or re.fullmatch(r"https?:/{0,2}", url, re.IGNORECASE):
        return None
    try:
        address, _ = split_credentials(urljoin(base, url))
        if len(address) > _LONGEST:
            return None
        parts = urlsplit(urljoin(address, urlsplit(address)._replace(query="").geturl()))
        path = re.sub(r"/\.{1,2}(?=/|$)", "", parts.path) or "/"
        query = urlencode([pair for pair in parse_qsl(urlsplit(address).query, True) if pair[0] not in _ADDED])
        made = str(normalize_url(urlunsplit((parts.scheme, parts.netloc, path, query, ""))))
    except (UserError, ValueError, TypeError, AttributeError):
        return None
    parts = urlsplit(made)
    port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return urlunsplit((parts.scheme, parts.netloc.lower().removesuffix(port), parts.path or "/", parts.query, ""))


def host(url: str) -> str:
    """The host of an address with its port, without ``www.``; ports tell the servers of one machine apart."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return ""


def is_navigation(url: str) -> bool:
    """Whether an address is surely no post: the home page, an overview, a legal page, a file."""
    parts = urlsplit(url)
    if parts.path.strip("/") in ("", "index.html", "index.php"):
        return not re.search(r"(?:^|&)p=\d+(?:&|$)", parts.query)
    if re.fullmatch(r"/(?:\d{4}/)(?:\d\d?/){0,2}", parts.path.rstrip("/") + "/"):  # the archive of a year, month or day
        return True
    if _DATED.search(parts.path):
        return bool(_FILE.search(parts.path))
    return bool(_FILE.search(parts.path) or _OVERVIEW.search(parts.path) or _ALONE.search(parts.path))


def is_listing(url: str) -> bool:
    """Whether an address is likely a page that lists posts: older ones, an archive, a category."""
    parts = urlsplit(url)
    if re.search(r"/feed/?$", parts.path):
        return False
    return bool(_LISTING.search(parts.path) or re.fullmatch(r"(?:paged|page|seite)=\d{1,4}", parts.query))


def is_dated(url: str) -> bool:
    """Whether the path carries a date before the name, as only posts have."""
    return bool(_DATED.search(urlsplit(url).path))


def looks_like_post(url: str) -> bool:
    """Whether an address without any other sign is likely a post: dated, below ``/blog/``, or named by three words."""
    if is_navigation(url):
        return False
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return bool(
        is_dated(url)
        or _BLOG.search(parts.path)
        or _SLUG.fullmatch(last)
        or (not parts.path.strip("/") and "p=" in parts.query)
    )


def shape(url: str) -> str:
    """What the addresses of one blog's posts have in common: ``/2021/04/25/hallo-welt/`` -> ``/0/0/0/x``."""
    segments = urlsplit(url).path.strip("/").split("/")
    return "".join("/0" if segment.isdigit() else "/x" for segment in segments)
