"""Named datasets on disk, ``blog@3``: versions that never change, known by their content; knows no other format.

A version is a folder ``<root>/blog/3`` with ``rows.jsonl`` (one record a line) and ``manifest.json``. It appears whole
or not at all, written under a lock of its dataset.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from blogsum import __version__, files, jsonl
from blogsum.errors import USAGE, UserError
from blogsum.read.records import from_record, to_record
from blogsum.types import Article

SCHEMA = "blogsum/dataset/1"
ROWS, MANIFEST = "rows.jsonl", "manifest.json"
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_REFERENCE = re.compile(rf"({_NAME})@(\d{{1,9}}|latest)")
_LAST = ".last"  # the highest number ever given, so that none is given twice


@dataclass(frozen=True)
class Version:
    """One version: its dataset's name, its number from 1, its folder, and what its manifest says."""

    name: str
    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def reference(self) -> str:
        """The name to call it by, such as ``blog@3``."""
        return f"{self.name}@{self.number}"


@dataclass(frozen=True)
class Origin:
    """Where rows come from, for the manifest: ``sources`` as given, the cleaning ``recipe``'s signature, the rows'
    ``licence`` in words, the reference of the ``parent`` if it is not the version before, and ``details`` (any JSON) of
    the command that made them.
    """

    sources: tuple[str, ...] = ()
    recipe: str = ""
    licence: str | None = None
    parent: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def is_reference(name: str) -> bool:
    """Whether ``name`` can only mean a version: ``blog@3`` or ``blog@latest``."""
    return _REFERENCE.fullmatch(name) is not None


def names(root: Path) -> list[str]:
    """The datasets in ``root``, by name."""
    with suppress(OSError):
        return sorted(entry.name for entry in os.scandir(root) if entry.is_dir() and _numbers(Path(entry.path)))
    return []


def versions(root: Path, name: str) -> list[Version]:
    """The versions of a dataset, the oldest first; UserError when a manifest is damaged."""
    return [_version(root / name / str(number)) for number in _numbers(root / name)]


def find(root: Path, reference: str) -> Version:
    """The version that ``blog@3``, ``blog@latest`` or ``blog`` (the latest) means; UserError when there is none."""
    _refuse_nowhere(root)
    name, _, number = reference.partition("@")
    there = _numbers(root / name) if re.fullmatch(_NAME, name) else []
    if not there:
        known = ", ".join(names(root)[:8])
        raise UserError(
            f"{reference}: no such dataset", hint=f"there are: {known}" if known else "blogsum data add makes one"
        )
    chosen = there[-1] if number in ("", "latest") else int(number) if number.isdigit() else 0
    if chosen not in there:
        raise UserError(f"{reference}: no such version", hint=f"{name} has {', '.join(map(str, there[-8:]))}")
    return _version(root / name / str(chosen))


def articles(version: Version) -> Iterator[Article]:
    """The rows in their order; UserError naming the file when it is not what its manifest says, before any row."""
    path = version.folder / ROWS
    try:
        if path.stat().st_size != version.manifest["bytes"]:
            raise _altered(path, f"has {path.stat().st_size:,} bytes instead of {version.manifest['bytes']:,}")
        if _sha256(path) != version.manifest["sha256"]:
            raise _altered(path, "its hash is not that of its manifest")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error
    for number, record in enumerate(jsonl.read(str(path)), 1):
        yield from_record(record, f"{version.reference}:{number}")


def add(root: Path, name: str, rows: Iterable[Article], origin: Origin) -> tuple[Version, bool]:
    """Make the next version of ``name`` of ``rows``; the existing one (and False) when their content is the same.

    The content is what the rows say, whatever their order. UserError for a bad name, two rows of one id, no rows, or a
    disk that takes no more; nothing is left behind then.
    """
    check(root, name)
    with _locked(root / name) as folder:
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        try:
            facts = _write_rows(part / ROWS, rows)
            for old in versions(root, name):
                if old.manifest["content"] == facts["content"]:
                    return old, False
            return _put(folder, part, facts, origin), True
        except OSError as error:
            raise UserError(f"cannot write {folder}: {error.strerror or error}", hint="nothing was changed") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)


def check(root: Path, name: str) -> None:
    """UserError when a dataset cannot have this name, or there is no place for it."""
    _refuse_nowhere(root)
    if not re.fullmatch(_NAME, name):
        hint = "letters, digits, - and _, at most 64, as in company-blog"
        raise UserError(f"'{name}' is no name for a dataset", hint=hint, code=USAGE)


