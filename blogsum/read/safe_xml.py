"""XML from strangers: nothing is expanded, nothing is fetched, what is broken is mended or named; knows no format."""

from __future__ import annotations

import re
import zlib
from itertools import islice
from typing import Any

from blogsum.errors import UserError
from blogsum.read.charset import decode
from blogsum.types import Page

Element = Any
_ENTITY = re.compile("<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
CONTROL = bytes(set(range(32)) - {9, 10, 13})  # characters that XML 1.0 forbids and WordPress exports have
_BARE = re.compile(rb"&(?!#?\w{1,31};)")
_MOST_BARE = 20_000  # more are no oversight: ten million of them cost 18 s and 1 GB
_LIMIT = "--max-bytes raises the limit"


def parse(content: bytes) -> Element:
    """The root element; UserError for entities, for what is no XML, and for a tree nobody needs that deep."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    content = prepared(content)
    try:
        return fromstring(content)
    except DefusedXmlException as error:
        raise entities() from error
    except (ParseError, ValueError, LookupError, RecursionError):
        return _mended(content)


def prepared(content: bytes) -> bytes:
    """XML as UTF-8, without its declaration and the characters that it must not have.

    UserError when it declares entities, which multiply or read files.
    """
    text = decode(Page("", content, "text/html"))
    if _ENTITY.search(text):
        raise entities()
    return _DECLARATION.sub("", text).lstrip().encode("utf-8", "replace").translate(None, CONTROL)


def mended(content: bytes) -> bytes:
    """Prepared XML made well-formed, so that no reader has to be patient with it; UserError for what is none.

    feedparser's patient parser takes 9 s for 180 kB of open tags, and four times that for twice as many.
    """
    from lxml import etree

    strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(content, parser=strict)
    except (etree.LxmlError, ValueError):
        return bytes(etree.tostring(_mended(content), encoding="utf-8"))
    return content


def entities() -> UserError:
    """What is said of an entity bomb, or of an innocent document that looks like one."""
    return UserError("declares XML entities, which are not expanded", hint="a feed or sitemap needs none")


def unzipped(content: bytes, limit: int) -> bytes:
    """``content``, decompressed if it is gzip, never more than ``limit`` bytes; UserError when it is broken."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    parts, size = [], 0
    try:
        while content.startswith(b"\x1f\x8b"):
            decoder = zlib.decompressobj(31)
            part = decoder.decompress(content, limit + 1 - size)
            size += len(part)
            if size > limit:
                raise UserError(f"is larger than {limit:,} bytes once decompressed", hint=_LIMIT)
            if not decoder.eof:
                raise UserError("is damaged: its compression is broken")
            parts.append(part)
            content = decoder.unused_data
    except zlib.error as error:
        raise UserError("is damaged: its compression is broken") from error
    return b"".join(parts)


def opened(content: bytes, limit: int) -> bytes:
    """``content``, decompressed if need be, as UTF-8 if it is UTF-16, so that its beginning says what it is."""
    content = unzipped(content, limit)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content


def name(element: Element) -> str:
    """An element's name without its namespace, in lower case; empty for comments."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def text(element: Element, child: str) -> str | None:
    """The text of the first child of that name, on one line; None if there is none."""
    for found in element:
        if name(found) == child and (value := " ".join("".join(found.itertext()).split())):
            return value
    return None


def _without_bare_ampersands(content: bytes) -> bytes:
    """``?a=1&b=2`` as XML wants it, outside of CDATA."""
    if sum(1 for _ in islice(_BARE.finditer(content), _MOST_BARE + 1)) > _MOST_BARE:
        raise UserError("is not XML", hint="check the address")
    first, *others = content.split(b"<![CDATA[")
    parts = [_BARE.sub(b"&amp;", first)]
    for other in others:
        inside, end, after = other.partition(b"]]>")
        parts.append(b"<![CDATA[" + inside + end + _BARE.sub(b"&amp;", after))
    return b"".join(parts)


def _mended(content: bytes) -> Element:
    """What lxml can save of broken XML; entities and the network stay off."""
    from lxml import etree

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(_without_bare_ampersands(content), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UserError("is not XML", hint="check the address") from error
    if root is None:
        raise UserError("is not XML", hint="check the address")
    return root
