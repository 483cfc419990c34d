"""A smaller vocabulary: the pieces that given text needs, with a proof on text held out. Knows no graph.

mT5's 250,112 rows speak 101 languages; the head alone is five times the rest of its decoder. A sentencepiece model
takes the best path through its pieces, and where every piece of that path is kept it is still the best: text that was
given is tokenised as before, other text nearly so. What is given are articles, lists of a language's words, or both.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from blogsum.errors import GATE_FAILED, UserError
from blogsum.summarize.tokens import Tokens
from blogsum.train.weights import Checkpoint
from blogsum.train.words import WordList, forms, word_list

_SENTINEL = re.compile(r"<extra_id_\d+>")  # a line break travels as one
_HELD_OUT = 10  # one text of so many is not looked at until the proof
_MORE = "add articles with --keep-vocab-from, or keep everything with --full-vocab"
_PATHS = 4  # ways to write a word whose pieces are kept: other words share them
_FEWEST = 20  # texts that make a proof
MOST_CHANGED = 0.1  # share of running words that may be tokenised otherwise
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
    """On ``words`` and ``characters`` of text held out: how many are tokenised otherwise, how many are lost.

    ``languages`` says the same of rare words held out from the lists, with the share of a new blog's running words that
    ``rare`` ones stand for.
    """

    kept: int
    of: int
    texts: int
    words: int = 0
    changed: int = 0
    characters: int = 0
    lost: int = 0
    languages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def holds(self) -> bool:
        """Whether little enough changes, in the articles and in each language."""
        few = self.changed <= MOST_CHANGED * self.words and self.lost <= MOST_LOST * self.characters
        return few and all(
            expected(one) <= MOST_CHANGED and one["lost"] <= MOST_LOST * one["characters"]
            for one in self.languages.values()
        )


def prune(
    checkpoint: Checkpoint,
    vocabulary: bytes,
    texts: Iterable[str] = (),
    languages: Iterable[str] = (),
    always: Iterable[str] = (),
) -> Pruned:
    """Keep what ``texts``, the words of the ``languages`` and the lines of ``always`` need.

    UserError when the texts are too few or a language has no list, or (exit code 1) when held-out text suffers.
    """
    lists, end = [word_list(lang) for lang in languages], checkpoint.shape.eos
    seen, held_out = _split(texts)
    if (seen or held_out or not lists) and (not held_out or len(seen) + len(held_out) < _FEWEST):
        raise UserError(
            f"{len(seen) + len(held_out)} texts are too few to choose a vocabulary from",
            hint=f"give at least {_FEWEST} different articles",
        )
    needed = _of_texts(vocabulary, [*seen, *always], end) | _of_lists(vocabulary, lists, end)
    report = Report(0, 0, len(seen) + len(held_out), languages=_on_lists(vocabulary, needed, lists, end))
    # the rare words held out have done their duty: their pieces are kept, too
    kept = sorted(needed.union(*(_of_words(vocabulary, one.held_out(), end) for one in lists)))
    smaller = _vocabulary(vocabulary, kept)
    report = replace(report, kept=len(kept), **_on_texts(vocabulary, smaller, held_out, end))
    if not report.holds():
        raise UserError(f"the smaller vocabulary is too small: {said(report.facts())}", _MORE, GATE_FAILED)
    return Pruned(_cut(checkpoint, kept), smaller, kept, report)


def _cut(checkpoint: Checkpoint, kept: Sequence[int]) -> Checkpoint:
    """The checkpoint with the kept rows only."""
    rows = np.asarray(kept)
    weights = {**checkpoint.weights}
    for name in ("shared.weight", "lm_head.weight"):
        weights[name] = np.ascontiguousarray(weights[name][rows])
    shape = replace(checkpoint.shape, vocabulary=len(kept))
    config = {**checkpoint.config, "vocab_size": len(kept)}
    return replace(checkpoint, config=config, shape=shape, weights=weights)


def expected(one: Mapping[str, float]) -> float:
    """The share of a new blog's running words that are tokenised otherwise: rare words stand for what a list lacks."""
    return one["rare"] * one["changed"] / max(one["words"], 1)


