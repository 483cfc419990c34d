"""``blogsum azure check``: whether the settings and the files of a job would be taken, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, GATE_FAILED, MissingExtra

if TYPE_CHECKING:
    from blogsum.azure.place import Place

_NEEDED = ("subscription", "resource_group", "workspace")


@click.command("check")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@options.common
def command(folder: Path | None, **given: Any) -> int:
    """Check the section [azure] of blogsum.toml, and the files of a job in DIR, also when they were changed by hand.

    \b
    blogsum azure check
    blogsum azure check job/

    Nothing is asked of Azure in this version: neither the login nor the workspace, its machines and quotas. With the
    extra 'azure' its SDK validates the files, too. Exits with 1 when something is wrong.
    """
    settings = options.settings(**given)

    from blogsum.azure import place

    found = [f"[{place.SECTION}] {what}" for what in _of_place(place.place(settings.azure))]
    if folder is not None:
        found += _of_folder(folder)
    for line in found:
        click.echo(line)
    if not found:
        console.say("nothing is wrong, as far as this machine can tell; Azure was not asked")
    return GATE_FAILED if found else DONE


def _of_place(where: Place) -> list[str]:
    """What has to be known before a job can be sent."""
    lacks = [name for name in _NEEDED if not getattr(where, name)]
    if not (where.compute or where.instance_type):
        lacks.append("compute or instance_type")
    return [f"has no {name}: blogsum azure init --help says what it is" for name in lacks]


def _of_folder(folder: Path) -> list[str]:
    from blogsum.azure import check, sdk

    documents = check.read(folder)
    found = [*check.faults(documents), *check.missing(documents, folder)]
    try:
        found += sdk.faults(folder, documents)
    except MissingExtra as error:
        console.say(f"Azure's own validation is left out: {error} ({error.hint})")
    return found
