"""``blogsum models list``: what is installed, and the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import LOOK, UserError


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
    from blogsum.store import catalog, shelf

    known = shelf.aliases(settings.models)
    installed = [
        {
            **_facts(settings.models / name),
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
    return LOOK if any("error" in one for one in installed) else 0


def _facts(folder: Path) -> Mapping[str, Any]:
    """What a model says of itself, or, of a damaged one, that it is: one must not hide the others."""
    from blogsum.store import bundles

    try:
        return bundles.facts(folder)
    except UserError as error:
        console.error(str(error), error.hint)
        return {"error": str(error), "licence": "damaged", "files": {}}
