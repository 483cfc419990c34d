"""``blogsum runs list``: all runs of training, one line each."""

from __future__ import annotations

from typing import Any

import click

from blogsum.cli import console, options


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="All that is known of each, a JSON object a line.")
@options.common
def command(as_json: bool, **given: Any) -> int:
    """List the runs, the oldest first, with the ROUGE of the trained model, its base and the built-in summary.

    \b
    blogsum runs list
    blogsum runs list --json
    """
    settings = options.settings(**given)

    from blogsum import jsonl
    from blogsum.report import runs as report
    from blogsum.store import runs

    found = [run.facts for run in runs.known(settings.runs)]
    if as_json:
        click.echo("".join(jsonl.dumps(facts) + "\n" for facts in found), nl=False)
    elif found:
        click.echo(report.table(found), nl=False)
    else:
        console.warn(f"no runs in {settings.runs}", "blogsum finetune makes one")
    return 0
