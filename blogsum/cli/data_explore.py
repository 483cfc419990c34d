"""``blogsum data explore``: what is in a dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options, output


@click.command("explore")
@click.argument("reference")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a page with plots to this file.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Language of the labels."
)
@options.common
def command(reference: str, page: Path | None, as_json: bool, lang: str, **given: Any) -> int:
    """Show what is in REFERENCE: articles, authors, dates, lengths, summaries and how they relate to their articles.

    REFERENCE is a version (blog@3, blog@latest) or anything that `blogsum read` takes.

    \b
    blogsum data explore blog@latest
    blogsum data explore blog@3 --html blog.html --lang de
    blogsum data explore posts.jsonl --json
    """
    settings = options.settings(**given)

    from blogsum import files, pipeline
    from blogsum.data.explore import survey
    from blogsum.data.thresholds import thresholds
    from blogsum.report import safe
    from blogsum.report.survey import record, text

    limits = thresholds(settings.validate)
    tally = output.Tally()
    with console.progress("explore") as progress:
        found = survey(tally.readable(pipeline.articles(reference, settings), progress), limits)
    if page is not None:
        from blogsum.report.survey_page import page as html

        files.replace(page, html(found, reference, lang))
    sys.stdout.write(safe.dumps(record(found, reference)) + "\n" if as_json else text(found, reference, lang))
    return tally.code()
