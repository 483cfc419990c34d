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
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from blogsum.errors import UserError
from blogsum.read import arrow, folder, sniff
from blogsum.settings import Settings
from blogsum.types import Article, Page, Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Item = Page | Article | Unreadable
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_BARE = re.compile(r"(?:www\.[^\s/]+\.[a-z]{2,}|localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?#]|$)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?/", re.IGNORECASE)
_DESCRIPTOR = re.compile(r"/dev/(?:stdin|fd/(\d{1,6}))")  # the shell's <(command): open already, so nothing to wait for
_VERSION = re.compile(r"^[\w-]+@(?:\d+|latest)$")
_HEAD = 8192  # bytes that tell what something is
_LONGEST = 200  # characters of a name in a message


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
    if _VERSION.search(name) and not os.path.lexists(name):
        yield from _version(name, settings)
        return
    if url := address(name):
        yield from _web(name, url, settings, refresh)
        return
    if descriptor := _DESCRIPTOR.fullmatch(name):
        yield from _open_file(name, int(descriptor[1] or 0), settings)
        return
    try:
        path = file_url(name) if name.lower().startswith("file://") else name
        kind = os.stat(path).st_mode
    except UserError as error:
        yield Unreadable(_label(name), str(error), error.hint)
    except (OSError, ValueError) as error:
        yield _missing(name, error)
    else:
        yield from (_folder(path, settings) if stat.S_ISDIR(kind) else _file(path, settings))


def address(name: str) -> str | None:
    """The address ``name`` is; hosts without a scheme count when no file is called so."""
    if _URL.match(name):
        return None if name.lower().startswith("file://") else name
    if _BARE.match(name) and not os.path.lexists(name):
        return f"https://{name}" if name[0] in "wW" else f"http://{name}"
    return None


def file_url(name: str) -> str:
    """The path in ``file:///…``; UserError when it is on another machine."""
    parts = urlsplit(name)
    if parts.netloc not in ("", "localhost"):
        raise UserError("is a file on another machine", hint="file:// addresses begin with three slashes")
    path = unquote(parts.path, errors="surrogateescape")
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path  # file:///C:/post.html


def _web(name: str, url: str, settings: Settings, refresh: bool) -> Iterator[Item]:
    from blogsum.read.fetch import fetch, redact  # requests takes 0.1 s to import

    label = _label(redact(name))
    try:
        page = replace(fetch(url, settings, refresh), source=label)
    except UserError as error:
        yield Unreadable(label, str(error), error.hint)
        return
    if page.media_type in (*sniff.RECORDS, sniff.ADOC, sniff.RST, sniff.MHTML):
        yield from _stream(label, io.BytesIO(page.content), page.media_type, settings)
    else:
        yield page


def _version(name: str, settings: Settings) -> Iterator[Item]:
    from blogsum.store import datasets  # 13 ms

    try:
        yield from datasets.articles(datasets.find(settings.datasets, name))
    except UserError as error:
        yield Unreadable(name, str(error).removeprefix(f"{name}: "), error.hint)


def _folder(path: str, settings: Settings) -> Iterator[Item]:
    if arrow.is_saved(path):
        yield from _caught(folder.shown(path), arrow.from_saved(path))
        return
    if parts := arrow.hub_files(path):
        for file, split in parts:
            yield from (arrow.in_split(item, split) for item in _file(file, settings))
        return
    empty = True
    for found in folder.files(path):
        empty = False
        yield from ([found] if isinstance(found, Unreadable) else _file(found, settings))
    if empty:
        kinds = ", ".join(end for end in sniff.SUFFIXES if end in folder.TAKEN)
        yield Unreadable(folder.shown(path), "has no files to read", f"in a folder these are read: {kinds}")


def _file(path: str, settings: Settings) -> Iterator[Item]:
    name = folder.shown(path)
    try:
        # O_NONBLOCK: opening a named pipe would wait for its writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                yield from _stream(name, stream, sniff.SUFFIXES.get(sniff.suffix(path)), settings)
            else:
                yield Unreadable(name, "is not a regular file", "pipe its content in and pass -")
    except OSError as error:
        yield Unreadable(name, folder.reason(error))


def _open_file(name: str, descriptor: int, settings: Settings) -> Iterator[Item]:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            yield from _stream(name, stream, None, settings)
    except OSError as error:
        yield Unreadable(name, folder.reason(error))


