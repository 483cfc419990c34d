"""The models that are installed: bundles by name in one folder, and aliases for them."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from blogsum import files, jsonl
from blogsum.errors import USAGE, UserError
from blogsum.store import bundles

DEFAULT = "default"
_ALIASES = "aliases.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def names(root: Path) -> list[str]:
    """The installed models, by name."""
    try:
        return sorted(
            entry.name for entry in root.iterdir() if _NAME.fullmatch(entry.name) and bundles.is_bundle(entry)
        )
    except OSError:
        return []


def aliases(root: Path) -> dict[str, str]:
    """Every alias with the name it stands for; UserError when the list is damaged."""
    try:
        found = jsonl.parse((root / _ALIASES).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{root / _ALIASES} cannot be read: {error}", hint="delete it and name aliases anew") from error
    return {str(alias): str(name) for alias, name in dict(found).items()}


def find(root: Path, reference: str) -> Path:
    """The folder of the bundle that ``reference`` means: a folder, an alias or a name; UserError when there is none."""
    if bundles.is_bundle(Path(reference)):
        return Path(reference)
    name = aliases(root).get(reference, reference)
    if name in names(root):
        return root / name
    if Path(reference).is_dir():
        bundles.load(Path(reference))  # says what is wrong with it
    known = ", ".join(names(root))
    hint = f"installed: {known}" if known else "blogsum models pull installs one, blogsum export makes one"
    raise UserError(f"{reference}: no such model", hint=hint)


def place(root: Path, name: str) -> Path:
    """Where a new model of this name belongs; UserError when the name will not do or is taken."""
    if not _NAME.fullmatch(name) or name == DEFAULT or name in aliases(root):
        hint = "letters, digits, ., - and _, at most 64, and no alias"
        raise UserError(f"'{name}' is no name for a model", hint=hint, code=USAGE)
    if name in names(root):
        raise UserError(f"{name} is installed already", hint=f"blogsum models remove {name}, or give another --name")
    return root / name


def install(root: Path, name: str, folder: Path) -> Path:
    """Copy the bundle in ``folder`` to its place, verified before and after."""
    target = place(root, name)
    size = sum(file["bytes"] for file in bundles.load(folder).manifest["files"].values())
    bundles.needs_room(root, size)
    with bundles.making(target) as part:
        shutil.copytree(folder, part, dirs_exist_ok=True)  # follows links: the hub's cache is made of them
    bundles.load(target)
    return target


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The bundle in a zip, in a folder that is gone afterwards; UserError for members that leave it or are links."""
    with tempfile.TemporaryDirectory(prefix="blogsum-") as temporary:
        folder = Path(temporary)
        try:
            with zipfile.ZipFile(archive) as file:
                bundles.needs_room(folder, sum(member.file_size for member in file.infolist()))
                for member in file.infolist():
                    _check(archive, member)
                    file.extract(member, folder)
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise UserError(f"cannot read {archive}: {error}") from error
        found = [folder, *(child for child in folder.iterdir() if child.is_dir())]
        yield next((one for one in found if bundles.is_bundle(one)), folder)


def remove(root: Path, name: str) -> None:
    """Delete an installed model and its aliases; UserError when it is not installed."""
    if name not in names(root):
        raise UserError(f"{name}: no such model is installed", hint=f"installed: {', '.join(names(root)) or 'none'}")
    with files.lock(root / ".lock"):
        try:
            away = Path(tempfile.mkdtemp(prefix=".gone-", dir=root))
            os.replace(root / name, away / "gone")  # at once: no half-deleted model is ever seen
            shutil.rmtree(away)
        except OSError as error:
            raise UserError(f"cannot remove {root / name}: {error.strerror or error}") from error
        _write(root, {alias: whom for alias, whom in aliases(root).items() if whom != name})


def alias(root: Path, short: str, name: str | None) -> None:
    """Let ``short`` stand for the installed model ``name``; None takes the alias away."""
    if not _NAME.fullmatch(short) or short in names(root):
        raise UserError(
            f"'{short}' is no name for an alias", hint="letters, digits, ., - and _, and no model", code=USAGE
        )
    if name is not None and name not in names(root):
        raise UserError(f"{name}: no such model is installed", hint=f"installed: {', '.join(names(root)) or 'none'}")
    with files.lock(root / ".lock"):
        known = {one: whom for one, whom in aliases(root).items() if one != short}
        _write(root, known if name is None else {**known, short: name})


def _write(root: Path, known: dict[str, str]) -> None:
    if known != aliases(root):
        files.replace(root / _ALIASES, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _check(archive: Path, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or is_link:
        raise UserError(f"{archive} is refused: '{member.filename}' leaves the folder it is unpacked to")
