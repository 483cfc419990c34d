"""``blogsum azure logs``: what a job writes, its last lines or as it comes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, UserError

if TYPE_CHECKING:
    from blogsum.azure.place import Place


@click.command("logs")
@click.argument("name")
@click.option(
    "--tail", "lines", type=click.IntRange(1, 10**6), default=50, show_default=True, help="So many last lines."
)
@click.option("-f", "--follow", is_flag=True, help="Show all of it, go on as it grows, and end as the job does.")
@options.common
def command(name: str, lines: int, follow: bool, **given: Any) -> int:
    """Show the log of the job NAME, or of the 'last' one: its last lines, of further processes fewer.

    \b
    blogsum azure logs blogsum-my-model-0123456789ab
    blogsum azure logs last --tail 200
    blogsum azure logs last --follow

    With --follow the exit code is 3 when the job fails; Ctrl-C leaves the job alone.
    """
    settings = options.settings(**given)

    from blogsum.azure import follow as following
    from blogsum.azure import jobs, listing, place, sdk

    where = place.place(settings.azure)
    client = sdk.client(where)
    with console.working("asking Azure"):
        job = listing.find(client, where, name)
    if follow:
        return _followed(client, where, job.name)
    with console.working("asking Azure"):
        found = {log: there for log, there in following.tail(client, where, job.name, lines).items() if there}
    for log, there in found.items():
        if len(found) > 1:
            click.echo(f"==> {log} <==")
        for line in there:
            _show(line)
    if not found:
        hint = "" if job.status in jobs.ENDED else "--follow waits for it"
        console.warn(f"{job.name} has no log: {job.status}", hint)
    return DONE


def _followed(client: Any, where: Place, name: str) -> int:
    """Show the log until the job ends; UserError when it does not end well."""
    from blogsum.azure import follow, jobs

    end = follow.follow(client, where, name, Shown(), time.sleep)
    if end.status != jobs.COMPLETED:
        raise UserError(f"{name}: {end.status}{': ' if end.reason else ''}{end.reason}", hint="its log is above")
    return DONE


def _show(line: str) -> None:
    """Print a line, which may hold anything: what would move the cursor or colour the terminal is left out."""
    click.echo("".join(one if one.isprintable() or one == "\t" else " " for one in line))


class Shown:
    """The log on stdout, all else on stderr."""

    def status(self, text: str) -> None:
        """The job stands otherwise than before."""
        console.say(text)

    def line(self, text: str) -> None:
        """A line of the log."""
        _show(text)

    def note(self, text: str) -> None:
        """Something that a person should read."""
        console.warn(text)
