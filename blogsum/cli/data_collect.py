"""``blogsum data collect``: worksheets for authors, and what comes back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, keeping, options, output
from blogsum.errors import LOOK, USAGE, UserError

if TYPE_CHECKING:
    from blogsum.data.collect import Outcome, Propose, Sheet
    from blogsum.settings import Settings

PROPOSED = "teaser"  # the length of a proposal


@click.command("collect", epilog=options.SOURCE_HELP)
@click.argument("reference")
@click.argument("answers", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path), help="Write the worksheets to this folder.")
@click.option("--import", "importing", is_flag=True, help="Take in the answers in each FILE (or folder of them).")
@click.option(
    "--by", type=click.Choice(["author", "team"]), help="Who wrote the answers.  [default: the posts' authors]"
)
@click.option("--lang", type=click.Choice(["de", "en"]), help="Language of the worksheets.  [default: each author's]")
@click.option("--force", is_flag=True, help="Replace summaries that people wrote, or worksheets that are there.")
@click.option("--name", help=keeping.NAME_HELP)
@options.common
def command(
    reference: str,
    answers: tuple[str, ...],
    folder: Path | None,
    importing: bool,
    by: str | None,
    lang: str | None,
    force: bool,
    name: str | None,
    **given: Any,
) -> int:
    """Ask authors for the summaries that posts lack, and bring their answers back as the next version.

    \b
    blogsum data collect blog@latest -o worksheets
    blogsum data collect blog@latest --import worksheets/anna.csv bert.json

    Each author gets a worksheet as Markdown, as CSV and as an HTML form that works from disk, with the built-in summary
    as a proposal. Answers are kept with who wrote them: author, team, or "machine, edited" where one improved the
    proposal. An unchanged proposal is not taken. What matches no post is named; the exit code is 4 then.
    """
    settings = options.settings(**given)
    if importing == (folder is not None) or importing != bool(answers):
        raise UserError("name -o FOLDER to write worksheets, or --import and FILEs to read them", code=USAGE)
    if importing:
        return _import(reference, answers, by or "", force, name, settings)
    assert folder is not None  # noqa: S101 - said above
    return _write(reference, folder, lang, force, settings)


def _write(reference: str, folder: Path, lang: str | None, force: bool, settings: Settings) -> int:
    from blogsum import pipeline
    from blogsum.data.collect import sheets, usable

    tally = output.Tally()
    with console.progress("proposed") as progress:
        articles = list(tally.readable(pipeline.articles(reference, settings)))
        keeping.refuse_doubles(articles)
        wanted = [article for article in articles if not usable(article)]
        found = sheets(wanted, _proposer(progress))
    if not articles:
        return tally.code()
    if not found:
        console.say(f"all {len(articles)} posts have a summary")
        return tally.code()
    for path in _put(found, folder, lang, force):
        sys.stdout.write(f"{path}\n")
    nobody = sum(len(sheet.tasks) for sheet in found if not sheet.author)
    authors = sum(bool(sheet.author) for sheet in found)
    people = "author" if authors == 1 else "authors"
    said = f"{len(wanted)} of {len(articles)} posts lack a summary: {len(wanted) - nobody} of {authors} {people}"
    console.say(said + (f", {nobody} of nobody known" if nobody else ""))
    return tally.code()


def _put(found: list[Sheet], folder: Path, lang: str | None, force: bool) -> Iterator[Path]:
    """Write every worksheet in its three forms; UserError before any, when one that may hold answers is in the way."""
    from blogsum import files
    from blogsum.report.worksheet import markdown, table
    from blogsum.report.worksheet_page import page

    forms = {".md": markdown, ".csv": table, ".html": page}
    contents = {
        folder / (sheet.name + suffix): "".join(write(sheet, lang)).encode("utf-8", "replace")
        for sheet in found
        for suffix, write in forms.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = [path for path, content in contents.items() if path.exists() and path.read_bytes() != content]
    except OSError as error:
        raise UserError(f"cannot write {folder}: {error.strerror or error}", hint="choose another folder") from error
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise UserError(f"{there[0]}{more} may hold answers", hint="import them, name a new folder, or --force")
    for path, content in contents.items():
        files.replace(path, content)
        yield path


def _import(reference: str, names: tuple[str, ...], by: str, force: bool, name: str | None, settings: Settings) -> int:
    from blogsum.data.collect import take
    from blogsum.read.worksheets import answers

    tally = output.Tally()
    given = [answer for one in names for answer in answers(one)]
    rows, keep = keeping.rows(reference, name, settings, tally)
    articles = list(rows)
    keeping.refuse_doubles(articles)
    updated, outcomes = take(articles, given, _proposer(console.Silent()), by, force)
    for one in outcomes:
        if one.kind == "refused":
            console.error(f"{one.place}: {one.reason}", "not taken")
        elif one.kind in ("kept", "unchanged"):
            console.warn(f"{one.place}: {one.reason}", one.id)
    _say(outcomes)
    if any(one.kind == "taken" for one in outcomes):
        version = keep(updated, {"collect": _record(names, outcomes)})
        sys.stdout.write(version.reference + "\n")
    refused = any(one.kind == "refused" for one in outcomes)
    return LOOK if refused else tally.code()


def _say(outcomes: list[Outcome]) -> None:
    """One line with how many answers became what."""
    from blogsum.data.collect import counted

    words = {
        "author": "taken from authors",
        "team": "taken from the team",
        "machine, edited": "taken, a machine's text that was edited",
        "empty": "left empty",
        "same": "there already",
        "unchanged": "a machine's text unchanged, not taken",
        "kept": "not taken, the post has a summary (--force replaces it)",
        "refused": "refused",
    }
    counts = dict(counted(outcomes))
    console.say("; ".join(f"{counts[kind]} {text}" for kind, text in words.items() if kind in counts) or "no answers")


def _record(names: tuple[str, ...], outcomes: list[Outcome]) -> dict[str, Any]:
    """What a manifest says of an import: all but the answers left empty or there already."""
    kept = [one for one in outcomes if one.kind not in ("empty", "same")]
    fields = ("kind", "id", "place", "source", "reason")
    rows = [{field: value for field in fields if (value := getattr(one, field))} for one in kept]
    return {"files": list(names), "answers": rows, "empty": sum(one.kind == "empty" for one in outcomes)}


def _proposer(progress: console.Silent) -> Propose:
    """The built-in summary of an article, made once."""
    from functools import cache

    from blogsum.summarize import load
    from blogsum.summarize.lengths import LENGTHS
    from blogsum.types import Article

    summarizer, budget = load("extractive"), LENGTHS[PROPOSED]

    @cache
    def propose(article: Article) -> str:
        progress.advance()
        return summarizer.summarize(article, budget).text

    return propose
