"""Model bundles on disk: a folder of files and ``bundle.json``, which names each with its hash. Knows no model.

A bundle is whole or it is not there: it is made in a hidden folder beside its place and moved there at the end, and
every file is compared with its hash before anything is read from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from blogsum import files, jsonl
from blogsum.errors import UserError

SCHEMA = "blogsum/bundle/1"
MANIFEST = "bundle.json"
CARD = "README.md"
_SEAL = "seal"  # sha256 of the rest of bundle.json
_AGAIN = "export or pull it again"
_SPARE = 50_000_000  # bytes that a disk keeps free when a bundle is written


@dataclass(frozen=True)
class Bundle:
    """A bundle that was found whole: where it lies and what its ``bundle.json`` says."""

    folder: Path
    manifest: Mapping[str, Any]

    def path(self, name: str) -> Path:
        """The file ``name``; UserError when the bundle does not list it."""
        if name not in self.manifest["files"]:
            raise UserError(f"the bundle {self.folder} has no {name}", hint=_AGAIN)
        return self.folder / name


def is_bundle(folder: Path) -> bool:
    """Whether a folder claims to be a bundle, or may not be looked into: whoever reads it then says so."""
    try:
        return (folder / MANIFEST).is_file()
    except PermissionError:
        return True


def load(folder: Path) -> Bundle:
    """The bundle in ``folder``; UserError naming the file that is missing, too many, or not what it was."""
    manifest = _manifest(folder)
    try:
        return _whole(folder, manifest)
    except OSError as error:
        raise unreadable(folder, error) from error


def unreadable(path: Path, error: OSError) -> UserError:
    """What to say when a file of a bundle cannot be read."""
    message = f"cannot read {error.filename or path}: {error.strerror or error}"
    return UserError(message, hint="check its rights and its disk")


def _whole(folder: Path, manifest: dict[str, Any]) -> Bundle:
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present - manifest["files"].keys() - {MANIFEST}):
        raise UserError(f"{folder / name} is not part of the bundle", hint=f"delete it, or {_AGAIN}")
    for name, told in manifest["files"].items():
        path = folder / name
        if name not in present:
            raise _damaged(path, "is missing")
        if path.stat().st_size != told["bytes"]:
            raise _damaged(path, f"has {path.stat().st_size:,} bytes instead of {told['bytes']:,}")
        if _sha256(path) != told["sha256"]:
            raise _damaged(path, "was changed: its hash is not that of bundle.json")
    return Bundle(folder, manifest)


@contextmanager
def making(target: Path, force: bool = False) -> Iterator[Path]:
    """A folder to fill and to ``seal``; it takes its place when the block ends well, and is gone otherwise.

    UserError when something stands there already, unless it is a bundle and ``force`` is set.
    """
    target = Path(os.path.abspath(target))
    _free(target, force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror or error}") from error
    with files.lock(target.with_name(f".{target.name}.lock")):
        for left in target.parent.glob(f".{target.name}.part-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a run that was killed
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
        try:
            yield part
            _open_to_others(part)
            _move(part, target)
        except OSError as error:
            raise UserError(f"cannot write {target}: {error.strerror or error}", hint="nothing was kept") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
            with suppress(OSError):
                target.with_name(f".{target.name}.lock").unlink()


def seal(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write ``bundle.json``: the ``facts`` and the hash of every file in ``folder``."""
    listed = {
        path.relative_to(folder).as_posix(): {"sha256": _sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }
    manifest = {"schema": SCHEMA, **facts, "files": listed}
    text = json.dumps({**manifest, _SEAL: _seal(manifest)}, ensure_ascii=False, indent=1)
    files.replace(folder / MANIFEST, text + "\n")


def needs_room(folder: Path, size: int, what: str = "the bundle", hint: str = "choose another place with -o") -> None:
    """UserError when the disk under ``folder`` (or under what exists of it) has no room for ``size`` bytes more."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise UserError(
            f"the disk under {folder} has {free / 1e6:,.0f} MB free, {what} needs {(size + _SPARE) / 1e6:,.0f} MB",
            hint=hint,
        )


def facts(folder: Path) -> Mapping[str, Any]:
    """What ``bundle.json`` says, its files not verified: for lists. UserError when it cannot be read."""
    return _manifest(folder)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = jsonl.parse(path.read_bytes())
        if not isinstance(manifest, dict):
            raise ValueError("it is no JSON object")
        schema, sealed = manifest["schema"], manifest.pop(_SEAL)
        whole = all(_is_told(one) for one in manifest["files"].values())
    except FileNotFoundError as error:
        hint = "blogsum export makes one of a checkpoint"
        raise UserError(f"{folder} is no model bundle: it has no {MANIFEST}", hint=hint) from error
    except KeyError as error:
        raise _damaged(path, f"cannot be read: it has no {error}") from error
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise _damaged(path, f"cannot be read: {error}") from error
    if schema != SCHEMA:
        raise UserError(f"{path} was written by another blogsum", hint=f"this one reads {SCHEMA}")
    if not whole or sealed != _seal(manifest):
        raise _damaged(path, "was changed")
    for name in manifest["files"]:
        if PureWindowsPath(name).anchor or ".." in PureWindowsPath(name).parts:  # reads / and \\ on any system
            raise _damaged(path, f"names a file outside of the bundle: {name}")
    return dict(manifest)


def _is_told(file: Any) -> bool:
    """Whether this is what ``seal`` writes of a file."""
    return isinstance(file["sha256"], str) and isinstance(file["bytes"], int) and file["bytes"] >= 0


def _seal(manifest: Mapping[str, Any]) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _free(target: Path, force: bool) -> None:
    if not os.path.lexists(target):
        return
    if target.is_dir() and not target.is_symlink() and (is_bundle(target) or not any(target.iterdir())):
        if force or not is_bundle(target):
            return
        raise UserError(f"{target} is a bundle already", hint="--force replaces it")
    raise UserError(f"{target} exists and is no bundle", hint="choose another place with -o")


def _open_to_others(part: Path) -> None:
    """Give folder and files the rights that new ones get: temporary folders are their owner's alone."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(part, 0o777 & ~mask)
    for path in part.rglob("*"):
        os.chmod(path, (0o777 if path.is_dir() else 0o666) & ~mask)


def _move(part: Path, target: Path) -> None:
    """Put ``part`` in place of what may stand there; that is deleted only afterwards."""
    if not target.exists():
        os.replace(part, target)
        return
    away = part.with_name(f"{part.name}-old")
    os.replace(target, away)
    try:
        os.replace(part, target)
    except OSError:
        os.replace(away, target)
        raise
    shutil.rmtree(away, ignore_errors=True)


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()


def _damaged(path: Path, what: str) -> UserError:
    return UserError(f"{path} {what}", hint=_AGAIN)
