"""An exported mT5 on onnxruntime: reads articles, remembers them, takes one step of writing. No text, no search.

Each article is encoded on its own, without padding: what is computed for it never depends on the articles beside it,
whatever the precision, and memory does not grow with the batch. Only the cached keys and values are padded, under a
mask that leaves exactly nothing of the padding. On a GPU all caches stay there; ids and logits alone come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.summarize.decoding import Best, Floats, Integers
from blogsum.summarize.devices import Device, session, value

MASKED = np.float32(-1e9)  # exp of it is 0 in float32
MASKED_HALF = np.float16(-6e4)  # float16 ends at 65,504
Graph = Path | bytes  # a file, or what stands in it
Embed = Callable[[Integers], Floats]


@dataclass(frozen=True)
class Sizes:
    """What the runtime must know of a model: ``vocabulary`` rows, decoder ``layers``, ``heads`` of ``d_kv`` numbers."""

    vocabulary: int
    layers: int
    heads: int
    d_kv: int


@dataclass(frozen=True)
class Graphs:
    """The graphs of a model: the encoder, a step for one query an article, and one for ``many``, such as beams."""

    encoder: Graph
    step: Graph
    many: Graph


@dataclass(frozen=True)
class Tables:
    """What is looked up outside of the graphs: ``embedding`` maps ids to vectors, ``positions [H, 2m + 1]`` is the
    encoder's bias of each head for the distances from -m to m.
    """

    embedding: Embed
    positions: Floats


class Network:
    """The graphs of a model, ready to run on one device."""

    def __init__(self, graphs: Graphs, tables: Tables, sizes: Sizes, device: Device | None = None) -> None:
        """Without a ``device``, all cores of the CPU."""
        self.sizes, self.device = sizes, device or Device()
        self._embed, self._positions, self._graphs = tables.embedding, tables.positions, graphs
        # an encoder would hold on to what its longest article took, steps are many and alike
        self._encoder = session(graphs.encoder, self.device)
        self._cross = [f"cross_{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]
        self._cache = [f"{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]

    @cached_property
    def _step(self) -> Any:
        return session(self._graphs.step, self.device)

    @cached_property
    def _many(self) -> Any:
        return session(self._graphs.many, self.device)

    def read(self, articles: Sequence[Sequence[int]], beams: int = 1) -> Reading:
        """Encode articles, given as token ids, for ``beams`` rows each."""
        lengths = [len(ids) for ids in articles]
        if len(articles) > 1:
            cross = self._together(articles, max(lengths), beams > 1)
        else:
            cross = self.encode(articles[0])
            cross = [value(_swapped(one.numpy()), self.device) for one in cross] if beams > 1 else cross
        return Reading(self, cross, lengths, beams)

    def encode(self, ids: Sequence[int]) -> list[Any]:
        """The keys and values that the decoder attends to, per layer, as onnxruntime keeps them; for one article."""
        binding = self._encoder.io_binding()
        binding.bind_cpu_input("hidden", self._embed(np.asarray([ids], np.int64)))
        binding.bind_cpu_input("bias", _bias(self._positions, len(ids)))
        for name in self._cross:
            binding.bind_output(name, self.device.place)
        self._encoder.run_with_iobinding(binding, self.device.tidy())
        return list(binding.get_outputs())

    def _together(self, articles: Sequence[Sequence[int]], longest: int, swapped: bool) -> list[Any]:
        """The keys ``[B, H, K, S]`` and values ``[B, H, S, K]`` of several articles, padded with 0; or ``swapped``.

        Encoded one by one into their place, so that only one article's own copy exists at a time.
        """
        sizes, count = self.sizes, len(articles)
        wide = [(count, sizes.heads, sizes.d_kv, longest), (count, sizes.heads, longest, sizes.d_kv)]
        whole: list[Any] = []
        for number, ids in enumerate(articles):
            for place, part in enumerate(self.encode(ids)):
                found = part.numpy()[0]
                if number == 0:
                    whole.append(np.zeros(wide[(place + swapped) % 2], found.dtype))
                found = _swapped(found) if swapped else found
                whole[place][number][:, : found.shape[1], : found.shape[2]] = found
        return [value(array, self.device) for array in whole]


class Reading:
    """Articles that a network has read and is writing about; a ``Decoder`` for the search."""

    def __init__(self, network: Network, cross: list[Any], lengths: Sequence[int], beams: int) -> None:
        """``cross`` are the articles' keys and values, layer by layer, padded to the longest of ``lengths``."""
        self._network, self._beams, self._device = network, beams, network.device
        self.vocabulary = network.sizes.vocabulary
        self._session = network._many if beams > 1 else network._step
        self._binding = self._session.io_binding()
        self._outputs = [f"present_{name}" for name in network._cache]
        self._inputs = [f"past_{name}" for name in network._cache]
        half = cross[0].data_type() == "tensor(float16)"
        self._mask = _mask(lengths, MASKED_HALF if half else MASKED)
        self._cross = cross
        self._bind_cross()
        kind = np.float16 if half else np.float32
        empty = np.zeros((len(lengths) * beams, network.sizes.heads, 0, network.sizes.d_kv), kind)
        self._past = [value(empty, self._device)] * len(network._cache)
        self._rows = np.arange(len(lengths) * beams)  # the rows of the last step to go on from
        self._k = 0

    def step(self, tokens: Integers, k: int) -> Best:
        """The best ``k`` tokens behind ``tokens [N]``."""
        ids, logits, total = self._run(tokens[:, None], k)
        return Best(ids[:, 0], logits[:, 0], total[:, 0])

    def follow(self, tokens: Sequence[int]) -> list[int]:
        """The most likely token behind each of ``tokens``, for the one row of one article."""
        ids, _, _ = self._run(np.asarray([tokens], np.int64), 1)
        found: list[int] = ids[0, :, 0].tolist()
        return found

    def forget(self, count: int) -> None:
        """Take back the last ``count`` tokens."""
        if count:
            self._past = [value(one.numpy()[:, :, :-count], self._device) for one in self._past]

    def _run(self, tokens: Integers, k: int) -> list[Any]:
        """``ids``, ``logits [N, T, k]`` and ``total [N, T, 1]`` behind ``tokens [N, T]``, which are remembered."""
        binding = self._binding
        binding.bind_cpu_input("hidden", self._network._embed(tokens))
        if k != self._k:
            binding.bind_cpu_input("k", np.array([k], np.int64))
            self._k = k
        if self._beams > 1:
            binding.bind_cpu_input("rows", self._rows)
            self._rows = np.arange(len(tokens))
        for name, one in zip(self._inputs, self._past, strict=True):
            binding.bind_ortvalue_input(name, one)
        binding.clear_binding_outputs()
        for name in ("ids", "logits", "total"):
            binding.bind_output(name, "cpu")
        for name in self._outputs:
            binding.bind_output(name, self._device.place)
        self._session.run_with_iobinding(binding)
        ids, logits, total, *self._past = binding.get_outputs()
        return [ids.numpy(), logits.numpy(), total.numpy()]

    def reorder(self, rows: Integers) -> None:
        """Go on from the given rows; the next step puts them in order, where they lie."""
        self._rows = self._rows[rows]

    def keep(self, articles: Integers) -> None:
        """Forget all other articles."""
        rows = (articles[:, None] * self._beams + np.arange(self._beams)).reshape(-1)
        if self._beams > 1:
            self.reorder(rows)
        else:
            self._past = [value(one.numpy()[rows], self._device) for one in self._past]
        self._mask = self._mask[articles]
        self._cross = [value(one.numpy()[articles], self._device) for one in self._cross]
        self._bind_cross()

    def _bind_cross(self) -> None:
        self._binding.bind_cpu_input("mask", self._mask if self._beams == 1 else _swapped(self._mask))
        for name, one in zip(self._network._cross, self._cross, strict=True):
            self._binding.bind_ortvalue_input(name, one)


def _bias(positions: Floats, length: int) -> Floats:
    """``[1, H, S, S]``: the bias of every pair of ``length`` tokens; beyond the table nothing changes."""
    limit = positions.shape[1] // 2
    distances = np.arange(1 - length, length).clip(-limit, limit) + limit
    row = np.ascontiguousarray(positions[:, distances])  # the bias of a token to all others is a window of this
    head, one = row.strides
    shape = (len(row), length, length)
    windows = np.lib.stride_tricks.as_strided(row[:, length - 1 :], shape, (head, -one, one), writeable=False)
    return np.ascontiguousarray(windows)[None]


def _mask(lengths: Sequence[int], low: Any) -> Any:
    """``[B, 1, 1, S]``: 0 for the tokens of each article, ``low`` behind its end."""
    beyond = np.arange(max(lengths))[None] >= np.asarray(lengths)[:, None]
    return np.where(beyond, low, low.dtype.type(0))[:, None, None]


def _swapped(array: Any) -> Any:
    """The array with its last two axes the other way round, in one piece."""
    return np.ascontiguousarray(array.swapaxes(-1, -2))
