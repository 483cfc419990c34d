"""``blogsum azure cancel``: end a job that runs or waits."""

from __future__ import annotations

from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, INTERRUPTED, UserError


@click.command("cancel")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@options.common
def command(name: str, yes: bool, **given: Any) -> int:
    """End the job NAME, or the 'last' one, after asking: what it learned so far is lost, and its machine stops.

    \b
    blogsum azure cancel blogsum-my-model-0123456789ab
    blogsum azure cancel last --yes

    A job that has ended already is left as it is.
    """
    settings = options.settings(**given)

    from blogsum.azure import jobs, listing, place, sdk

    where = place.place(settings.azure)
    client = sdk.client(where)
    with console.working("asking Azure"):
        job = listing.find(client, where, name)
    if job.status in jobs.ENDED:
        console.warn(f"{job.name} has ended already: {job.status}", "there is nothing to cancel")
        return DONE
    if not yes and not click.confirm(f"End {job.name} ({job.status}) for good?", err=True):
        raise UserError("nothing was cancelled", hint="--yes does not ask", code=INTERRUPTED)
    with console.working("asking Azure"):
        listing.cancel(client, where, job.name)
    console.warn(f"{job.name} is being cancelled", "blogsum azure jobs shows how it stands")
    return DONE
