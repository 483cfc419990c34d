"""Search over a model that is a table: every answer can be worked out by hand or by trying everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from blogsum.errors import UserError
from blogsum.summarize.decoding import Best, Integers, Marks, Options, Written, write

END = 1


class Chain:
    """A decoder whose next token depends on the last one alone: ``table [V, V]`` of logits, one table an article."""

    def __init__(self, *tables: list[list[float]], beams: int = 1) -> None:
        self._tables = np.array(tables, np.float32)
        self._articles, self._beams = np.arange(len(tables)), beams
        self.vocabulary = self._tables.shape[1]
        self.kept: list[list[int]] = []

    def step(self, tokens: Integers, k: int) -> Best:
        logits = self._tables[np.repeat(self._articles, self._beams), tokens]
        ids = np.argsort(-logits, axis=1, kind="stable")[:, :k]
        total = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return Best(ids, np.take_along_axis(logits, ids, axis=1), total)

    def reorder(self, rows: Integers) -> None:
        assert (rows // self._beams == np.repeat(np.arange(len(self._articles)), self._beams)).all()

    def keep(self, articles: Integers) -> None:
        self._articles = self._articles[articles]
        self.kept.append(self._articles.tolist())


# 0 starts, 1 ends, 2 and 3 are words; rows are the last token, columns the next
SHORT = [[0, -9, 3, 1], [0, 0, 0, 0], [0, 2, -9, 1], [0, 3, 1, -9]]
LONG = [[0, -9, 3, 1], [0, 0, 0, 0], [0, 0, 1, 2.0], [0, 0.5, 1.5, 1]]


def test_greedy_takes_the_most_likely_token_until_the_end() -> None:
    assert write(Chain(SHORT), 1, Options()) == [Written((2,), True)]


def test_a_text_that_does_not_end_stops_at_the_limit() -> None:
    assert write(Chain(LONG), 1, Options(max_tokens=5)) == [Written((2, 3, 2, 3, 2), False)]


def test_no_ngram_comes_twice() -> None:
    [text] = write(Chain(LONG), 1, Options(max_tokens=9, no_repeat_ngram=2))
    assert text == Written((2, 3, 2, 2, 0, 3, 3), True)


def test_a_text_is_as_long_as_asked() -> None:
    assert write(Chain(SHORT), 1, Options(min_tokens=3))[0] == Written((2, 3, 2), True)


@pytest.mark.parametrize(("penalty", "tokens"), [(1.0, (2, 3, 2, 3)), (4.0, (2, 3)), (0.4, (2, 2, 2, 2))])
def test_repeated_tokens_lose_their_share(penalty: float, tokens: tuple[int, ...]) -> None:
    assert write(Chain(LONG), 1, Options(max_tokens=4, repetition_penalty=penalty))[0].tokens == tokens


@pytest.mark.parametrize("beams", [1, 3])
def test_articles_end_one_by_one_and_are_let_go(beams: int) -> None:
    chain = Chain(SHORT, LONG, SHORT, beams=beams)
    options = Options(beams=beams, max_tokens=6, early_stopping=True)
    together = write(chain, 3, options)
    assert together == [write(Chain(one, beams=beams), 1, options)[0] for one in (SHORT, LONG, SHORT)]
    assert chain.kept[:1] in ([], [[1]])


def best_of_all(table: list[list[float]], longest: int, penalty: float) -> tuple[int, ...]:
    """The text with the highest score among all that end within ``longest`` tokens, or stop there."""
    logits = np.array(table, np.float64)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    found = []
    for size in range(longest + 1):
        for words in itertools.product((0, 2, 3), repeat=size):
            text = (0, *words) if size == longest else (0, *words, END)
            score = sum(logs[a, b] for a, b in itertools.pairwise(text))
            found.append((score / (len(text) - 1) ** penalty, words))
    return max(found)[1]


@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(8))
def test_enough_beams_find_the_best_text_of_all(seed: int, penalty: float) -> None:
    table = np.random.RandomState(seed).normal(0, 2, (4, 4)).tolist()
    options = Options(beams=81, max_tokens=4, length_penalty=penalty, early_stopping=None)
    assert write(Chain(table, beams=81), 1, options)[0].tokens == best_of_all(table, 4, penalty)


def test_other_marks_start_and_end_a_text() -> None:
    marks = Marks(start=3, end=2, fill=1)
    assert write(Chain(SHORT), 1, Options(), marks) == [Written((1, 0), True)]


def test_a_model_that_computes_no_numbers_is_refused() -> None:
    with pytest.raises(UserError, match="computes no numbers"):
        write(Chain([[float("nan")] * 4] * 4), 1, Options())
