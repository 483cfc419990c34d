"""``blogsum models verify``: are the files what they were?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import FAILED, UserError


@click.command("verify")
@click.argument("references", nargs=-1, metavar="[NAME...]")
@options.common
def command(references: tuple[str, ...], **given: Any) -> int:
    """Compare every file of the models given, or of all that are installed, with its hash. Exits with 3 for a change.

    \b
    blogsum models verify
    blogsum models verify teaser
    """
    settings = options.settings(**given)

    from blogsum.store import shelf

    chosen = references or shelf.names(settings.models)
    if not chosen:
        console.say("no model is installed")
    whole = [_is_whole(settings.models, reference) for reference in chosen]
    return 0 if all(whole) else FAILED


def _is_whole(root: Path, reference: str) -> bool:
    """Say whether one model is what it was."""
    from blogsum.store import bundles, shelf

    try:
        bundle = bundles.load(shelf.find(root, reference))
    except UserError as error:
        console.error(str(error), error.hint)
        return False
    count = len(bundle.manifest["files"])
    click.echo(f"{reference}: {count} {'file' if count == 1 else 'files'}, all as they were")
    return True
