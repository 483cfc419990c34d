"""``blogsum models list``: what is installed, and the catalogue."""

from __future__ import annotations

import json
from typing import Any

import click

from blogsum.cli import options


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@options.common
def command(as_json: bool, **given: Any) -> int:
    """List the models that are installed, then those worth pulling with who may use them.

    \b
    blogsum models list
    blogsum models list --json
    """
    settings = options.settings(**given)

    from dataclasses import asdict

    from blogsum.report import models
    from blogsum.store import bundles, catalog, shelf

    known = shelf.aliases(settings.models)
    installed = [
        {
            **bundles.facts(settings.models / name),
            "name": name,
            "aliases": sorted(one for one, whom in known.items() if whom == name),
        }
        for name in shelf.names(settings.models)
    ]
    entries = [asdict(entry) for entry in catalog.entries().values()]
    if as_json:
        for one in [
            *({"installed": True, **one} for one in installed),
            *({"installed": False, **one} for one in entries),
        ]:
            click.echo(json.dumps(one, ensure_ascii=False))
    else:
        click.echo(models.table(installed, entries), nl=False)
    return 0
