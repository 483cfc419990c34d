"""``blogsum read``: the article that blogsum sees in a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output
from blogsum.errors import FAILED, LOOK

if TYPE_CHECKING:
    from blogsum.settings import Settings

FORMATS = ("text", "md", "json", "jsonl")


@click.command("read", epilog=options.SOURCE_HELP)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help=output.FORMAT_HELP)
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), help="Write this file, whole or not at all.")
@options.reading
@options.common
def command(
    sources: tuple[str, ...],
    form: str | None,
    path: Path | None,
    lang: str | None,
    refresh: bool,
    **given: Any,
) -> int:
    """Print the cleaned article of each SOURCE: what does blogsum see?

    \b
    blogsum read https://example.org/post
    blogsum read posts/ --format jsonl -o posts.jsonl
    curl -s https://example.org/post | blogsum read - --format md
    """
    settings = options.settings(**given)
    seen = Seen(sources, settings, lang, refresh)
    output.write(seen.written(output.chosen(form, path, sources)), path)
    return seen.code()


class Seen:
    """The articles of a call, written one by one, with a line on stderr for each source that gave none."""

    def __init__(self, sources: tuple[str, ...], settings: Settings, lang: str | None, refresh: bool) -> None:
        self._sources, self._settings, self._lang, self._refresh = sources, settings, lang, refresh
        self._good = self._bad = 0

    def written(self, form: str) -> Iterator[str]:
        """The parts of the answer in ``form``."""
        from blogsum import pipeline
        from blogsum.report.articles import write
        from blogsum.types import Article

        articles = (
            pipeline.understand(item, self._lang)
            for item in pipeline.pages(self._sources, self._settings, self._refresh)
        )
        good: list[Article] = []
        ...

    def code(self) -> int:
        """0 when every source gave an article, 4 when some did, 3 when none did."""
        return output.code(self._good, self._bad)
