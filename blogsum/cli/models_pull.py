"""``blogsum models pull``: a model from the hub, a folder or a zip becomes one of the installed ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.cli.export import PRECISIONS
from blogsum.errors import INTERRUPTED, UserError

if TYPE_CHECKING:
    from blogsum.store.catalog import Entry


@click.command("pull")
@click.argument("reference", metavar="NAME|HUB_ID|FOLDER|ZIP")
@click.option("--name", help="What it is called here.  [default: its own name]")
@click.option("--accept-license", "--accept-licence", "accept", is_flag=True, help="Do not ask about its licence.")
@click.option("--precision", type=click.Choice(PRECISIONS), default="int8", show_default=True, help="As in export.")
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
        _agreed(hub_id, licence, accept)
        folder = _fetched(hub_id, entry)
        inside = _written_in(folder)
        if hub.is_restricted(inside) and not hub.is_restricted(licence or ""):
            _agreed(hub_id, inside, accept)
        _install(folder, target, {"hub": hub_id, "licence": licence, **_told(entry)}, precision)
    elif Path(reference).suffix == ".zip":
        shelf.install_zip(settings.models, target.name, Path(reference))
    else:
        _install(Path(reference), target, {}, precision)
    click.echo(target.name)
    return 0


def _fetched(hub_id: str, entry: Entry | None) -> Path:
    """The model's files, in the hub's cache."""
    from blogsum.store import hub

    console.warn(f"fetching {hub_id}" + (f", about {entry.bytes / 1e6:,.0f} MB" if entry else ""))
    return hub.download(hub_id, console.is_watched())


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


def _agreed(hub_id: str, licence: str | None, accept: bool) -> None:
    """Say who may use a model, and ask before one that is not for everyone; UserError when the answer is no."""
    from blogsum.store import hub

    unknown = "its card names no licence: ask before you publish what it writes"
    console.warn(f"{hub_id}: {('offline, its licence is not known' if licence is None else licence) or unknown}")
    if accept or not hub.is_restricted(licence or ""):
        return
    hint = "--accept-license does not ask"
    try:
        agreed = click.confirm("May you use it under this licence?", err=True)
    except click.Abort as error:
        console.say("")  # the question has no answer that would end its line
        raise UserError("nobody answered, nothing was installed", hint=hint, code=INTERRUPTED) from error
    if not agreed:
        raise UserError("nothing was installed", hint=hint, code=INTERRUPTED)


def _written_in(folder: Path) -> str:
    """The licence that a bundle names itself; that of a checkpoint stands on its card."""
    from blogsum.store import bundles

    return str(bundles.facts(folder).get("licence", "")) if bundles.is_bundle(folder) else ""


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

    with console.working(f"making a bundle of {target.name}"):
        export(folder, target, request(folder, {"name": target.name, "precision": precision, **told}))
