"""Text to token ids and back, through a sentencepiece model; line breaks travel as a piece of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from blogsum.errors import MissingExtra, UserError

# Written out in an article, these would become the marks themselves: "</s>" ends what the model reads.
_MARKS = re.compile(r"</?s>|<pad>|<unk>|<extra_id_\d+>")
_SPACE = re.compile(r"\s+")


class Tokens:
    """The vocabulary of one model. ``line_break`` is the piece that stands for a line break, if it was trained so."""

    def __init__(self, model: Path | bytes, end: int, line_break: int | None = None) -> None:
        try:
            from sentencepiece import SentencePieceProcessor
        except ImportError as error:
            raise MissingExtra("sentencepiece", "mt5") from error
        try:
            self._pieces = SentencePieceProcessor()
            self._pieces.LoadFromSerializedProto(model if isinstance(model, bytes) else model.read_bytes())
        except (OSError, RuntimeError) as error:
            raise UserError("the model's vocabulary cannot be read", hint="export the bundle again") from error
        self._end, self._line_break = end, line_break
        self.size: int = self._pieces.GetPieceSize()

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, and the end mark."""
        return [*self._pieces.EncodeAsIds(_SPACE.sub(" ", _MARKS.sub(" ", text))), self._end]

    def encode_lines(self, text: str) -> list[int]:
        """The ids of a summary, its lines joined by the line-break piece if there is one, and the end mark."""
        if self._line_break is None:
            return self.encode(text)
        ids: list[int] = []
        for line in filter(str.strip, text.split("\n")):
            ids += [*([self._line_break] if ids else []), *self.encode(line)[:-1]]
        return [*ids, self._end]

    def piece(self, one: int) -> str:
        """The piece with the id ``one``."""
        return str(self._pieces.IdToPiece(one))

    def id(self, piece: str) -> int | None:
        """The id of ``piece``; None when there is no such piece."""
        found = int(self._pieces.PieceToId(piece))
        return found if self.piece(found) == piece else None

    def paths(self, text: str, count: int) -> list[list[int]]:
        """The ``count`` best ways to write ``text``, best first."""
        return [list(path) for path in self._pieces.NBestEncodeAsIds(text, count)]

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without a mark."""
        return len(self.encode(text)) - 1

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids``, a line for each part between line-break pieces; unknown ids are left out."""
        lines: list[list[int]] = [[]]
        for one in ids:
            if one == self._line_break:
                lines.append([])
            elif one < self.size:
                lines[-1].append(int(one))
        texts = (_SPACE.sub(" ", self._pieces.DecodeIds(line)).strip() for line in lines)
        return "\n".join(text for text in texts if text)
