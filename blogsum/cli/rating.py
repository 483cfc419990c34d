"""A rating session in the terminal: what is shown and asked, and every answer kept at once. Judges nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from blogsum import files, jsonl
from blogsum.errors import UserError
from blogsum.evaluate import CRITERIA
from blogsum.evaluate.rating import HIGHEST, LOWEST, key, of_example
from blogsum.read.records import to_record
from blogsum.report import rating as texts
from blogsum.types import Example

_DIGITS = re.compile(r"\d(?:[\s,;/]*\d)*")
BACK, SKIP, QUIT, ARTICLE = "back", "skip", "quit", "article"
_COMMANDS = {
    **dict.fromkeys(("b", "back", "u", "undo", "z", "zurück"), BACK),
    **dict.fromkeys(("s", "skip", "w", "weiter"), SKIP),
    **dict.fromkeys(("q", "quit", "ende"), QUIT),
    **dict.fromkeys(("a", "article", "artikel"), ARTICLE),
}


class Screen:
    """The person's side: text goes to stderr, answers come from stdin, long texts in pages at a terminal."""

    def __init__(self, lang: str) -> None:
        self.words, self.lang = texts.LABELS[lang], lang
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def columns(self) -> int:
        """How long a line may be, now: windows change."""
        return texts.width(self._size().columns)

    def _size(self) -> os.terminal_size:
        """The terminal's, which is where stderr goes, whatever becomes of stdout."""
        with suppress(OSError, ValueError):
            found = os.get_terminal_size(sys.stderr.fileno())
            return shutil.get_terminal_size(found if min(found) > 0 else (80, 24))
        return shutil.get_terminal_size()

    def say(self, *lines: str) -> None:
        """Show lines."""
        click.echo("\n".join(lines), err=True)

    def page(self, lines: Sequence[str]) -> None:
        """Show lines, at a terminal not more at once than it holds."""
        height = max(5, self._size().lines - 2)
        at = 0
        while self.is_terminal and len(lines) - at > height:
            self.say(*lines[at : at + height])
            at += height
            if self.ask(self.words["more"] + " "):
                return
        self.say(*lines[at:])

    def ask(self, question: str) -> str | None:
        """The answer to a question, without spaces around; None when nobody answers any more."""
        click.echo(question, err=True, nl=False)
        sys.stderr.flush()
        # bytes: what is typed in another encoding is a wrong answer and no error
        answer = "" if sys.stdin is None else sys.stdin.buffer.readline().decode("utf-8", "replace")
        if not self.is_terminal:
            click.echo(answer.strip(), err=True)  # as a terminal shows what is typed
        return answer.strip().lower() if answer else None


