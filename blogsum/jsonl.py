"""Read and write records, one JSON object a line; "-" is stdin or stdout. Knows nothing of what a record means."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from blogsum import files
from blogsum.errors import UserError

# Lone surrogates cannot be written as UTF-8; the three others are line ends for str.splitlines, which many readers use.
_UNSAFE = re.compile("[\ud800-\udfff\u0085\u2028\u2029]")
_STEP = 1 << 16
NO_LIMIT = sys.maxsize


def read(name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file in constant memory; raise UserError with file and line at the first bad one."""
    if name == "-":
        yield from _objects(name, sys.stdin.buffer)
        return
    try:
        with open(name, "rb") as stream:
            yield from _objects(name, stream)
    except OSError as error:
        raise UserError(f"cannot read {name}: {error.strerror or error}") from error


def write(name: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Write ``records`` as JSONL: to stdout one by one, to a file at once or not at all."""
    if name != "-":
        files.replace(Path(name), "".join(dumps(record) + "\n" for record in records))
        return
    for record in records:
        sys.stdout.buffer.write((dumps(record) + "\n").encode("utf-8"))
        sys.stdout.buffer.flush()  # whoever reads the pipe gets each as it is made


def dumps(record: Mapping[str, Any]) -> str:
    """One line of JSON that can always be written as UTF-8; ValueError for NaN and infinities, which are not JSON."""
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def parse(line: bytes) -> Any:
    """The value of one line; ValueError with a short reason when it is not JSON in UTF-8."""
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        reason = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
        raise ValueError(f"not JSON: {reason} at {place}") from error


def lines(stream: BinaryIO, limit: int = NO_LIMIT) -> Iterator[tuple[int, bytes | None]]:
    """Number and line of every line that is not blank, from 1; None instead of a line of more than ``limit`` bytes."""
    number = 0
    while line := stream.readline(min(limit, NO_LIMIT - 2) + 2):
        number += 1
        whole = line.endswith(b"\n") or len(line) <= limit
        while not whole and (rest := stream.readline(_STEP)):
            whole = rest.endswith(b"\n")
        line = line.rstrip(b"\r\n")
        if len(line) > limit:
            yield number, None
        elif line.strip(b"\xef\xbb\xbf \t"):
            yield number, line


def _objects(name: str, stream: BinaryIO) -> Iterator[dict[str, Any]]:
    for number, line in lines(stream):
        try:
            record = parse(line or b"")
        except ValueError as error:
            raise UserError(f"{name}:{number}: {error}") from error
        if not isinstance(record, dict):
            raise UserError(f"{name}:{number}: not a JSON object")
        yield record


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
