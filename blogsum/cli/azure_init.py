"""``blogsum azure init``: the section [azure] of blogsum.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from pathlib import Path
from typing import Any

import click

from blogsum import files, toml
from blogsum.azure import pipelines
from blogsum.azure import place as places
from blogsum.cli import console, options
from blogsum.errors import DONE, USAGE, UserError
from blogsum.settings import FILE, LARGEST, MOST


def _keys(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for every key of the section, made from its table."""
    for one in reversed(places.keys()):
        about = one.metadata
        shown = about["says"][0].upper() + about["says"][1:]
        default = f"  [default: {one.default}]" if one.default else ""
        flag = "--" + one.name.replace("_", "-")
        function = click.option(flag, one.name, type=_kind(one), help=f"{shown}.{default}")(function)
    return function


def _kind(one: Field[Any]) -> Any:
    """What an option takes, within the limits of the settings file."""
    most = MOST.get(one.name, LARGEST)
    if one.type == "int":
        return click.IntRange(1, most)
    return click.FloatRange(0, most, min_open=True) if one.type == "float" else str


@click.command("init")
@_keys
@click.option("--github", is_flag=True, help="Also write a workflow of GitHub Actions that trains, waits and gates.")
@click.option("--devops", is_flag=True, help="The same for Azure DevOps: azure-pipelines.yml.")
@options.common
def command(config: Path | None, quiet: bool, verbose: int, github: bool, devops: bool, **given: Any) -> int:
    """Write the section [azure] into blogsum.toml, every key with its meaning, and leave the rest of the file alone.

    \b
    blogsum azure init
    blogsum azure init --workspace summaries-ml --compute gpu-cluster
    blogsum azure init --github

    No secret is asked for or written: Azure's own login is used. A pipeline is written beside blogsum.toml; where that
    has the section already, the pipeline alone.
    """
    settings = options.settings(config, quiet, verbose)
    file = settings.file or Path(FILE)
    wanted = [name for name, asked in (("github", github), ("devops", devops)) if asked]
    there = {name: file.parent / pipelines.PLACES[name] for name in wanted}
    if settings.azure and not (wanted and all(value is None for value in given.values())):
        raise UserError(f"{file} has [{places.SECTION}] already", hint="change it there", code=USAGE)
    for path in there.values():
        if path.exists():
            raise UserError(f"{path} exists already", hint="change it there", code=USAGE)
    if not settings.azure:
        _write_section(file, places.commented(given))
    for name, path in there.items():
        files.make_folder(path.parent)
        files.replace(path, pipelines.text(name), hint="choose another folder")
        console.say(f"{path}: written; its first lines say what it needs")
    return DONE


def _write_section(file: Path, block: str) -> None:
    """Add the section to the file of settings, or make that."""
    try:
        text = file.read_bytes().decode("utf-8") if file.exists() else ""
        changed = toml.with_table(text, places.SECTION, block)
    except (OSError, ValueError) as error:
        raise UserError(f"{file}: {getattr(error, 'strerror', None) or error}", hint="change it there") from error
    files.replace(file, changed)
    console.say(f"{file}: [{places.SECTION}] is written; fill in what is commented out")
