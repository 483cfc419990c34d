"""``blogsum data remove``: delete versions."""

from __future__ import annotations

from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import INTERRUPTED, UserError


@click.command("remove")
@click.argument("reference")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@options.common
def command(reference: str, yes: bool, **given: Any) -> int:
    """Delete a version (blog@3), or with a bare name every version of a dataset, after asking.

    \b
    blogsum data remove blog@3
    blogsum data remove blog --yes
    """
    settings = options.settings(**given)

    from blogsum.store import datasets

    version = datasets.find(settings.datasets, reference)
    count = len(datasets.versions(settings.datasets, version.name))
    which = version.reference if "@" in reference else f"{reference}, {count} version{'s' * (count > 1)},"
    if not yes and not click.confirm(f"Delete {which} for good?", err=True):
        raise UserError("nothing was removed", hint="--yes does not ask", code=INTERRUPTED)
    gone = datasets.remove(settings.datasets, reference)
    console.warn(f"removed {', '.join(one.reference for one in gone)}")
    return 0
