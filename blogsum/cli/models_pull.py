"""``blogsum models pull``: a model from the hub, a folder or a zip becomes one of the installed ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import INTERRUPTED, UserError

if TYPE_CHECKING:
    from blogsum.store.catalog import Entry


@click.command("pull")
@click.argument("reference", metavar="NAME|HUB_ID|FOLDER|ZIP")
@click.option("--name", help="What it is called here.  [default: its own name]")
@click.option("--accept-license", "--accept-licence", "accept", is_flag=True, help="Do not ask about its licence.")
@click.option(
    "--precision", type=click.Choice(("fp32", "int8")), default="int8", show_default=True, help="As in export."
)
@options.common
def command(reference: str, name: str | None, accept: bool, precision: str, **given: Any) -> int:
    """Install a model: of the catalogue (models list), of the hub (owner/name), or from a folder or zip.

    \b
    blogsum models pull mt5-small-sum-de-mit-v1
    blogsum models pull teaser-model.zip --name teaser

    A checkpoint is turned into a bundle on the way, which needs the extra 'train'; a bundle that blogsum wrote needs no
    torch. An interrupted download goes on when the same command is given again.
    """
    settings = options.settings(**given)

    from blogsum.store import catalog, hub, shelf

    entry = catalog.find(reference)
    target = shelf.place(settings.models, name or _name(reference, entry))
    if entry or (hub.is_id(reference) and not Path(reference).exists()):
        hub_id = entry.hub if entry else reference
        licence = entry.licence if entry else hub.licence(hub_id)
        _agreed(hub_id, licence, accept or not hub.is_restricted(licence))
        console.warn(f"fetching {hub_id}" + (f", about {entry.bytes / 1e6:,.0f} MB" if entry else ""))
        folder = hub.download(hub_id)
        _install(folder, target, {"hub": hub_id, "licence": licence, **_told(entry)}, precision)
    elif Path(reference).suffix == ".zip":
        with shelf.unpacked(Path(reference)) as folder:
            shelf.install(settings.models, target.name, folder)
    else:
        _install(Path(reference), target, {}, precision)
    click.echo(target.name)
    return 0


def _name(reference: str, entry: Entry | None) -> str:
    if entry:
        return entry.name
    path = Path(reference)
    return path.stem if path.suffix == ".zip" else path.resolve().name


def _told(entry: Entry | None) -> dict[str, Any]:
    """What the catalogue knows of how a model is used."""
    if entry is None:
        return {}
    lengths = {"max_input": entry.max_input, "max_output": entry.max_output}
    return {"prefix": entry.prefix, "languages": entry.languages, **lengths}


def _agreed(hub_id: str, licence: str, agreed: bool) -> None:
    """Ask before a model that is not for everyone; UserError when the answer is no."""
    console.warn(f"{hub_id}: {licence or 'its card names no licence: ask before you publish what it writes'}")
    if agreed:
        return
    if not click.confirm("May you use it under this licence?", err=True):
        raise UserError("nothing was fetched", hint="--accept-license does not ask", code=INTERRUPTED)


def _install(folder: Path, target: Path, told: dict[str, Any], precision: str) -> None:
    """Copy a bundle, or turn a checkpoint into one."""
    from blogsum.store import bundles, shelf

    if bundles.is_bundle(folder):
        shelf.install(target.parent, target.name, folder)
        return
    if not folder.is_dir():
        raise UserError(f"{folder}: no such model", hint="a name of the catalogue, owner/name, a folder or a zip")
    if not (folder / "config.json").is_file():
        raise UserError(f"{folder} is neither a bundle nor a checkpoint", hint="no bundle.json, no config.json")
    from blogsum.train.export import export, request

    export(folder, target, request(folder, {"name": target.name, "precision": precision, **told}))
