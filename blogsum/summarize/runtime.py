"""An exported mT5 on onnxruntime: reads articles, remembers them, takes one step of writing. No text, no search.

Each article is encoded on its own, without padding: what is computed for it never depends on the articles beside it,
whatever the precision, and memory does not grow with the batch. Only the cached keys and values are padded, under a
mask that leaves exactly nothing of the padding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.errors import MissingExtra
from blogsum.summarize.decoding import Best, Floats, Integers

MASKED = np.float32(-1e9)  # exp of it is 0 in float32
Graph = Path | bytes  # a file, or what stands in it
Embed = Callable[[Integers], Floats]
_CPU = ["CPUExecutionProvider"]


@dataclass(frozen=True)
class Sizes:
    """What the runtime must know of a model: ``vocabulary`` rows, decoder ``layers``, ``heads`` of ``d_kv`` numbers."""

    vocabulary: int
    layers: int
    heads: int
    d_kv: int


class Network:
    """The two graphs of a model, ready to run on the CPU."""

    def __init__(self, encoder: Graph, step: Graph, embedding: Embed, sizes: Sizes, threads: int = 0) -> None:
        """Graphs are files or their bytes; ``embedding`` maps ids to vectors; ``threads`` 0 means one a core."""
        self.sizes, self._embed = sizes, embedding
        self._encoder, self._step = (_session(graph, threads) for graph in (encoder, step))
        self._cross = [f"cross_{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]
        self._cache = [f"{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]

    def read(self, articles: Sequence[Sequence[int]], beams: int = 1) -> Reading:
        """Encode articles, given as token ids, for ``beams`` rows each."""
        return Reading(self, [self.encode(ids) for ids in articles], beams)

    def encode(self, ids: Sequence[int]) -> list[Any]:
        """The keys and values that the decoder attends to, per layer, as onnxruntime keeps them; for one article."""
        binding = self._encoder.io_binding()
        binding.bind_cpu_input("hidden", self._embed(np.asarray([ids], np.int64)))
        for name in self._cross:
            binding.bind_output(name, "cpu")
        self._encoder.run_with_iobinding(binding)
        return list(binding.get_outputs())


class Reading:
    """Articles that a network has read and is writing about; a ``Decoder`` for the search."""

    def __init__(self, network: Network, articles: list[list[Any]], beams: int) -> None:
        self._network, self._beams = network, beams
        self.vocabulary = network.sizes.vocabulary
        self._binding = network._step.io_binding()
        lengths = [cross[0].shape()[3] for cross in articles]
        self._mask = _mask(lengths)
        self._cross = articles[0] if len(articles) == 1 else _padded(articles, lengths)
        self._bind_cross()
        empty = np.zeros((len(articles) * beams, network.sizes.heads, 0, network.sizes.d_kv), np.float32)
        self._past = [_value(empty)] * len(network._cache)

    def step(self, tokens: Integers, k: int) -> Best:
        """The best ``k`` tokens behind ``tokens [N]``."""
        binding, network = self._binding, self._network
        binding.bind_cpu_input("hidden", network._embed(tokens[:, None]))
        binding.bind_cpu_input("k", np.array([k], np.int64))
        for name, value in zip(network._cache, self._past, strict=True):
            binding.bind_ortvalue_input(f"past_{name}", value)
        binding.clear_binding_outputs()
        for name in ("ids", "logits", "total", *(f"present_{name}" for name in network._cache)):
            binding.bind_output(name, "cpu")
        network._step.run_with_iobinding(binding)
        ids, logits, total, *self._past = binding.get_outputs()
        return Best(ids.numpy()[:, 0], logits.numpy()[:, 0], total.numpy()[:, 0])

    def reorder(self, rows: Integers) -> None:
        """Go on from the given rows."""
        self._past = [_value(value.numpy()[rows]) for value in self._past]

    def keep(self, articles: Integers) -> None:
        """Forget all other articles."""
        rows = (articles[:, None] * self._beams + np.arange(self._beams)).reshape(-1)
        self.reorder(rows)
        self._mask = self._mask[articles]
        self._cross = [_value(value.numpy()[articles]) for value in self._cross]
        self._bind_cross()

    def _bind_cross(self) -> None:
        self._binding.bind_cpu_input("mask", self._mask)
        for name, value in zip(self._network._cross, self._cross, strict=True):
            self._binding.bind_ortvalue_input(name, value)


def _session(graph: Graph, threads: int) -> Any:
    """A session of one graph on the CPU."""
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    return runtime.InferenceSession(source, options, providers=_CPU)


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "mt5") from error
    return onnxruntime


def _value(array: Any) -> Any:
    """The array as onnxruntime's own value; they share memory."""
    return _runtime().OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))


def _mask(lengths: Sequence[int]) -> Floats:
    """``[B, 1, 1, S]``: 0 for the tokens of each article, ``MASKED`` behind its end."""
    beyond = np.arange(max(lengths))[None] >= np.asarray(lengths)[:, None]
    return np.where(beyond, MASKED, np.float32(0))[:, None, None].astype(np.float32)


def _padded(articles: list[list[Any]], lengths: Sequence[int]) -> list[Any]:
    """Several articles' keys ``[1, H, K, s]`` and values ``[1, H, s, K]`` as ``[B, H, K, S]`` and ``[B, H, S, K]``.

    Their own copies are let go one by one.
    """
    batch = []
    for place in range(len(articles[0])):
        one = articles[0][place].shape()
        axis = 3 if place % 2 == 0 else 2
        size = [len(articles), *one[1:]]
        size[axis] = max(lengths)
        whole = np.zeros(size, np.float32)
        for number, length in enumerate(lengths):
            part = whole[number, :, :, :length] if axis == 3 else whole[number, :, :length]
            part[...] = articles[number][place].numpy()[0]
            articles[number][place] = None
        batch.append(_value(whole))
    return batch
