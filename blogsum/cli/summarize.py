"""``blogsum summarize``: the main job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output
from blogsum.errors import USAGE, UserError
from blogsum.files import is_stream

if TYPE_CHECKING:
    from blogsum.cli.writer import Work
    from blogsum.types import Article, Page, Unreadable

FORMATS = ("text", "md", "html", "json", "jsonl", "csv")
LENGTH_HELP = "meta, teaser, short, paragraph, long, bullets or a preset of blogsum.toml; several with commas."


@click.command("summarize", epilog=options.SOURCE_HELP)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-l", "--length", "lengths", metavar="NAME[,NAME]", help=f"{LENGTH_HELP}  [default: teaser]")
@options.limit("--max-chars", "characters")
@options.limit("--max-words", "words")
@options.limit("--sentences", "sentences")
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
@click.option("--max-input", type=click.IntRange(min=16), help="Most tokens a model reads.  [default: the model's]")
@click.option(
    "--device",
    type=click.Choice(("auto", "cpu", "cuda")),
    default="auto",
    show_default=True,
    help="Where a model runs; auto takes the GPU if there is one (extra mt5-gpu).",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help=output.FORMAT_HELP)
@output.option
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
    max_input: int | None,
    device: str,
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
    path = output.place(path, (*sources, check) if check else sources)
    if check is not None:
        from blogsum.cli.check import check_summary

        return check_summary(sources, check, form, path, settings, lang, refresh)
    form = output.form(form, path, sources, FORMATS)

    from blogsum import pipeline
    from blogsum.cli import writer as writers
    from blogsum.summarize.lengths import chosen

    budgets = chosen(_names(lengths), settings, max_chars, max_words, sentences)
    writer = writers.chosen(model, max_input, device, settings)
    work = writers.work(writer, budgets, lang, jobs)
    items = pipeline.pages(sources, settings, refresh)
    if form == "jsonl" and path is not None and not is_stream(path):
        key = (sources, budgets, lang, evidence, writer.signature(), _stamps(sources))
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
        tally.noted += any("note" in one or one["unsupported"] for one in record.get("summaries", ()))
        tally.good, tally.bad = tally.good + ("error" not in record), tally.bad + ("error" in record)
    return items, len(lines)


def _stamps(sources: Sequence[str]) -> list[object]:
    """What tells that the sources are still the same files."""
    from blogsum.files import stamp

    return [stamp(Path(name)) for name in sources]
