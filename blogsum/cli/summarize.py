"""``blogsum summarize``: the main job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output
from blogsum.errors import USAGE, UserError
from blogsum.files import is_stream
from blogsum.settings import LEAST_INPUT

if TYPE_CHECKING:
    from blogsum.cli.writer import Work
    from blogsum.settings import Settings
    from blogsum.shards import Shard
    from blogsum.types import Article, Page, Unreadable

FORMATS = ("text", "md", "html", "json", "jsonl", "csv")
JOBS_HELP = "Processes to use, or workers of the cluster."
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
@click.option(
    "--max-input", type=click.IntRange(min=LEAST_INPUT), help="Most tokens a model reads.  [default: the model's]"
)
@click.option(
    "--device",
    type=click.Choice(("auto", "cpu", "cuda")),
    default="auto",
    show_default=True,
    help="Where a model runs; auto takes the GPU if there is one (extra mt5-gpu).",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help=output.FORMAT_HELP)
@output.option
@click.option("-j", "--jobs", type=click.IntRange(min=1), help=f"{JOBS_HELP}  [default: 1; ray: its CPUs but one]")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where to work; ray is the cluster of RAY_ADDRESS, or one of this machine for as long as it takes.",
)
@click.option(
    "--shard",
    metavar="K/N",
    help="Write every N-th record from the K-th on, to out-0000K-of-0000N.jsonl; the last shard writes out.jsonl.",
)
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
    jobs: int | None,
    engine: str,
    shard: str | None,
    lang: str | None,
    refresh: bool,
    **given: Any,
) -> int:
    """Summarise each SOURCE in whole sentences of its own, or with a model in that model's words; offline.

    \b
    blogsum summarize https://example.org/post
    blogsum summarize post.md --length meta,teaser,bullets --evidence
    blogsum summarize posts.jsonl --jobs 2 -o teasers.jsonl
    blogsum summarize posts.jsonl --shard 2/8 -o teasers.jsonl
    blogsum summarize posts.jsonl --engine ray -m teaser-model/ -o out.jsonl
    blogsum summarize post.md --check my-teaser.txt
    blogsum summarize post.md --model teaser-model/ --evidence

    With -o FILE.jsonl an interrupted run goes on where it stopped when the same command is given again. With --shard
    several processes or machines share the work: the same command but for the shard's number.
    """
    settings = options.settings(**given)
    path = output.place(path, (*sources, check) if check else sources)
    if check is not None:
        from blogsum.cli.check import check_summary

        return check_summary(sources, check, form, path, settings, lang, refresh)
    form = output.form(form, path, sources, FORMATS)

    ours = None if shard is None else _shard(shard, path, form)

    from blogsum import __version__, pipeline
    from blogsum.cli import resuming
    from blogsum.cli import writer as writers
    from blogsum.summarize.lengths import chosen

    budgets = chosen(_names(lengths), settings, max_chars, max_words, sentences)
    writer = writers.chosen(model, max_input, device, settings)
    items = pipeline.pages(sources, settings, refresh)
    work = partial(writers.work, writer, budgets, lang, writers.Engine(engine, jobs))
    if form != "jsonl" or path is None or is_stream(path):
        return _straight(items, work(), path, form, evidence)
    asked = (__version__, sources, budgets, lang, evidence, writer.signature())
    if ours is None:
        return resuming.whole(items, work(), path, evidence, _key(asked, sources))
    return resuming.shared(items, work, path, evidence, ours, _shard_key(asked, sources, settings, path))


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


def _shard(text: str, path: Path | None, form: str) -> Shard:
    """The shard of ``--shard``; UserError where its answer would not be a file of JSONL."""
    from blogsum import shards

    if form != "jsonl" or path is None or is_stream(path):
        raise UserError("--shard writes JSONL to a file", hint="add -o FILE.jsonl", code=USAGE)
    return shards.parse(text)


def _key(asked: Sequence[object], sources: Sequence[str]) -> str:
    """What tells that the same is ``asked`` of files that are still the same."""
    from blogsum.files import digest, stamp

    return digest(*asked, [stamp(Path(name)) for name in sources])


def _shard_key(asked: Sequence[object], sources: Sequence[str], settings: Settings, path: Path) -> str:
    """What tells that the same is ``asked``, maybe on another machine, of sources with the same content."""
    from blogsum import shards
    from blogsum.files import digest

    return digest(*asked, settings.max_bytes, shards.fingerprint(sources, settings, path))
