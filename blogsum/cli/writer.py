"""Who writes the summaries of a run: the built-in summariser or a model, and in which processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from blogsum.cli import console
from blogsum.errors import UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.summarize import Summarizer
    from blogsum.summarize.lengths import Budget
    from blogsum.types import Article, Digest, Page, Unreadable

    Work = Callable[[Iterator[Page | Article | Unreadable]], Iterator[Digest]]


@dataclass(frozen=True)
class Writer:
    """A model's ``folder``, the tokens it may read and its ``device``, or with no folder the built-in summariser."""

    folder: Path | None = None
    max_input: int | None = None
    device: str = "auto"

    def signature(self) -> str:
        """What tells its summaries from those of another, whatever folder it stands in: all that bundle.json says.

        Its own signature knows weights, precision and how it is used, not who may use it or what it was made with.
        """
        from blogsum.files import digest
        from blogsum.store import bundles

        if self.folder is None:
            return ""
        facts = bundles.facts(self.folder)
        return f"{facts.get('signature')}|made:{digest(sorted(facts.items()))[:12]}|reads:{self.max_input}"


def chosen(asked: str | None, max_input: int | None, device: str, settings: Settings) -> Writer:
    """The writer asked for, else the model with the alias 'default', else the built-in summariser."""
    if asked == "extractive":
        return Writer()
    from blogsum.store import shelf

    max_input = max_input or settings.max_input
    if asked is not None:
        return Writer(shelf.find(settings.models, asked), max_input, device)
    if shelf.DEFAULT in shelf.aliases(settings.models):
        return Writer(shelf.find(settings.models, shelf.DEFAULT), max_input, device)
    hint = "blogsum models list shows models that write in their own words"
    console.once(settings.models / ".told", "these are the article's own sentences", hint)
    return Writer()


@dataclass(frozen=True)
class Engine:
    """Where the work is done: in ``jobs`` processes of this machine, or by as many workers of a Ray cluster."""

    name: str = "local"
    jobs: int | None = None


def work(writer: Writer, budgets: Sequence[Budget], lang: str | None, engine: Engine) -> Work:
    """What turns items into digests, in their order, the same wherever it runs."""
    if engine.name == "ray":
        from blogsum import cluster

        placed = replace(writer, folder=writer.folder and writer.folder.resolve())  # a worker stands elsewhere
        make = partial(_chunks, placed, writer.signature(), budgets, lang)
        return lambda items: cluster.ordered(make, items, engine.jobs)
    from blogsum import pipeline
    from blogsum.batch import ordered

    # a model that cannot be used is one error, not one an article
    model, jobs = None if writer.folder is None else _loaded(writer), engine.jobs or 1
    if model is not None and jobs == 1:
        return lambda items: pipeline.digests(items, budgets, model, lang)
    # processes share the CPUs: with all of them for each, they would wait for one another
    threads = max(1, (os.cpu_count() or 1) // jobs)
    one = partial(_digest, writer=writer, budgets=budgets, lang=lang, threads=threads)
    return lambda items: ordered(one, items, jobs)


def _digest(
    item: Page | Article | Unreadable, writer: Writer, budgets: Sequence[Budget], lang: str | None, threads: int
) -> Digest:
    """Summarise one item, in whatever process; at module level, so that it can be sent there."""
    from blogsum import pipeline

    return pipeline.digest(item, budgets, _loaded(writer, threads), lang)


def _chunks(
    writer: Writer, signature: str, budgets: Sequence[Budget], lang: str | None
) -> Callable[[list[Page | Article | Unreadable]], list[Digest]]:
    """What summarises several items on another machine; UserError when that has another model in its place."""
    from blogsum import pipeline

    model = _loaded(writer, 1)  # one thread: a worker has at most one CPU
    if writer.signature() != signature:
        raise UserError(f"{writer.folder} is another model there", hint="the folder must be the same on all machines")
    return lambda items: list(pipeline.digests(items, budgets, model, lang))


@lru_cache(maxsize=1)
def _loaded(writer: Writer, threads: int = 0) -> Summarizer:
    """The summariser of this process; a model is verified and loaded once."""
    from blogsum.summarize import load, load_bundle

    if writer.folder is None:
        return load("extractive")
    from blogsum.store import bundles
    from blogsum.summarize.devices import choose

    device = choose(writer.device, str(bundles.facts(writer.folder).get("precision")), threads)
    return load_bundle(writer.folder, max_input=writer.max_input, device=device)
