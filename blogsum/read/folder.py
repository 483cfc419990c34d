"""The readable files of a folder, in order, and how a path is shown; knows nothing of what is in the files."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator

from blogsum.read import sniff
from blogsum.types import Unreadable

# Pages, and JSONL, which is always records; .json and .csv beside pages are settings and data of the site.
TAKEN = {end for end, kind in sniff.SUFFIXES.items() if kind not in (sniff.JSON, sniff.CSV)}
_REASONS = {
    errno.ENOENT: "no such file",
    errno.ENOTDIR: "no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "is a folder",
    errno.ELOOP: "is a link that leads to itself",
    errno.EBADF: "is not open",
    errno.ENXIO: "is not a regular file",  # a socket, or a device that is not there
}


def files(folder: str) -> Iterator[str | Unreadable]:
    """Paths below ``folder`` that may hold articles, sorted; hidden, binary and unknown ones and feeds are skipped.

    The files of a folder come before its folders; a folder reached twice through links is read once.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            status = os.stat(here)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(shown(here), reason(error))
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                folders.append(entry.path)
            elif _is_article(entry):
                yield entry.path
        waiting += reversed(folders)


def shown(path: str) -> str:
    """A name that can be printed on one line and written as JSON, whatever bytes it is made of."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda match: ascii(match[0])[1:-1], text)


def reason(error: OSError) -> str:
    """Why the system cannot open something, in words."""
    text = error.strerror or str(error)
    return _REASONS.get(error.errno or 0, f"cannot be read: {text[:1].lower()}{text[1:]}")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_article(entry: os.DirEntry[str]) -> bool:
    """Whether the suffix is one we read; without any, whether it is a page as site copies save them."""
    kind = sniff.SUFFIXES.get(end := sniff.suffix(entry.name))
    if end and kind != sniff.HTML:
        return end in TAKEN
    try:
        if not entry.is_file():
            return bool(end)  # whoever opens it says what it is
        with open(entry.path, "rb") as file:
            head = file.read(2048)
    except OSError:
        return bool(end)
    return not sniff.is_feed(head) if end else not sniff.binary(head) and sniff.is_page(head)
