"""``blogsum data list``: which datasets there are."""

from __future__ import annotations

import sys
from typing import Any

import click

from blogsum.cli import console, options


@click.command("list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The manifests as JSON lines.")
@options.common
def command(name: str | None, as_json: bool, **given: Any) -> int:
    """List the datasets, one line each; with NAME the versions of that dataset.

    \b
    blogsum data list
    blogsum data list blog
    """
    settings = options.settings(**given)

    from blogsum import jsonl
    from blogsum.report.versions import table
    from blogsum.store import datasets

    root = settings.datasets
    if name is None:
        found = [datasets.find(root, one) for one in datasets.names(root)]
    else:
        found = datasets.versions(root, datasets.find(root, name).name)
    if as_json:
        sys.stdout.write("".join(jsonl.dumps(version.manifest) + "\n" for version in found))
    elif found:
        sys.stdout.write(table(version.manifest for version in found))
    else:
        console.warn(f"no datasets in {root}", "blogsum data add FILE --name NAME makes one")
    return 0
