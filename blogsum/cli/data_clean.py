"""``blogsum data clean``: what the cleaning recipe does to one article."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import keeping, options
from blogsum.errors import UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.types import Article, Unreadable


@click.command("clean", epilog=options.SOURCE_HELP)
@click.argument("reference")
@click.option("--show", "wanted", required=True, metavar="ID", help="The article, by its id or the begin of it.")
@options.common
def command(reference: str, wanted: str, **given: Any) -> int:
    """Show the text of one article before and after each step of the cleaning recipe that changes something.

    \b
    blogsum data clean posts/ --show posts/wheels.md
    blogsum data clean posts.jsonl --show 00a8f1

    A version (blog@3) holds cleaned texts already: give the file, folder or address that its rows came from.
    """
    settings = options.settings(**given)

    from blogsum.data.edits import edits
    from blogsum.report.cleaning import sheet
    from blogsum.text.clean import RECIPE, clean

    version = keeping.version_of(reference, settings)
    article = _found(reference, wanted, _raw(reference, settings))
    note = ""
    if version:
        used = version.manifest["recipe"]
        by = "this recipe" if used == RECIPE else used or "an unknown recipe"
        note = f"the rows of {version.reference} were cleaned when they were added, by {by}"
    shown = sheet(article.id, list(edits(article.text)), len(article.text), len(clean(article.text)), note)
    sys.stdout.write(shown)
    return 0


def _raw(reference: str, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles as they were read, before they are cleaned."""
    from blogsum import pipeline
    from blogsum.store import datasets

    if version := keeping.version_of(reference, settings):
        yield from datasets.articles(version)
        return
    for item in pipeline.pages([reference], settings):
        yield pipeline.extracted(item)


def _found(reference: str, wanted: str, items: Iterator[Article | Unreadable]) -> Article:
    """The article ``wanted`` means: the one of that id, else the only one whose id begins so."""
    from blogsum.types import Unreadable

    ids: list[str] = []
    begun: list[Article] = []
    reason = Unreadable(reference, "has no articles")
    for item in items:
        if isinstance(item, Unreadable):
            reason = item
            continue
        if item.id == wanted:
            return item
        ids.append(item.id)
        if item.id.startswith(wanted):
            begun.append(item)
    if len(begun) == 1:
        return begun[0]
    if not ids:
        raise UserError(f"{reason.source}: {reason.reason}", hint=reason.hint)
    if begun:
        raise UserError(f"{len(begun)} ids begin with '{wanted}'", hint=_listed([one.id for one in begun]))
    raise UserError(f"{reference} has no article '{wanted}'", hint=_near(wanted, ids))


def _near(wanted: str, ids: list[str]) -> str:
    """Ids that may have been meant: alike, or with the word in them."""
    from difflib import get_close_matches

    within = [one for one in ids if wanted.casefold() in one.casefold()]
    near = [*within[:3], *(one for one in get_close_matches(wanted, ids, n=3, cutoff=0.5) if one not in within[:3])]
    return f"did you mean {_listed(near)}?" if near else f"it has {_listed(ids)}"


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
