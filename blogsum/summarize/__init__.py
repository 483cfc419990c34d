"""Summarisers by name; loading one imports only what that one needs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:  # `blogsum --help` passes here
    from collections.abc import Sequence
    from pathlib import Path

    from blogsum.summarize.lengths import Budget
    from blogsum.types import Article, Summary


class Summarizer(Protocol):
    """Anything that turns an article into a summary within a budget."""

    def summarize(self, article: Article, budget: Budget) -> Summary:
        """Return a summary that holds the budget; raise UserError when the article offers nothing."""

    def prepare(self, articles: Sequence[Article]) -> None:
        """Hear which articles come next, to do together what is cheaper so; summaries are the same without it."""


SUMMARIZERS = {
    "extractive": "blogsum.summarize.extractive:Extractive",
    "mt5": "blogsum.summarize.mt5:MT5",
    "optimum": "blogsum.summarize.seq2seq:Seq2Seq",
}
_BUNDLES = ("mt5", "optimum")


def load(name: str, **options: Any) -> Summarizer:
    """The summariser ``name``, ready to use; raise UserError for a name that is not in ``SUMMARIZERS``.

    ``options`` are what it is made with: ``folder`` of a bundle for ``mt5`` and ``optimum``.
    """
    from blogsum.errors import UserError

    if name not in SUMMARIZERS:
        raise UserError(f"no summariser is called '{name}'", hint="choose one of: " + ", ".join(sorted(SUMMARIZERS)))
    module, attribute = SUMMARIZERS[name].split(":")
    return cast(Summarizer, getattr(import_module(module), attribute)(**options))


def load_bundle(folder: Path, **options: Any) -> Summarizer:
    """The model in ``folder``, of whatever kind its ``bundle.json`` says; UserError when there is none."""
    from blogsum.errors import UserError
    from blogsum.store import bundles

    kind = bundles.facts(folder).get("kind")
    if kind not in _BUNDLES:
        raise UserError(f"{folder} holds a model of the kind '{kind}'", hint="a newer blogsum may run it")
    return load(kind, folder=folder, **options)
