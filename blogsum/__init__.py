"""Offline summaries of blog articles, each sentence linked to its source.

Data flows one way, and the folders are named after it::

    article  ->  clean text  ->  summary  ->  report
     read/        text/         summarize/    report/

``pipeline.py`` is that picture as code. ``scrape/`` fills datasets (``store/``), ``data/`` looks into them. From a
notebook::

    article = blogsum.read("post.md")
    print(blogsum.summarize(article, length="teaser").text)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogsum.errors import UserError
    from blogsum.types import Article, Summary, Unreadable

__version__ = "0.1.0"
__all__ = ["Article", "Summary", "UserError", "finetune", "load_dataset", "read", "read_all", "summarize"]

# onnxruntime sends statistics of models and machine to its maker from 1.29 on, unless this is set before it is imported
# by whatever package.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# The functions below bear the names of two packages. Importing a package binds its name here, once; done first, the
# functions win. (`from blogsum.read.sources import …` finds the package all the same.)
import_module("blogsum.read")
import_module("blogsum.summarize")


def read(source: str, *, lang: str | None = None, refresh: bool = False) -> Article:
    """The article in ``source``: an address, a file, or ``-`` for standard input, as ``blogsum read`` sees it.

    ``lang`` (ISO 639-1) overrules the language found, ``refresh`` the cache of pages. Raises UserError when there is
    no article; of a source with several, the first is taken.
    """
    from blogsum.errors import UserError
    from blogsum.types import Unreadable

    for item in read_all(source, lang=lang, refresh=refresh):
        if isinstance(item, Unreadable):
            raise UserError(f"{item.source}: {item.reason}", hint=item.hint)
        return item
    raise UserError(f"{source}: no article")


def read_all(*sources: str, lang: str | None = None, refresh: bool = False) -> Iterator[Article | Unreadable]:
    """The articles of any number of sources (folders and JSONL hold many), in order; what cannot be read is a value."""
    from blogsum import pipeline, settings

    for item in pipeline.pages(sources, settings.load(), refresh):
        yield pipeline.understand(item, lang)


def load_dataset(reference: str) -> list[Article]:
    """The rows of a version (``blog@3``, ``blog@latest``) or of any source, as ``blogsum data`` takes them.

    Raises UserError when the version is not there or damaged, or at the first row that cannot be read.
    """
    from blogsum import pipeline, settings
    from blogsum.errors import UserError
    from blogsum.types import Unreadable

    rows = []
    for item in pipeline.articles(reference, settings.load()):
        if isinstance(item, Unreadable):
            raise UserError(f"{item.source}: {item.reason}", hint=item.hint)
        rows.append(item)
    return rows


def summarize(
    article: Article | str,
    *,
    length: str | None = None,
    max_chars: int | None = None,
    max_words: int | None = None,
    sentences: int | None = None,
    model: str | None = None,
) -> Summary:
    """Summarise an article, or the source it is to be read from, within hard limits.

    ``model`` is the name, alias or folder of one that writes in its own words; without, sentences of the article are
    chosen.

    ``length`` is one of ``meta``, ``teaser``, ``short``, ``paragraph``, ``long``, ``bullets`` or a preset of
    ``blogsum.toml``; the other three limit characters, words and sentences. Raises UserError when nothing can be said.
    """
    from blogsum import settings
    from blogsum.store import shelf
    from blogsum.summarize import load, load_bundle
    from blogsum.summarize.lengths import chosen

    [budget] = chosen([length] if length else [], settings.load(), max_chars, max_words, sentences)
    writer = load_bundle(shelf.find(settings.load().models, model)) if model else load("extractive")
    return writer.summarize(read(article) if isinstance(article, str) else article, budget)


def finetune(
    recipe: Mapping[str, Any] | str | None = None,
    output: str | None = None,
    *,
    resume: str | None = None,
    bundle: str | None = None,
    force: bool = False,
    **dials: Any,
) -> Mapping[str, Any]:
    """Train a model as ``blogsum finetune`` does, and return what its run knows: ``verdict``, ``evaluation``, ``id`` …

    ``recipe`` is a TOML file or its tables (``{"task": {"data": "blog@3", "base": "mt5-small"}}``); ``dials`` overrule
    it by name (``rate=0.001``). The model appears in the folder ``output``, a bundle for ``summarize`` in ``bundle``.
    ``resume`` goes on with a run that was stopped (its name, or ``last``); it knows all of these, none is given then.
    Raises UserError as the command says one.
    """
    from pathlib import Path

    from blogsum import pipeline, settings
    from blogsum.data.thresholds import thresholds
    from blogsum.errors import USAGE, UserError
    from blogsum.store import runs
    from blogsum.train import finetune as training
    from blogsum.train import recipe as recipes
    from blogsum.train.fitting import Job
    from blogsum.train.loop import Nobody

    known = settings.load()
    if resume is not None and (recipe or output or bundle or dials):
        raise UserError("resume takes no other dials: the run has its recipe", code=USAGE)
    if resume is None and not output:
        raise UserError("where does the model go?", hint="finetune(recipe, FOLDER)", code=USAGE)
    job = Job(
        recipe=recipes.merged(recipes.load(Path(recipe)) if isinstance(recipe, str) else recipe or {}, dials),
        output=Path(output or ""),
        root=known.runs,
        rows=lambda name: pipeline.articles(name, known),
        watch=Nobody(),
        limits=thresholds(known.validate),
        bundle=Path(bundle) if bundle else None,
        force=force,
    )
    done = training.start(job) if resume is None else training.resume(job, runs.find(known.runs, resume))
    return done.facts


def __getattr__(name: str) -> Any:
    """Import a public type when it is first named, so that ``blogsum --help`` answers at once."""
    places = {"Article": "types", "Summary": "types", "UserError": "errors"}
    if name not in places:
        raise AttributeError(f"module 'blogsum' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(f"blogsum.{places[name]}"), name)
    return value
