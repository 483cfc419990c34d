"""Copying ahead writes what greedy search writes, in fewer steps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.summarize.decoding import Marks, Options, Written
from blogsum.summarize.lookup import Tally, fits, write


class Copier:
    """A decoder that writes one text, whatever it is told; it checks what it is asked to take back."""

    def __init__(self, text: Sequence[int]) -> None:
        self._text = [0, *text, 1]
        self._taken = 0

    def follow(self, tokens: Sequence[int]) -> list[int]:
        start = self._taken
        self._taken += len(tokens)
        right = [self._text[start : start + i + 1] == list(tokens[: i + 1]) for i in range(len(tokens))]
        return [
            self._text[start + i + 1] if right[i] and start + i + 1 < len(self._text) else 7 for i in range(len(tokens))
        ]

    def forget(self, count: int) -> None:
        self._taken -= count


ARTICLE = [*range(20, 60), 1]
CASES = {
    "a copy": (list(range(22, 50)), 10),
    "two passages": ([*range(22, 30), *range(40, 50)], 12),
    "not a word of it": (list(range(100, 120)), 21),
    "nothing": ([], 1),
    "a copy that turns": ([22, 23, 24, 25, 99, 22, 23, 24, 98, 30, 31, 97], 12),
}


@pytest.mark.parametrize(("text", "steps"), CASES.values(), ids=CASES.keys())
def test_a_copied_text_takes_fewer_steps(text: list[int], steps: int) -> None:
    tally = Tally()
    assert write(Copier(text), ARTICLE, Options(max_tokens=60), Marks(), tally) == Written(tuple(text), True)
    assert tally.steps <= steps


def test_a_long_copy_takes_longer_and_longer_steps() -> None:
    article = [*range(20, 220), 1]
    tally = Tally()
    write(Copier(article[:-1]), article, Options(max_tokens=300), Marks(), tally)
    # two tokens on their own, then drafts of 2, 4, 8, 12, 12 …, each with the token behind it, and the end
    assert (tally.steps, tally.proposed, tally.taken) == (19, 182, 182)


@given(st.lists(st.integers(2, 5), max_size=40), st.lists(st.integers(2, 5), max_size=40), st.integers(1, 50))
def test_whatever_is_proposed_what_is_written_stays_the_same(article: list[int], text: list[int], limit: int) -> None:
    expected = Written(tuple(text[:limit]), len(text) < limit)
    assert write(Copier(text), [*article, 1], Options(max_tokens=limit), Marks()) == expected


@pytest.mark.parametrize("limit", range(1, 30))
def test_the_limit_holds(limit: int) -> None:
    text = tuple(range(22, 50))
    expected = Written(text[:limit], limit > len(text))
    assert write(Copier(text), ARTICLE, Options(max_tokens=limit), Marks()) == expected


def test_where_it_does_not_pay_it_stops() -> None:
    tally = Tally()
    text = [token for i in range(12) for token in (22 + i, 23 + i, 90 + i)]  # every proposal is wrong
    write(Copier(text), ARTICLE, Options(max_tokens=60), Marks(), tally)
    assert tally.proposals == 6


def test_only_plain_greedy_search_may_copy_ahead() -> None:
    assert fits(Options())
    others = (Options(beams=2), Options(no_repeat_ngram=3), Options(min_tokens=2), Options(repetition_penalty=1.1))
    assert not any(fits(options) for options in others)
