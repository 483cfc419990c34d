"""Token ids as tokenizer.json or Marian's three files have them, for models whose ids are not sentencepiece's own.

Same use as ``Tokens``, without line breaks. Marks written out in an article are taken out of it: they would become the
marks themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from blogsum.errors import MissingExtra, UserError

TOKENIZER = "tokenizer.json"
SOURCE, TARGET, IDS = "source.spm", "target.spm", "vocab.json"
_SPACE = re.compile(r"\s+")
_AGAIN = "export the bundle again"


class Subwords:
    """A ``tokenizer.json``, with the marks that it puts before and behind a text."""

    def __init__(self, path: Path) -> None:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingExtra("tokenizers", "mt5") from error
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(path))
        except Exception as error:  # it raises plain ones
            raise UserError("the model's vocabulary cannot be read", hint=_AGAIN) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.size: int = self._tokenizer.get_vocab_size()
        added = self._tokenizer.get_added_tokens_decoder().values()
        self._marks = _any_of([one.content for one in added if one.special])
        self.frame = len(self._tokenizer.encode("").ids)  # marks around every text

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, with its marks."""
        return list(self._tokenizer.encode(_SPACE.sub(" ", self._marks.sub(" ", text))).ids)

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without marks."""
        return len(self.encode(text)) - self.frame

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids`` on one line, without marks."""
        known = [int(one) for one in ids if one < self.size]
        return _SPACE.sub(" ", self._tokenizer.decode(known, skip_special_tokens=True)).strip()


class Marian:
    """Two sentencepiece models, one for each side, whose pieces have their ids in a table of their own."""

    frame = 1

    def __init__(self, folder: Path, end: int) -> None:
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
        self._end, self._unknown = end, self._ids["<unk>"]
        self._marks = _any_of(["<unk>", "<pad>", "</s>"])
        self.size = len(self._ids)

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, and the end mark."""
        pieces = self._source.EncodeAsPieces(_SPACE.sub(" ", self._marks.sub(" ", text)))
        return [*(self._ids.get(piece, self._unknown) for piece in pieces), self._end]

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without marks."""
        return len(self.encode(text)) - self.frame

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids`` on one line, without marks."""
        pieces = (self._pieces.get(int(one), "") for one in ids)
        kept = [piece for piece in pieces if piece and not self._marks.fullmatch(piece)]
        return _SPACE.sub(" ", self._target.DecodePieces(kept).replace("▁", " ")).strip()


def _any_of(texts: Sequence[str]) -> re.Pattern[str]:
    """A pattern that finds any of the texts, and nothing when there is none."""
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
