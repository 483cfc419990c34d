"""``blogsum summarize --check``: what a text says and its article does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blogsum.cli import output
from blogsum.errors import DONE, LOOK, USAGE, UserError
from blogsum.types import Digest, Page, Summary, Unreadable

if TYPE_CHECKING:
    from blogsum.settings import Settings

FORMATS = ("text", "md", "html", "json", "jsonl", "csv")


def check_summary(
    sources: tuple[str, ...],
    file: str,
    form: str | None,
    path: Path | None,
    settings: Settings,
    lang: str | None,
    refresh: bool,
) -> int:
    """Write what the summary in ``file`` says and the one article does not; 4 if there is anything, else 0."""
    from blogsum import pipeline
    from blogsum.report.summaries import write
    from blogsum.summarize.evidence import trace, unsupported

    if len(sources) != 1:
        raise UserError("--check takes one SOURCE", hint="the article that the summary is of", code=USAGE)
    if file == "-" == sources[0]:
        raise UserError("the article and the summary cannot both come from standard input", code=USAGE)
    text = _summary(file, settings)
    article = next((pipeline.understand(item, lang) for item in pipeline.pages(sources, settings, refresh)), None)
    if article is None or isinstance(article, Unreadable):
        reason = article or Unreadable(sources[0], "no article")
        raise UserError(f"{reason.source}: {reason.reason}", hint=reason.hint)
    found = unsupported(text, article)
    summary = Summary(article.id, text, "given", article.lang or "und", file, trace(text, article), found)
    form = output.form(form, path, (), FORMATS)
    plain = form in ("text", "md")
    output.write(_listed(summary) if plain else write([Digest(article, (summary,))], form, True), path)
    return LOOK if found else DONE


def _summary(file: str, settings: Settings) -> str:
    """The text to check, read as every source is: in any encoding, never from a named pipe that nobody fills."""
    from blogsum.read.charset import decode
    from blogsum.read.sources import sources

    item = next(sources([file], settings), None)
    if isinstance(item, Unreadable):
        raise UserError(f"{item.source}: {item.reason}", hint=item.hint)
    if not isinstance(item, Page) or item.media_type == "text/html":
        raise UserError(f"{file}: is not a plain text", hint="--check takes a summary as text or Markdown")
    text = decode(item).strip()
    if not text:
        raise UserError(f"{file}: is empty", hint="there is nothing to check")
    return text


def _listed(summary: Summary) -> Iterator[str]:
    """One line a finding: its kind, its words, its place in the summary."""
    from blogsum.report import safe

    if not summary.unsupported:
        yield "Every name, number, quote and negation was found in the article.\n"
    for one in summary.unsupported:
        yield f"{one.kind}: {safe.line(one.text)} (characters {one.start}–{one.end}), not in the article\n"
