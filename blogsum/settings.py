"""``blogsum.toml`` + environment + user folders -> one frozen ``Settings``; reads files, writes nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from blogsum import toml
from blogsum.errors import USAGE, UserError

FILE = "blogsum.toml"
# a day in seconds, a terabyte, machines and processes, a month
MOST = {"timeout": 86_400, "max_bytes": 10**12, "instances": 1_000, "gpus": 64, "hours": 744}
LARGEST = 10**6  # of any other number
LEAST_INPUT = 16  # tokens that a model reads at least: below, no sentence fits
NO_PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
NO_TABLE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """Everything a person may set once instead of at every call.

    ``length`` is what ``summarize`` writes unless told otherwise, ``max_input`` how many tokens of an article a model
    reads (None: as many as it was trained for); ``lengths`` house presets, name -> limits (``chars``,
    ``words``, ``sentences``, ``bullets``); ``timeout`` seconds one page may take; ``max_bytes`` the largest page or
    file read; ``cache`` the folder of pages read before (``Path()``: none are kept); ``datasets`` the folder of named
    datasets, ``models`` that of installed models, ``runs`` that of training runs; ``scrape``, ``validate``
    and ``azure`` what those commands take from their sections; ``advisory`` the metrics that the gate shows and does
    not obey; ``file`` where these settings stand.
    """

    length: str = "teaser"
    max_input: int | None = None
    lengths: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NO_PRESETS)
    timeout: float = 20.0
    max_bytes: int = 10_000_000
    cache: Path = Path()
    datasets: Path = Path()
    models: Path = Path()
    runs: Path = Path()
    scrape: Mapping[str, Any] = field(default_factory=lambda: NO_TABLE)
    validate: Mapping[str, Any] = field(default_factory=lambda: NO_TABLE)
    azure: Mapping[str, Any] = field(default_factory=lambda: NO_TABLE)
    advisory: tuple[str, ...] = ()
    file: Path | None = None


# Where a setting stands in blogsum.toml, and what it must be.
_PLACES: dict[str, dict[str, tuple[type, ...]]] = {
    "summarize": {"length": (str,), "lengths": (dict,), "max_input": (int,)},
    "read": {"timeout": (int, float), "max_bytes": (int,), "cache": (str,)},
    "data": {"datasets": (str,)},
    "models": {"models": (str,)},
    "finetune": {"runs": (str,)},
    "scrape": {"delay": (int, float), "connections": (int,), "retries": (int,), "max_pages": (int,)},
    "validate": {
        "languages": (list,),
        "min_words": (int,),
        "min_summary_words": (int,),
        "max_summary_share": (int, float),
        "lead_share": (int, float),
        "near_duplicate": (int, float),
        "repeated_posts": (int,),
    },
    "eval": {"advisory": (list,)},
    "azure": {
        "subscription": (str,),
        "resource_group": (str,),
        "workspace": (str,),
        "compute": (str,),
        "instance_type": (str,),
        "environment": (str,),
        "instances": (int,),
        "gpus": (int,),
        "hours": (int, float),
        "price_per_hour": (int, float),
        "schedule": (str,),
    },
}
_FOLDERS = (
    ("cache", "cache", "pages"),
    ("datasets", "data", "datasets"),
    ("models", "data", "models"),
    ("runs", "data", "runs"),
)
_WHOLE = ("scrape", "validate", "azure")  # sections that are handed on as they are


def load(file: Path | None = None) -> Settings:
    """Settings of ``file``, else of the nearest ``blogsum.toml`` in this folder or above, else the defaults."""
    if file is not None and not os.path.isfile(file):
        raise UserError(f"{file}: no such settings file", hint="check --config", code=USAGE)
    file = file or _nearest()
    values = _values(file) if file else {}
    for name, kind, folder in _FOLDERS:
        chosen = values.get(name)
        values[name] = file.parent / chosen if file and chosen else _place(kind, folder)
    return Settings(**values, file=file)


def home(kind: str) -> Path:
    """The folder blogsum keeps things in: ``BLOGSUM_HOME``, else the platform's folder for ``cache`` or ``data``."""
    if chosen := os.environ.get("BLOGSUM_HOME"):
        return Path(chosen)
    import platformdirs  # 15 ms, and most commands keep nothing

    place = platformdirs.user_data_path if kind == "data" else platformdirs.user_cache_path
    return place("blogsum", appauthor=False)


def _place(kind: str, folder: str) -> Path:
    """A folder in ``home``; none for a user who has no home: no page is kept then."""
    try:
        return home(kind) / folder
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
            _check(file, section, key, value, known[key])
            if key == "advisory":
                values[key] = _names(file, section, key, value)
            elif section in _WHOLE:
                values.setdefault(section, {})[key] = value
            else:
                values[key] = value
    return values


def _check(file: Path, section: str, key: str, value: Any, kind: Any) -> None:
    """UserError unless ``value`` is of its ``kind`` and within its limits."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _mistake(file, f"'{key}' in [{section}] must be {_name(kind)}", f"it is {value!r}")
    if isinstance(value, str) and "\0" in value:
        raise _mistake(file, f"'{key}' in [{section}] must not hold the character NUL")
    if isinstance(value, int | float) and not 0 < value <= MOST.get(key, LARGEST):
        limits = f"must be above 0 and at most {MOST.get(key, LARGEST):,}"
        raise _mistake(file, f"'{key}' in [{section}] {limits}", f"it is {value!r}")
    if key == "max_input" and isinstance(value, int) and value < LEAST_INPUT:
        raise _mistake(file, f"'max_input' in [summarize] must be at least {LEAST_INPUT}", f"it is {value!r}")


def _names(file: Path, section: str, key: str, value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if wrong := [one for one in value if not isinstance(one, str)]:
        raise _mistake(file, f"'{key}' in [{section}] must be a list of texts", f"it holds {wrong[0]!r}")
    return tuple(value)


def _tables(file: Path) -> dict[str, Any]:
    """The parsed file."""
    try:
        return toml.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _mistake(file, f"cannot be read: {error}", "it must be TOML in UTF-8") from error


def _mistake(file: Path, what: str, hint: str = "") -> UserError:
    return UserError(f"{file}: {what}", hint=hint, code=USAGE)


def _name(kinds: tuple[type, ...]) -> str:
    return {str: "a text", dict: "a table", int: "a whole number", list: "a list"}.get(
        kinds[0] if len(kinds) == 1 else object, "a number"
    )
