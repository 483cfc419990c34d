"""mT5 as two ONNX graphs, layer by layer: an encoder, and one step of the decoder.

The encoder runs once an article. It does not hand out its states but what the decoder makes of them: the keys and
values that each decoder layer attends to, computed once instead of at every step. The step takes the last tokens and
the cached keys and values, and ends in the best k tokens, so that a row of 250,112 logits never leaves the graph.

Letters in shapes: B articles, N rows (B times beams), S tokens of the article, T new tokens, P tokens before them,
D = d_model, H heads, K = d_kv, F = d_ff, V vocabulary. mT5 does not scale attention scores; all norms are root mean
squares without bias. Both graphs take embedded tokens: the embedding is one file that both share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from blogsum.train.graph import FLOAT, INT64, MICROSOFT, Graph, Size
from blogsum.train.positions import decoder_table, encoder_table
from blogsum.train.weights import Array, Checkpoint, Shape

if TYPE_CHECKING:
    import onnx

# How a weight [in, out] is multiplied: (graph, what is multiplied, weight, its name) -> product.
Multiply = Callable[[Graph, str, Array, str], str]


def plain(graph: Graph, x: str, weight: Array, name: str) -> str:
    """``x [.., in] @ weight [in, out]`` in float32."""
    return graph.node("MatMul", x, graph.constant(weight, name))


class Builder:
    """Writes both graphs of one checkpoint; ``multiply`` decides in which precision the weights are kept."""

    def __init__(self, checkpoint: Checkpoint, multiply: Multiply = plain) -> None:
        self.shape: Shape = checkpoint.shape
        self._weights, self._multiply = checkpoint.weights, multiply

    def encoder(self) -> onnx.ModelProto:
        """``hidden [B, S, D]`` -> for every decoder layer i ``cross_k_i [B, H, K, S]`` and ``cross_v_i [B, H, S, K]``.

        Without padding: all articles of a call have the same length (the runtime gives one at a time).
        """
        graph, shape = Graph("encoder"), self.shape
        residual = graph.input("hidden", FLOAT, ["B", "S", shape.d_model])
        bias = self._encoder_bias(graph, residual)
        for layer in range(shape.encoder_layers):
            place = f"encoder.block.{layer}.layer"
            attended = self._self_attention(graph, self._norm(graph, residual, f"{place}.0"), f"{place}.0", bias)
            residual = graph.node("Add", residual, attended)
            dense = self._feed_forward(graph, self._norm(graph, residual, f"{place}.1"), f"{place}.1")
            residual = graph.node("Add", residual, dense)
        states = self._norm(graph, residual, "encoder.final_layer_norm", "")
        for layer in range(shape.decoder_layers):
            self._cross_cache(graph, states, layer)
        return graph.model()

    def step(self) -> onnx.ModelProto:
        """One step of the decoder for N rows, beams of one article side by side.

        ``hidden [N, T, D]`` the new tokens embedded, ``k [1]`` how many of the best to return, ``mask [B, 1, 1, S]`` 0
        for the article's tokens and ``MASKED`` for padding, the encoder's ``cross_*``, ``past_k_i`` and ``past_v_i
        [N, H, P, K]`` -> ``ids`` and ``logits [N, T, k]`` best first, ``total [N, T, 1]`` the logarithm of the sum of
        all exp(logits) (``logits - total`` are log-probabilities), ``present_k_i`` and ``present_v_i [N, H, P+T, K]``.
        """
        graph, shape = Graph("step"), self.shape
        residual = graph.input("hidden", FLOAT, ["N", "T", shape.d_model])
        best = graph.input("k", INT64, [1])
        mask = graph.input("mask", FLOAT, ["B", 1, 1, "S"])
        for layer in range(shape.decoder_layers):
            graph.input(f"cross_k_{layer}", FLOAT, ["B", shape.heads, shape.d_kv, "S"])
            graph.input(f"cross_v_{layer}", FLOAT, ["B", shape.heads, "S", shape.d_kv])
            for part in "kv":
                graph.input(f"past_{part}_{layer}", FLOAT, ["N", shape.heads, "P", shape.d_kv])
        bias = self._step_bias(graph, residual)
        presents: list[tuple[str, str]] = []
        for layer in range(shape.decoder_layers):
            place = f"decoder.block.{layer}.layer"
            cache = [f"{part}_{layer}" for part in "kv"]
            attended = self._self_attention(graph, self._norm(graph, residual, f"{place}.0"), f"{place}.0", bias, cache)
            residual = graph.node("Add", residual, attended)
            crossed = self._cross_attention(graph, self._norm(graph, residual, f"{place}.1"), layer, mask)
            residual = graph.node("Add", residual, crossed)
            dense = self._feed_forward(graph, self._norm(graph, residual, f"{place}.2"), f"{place}.2")
            residual = graph.node("Add", residual, dense)
            presents += [(f"present_{name}", f"present_{name}") for name in cache]
        self._head(graph, self._norm(graph, residual, "decoder.final_layer_norm", ""), best)
        for name, value in presents:
            graph.output(name, value, FLOAT, ["N", shape.heads, "P+T", shape.d_kv])
        return graph.model()

    def _weight(self, *names: str) -> Array:
        """Weights ``(out, in)`` of torch side by side as one ``[in, out]``: one product instead of several."""
        parts = [self._weights[f"{name}.weight"].T for name in names]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _project(self, graph: Graph, x: str, *names: str) -> str:
        return self._multiply(graph, x, self._weight(*names), "+".join(names))

    def _norm(self, graph: Graph, x: str, place: str, tail: str = ".layer_norm") -> str:
        """``x / sqrt(mean(x^2) + epsilon) * weight`` over D."""
        weight = graph.constant(self._weights[f"{place}{tail}.weight"], f"{place}{tail}")
        return graph.node("SimplifiedLayerNormalization", x, weight, axis=-1, epsilon=self.shape.epsilon, stash_type=1)

    def _self_attention(self, graph: Graph, x: str, place: str, bias: str, cache: list[str] | None = None) -> str:
        """``x [N, T, D]`` attends to itself and to the ``cache`` (names of its key and value); -> ``[N, T, D]``.

        ``bias [1, H, T, P+T]`` is added to the scores. The cache comes in as ``past_*`` and goes out as ``present_*``.
        """
        names = [f"{place}.SelfAttention.{part}" for part in "qkv"]
        parts = graph.nodes("Split", self._project(graph, x, *names), outputs=3, axis=-1, num_outputs=3)
        past = [f"past_{name}" for name in cache or ()]
        present = [f"present_{name}" for name in cache or ()]
        [mixed, *_] = graph.nodes(
            "MultiHeadAttention",
            *(*parts, "", "", bias, *past),
            outputs=[f"{place}.attended", *present],
            domain=MICROSOFT,
            num_heads=self.shape.heads,
            scale=1.0,
        )
        return self._project(graph, mixed, f"{place}.SelfAttention.o")

    def _cross_cache(self, graph: Graph, states: str, layer: int) -> None:
        """``states [B, S, D]`` -> keys ``[B, H, K, S]``, laid out for the product they stand in, and values."""
        shape, place = self.shape, f"decoder.block.{layer}.layer.1.EncDecAttention"
        layouts: dict[str, tuple[list[int], Size]] = {
            "k": ([0, 2, 3, 1], [shape.d_kv, "S"]),
            "v": ([0, 2, 1, 3], ["S", shape.d_kv]),
        }
        for part, (order, size) in layouts.items():
            flat = self._project(graph, states, f"{place}.{part}")
            heads = graph.node("Reshape", flat, graph.integers(0, 0, shape.heads, shape.d_kv))
            name = f"cross_{part}_{layer}"
            graph.nodes("Transpose", heads, outputs=[name], perm=order)
            graph.output(name, name, FLOAT, ["B", shape.heads, *size])

    def _cross_attention(self, graph: Graph, x: str, layer: int, mask: str) -> str:
        """``x [N, T, D]`` attends to its article; beams of one article are further queries to the same keys.

        Queries are ``[B, H, N/B*T, K]``, scores ``[B, H, N/B*T, S]``.
        """
        shape, place = self.shape, f"decoder.block.{layer}.layer.1.EncDecAttention"
        flat = self._project(graph, x, f"{place}.q")
        articles = graph.node("Shape", f"cross_v_{layer}", start=0, end=1)
        rows = graph.node("Concat", articles, graph.integers(-1, shape.heads, shape.d_kv), axis=0)
        queries = graph.node("Transpose", graph.node("Reshape", flat, rows), perm=[0, 2, 1, 3])
        scores = graph.node("Add", graph.node("MatMul", queries, f"cross_k_{layer}"), mask)
        mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), f"cross_v_{layer}")
        back = graph.node("Reshape", graph.node("Transpose", mixed, perm=[0, 2, 1, 3]), graph.node("Shape", flat))
        return self._project(graph, back, f"{place}.o")

    def _feed_forward(self, graph: Graph, x: str, place: str) -> str:
        """``(gelu(x W0) * (x W1)) Wo``: ``[N, T, D] -> [N, T, F] -> [N, T, D]``; gelu in its tanh form."""
        dense = f"{place}.DenseReluDense"
        both = self._project(graph, x, f"{dense}.wi_0", f"{dense}.wi_1")
        gate, line = graph.nodes("Split", both, outputs=2, axis=-1, num_outputs=2)
        opened = graph.node("FastGelu", gate, domain=MICROSOFT)
        return self._project(graph, graph.node("Mul", opened, line), f"{dense}.wo")

    def _head(self, graph: Graph, x: str, best: str) -> None:
        """``x [N, T, D]`` -> the ``best`` of ``[N, T, V]``. A tied head reads ``x / sqrt(D)``: so does its weight."""
        weight = self._weight("lm_head")
        if self.shape.tied:
            weight = weight * np.float32(self.shape.d_model**-0.5)
        logits = self._multiply(graph, x, weight, "lm_head")
        values, ids = graph.nodes("TopK", logits, best, outputs=2, axis=-1)
        total = graph.node("ReduceLogSumExp", logits, graph.integers(-1), keepdims=1)
        graph.output("ids", ids, INT64, ["N", "T", "k"])
        graph.output("logits", values, FLOAT, ["N", "T", "k"])
        graph.output("total", total, FLOAT, ["N", "T", 1])

    def _encoder_bias(self, graph: Graph, hidden: str) -> str:
        """``[1, H, S, S]``: the bias of every pair of positions, looked up by their distance."""
        limit = self.shape.max_distance
        table = encoder_table(self._relative("encoder"), limit)
        positions = self._range(graph, graph.integers(0), graph.node("Shape", hidden, start=1, end=2))
        distance = self._distances(graph, positions, positions)
        column = graph.node("Add", self._clip(graph, distance, -limit, limit), graph.integers(limit))
        return self._look_up(graph, table, column)

    def _step_bias(self, graph: Graph, hidden: str) -> str:
        """``[1, H, T, P+T]``: the bias of each new token to itself and to all before it; what follows is masked."""
        limit = self.shape.max_distance
        table = decoder_table(self._relative("decoder"), limit)
        before = graph.node("Shape", "past_k_0", start=2, end=3)
        total = graph.node("Add", before, graph.node("Shape", hidden, start=1, end=2))
        new = self._range(graph, before, total)
        distance = self._distances(graph, self._range(graph, graph.integers(0), total), new)
        column = graph.node("Sub", graph.integers(1), self._clip(graph, distance, -limit, 1))
        return self._look_up(graph, table, column)

    def _relative(self, side: str) -> Array:
        return self._weights[f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]

    def _range(self, graph: Graph, first: str, end: str) -> str:
        """``[first, end)`` of two lists of one number each."""
        one = graph.constant(np.array(1, np.int64), "one")
        return graph.node("Range", graph.node("Squeeze", first), graph.node("Squeeze", end), one)

    def _distances(self, graph: Graph, to: str, at: str) -> str:
        """``to [m], at [n] -> to - at [n, m]``."""
        rows = graph.node("Unsqueeze", to, graph.integers(0))
        return graph.node("Sub", rows, graph.node("Unsqueeze", at, graph.integers(1)))

    def _clip(self, graph: Graph, x: str, low: int, high: int) -> str:
        bounds = [graph.constant(np.array(bound, np.int64), f"bound_{bound}") for bound in (low, high)]
        return graph.node("Clip", x, *bounds)

    def _look_up(self, graph: Graph, table: Array, column: str) -> str:
        """``table [H, d], column [n, m] -> [1, H, n, m]``."""
        found = graph.node("Gather", graph.constant(table, "relative"), column, axis=1)
        return graph.node("Unsqueeze", found, graph.integers(0))
