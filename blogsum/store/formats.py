"""Articles -> JSONL, CSV, Parquet or a Hugging Face folder, whole or not at all; ``read/`` reads each of them back.

Knows nothing of versions. Rows are written as they come: memory does not grow with their number.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from blogsum import files, jsonl
from blogsum.errors import USAGE, MissingExtra, UserError
from blogsum.read.arrow import is_saved, parquet
from blogsum.read.records import CSV_HEADER, FIELDS, SCHEMA, to_record, to_row
from blogsum.types import Article

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("jsonl", "csv", "parquet", "hf")
_GROUP = 1000  # rows of a Parquet row group: some 10 MB of posts
_HALVES = re.compile("[\ud800-\udfff]")  # half characters, which no UTF-8 can hold; JSONL alone has an escape for them
_WAITING = 100  # rows of a split that wait to be written together


def write(articles: Iterable[Article], form: str, path: Path, force: bool = False) -> int:
    """Write ``articles`` to ``path`` in ``form`` (one of FORMATS) and return how many there were.

    A file is replaced, a folder only with ``force`` and only if it is one of ``datasets``. Every format reads back as
    the same articles; of an ``hf`` folder split by split. Raise UserError for a path that cannot be written, and
    MissingExtra where the format's library is not installed.
    """
    if form not in FORMATS:
        raise UserError(f"unknown format '{form}'", hint=f"choose from {', '.join(FORMATS)}", code=USAGE)
    writers: dict[str, Callable[[Iterator[Article], Path], int]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
    if form == "hf":
        _refuse(path, force)
        with files.appearing_folder(path) as new:
            return _hf(iter(articles), new)
    if path.is_dir():
        raise UserError(f"cannot write {path}: it is a folder", hint="name a file", code=USAGE)
    with files.appearing(path) as new:
        return writers[form](iter(articles), new)


def _jsonl(articles: Iterator[Article], path: Path) -> int:
    with path.open("wb") as stream:
        return sum(1 for article in articles if stream.write((jsonl.dumps(to_record(article)) + "\n").encode()))


def _csv(articles: Iterator[Article], path: Path) -> int:
    """Every cell quoted, lines ended by a line feed: what is within a cell is the text's own."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(CSV_HEADER)
        for article in articles:
            count += 1
            # NUL: Python 3.10's csv refuses it, and no spreadsheet shows it
            cells = (_whole(cell).replace("\0", "\ufffd").replace('"', '""') for cell in to_row(article))
            stream.write(",".join(f'"{cell}"' for cell in cells) + "\n")
    return count


def _parquet(articles: Iterator[Article], path: Path) -> int:
    module, schema, count = parquet(), _schema(), 0
    with module.ParquetWriter(path, schema, compression="zstd") as writer:
        while rows := list(islice(articles, _GROUP)):
            writer.write_batch(_batch(rows, schema))
            count += len(rows)
    return count


def _hf(articles: Iterator[Article], folder: Path) -> int:
    """A ``DatasetDict`` as ``save_to_disk`` of the library leaves it, one of its splits for each value of ``split``."""
    try:
        import datasets
    except ImportError as error:
        raise MissingExtra("datasets", "hf") from error
    with TemporaryDirectory(prefix=".rows-", dir=folder.parent) as raw:
        count, parts = _by_split(articles, Path(raw))
        if not count:
            raise UserError("there is no row to write", hint="a folder of 'datasets' cannot be empty")
        with _no_bars():
            saved = {
                name: datasets.concatenate_datasets([datasets.Dataset.from_file(str(file)) for file in parts[name]])
                for name in parts
            }
            datasets.DatasetDict(saved).save_to_disk(str(folder))
    return count


def _by_split(articles: Iterator[Article], folder: Path) -> tuple[int, dict[str, list[Path]]]:
    """Write the rows to one Arrow stream for each split; how many, and the streams that make up each."""
    import pyarrow

    schema, count = _schema(), 0
    writers: dict[str | None, Any] = {}
    waiting: dict[str | None, list[Article]] = {}
    with ExitStack() as stack:

        def send(split: str | None) -> None:
            if split not in writers:
                new = pyarrow.ipc.new_stream(str(folder / str(len(writers))), schema)
                writers[split] = stack.enter_context(new)
            writers[split].write_batch(_batch(waiting.pop(split), schema))

        for article in articles:
            count += 1
            rows = waiting.setdefault(article.split, [])
            rows.append(article)
            if len(rows) == _WAITING:
                send(article.split)
        for split in list(waiting):
            send(split)
    parts: dict[str, list[Path]] = {}
    for number, split in enumerate(writers):
        parts.setdefault(_split_name(split, alone=len(writers) == 1), []).append(folder / str(number))
    return count, parts


def _split_name(split: str | None, alone: bool) -> str:
    """What ``datasets`` takes for the name of a split: letters, digits, _ and dots between them, and not "all".

    The rows keep their own word for it. Rows of no split are "train" where all are, as ``load_dataset`` has it.
    """
    if split is None:
        return "train" if alone else "unsplit"
    name = re.sub(r"\W", "_", split)
    return f"{name}_" if name == "all" else name


@contextmanager
def _no_bars() -> Iterator[None]:
    """Without the progress bars of ``datasets``: what is shown is for the command to decide."""
    import datasets

    hidden = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if not hidden:
            datasets.enable_progress_bars()


def _schema() -> pyarrow.Schema:
    import pyarrow

    kinds = {"references": pyarrow.list_(pyarrow.string())}
    columns = [(name, kinds.get(name, pyarrow.string())) for name in FIELDS]
    return pyarrow.schema(columns, metadata={"blogsum": SCHEMA})


def _batch(articles: list[Article], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """The articles by column; a list of references is never missing, only empty."""
    import pyarrow

    rows = [{name: _whole(getattr(article, name)) for name in FIELDS} for article in articles]
    return pyarrow.RecordBatch.from_pylist(rows, schema=schema)


def _whole(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_whole(item) for item in value]
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else value


def _refuse(path: Path, force: bool) -> None:
    """UserError when a folder would take the place of something that it must not."""
    if not os.path.lexists(path) or (path.is_dir() and not any(path.iterdir())):
        return
    if not is_saved(str(path)):  # --force on a home folder must not empty it
        raise UserError(f"cannot write {path}: it holds something else", hint="name a new folder", code=USAGE)
    if not force:
        raise UserError(f"cannot write {path}: it is there already", hint="--force replaces it", code=USAGE)
