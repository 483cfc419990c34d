"""``blogsum runs show``: one run of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import options, output


@click.command("show")
@click.argument("reference", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="All that run.json says.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Write a page with its learning curve.")
@options.common
def command(reference: str, as_json: bool, html: Path | None, **given: Any) -> int:
    """Show what a run was told, how it went and what it wrote. RUN is a name, its beginning, a folder, or 'last'.

    \b
    blogsum runs show last
    blogsum runs show last --html run.html
    """
    settings = options.settings(**given)

    from blogsum.report import runs as report
    from blogsum.report import safe
    from blogsum.store import runs

    run = runs.find(settings.runs, reference)
    facts, metrics, samples = run.facts, run.lines(runs.METRICS), run.lines(runs.SAMPLES)
    if html is not None:
        output.write([report.page([(facts, metrics, samples)])], output.place(html, ()))
    elif as_json:
        click.echo(safe.dumps(facts))
    else:
        click.echo(report.sheet(facts, metrics, samples), nl=False)
    return 0
