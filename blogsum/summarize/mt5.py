"""The abstractive summariser: an mT5 bundle writes, the guard reads it, the budget holds; needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.summarize import lookup
from blogsum.summarize.decoding import Floats, Integers, Marks, Options, Written, write
from blogsum.summarize.devices import Device
from blogsum.summarize.evidence import language, trace, unsupported
from blogsum.summarize.extractive import Extractive
from blogsum.summarize.guard import refusal
from blogsum.summarize.lengths import Budget, cut, fits
from blogsum.summarize.prompts import prompt
from blogsum.summarize.runtime import Graphs, Network, Sizes, Tables
from blogsum.summarize.source import Source, source
from blogsum.summarize.tokens import Tokens
from blogsum.text.sentences import sentences
from blogsum.types import Article, Summary

ENCODER, STEP, MANY, VOCABULARY = "encoder.onnx", "step.onnx", "many.onnx", "spiece.model"
EMBEDDING, SCALES, POSITIONS = "embedding.npy", "embedding-scales.npy", "positions.npy"
KIND = "mt5"
_FACTS = ("name", "marks", "options", "max_input", "prefix", "sentinels", "line_break", "sizes")
_BATCH = 8  # articles that share their steps: beyond it memory grows and the time for one no longer falls much


class MT5:
    """Summaries in the model's own words; where it fails, the built-in summariser's, with a note that says so."""

    kind = KIND
    files: tuple[str, ...] = (ENCODER, STEP, MANY, VOCABULARY, EMBEDDING, POSITIONS)

    def __init__(self, folder: Path, max_input: int | None = None, device: Device | None = None) -> None:
        """``max_input`` overrules how many tokens it reads: positions are relative, it may be more than in training.

        Without a ``device`` it runs on all cores of the CPU. UserError for a damaged bundle or one of another kind.
        """
        self._bundle = bundles.load(folder)
        facts = self._bundle.manifest
        if facts.get("kind") != self.kind:
            raise UserError(f"{folder} holds a model of the kind '{facts.get('kind')}'", hint=f"this runs {self.kind}")
        lacking = [name for name in self.files if name not in facts["files"]]
        lacking += [name for name in _FACTS if name not in facts]
        if lacking:
            raise _made_otherwise(folder, f"no {lacking[0]}")
        try:
            self._marks, self._options = Marks(**facts["marks"]), Options(**facts["options"])
        except TypeError as error:
            raise _made_otherwise(folder, "other options than this one") from error
        self._room = max_input or int(facts["max_input"])
        self._device = device
        self.name = f"{self.kind}:{facts['name']}"
        self._sketch = Extractive()
        self._written: dict[Article, tuple[Written, Source]] = {}
        self._asks = bool(facts.get("prompts"))  # whether it was trained to be asked for a length
        self._ahead: Sequence[Article] = ()
        self._asked: dict[tuple[str, Article], tuple[Written, Source]] = {}

    @cached_property
    def tokens(self) -> Tokens:
        """The bundle's vocabulary."""
        facts = self._bundle.manifest
        return Tokens(self._bundle.path(VOCABULARY), self._marks.end, facts["line_break"])

    @cached_property
    def network(self) -> Network:
        """The bundle's graphs, loaded."""
        return network(self._bundle, self._device)

    def summarize(self, article: Article, budget: Budget) -> Summary:
        """Return a summary of ``article`` within ``budget``; UserError when neither model nor extract has one."""
        written, read = self._for_length(article, prompt(budget)) if self._asks else self._plain(article)
        return self._finished(article, budget, language(article), written, read)

    def prepare(self, articles: Sequence[Article]) -> None:
        """Write about several articles at once, those of like length together; forget all others.

        A model that is asked for a length writes when that is known, then about all of them.
        """
        self._ahead, self._asked = articles, {}
        self._written = {} if self._asks else self._write(articles, "")

    def _plain(self, article: Article) -> tuple[Written, Source]:
        """What it writes depends on no budget: further lengths only cut it."""
        if article not in self._written:
            self.prepare([article])
        return self._written[article]

    def _for_length(self, article: Article, asked: str) -> tuple[Written, Source]:
        """What it writes when it is asked for a length: of all articles to come, if this is one of them."""
        if (asked, article) not in self._asked:
            if article not in self._ahead:
                self.prepare([article])
            self._asked |= {(asked, one): found for one, found in self._write(self._ahead, asked).items()}
        return self._asked[asked, article]

    def _write(self, articles: Sequence[Article], asked: str) -> dict[Article, tuple[Written, Source]]:
        """The texts about the articles, written behind the prefix and what asks for a length."""
        sources = {article: self.source(article, asked) for article in articles}
        before = self._bundle.manifest["prefix"] + asked
        ids = {article: self.tokens.encode(before + read.text) for article, read in sources.items()}
        by_length = sorted(ids, key=lambda article: len(ids[article]))
        found: dict[Article, tuple[Written, Source]] = {}
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            texts = self._texts([ids[article] for article in batch])
            found |= {one: (text, sources[one]) for one, text in zip(batch, texts, strict=True)}
        return found

    def _texts(self, articles: list[list[int]]) -> list[Written]:
        """What it writes about articles given as token ids."""
        reading = self.network.read(articles, self._options.beams)
        # on a GPU taking tokens back costs more than writing them
        if len(articles) == 1 and lookup.fits(self._options) and self.network.device.place == "cpu":
            return [lookup.write(reading, articles[0], self._options, self._marks)]
        return write(reading, len(articles), self._options, self._marks)

    def source(self, article: Article, asked: str = "") -> Source:
        """What the model reads of ``article`` behind its prefix and what asks for a length."""
        room = self._room - self.tokens.count(self._bundle.manifest["prefix"] + asked) - 1
        return source(article, self.tokens.count, room)

    def _finished(self, article: Article, budget: Budget, lang: str, written: Written, read: Source) -> Summary:
        """The summary of what was written, or the extract when that is none."""
        facts = self._bundle.manifest
        text = self.tokens.decode(written.tokens)
        why = refusal(written, text, lang, facts["sentinels"], self.tokens.size, facts["line_break"])
        if not why:
            lines = _lines(text, lang, written.ended)
            text = fitted(lines, budget)
            why = "" if text else "it did not finish a sentence"
        if why:
            note = f"the model's text was refused ({why}); these are the article's own sentences"
            return replace(self._sketch.summarize(article, budget), note=note)
        summary = Summary(article.id, text, budget.name, lang, self.name, left_out=read.left_out)
        return replace(summary, evidence=trace(text, article), unsupported=unsupported(text, article))


