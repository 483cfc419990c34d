"""``blogsum data validate``: can this dataset be trusted?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import DONE, FAILED, GATE_FAILED

if TYPE_CHECKING:
    from blogsum.types import Article, Unreadable


@click.command("validate")
@click.argument("reference")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "md", "json"]), default="text", help="Default: text."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@options.common
def command(reference: str, form: str, as_json: bool, strict: bool, **given: Any) -> int:
    """Say which rows of REFERENCE break which rule: empty, doubled, cut off, unsupported, leaked into another split.

    \b
    blogsum data validate blog@latest
    blogsum data validate blog@3 --strict --format md
    blogsum data validate posts.jsonl --json

    Thresholds stand in blogsum.toml, section [validate]. Exit codes: 0 no errors, 1 at least one error (with --strict:
    or a warning), 3 nothing could be read.
    """
    settings = options.settings(**given)

    from blogsum import pipeline
    from blogsum.data.thresholds import thresholds
    from blogsum.data.validate import ERROR, validate
    from blogsum.report import safe
    from blogsum.report.validation import markdown, record, text

    limits = thresholds(settings.validate)
    with console.progress("validate") as progress:
        found = validate(_counted(pipeline.articles(reference, settings), progress), limits)
    if not found.rows and found.findings:
        for one in found.findings:
            console.error(f"{one.id}: {one.detail}")
        return FAILED
    if as_json or form == "json":
        sys.stdout.write(safe.dumps(record(found, reference)) + "\n")
    else:
        sys.stdout.write((markdown if form == "md" else text)(found, reference))
    return GATE_FAILED if found.count(ERROR) or (strict and found.findings) else DONE


def _counted(items: Iterable[Article | Unreadable], progress: console.Silent) -> Iterator[Article | Unreadable]:
    for item in items:
        progress.advance()
        yield item
