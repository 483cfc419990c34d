"""What people see beside the answer: stderr only, quiet, verbose, colour."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

_LONGEST = 2000  # characters of a line; an address may have that many
_level = 0  # -1 quiet, 0 normal, 1 verbose, 2 very verbose; set once by the command's -q and -v


def set_level(quiet: bool, verbose: int) -> None:
    """Take over ``-q`` and ``-v``; from ``-v`` on, the log of blogsum is shown, from ``-vv`` on also its details."""
    global _level
    _level = -1 if quiet else verbose
    if verbose:
        import logging

        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        logger = logging.getLogger("blogsum")
        logger.handlers[:] = [handler]
        logger.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)


def error(message: str, hint: str = "") -> None:
    """One line that says what went wrong, where, and what to do."""
    _say(click.style("error:", fg="red", bold=True), message, hint)


def internal_error(problem: Exception) -> None:
    """A bug of ours: one line for the user; under ``-vv`` the traceback that a report needs."""
    error(f"internal error: {type(problem).__name__}: {problem}", "please report it with blogsum doctor's output")
    if _level > 1:
        import traceback

        traceback.print_exception(problem, file=sys.stderr)


def warn(message: str, hint: str = "") -> None:
    """One line that a person should see; ``-q`` silences it."""
    if _level >= 0:
        _say(click.style("note:", fg="yellow"), message, hint)


def say(text: str) -> None:
    """Lines about the work done, such as a table; ``-q`` silences them."""
    if _level >= 0:
        click.echo(text, err=True)


def is_watched() -> bool:
    """Whether somebody sits at a terminal and wants to see how far it is."""
    return _level >= 0 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def working(label: str) -> Any:
    """A context manager that shows on stderr that something is going on; silent when nobody watches."""
    if not is_watched():
        return contextlib.nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(label)


def once(marker: Path, message: str, hint: str) -> None:
    """One line for a person at a terminal, the first time only: ``marker`` remembers that it was said."""
    if _level < 0 or not sys.stderr.isatty() or marker.exists():
        return
    warn(message, hint)
    with contextlib.suppress(OSError):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()


def progress(label: str, left: bool = False) -> Any:
    """A context manager whose ``advance()`` counts finished articles on stderr; silent when nobody watches.

    With ``left`` the time that is left is shown, too.
    """
    return Counter(label, left) if is_watched() else Silent()


class Silent:
    """The progress of a run that nobody watches."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self) -> None:
        """Count one article, silently."""

    def total(self, count: int) -> None:
        """How many there will be, as far as that is known."""

    def reached(self, count: int, text: str) -> None:
        """So many are done, and what there is to say of the last one."""

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The bar steps aside for lines that are written meanwhile."""
        yield


class Counter(Silent):
    """A line on stderr with the number of articles done and the time taken, and a bar where their total is known."""

    def __init__(self, label: str, left: bool = False) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            *([TimeRemainingColumn()] if left else []),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task(label, total=None)

    def __enter__(self) -> Counter:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self) -> None:
        """Count one article."""
        self._progress.advance(self._task)

    def total(self, count: int) -> None:
        """Make the line a bar."""
        self._progress.update(self._task, total=count)

    def reached(self, count: int, text: str) -> None:
        """Move the bar and change what stands before it."""
        self._progress.update(self._task, completed=count, description=text)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The bar is taken away for lines that are written meanwhile."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


def _say(mark: str, message: str, hint: str) -> None:
    """Write one line to stderr: line breaks and control characters of foreign text would fake other lines."""
    line = f"{message} ({hint})" if hint else message
    line = "".join(character if character.isprintable() else " " for character in line[:_LONGEST])
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    click.echo(f"{mark} {line}", err=True, color=colour)
