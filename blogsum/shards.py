"""One corpus shared out to several processes, on one machine or many, and their answers joined; knows no article.

Shard 2 of 8 takes the records 2, 10, 18 … A share is done when its file stands beside its marker, which holds the
file's hash and the key of the run: sources by their content, model and options. Equal keys mean equal bytes, so it does
not matter who makes a share, how often, and who joins them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from blogsum import files
from blogsum.errors import USAGE, UserError
from blogsum.settings import Settings

T = TypeVar("T")
SCHEMA = "blogsum/shard/1"
MOST = 512  # all are open while they are joined, and a process may have 1,024 files
_SHARD = re.compile(r"(\d{1,4})/(\d{1,4})")
_OTHER = "is of another run: other sources, another model or other options"


@dataclass(frozen=True)
class Shard:
    """Share ``number``, from 1, ``of`` so many."""

    number: int
    of: int

    def share(self, items: Iterable[T]) -> Iterator[T]:
        """The items of this share: every ``of``-th one, so that all shares have about the same work."""
        return islice(items, self.number - 1, None, self.of)

    def path(self, target: Path) -> Path:
        """Where its answer stands: ``out-00002-of-00008.jsonl`` beside ``out.jsonl``."""
        return target.with_name(f"{target.stem}-{self.number:05d}-of-{self.of:05d}{target.suffix}")

    def marker(self, target: Path) -> Path:
        """Where it stands that it is done: ``out-00002-of-00008.done``."""
        return self.path(target).with_suffix(".done")


@dataclass(frozen=True)
class Done:
    """What a marker says: the ``key`` of the run, the file's ``records``, ``bytes`` and ``sha256``, and how it went.

    ``good`` sources gave an answer, ``bad`` ones an error, and a person should look at ``noted`` ones.
    """

    key: str
    records: int
    bytes: int
    sha256: str
    good: int
    bad: int
    noted: int


def parse(text: str) -> Shard:
    """The shard that ``2/8`` means; UserError when it means none."""
    found = _SHARD.fullmatch(text)
    shard = Shard(int(found[1]), int(found[2])) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.of <= MOST:
        raise UserError(f"--shard '{text}' is no shard", hint=f"as in 2/8, at most {MOST} of them", code=USAGE)
    return shard


def fingerprint(sources: Sequence[str], settings: Settings, target: Path) -> str:
    """A hash of all that the sources hold, the same on every machine that has the same files under these names.

    UserError for a source that two machines need not read alike, or a folder that the answers would stand in.
    """
    return files.digest(*(_content(name, settings, target) for name in sources))


def _content(name: str, settings: Settings, target: Path) -> str:
    from blogsum.read.sources import address
    from blogsum.store import datasets

    if name == "-" or name.startswith("/dev/") or address(name) or name.lower().startswith("file:"):
        raise UserError(
            f"{name}: every shard must read the same", hint="--shard takes files, folders and versions", code=USAGE
        )
    if datasets.is_reference(name) and not os.path.lexists(name):
        return str(datasets.find(settings.datasets, name).manifest["sha256"])
    path = Path(name)
    if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
        raise UserError(f"{target}: stands in a folder that is read", hint="choose another place with -o", code=USAGE)
    try:
        found = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        return files.digest(*((one.relative_to(path).as_posix(), sha256(one)) for one in found))
    except OSError as error:
        raise UserError(f"{name}: cannot be read: {error.strerror or error}", hint="every shard needs all") from error


def found(shard: Shard, target: Path, key: str) -> tuple[Done | None, str]:
    """What is known of a share that is done; else None and, where something stands there, what is wrong with it."""
    path, (done, why) = shard.path(target), marked(shard, target, key)
    if done is None:
        return None, why or ("has no marker" if path.exists() else "")
    if not path.is_file():
        return None, "is gone"
    if path.stat().st_size != done.bytes or sha256(path) != done.sha256:
        return None, "was changed since it was done"
    return done, ""


def marked(shard: Shard, target: Path, key: str) -> tuple[Done | None, str]:
    """``found`` by the marker alone, without a look at the file: where there is none, the share is not done yet."""
    try:
        told = json.loads(shard.marker(target).read_text(encoding="utf-8"))
        done = Done(**{name: told[name] for name in Done.__dataclass_fields__})
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, KeyError, TypeError):
        return None, "has a marker that cannot be read"
    if told.get("schema") != SCHEMA or done.key != key:
        return None, _OTHER
    return done, ""


def mark(shard: Shard, target: Path, done: Done) -> None:
    """Say that a share is done; UserError when its file is not what was written."""
    path = shard.path(target)
    if sha256(path) != done.sha256:  # where machines share a disk but no locks
        raise UserError(f"{path} was written by two processes at once", hint="run this shard again, once")
    known = {"schema": SCHEMA, "shard": shard.number, "of": shard.of, **asdict(done)}
    files.replace(shard.marker(target), json.dumps(known) + "\n")


def unmark(shard: Shard, target: Path) -> None:
    """Take the marker away: the share is made anew."""
    shard.marker(target).unlink(missing_ok=True)


def join(target: Path, dones: Sequence[Done]) -> int:
    """Put all shares, in the order of the corpus, at ``target``, at once or not at all; how many records they are.

    UserError naming a share that is not what its marker says. Several processes may do so at once.
    """
    shards = [Shard(number, len(dones)) for number in range(1, len(dones) + 1)]
    count = sum(done.records for done in dones)
    for shard in shards:
        if not shard.path(target).is_file():
            raise _again(shard, target, "is gone")
    with ExitStack() as stack:
        place = stack.enter_context(files.appearing(target))
        out = stack.enter_context(place.open("wb"))
        streams = [stack.enter_context(shard.path(target).open("rb")) for shard in shards]
        states = [hashlib.sha256() for _ in shards]
        for number in range(count):
            line = streams[number % len(shards)].readline()
            states[number % len(shards)].update(line)
            out.write(line)
        for shard, stream, state, done in zip(shards, streams, states, dones, strict=True):
            if stream.read(1) or state.hexdigest() != done.sha256:
                raise _again(shard, target, "was changed since it was done")
    return count


def _again(shard: Shard, target: Path, what: str) -> UserError:
    return UserError(f"{shard.path(target)} {what}", hint=f"run --shard {shard.number}/{shard.of} again")


def sha256(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return _hashed(stream)


def _hashed(stream: BinaryIO) -> str:
    whole = hashlib.sha256()
    while block := stream.read(1 << 20):
        whole.update(block)
    return whole.hexdigest()
