"""Encoder-decoders of other families (BART, Pegasus, T5 1.0, Marian …) as optimum exports them, on onnxruntime.

The same search, guard and fall-back as for mT5; only how an article is read and how a step is taken differ. Slower than
blogsum's own graphs: full logits leave the decoder at every step, and each beam has its own copy of the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.errors import USAGE, UserError
from blogsum.summarize import mt5, subwords
from blogsum.summarize.decoding import Best, Floats, Integers, Written, write
from blogsum.summarize.devices import Device, session, value
from blogsum.summarize.source import Source, source
from blogsum.summarize.tokens import Tokens
from blogsum.types import Article

KIND = "optimum"
ENCODER, DECODER = "encoder_model.onnx", "decoder_model_merged.onnx"  # optimum's names: they refer to further files
_HERE = Device()  # between two steps everything lies in the CPU's memory
_BATCH = 4  # articles that share their steps; beams are rows of their own here
Vocabulary = Tokens | subwords.Subwords | subwords.Marian


@dataclass(frozen=True)
class Forced:
    """What a model must write: the ``first`` token, and the ``last`` as the ``length``-th; and what it ``never`` may.

    Ids as transformers' forced_bos_token_id, forced_eos_token_id and bad_words_ids have them.
    """

    first: int | None = None
    last: int | None = None
    length: int = 0
    never: tuple[int, ...] = ()


class Seq2Seq(mt5.MT5):
    """Summaries in the words of a model that optimum exported; where it fails, the built-in summariser's."""

    kind = KIND
    files = (ENCODER, DECODER)

    def __init__(self, folder: Path, max_input: int | None = None, **place: Any) -> None:
        """``max_input`` overrules how many tokens it reads; UserError beyond the positions that it knows."""
        super().__init__(folder, max_input, **place)
        positions = self._bundle.manifest["positions"]
        if positions and self._room > positions:
            raise UserError(f"this model reads at most {positions:,} tokens", hint="--max-input", code=USAGE)

    @cached_property
    def tokens(self) -> Vocabulary:  # type: ignore[override]
        """The bundle's vocabulary, in whichever form the model has it."""
        files, line_break = self._bundle.manifest["files"], self._bundle.manifest["line_break"]
        if mt5.VOCABULARY in files:
            return Tokens(self._bundle.path(mt5.VOCABULARY), self._marks.end, line_break)
        if subwords.IDS in files:
            return subwords.Marian(self._bundle.folder, self._marks.end, line_break)
        return subwords.Subwords(self._bundle.path(subwords.TOKENIZER), line_break)

    @cached_property
    def network(self) -> Graphs:  # type: ignore[override]
        """The bundle's graphs, loaded."""
        vocabulary = self._bundle.manifest["sizes"]["vocabulary"]
        return Graphs(self._bundle.path(ENCODER), self._bundle.path(DECODER), vocabulary, self._device)

    def source(self, article: Article, asked: str = "") -> Source:
        """What the model reads of ``article`` behind its prefix and what asks for a length."""
        frame = getattr(self.tokens, "frame", 1)
        room = self._room - self.tokens.count(self._bundle.manifest["prefix"] + asked) - frame
        return source(article, self.tokens.count, room)

    def _texts(self, articles: list[list[int]]) -> list[Written]:
        """What it writes about articles given as token ids."""
        return [
            text for start in range(0, len(articles), _BATCH) for text in self._some(articles[start : start + _BATCH])
        ]

    def _some(self, articles: list[list[int]]) -> list[Written]:
        longest = self._options.max_tokens
        told = self._bundle.manifest["forced"]
        forced = Forced(told["first"], told["last"], longest, tuple(told["never"]))
        texts = write(
            self.network.read(articles, self._options.beams, forced), len(articles), self._options, self._marks
        )
        # an end that was forced at the limit is none of its own
        return [replace(one, ended=one.ended and len(one.tokens) + 1 < longest) for one in texts]


