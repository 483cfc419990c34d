"""``blogsum azure jobs``: how the jobs of blogsum in the workspace stand."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE

if TYPE_CHECKING:
    from blogsum.azure.listing import Listed


@click.command("jobs")
@click.option("--json", "as_json", is_flag=True, help="All that is known of each, a JSON object a line.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many.")
@options.common
def command(as_json: bool, limit: int, **given: Any) -> int:
    """List the jobs that blogsum sent to the workspace, the newest first; others' jobs are not shown.

    \b
    blogsum azure jobs
    blogsum azure jobs --json
    """
    settings = options.settings(**given)

    from blogsum import jsonl
    from blogsum.azure import listing, place, sdk
    from blogsum.report import jobs as report

    where = place.place(settings.azure)
    with console.working("asking Azure"):
        there = listing.listed(sdk.client(where), where, limit)
    now = datetime.now(timezone.utc)
    found = [_facts(one, now) for one in there]
    if as_json:
        click.echo("".join(jsonl.dumps(one) + "\n" for one in found), nl=False)
    elif found:
        click.echo(report.table(found), nl=False)
    else:
        console.warn(f"no jobs of blogsum in workspace {where.workspace}", "blogsum finetune … --on azure sends one")
    return DONE


def _facts(one: Listed, now: datetime) -> dict[str, Any]:
    """A job as JSON has it."""
    seconds = one.seconds(now)
    return {
        "name": one.name,
        "status": one.status,
        "created": _time(one.created),
        "started": _time(one.started),
        "ended": _time(one.ended),
        "seconds": None if seconds is None else round(seconds),
        "data": one.data,
        "model": one.model,
        "address": one.address,
    }


def _time(when: datetime | None) -> str | None:
    return when.astimezone(timezone.utc).isoformat(timespec="seconds") if when else None
