"""``blogsum data diff``: what two versions do not share."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from blogsum.cli import options, output


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a row that differs.")
@options.common
def command(old: str, new: str, as_json: bool, **given: Any) -> int:
    """Say which rows NEW has and OLD has not, which are gone, and which fields changed.

    \b
    blogsum data diff blog@1 blog@2
    blogsum data diff blog@latest posts.jsonl
    """
    settings = options.settings(**given)

    from blogsum import jsonl, pipeline
    from blogsum.data.changes import changes, fingerprints
    from blogsum.report.versions import differences

    tally = output.Tally()
    before, after = (fingerprints(tally.readable(pipeline.articles(name, settings))) for name in (old, new))
    found = changes(before, after)
    if as_json:
        sys.stdout.write("".join(jsonl.dumps(asdict(one)) + "\n" for one in found))
    else:
        sys.stdout.write(differences(found, len(before), len(after)))
    return tally.code()
