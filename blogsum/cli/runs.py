"""``blogsum runs``: the verbs of training runs."""

from __future__ import annotations

import click

from blogsum.cli.lazy import LazyGroup

RUNS = {
    "list": ("blogsum.cli.runs_list:command", "List the runs and what came of them."),
    "show": ("blogsum.cli.runs_show:command", "Show one run: recipe, data, curve, samples."),
    "compare": ("blogsum.cli.runs_compare:command", "Show what several runs were told otherwise, and their scores."),
}


@click.group("runs", cls=LazyGroup, table=RUNS)
def group() -> None:
    """Look at what blogsum finetune did: plain files, one folder a run.

    \b
    blogsum runs list
    blogsum runs show last
    blogsum runs compare 20261101-0900 last --html runs.html
    """
