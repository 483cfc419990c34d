"""``blogsum export``: a trained checkpoint becomes a bundle that runs without torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options
from blogsum.errors import USAGE, UserError
from blogsum.settings import Settings

PRECISIONS = ("fp32", "fp16", "int8", "auto")
EXPORTERS = ("blogsum", "optimum")


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
    help="int8 is a quarter of the size and faster, auto keeps what int8 harms in fp32, fp16 is for CUDA.  "
    "[default: fp32]",
)
@click.option(
    "--keep-vocab-from",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Keep only the pieces that these articles need (a dataset, files, a folder), and those of --languages; may be "
    "repeated.",
)
@click.option("--articles", multiple=True, metavar="SOURCE", help="Measure and prove on these too; may be repeated.")
@click.option(
    "--languages",
    metavar="CODE[,CODE]",
    help="The languages it is for, as in de,en: keep only the pieces that these need.",
)
@click.option("--full-vocab", is_flag=True, help="Keep all pieces, whatever languages it is for.")
@click.option(
    "--exporter",
    type=click.Choice(EXPORTERS),
    default="blogsum",
    show_default=True,
    help="blogsum has graphs for mT5 and T5 1.1; optimum exports other encoder-decoders, in fp32 and whole.",
)
@click.option("--licence", metavar="TEXT", help="Who may use it for what, kept in bundle and card.")
@click.option("--line-break", metavar="PIECE", help="The piece it was trained to write for a line break.")
@click.option("--force", is_flag=True, help="Replace a bundle that stands there.")
@options.common
def command(
    checkpoint: Path,
    path: Path,
    languages: str | None,
    full_vocab: bool,
    exporter: str,
    sources: tuple[str, ...],
    articles: tuple[str, ...],
    force: bool,
    config: Path | None,
    quiet: bool,
    verbose: int,
    **given: Any,
) -> int:
    """Turn CHECKPOINT, a folder with a model as transformers saves it, into a bundle for summarize --model.

    \b
    blogsum export my-mt5/ -o teaser-model/ --prefix "summarize: " --languages de
    blogsum export my-mt5/ -o small/ --precision int8 --keep-vocab-from blog@3
    blogsum export my-bart/ -o bart/ --exporter optimum

    Before the bundle appears it is compared with the original in torch, on logits and on generated texts. If it differs
    by more than its precision allows, there is no bundle and the exit code is 1. Needs the extra 'train'.
    """
    settings = options.settings(config, quiet, verbose)

    from blogsum.train import card
    from blogsum.train.export import export, request

    codes = _codes(languages)
    if full_vocab and sources:
        raise UserError("--full-vocab and --keep-vocab-from exclude each other", code=USAGE)
    asked = request(checkpoint, {**given, "languages": codes or None})
    if exporter == "optimum":
        from blogsum.train import optimum

        _only_whole(sources, codes, full_vocab, asked.precision)
        facts = optimum.export(checkpoint, path, asked, force, _texts(articles, settings))
    else:
        material = (_texts(sources, settings), _texts(articles, settings))
        facts = export(checkpoint, path, asked, force, *material, () if full_vocab else _listed(codes, bool(sources)))
    size = sum(file["bytes"] for file in facts["files"].values())
    click.echo(f"{path}: {facts['name']}, {facts['precision']}, {size / 1e6:,.1f} MB")
    click.echo(f"against torch: {card.said(facts['proof'])}")
    if "mixed" in facts:
        click.echo(f"precision: {card.kept(facts['mixed'])}")
    if "pruning" in facts:
        click.echo(f"vocabulary: {card.pruned(facts['pruning'])}")
    return 0


def _codes(languages: str | None) -> list[str]:
    """The codes in ``--languages de,en``; UserError for an empty one or the same one twice."""
    codes = [code.strip().lower() for code in languages.split(",")] if languages is not None else []
    if not all(codes) or len(set(codes)) < len(codes):
        message = f"--languages '{languages}' names a language twice or not at all"
        raise UserError(message, hint="as in de,en", code=USAGE)
    return codes


def _only_whole(sources: tuple[str, ...], codes: list[str], full_vocab: bool, precision: str) -> None:
    """UserError for what optimum's files cannot have: fewer pieces, fewer bits."""
    if sources or (codes and not full_vocab):
        message = "--exporter optimum keeps the whole vocabulary"
        raise UserError(message, hint="--full-vocab says so, without --keep-vocab-from", code=USAGE)
    if precision != "fp32":
        # onnxruntime's int8 for any graph shares one scale over a batch: a summary would depend on its neighbours
        raise UserError("--exporter optimum writes fp32 only", hint="--precision fp32", code=USAGE)


def _listed(codes: list[str], has_articles: bool) -> list[str]:
    """The languages whose words are to be kept: with articles, those without a list may be left to them."""
    from blogsum.train.words import languages

    missing = [code for code in codes if has_articles and code not in languages()]
    if missing:
        console.warn(f"no list of words for {', '.join(missing)}: only what the articles need is kept")
    return [code for code in codes if code not in missing]


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
