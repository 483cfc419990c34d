"""Greedy and beam search over any decoder: numpy only, knows no model, no text and no runtime.

Token for token what ``transformers.generate`` (4.57) writes, without its sampling: the same order of adjustments, the
same candidates, the same length penalty and the same three ways to stop early. Every article is decided on its own; a
batch only shares the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from blogsum.errors import UserError

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_OUT = np.float32(-1e9)  # what transformers adds to a candidate that must not be taken
_SHRINK = 0.5  # a batch lets go of finished articles when at most this share is left: it costs a copy of their caches


@dataclass(frozen=True)
class Options:
    """How to write. ``early_stopping``: True stops with ``beams`` finished texts, False when no better one is likely,
    None when none is possible; ``length_penalty`` above 0 prefers longer texts (beams only); tokens count the end mark.
    """

    beams: int = 1
    max_tokens: int = 128
    min_tokens: int = 0
    length_penalty: float = 1.0
    early_stopping: bool | None = False
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1.0


@dataclass(frozen=True)
class Marks:
    """The ids of the tokens that start, end and fill a text."""

    start: int = 0
    end: int = 1
    fill: int = 0


@dataclass(frozen=True)
class Best:
    """The best next tokens of N rows, best first: ``ids`` and ``logits`` ``[N, k]``, ``total [N, 1]`` their log-sum."""

    ids: Integers
    logits: Floats
    total: Floats


@dataclass(frozen=True)
class Written:
    """The tokens of one text without its marks; ``ended`` says whether it came to its own end."""

    tokens: tuple[int, ...]
    ended: bool


class Decoder(Protocol):
    """A model that has read a batch of articles and remembers what was written so far, row by row."""

    vocabulary: int

    def step(self, tokens: Integers, k: int) -> Best:
        """The best ``k`` tokens that follow ``tokens [N]``, the last ones written; rows of an article side by side."""

    def reorder(self, rows: Integers) -> None:
        """Go on from the given rows, in this order, of the same articles."""

    def keep(self, articles: Integers) -> None:
        """Forget the rows of all other articles."""


def write(decoder: Decoder, articles: int, options: Options, marks: Marks = Marks()) -> list[Written]:
    """A text for each of the ``articles`` that ``decoder`` has read."""
    return (greedy if options.beams == 1 else beam)(decoder, articles, options, marks)


def greedy(decoder: Decoder, articles: int, options: Options, marks: Marks) -> list[Written]:
    """Always the most likely token, until the end mark."""
    texts = np.full((articles, options.max_tokens + 1), marks.start, np.int64)
    ends = np.zeros(articles, np.int64)  # where each text came to its end, 0 while it goes on
    rows = np.arange(articles)  # the articles whose rows the decoder still has
    for length in range(1, options.max_tokens + 1):
        history = texts[rows, :length]
        best = _best(decoder, history, 1, options)
        scores = _adjusted(best.ids, best.logits, history, options, marks)
        texts[rows, length] = best.ids[np.arange(len(rows)), scores.argmax(axis=1)]
        ends[rows] = np.where((ends[rows] == 0) & (texts[rows, length] == marks.end), length, ends[rows])
        open_ = np.flatnonzero(ends[rows] == 0)
        if not len(open_):
            break
        if len(open_) <= _SHRINK * len(rows):
            decoder.keep(open_)
            rows = rows[open_]
    cut = np.where(ends > 0, ends + 1, options.max_tokens + 1)
    return [_written(text[:end].tolist(), marks) for text, end in zip(texts, cut, strict=True)]


def beam(decoder: Decoder, articles: int, options: Options, marks: Marks) -> list[Written]:
    """The best of ``beams`` texts that grow side by side (transformers' ``_beam_search``, article by article)."""
    search = _Search(articles, options, marks)
    for length in range(1, options.max_tokens + 1):
        history = search.running[:, :, :length].reshape(-1, length)
        best = _best(decoder, history, 2 * options.beams, options)
        logs = (best.logits - best.total).astype(np.float32)
        parents = search.grow(best.ids, _adjusted(best.ids, logs, history, options, marks), length)
        left = search.left(length)
        if not len(left):
            break
        if not np.array_equal(parents, np.arange(parents.size)):
            decoder.reorder(parents)
        if len(left) <= _SHRINK * len(search.open):
            search.keep(left)
            decoder.keep(left)
    search.keep(np.arange(0))
    return [_written(search.done[article], marks) for article in range(articles)]


class _Search:
    """The beams of all articles: ``running`` texts ``[B, n, length]``, the best ``finished`` ones, and their scores."""

    def __init__(self, articles: int, options: Options, marks: Marks) -> None:
        size = (articles, options.beams)
        self._options, self._marks = options, marks
        self._numbers = np.arange(articles)
        self.done: dict[int, list[int]] = {}
        self.running = np.full((*size, options.max_tokens + 1), marks.fill, np.int64)
        self.running[:, :, 0] = marks.start
        self._scores = np.zeros(size, np.float32)
        self._scores[:, 1:] = _OUT  # the first step has but one beam to go on from
        self._texts = self.running.copy()
        self._finished = np.full(size, _OUT, np.float32)
        self._is_finished = np.zeros(size, bool)
        self.open = np.ones((articles, 1), bool)  # whether a better text may still come

    def grow(self, ids: Integers, logs: Floats, length: int) -> Integers:
        """Add one token to every beam, of the candidates ``ids`` and ``logs [B*n, k]``; return each beam's old row."""
        articles, beams, _ = self.running.shape
        at, k = np.arange(articles)[:, None], ids.shape[1]  # indexing takes a third of take_along_axis' time
        total = (logs.reshape(articles, beams, k) + self._scores[:, :, None]).reshape(articles, beams * k)
        order = np.argsort(-total, axis=1, kind="stable")[:, : 2 * beams]
        top, parent = total[at, order], order // k
        token = ids.reshape(articles, beams * k)[at, order]
        texts = self.running[at, parent]
        texts[:, :, length] = token
        hits = (token == self._marks.end) | (length >= self._options.max_tokens)
        going = top + hits * _OUT
        chosen = np.argsort(-going, axis=1, kind="stable")[:, :beams]
        self.running, self._scores = texts[at, chosen], going[at, chosen]
        if hits[:, :beams].any():
            self._finish(texts, top, hits, length)
        self._close(length)
        rows: Integers = parent[at, chosen] + beams * at
        return rows.reshape(-1)

    def _finish(self, texts: Integers, top: Floats, hits: npt.NDArray[np.bool_], length: int) -> None:
        """Let the candidates that ended, if they are among the best n, compete with the texts finished before."""
        beams = self._options.beams
        ended = hits & (np.arange(hits.shape[1]) < beams)
        scores = top / np.float32(length**self._options.length_penalty)
        full = self._is_finished.all(axis=1, keepdims=True) & (self._options.early_stopping is True)
        for closed in (full, ~self.open, ~ended):
            scores = scores + closed * _OUT
        merged = np.concatenate([self._finished, scores], axis=1)
        order, at = np.argsort(-merged, axis=1, kind="stable")[:, :beams], np.arange(len(merged))[:, None]
        self._finished = merged[at, order]
        self._is_finished = np.concatenate([self._is_finished, ended], axis=1)[at, order]
        self._texts = np.concatenate([self._texts, texts], axis=1)[at, order]

    def _close(self, length: int) -> None:
        """Close the articles where no running text can beat the worst finished one any more."""
        options = self._options
        longest = options.max_tokens if options.early_stopping is None and options.length_penalty > 0 else length
        possible = self._scores[:, :1] / np.float32(longest**options.length_penalty)
        worst = np.where(self._is_finished, self._finished.min(axis=1, keepdims=True), _OUT)
        self.open &= (possible > worst).any(axis=1, keepdims=True)

    def left(self, length: int) -> Integers:
        """The articles, by their place in the batch, that go on."""
        if length >= self._options.max_tokens:
            return np.arange(0)
        full = self._is_finished.all(axis=1) & (self._options.early_stopping is True)
        return np.flatnonzero(self.open[:, 0] & ~full)

    def keep(self, left: Integers) -> None:
        """Note the best text of all other articles and let go of them."""
        for place in np.setdiff1d(np.arange(len(self._numbers)), left):
            self.done[int(self._numbers[place])] = self._texts[place, 0].tolist()
        self.running, self._scores, self._texts = self.running[left], self._scores[left], self._texts[left]
        self._finished, self._is_finished = self._finished[left], self._is_finished[left]
        self.open, self._numbers = self.open[left], self._numbers[left]


def _best(decoder: Decoder, history: Integers, needed: int, options: Options) -> Best:
    """The best tokens behind each row of ``history``: as many as needed, however many of them are set aside."""
    k = needed + (options.min_tokens > 0)
    if options.no_repeat_ngram:
        k += history.shape[1]
    if options.repetition_penalty > 1:
        k += history.shape[1]
    elif options.repetition_penalty < 1:
        k = decoder.vocabulary  # a token seen before may rise from anywhere
    best = decoder.step(history[:, -1], min(k, decoder.vocabulary))
    if not np.isfinite(best.logits[:, 0]).all():
        raise UserError("the model computes no numbers", hint="its weights are damaged; export it again in fp32")
    return best


def _adjusted(ids: Integers, scores: Floats, history: Integers, options: Options, marks: Marks) -> Floats:
    """The scores ``[N, k]`` of ``ids`` after repetition penalty, repeated n-grams and minimum length, in this order."""
    penalty, size = options.repetition_penalty, options.no_repeat_ngram
    if penalty != 1:
        seen = (ids[:, :, None] == history[:, None, :]).any(axis=2)
        factor = np.float32(penalty)
        scores = np.where(seen, np.where(scores < 0, scores * factor, scores / factor), scores)
    if size:
        banned = [np.isin(row, _banned(text, size)) for row, text in zip(ids, history.tolist(), strict=True)]
        scores = np.where(np.stack(banned), np.float32(-np.inf), scores)
    if history.shape[1] - 1 < options.min_tokens:
        scores = np.where(ids == marks.end, np.float32(-np.inf), scores)
    return scores


def _banned(text: Sequence[int], size: int) -> list[int]:
    """The tokens that would complete an n-gram of ``size`` that ``text`` has already, the start mark included."""
    if len(text) + 1 < size:
        return []
    last = text[len(text) + 1 - size :]
    return [text[i + size - 1] for i in range(len(text) - size + 1) if text[i : i + size - 1] == last]


def _written(text: Sequence[int], marks: Marks) -> Written:
    """The text behind its start mark up to its end mark."""
    tokens = list(text[1:])
    if marks.end in tokens:
        return Written(tuple(tokens[: tokens.index(marks.end)]), True)
    return Written(tuple(tokens), False)
