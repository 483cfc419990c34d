"""What verbs share that make a new version of rows they read: which dataset, from where, under which licence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogsum.cli import console
from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.cli.output import Tally
    from blogsum.settings import Settings
    from blogsum.store.datasets import Version
    from blogsum.types import Article

NAME_HELP = "The dataset that gets the new version.  [default: that of REFERENCE]"
Keep = Callable[[Iterable["Article"], dict[str, Any]], "Version"]


def rows(reference: str, name: str | None, settings: Settings, tally: Tally) -> tuple[Iterator[Article], Keep]:
    """The rows of ``reference``, and how to keep what was made of them: rows and ``details`` for the manifest.

    UserError when ``reference`` is no version and no ``name`` is given.
    """
    from blogsum import pipeline
    from blogsum.store import datasets
    from blogsum.text.clean import RECIPE

    parent = version_of(reference, settings)
    if parent is None and name is None:
        raise UserError(f"{reference} is no dataset", hint="--name says which one to make of it", code=USAGE)
    target = name or (parent.name if parent else "")

    def keep(articles: Iterable[Article], details: dict[str, Any]) -> Version:
        """Add the rows as the next version, which says what it was made of."""
        said = parent.manifest if parent else {}
        origin = datasets.Origin(
            sources=tuple(said.get("sources", (reference,))),
            recipe=said.get("recipe", RECIPE),
            licence=said.get("licence"),
            parent=parent.reference if parent else None,
            details=details,
        )
        version, new = datasets.add(settings.datasets, target, articles, origin)
        if not new:
            console.warn(f"{version.reference} holds the same rows already")
        return version

    return tally.readable(pipeline.articles(reference, settings)), keep


def version_of(reference: str, settings: Settings) -> Version | None:
    """The version that ``reference`` means, or None for a file, a folder, an address or standard input."""
    from blogsum.store import datasets

    named = datasets.is_reference(reference) or reference in datasets.names(settings.datasets)
    return datasets.find(settings.datasets, reference) if named and not Path(reference).exists() else None


def refuse_doubles(articles: Sequence[Article]) -> None:
    """UserError when two rows have one id: what belongs to which could not be said."""
    seen: set[str] = set()
    for article in articles:
        if article.id in seen:
            raise UserError(f"two rows have the id '{article.id}'", hint="every row needs an id of its own")
        seen.add(article.id)
