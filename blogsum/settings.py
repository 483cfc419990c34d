"""``blogsum.toml`` + environment + user folders -> one frozen ``Settings``; reads files, writes nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from blogsum.errors import USAGE, UserError

FILE = "blogsum.toml"
MOST = {"timeout": 86_400, "max_bytes": 10**12}  # a day in seconds, a terabyte
NO_PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """Everything a person may set once instead of at every call.

    ``length`` is what ``summarize`` writes unless told otherwise; ``lengths`` house presets, name -> limits
    (``chars``, ``words``, ``sentences``, ``bullets``); ``timeout`` seconds one page may take; ``max_bytes`` the
    largest page or file read; ``cache`` the folder of pages read before (``Path()``: none are kept); ``file`` where
    these settings stand.
    """

    length: str = "teaser"
    lengths: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NO_PRESETS)
    timeout: float = 20.0
    max_bytes: int = 10_000_000
    cache: Path = Path()
    file: Path | None = None


# Where a setting stands in blogsum.toml, and what it must be.
_PLACES: dict[str, dict[str, tuple[type, ...]]] = {
    "summarize": {"length": (str,), "lengths": (dict,)},
    "read": {"timeout": (int, float), "max_bytes": (int,), "cache": (str,)},
}


def load(file: Path | None = None) -> Settings:
    """Settings of ``file``, else of the nearest ``blogsum.toml`` in this folder or above, else the defaults."""
    if file is not None and not os.path.isfile(file):
        raise UserError(f"{file}: no such settings file", hint="check --config", code=USAGE)
    file = file or _nearest()
    values = _values(file) if file else {}
    cache = values.pop("cache", None)
    return Settings(**values, cache=file.parent / cache if file and cache else _pages(), file=file)


def home() -> Path:
    """The folder blogsum keeps things in: ``BLOGSUM_HOME``, else the platform's cache folder."""
    if chosen := os.environ.get("BLOGSUM_HOME"):
        return Path(chosen)
    from platformdirs import user_cache_path  # 15 ms, and most commands keep nothing

    return user_cache_path("blogsum", appauthor=False)


def _pages() -> Path:
    """The cache of pages; none is kept for a user who has no home."""
    try:
        return home() / "pages"
    except RuntimeError:
        return Path()


def _nearest() -> Path | None:
    """The settings file of a project, looked for no higher than its git root or the user's home."""
    try:
        here = Path.cwd()
    except OSError:  # the folder was removed meanwhile
        return None
    for place in (here, *here.parents):
        if os.path.isfile(place / FILE):
            return place / FILE
        if os.path.exists(place / ".git") or str(place) == os.path.expanduser("~"):
            return None
    return None


def _values(file: Path) -> dict[str, Any]:
    """The flat values of a settings file, each checked, so that a typing mistake is named and not ignored."""
    values: dict[str, Any] = {}
    for section, table in _tables(file).items():
        known = _PLACES.get(section)
        if known is None or not isinstance(table, dict):
            raise _mistake(file, f"unknown section [{section}]", f"choose from {', '.join(_PLACES)}")
        for key, value in table.items():
            if key not in known:
                raise _mistake(file, f"unknown key '{key}' in [{section}]", f"choose from {', '.join(known)}")
            if not isinstance(value, known[key]) or isinstance(value, bool):
                raise _mistake(file, f"'{key}' in [{section}] must be {_name(known[key])}", f"it is {value!r}")
            if isinstance(value, str) and "\0" in value:
                raise _mistake(file, f"'{key}' in [{section}] must not hold the character NUL")
            if isinstance(value, int | float) and not 0 < value <= MOST[key]:
                limits = f"must be above 0 and at most {MOST[key]:,}"
                raise _mistake(file, f"'{key}' in [{section}] {limits}", f"it is {value!r}")
            values[key] = value
    return values


def _tables(file: Path) -> dict[str, Any]:
    """The parsed file."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _mistake(file, f"cannot be read: {error}", "it must be TOML in UTF-8") from error


def _mistake(file: Path, what: str, hint: str = "") -> UserError:
    return UserError(f"{file}: {what}", hint=hint, code=USAGE)


def _name(kinds: tuple[type, ...]) -> str:
    return {str: "a text", dict: "a table", int: "a whole number"}.get(
        kinds[0] if len(kinds) == 1 else object, "a number"
    )
