"""``blogsum models remove``: delete an installed model."""

from __future__ import annotations

from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import INTERRUPTED, UserError


@click.command("remove")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@options.common
def command(name: str, yes: bool, **given: Any) -> int:
    """Delete an installed model and the aliases that stand for it, after asking.

    \b
    blogsum models remove mt5-small-sum-de-mit-v1 --yes
    """
    settings = options.settings(**given)

    from blogsum.store import shelf

    known = shelf.names(settings.models) + shelf.broken(settings.models)
    if name in known and not yes and not click.confirm(f"Delete {name} for good?", err=True):
        raise UserError("nothing was removed", hint="--yes does not ask", code=INTERRUPTED)
    shelf.remove(settings.models, name)
    console.warn(f"removed {name}")
    return 0
