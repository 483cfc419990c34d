"""A smaller vocabulary: the pieces that given text needs, with a proof on text held out. Knows no graph.

mT5's 250,112 rows speak 101 languages; the head alone is five times the rest of its decoder. A sentencepiece model
takes the best path through its pieces, and where every piece of that path is kept it is still the best: text that was
given is tokenised as before, other text nearly so.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from blogsum.errors import GATE_FAILED, UserError
from blogsum.summarize.tokens import Tokens
from blogsum.train.weights import Checkpoint

_HELD_OUT = 10  # one text of so many is not looked at until the proof
_PATHS = 4  # ways to write a word whose pieces are kept: other words share them
_FEWEST = 20  # texts that make a proof
MOST_CHANGED = 0.1  # share of held-out words that may be tokenised otherwise
MOST_LOST = 0.0001  # share of held-out characters that may be lost
# Ideographs and Hangul syllables are thousands of single characters; unless seen they are written in bytes.
_MANY = ((0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


@dataclass(frozen=True)
class Pruned:
    """A checkpoint and its vocabulary with the pieces ``kept`` (their old ids, ascending), and what that does."""

    checkpoint: Checkpoint
    vocabulary: bytes
    kept: Sequence[int]
    report: Report


@dataclass(frozen=True)
class Report:
    """On ``words`` and ``characters`` of text held out: how many are tokenised otherwise, how many are lost."""

    kept: int
    of: int
    texts: int
    words: int
    changed: int
    characters: int
    lost: int

    def facts(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def prune(checkpoint: Checkpoint, vocabulary: bytes, texts: Iterable[str]) -> Pruned:
    """Keep what ``texts`` need; UserError when they are too few, or (exit code 1) when held-out text suffers."""
    seen, held_out = _split(texts)
    if not held_out or len(seen) + len(held_out) < _FEWEST:
        raise UserError(
            f"{len(seen) + len(held_out)} texts are too few to choose a vocabulary from",
            hint=f"give at least {_FEWEST} different articles",
        )
    kept = _kept(vocabulary, seen, checkpoint.shape.eos)
    smaller = _vocabulary(vocabulary, kept)
    report = _report(vocabulary, smaller, held_out, len(seen), checkpoint.shape.eos, len(kept))
    if report.changed > MOST_CHANGED * report.words or report.lost > MOST_LOST * report.characters:
        raise UserError(f"the smaller vocabulary is too small: {said(report.facts())}", "give more text", GATE_FAILED)
    rows = np.asarray(kept)
    weights = {**checkpoint.weights}
    for name in ("shared.weight", "lm_head.weight"):
        weights[name] = np.ascontiguousarray(weights[name][rows])
    shape = replace(checkpoint.shape, vocabulary=len(kept))
    config = {**checkpoint.config, "vocab_size": len(kept)}
    return Pruned(replace(checkpoint, config=config, shape=shape, weights=weights), smaller, kept, report)


def said(report: Mapping[str, Any]) -> str:
    """A report in words."""
    return (
        f"{report['kept']:,} of {report['of']:,} pieces kept; of {report['words']:,} words held out "
        f"{report['changed'] / max(report['words'], 1):.2%} are tokenised otherwise, of {report['characters']:,} "
        f"characters {report['lost']} are lost"
    )


def _split(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Different texts to learn from and to prove on; which is which depends on the text alone."""
    seen: dict[str, None] = {}
    held_out: dict[str, None] = {}
    for text in texts:
        chance = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big")
        (held_out if chance % _HELD_OUT == 0 else seen)[text] = None
    return list(seen), list(held_out)


def _kept(vocabulary: bytes, texts: Sequence[str], end: int) -> list[int]:
    """The ids to keep, ascending: marks, bytes, single characters, and what words and running text are made of."""
    tokens = Tokens(vocabulary, end)
    kept = set(_always(vocabulary))
    words: Counter[str] = Counter()
    for text in texts:
        kept.update(tokens.encode(text))
        words.update(text.split())
    for word in words:
        for path in tokens.paths(word, _PATHS):
            kept.update(path)
    return sorted(kept)


def _always(vocabulary: bytes) -> Iterator[int]:
    """The pieces that every text may need."""
    model = _proto(vocabulary)
    normal = model.SentencePiece.NORMAL
    has_bytes = any(piece.type == model.SentencePiece.BYTE for piece in model.pieces)
    for number, piece in enumerate(model.pieces):
        text = piece.piece.removeprefix("▁")
        single = len(text) <= 1 and not (has_bytes and text and _is_of_many(text))
        if piece.type != normal or single:
            yield number


def _is_of_many(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _MANY)


def _vocabulary(vocabulary: bytes, kept: Sequence[int]) -> bytes:
    """The sentencepiece model with the kept pieces only, in their old order: their new ids are their places."""
    model = _proto(vocabulary)
    pieces = [model.pieces[number] for number in kept]
    smaller = type(model)()
    smaller.CopyFrom(model)
    del smaller.pieces[:]
    smaller.pieces.extend(pieces)
    smaller.trainer_spec.vocab_size = len(pieces)
    return bytes(smaller.SerializeToString())


def _proto(vocabulary: bytes) -> Any:
    from sentencepiece import sentencepiece_model_pb2

    return sentencepiece_model_pb2.ModelProto.FromString(vocabulary)


def _report(full: bytes, smaller: bytes, texts: Sequence[str], count: int, end: int, kept: int) -> Report:
    before, after = Tokens(full, end), Tokens(smaller, end)
    words = [word for text in texts for word in text.split()]
    changed = sum(
        [before.piece(i) for i in before.encode(word)] != [after.piece(i) for i in after.encode(word)] for word in words
    )
    characters = lost = 0
    for text in texts:
        was, now = (Counter(one.decode(one.encode(text)[:-1])) for one in (before, after))
        characters += was.total()
        lost += (was - now).total()
    return Report(kept, before.size, count + len(texts), len(words), changed, characters, lost)
