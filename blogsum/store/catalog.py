"""The checkpoints worth pulling, from ``models/catalog.toml``: who trained them for what, and who may use them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import blogsum
from blogsum.errors import UserError


@dataclass(frozen=True)
class Entry:
    """One checkpoint: its ``hub`` id, ``licence`` in plain words, lengths in tokens, download in ``bytes``."""

    name: str
    hub: str
    languages: tuple[str, ...]
    trained: str
    prefix: str
    max_input: int
    max_output: int
    bytes: int
    licence: str
    commercial: bool


def entries() -> Mapping[str, Entry]:
    """The catalogue by name, in its own order; UserError when it is damaged."""
    path = _file()
    try:
        return {name: _entry(name, table) for name, table in _tables(path).items()}
    except (OSError, ValueError, TypeError, KeyError) as error:
        hint = "install blogsum again: pip install --force-reinstall blogsum"
        raise UserError(f"the catalogue of models {path} is damaged: {error}", hint=hint) from error


def find(reference: str) -> Entry | None:
    """The entry that ``reference``, a name or a hub id, means."""
    return next((one for one in entries().values() if reference in (one.name, one.hub)), None)


def _entry(name: str, table: Mapping[str, Any]) -> Entry:
    known = {field.name for field in fields(Entry)} - {"name"}
    if known != set(table):
        raise ValueError(f"[{name}] must have {', '.join(sorted(known))}")
    return Entry(name=name, **{**table, "languages": tuple(table["languages"])})


def _file() -> Path:
    package = Path(blogsum.__file__).parent
    inside = package / "models" / "catalog.toml"
    return inside if inside.is_file() else package.parent / "models" / "catalog.toml"


def _tables(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(path.read_text(encoding="utf-8"))
