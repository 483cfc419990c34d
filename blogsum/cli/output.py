"""Where the answer goes, in which form, and what the exit code says of it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blogsum import files
from blogsum.cli import console
from blogsum.errors import DONE, FAILED, LOOK, USAGE, UserError

if TYPE_CHECKING:
    from blogsum.types import Article, Digest, Summary, Unreadable

FORMAT_HELP = "Default: by the suffix of -o, else jsonl for folders, JSONL and CSV, else text."
# suffix of -o -> format
SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".json": "json", ".jsonl": "jsonl", ".csv": "csv"}
COLLECTIONS = (".jsonl", ".ndjson", ".csv", ".tsv", ".jsonl.gz", ".csv.gz")


def form(asked: str | None, path: Path | None, sources: Iterable[str], known: Sequence[str]) -> str:
    """The format of the answer: as asked, else by the suffix of ``-o``, else by what the sources are."""
    if asked:
        return asked
    found = SUFFIXES.get(path.suffix.lower()) if path is not None else None
    if found is not None and found not in known:
        raise UserError(f"{path}: this command writes no {found}", hint=f"choose from {', '.join(known)}", code=USAGE)
    if found:
        return found
    return "jsonl" if any(name.lower().endswith(COLLECTIONS) or Path(name).is_dir() for name in sources) else "text"


option = click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write this file, whole or not at all; - is standard output.",
)


def place(path: Path | None, inputs: Iterable[str]) -> Path | None:
    """Where to write, None for standard output; UserError when that would overwrite what is to be read."""
    if path is None or str(path) == "-":
        return None
    if os.path.isdir(path):
        raise UserError(f"{path}: is a folder", hint="-o takes the name of a file", code=USAGE)
    for name in inputs:
        with contextlib.suppress(OSError, ValueError):
            if os.path.samefile(name, path):
                raise UserError(f"{path}: is read and cannot be written too", hint="name another file", code=USAGE)
    return path


def write(parts: Iterable[str], path: Path | None) -> None:
    """Send the parts of an answer out: to stdout as they come; to a file all at once, and not an empty one."""
    if path is None:
        for part in parts:
            sys.stdout.write(part)
        return
    content = "".join(parts)
    if content.strip():
        files.replace(path, content)


class Tally:
    """Counts what went well, and says on stderr what did not, one line each."""

    def __init__(self, good: int = 0, bad: int = 0, noted: int = 0) -> None:
        self.good, self.bad, self.noted = good, bad, noted

    def articles(self, items: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        """The items, each counted as it passes."""
        from blogsum.types import Unreadable

        for item in items:
            self._count(item if isinstance(item, Unreadable) else None)
            yield item

    def readable(
        self, items: Iterable[Article | Unreadable], progress: console.Silent | None = None
    ) -> Iterator[Article]:
        """The articles among the items; what is none is counted and said."""
        from blogsum.types import Article

        for item in self.articles(items):
            if isinstance(item, Article):
                if progress is not None:
                    progress.advance()
                yield item

    def digests(self, digests: Iterable[Digest], progress: console.Silent) -> Iterator[Digest]:
        """The digests, each counted as it passes."""
        for digest in digests:
            self._count(digest.error)
            for summary in digest.summaries:
                self._look_at(summary)
            progress.advance()
            yield digest

    def _look_at(self, summary: Summary) -> None:
        """Say what a person should know of a summary: how it came about, and what its article does not say."""
        self.noted += bool(summary.note or summary.unsupported)
        if summary.note:
            console.warn(f"{summary.id}: {summary.note}")
        if summary.unsupported:
            found = ", ".join(one.text for one in summary.unsupported)
            console.warn(f"{summary.id}: the summary says what the article does not: {found}", "--evidence shows where")

    def _count(self, error: Unreadable | None) -> None:
        if error is None:
            self.good += 1
        else:
            self.bad += 1
            console.error(f"{error.source}: {error.reason}", error.hint)

    def code(self) -> int:
        """0 when all went well, 4 when some did or a person should look, 3 when nothing did."""
        if not self.bad:
            return LOOK if self.noted else DONE
        return LOOK if self.good else FAILED
