"""Runs of training as plain files: ``<root>/<id>`` with ``run.json``, ``recipe.toml``, ``metrics.jsonl`` and more.

Knows no model. What a run appends to (``metrics.jsonl``) may end in half a line when it was killed; that line is not
read, and cut away when the run goes on.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.errors import UserError

SCHEMA = "blogsum/run/1"
FACTS, RECIPE, METRICS, SAMPLES = "run.json", "recipe.toml", "metrics.jsonl", "samples.jsonl"
CHECKPOINTS, TRAININGS, LOCK = "checkpoints", "trainings", ".lock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Run:
    """A run's folder; its files are read when asked for."""

    folder: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.folder.name

    @property
    def facts(self) -> dict[str, Any]:
        """What ``run.json`` says; UserError when it cannot be read."""
        path = self.folder / FACTS
        try:
            facts = jsonl.parse(path.read_bytes())
            known = facts["schema"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if known != SCHEMA:
            raise UserError(f"{path} was written by another blogsum", hint=f"this one reads {SCHEMA}")
        return dict(facts)

    def tell(self, **news: Any) -> None:
        """Add to what ``run.json`` says, or overrule it."""
        files.replace(self.folder / FACTS, json.dumps({**self.facts, **news}, ensure_ascii=False, indent=1) + "\n")

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The whole lines of ``metrics.jsonl`` or ``samples.jsonl``; none when there is no such file."""
        path = self.folder / name
        try:
            content = path.read_bytes() if path.exists() else b""
            return [dict(jsonl.parse(line)) for line in content.split(b"\n")[:-1] if line]
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def append(self, name: str, record: Mapping[str, Any]) -> None:
        """Add a line to a file; UserError when the disk is full."""
        path = self.folder / name
        try:
            with path.open("ab") as stream:
                stream.write((jsonl.dumps(record) + "\n").encode())
        except OSError as error:
            raise UserError(f"cannot write {path}: {error.strerror or error}", hint=resume_hint(self)) from error

    def cut(self, name: str, keep: Callable[[Mapping[str, Any]], bool]) -> None:
        """Keep the lines that are to stay: what a killed run did behind its last checkpoint is done again."""
        if (self.folder / name).exists():
            kept = [record for record in self.lines(name) if keep(record)]
            files.replace(self.folder / name, "".join(jsonl.dumps(record) + "\n" for record in kept))


def resume_hint(run: Run) -> str:
    """How to go on with a run."""
    inside = run.folder.parent.name == TRAININGS  # one training of a study: that goes on
    return f"go on with: blogsum finetune --resume {run.folder.parent.parent.name if inside else run.name}"


def new(root: Path, name: str, facts: Mapping[str, Any], recipe: str) -> Run:
    """Make the folder of a run, named after the time, ``name`` and chance."""
    if root == Path():
        raise UserError("there is no folder for runs", hint="this user has no home: set BLOGSUM_HOME")
    now = datetime.now(timezone.utc)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"
    run = Run(root / f"{now:%Y%m%d-%H%M%S}-{safe[:60]}-{secrets.token_hex(2)}")
    files.make_folder(root)
    made = {"schema": SCHEMA, "id": run.name, "created": now.isoformat(timespec="seconds"), "status": "started"}
    with files.appearing_folder(run.folder) as part:
        files.replace(part / RECIPE, recipe)
        files.replace(part / FACTS, json.dumps({**made, **facts}, ensure_ascii=False, indent=1) + "\n")
    return run


def find(root: Path, reference: str) -> Run:
    """The run of this name, of a name that begins so, the ``last`` one, or the one in the folder ``reference``."""
    if (Path(reference) / FACTS).is_file():
        return Run(Path(reference))
    there = known(root)
    if reference == "last" and there:
        return there[-1]
    found = [run for run in there if run.name == reference] or [run for run in there if run.name.startswith(reference)]
    if len(found) != 1 or not reference:
        few = ", ".join(run.name for run in (found or there)[-4:])
        what = f"{reference} may be several runs" if found else f"{reference}: no such run"
        raise UserError(what, hint=f"there are: {few}" if few else "blogsum finetune makes one")
    return found[0]


def known(root: Path) -> list[Run]:
    """The runs in ``root``, the oldest first."""
    with suppress(OSError):
        there = [Path(entry.path) for entry in os.scandir(root) if _NAME.fullmatch(entry.name)]
        return [Run(folder) for folder in sorted(there) if (folder / FACTS).is_file()]
    return []


@contextmanager
def held(run: Run) -> Iterator[None]:
    """Hold the run for this process; UserError when another one works on it."""
    with files.lock(run.folder / LOCK, wait=False):
        for left in run.folder.glob(".*.part"):  # of a process that was killed
            left.unlink(missing_ok=True)
        yield
