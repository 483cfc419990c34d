"""Joins of words that a language avoids: "of the of", "die dem", a plural noun behind "ein". Knows no article.

Each word belongs to a class: itself if it is among the most frequent, else its ending (in German also whether it has a
capital). A table per language, counted on blog posts (``models/grammar``), says for each pair of classes whether it
stands together less than 1/e as often as chance would have it. Finds shuffled, dropped and doubled words and halves of
sentences glued together; says nothing about languages without a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.store.models import built_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOKEN = re.compile(r"\w+|[^\w\s]")
START, END, NUMBER, OTHER = "<s>", "</s>", "#", "-"
LONGEST_ENDING = 4


@dataclass(frozen=True)
class Grammar:
    """One language: the number of each class, and the pairs of classes it avoids."""

    lang: str
    classes: Mapping[str, int]
    avoided: NDArray[np.bool_]

    def odd(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Offsets of the joins that the language avoids, each from the first word to the end of the second."""
        tokens = [match.span() for match in _TOKEN.finditer(sentence)]
        numbers = [self.number(sentence[a:b], place == 0) for place, (a, b) in enumerate(tokens)]
        for one, other, first, second in zip(numbers, numbers[1:], tokens, tokens[1:], strict=False):
            if one is not None and other is not None and self.avoided[one, other]:
                yield first[0], second[1]

    def number(self, token: str, first: bool) -> int | None:
        """The class of a word or mark, None for a mark never seen; at the start of a sentence capitals say nothing."""
        return self.classes.get(name(token, first, self.lang, self.classes))


def name(token: str, first: bool, lang: str, known: Mapping[str, Any]) -> str:
    """The name of a token's class: the token itself if it is known, else its longest known ending."""
    lower = token.lower()
    if lower in known or not token[0].isalnum():
        return lower
    if token[0].isdigit():
        return NUMBER
    capital = "^" if lang == "de" and token[0].isupper() and not first else ""
    endings = (f"{capital}-{lower[-size:]}" for size in range(LONGEST_ENDING, 1, -1) if len(lower) > size + 1)
    return next((ending for ending in endings if ending in known), f"{capital}{OTHER}")


def tokens(sentence: str) -> list[str]:
    """Words and marks."""
    return _TOKEN.findall(sentence)


@lru_cache(maxsize=8)
def grammar(lang: str) -> Grammar | None:
    """The table of a language, if blogsum ships one."""
    file = _tables()
    if f"classes_{lang}" not in file:
        return None
    names = file[f"classes_{lang}"].tobytes().decode().split("\n")
    bits = np.unpackbits(file[f"avoided_{lang}"], count=len(names) ** 2).astype(bool)
    return Grammar(lang, {one: number for number, one in enumerate(names)}, bits.reshape(len(names), -1))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    with np.load(built_in("grammar") / "weights.npz") as file:
        return {name: file[name] for name in file.files}
