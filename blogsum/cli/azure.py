"""``blogsum azure``: the verbs of training on Azure."""

from __future__ import annotations

import click

from blogsum.cli.lazy import LazyGroup

AZURE = {
    "init": ("blogsum.cli.azure_init:command", "Write the section [azure] of blogsum.toml, with comments."),
    "check": (
        "blogsum.cli.azure_check:command",
        "Check that section, the files of a job, and what Azure says of them.",
    ),
    "jobs": ("blogsum.cli.azure_jobs:command", "List the jobs that blogsum sent to the workspace."),
    "logs": ("blogsum.cli.azure_logs:command", "Show what a job writes."),
    "cancel": ("blogsum.cli.azure_cancel:command", "End a job."),
}


@click.group("azure", cls=LazyGroup, table=AZURE)
def group() -> None:
    """Say where on Azure blogsum finetune --on azure trains, and look after its jobs.

    \b
    blogsum azure init
    blogsum azure check
    blogsum finetune --recipe recipe.toml -o my-model/ --on azure
    blogsum azure jobs
    """
