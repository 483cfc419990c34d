"""mT5 as two ONNX graphs, layer by layer: an encoder, and one step of the decoder.

The encoder runs once an article. It does not hand out its states but what the decoder makes of them: the keys and
values that each decoder layer attends to, computed once instead of at every step. The step takes the last tokens and
the cached keys and values, and ends in the best k tokens, so that a row of 250,112 logits never leaves the graph.

Letters in shapes: B articles, N rows (B times beams), S tokens of the article, T new tokens, P tokens before them,
D = d_model, H heads, K = d_kv, F = d_ff, V vocabulary. mT5 does not scale attention scores; all norms are root mean
squares without bias. Both graphs take embedded tokens: the embedding is one file that both share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    def positions(self) -> Array:
        """``[H, 2 * max_distance + 1]``: what the encoder's bias is made of, by distance."""
        return encoder_table(self._relative("encoder"), self.shape.max_distance)

    def encoder(self) -> onnx.ModelProto:
        """``hidden [B, S, D]``, ``bias [1, H, S, S]`` -> for every decoder layer i ``cross_k_i [B, H, K, S]`` and
        ``cross_v_i [B, H, S, K]``.

        Without padding: all articles of a call have the same length (the runtime gives one at a time). The bias comes
        from ``positions``: to look it up here took 7 ms for 512 tokens, a fourteenth of the whole.
        """
        graph, shape = Graph("encoder"), self.shape
        residual = graph.input("hidden", FLOAT, ["B", "S", shape.d_model])
        bias = graph.input("bias", FLOAT, [1, shape.heads, "S", "S"])
        new = ""
        for layer in range(shape.encoder_layers):
            place = f"encoder.block.{layer}.layer"
            x, residual = self._norm(graph, residual, new, f"{place}.0.layer_norm")
            x, residual = self._norm(
                graph, residual, self._self_attention(graph, x, f"{place}.0", bias), f"{place}.1.layer_norm"
            )
            new = self._feed_forward(graph, x, f"{place}.1", False)
        states, _ = self._norm(graph, residual, new, "encoder.final_layer_norm")
        for layer in range(shape.decoder_layers):
            self._cross_cache(graph, states, layer)
        return graph.model()

    def step(self, many: bool = False) -> onnx.ModelProto:
        """One step of the decoder for N rows, beams of one article side by side.

        ``many`` is for several new tokens or beams an article: it takes the cross keys as ``[B, H, S, K]`` and the
        values as ``[B, H, K, S]``, so that what is large stands first in every product and is read but once. With 512
        tokens, cross attention takes 0.89 ms so and 1.38 otherwise for 4 beams, 0.77 and 0.67 for one.

        ``hidden [N, T, D]`` the new tokens embedded, ``k [1]`` how many of the best to return, ``mask [B, 1, 1, S]``
        (``[B, 1, S, 1]`` for ``many``) 0 for the article's tokens and ``MASKED`` for padding, the encoder's
        ``cross_*``, ``past_k_i`` and ``past_v_i [N, H, P, K]`` (``[M, H, P, K]`` for ``many``, and ``rows [N]``, which
        of them to go on from) -> ``ids`` and ``logits [N, T, k]`` best first, ``total [N, T, 1]`` the logarithm of the
        sum of all exp(logits) (``logits - total`` are log-probabilities), ``present_k_i`` and ``present_v_i
        [N, H, P+T, K]``.
        """
        graph, shape = Graph("step"), self.shape
        residual = graph.input("hidden", FLOAT, ["N", "T", shape.d_model])
        best = graph.input("k", INT64, [1])
        mask = graph.input("mask", FLOAT, ["B", 1, "S", 1] if many else ["B", 1, 1, "S"])
        heads = (shape.heads, shape.d_kv)
        sides: list[Size] = [("S", shape.d_kv), (shape.d_kv, "S")] if many else [(shape.d_kv, "S"), ("S", shape.d_kv)]
        for layer in range(shape.decoder_layers):
            for part, side in zip("kv", sides, strict=True):
                graph.input(f"cross_{part}_{layer}", FLOAT, ["B", shape.heads, *side])
            for part in "kv":
                graph.input(f"past_{part}_{layer}", FLOAT, ["M" if many else "N", shape.heads, "P", shape.d_kv])
        order = graph.input("rows", INT64, ["N"]) if many else ""
        bias = self._step_bias(graph, residual)
        rows = graph.node(
            "Concat", graph.node("Shape", "cross_v_0", start=0, end=1), graph.integers(-1, *heads), axis=0
        )
        back = graph.node("Concat", graph.node("Shape", residual, start=0, end=2), graph.integers(-1), axis=0)
        new = ""
        for layer in range(shape.decoder_layers):
            place = f"decoder.block.{layer}.layer"
            past = [f"past_{part}_{layer}" for part in "kv"]
            past = [graph.node("Gather", one, order, axis=0) for one in past] if many else past
            x, residual = self._norm(graph, residual, new, f"{place}.0.layer_norm")
            new = self._self_attention(graph, x, f"{place}.0", bias, past, [f"present_{part}_{layer}" for part in "kv"])
            x, residual = self._norm(graph, residual, new, f"{place}.1.layer_norm")
            new = self._cross_attention(graph, x, layer, mask, rows, back, many)
            x, residual = self._norm(graph, residual, new, f"{place}.2.layer_norm")
            new = self._feed_forward(graph, x, f"{place}.2", True)
        x, _ = self._norm(graph, residual, new, "decoder.final_layer_norm")
        self._head(graph, x, best)
        for layer in range(shape.decoder_layers):
            for part in "kv":
                name = f"present_{part}_{layer}"
                graph.output(name, name, FLOAT, ["N", shape.heads, "P+T", shape.d_kv])
        return graph.model()

    def _weight(self, *names: str) -> Array:
        """Weights ``(out, in)`` of torch side by side as one ``[in, out]``: one product instead of several."""
        parts = [self._weights[f"{name}.weight"].T for name in names]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _project(self, graph: Graph, x: str, *names: str) -> str:
        return self._multiply(graph, x, self._weight(*names), "+".join(names))

    def _projections(self, graph: Graph, x: str, names: Sequence[str], merged: bool) -> list[str]:
        """``x`` times each of the weights. ``merged`` into one product for a row or two: one node instead of several.

        For a whole article, taking the product apart again costs more (5 of 95 ms).
        """
        if not merged:
            return [self._project(graph, x, name) for name in names]
        whole = self._project(graph, x, *names)
        return graph.nodes("Split", whole, outputs=len(names), axis=-1, num_outputs=len(names))

    def _norm(self, graph: Graph, residual: str, new: str, place: str) -> tuple[str, str]:
        """``x / sqrt(mean(x^2) + epsilon) * weight`` over D for ``x = residual + new``; and ``x``, the next residual.

        In front of the first layer nothing is ``new`` ("").
        """
        weight = graph.constant(self._weights[f"{place}.weight"], place)
        epsilon = self.shape.epsilon
        if not new:
            kind = "SimplifiedLayerNormalization"
            return graph.node(kind, residual, weight, axis=-1, epsilon=epsilon, stash_type=1), residual
        names = [f"{place}.normed", "", "", f"{place}.residual"]
        kind = "SkipSimplifiedLayerNormalization"
        graph.nodes(kind, residual, new, weight, outputs=names, domain=MICROSOFT, epsilon=epsilon)
        return names[0], names[3]

    def _self_attention(
        self, graph: Graph, x: str, place: str, bias: str, past: Sequence[str] = (), present: Sequence[str] = ()
    ) -> str:
        """``x [N, T, D]`` attends to itself and to the ``past`` (a key and a value ``[N, H, P, K]``): ``[N, T, D]``.

        ``bias [1, H, T, P+T]`` is added to the scores. Past and new together go out as ``present``.
        """
        names = [f"{place}.SelfAttention.{part}" for part in "qkv"]
        parts = self._projections(graph, x, names, bool(past))
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

    def _cross_attention(self, graph: Graph, x: str, layer: int, mask: str, rows: str, back: str, many: bool) -> str:
        """``x [N, T, D]`` attends to its article; beams of one article are further queries to the same keys.

        ``rows`` is the shape ``[B, -1, H, K]``, ``back`` is ``[N, T, -1]``. With Q = N/B*T queries an article, scores
        are ``[B, H, Q, S]``; they are computed as ``[B, H, S, Q]`` for ``many``.
        """
        place = f"decoder.block.{layer}.layer.1.EncDecAttention"
        key, value = f"cross_k_{layer}", f"cross_v_{layer}"
        queries = graph.node("Reshape", self._project(graph, x, f"{place}.q"), rows)
        if many:
            swapped = graph.node("Transpose", queries, perm=[0, 2, 3, 1])
            scores = graph.node("Add", graph.node("MatMul", key, swapped), mask)
            mixed = graph.node("MatMul", value, graph.node("Softmax", scores, axis=2))
            mixed = graph.node("Transpose", mixed, perm=[0, 3, 1, 2])
        else:
            swapped = graph.node("Transpose", queries, perm=[0, 2, 1, 3])
            scores = graph.node("Add", graph.node("MatMul", swapped, key), mask)
            mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), value)
            mixed = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
        return self._project(graph, graph.node("Reshape", mixed, back), f"{place}.o")

    def _feed_forward(self, graph: Graph, x: str, place: str, merged: bool) -> str:
        """``(gelu(x W0) * (x W1)) Wo``: ``[N, T, D] -> [N, T, F] -> [N, T, D]``; gelu in its tanh form."""
        dense = f"{place}.DenseReluDense"
        gate, line = self._projections(graph, x, [f"{dense}.wi_0", f"{dense}.wi_1"], merged)
        opened = graph.node("FastGelu", gate, domain=MICROSOFT)
        return self._project(graph, graph.node("Mul", opened, line), f"{dense}.wo")

    def _head(self, graph: Graph, x: str, best: str) -> None:
        """``x [N, T, D]`` -> the ``best`` of ``[N, T, V]``. A tied head reads ``x / sqrt(D)``: so does its weight."""
        weight = self._weight("lm_head")
        if self.shape.tied:
            weight = weight * np.float32(self.shape.d_model**-0.5)
        logits = self._multiply(graph, x, weight, "lm_head")
        values, ids = graph.nodes("TopK", logits, best, outputs=2, axis=-1)
        # not ReduceLogSumExp, which takes 0.7 ms for 4 rows of 32,000: these take 0.1
        top = graph.node("Slice", values, graph.integers(0), graph.integers(1), graph.integers(-1))
        powers = graph.node("Exp", graph.node("Sub", logits, top))
        total = graph.node(
            "Add", top, graph.node("Log", graph.node("ReduceSum", powers, graph.integers(-1), keepdims=1))
        )
        graph.output("ids", ids, INT64, ["N", "T", "k"])
        graph.output("logits", values, FLOAT, ["N", "T", "k"])
        graph.output("total", total, FLOAT, ["N", "T", 1])

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
