"""``blogsum data export``: a version in the form that another tool reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogsum.cli import console, options, output
from blogsum.errors import USAGE, UserError

FORMATS = ("jsonl", "csv", "parquet", "hf")  # as in store/formats.py, which the help need not import


@click.command("export")
@click.argument("reference")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: by the suffix of -o, else hf.")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), required=True, help="The file, or the folder for hf."
)
@click.option("--force", is_flag=True, help="Replace a file or folder that is there.")
@options.common
def command(reference: str, form: str | None, path: Path, force: bool, **given: Any) -> int:
    """Write a version as JSONL, CSV, Parquet (blogsum[parquet]) or a Hugging Face datasets folder (blogsum[hf]).

    \b
    blogsum data export blog@3 -o blog.csv
    blogsum data export blog@3 --format hf -o blog-hf
    """
    settings = options.settings(**given)

    from blogsum import pipeline
    from blogsum.store import formats

    form = form or (path.suffix.lstrip(".").lower() if path.suffix else "hf")
    if form not in FORMATS:
        raise UserError(f"{path}: no known format", hint=f"--format {'|'.join(FORMATS)}", code=USAGE)
    if path.exists() and not force:
        raise UserError(f"{path} is there already", hint="choose another place, or --force")
    tally = output.Tally()
    count = formats.write(tally.readable(pipeline.articles(reference, settings)), form, path, force)
    console.warn(f"wrote {count} rows to {path}")
    return tally.code()
