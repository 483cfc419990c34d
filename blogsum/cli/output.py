"""Where the answer goes: stdout, or a file that appears only when it is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from blogsum import files

# suffix of -o -> format
SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".json": "json", ".jsonl": "jsonl", ".csv": "csv"}
COLLECTIONS = (".jsonl", ".ndjson", ".csv", ".tsv")


def chosen(asked: str | None, output: Path | None, sources: Iterable[str]) -> str:
    """The format: as asked, else by the suffix of ``-o``, else JSONL for collections and text for anything single."""
    if asked:
        return asked
    if output is not None and output.suffix.lower() in SUFFIXES:
        return SUFFIXES[output.suffix.lower()]
    return "jsonl" if any(name.lower().endswith(COLLECTIONS) or Path(name).is_dir() for name in sources) else "text"


def write(parts: Iterable[str], output: Path | None) -> None:
    """Send the parts of an answer out: to stdout as they come, to a file all at once."""
    if output is None:
        for part in parts:
            sys.stdout.write(part)
        return
    files.replace(output, "".join(parts))
