"""``blogsum data split``: a version whose rows know their part."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, keeping, options, output
from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.data.split import Plan


@click.command("split", epilog=options.SOURCE_HELP)
@click.argument("reference")
@click.option("--shares", metavar="N,N[,N]", help="Train and test, or train, dev and test.  [default: 80,10,10]")
@click.option("--folds", type=click.IntRange(min=2), metavar="K", help="As many equal parts, fold-1 to fold-K.")
@click.option("--leave-one-author-out", "by_author", is_flag=True, help="One part for each author.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number, another split.")
@click.option("--name", help=keeping.NAME_HELP)
@click.option("--json", "as_json", is_flag=True, help="Reference, plan and table as JSON on stdout.")
@options.common
def command(
    reference: str,
    shares: str | None,
    folds: int | None,
    by_author: bool,
    seed: int,
    name: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Split a dataset without leaks and keep that as its next version; prints the new reference.

    \b
    blogsum data split blog@latest
    blogsum data split blog@2 --folds 5 --seed 7
    blogsum data split posts.jsonl --name blog --leave-one-author-out

    Near-duplicates and translations of one post stay together. Languages, and posts with a summary, are shared out
    alike. The same rows and seed give the same split in any order. Earlier splits of the rows are replaced.
    """
    settings = options.settings(**given)
    plan = _plan(shares, folds, by_author, seed, settings.validate)

    from blogsum.data import split as splitting
    from blogsum.report import safe, splits

    tally = output.Tally()
    rows, keep = keeping.rows(reference, name, settings, tally)
    articles = list(rows)
    keeping.refuse_doubles(articles)
    known = sorted(articles, key=lambda article: article.id)
    related = splitting.groups(known, plan.near)
    parts = splitting.assign(known, related, plan)
    table = splitting.table(articles, parts)
    facts = plan.record() | {"table": splits.record(table), "together": related}
    version = keep((replace(article, split=parts[article.id]) for article in articles), {"split": facts})
    if as_json:
        sys.stdout.write(safe.dumps({"reference": version.reference, **facts}) + "\n")
    else:
        sys.stdout.write(version.reference + "\n")
        console.say(splits.table(table) + f"{len(related)} groups of related posts, each in one part")
    return tally.code()


def _plan(shares: str | None, folds: int | None, by_author: bool, seed: int, validate: Any) -> Plan:
    from blogsum.data.split import NEAR, Plan

    if sum((shares is not None, folds is not None, by_author)) > 1:
        raise UserError("--shares, --folds and --leave-one-author-out exclude each other", code=USAGE)
    # what validate calls a near-duplicate must never be torn apart
    plan = Plan(folds=folds or 0, by_author=by_author, seed=seed, near=min(NEAR, validate.get("near_duplicate", NEAR)))
    if shares is not None:
        try:
            plan = replace(plan, shares=tuple(float(share) for share in shares.split(",")))
        except ValueError:
            raise UserError(f"--shares '{shares}' are no numbers", hint="as in 80,10,10", code=USAGE) from None
    plan.parts()
    return plan
