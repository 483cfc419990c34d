"""``blogsum summarize``: the main job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output
from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.summarize import Summarizer
    from blogsum.summarize.lengths import Budget
    from blogsum.types import Article, Digest, Page, Unreadable

    Work = Callable[[Iterator[Page | Article | Unreadable]], Iterator[Digest]]

FORMATS = ("text", "md", "html", "json", "jsonl", "csv")
LENGTH_HELP = "meta, teaser, short, paragraph, long, bullets or a preset of blogsum.toml; several with commas."


@click.command("summarize", epilog=options.SOURCE_HELP)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-l", "--length", "lengths", metavar="NAME[,NAME]", help=f"{LENGTH_HELP}  [default: teaser]")
@click.option("--max-chars", type=click.IntRange(min=1), help="At most this many characters.")
@click.option("--max-words", type=click.IntRange(min=1), help="At most this many words.")
@click.option("--sentences", type=click.IntRange(min=1), help="At most this many sentences.")
@click.option("-e", "--evidence", is_flag=True, help="Show under each sentence where in the article it stands.")
@click.option(
    "--check",
    metavar="SUMMARY_FILE",
    help="Summarise nothing; list what this text says and the article does not. Exit code 4 if there is any.",
)
@click.option(
    "-m",
    "--model",
    metavar="NAME|FOLDER",
    help="A model that writes in its own words; 'extractive' is the built-in one.  [default: the alias 'default']",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help=output.FORMAT_HELP)
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), help=output.PATH_HELP)
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to use.")
@options.reading
@options.common
def command(
    sources: tuple[str, ...],
    lengths: str | None,
    max_chars: int | None,
    max_words: int | None,
    sentences: int | None,
    evidence: bool,
    check: str | None,
    model: str | None,
    form: str | None,
    path: Path | None,
    jobs: int,
    lang: str | None,
    refresh: bool,
    **given: Any,
) -> int:
    """Summarise each SOURCE in whole sentences of its own, or with a model in that model's words; offline.

    \b
    blogsum summarize https://example.org/post
    blogsum summarize post.md --length meta,teaser,bullets --evidence
    blogsum summarize posts.jsonl --jobs 2 -o teasers.jsonl
    blogsum summarize post.md --check my-teaser.txt
    blogsum summarize post.md --model teaser-model/ --evidence

    With -o FILE.jsonl an interrupted run goes on where it stopped when the same command is given again.
    """
    settings = options.settings(**given)
    if check is not None:
        from blogsum.cli.check import check_summary

        return check_summary(sources, check, form, path, settings, lang, refresh)
    form = output.form(form, path, sources, FORMATS)

    from blogsum import pipeline
    from blogsum.summarize.lengths import chosen

    budgets = chosen(_names(lengths), settings, max_chars, max_words, sentences)
    folder = _model(model, settings)
    work = _work(budgets, lang, folder, jobs)
    items = pipeline.pages(sources, settings, refresh)
    if form == "jsonl" and path is not None:
        key = (sources, budgets, lang, evidence, _signature(folder), _stamps(sources))
        return _resumable(items, work, path, evidence, key)
    return _straight(items, work, path, form, evidence)


def _names(lengths: str | None) -> list[str]:
    """The names in ``--length meta,teaser``; UserError for an empty one or the same one twice."""
    if lengths is None:
        return []
    names = [name.strip() for name in lengths.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise UserError(
            f"--length '{lengths}' names a length twice or not at all", hint="as in meta,teaser", code=USAGE
        )
    return names


def _model(asked: str | None, settings: Settings) -> Path | None:
    """The bundle to use: as asked, else the alias 'default', else none and the built-in summariser answers."""
    if asked == "extractive":
        return None
    from blogsum.store import shelf

    if asked is not None:
        return shelf.find(settings.models, asked)
    if shelf.DEFAULT in shelf.aliases(settings.models):
        return shelf.find(settings.models, shelf.DEFAULT)
    hint = "blogsum models list shows models that write in their own words"
    console.once(settings.models / ".told", "these are the article's own sentences", hint)
    return None


def _digest(
    item: Page | Article | Unreadable, budgets: Sequence[Budget], lang: str | None, model: Path | None
) -> Digest:
    """Summarise one item, in whatever process; at module level, so that it can be sent there."""
    from blogsum import pipeline

    return pipeline.digest(item, budgets, _writer(model), lang)


@lru_cache(maxsize=1)
def _writer(model: Path | None) -> Summarizer:
    """The summariser of this process; a model is loaded and verified once."""
    from blogsum.summarize import load

    return load("extractive") if model is None else load("mt5", folder=model)


def _work(budgets: Sequence[Budget], lang: str | None, model: Path | None, jobs: int) -> Work:
    """What turns items into digests: one after the other in ``jobs`` processes, or a model's batches in this one."""
    from blogsum import pipeline
    from blogsum.batch import ordered

    writer = None if model is None else _writer(model)  # one that cannot be used is one error, not one an article
    if writer is not None and jobs == 1:
        return lambda items: pipeline.digests(items, budgets, writer, lang)
    return lambda items: ordered(partial(_digest, budgets=budgets, lang=lang, model=model), items, jobs)


def _signature(model: Path | None) -> str:
    """What tells one model from another, whatever folder it stands in."""
    from blogsum.store import bundles

    return "" if model is None else str(bundles.facts(model)["signature"])


def _straight(
    items: Iterator[Page | Article | Unreadable], work: Work, path: Path | None, form: str, evidence: bool
) -> int:
    """Write the summaries as they come, or a whole file at the end."""
    from blogsum.report.summaries import write

    tally = output.Tally()
    with console.progress("summarised") as progress:
        digests = tally.digests(work(items), progress)
        output.write(write(digests, form, evidence), path)
    return tally.code()


def _resumable(
    items: Iterator[Page | Article | Unreadable], work: Work, path: Path, evidence: bool, key: object
) -> int:
    """Write JSONL to ``path`` through a journal, going on behind the lines that an interrupted run left."""
    from blogsum import __version__
    from blogsum.files import Journal, digest
    from blogsum.report.summaries import write

    tally = output.Tally()
    with Journal(path, digest(__version__, key)) as journal, console.progress("summarised") as progress:
        items, kept = _behind(items, journal.lines(), tally)
        journal.cut(kept)
        if kept:
            console.warn(f"going on behind {kept} lines of an interrupted run")
        for line in write(tally.digests(work(items), progress), "jsonl", evidence):
            journal.add(line)
        if tally.good + tally.bad:
            journal.finish()
    return tally.code()


def _behind(
    items: Iterator[Page | Article | Unreadable], lines: Sequence[str], tally: output.Tally
) -> tuple[Iterator[Page | Article | Unreadable], int]:
    """The items that no line was written for yet, and how many lines still belong to the items before them."""
    import json
    from itertools import chain

    from blogsum.types import Article

    for number, line in enumerate(lines):
        item = next(items, None)
        if item is None:
            return iter(()), number
        record = json.loads(line)
        if record["id"] != (item.id if isinstance(item, Article) else item.source):
            return chain([item], items), number  # the sources hold other articles now: go on where they still agree
        tally.noted += any("note" in summary for summary in record.get("summaries", ()))
        tally.good, tally.bad = tally.good + ("error" not in record), tally.bad + ("error" in record)
    return items, len(lines)


def _stamps(sources: Sequence[str]) -> list[object]:
    """What tells that the sources are still the same files."""
    from blogsum.files import stamp

    return [stamp(Path(name)) for name in sources]
