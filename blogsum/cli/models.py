"""``blogsum models``: the verbs of models."""

from __future__ import annotations

import click

from blogsum.cli.lazy import LazyGroup

MODELS = {
    "list": ("blogsum.cli.models_list:command", "List what is installed and what is worth pulling."),
    "pull": ("blogsum.cli.models_pull:command", "Install a model from the hub, a folder or a zip."),
    "info": ("blogsum.cli.models_info:command", "Show the card of an installed model."),
    "verify": ("blogsum.cli.models_verify:command", "Compare the files of models with their hashes."),
    "remove": ("blogsum.cli.models_remove:command", "Delete an installed model."),
    "alias": ("blogsum.cli.models_alias:command", "Let a short name stand for a model."),
}


@click.group("models", cls=LazyGroup, table=MODELS)
def group() -> None:
    """Install models that write in their own words; the one with the alias 'default' is what summarize takes.

    \b
    blogsum models list
    blogsum models pull mt5-small-sum-de-mit-v1
    blogsum models alias default mt5-small-sum-de-mit-v1
    """