def remove(root: Path, reference: str) -> list[Version]:
    """Delete one version (``blog@3``) or a whole dataset (``blog``) and return what is gone."""
    version = find(root, reference)
    gone = [version] if "@" in reference else versions(root, version.name)
    with _locked(root / version.name) as folder:
        try:
            for one in gone:
                away = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
                os.replace(one.folder, away / "gone")  # at once: no half-deleted version is ever seen
                shutil.rmtree(away)
        except OSError as error:
            raise UserError(f"cannot remove {folder}: {error.strerror or error}") from error
    return gone


def content_hash(digests: Iterable[bytes]) -> str:
    """The identity of a set of rows: sha256 over the sorted ``row_digest`` of each."""
    return "sha256:" + hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def row_digest(record: dict[str, Any]) -> bytes:
    """sha256 of a record as canonical JSON: keys sorted, no spaces."""
    text = json.dumps(record, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _write_rows(path: Path, rows: Iterable[Article]) -> dict[str, Any]:
    """Write the rows and return what the manifest says of them."""
    seen: set[str] = set()
    digests, langs, summaries, whole = [], Counter[str](), 0, hashlib.sha256()
    with path.open("wb") as file:
        for article in rows:
            if article.id in seen:
                raise UserError(f"two rows have the id '{article.id}'", hint="every row needs an id of its own")
            seen.add(article.id)
            record = to_record(article)
            line = (jsonl.dumps(record) + "\n").encode()
            file.write(line)
            whole.update(line)
            digests.append(row_digest(record))
            langs[article.lang or "und"] += 1
            summaries += article.summary is not None
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    if not digests:
        raise UserError("there is no row to add", hint="nothing was changed")
    return {
        "content": content_hash(digests),
        "sha256": whole.hexdigest(),
        "bytes": size,
        "rows": len(digests),
        "summaries": summaries,
        "languages": dict(sorted(langs.items())),
    }


def _put(folder: Path, part: Path, facts: dict[str, Any], origin: Origin) -> Version:
    """Give what is written in ``part`` the next number, and its manifest."""
    there = _numbers(folder)
    number = max([*there, _last(folder)]) + 1
    manifest = {
        "schema": SCHEMA,
        "name": folder.name,
        "version": number,
        "parent": origin.parent or (f"{folder.name}@{there[-1]}" if there else None),
        **facts,
        "sources": list(origin.sources),
        "recipe": origin.recipe,
        "licence": origin.licence,
        "tool": f"blogsum {__version__}",
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "details": origin.details,
    }
    files.replace(part / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    files.replace(folder / _LAST, f"{number}\n")
    os.replace(part, folder / str(number))
    return Version(folder.name, number, folder / str(number), manifest)


def _version(folder: Path) -> Version:
    path = folder / MANIFEST
    try:
        manifest = jsonl.parse(path.read_bytes())
        whole = manifest["schema"] == SCHEMA and {"content", "sha256", "bytes", "rows"} <= manifest.keys()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _altered(path, str(getattr(error, "strerror", None) or error)) from error
    if not whole:
        raise UserError(f"{path} was written by another blogsum", hint=f"this one reads {SCHEMA}")
    return Version(folder.parent.name, int(folder.name), folder, manifest)


def _numbers(folder: Path) -> list[int]:
    """The versions a dataset's folder holds, ascending."""
    with suppress(OSError):
        return sorted(int(entry.name) for entry in os.scandir(folder) if re.fullmatch(r"[1-9]\d{0,8}", entry.name))
    return []


def _last(folder: Path) -> int:
    with suppress(OSError, ValueError):
        return int((folder / _LAST).read_text())
    return 0


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """The dataset's folder, made if needed, for this process alone; what a killed one left unfinished is cleared."""
    with files.lock(folder / ".lock"):
        for left in folder.glob(".part-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield folder


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(1 << 20):
            whole.update(part)
    return whole.hexdigest()


def _refuse_nowhere(root: Path) -> None:
    if root == Path():
        raise UserError("there is no folder for datasets", hint="this user has no home: set BLOGSUM_HOME")


def _altered(path: Path, what: str) -> UserError:
    return UserError(f"{path} is damaged: {what}", hint="restore it from a backup, or remove the version")
