"""What earlier runs of a scrape know: the journal of one that was interrupted, and what came of each address.

Both stand in the dataset's own folder. A line of the journal is one post that was read; when the version is written the
journal becomes the memory, without the rows, which are in the version then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.read.entries import Entry
from blogsum.read.records import from_record, to_record
from blogsum.scrape.posts import Skip
from blogsum.text.clean import RECIPE
from blogsum.types import Article

_FORMAT = "scrape/1"
JOURNAL, MEMORY = "scrape", ".scraped.json"


@dataclass(frozen=True)
class Known:
    """What came of one address: the ``id`` of its row or the reason of its ``skip``; what its listings said then.

    ``validators`` says that its server can tell whether the page has changed (ETag, Last-Modified).
    """

    signals: dict[str, str] = field(default_factory=dict)
    validators: bool = False
    id: str | None = None
    skip: str | None = None
    recipe: str = RECIPE

    def is_current(self, entry: Entry) -> bool:
        """Whether the listings still say the same of the post, so that it need not be asked for."""
        if self.recipe != RECIPE:
            return False
        both = self.signals.keys() & entry.signals.keys()
        if not both:  # nobody can tell, short of reading it all again: that is --refresh
            return not self.validators and not entry.signals
        return all(self.signals[kind] == entry.signals[kind] for kind in both)


class Memory:
    """The journal of this run and the memory of those before, for one dataset.

    A context manager; one process has it at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = files.Journal(folder / JOURNAL, files.digest(_FORMAT))
        self.known: dict[str, Known] = {}
        self.read: dict[str, tuple[Known, Article | Skip]] = {}  # of this run, or of an interrupted one

    def __enter__(self) -> Memory:
        files.make_folder(self._folder)
        self._journal.__enter__()
        lines = self._journal.lines()
        self._journal.cut(len(lines))
        for line in lines:
            self._recall(line)
        self.known = _load(self._folder / MEMORY)
        return self

    def __exit__(self, *problem: object) -> None:
        if not self.read:
            self._journal.discard()
        self._journal.__exit__(*problem)

    def note(self, entry: Entry, outcome: Article | Skip, validators: bool) -> None:
        """Keep what came of a post; UserError when the disk is full, and nothing before is lost."""
        known = Known(entry.signals, validators, *_outcome(outcome))
        if isinstance(outcome, Article) or outcome.final:
            row = {"row": to_record(outcome)} if isinstance(outcome, Article) else {}
            self._journal.add(jsonl.dumps({"url": entry.url, **_plain(known), **row}) + "\n")
        self.read[entry.url] = known, outcome

    def correct(self, url: str, skip: Skip) -> None:
        """What was read at ``url`` is no row after all."""
        if url in self.read:
            self.read[url] = replace(self.read[url][0], id=None, skip=skip.reason), skip

    def finish(self) -> None:
        """The version is written: remember what was read, and drop the journal."""
        for url, (known, outcome) in self.read.items():
            if isinstance(outcome, Article) or outcome.final:
                self.known[url] = known
        plain = {url: _plain(self.known[url]) for url in sorted(self.known)}
        text = json.dumps({"format": _FORMAT, "posts": plain}, ensure_ascii=True, indent=0)
        files.replace(self._folder / MEMORY, text)
        self._journal.discard()

    def _recall(self, line: str) -> None:
        """Take over a line of an interrupted run; a damaged one is read again from the web."""
        try:
            value = jsonl.parse(line.encode())
            known = _known(value)
            if known.recipe != RECIPE:
                return
            row = value.get("row")
            outcome = from_record(row, known.id or "") if row else Skip(value["url"], str(known.skip))
            self.read[value["url"]] = known, outcome
        except (ValueError, KeyError, TypeError, AttributeError):
            return


def _outcome(outcome: Article | Skip) -> tuple[str | None, str | None]:
    return (outcome.id, None) if isinstance(outcome, Article) else (None, outcome.reason)


def _plain(known: Known) -> dict[str, Any]:
    return {name: value for name, value in vars(known).items() if value not in (None, {}, False)}


def _known(value: dict[str, Any]) -> Known:
    names = ("signals", "validators", "id", "skip", "recipe")
    return Known(**{name: value[name] for name in names if name in value})


def _load(path: Path) -> dict[str, Known]:
    """The memory of earlier runs; a damaged one costs requests, not posts."""
    try:
        content = jsonl.parse(path.read_bytes())
        if content.get("format") != _FORMAT:
            return {}
        return {url: _known(value) for url, value in content["posts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
