"""A sitemap or sitemap index -> the addresses it lists; knows nothing of where it came from."""

from __future__ import annotations

import re

from blogsum.errors import UserError
from blogsum.read import links, safe_xml
from blogsum.read.entries import Entry, Listing
from blogsum.read.markdown import iso_date

MOST = 50_000  # addresses of one sitemap, by its protocol
# Parts of an index that hold no posts, as WordPress, Yoast, Rank Math and Drupal name them.
_OTHER = re.compile(
    r"taxonom|users?[-_.]|author|categor|kategor|[-_]tags?[-_.\d]|tag[-_]sitemap|image|video|product|page[-_]sitemap|posts-page"
    r"|attachment",
    re.IGNORECASE,
)
_POSTS = re.compile(r"(?:^|[-_/])(?:posts?|blog|articles?|artikel|news)(?:[-_.\d]|$)", re.IGNORECASE)


def read_sitemap(content: bytes, url: str) -> Listing:
    """The entries of a sitemap at ``url``, or an index's further sitemaps, those of posts only if they say so."""
    content = safe_xml.prepared(content)
    if not content.startswith(b"<"):
        return _of_text(content, url)
    root = safe_xml.parse(content)
    kind = safe_xml.name(root)
    if kind == "sitemapindex":
        found = [address for part in root if (address := links.canonical(safe_xml.text(part, "loc") or "", url))]
        return Listing(more=tuple(dict.fromkeys(_of_posts(found[:MOST]))))
    if kind != "urlset":
        raise UserError("is not a sitemap", hint="check the address")
    entries = [entry for part in list(root)[:MOST] if (entry := _entry(part, url))]
    return Listing(entries=tuple(entries))


def _entry(part: safe_xml.Element, url: str) -> Entry | None:
    address = links.canonical(safe_xml.text(part, "loc") or "", url)
    if not address:
        return None
    changed = safe_xml.text(part, "lastmod")
    news = next((child for child in part if safe_xml.name(child) == "news"), ())
    return Entry(
        address,
        "sitemap",
        title=safe_xml.text(news, "title"),
        date=iso_date(safe_xml.text(news, "publication_date")),
        signals={"sitemap": changed} if changed else {},
    )


def _of_posts(addresses: list[str]) -> list[str]:
    """The parts of an index that hold posts, if their names tell; else all but those that surely do not."""
    names = {address: address.rpartition("/")[2] or address for address in addresses}
    others = [address for address in addresses if not _OTHER.search(names[address])]
    return [address for address in others if _POSTS.search(names[address])] or others or addresses


def _of_text(content: bytes, url: str) -> Listing:
    """A sitemap of one address a line."""
    lines = content.decode("utf-8", "replace").splitlines()[:MOST]
    found = [links.canonical(line.strip()) for line in lines if line.strip()]
    if not found or None in found:
        raise UserError("is not a sitemap", hint="check the address")
    return Listing(entries=tuple(Entry(address, "sitemap") for address in found if address))


def is_sitemap(content: bytes, url: str) -> bool:
    """Whether bytes are a sitemap or an index of them, by their beginning; one of plain lines by its name."""
    head = content[:4096].lower()
    if re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", head):
        return True
    return bool(re.search(r"sitemap[^/]*\.txt(?:\.gz)?$", url)) and head.lstrip().startswith(b"http")
