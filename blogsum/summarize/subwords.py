"""Token ids as tokenizer.json or Marian's three files have them, for models whose ids are not sentencepiece's own.

Same use as ``Tokens``. Marks written out in an article are taken out of it: they would become the marks themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from blogsum.errors import MissingExtra, UserError

TOKENIZER = "tokenizer.json"
SOURCE, TARGET, IDS = "source.spm", "target.spm", "vocab.json"
_SPACE = re.compile(r"\s+")
_AGAIN = "export the bundle again"


class Subwords:
    """A ``tokenizer.json``, with the marks that it puts before and behind a text.

    ``line_break`` stands for a line break, if the model was trained so. Summaries to learn from have ``opening`` before
    them and ``end`` behind them: other marks than articles have, in mBART.
    """

    def __init__(
        self, model: Path | bytes, line_break: int | None = None, opening: Sequence[int] = (), end: int = 0
    ) -> None:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingExtra("tokenizers", "mt5") from error
        try:
            content = model if isinstance(model, bytes) else model.read_bytes()
            self._tokenizer: Any = Tokenizer.from_str(content.decode("utf-8"))
        except Exception as error:  # it raises plain ones
            raise UserError("the model's vocabulary cannot be read", hint=_AGAIN) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.size: int = self._tokenizer.get_vocab_size()
        added = self._tokenizer.get_added_tokens_decoder().values()
        self._marks = any_of([one.content for one in added if one.special])
        self.frame = len(self._tokenizer.encode("").ids)  # marks around every text
        self._line_break, self._opening, self._end = line_break, list(opening), end

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, with its marks."""
        return self._ids(text, True)

    def encode_lines(self, text: str) -> list[int]:
        """The ids of a summary, its lines joined by the line break if there is one, with its marks."""
        lines = joined(text, self._line_break, lambda line: self._ids(line, False))
        return [*self._opening, *lines, self._end]

    def id(self, piece: str) -> int | None:
        """The id of ``piece``; None when there is no such piece."""
        found = self._tokenizer.token_to_id(piece)
        return None if found is None else int(found)

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without marks."""
        return len(self.encode(text)) - self.frame

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids``, a line for each part between line breaks, without marks."""
        return split(ids, self._line_break, self._line)

    def _ids(self, text: str, framed: bool) -> list[int]:
        plain = _SPACE.sub(" ", self._marks.sub(" ", text))
        return list(self._tokenizer.encode(plain, add_special_tokens=framed).ids)

    def _line(self, ids: Sequence[int]) -> str:
        known = [int(one) for one in ids if one < self.size]
        return _SPACE.sub(" ", self._tokenizer.decode(known, skip_special_tokens=True)).strip()


class Marian:
    """Two sentencepiece models, one for each side, whose pieces have their ids in a table of their own.

    ``line_break`` is the entry of the table that stands for a line break, if the model was trained so.
    """

    frame = 1

    def __init__(self, folder: Path, end: int, line_break: int | None = None) -> None:
        try:
            from sentencepiece import SentencePieceProcessor
        except ImportError as error:
            raise MissingExtra("sentencepiece", "mt5") from error
        try:
            self._ids: dict[str, int] = json.loads((folder / IDS).read_text(encoding="utf-8"))
            self._source, self._target = (SentencePieceProcessor(str(folder / name)) for name in (SOURCE, TARGET))
        except (OSError, RuntimeError, ValueError) as error:
            raise UserError("the model's vocabulary cannot be read", hint=_AGAIN) from error
        self._pieces = {number: piece for piece, number in self._ids.items()}
        self._end, self._unknown, self._line_break = end, self._ids["<unk>"], line_break
        self._marks = any_of(["<unk>", "<pad>", "</s>"])
        self.size = len(self._ids)

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, and the end mark."""
        return [*self._of(self._source, text), self._end]

    def encode_lines(self, text: str) -> list[int]:
        """The ids of a summary in the pieces of its side, lines joined by the line break if there is one; the end."""
        return [*joined(text, self._line_break, lambda line: self._of(self._target, line)), self._end]

    def id(self, piece: str) -> int | None:
        """The id of ``piece``; None when there is no such piece."""
        return self._ids.get(piece)

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without marks."""
        return len(self.encode(text)) - self.frame

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids``, a line for each part between line breaks, without marks."""
        return split(ids, self._line_break, self._line)

    def _of(self, side: Any, text: str) -> list[int]:
        pieces = side.EncodeAsPieces(_SPACE.sub(" ", self._marks.sub(" ", text)))
        return [self._ids.get(piece, self._unknown) for piece in pieces]

    def _line(self, ids: Sequence[int]) -> str:
        pieces = (self._pieces.get(int(one), "") for one in ids)
        kept = [piece for piece in pieces if piece and not self._marks.fullmatch(piece)]
        return _SPACE.sub(" ", self._target.DecodePieces(kept).replace("▁", " ")).strip()


def joined(text: str, line_break: int | None, encode: Callable[[str], list[int]]) -> list[int]:
    """The ids of a text, each line encoded on its own and ``line_break`` between them; on one line without it."""
    if line_break is None:
        return encode(text)
    ids: list[int] = []
    for line in filter(str.strip, text.split("\n")):
        ids += [*([line_break] if ids else []), *encode(line)]
    return ids


def split(ids: Sequence[int], line_break: int | None, decode: Callable[[Sequence[int]], str]) -> str:
    """The text of ``ids``, each part between line breaks decoded as a line of its own; empty ones are left out."""
    lines: list[list[int]] = [[]]
    for one in ids:
        if one == line_break:
            lines.append([])
        else:
            lines[-1].append(int(one))
    return "\n".join(filter(None, map(decode, lines)))


def any_of(texts: Sequence[str]) -> re.Pattern[str]:
    """A pattern that finds any of the texts, and nothing when there is none."""
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
