"""``blogsum data``: the verbs of datasets."""

from __future__ import annotations

import click

from blogsum.cli.lazy import LazyGroup

DATA = {
    "list": ("blogsum.cli.data_list:command", "List the datasets, or the versions of one."),
    "show": ("blogsum.cli.data_show:command", "Show where a version comes from and its first rows."),
    "add": ("blogsum.cli.data_add:command", "Make a version of files, folders or addresses."),
    "explore": ("blogsum.cli.data_explore:command", "Show what is in a dataset: lengths, summaries, dates, authors."),
    "validate": ("blogsum.cli.data_validate:command", "Say which rows break which rule; fails on an error."),
    "diff": ("blogsum.cli.data_diff:command", "Say which rows two versions do not share."),
    "split": ("blogsum.cli.data_split:command", "Split without leaks: shares, folds or authors."),
    "clean": ("blogsum.cli.data_clean:command", "Show what cleaning does to one article, step by step."),
    "collect": ("blogsum.cli.data_collect:command", "Ask authors for missing summaries, bring them back."),
    "export": ("blogsum.cli.data_export:command", "Write a version as JSONL, CSV, Parquet or for Hugging Face."),
    "remove": ("blogsum.cli.data_remove:command", "Delete a version or a whole dataset."),
}


@click.group("data", cls=LazyGroup, table=DATA)
def group() -> None:
    """Keep, explore, validate and split datasets: blog@3 is a version, blog@latest the newest, any file will do too.

    \b
    blogsum data add posts/ --name blog
    blogsum data show blog@latest
    blogsum data diff blog@1 blog@2
    """
