"""What a person names (home page, feed, sitemap, export, folder, list of addresses) -> the posts it holds."""

from __future__ import annotations

import gzip
import itertools
import os
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from blogsum.errors import UserError
from blogsum.files import digest
from blogsum.read import feeds, folder, links, sitemaps, wordpress
from blogsum.read import sources as read
from blogsum.read.discover import MOST, Found, discover
from blogsum.read.entries import Entry, Listing
from blogsum.read.web import Scope, Web
from blogsum.types import Page, Unreadable


def found(name: str, web: Web) -> Found:
    """The posts that one SOURCE holds; UserError when it cannot be read or is no source of posts."""
    if name == "-":
        return _addresses(web)
    if url := read.address(name):
        address = links.canonical(url)
        if address is None:
            raise UserError("is not a valid address", hint="an address looks like https://example.org/blog/")
        return discover(address, web)
    path = read.file_url(name) if name.lower().startswith("file://") else name
    if os.path.isdir(path):
        return _folder(path, web)
    try:
        with open(path, "rb") as stream:
            return _file(stream, web)
    except (OSError, ValueError) as error:
        reason = folder.reason(error) if isinstance(error, OSError) else "is not a file name"
        raise UserError(reason, hint="name a blog's address, a feed, an export, a folder, or -") from error


def _addresses(web: Web) -> Found:
    """A list of addresses on standard input, one a line; a person named them, so they may be anywhere."""
    if sys.stdin is None or sys.stdin.closed:
        raise UserError("standard input is closed", hint="pipe one address a line in")
    content = sys.stdin.buffer.read(web.settings.max_bytes + 1)
    if len(content) > web.settings.max_bytes:
        raise UserError(f"is larger than {web.settings.max_bytes:,} bytes", hint="--max-bytes raises the limit")
    here = Found(Scope())
    here.scope.private = True
    for line in itertools.islice(content.decode("utf-8", "replace").splitlines(), MOST):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        url = read.address(text)
        if address := links.canonical(url) if url else None:
            here.take(Listing((Entry(address, "list"),)))
        else:
            here.refused.append(Unreadable(folder.shown(text)[:200], "is not a valid address", ""))
    if not here.posts and not here.refused:
        raise UserError("has no addresses", hint="pipe one address a line in")
    return here


def _folder(path: str, web: Web) -> Found:
    """The pages below a folder, by their names in it, so that it may be moved."""
    here = Found(Scope())
    base = folder.shown(path).rstrip("/") + "/"
    for item in read.sources([path], web.settings):
        if isinstance(item, Page):
            name = item.source.removeprefix(base)
            page = Page(name, item.content, item.media_type, item.charset, item.url)
            signals = {"file": digest(item.content)}
            here.posts[name] = Entry(name, "file", page=page, whole=True, signals=signals)
        elif isinstance(item, Unreadable):
            here.refused.append(item)
        else:
            here.refused.append(Unreadable(item.id, "is a record, not a page", "blogsum data add takes records"))
    return here


def _file(stream: BinaryIO, web: Web) -> Found:
    """An export of WordPress, or a feed or sitemap that was saved."""
    limit = web.settings.max_bytes
    opened = gzip.GzipFile(fileobj=stream) if stream.read(2) == b"\x1f\x8b" else stream
    stream.seek(0)
    try:
        head = opened.read(65_536)
        opened.seek(0)
        if b"wordpress.org/export" in head:
            return _export(opened, limit)  # type: ignore[arg-type]
        content = opened.read(limit + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError("is damaged: its compression is broken") from error
    if len(content) > limit:
        raise UserError(f"is larger than {limit:,} bytes", hint="--max-bytes raises the limit")
    if feeds.is_feed(content):
        listing = feeds.read_feed(content, "")
    elif sitemaps.is_sitemap(content, ""):
        listing = sitemaps.read_sitemap(content, "")
    else:
        raise UserError("is no feed, sitemap or WordPress export", hint="blogsum data add takes pages and records")
    here = Found(Scope(listing.home))
    here.take(listing)
    return here


def _export(stream: BinaryIO, limit: int) -> Found:
    here = Found(Scope())
    posts: Iterator[Entry | Unreadable] = wordpress.read_export(stream, limit)
    for item in posts:
        if isinstance(item, Entry):
            here.posts.setdefault(item.url, item)
        else:
            here.refused.append(item)
    return here
