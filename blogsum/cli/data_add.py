"""``blogsum data add``: a new version of a dataset."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output

if TYPE_CHECKING:
    from blogsum.types import Article, Unreadable


@click.command("add", epilog=options.SOURCE_HELP)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--name", required=True, help="The dataset to make or to continue.")
@click.option("--licence", metavar="TEXT", help="Who may use the rows for what, kept in the manifest.")
@options.reading
@options.common
def command(
    sources: tuple[str, ...], name: str, licence: str | None, lang: str | None, refresh: bool, **given: Any
) -> int:
    """Read every SOURCE, clean it and keep it as the next version of a dataset; prints its reference.

    \b
    blogsum data add posts/ --name blog
    blogsum data add posts.jsonl more.csv --name blog --licence "CC BY 4.0"

    A version holds exactly these sources: name the old version too (blog@latest) to continue it. Rows that cannot be
    read are named, kept out, and listed in the manifest; the exit code is 4 then.
    """
    settings = options.settings(**given)

    from blogsum import pipeline
    from blogsum.store import datasets
    from blogsum.text.clean import RECIPE

    skipped: list[dict[str, str]] = []
    tally = output.Tally()
    details = {"skipped": skipped}
    origin = datasets.Origin(sources=sources, recipe=RECIPE, licence=licence, details=details)
    with console.progress("read") as progress:
        items = (item for source in sources for item in pipeline.articles(source, settings, lang, refresh))
        rows = _rows(tally.articles(items), skipped, progress)
        version, new = datasets.add(settings.datasets, name, rows, origin)
    if not new:
        console.warn(f"{version.reference} holds the same rows already")
    sys.stdout.write(version.reference + "\n")
    return tally.code()


def _rows(
    items: Iterable[Article | Unreadable], skipped: list[dict[str, str]], progress: console.Silent
) -> Iterator[Article]:
    """The articles; what is none is noted in ``skipped``."""
    from blogsum.types import Unreadable

    for item in items:
        if isinstance(item, Unreadable):
            skipped.append({"id": item.source, "reason": item.reason})
        else:
            progress.advance()
            yield item
