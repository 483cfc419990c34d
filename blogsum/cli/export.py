"""``blogsum export``: a trained checkpoint becomes a bundle that runs without torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import UserError
from blogsum.settings import Settings

PRECISIONS = ("fp32", "int8", "auto")


@click.command("export")
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), required=True, help="The bundle's folder.")
@click.option("--name", help="What the model is called.  [default: the checkpoint's folder]")
@click.option("--prefix", help="What stands before every article, as in training ('summarize: ').")
@click.option("--max-input", type=click.IntRange(min=16), help="Most tokens it reads.  [default: 512]")
@click.option("--max-output", type=click.IntRange(min=2), help="Most tokens it writes.  [default: the checkpoint's]")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="int8 is a quarter of the size and faster, auto keeps what int8 harms in fp32.  [default: fp32]",
)
@click.option(
    "--keep-vocab-from",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Keep only the pieces that these articles need (a dataset, files, a folder); may be repeated.",
)
@click.option("--articles", multiple=True, metavar="SOURCE", help="Measure and prove on these too; may be repeated.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="A language it writes; may be repeated.")
@click.option("--licence", metavar="TEXT", help="Who may use it for what, kept in bundle and card.")
@click.option("--line-break", metavar="PIECE", help="The piece it was trained to write for a line break.")
@click.option("--force", is_flag=True, help="Replace a bundle that stands there.")
@options.common
def command(
    checkpoint: Path,
    path: Path,
    sources: tuple[str, ...],
    articles: tuple[str, ...],
    force: bool,
    config: Path | None,
    quiet: bool,
    verbose: int,
    **given: Any,
) -> int:
    """Turn CHECKPOINT, a folder with an mT5 or T5 1.1 as transformers saves it, into a bundle for summarize --model.

    \b
    blogsum export my-mt5/ -o teaser-model/ --prefix "summarize: " --language de
    blogsum export my-mt5/ -o small/ --precision int8 --keep-vocab-from blog@3

    Before the bundle appears it is compared with the original in torch, on logits and on generated texts. If it differs
    by more than its precision allows, there is no bundle and the exit code is 1. Needs the extra 'train'.
    """
    settings = options.settings(config, quiet, verbose)

    from blogsum.train import card
    from blogsum.train.export import export, request

    given["languages"] = given["languages"] or None
    material = (_texts(sources, settings), _texts(articles, settings))
    facts = export(checkpoint, path, request(checkpoint, given), force, *material)
    size = sum(file["bytes"] for file in facts["files"].values())
    click.echo(f"{path}: {facts['name']}, {facts['precision']}, {size / 1e6:,.1f} MB")
    click.echo(f"against torch: {card.said(facts['proof'])}")
    if "mixed" in facts:
        click.echo(f"precision: {card.kept(facts['mixed'])}")
    if "pruning" in facts:
        click.echo(f"vocabulary: {card.pruned(facts['pruning'])}")
    return 0


def _texts(sources: tuple[str, ...], settings: Settings) -> list[str]:
    """What the articles of the sources say, and their summaries; UserError for one that cannot be read."""
    from blogsum import pipeline
    from blogsum.types import Unreadable

    texts = []
    for source in sources:
        for item in pipeline.articles(source, settings):
            if isinstance(item, Unreadable):
                console.warn(f"{item.source}: {item.reason}", item.hint)
            else:
                texts += [text for text in (item.text, item.summary, *item.references) if text]
    if sources and not texts:
        raise UserError(f"{', '.join(sources)}: no article there", hint="check --keep-vocab-from and --articles")
    return texts
