"""The jobs that were sent from here, each a folder ``<runs>/azure/<name>``: what was sent, where, and how it stands.

The record is on the disk before anything is sent, so that a command that was killed finds the job that it began.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.errors import UserError

SCHEMA = "blogsum/azure-job/1"
FOLDER, FACTS, SENT, LOCK = "azure", "job.json", "job", ".lock"
COMPLETED, FAILED, CANCELED = "Completed", "Failed", "Canceled"
ENDED = (COMPLETED, FAILED, CANCELED)  # for good; one that is NotResponding may come back, and is paid for


@dataclass(frozen=True)
class Kept:
    """What is known here of a job and its further attempts; ``folder`` need not be there yet."""

    folder: Path

    @property
    def name(self) -> str:
        """The name of the first attempt: the hash of data, base, code and recipe is in it."""
        return self.folder.name

    @property
    def sent(self) -> Path:
        """The folder with the files that were sent."""
        return self.folder / SENT

    @property
    def facts(self) -> dict[str, Any]:
        """What ``job.json`` says; nothing when there is none; UserError when it cannot be read."""
        path = self.folder / FACTS
        try:
            facts = dict(jsonl.parse(path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if facts.get("schema") != SCHEMA:
            raise UserError(f"{path} was written by another blogsum", hint=f"this one reads {SCHEMA}")
        return facts

    def tell(self, **news: Any) -> None:
        """Add to what ``job.json`` says, or overrule it."""
        files.make_folder(self.folder)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        facts: Mapping[str, Any] = {"schema": SCHEMA, "created": now, **self.facts, **news}
        files.replace(self.folder / FACTS, json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def kept(root: Path, name: str) -> Kept:
    """The record of a job in the folder of runs ``root``."""
    if root == Path():
        raise UserError("there is no folder for runs", hint="this user has no home: set BLOGSUM_HOME")
    return Kept(root / FOLDER / name)


def known(root: Path) -> list[Kept]:
    """Every job that was sent from here, the oldest first."""
    there = []
    with suppress(OSError):
        there = [Kept(path) for path in (root / FOLDER).iterdir() if (path / FACTS).is_file()]
    return sorted(there, key=lambda one: (one.facts["created"], one.name))


@contextmanager
def held(job: Kept) -> Iterator[None]:
    """Hold the record for this process; UserError when another one sends or follows the same job."""
    try:
        with files.lock(job.folder / LOCK, wait=False):
            yield
    except UserError as error:
        if "in use by another process" in str(error):
            raise UserError(f"{job.name} is followed by another process", hint="wait for it") from error
        raise
