"""Greedy search that copies ahead: runs of the article are proposed as the next tokens and checked in one step.

Summaries repeat names and phrases. What is written is what ``greedy`` writes: a proposed token counts only where it is
the most likely one. Checking five tokens costs about one and a half steps; where too few are taken, it stops proposing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from blogsum.summarize.decoding import Marks, Options, Written

_AHEAD = 4  # tokens proposed at once
_LONGEST, _SHORTEST = 3, 2  # tokens just written that must stand in the article, in this order, for what follows them
_TRIALS, _LEAST = 6, 0.6  # after so many proposals, at least so many tokens of each must have been taken


class Follower(Protocol):
    """A decoder that has read one article and can check several tokens at once."""

    def follow(self, tokens: Sequence[int]) -> list[int]:
        """The most likely token behind each of ``tokens``, the next ones of the text."""

    def forget(self, count: int) -> None:
        """Take back the last ``count`` tokens."""


@dataclass
class Tally:
    """How often a text was taken on by a step, how many tokens were proposed, and how many of them were taken."""

    steps: int = 0
    proposals: int = 0
    proposed: int = 0
    taken: int = 0


def fits(options: Options) -> bool:
    """Whether the options ask for plain greedy search, where the most likely token is the next."""
    plain = (options.beams, options.no_repeat_ngram, options.repetition_penalty) == (1, 0, 1)
    return plain and options.min_tokens == 0


def write(
    decoder: Follower, article: Sequence[int], options: Options, marks: Marks, tally: Tally | None = None
) -> Written:
    """The text about ``article`` (token ids), which ``decoder`` has read."""
    tally = tally or Tally()
    index, text = _Index(article), [marks.start]
    while len(text) <= options.max_tokens:
        room = options.max_tokens - len(text)
        draft = index.after(text)[: max(room, 0)] if _pays(tally) else []
        best = decoder.follow([text[-1], *draft])
        taken = next((i for i, token in enumerate(draft) if token != best[i]), len(draft))
        decoder.forget(len(draft) - taken)
        tally.steps, tally.proposals = tally.steps + 1, tally.proposals + bool(draft)
        tally.proposed, tally.taken = tally.proposed + len(draft), tally.taken + taken
        new = best[: taken + 1]
        if marks.end in new:
            return Written((*text[1:], *new[: new.index(marks.end)]), True)
        text += new
    return Written(tuple(text[1:]), False)


class _Index:
    """Where runs of tokens stand in an article."""

    def __init__(self, article: Sequence[int]) -> None:
        self._article = list(article)
        self._places: dict[tuple[int, ...], int] = {}
        for size in range(_SHORTEST, _LONGEST + 1):
            for end in range(size, len(self._article)):
                self._places.setdefault(tuple(self._article[end - size : end]), end)

    def after(self, text: Sequence[int]) -> list[int]:
        """What the article says where it says the last tokens of ``text``; nothing when it does not."""
        for size in range(_LONGEST, _SHORTEST - 1, -1):
            place = self._places.get(tuple(text[-size:])) if len(text) >= size else None
            if place is not None:
                return self._article[place : place + _AHEAD]
        return []


def _pays(tally: Tally) -> bool:
    return tally.proposals < _TRIALS or tally.taken >= _LEAST * tally.proposals
