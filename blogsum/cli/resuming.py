"""Summaries as JSONL in a file that an interrupted run can go on with: the whole file, or one shard of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from blogsum import shards
from blogsum.cli import console, output
from blogsum.files import Journal
from blogsum.report.summaries import write
from blogsum.shards import Done, Shard
from blogsum.types import Article

if TYPE_CHECKING:
    from blogsum.cli.writer import Work
    from blogsum.types import Page, Unreadable

    Item = Page | Article | Unreadable


def whole(items: Iterator[Item], work: Work, path: Path, evidence: bool, key: str) -> int:
    """Write JSONL to ``path`` through a journal, going on behind the lines that an interrupted run left."""
    tally = output.Tally()
    with Journal(path, key) as journal:
        for _ in _lines(items, work, journal, evidence, tally):
            pass
        if tally.good + tally.bad:
            journal.finish()
    return tally.code()


def shared(items: Iterator[Item], work: Callable[[], Work], path: Path, evidence: bool, shard: Shard, key: str) -> int:
    """Write one shard beside ``path``, unless it is done, and all of them to ``path`` once the last one is.

    ``work`` is made only where there is something to do.
    """
    done, why = shards.found(shard, path, key)
    if done is not None:
        console.say(f"{shard.path(path)} is done already")
    else:
        if why:
            console.warn(f"{shard.path(path)} {why}; it is made anew")
        done = _share(items, work(), path, evidence, shard, key)
    _join(path, shard.of, key)
    return output.Tally(done.good, done.bad, done.noted).code()


def _share(items: Iterator[Item], work: Work, path: Path, evidence: bool, shard: Shard, key: str) -> Done:
    """Write one shard through a journal and mark it as done."""
    with Journal(shard.path(path), key) as journal:
        done, _ = shards.found(shard, path, key)
        if done is not None:  # by another process, since this one looked
            journal.discard()
            return done
        shards.unmark(shard, path)
        done = _done(shard.share(items), work, journal, evidence, key)
        journal.finish()
        shards.mark(shard, path, done)
        return done


def _done(items: Iterator[Item], work: Work, journal: Journal, evidence: bool, key: str) -> Done:
    """Write the lines of one shard; what its marker is to say."""
    tally, state, records, size = output.Tally(), hashlib.sha256(), 0, 0
    for line in _lines(items, work, journal, evidence, tally):
        data = line.encode("utf-8")
        state.update(data)
        records, size = records + 1, size + len(data)
    return Done(key, records, size, state.hexdigest(), tally.good, tally.bad, tally.noted)


def _join(path: Path, of: int, key: str) -> None:
    """Put the shards together if all are done; else say which are not."""
    states = [shards.marked(Shard(number, of), path, key) for number in range(1, of + 1)]
    for number, (_, why) in enumerate(states, 1):
        if why:
            console.warn(f"{Shard(number, of).path(path)} {why}", f"run --shard {number}/{of} again")
    dones = [done for done, _ in states if done is not None]
    if len(dones) == of:
        console.say(f"{path}: {shards.join(path, dones):,} records of {of} shards")
        return
    missing = [str(number) for number, (done, _) in enumerate(states, 1) if done is None]
    console.say(f"{path} is written with the last shard; missing: {', '.join(missing)}")


def _lines(items: Iterator[Item], work: Work, journal: Journal, evidence: bool, tally: output.Tally) -> Iterator[str]:
    """All lines of the journal: those that an interrupted run left, then one for each item behind them, written."""
    with console.progress("summarised") as progress:
        left = journal.lines()
        items, kept = _behind(items, left, tally)
        journal.cut(kept)
        if kept:
            console.warn(f"going on behind {kept} lines of an interrupted run")
        yield from left[:kept]
        for line in write(tally.digests(work(items), progress), "jsonl", evidence):
            journal.add(line)
            yield line


def _behind(items: Iterator[Item], lines: Sequence[str], tally: output.Tally) -> tuple[Iterator[Item], int]:
    """The items that no line was written for yet, and how many lines still belong to the items before them."""
    for number, line in enumerate(lines):
        item = next(items, None)
        if item is None:
            return iter(()), number
        record = json.loads(line)
        if record["id"] != (item.id if isinstance(item, Article) else item.source):
            return chain([item], items), number  # the sources hold other articles now: go on where they still agree
        tally.noted += any("note" in one or one["unsupported"] for one in record.get("summaries", ()))
        tally.good, tally.bad = tally.good + ("error" not in record), tally.bad + ("error" in record)
    return items, len(lines)
