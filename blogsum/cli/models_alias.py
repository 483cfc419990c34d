"""``blogsum models alias``: short names for models."""

from __future__ import annotations

from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import USAGE, UserError


@click.command("alias")
@click.argument("alias", required=False)
@click.argument("name", required=False)
@click.option("-d", "--delete", is_flag=True, help="Take the alias away.")
@options.common
def command(alias: str | None, name: str | None, delete: bool, **given: Any) -> int:
    """Let ALIAS stand for the installed model NAME; without arguments, list aliases. 'default' is what summarize takes.

    \b
    blogsum models alias default mt5-small-sum-de-mit-v1
    blogsum models alias default --delete
    """
    settings = options.settings(**given)

    from blogsum.store import shelf

    if alias is None:
        known = sorted(shelf.aliases(settings.models).items())
        for short, whom in known:
            click.echo(f"{short} {whom}")
        if not known:
            console.say("no model has another name")
        return 0
    if delete == (name is not None):
        raise UserError("give an alias and a model, or --delete", hint="as in: alias default NAME", code=USAGE)
    shelf.alias(settings.models, alias, name)
    return 0
