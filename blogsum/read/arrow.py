"""Parquet files and Hugging Face dataset folders -> Article; row groups are read one after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from blogsum.errors import MissingExtra, UserError
from blogsum.read import folder, sniff
from blogsum.read.records import ALIASES, from_rows
from blogsum.types import Article, Unreadable

if TYPE_CHECKING:
    import pyarrow

_ROWS = 256  # decoded at a time: posts of 10 kB make 3 MB
_COLUMNS = {"schema", *(alias for names in ALIASES.values() for alias in names)}
_SAVED = ("dataset_dict.json", "dataset_info.json")  # what save_to_disk of the library `datasets` leaves
# data/train-00000-of-00001.parquet, as the hub names them, or train.jsonl
_PART = re.compile(r"(?:(?P<named>[\w.]+?)-\d{5}-of-\d{5}|(?P<known>train|test|dev|val|valid|validation|eval))\.")


def from_parquet(name: str, stream: BinaryIO) -> Iterator[Article | Unreadable]:
    """Articles of a Parquet file; UserError when it is none, MissingExtra without pyarrow."""
    from_arrow = parquet()
    try:
        file = from_arrow.ParquetFile(stream)
        columns = [column for column in file.schema_arrow.names if column in _COLUMNS]
        yield from _articles(name, file.schema_arrow.names, file.iter_batches(_ROWS, columns=columns))
    except (ValueError, OSError, NotImplementedError) as error:  # ArrowInvalid is a ValueError
        raise UserError("is not a whole Parquet file", hint=_first_line(error)) from error


def is_saved(path: str) -> bool:
    """Whether a folder was written by ``save_to_disk`` of the library ``datasets``."""
    return any(os.path.isfile(os.path.join(path, name)) for name in _SAVED)


def from_saved(path: str) -> Iterator[Article | Unreadable]:
    """Articles of a folder of ``save_to_disk``; a split's name counts where the rows have no column ``split``."""
    name = folder.shown(path)
    try:
        import datasets
    except ImportError as error:
        raise MissingExtra("datasets", "hf") from error
    try:
        saved = datasets.load_from_disk(path)
        parts = saved if isinstance(saved, datasets.DatasetDict) else {None: saved}
        for split, part in parts.items():
            place = f"{name}/{split}" if split else name
            columns = [column for column in part.column_names if column in _COLUMNS]
            batches = part.select_columns(columns).with_format("arrow").iter(_ROWS)
            for item in _articles(place, part.column_names, batches):
                yield in_split(item, None if "split" in columns else split)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise UserError("is not a whole dataset of 'datasets'", hint=_first_line(error)) from error


def hub_files(path: str) -> list[tuple[str, str | None]]:
    """The files of a folder as the Hugging Face hub has them, each with its split; none for any other folder.

    Such a folder has a ``README.md`` that describes it and, beside it or in ``data``, nothing but Parquet and JSONL.
    """
    readme = os.path.join(path, "README.md")
    if not os.path.isfile(readme):
        return []
    found: list[tuple[str, str | None]] = []
    for file in folder.files(path):
        if file == readme:
            continue
        inside = os.path.relpath(os.path.dirname(file), path) if isinstance(file, str) else "unreadable"
        kind = sniff.SUFFIXES.get(sniff.suffix(file)) if isinstance(file, str) else None
        if inside not in (".", "data") or kind not in (sniff.PARQUET, sniff.JSONL):
            return []
        found.append((str(file), split_of(str(file))))
    return found


def split_of(file: str) -> str | None:
    """The split that the name of a file tells: ``train-00000-of-00001.parquet``, ``test.jsonl``."""
    match = _PART.match(os.path.basename(file))
    return (match["named"] or match["known"]) if match else None


def in_split(item: Any, split: str | None) -> Any:
    """The item, put into ``split`` when it is an article of no split."""
    from dataclasses import replace

    return replace(item, split=split) if split and isinstance(item, Article) and item.split is None else item


def parquet() -> Any:
    """``pyarrow.parquet``, or MissingExtra."""
    try:
        import pyarrow.parquet as module
    except ImportError as error:
        raise MissingExtra("pyarrow", "parquet") from error
    return module


def _articles(name: str, columns: list[str], batches: Iterable[Any]) -> Iterator[Article | Unreadable]:
    if not any(alias in columns for alias in ALIASES["text"]):
        shown = ", ".join(map(repr, columns[:8]))[:200] or "none"
        yield Unreadable(name, f"has no column 'text' (it has {shown})", "blogsum knows columns by their names")
        return
    yield from from_rows(name, (row for batch in batches for row in _rows(batch)))


def _rows(batch: pyarrow.RecordBatch | pyarrow.Table) -> Iterator[Mapping[str, Any]]:
    rows: list[dict[str, Any]] = batch.to_pylist()
    yield from rows


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
