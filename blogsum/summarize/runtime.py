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
        self._encoder, self._step = _session(encoder, threads, False), _session(step, threads, True)
        self._cross = [f"cross_{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]
        self._cache = [f"{part}_{layer}" for layer in range(sizes.layers) for part in "kv"]

    def read(self, articles: Sequence[Sequence[int]], beams: int = 1) -> Reading:
        """Encode articles, given as token ids, for ``beams`` rows each."""
        lengths = [len(ids) for ids in articles]
        cross = self.encode(articles[0]) if len(articles) == 1 else self._together(articles, max(lengths))
        return Reading(self, cross, lengths, beams)

    def encode(self, ids: Sequence[int]) -> list[Any]:
        """The keys and values that the decoder attends to, per layer, as onnxruntime keeps them; for one article."""
        binding = self._encoder.io_binding()
        binding.bind_cpu_input("hidden", self._embed(np.asarray([ids], np.int64)))
        for name in self._cross:
            binding.bind_output(name, "cpu")
        self._encoder.run_with_iobinding(binding)
        return list(binding.get_outputs())

    def _together(self, articles: Sequence[Sequence[int]], longest: int) -> list[Any]:
        """The keys ``[B, H, K, S]`` and values ``[B, H, S, K]`` of several articles, padded with 0.

        Encoded one by one into their place, so that only one article's own copy exists at a time.
        """
        sizes, count = self.sizes, len(articles)
        keys, values = (count, sizes.heads, sizes.d_kv, longest), (count, sizes.heads, longest, sizes.d_kv)
        whole = [np.zeros(shape, np.float32) for _ in range(sizes.layers) for shape in (keys, values)]
        for number, ids in enumerate(articles):
            for place, part in enumerate(self.encode(ids)):
                room = whole[place][number]
                room = room[:, :, : len(ids)] if place % 2 == 0 else room[:, : len(ids)]
                room[...] = part.numpy()[0]
        return [_value(array) for array in whole]


class Reading:
    """Articles that a network has read and is writing about; a ``Decoder`` for the search."""

    def __init__(self, network: Network, cross: list[Any], lengths: Sequence[int], beams: int) -> None:
        """``cross`` are the articles' keys and values, layer by layer, padded to the longest of ``lengths``."""
        self._network, self._beams = network, beams
        self.vocabulary = network.sizes.vocabulary
        self._binding = network._step.io_binding()
        self._mask = _mask(lengths)
        self._cross = cross
        self._bind_cross()
        empty = np.zeros((len(lengths) * beams, network.sizes.heads, 0, network.sizes.d_kv), np.float32)
        self._past = [_value(empty)] * len(network._cache)

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
            self._past = [_value(value.numpy()[:, :, :-count]) for value in self._past]

    def _run(self, tokens: Integers, k: int) -> list[Any]:
        """``ids``, ``logits [N, T, k]`` and ``total [N, T, 1]`` behind ``tokens [N, T]``, which are remembered."""
        binding, network = self._binding, self._network
        binding.bind_cpu_input("hidden", network._embed(tokens))
        binding.bind_cpu_input("k", np.array([k], np.int64))
        for name, value in zip(network._cache, self._past, strict=True):
            binding.bind_ortvalue_input(f"past_{name}", value)
        binding.clear_binding_outputs()
        for name in ("ids", "logits", "total", *(f"present_{name}" for name in network._cache)):
            binding.bind_output(name, "cpu")
        network._step.run_with_iobinding(binding)
        ids, logits, total, *self._past = binding.get_outputs()
        return [ids.numpy(), logits.numpy(), total.numpy()]

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


def _session(graph: Graph, threads: int, arena: bool) -> Any:
    """A session of one graph on the CPU.

    An ``arena`` keeps the memory of one run for the next: right for steps, which are many and alike; an encoder would
    hold on to what its longest article took.
    """
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_cpu_mem_arena, options.log_severity_level = arena, 3
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
