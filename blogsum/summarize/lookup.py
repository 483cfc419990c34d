"""Greedy search that copies ahead: runs of the article are proposed as the next tokens and checked in one step.

Summaries repeat names and phrases. What is written is what ``greedy`` writes: a proposed token counts only where it is
the most likely one. Checking one more token costs about a sixth of a step, so it begins with few, doubles them as long
as all are taken, and stops proposing where too few are. ``benchmarks/lookup.py`` shows what that is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from blogsum.summarize.decoding import Marks, Options, Written

_FIRST, _MOST = 2, 12  # tokens proposed at once: at first, and when all were taken again and again
_LONGEST, _SHORTEST = 3, 2  # tokens just written that must stand in the article, in this order, for what follows them
_TRIALS, _LEAST = 6, 0.5  # after so many proposals, at least so many tokens of each must have been taken


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
    source, text = _Source(article), [marks.start]
    while len(text) <= options.max_tokens:
        draft = source.draft(text, options.max_tokens - len(text)) if _pays(tally) else []
        best = decoder.follow([text[-1], *draft])
        taken = next((i for i, token in enumerate(draft) if token != best[i]), len(draft))
        decoder.forget(len(draft) - taken)
        tally.steps, tally.proposals = tally.steps + 1, tally.proposals + bool(draft)
        tally.proposed, tally.taken = tally.proposed + len(draft), tally.taken + taken
        new = best[: taken + 1]
        source.told(draft, new)
        if marks.end in new:
            return Written((*text[1:], *new[: new.index(marks.end)]), True)
        text += new
    return Written(tuple(text[1:]), False)


class _Source:
    """Where runs of tokens stand in an article, which one is being copied, and how many tokens of it to propose."""

    def __init__(self, article: Sequence[int]) -> None:
        self._article = list(article)
        self._places: dict[tuple[int, ...], int] = {}
        self._ahead, self._place = _FIRST, 0  # 0: nothing is being copied
        for size in range(_SHORTEST, _LONGEST + 1):
            for end in range(size, len(self._article)):
                self._places.setdefault(tuple(self._article[end - size : end]), end)

    def draft(self, text: Sequence[int], room: int) -> list[int]:
        """At most ``room`` tokens of the article from where it was copied last, or says the last tokens of ``text``."""
        self._place = self._place or self._behind(text)
        return self._article[self._place : self._place + min(self._ahead, room)] if self._place else []

    def _behind(self, text: Sequence[int]) -> int:
        found = (self._places.get(tuple(text[-size:]), 0) for size in range(_LONGEST, _SHORTEST - 1, -1))
        return next((place for place in found if place), 0)

    def told(self, draft: Sequence[int], new: Sequence[int]) -> None:
        """Hear what was written in answer to ``draft``: its tokens as far as they were taken, and one more."""
        taken, place = len(new) - 1, self._place
        self._place = 0
        if not draft:
            return
        if taken < len(draft):
            self._ahead = _FIRST
            return
        self._ahead = min(2 * self._ahead, _MOST)
        end = place + taken
        if end + 1 < len(self._article) and self._article[end] == new[-1]:
            self._place = end + 1


def _pays(tally: Tally) -> bool:
    return tally.proposals < _TRIALS or tally.taken >= _LEAST * tally.proposals
