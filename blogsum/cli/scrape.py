"""``blogsum scrape``: a blog -> the next version of a dataset."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, FAILED, LOOK, USAGE, MissingExtra, UserError
from blogsum.settings import MOST

if TYPE_CHECKING:
    from blogsum.read.web import Web
    from blogsum.scrape import Wanted
    from blogsum.settings import Settings

SOURCES = (
    "SOURCE is a blog's home page (its feeds, sitemaps and WordPress's REST interface are found), a feed (RSS, Atom, "
    "JSON Feed), a sitemap, a WordPress export, a folder of Markdown or HTML, or - for addresses on standard input."
)
REFRESH = (
    "Ask for every post again. Otherwise a post is asked for only if its feed, sitemap or server says that it changed; "
    "where none of them can tell, it is kept as it was read first."
)
# what the extra `data` brings and this command needs
NEEDED = ("feedparser", "defusedxml", "protego")


@click.command("scrape", epilog=SOURCES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--name", metavar="NAME", help="The dataset to put the posts into, as in blog.")
@click.option("--since", metavar="DATE", help="Only posts of this day (2026-01-31) or later.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N posts, the newest first.")
@click.option("--include", multiple=True, metavar="PATTERN", help="Only paths like this ('/blog/*'); repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="No paths like this ('*/press/*'); repeatable.")
@click.option("--licence", metavar="TEXT", help="The licence of the posts, for the manifest.")
@click.option("--dry-run", is_flag=True, help="List the posts that would be asked for, and take none.")
@click.option("--refresh", is_flag=True, help=REFRESH)
@click.option(
    "--delay",
    type=click.FloatRange(0, MOST["timeout"]),
    callback=options.number,
    metavar="SECONDS",
    help="Pause between two requests to a host; robots.txt may ask for more.  [default: 1]",
)
@click.option("--max-pages", type=click.IntRange(min=1), help="Most feeds, sitemaps and archives read.  [default: 200]")
@click.option("--max-bytes", type=click.IntRange(min=1), help="Largest page or file read.  [default: 10000000]")
@click.option(
    "--timeout",
    type=click.FloatRange(0, MOST["timeout"], min_open=True),
    callback=options.number,
    help="Seconds a page may take.  [default: 20]",
)
@options.common
def command(
    sources: tuple[str, ...],
    name: str | None,
    since: str | None,
    limit: int | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    licence: str | None,
    dry_run: bool,
    refresh: bool,
    delay: float | None,
    max_pages: int | None,
    **given: Any,
) -> int:
    """Take the posts of a blog into the next version of a dataset, and print its name.

    \b
    blogsum scrape https://example.org --name blog
    blogsum scrape https://example.org/blog/ --dry-run --since 2026-01-01
    blogsum scrape export.xml --name blog --exclude '*/press/*'
    cat addresses.txt | blogsum scrape - --name blog

    A run that was interrupted goes on where it stopped when the same command is given again.
    """
    settings = options.settings(**given)
    _check_extra()
    if name is None and not dry_run:
        raise UserError("--name is missing", hint="it names the dataset, as in --name blog", code=USAGE)

    from blogsum.scrape import Wanted

    wanted = Wanted(_day(since), limit, include, exclude, refresh)
    web = _web(settings, delay, max_pages)
    if dry_run:
        return _list(sources, name, wanted, web)
    return _take(sources, name or "", wanted, web, licence)


def _take(sources: tuple[str, ...], name: str, wanted: Wanted, web: Web, licence: str | None) -> int:
    """Make the version; 4 when one of several sources did not answer."""
    from blogsum.report.safe import line
    from blogsum.scrape import scrape

    try:
        with console.progress("read") as progress:
            result = scrape(sources, name, wanted, web, progress, licence)
    except KeyboardInterrupt:
        web.stop()
        console.warn("what was read is kept", "the same command goes on from there")
        raise
    for skip in result.dead:
        console.error(f"{skip.id}: {skip.reason}")
    console.say(line(result.line()))
    if result.version is None:
        return FAILED
    click.echo(result.version.reference)
    return LOOK if result.dead else DONE


def _list(sources: tuple[str, ...], name: str | None, wanted: Wanted, web: Web) -> int:
    """One line for each post that would be asked for: its date, its address and its title."""
    from blogsum.report.safe import line
    from blogsum.scrape import Result, pending

    chosen, skips = pending(sources, name, wanted, web)
    for entry in chosen:
        click.echo("\t".join(part for part in (entry.date or "-", line(entry.url), line(entry.title or "")) if part))
    console.say(f"would ask for {len(chosen)}, {Result(skips=skips).skipped()}")
    return DONE if chosen or name else FAILED


def _web(settings: Settings, delay: float | None, max_pages: int | None) -> Web:
    """The client, with the manners of blogsum.toml, overruled by the options given."""
    from blogsum.read.web import Manners, Web

    given = {"delay": delay, "max_pages": max_pages}
    return Web(
        settings, Manners(**{**settings.scrape, **{key: value for key, value in given.items() if value is not None}})
    )


def _day(text: str | None) -> str | None:
    """``--since`` as an ISO date."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UserError(f"--since '{text}' is no date", hint="as in 2026-01-31", code=USAGE) from error


def _check_extra() -> None:
    from importlib.util import find_spec

    for module in NEEDED:
        if find_spec(module) is None:
            raise MissingExtra(module, "data")
