"""The models that are installed: bundles by name in one folder, and aliases for them."""

from __future__ import annotations

import contextlib
import errno
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
_SWELLS = 100  # times an archive's size that it may unpack to: weights hardly shrink, zeros do a thousandfold
_LONGEST_MANIFEST = 10_000_000  # bytes
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk, its owner's share or the longest file
_ELSEWHERE = "BLOGSUM_HOME names another place"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def names(root: Path) -> list[str]:
    """The installed models, by name."""
    try:
        return sorted(
            entry.name for entry in root.iterdir() if _NAME.fullmatch(entry.name) and bundles.is_bundle(entry)
        )
    except OSError:
        return []


def broken(root: Path) -> list[str]:
    """Folders in the store that have lost their bundle.json: to be removed, and nothing else."""
    whole = set(names(root))
    with contextlib.suppress(OSError):
        return sorted(one.name for one in root.iterdir() if one.name not in whole and _is_folder(one))
    return []


def _is_folder(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()


def aliases(root: Path) -> dict[str, str]:
    """Every alias with the name it stands for; UserError when the list is damaged."""
    try:
        found = jsonl.parse((root / _ALIASES).read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise bundles.unreadable(root / _ALIASES, error) from error
    except ValueError as error:
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
    """Copy the bundle in ``folder`` to its place: the files it lists, verified before they take it.

    What else lies in the folder (a repository's ``.gitattributes``) stays there.
    """
    target = place(root, name)
    listed = bundles.facts(folder)["files"]
    bundles.needs_room(root, sum(file["bytes"] for file in listed.values()), hint=_ELSEWHERE)
    with bundles.making(target) as part, _speaking_of(folder, part):
        for path in (bundles.MANIFEST, *listed):
            if not (folder / path).is_file():
                raise UserError(f"{folder / path} is missing", hint="the bundle is not whole: export or pull it again")
            (part / path).parent.mkdir(parents=True, exist_ok=True)
            try:
                source = (folder / path).open("rb")  # follows links: the hub's cache is made of them
            except OSError as error:
                raise bundles.unreadable(folder / path, error) from error
            with source, (part / path).open("wb") as written:
                shutil.copyfileobj(source, written, 1 << 20)
        bundles.load(part)
    return target


def install_zip(root: Path, name: str, archive: Path) -> Path:
    """Unpack the bundle in a zip to its place: the files it lists, verified before they take it.

    UserError for an archive that is damaged, has members that leave the folder or are links, or swells beyond reason.
    """
    target = place(root, name)
    with bundles.making(target) as part, _speaking_of(archive, part):
        try:
            with zipfile.ZipFile(archive) as file:
                _unpack(archive, file, part)
        except UserError:
            raise
        except Exception as error:  # zipfile, and each way to compress, have their own for a damaged archive
            if isinstance(error, OSError) and error.errno in _FULL:
                raise  # of the place, not of the archive
            raise UserError(f"cannot read {archive}: {_reason(error)}") from error
        bundles.load(part)
    return target


@contextmanager
def _speaking_of(source: Path, part: Path) -> Iterator[None]:
    """Say of the source what is wrong with the copy in ``part``, which no user has seen."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(part), str(source)), error.hint, error.code) from error


def _unpack(archive: Path, file: zipfile.ZipFile, part: Path) -> None:
    """The files of the bundle, which may stand in a folder of the archive, into ``part``."""
    members = {member.filename: member for member in file.infolist()}
    for member in members.values():
        _check(archive, member)
    manifests = [name for name in members if name.rpartition("/")[2] == bundles.MANIFEST and name.count("/") <= 1]
    if not manifests:
        raise UserError(f"{archive} is no model bundle: it has no {bundles.MANIFEST}")
    inside = min(manifests, key=len).removesuffix(bundles.MANIFEST)
    _copy(file, members[inside + bundles.MANIFEST], part / bundles.MANIFEST, _LONGEST_MANIFEST)
    listed = bundles.facts(part)["files"]
    size = sum(told["bytes"] for told in listed.values())
    if size > _SWELLS * archive.stat().st_size:
        raise UserError(f"{archive} is refused: it unpacks to {size:,} bytes, {_SWELLS} times what it has and more")
    bundles.needs_room(part, size, hint=_ELSEWHERE)
    for name, told in listed.items():
        if inside + name not in members:
            raise UserError(f"{archive} lacks {name}", hint="the bundle is not whole: pack it again")
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        _copy(file, members[inside + name], part / name, told["bytes"])


def _copy(file: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int) -> None:
    """Unpack one member; one that says to be longer than ``most`` bytes is refused unopened."""
    if member.file_size > most:
        raise zipfile.BadZipFile(f"{member.filename} has {member.file_size:,} bytes instead of {most:,}")
    with file.open(member) as source, target.open("wb") as written:
        shutil.copyfileobj(source, written)  # zipfile ends it at file_size, whatever comes


def remove(root: Path, name: str) -> None:
    """Delete an installed model, also a broken one, and its aliases; UserError when it is not installed."""
    if name not in names(root) + broken(root):
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
    if name is None and short not in aliases(root):
        known_ones = ", ".join(sorted(aliases(root))) or "none"
        raise UserError(f"{short}: no such alias", hint=f"aliases: {known_ones}")
    with files.lock(root / ".lock"):
        known = {one: whom for one, whom in aliases(root).items() if one != short}
        _write(root, known if name is None else {**known, short: name})


def _write(root: Path, known: dict[str, str]) -> None:
    if known != aliases(root):
        files.replace(
            root / _ALIASES, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", hint=_ELSEWHERE
        )


def _check(archive: Path, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or is_link:
        raise UserError(f"{archive} is refused: '{member.filename}' leaves the folder it is unpacked to")


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
