"""``blogsum data show``: where a version comes from and what its rows look like."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Any

import click

from blogsum.cli import options


@click.command("show")
@click.argument("reference")
@click.option("-n", "--rows", type=click.IntRange(min=0), default=5, show_default=True, help="Rows to show.")
@click.option("--json", "as_json", is_flag=True, help="The manifest as JSON.")
@options.common
def command(reference: str, rows: int, as_json: bool, **given: Any) -> int:
    """Show where a version comes from and its first rows; the whole file is checked against its hash first.

    \b
    blogsum data show blog
    blogsum data show blog@2 --rows 20
    """
    settings = options.settings(**given)

    from blogsum.report import safe
    from blogsum.report.versions import sheet
    from blogsum.store import datasets

    version = datasets.find(settings.datasets, reference)
    first = list(islice(datasets.articles(version), rows))
    sys.stdout.write(safe.dumps(version.manifest) + "\n" if as_json else sheet(version.manifest, first))
    return 0
