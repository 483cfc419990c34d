"""``blogsum read``: the article that blogsum sees in a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import options, output


@click.command("read", epilog=options.SOURCE_HELP)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-f", "--format", "form", type=click.Choice(["text", "md", "json", "jsonl"]), help=output.FORMAT_HELP)
@output.option
@options.reading
@options.common
def command(
    sources: tuple[str, ...], form: str | None, path: Path | None, lang: str | None, refresh: bool, **given: Any
) -> int:
    """Print the cleaned article of each SOURCE: what does blogsum see?

    \b
    blogsum read https://example.org/post
    blogsum read posts/ --format jsonl -o posts.jsonl
    curl -s https://example.org/post | blogsum read - --format md
    """
    settings = options.settings(**given)
    path = output.place(path, sources)
    form = output.form(form, path, sources, ("text", "md", "json", "jsonl"))

    from blogsum import pipeline
    from blogsum.report.articles import write

    tally = output.Tally()
    articles = (pipeline.understand(item, lang) for item in pipeline.pages(sources, settings, refresh))
    output.write(write(tally.articles(articles), form), path)
    return tally.code()
