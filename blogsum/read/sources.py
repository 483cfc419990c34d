"""Names a person gives ("-", file, folder, records, URL) -> a stream of pages, records and what cannot be read."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from blogsum.errors import UserError
from blogsum.read import folder, sniff
from blogsum.settings import Settings
from blogsum.types import Article, Page, Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Item = Page | Article | Unreadable
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_BARE = re.compile(r"(?:www\.[^\s/]+\.[a-z]{2,}|localhost|127\.0\.0\.1)(?::\d+)?(?:[/?#]|$)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?/", re.IGNORECASE)
_HEAD = 8192  # bytes that tell what something is


def sources(names: Sequence[str], settings: Settings, refresh: bool = False) -> Iterator[Item]:
    """What ``names`` hold, in order; what cannot be read is an Unreadable, and the stream goes on.

    Files above ``settings.max_bytes`` are refused; JSONL and CSV of any size are read row by row.
    ``refresh`` reads web pages again that were read before.
    """
    for name in names:
        yield from _source(name, settings, refresh)


def _source(name: str, settings: Settings, refresh: bool) -> Iterator[Item]:
    if name == "-":
        yield from _stdin(settings)
        return
    if name.lower().startswith("file://"):
        name = _file_url(name)
    elif url := _url(name):
        yield from _web(url, settings, refresh)
        return
    path = Path(name)
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield _missing(name, error)
        return
    yield from (_folder(path, settings) if stat.S_ISDIR(kind) else _file(path, settings))


def _url(name: str) -> str | None:
    """The address ``name`` is; hosts without a scheme count when no file is called so."""
    if _URL.match(name):
        return name
    if _BARE.match(name) and not os.path.lexists(name):
        return f"http://{name}" if name[0] in "l1" else f"https://{name}"
    return None


def _file_url(name: str) -> str:
    path = unquote(urlsplit(name).path)
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path  # file:///C:/post.html


def _web(url: str, settings: Settings, refresh: bool) -> Iterator[Item]:
    from blogsum.read.fetch import fetch, redact  # requests takes 0.1 s to import

    try:
        yield _finished(fetch(url, settings, refresh))
    except UserError as error:
        yield Unreadable(redact(url), str(error), error.hint)


def _folder(path: Path, settings: Settings) -> Iterator[Item]:
    empty = True
    for found in folder.files(path):
        empty = False
        yield from ([found] if isinstance(found, Unreadable) else _file(found, settings))
    if empty:
        kinds = ", ".join(sorted(end for end in sniff.SUFFIXES if end in folder.TAKEN))
        yield Unreadable(folder.shown(path), "has no files to read", f"in a folder these are read: {kinds}")


def _file(path: Path, settings: Settings) -> Iterator[Item]:
    name = folder.shown(path)
    try:
        # O_NONBLOCK: opening a named pipe would wait for its writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                yield Unreadable(name, "is not a regular file", "pipe its content in and pass -")
                return
            yield from _stream(name, stream, sniff.SUFFIXES.get(sniff.suffix(path.name)), settings)
    except OSError as error:
        yield Unreadable(name, folder.reason(error))


def _stdin(settings: Settings) -> Iterator[Item]:
    if sys.stdin is None or sys.stdin.closed:
        yield Unreadable("-", "standard input is closed")
        return
    yield from _stream("-", sys.stdin.buffer, None, settings)


def _stream(name: str, stream: BinaryIO, kind: str | None, settings: Settings) -> Iterator[Item]:
    """What an open file holds, by ``kind`` or, if that is not known, by its first bytes."""
    try:
        opened = _Ahead(stream)
        if opened.head.startswith(sniff.GZIP):
            opened = _Ahead(gzip.GzipFile(fileobj=io.BufferedReader(opened)))
        if not opened.head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise UserError("is empty", hint="there is nothing to read")
        sniff.refuse_binary(opened.head)
        kind = kind or sniff.of_content(opened.head)
        if kind == sniff.ADOC:
            raise UserError("is AsciiDoc, which is not read", hint="convert it: asciidoctor -o post.html post.adoc")
        if kind in sniff.RECORDS:
            yield from _records(name, opened, kind, settings)
        else:
            yield _finished(Page(name, _bounded(opened, settings), kind))
    except UserError as error:
        yield Unreadable(name, str(error), error.hint)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Unreadable(name, "is damaged: its compression is broken")
    except OSError as error:
        yield Unreadable(name, folder.reason(error))


def _records(name: str, stream: _Ahead, kind: str, settings: Settings) -> Iterator[Item]:
    from blogsum.read import records

    rows = io.BufferedReader(stream, 1 << 16)
    if kind == sniff.JSON:
        yield from records.from_json(name, _bounded(stream, settings))
    elif kind == sniff.JSONL:
        yield from records.from_jsonl(name, rows, settings.max_bytes)
    else:
        yield from records.from_csv(name, rows, settings.max_bytes)


def _bounded(stream: io.RawIOBase, settings: Settings) -> bytes:
    """All of ``stream``; UserError when that is more than the limit, of which no more than one step is read."""
    content = bytearray()
    while part := stream.read(1 << 20):
        content += part
        if len(content) > settings.max_bytes:
            raise UserError(f"is larger than {settings.max_bytes:,} bytes", hint="--max-bytes raises the limit")
    return bytes(content)


def _finished(page: Page) -> Page:
    """The page as the next room takes it: reStructuredText becomes HTML here."""
    if page.media_type != sniff.RST:
        return page
    from blogsum.read.rst import to_html

    return to_html(page)


def _missing(name: str, error: OSError | ValueError) -> Unreadable:
    shown = folder.shown(name) if "\0" not in name else repr(name)
    if isinstance(error, ValueError):
        return Unreadable(shown, "is not a file name")
    hint = f"did you mean https://{name}?" if _HOST.match(name) else _alike(name)
    return Unreadable(shown, folder.reason(error), hint)


def _alike(name: str) -> str:
    """A hint naming the file beside it that ``name`` was meant to be."""
    import difflib

    path = Path(name)
    try:
        beside = [entry.name for entry, _ in zip(os.scandir(path.parent), range(1000), strict=False)]
    except OSError:
        return ""
    found = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.75)
    return f"did you mean {folder.shown(path.parent / found[0])}?" if found else ""


class _Ahead(io.RawIOBase):
    """A stream whose first bytes were looked at: ``head``; reading starts with them."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile) -> None:
        self._stream = stream
        self.head = b""
        while len(self.head) < _HEAD and (part := stream.read(_HEAD - len(self.head))):
            self.head += part
        self._left = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        size = len(memoryview(buffer))
        part, self._left = self._left[:size], self._left[size:]
        part = part or self._stream.read(size) or b""
        memoryview(buffer)[: len(part)] = part
        return len(part)
