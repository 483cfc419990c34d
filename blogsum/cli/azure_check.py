"""``blogsum azure check``: whether a job would be taken: settings, files, and what Azure says; sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, GATE_FAILED, MissingExtra

if TYPE_CHECKING:
    from blogsum.azure.place import Place
    from blogsum.settings import Settings


@click.command("check")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="Ask nothing of Azure: look at the section and the files alone.")
@options.common
def command(folder: Path | None, offline: bool, **given: Any) -> int:
    """Check the section [azure] of blogsum.toml and, in DIR, the files of a job, also when they were changed by hand.

    \b
    blogsum azure check
    blogsum azure check job/
    blogsum azure check job/ --offline

    Then Azure is asked: the login, the workspace, the machines and their quota, and whether the data and the base of
    DIR are there. Nothing is changed. Each fault is a line with the command that comes next, and the exit code is 1.
    Needs the extra 'azure'; --offline does without, and has the SDK validate the files where it is installed.
    """
    settings = options.settings(**given)

    from blogsum.azure import check, place

    where = place.place(settings.azure)
    found = [f"[{place.SECTION}] {what}" for what in _of_place(where)]
    known = all(getattr(where, name) for name in place.NEEDED)
    documents: dict[str, Any] = {}
    lacking: MissingExtra | None = None
    if folder is not None:
        documents = check.read(folder)
        found += [*check.faults(documents), *check.missing(documents, folder)]
        try:
            found += _of_sdk(folder, documents)
        except MissingExtra as error:
            lacking = error
    for line in found:
        click.echo(line)
    if lacking and (offline or not known):
        console.say(f"Azure's own validation is left out: {lacking} ({lacking.hint})")
    wrong = bool(found)
    if known and not offline:
        wrong |= _online(where, documents, settings)
    if not wrong:
        end = "as far as this machine can tell; Azure was not asked" if offline else "as far as Azure tells"
        console.say(f"nothing is wrong, {end}")
    return GATE_FAILED if wrong else DONE


def _of_place(where: Place) -> list[str]:
    """What has to be known before a job can be sent."""
    from blogsum.azure.place import NEEDED

    lacks = [name for name in NEEDED if not getattr(where, name)]
    if not (where.compute or where.instance_type):
        lacks.append("compute or instance_type")
    return [f"has no {name}: blogsum azure init --help says what it is" for name in lacks]


def _of_sdk(folder: Path, documents: Mapping[str, Any]) -> list[str]:
    from blogsum.azure import sdk

    return sdk.faults(folder, documents)


def _online(where: Place, documents: Mapping[str, Any], settings: Settings) -> bool:
    """Say what Azure says, faults on stdout; whether there are any."""
    from blogsum.azure import preflight, sdk

    wrong = False
    for one in preflight.findings(sdk.client(where), where, documents):
        if one.next:
            click.echo(str(one))
            wrong = True
        else:
            console.say(str(one))
    for line in _duration(where, documents, settings):
        console.say(line)
    return wrong


def _duration(where: Place, documents: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """How long and how dear the run can be, and what a run of the same data on this machine was expected to take."""
    from blogsum.azure import preflight

    cost = f" and {where.most:,.2f} of your currency" if where.most else ""
    yield f"at most {where.hours:g} h{cost}, as [azure] says"
    if here := preflight.expected(documents, settings.runs):
        price = here.hours * where.price_per_hour * where.instances
        dear = f", which there would be {price:,.2f} of your currency" if price else ""
        yield f"{here.run} was expected to take {here.hours:.1f} h here, on {here.device}{dear}; a GPU is faster"