def _made_otherwise(folder: Path, what: str) -> UserError:
    message = f"{folder} was made by another version of blogsum: it has {what}"
    return UserError(message, hint="export or pull it again")


def network(bundle: bundles.Bundle, device: Device | None = None) -> Network:
    """The graphs of a bundle with its embedding, ready to run."""
    embedding = Embedding(bundle.path(EMBEDDING), bundle.path(SCALES) if SCALES in bundle.manifest["files"] else None)
    sizes = Sizes(**bundle.manifest["sizes"])
    graphs = Graphs(bundle.path(ENCODER), bundle.path(STEP), bundle.path(MANY))
    return Network(graphs, Tables(embedding, np.load(bundle.path(POSITIONS))), sizes, device)


class Embedding:
    """The vectors of the tokens, read from disk row by row; int8 rows ``[V, D]`` have scales ``[V, blocks]``."""

    def __init__(self, path: Path, scales: Path | None = None) -> None:
        # as a plain array: indexing a memmap takes 40 µs more at every step
        self._rows: Any = np.asarray(np.load(path, mmap_mode="r")).view(np.ndarray)
        self._scales: Any = None if scales is None else np.load(scales)

    def __call__(self, ids: Integers) -> Floats:
        """``ids [..] -> [.., D]`` float32."""
        rows = self._rows[ids]
        if self._scales is None:
            return np.asarray(rows, np.float32)
        scales = self._scales[ids]
        blocks = np.multiply(rows.reshape(*scales.shape, -1), scales[..., None], dtype=np.float32)
        return np.asarray(blocks.reshape(rows.shape))


def fitted(lines: list[list[str]], budget: Budget) -> str:
    """Sentences, line by line, as one text that keeps to ``budget``: whole sentences as long as they fit.

    Bullets have one sentence a line, other lengths keep the lines of the text. Only when not even the first sentence
    fits, that one is cut.
    """
    flat = [(number, sentence) for number, line in enumerate(lines) for sentence in line]
    taken: list[tuple[int, str]] = []
    for one in flat:
        if not fits(_joined([*taken, one], budget), budget, len(taken) + 1):
            break
        taken.append(one)
    if taken or not flat:
        return _joined(taken, budget)
    return ("- " if budget.bullets else "") + cut(flat[0][1], budget)


def _joined(taken: list[tuple[int, str]], budget: Budget) -> str:
    if budget.bullets:
        return "\n".join(f"- {sentence}" for _, sentence in taken)
    lines: dict[int, list[str]] = {}
    for number, sentence in taken:
        lines.setdefault(number, []).append(sentence)
    return "\n".join(" ".join(line) for line in lines.values())


def _lines(text: str, lang: str, ended: bool) -> list[list[str]]:
    """The sentences of each line; of a text that broke off at its limit, the last one is left out."""
    lines = [[line[start:end] for start, end in sentences(line, lang)] for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not ended and lines:
        lines[-1].pop()
    return [line for line in lines if line]
