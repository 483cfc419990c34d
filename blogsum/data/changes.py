"""Which rows two sets do not share; knows nothing of where they are kept. Keeps hashes, not texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blogsum.read.records import FIELDS
from blogsum.types import Article

Prints = Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class Change:
    """A row that is not the same: ``kind`` is ``added``, ``removed`` or ``changed``, then in these ``fields``."""

    id: str
    kind: str
    fields: tuple[str, ...] = ()


def fingerprints(articles: Iterable[Article]) -> Prints:
    """A short hash of every field of every row, by id."""
    return {one.id: tuple(_print(getattr(one, name)) for name in FIELDS) for one in articles}


def changes(before: Prints, after: Prints) -> list[Change]:
    """What happened from ``before`` to ``after``, sorted by kind and id."""
    found = [Change(one, "added") for one in after.keys() - before.keys()]
    found += [Change(one, "removed") for one in before.keys() - after.keys()]
    for one in before.keys() & after.keys():
        pairs = zip(FIELDS, before[one], after[one], strict=True)
        if fields := tuple(name for name, old, new in pairs if old != new):
            found.append(Change(one, "changed", fields))
    return sorted(found, key=lambda change: (change.kind, change.id))


def _print(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).digest() if value else b""