class Kept:
    """The ratings on disk: a row for each rated summary, and beside them what is not complete yet.

    Use as a context manager. ``done`` are the keys of the rows, in their order. A row that is taken back waits among
    the ``drafts`` and returns when the session ends without a new answer.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._ledger = path, files.Ledger(path)
        self._draft_file = path.with_name(f".{path.name}.draft")
        self._waiting: dict[str, Example] = {}
        self.done: list[str] = []
        self.drafts: dict[str, dict[str, int]] = {}

    def __enter__(self) -> Kept:
        self._ledger.__enter__()
        try:
            self.done = [_key(self._path, number, line) for number, line in enumerate(self._ledger.lines(), 1)]
            self.drafts = {one: made for one, made in _drafts(self._draft_file).items() if one not in self.done}
        except BaseException:
            self._ledger.__exit__()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(UserError):  # a full disk: the drafts are on it, and the next start finds them
            for example in list(self._waiting.values()):
                if len(self.drafts.get(of_example(example), {})) == len(CRITERIA):
                    self.finish(example)
        self._ledger.__exit__()

    def note(self, example: Example, ratings: Mapping[str, int]) -> None:
        """Keep what was answered so far."""
        self.drafts[of_example(example)] = dict(ratings)
        self._save()

    def finish(self, example: Example) -> None:
        """Make a row of a summary whose criteria are all rated."""
        name = of_example(example)
        row = {**to_record(_article(example)), "ratings": self.drafts[name]}
        self._waiting.pop(name, None)  # first: interrupted behind it, the draft is there still, and no row twice
        self._ledger.add(jsonl.dumps(row) + "\n")
        self.done.append(name)
        del self.drafts[name]
        self._save()

    def take_back(self, example: Example) -> None:
        """Make a draft of the last row again, which is about ``example``."""
        name = of_example(example)
        self.drafts[name] = json.loads(self._ledger.lines()[-1])["ratings"]
        self._save()  # before the row goes: a kill in between finds both, and the row counts
        self._waiting[name] = example
        self._ledger.drop()
        self.done.pop()

    def _save(self) -> None:
        if self.drafts:
            files.replace(self._draft_file, json.dumps(self.drafts) + "\n")
        else:
            with suppress(OSError):
                os.unlink(self._draft_file)


class Session:
    """Shows summaries one after the other until ``count`` are rated, none is left, or the editor stops."""

    def __init__(self, examples: Sequence[Example], kept: Kept, screen: Screen, count: int) -> None:
        self._known = {of_example(one): one for one in examples}
        for one in examples:  # all answered, and then the run was killed
            if len(kept.drafts.get(of_example(one), {})) == len(CRITERIA):
                kept.finish(one)
        self._queue = [one for one in examples if of_example(one) not in kept.done]
        # what was begun comes first
        self._queue.sort(key=lambda one: of_example(one) not in kept.drafts)
        self._kept, self._screen, self._count = kept, screen, count
        self._shown = ""  # the article on the screen
        self.skipped = 0

    @property
    def left(self) -> int:
        """How many summaries nobody rated yet."""
        return len(self._queue)

    def run(self) -> None:
        """Ask until there is an end."""
        if self._is_over():
            return
        self._screen.say(*texts.wrapped(self._screen.words["intro"], self._screen.columns))
        self._screen.say("", *texts.wrapped(self._screen.words["keys"], self._screen.columns))
        while not self._is_over():
            example = self._queue[0]
            answer = self._rate(example)
            if answer == QUIT:
                return
            if answer == SKIP:
                self._queue.append(self._queue.pop(0))
                self.skipped += 1
            elif answer == BACK:
                self._back()
            else:
                self._kept.finish(example)
                self._queue.pop(0)

    def _is_over(self) -> bool:
        return len(self._queue) <= self.skipped or len(self._kept.done) >= self._count

    def _back(self) -> None:
        """Ask about the summary before once more."""
        before = self._known.get(self._kept.done[-1]) if self._kept.done else None
        if before is None:
            self._screen.say(self._screen.words["first"])
            return
        self._kept.take_back(before)
        self._queue.insert(0, before)

    def _rate(self, example: Example) -> str:
        """Show one summary and ask for its criteria; "" when all are rated, else BACK, SKIP or QUIT."""
        self._show(example)
        ratings = dict(self._kept.drafts.get(of_example(example), {}))
        place = len(ratings) % len(CRITERIA)
        while place < len(CRITERIA):
            name = CRITERIA[place]
            asked = textwrapped(texts.question(name, self._screen.lang, ratings.get(name)), self._screen.columns)
            answer = self._screen.ask(asked)
            command = QUIT if answer is None else _COMMANDS.get(answer)
            if command == ARTICLE:
                self._show(example, again=True)
            elif command == BACK and place:
                place -= 1
            elif command is not None:
                return command
            elif digits := _digits(answer or "", len(CRITERIA) - place):
                ratings |= zip(CRITERIA[place:], digits, strict=False)
                place += len(digits)
                self._kept.note(example, ratings)
            elif not answer and name in ratings:
                place += 1
            else:
                self._screen.say(self._screen.words["wrong"])
        return ""

    def _show(self, example: Example, again: bool = False) -> None:
        screen, words = self._screen, self._screen.words
        number, whole = len(self._kept.done) + 1, min(self._count, len(self._kept.done) + len(self._queue))
        screen.say("", words["place"].format(number=number, all=whole), "")
        if example.article.id == self._shown and not again:
            screen.say(words["same"])
        else:
            screen.page(texts.article(example.article, screen.columns, screen.lang))
        self._shown = example.article.id
        screen.say(*texts.summary(example.summary, screen.columns, screen.lang))


def textwrapped(question: str, columns: int) -> str:
    """A question on as many lines as it takes, the answer behind it."""
    return "\n".join(texts.wrapped(question, columns)) + " "


def _digits(answer: str, most: int) -> list[int]:
    """The ratings in an answer; none when there are too many, or one is no rating."""
    if not _DIGITS.fullmatch(answer):
        return []
    found = [int(one) for one in re.findall(r"\d", answer)]
    return found if len(found) <= most and all(LOWEST <= one <= HIGHEST for one in found) else []


def _article(example: Example) -> Any:
    from dataclasses import replace

    return replace(
        example.article, summary=example.summary, system=example.system, references=example.references, split=None
    )


def _key(path: Path, number: int, line: str) -> str:
    """Which summary a row is about; UserError when the file holds something else."""
    try:
        row = jsonl.parse(line.encode())
        if not isinstance(row["ratings"], dict):
            raise TypeError
        return key(str(row["id"]), row.get("system"), row["summary"])
    except (ValueError, KeyError, TypeError) as error:
        hint = "name another file with --ratings"
        raise UserError(f"{path}:{number}: is no row of ratings", hint=hint) from error


def _drafts(path: Path) -> dict[str, dict[str, int]]:
    """What an earlier session left incomplete; nothing when that cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(one): {name: int(made[name]) for name in CRITERIA if name in made} for one, made in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
