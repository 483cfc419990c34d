"""Options that several verbs share, written once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from blogsum.cli import console
from blogsum.settings import MOST, Settings, load

F = TypeVar("F", bound=Callable[..., Any])

SOURCE_HELP = (
    "SOURCE is an address, a file (HTML, Markdown, text, JSONL, CSV, Parquet), a folder of these, or - for standard "
    "input."
)


def common(function: F) -> F:
    """``-v``, ``-q`` and ``--config``, which every verb has."""
    for option in (
        click.option(
            "--config", type=click.Path(path_type=Path), help="Settings file.  [default: nearest blogsum.toml]"
        ),
        click.option("-q", "--quiet", is_flag=True, help="Errors only on stderr."),
        click.option("-v", "--verbose", count=True, help="Say more on stderr; -vv says everything."),
    ):
        function = option(function)
    return function


def reading(function: F) -> F:
    """The options of verbs that read sources."""
    for option in (
        click.option(
            "--max-bytes",
            type=click.IntRange(1, MOST["max_bytes"]),
            help="Largest page or file read.  [default: 10000000]",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(0, MOST["timeout"], min_open=True),
            callback=number,
            help="Seconds a page may take.  [default: 20]",
        ),
        click.option("--refresh", is_flag=True, help="Fetch pages anew instead of from the cache."),
        click.option(
            "--lang",
            metavar="CODE",
            callback=_a_language,
            help="Language of the articles (de, en, …) instead of the one found.",
        ),
    ):
        function = option(function)
    return function


def limit(name: str, what: str) -> Callable[[F], F]:
    """An option that takes a whole number above 0."""
    return click.option(name, type=click.IntRange(1, 10**9), help=f"At most this many {what}.")


def number(_: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """The value of an option; wrong usage for nan, which every range of click's lets pass."""
    if value is not None and math.isnan(value):
        raise click.BadParameter(
            f"'nan' is not a number{' of seconds' if option.name in ('timeout', 'delay') else ''}."
        )
    return value


def _a_language(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from blogsum.read.markdown import language

    if value is not None and language(value) is None:
        raise click.BadParameter(f"'{value}' is not the code of a language (as in de or en).")
    return language(value)


def settings(config: Path | None, quiet: bool, verbose: int, **overrides: Any) -> Settings:
    """The settings of this call: the file's, overruled by the options given."""
    console.set_level(quiet, verbose)
    return replace(load(config), **{name: value for name, value in overrides.items() if value is not None})
