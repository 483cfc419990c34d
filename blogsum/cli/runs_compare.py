"""``blogsum runs compare``: several runs of training side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import options, output


@click.command("compare")
@click.argument("references", metavar="RUN...", nargs=-1, required=True)
@click.option("--html", "html", type=click.Path(path_type=Path), help="Write a page with their learning curves.")
@options.common
def command(references: tuple[str, ...], html: Path | None, **given: Any) -> int:
    """Show the dials in which runs differ, and the scores of their models.

    \b
    blogsum runs compare 20261101-0900 last
    blogsum runs compare 20261101-0900 last --html runs.html
    """
    settings = options.settings(**given)

    from blogsum.report import runs as report
    from blogsum.store import runs

    found = [runs.find(settings.runs, reference) for reference in references]
    if html is not None:
        known = [(run.facts, run.lines(runs.METRICS), run.lines(runs.SAMPLES)) for run in found]
        output.write([report.page(known)], output.place(html, ()))
    else:
        click.echo(report.comparison([run.facts for run in found]), nl=False)
    return 0
