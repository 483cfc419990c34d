"""The readable files of a folder, in order; knows nothing of what is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from blogsum.read import sniff
from blogsum.types import Unreadable

# Pages, and JSONL, which is always records; .json and .csv beside pages are settings and data of the site.
TAKEN = {end for end, kind in sniff.SUFFIXES.items() if kind not in (sniff.JSON, sniff.CSV)}


def files(folder: Path) -> Iterator[Path | Unreadable]:
    """Files below ``folder`` that may hold articles, sorted by path; hidden, binary and unknown ones are skipped.

    Files come before folders; a folder reached twice through links is read once.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = sorted(
                (entry for entry in os.scandir(here) if not entry.name.startswith(".")), key=lambda entry: entry.name
            )
        except OSError as error:
            yield Unreadable(shown(here), reason(error))
            continue
        folders = []
        for entry in entries:
            if _is_folder(entry):
                folders.append(Path(entry.path))
            elif _is_article(entry):
                yield Path(entry.path)
        waiting += reversed(folders)


def shown(path: Path | str) -> str:
    """A path that can be printed and written as JSON, even if its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def reason(error: OSError) -> str:
    """Why the system cannot open something, in words."""
    known = {
        FileNotFoundError: "no such file",
        PermissionError: "permission denied",
        IsADirectoryError: "is a folder",
        NotADirectoryError: "no such file",
    }
    text = error.strerror or str(error)
    return known.get(type(error), f"cannot be read: {text[:1].lower()}{text[1:]}")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_article(entry: os.DirEntry[str]) -> bool:
    """Whether the suffix is one we read; without any, whether it is a page as site copies save them."""
    end = sniff.suffix(entry.name)
    if end:
        return end in TAKEN
    try:
        if not entry.is_file():
            return False
        with open(entry.path, "rb") as file:
            head = file.read(2048)
    except OSError:
        return False
    return not sniff.binary(head) and sniff.is_page(head)