class Graphs:
    """The encoder and the decoder of a model, ready to run."""

    def __init__(self, encoder: Path, decoder: Path, vocabulary: int, device: Device | None = None) -> None:
        """Graphs are optimum's files; without a ``device``, all cores of the CPU."""
        self.vocabulary, self._device = vocabulary, device or Device()
        self._encoder, self._decoder = session(encoder, self._device), session(decoder, self._device)
        sizes = {one.name: one.shape for one in self._decoder.get_inputs()}
        self.past = [name for name in sizes if name.startswith("past_key_values.")]
        self.sizes = {name: (sizes[name][1], sizes[name][3]) for name in self.past}  # heads and their size
        self.present = ["present" + name.removeprefix("past_key_values") for name in self.past]

    def read(self, articles: Sequence[Sequence[int]], beams: int = 1, forced: Forced = Forced()) -> Reading:
        """Encode articles, given as token ids, each on its own and for ``beams`` rows."""
        longest = max(map(len, articles))
        states = [self._encode(ids) for ids in articles]
        whole = np.zeros((len(articles), longest, states[0].shape[1]), np.float32)
        mask = np.zeros((len(articles), longest), np.int64)
        for row, one in enumerate(states):
            whole[row, : len(one)], mask[row, : len(one)] = one, 1
        return Reading(self, np.repeat(whole, beams, axis=0), np.repeat(mask, beams, axis=0), beams, forced)

    def _encode(self, ids: Sequence[int]) -> Floats:
        """The states ``[S, D]`` of one article."""
        asked = {"input_ids": np.asarray([ids], np.int64), "attention_mask": np.ones((1, len(ids)), np.int64)}
        [states] = self._encoder.run(["last_hidden_state"], asked, self._device.tidy())
        return np.asarray(states[0], np.float32)

    def run(self, inputs: dict[str, Any]) -> tuple[Floats, list[Any]]:
        """The logits ``[N, V]`` of one step, and the keys and values as onnxruntime keeps them."""
        binding = self._decoder.io_binding()
        for name, one in inputs.items():
            if isinstance(one, np.ndarray):
                binding.bind_cpu_input(name, one)
            else:
                binding.bind_ortvalue_input(name, one)
        for name in ("logits", *self.present):
            binding.bind_output(name, "cpu")
        self._decoder.run_with_iobinding(binding)
        logits, *present = binding.get_outputs()
        return logits.numpy()[:, -1], present


class Reading:
    """Articles that a model has read and is writing about; a ``Decoder`` for the search."""

    def __init__(self, graphs: Graphs, states: Floats, mask: Integers, beams: int, forced: Forced) -> None:
        """``states [N, S, D]`` and ``mask [N, S]`` of N rows, those of an article side by side."""
        self.vocabulary = graphs.vocabulary
        self._graphs, self._states, self._mask = graphs, states, mask
        self._beams, self._forced, self._length = beams, forced, 0
        self._past: list[Any] = []

    def step(self, tokens: Integers, k: int) -> Best:
        """The best ``k`` tokens behind ``tokens [N]``."""
        logits = self._logits(tokens)
        self._length += 1
        top = logits.max(axis=1, keepdims=True)
        total = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True, dtype=np.float32))
        logits[:, list(self._forced.never)] = -np.inf
        must = self._must()
        if must is not None:  # certain, so its probability is 1
            logits[:] = -np.inf
            logits[:, must], total = 0, np.zeros_like(total)
        ids = _best(logits, k)
        return Best(ids, np.take_along_axis(logits, ids, axis=1), total)

    def reorder(self, rows: Integers) -> None:
        """Go on from the given rows."""
        own = [name.split(".")[2] == "decoder" for name in self._graphs.past]
        self._past = [
            value(one.numpy()[rows], _HERE) if is_own else one for one, is_own in zip(self._past, own, strict=True)
        ]

    def keep(self, articles: Integers) -> None:
        """Forget all other articles."""
        rows = (articles[:, None] * self._beams + np.arange(self._beams)).reshape(-1)
        self._states, self._mask = self._states[rows], self._mask[rows]
        self._past = [value(one.numpy()[rows], _HERE) for one in self._past]

    def _must(self) -> int | None:
        """The token that has to come now, if any."""
        if self._forced.last is not None and self._length == self._forced.length:
            return self._forced.last
        return self._forced.first if self._length == 1 else None

    def _logits(self, tokens: Integers) -> Floats:
        """The logits ``[N, V]`` behind ``tokens [N]``, which are remembered."""
        first = not self._past
        past: list[Any] = self._past or [
            np.zeros((len(tokens), heads, 1, size), np.float32) for heads, size in self._sizes()
        ]
        inputs = {
            "input_ids": np.ascontiguousarray(tokens[:, None]),
            "encoder_attention_mask": self._mask,
            "encoder_hidden_states": self._states,
            "use_cache_branch": np.array([not first]),
            **dict(zip(self._graphs.past, past, strict=True)),
        }
        logits, present = self._graphs.run(inputs)
        if not first:  # what was made of the article is handed out by the first step alone
            names = self._graphs.past
            present = [now if ".decoder." in name else was for name, was, now in zip(names, past, present, strict=True)]
        self._past = present
        return np.array(logits, np.float32)

    def _sizes(self) -> list[tuple[int, int]]:
        return [self._graphs.sizes[name] for name in self._graphs.past]


def _best(logits: Floats, k: int) -> Integers:
    """The ids of the ``k`` largest of each row, the largest first, the smaller id first where they are equal."""
    if k == 1:
        return np.asarray(logits.argmax(axis=1))[:, None]
    if k < logits.shape[1]:
        # all that are at least as large as the k-th, so that equal ones are chosen by their ids
        least = np.partition(logits, -k, axis=1)[:, -k]
        rows = [np.flatnonzero(row >= limit) for row, limit in zip(logits, least, strict=True)]
        return np.stack(
            [some[np.argsort(-row[some], kind="stable")[:k]] for row, some in zip(logits, rows, strict=True)]
        )
    return np.asarray(np.argsort(-logits, axis=1, kind="stable"))
