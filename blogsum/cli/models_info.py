"""``blogsum models info``: the card of one model."""

from __future__ import annotations

import json
from typing import Any

import click

from blogsum.cli import options


@click.command("info")
@click.argument("reference", metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="All that bundle.json says.")
@options.common
def command(reference: str, as_json: bool, **given: Any) -> int:
    """Show what a model is made from, who may use it, how near it is to its original, and its files.

    \b
    blogsum models info default
    """
    settings = options.settings(**given)

    from blogsum.report import models
    from blogsum.store import bundles, shelf

    folder = shelf.find(settings.models, reference)
    bundle = bundles.load(folder)
    if as_json:
        click.echo(json.dumps(dict(bundle.manifest), ensure_ascii=False, indent=1))
    else:
        card = bundle.path(bundles.CARD).read_text(encoding="utf-8")
        click.echo(models.sheet(folder.name, bundle.manifest, card), nl=False)
    return 0
