"""``blogsum export``: a trained checkpoint becomes a bundle that runs without torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import options

PRECISIONS = ("fp32",)


@click.command("export")
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), required=True, help="The bundle's folder.")
@click.option("--name", help="What the model is called.  [default: the checkpoint's folder]")
@click.option("--prefix", help="What stands before every article, as in training ('summarize: ').")
@click.option("--max-input", type=click.IntRange(min=16), help="Most tokens it reads.  [default: 512]")
@click.option("--max-output", type=click.IntRange(min=2), help="Most tokens it writes.  [default: the checkpoint's]")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="A language it writes; may be repeated.")
@click.option("--licence", metavar="TEXT", help="Who may use it for what, kept in bundle and card.")
@click.option("--line-break", metavar="PIECE", help="The piece it was trained to write for a line break.")
@click.option("--force", is_flag=True, help="Replace a bundle that stands there.")
@options.common
def command(
    checkpoint: Path, path: Path, force: bool, config: Path | None, quiet: bool, verbose: int, **given: Any
) -> int:
    """Turn CHECKPOINT, a folder with an mT5 or T5 1.1 as transformers saves it, into a bundle for summarize --model.

    \b
    blogsum export my-mt5/ -o teaser-model/ --prefix "summarize: " --language de

    Before the bundle appears it is compared with the original in torch, on logits and on generated texts. If it differs
    by more than its precision allows, there is no bundle and the exit code is 1. Needs the extra 'train'.
    """
    options.settings(config, quiet, verbose)

    from blogsum.train import card
    from blogsum.train.export import export, request

    given["languages"] = given["languages"] or None
    facts = export(checkpoint, path, request(checkpoint, given), force)
    size = sum(file["bytes"] for file in facts["files"].values())
    click.echo(f"{path}: {facts['name']}, {facts['precision']}, {size / 1e6:,.1f} MB")
    click.echo(f"against torch: {card.said(facts['proof'])}")
    return 0