def said(report: Mapping[str, Any]) -> str:
    """A report in words."""
    parts = [f"{report['kept']:,} of {report['of']:,} pieces kept"]
    if report["words"]:
        parts.append(f"of {report['words']:,} words held out {_said(report)}")
    for lang, one in report.get("languages", {}).items():
        about = f"about {expected(one):.1%} of the running words of a new blog"
        parts.append(f"of {one['words']:,} rare words ({lang}) held out {_said(one)}: {about}")
    return "; ".join(parts)


def _said(one: Mapping[str, float]) -> str:
    share = one["changed"] / max(one["words"], 1)
    return f"{share:.2%} are tokenised otherwise, of {one['characters']:,} characters {one['lost']} are lost"


def _split(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Different texts to learn from and to prove on; which is which depends on the text alone."""
    seen: dict[str, None] = {}
    held_out: dict[str, None] = {}
    for text in texts:
        chance = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big")
        (held_out if chance % _HELD_OUT == 0 else seen)[text] = None
    return list(seen), list(held_out)


def _of_texts(vocabulary: bytes, texts: Sequence[str], end: int) -> set[int]:
    """The ids that running text is made of: marks, bytes, single characters, and what it and its words need."""
    tokens = Tokens(vocabulary, end)
    kept = set(_always(vocabulary))
    words: dict[str, None] = {}
    for text in texts:
        kept.update(tokens.encode(text))
        words |= dict.fromkeys(text.split())
    return kept | _paths(tokens, words)


def _of_lists(vocabulary: bytes, lists: Sequence[WordList], end: int) -> set[int]:
    """The ids that languages are made of: their words, and figures and marks in any number."""
    tokens = Tokens(vocabulary, end)
    kept = {number for number in range(tokens.size) if lists and not any(map(str.isalpha, tokens.piece(number)))}
    return kept.union(*(_of_words(vocabulary, one.learned(), end) for one in lists))


def _of_words(vocabulary: bytes, words: Sequence[str], end: int) -> set[int]:
    return _paths(Tokens(vocabulary, end), dict.fromkeys(forms(words)))


def _paths(tokens: Tokens, words: Iterable[str]) -> set[int]:
    """The ids of the best ways to write each word."""
    return {one for word in words for path in tokens.paths(word, _PATHS) for one in path}


def _always(vocabulary: bytes) -> Iterator[int]:
    """The pieces that every text may need."""
    model = _proto(vocabulary)
    normal = model.SentencePiece.NORMAL
    has_bytes = any(piece.type == model.SentencePiece.BYTE for piece in model.pieces)
    for number, piece in enumerate(model.pieces):
        text = piece.piece.removeprefix("▁")
        single = len(text) <= 1 and not (has_bytes and text and _is_of_many(text))
        if piece.type != normal or single or _SENTINEL.fullmatch(text):
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


def _on_texts(full: bytes, smaller: bytes, texts: Sequence[str], end: int) -> dict[str, Any]:
    """What the ``smaller`` vocabulary does to held-out texts and their words."""
    before, after = Tokens(full, end), Tokens(smaller, end)
    words = [word for text in texts for word in text.split()]
    return {"of": before.size, "words": len(words), "changed": len(differing(before, after, words))} | _lost(
        before, after, texts
    )


def _on_lists(full: bytes, needed: Collection[int], lists: Sequence[WordList], end: int) -> dict[str, dict[str, float]]:
    """What a vocabulary of the ``needed`` ids does to the rare words that were held out."""
    if not lists:
        return {}
    before, after = Tokens(full, end), Tokens(_vocabulary(full, sorted(needed)), end)
    found: dict[str, dict[str, float]] = {}
    for one in lists:
        words = one.held_out()
        told = {"rare": 1 - one.covered, "words": len(words), "changed": len(differing(before, after, words))}
        found[one.lang] = {**told, **_lost(before, after, words)}
    return found


def differing(before: Tokens, after: Tokens, words: Iterable[str]) -> list[str]:
    """The words that two vocabularies write in different pieces."""

    def pieces(tokens: Tokens, word: str) -> list[str]:
        return [tokens.piece(i) for i in tokens.encode(word)]

    return [word for word in words if pieces(before, word) != pieces(after, word)]


def _lost(before: Tokens, after: Tokens, texts: Iterable[str]) -> dict[str, int]:
    """How many characters there are, and how many of them come back no more."""
    characters = lost = 0
    for text in texts:
        was, now = (Counter(one.decode(one.encode(text)[:-1])) for one in (before, after))
        characters += was.total()
        lost += (was - now).total()
    return {"characters": characters, "lost": lost}
