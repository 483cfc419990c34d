"""``blogsum eval --model``: the model's summaries, made as ``summarize`` makes them, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogsum.cli import console
from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.cli.writer import Writer
    from blogsum.settings import Settings
    from blogsum.summarize.lengths import Budget
    from blogsum.types import Article, Example, Judged, Summary


@dataclass(frozen=True)
class Candidate:
    """A model on the articles of ``data``, writing summaries of one length in ``jobs`` processes.

    ``refused`` are the ids of the articles on which its text was no summary.
    """

    writer: Writer
    data: str
    budget: Budget
    settings: Settings
    lang: str | None
    jobs: int
    refused: list[str] = field(default_factory=list)

    def examples(self) -> Iterator[Example]:
        """Each article with what the model wrote; references are the row's, else the summary a person wrote.

        UserError at the first article without summary: nothing is left out silently. A text of the model that was
        refused is said, for the article's own sentences stand in.
        """
        from blogsum.cli.examples import articles
        from blogsum.types import Example

        found = list(articles(self.data, self.settings, self.lang))
        for article, summary in zip(found, self._written(self.writer, found), strict=True):
            if summary.note:
                console.warn(f"{article.id}: {summary.note}")
                self.refused.append(article.id)
            references = article.references or ((article.summary,) if article.summary else ())
            yield Example(article, summary.text, references, summary.system)

    def controls(self, rows: Sequence[Judged]) -> dict[str, Mapping[str, float]]:
        """Lead, the built-in summary, and the model that this one was trained from, if it is installed."""
        from blogsum.evaluate.controls import controls, means

        found = controls(rows, self.budget)
        if (base := self._base()) is not None:
            articles = [row.example.article for row in rows]
            texts = [one.text for one in self._written(replace(self.writer, folder=base), articles)]
            found[f"base {base.name}"] = means(rows, texts)
        return found

    def _written(self, writer: Writer, articles: Sequence[Article]) -> Iterator[Summary]:
        from blogsum.cli import writer as writers

        work = writers.work(writer, [self.budget], self.lang, writers.Engine("local", self.jobs))
        for digest in work(iter(articles)):
            if digest.error is not None:
                raise UserError(f"{digest.error.source}: {digest.error.reason}", hint=digest.error.hint)
            yield digest.summaries[0]

    def _base(self) -> Path | None:
        from blogsum.store import bundles

        if self.writer.folder is None:
            return None
        return installed(bundles.facts(self.writer.folder), self.writer.folder, self.settings)


def candidate(model: str, data: str, length: str | None, settings: Settings, lang: str | None, jobs: int) -> Candidate:
    """What ``--model`` and ``--data`` ask for; UserError for a model that is not there or several lengths."""
    from blogsum.cli import writer as writers
    from blogsum.summarize.lengths import chosen

    if length is not None and "," in length:
        raise UserError("--length: one length is judged at a time", code=USAGE)
    [budget] = chosen([length] if length else [], settings, None, None, None)
    return Candidate(writers.chosen(model, None, "auto", settings), data, budget, settings, lang, jobs)


def installed(facts: Mapping[str, Any], folder: Path, settings: Settings) -> Path | None:
    """The installed model that a bundle was trained from, as its ``base`` says: a name, a hub id or a hash."""
    from blogsum.store import bundles, catalog, shelf

    wanted = set(_names(facts.get("base"))) | set(_names(dict(facts.get("source") or {}).get("base")))
    wanted |= {entry.name for one in wanted if (entry := catalog.find(one)) is not None}
    for name in shelf.names(settings.models):
        path = settings.models / name
        known = {name, *_names(bundles.facts(path).get("source"))}
        if known & wanted and path.resolve() != folder.resolve():
            return path
    return None


def _names(base: object) -> Iterator[str]:
    """What a model may be known by, in a bundle's ``base`` or ``source``."""
    if isinstance(base, str) and base:
        yield base
        yield Path(base).name
    elif isinstance(base, Mapping):
        for field in ("name", "checkpoint", "hub", "model", "sha256"):
            yield from _names(base.get(field))
