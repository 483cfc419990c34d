"""Bytes -> text: which encoding is this page in? Knows nothing of markup beyond where it names its encoding."""

from __future__ import annotations

import codecs
import re

from blogsum.types import Page

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_META = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{1,40})["']""", re.IGNORECASE)
_HEAD = 16_384  # browsers look at 1,024 bytes; inlined styles push the declaration further down
_SEVEN_BIT = {"iso2022_jp", "iso2022_kr", "hz", "utf_16", "utf_16_le", "utf_16_be"}  # valid ASCII, yet not ASCII
# Codecs of Python that no page is written in; utf-7 is also an old way to smuggle markup.
_NOT_FOR_PAGES = {"utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}
# Bytes of cp1252 that Western European prose is made of besides ASCII: letters, quotes, dashes, signs, soft hyphens.
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž"
_WESTERN = (_LETTERS + "„“”‚‘’«»‹›–—…•€£¥§°·©®™\xa0\xad´²½×¡¿ªº").encode("cp1252")
_SAMPLE = 50_000  # bytes for the statistics


def decode(page: Page) -> str:
    """The text of ``page``, never failing: byte order mark, valid UTF-8, declared encoding, then the likeliest one.

    Valid UTF-8 outranks a declaration: text of another encoding is practically never valid UTF-8 by chance,
    while servers that declare ISO-8859-1 for UTF-8 pages are common.
    """
    content = page.content
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    declared = _declared(page)
    if not any(name in _SEVEN_BIT for name in declared):
        text = _try(content, "utf-8")
        if text is not None:
            return text
    for name in declared:
        text = _try(content, name)
        if text is not None:
            return text
    return _guess(content)


def _declared(page: Page) -> list[str]:
    """Encodings named by the carrier, then by the page itself; those of the pages' world only, as Python names them."""
    names = [page.charset]
    if page.media_type == "text/html":
        head = page.content[:_HEAD]
        names += [match[1].decode("ascii", "replace") for match in (_META.search(head), _XML.search(head)) if match]
    found = [_codec(name) for name in names if name]
    return [name for name in found if name]


def _codec(name: str) -> str | None:
    """Python's name for an encoding; ISO-8859-1 and ASCII mean Windows-1252, as in every browser."""
    try:
        codec = codecs.lookup(name.strip("\"' ")).name.replace("-", "_")
    except (LookupError, ValueError):
        return None
    if codec in _NOT_FOR_PAGES:
        return None
    return "cp1252" if codec in {"iso8859_1", "ascii", "latin_1"} else codec


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (ValueError, LookupError):  # LookupError: codecs such as "hex" are not for text
        return None


def _guess(content: bytes) -> str:
    """Text of bytes that are not what they claim: UTF-8 with a few broken bytes, Western, or what statistics say."""
    high = len(content.translate(None, bytes(range(128))))
    text = content.decode("utf-8", "ignore")
    ascii_only = len(text.encode("ascii", "ignore"))
    letters, used = len(text) - ascii_only, len(text.encode("utf-8")) - ascii_only
    if letters > high - used:
        return content.decode("utf-8", "replace")
    western = len(content) - len(content.translate(None, _WESTERN))
    if western >= 0.9 * high and high < 0.3 * len(content):
        return content.decode("cp1252", "replace")
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE]).best()
    return content.decode(best.encoding if best else "cp1252", "replace")