def _stdin(settings: Settings) -> Iterator[Item]:
    if sys.stdin is None or sys.stdin.closed:
        yield Unreadable("-", "standard input is closed", "pipe a text in, or name a file")
        return
    yield from _stream("-", sys.stdin.buffer, None, settings)


def _stream(name: str, stream: BinaryIO, kind: str | None, settings: Settings) -> Iterator[Item]:
    """What an open file holds, by ``kind`` or, if that is not known, by its first bytes."""
    try:
        opened = _Ahead(stream)
        packed = opened.head.startswith(sniff.GZIP)
        if packed:
            opened = _Ahead(gzip.GzipFile(fileobj=io.BufferedReader(opened)))
        if opened.head.startswith(sniff.PARQUET_HEAD):
            # read from its end: a file at its places, what comes through a pipe or from gzip as a whole
            placed = not packed and stream.seekable()
            yield from arrow.from_parquet(name, stream if placed else io.BytesIO(_bounded(opened, settings)))
            return
        if not opened.head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise UserError("is empty", hint="there is nothing to read")
        sniff.refuse_binary(opened.head)
        kind = sniff.settled(kind, opened.head)
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


def _caught(name: str, items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except UserError as error:
        yield Unreadable(name, str(error), error.hint)


def _records(name: str, stream: _Ahead, kind: str, settings: Settings) -> Iterator[Item]:
    from blogsum.read import records

    if kind == sniff.JSON:
        yield from records.from_json(name, _bounded(stream, settings))
    elif kind == sniff.JSONL:
        yield from records.from_jsonl(name, io.BufferedReader(stream, 1 << 16), settings.max_bytes)
    else:
        yield from records.from_csv(name, io.BufferedReader(stream, 1 << 16), settings.max_bytes)


def _bounded(stream: io.RawIOBase, settings: Settings) -> bytes:
    """All of ``stream``; UserError when that is more than the limit, and no more than one step beyond it is read."""
    content = bytearray()
    while part := stream.read(1 << 20):
        content += part
        if len(content) > settings.max_bytes:
            raise UserError(f"is larger than {settings.max_bytes:,} bytes", hint="--max-bytes raises the limit")
    return bytes(content)


def _finished(page: Page) -> Page:
    """The page as the next room takes it: what carries or becomes HTML is HTML from here on."""
    if page.media_type == sniff.RST:
        from blogsum.read import rst

        return rst.to_html(page)
    if page.media_type == sniff.MHTML:
        from blogsum.read import mhtml

        return mhtml.to_html(page)
    return page


def _missing(name: str, error: OSError | ValueError) -> Unreadable:
    """Why there is no file called ``name``, and what may have been meant."""
    if not name or isinstance(error, ValueError):
        return Unreadable(
            _label(name) or "''", "is not a file name", "name a file, a folder, an address, or - for standard input"
        )
    if len(name) > _LONGEST or "\n" in name:
        return Unreadable(_label(name), "no such file", "to pass a text itself, pipe it in and pass -")
    if os.path.lexists(name):
        return Unreadable(_label(name), folder.reason(error))
    host = _HOST.match(name) and not os.path.lexists(name.partition("/")[0])
    hint = f"did you mean https://{name}?" if host else _alike(name)
    return Unreadable(_label(name), folder.reason(error), hint)


def _label(name: str) -> str:
    """``name`` as it may stand in a message and in a record."""
    text = folder.shown(name)
    return text if len(text) <= _LONGEST or _URL.match(name) else f"{text[:_LONGEST]}…"


def _alike(name: str) -> str:
    """A hint naming the file beside it that ``name`` was meant to be."""
    import difflib

    place, last = os.path.split(name)
    try:
        beside = [entry.name for entry, _ in zip(os.scandir(place or "."), range(1000), strict=False)]
    except OSError:
        return ""
    found = difflib.get_close_matches(last, beside, n=1, cutoff=0.75)
    return f"did you mean {folder.shown(os.path.join(place, found[0]))}?" if found else ""


class _Ahead(io.RawIOBase):
    """A stream whose first bytes were looked at: ``head``; reading starts with them."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile | _Ahead) -> None:
        self._more = getattr(stream, "read1", stream.read)  # read1 hands on what a pipe has, and does not wait for more
        self.head = b""
        while len(self.head) < _HEAD and (part := self._more(_HEAD - len(self.head))):
            self.head += part
        self._left = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        part, self._left = self._left[: len(view)], self._left[len(view) :]
        part = part or self._more(len(view)) or b""
        view[: len(part)] = part
        return len(part)
