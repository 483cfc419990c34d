"""Weights in 8 bits, a quarter of the size and as much less to read at every step, or in 16. Knows no model.

In 8 bits, what is multiplied is quantised too, at run time and row by row: a row's result never depends on the rows
beside it, so a summary does not change with the articles that share its batch. (``DynamicQuantizeMatMul`` takes one
scale for all.)

Two ways for two kinds of work, measured in mt5-small's shape on an AVX-512 CPU: for one row, a step, ``by_block``
takes as long as any other int8 product (0.011 ms, float32 0.029) and errs least; for 512 rows, an article, ``by_row``
takes 0.43 of float32's time and ``by_block`` 0.85.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from blogsum.train.graph import FLOAT, FLOAT16, MICROSOFT, Graph
from blogsum.train.weights import Array

BLOCK = 128  # weights that share a scale in by_block: 8.25 bits a weight in all, and a tenth faster than 64
_ROW_BLOCK = 64  # the same in an embedding
_LEVELS = 127
# In by_row weights have 7 bits: CPUs without VNNI add two products of 8 bits in 16 and would overflow.
_SAFE_LEVELS = 63
_INT8 = 4  # onnxruntime's name for: quantise what is multiplied to 8 bits as well
_TINY = np.float32(1e-12)


def by_block(graph: Graph, x: str, weight: Array, name: str) -> str:
    """``x [.., in] @ weight [in, out]``; weights in blocks of 128 along ``in``, each with its own scale."""
    width, height = weight.shape
    values, scales = blocks(np.ascontiguousarray(weight.T), BLOCK)
    return graph.node(
        "MatMulNBits",
        x,
        graph.constant((values.astype(np.int16) + 128).astype(np.uint8), f"{name}.values"),
        graph.constant(scales.reshape(-1), f"{name}.scales"),
        domain=MICROSOFT,
        K=width,
        N=height,
        bits=8,
        block_size=BLOCK,
        accuracy_level=_INT8,
    )


def by_row(graph: Graph, x: str, weight: Array, name: str) -> str:
    """``x [.., in] @ weight [in, out]``; one scale for each column of the weight and for each row of ``x``."""
    scales = np.maximum(np.abs(weight).max(axis=0) / _SAFE_LEVELS, _TINY).astype(np.float32)
    values, largest, step, middle = graph.once(f"{x}.rows", lambda: _rows(graph, x))
    product = graph.node(
        "MatMulIntegerToFloat",
        values,
        graph.constant(np.rint(weight / scales).astype(np.int8), f"{name}.values"),
        step,
        graph.constant(scales, f"{name}.scales"),
        middle,
        graph.constant(np.array(0, np.int8), "zero"),
        domain=MICROSOFT,
    )
    return graph.node("Mul", product, largest)


def _rows(graph: Graph, x: str) -> tuple[str, str, str, str]:
    """``x [.., in]`` in 8 bits, its largest number row by row ``[.., 1]``, and scale and zero point of the bits."""
    largest = graph.node("ReduceMax", graph.node("Abs", x), graph.integers(-1), keepdims=1)
    largest = graph.node("Max", largest, graph.constant(np.array(_TINY, np.float32), "tiny"))
    step = graph.constant(np.array(1 / _LEVELS, np.float32), "step")
    middle = graph.constant(np.array(128, np.uint8), "middle")
    return graph.node("QuantizeLinear", graph.node("Div", x, largest), step, middle), largest, step, middle


def half(graph: Graph, x: str, weight: Array, name: str) -> str:
    """``x [.., in] @ weight [in, out]`` in float16, for CUDA; what comes in and goes out is float32.

    Beyond 65,504 it is infinite. On a CPU without float16 onnxruntime computes in float32 and leaves out the roundings
    before and behind, whatever it is told: ``rehearsed`` has them.
    """
    product = graph.node("MatMul", graph.node("Cast", x, to=FLOAT16), graph.constant(_short(weight), f"{name}.half"))
    return graph.node("Cast", product, to=FLOAT)


def rehearsed(graph: Graph, x: str, weight: Array, name: str) -> str:
    """What ``half`` computes on CUDA, on any CPU: sums in float32, all else rounded to 11 bits, infinite where it is.

    Not for use: it takes longer than float32.
    """
    product = graph.node("MatMul", _rounded(graph, x), graph.constant(_short(weight).astype(np.float32), name))
    return _rounded(graph, product)


def _short(weight: Array) -> npt.NDArray[np.float16]:
    with np.errstate(over="ignore"):
        return weight.astype(np.float16)


def _rounded(graph: Graph, x: str) -> str:
    """``x`` to the nearest number of 11 bits (Veltkamp, 1968): ``c - (c - x)`` with ``c = (2^13 + 1) x``."""
    wide = graph.node("Mul", x, graph.constant(np.array(2**13 + 1, np.float32), "veltkamp"))
    near = graph.node("Sub", wide, graph.node("Sub", wide, x))
    within = graph.node("LessOrEqual", graph.node("Abs", near), graph.constant(np.array(65504, np.float32), "largest"))
    return graph.node("Where", within, near, graph.node("Mul", x, graph.constant(np.array(np.inf, np.float32), "inf")))


def blocks(rows: Array, size: int) -> tuple[npt.NDArray[np.int8], Array]:
    """``rows [n, m]`` as integers up to 127 ``[n, blocks, size]`` and scales ``[n, blocks]``; 0 fills the last."""
    count = -(-rows.shape[1] // size)
    padded = np.zeros((len(rows), count * size), np.float32)
    padded[:, : rows.shape[1]] = rows
    grouped = padded.reshape(len(rows), count, size)
    scales = np.maximum(np.abs(grouped).max(axis=2) / _LEVELS, _TINY).astype(np.float32)
    return np.rint(grouped / scales[:, :, None]).astype(np.int8), scales


def embedding(rows: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """``rows [V, D]`` as int8 ``[V, D]`` and scales ``[V, blocks]``; one block a row where 64 does not divide D."""
    size = _ROW_BLOCK if rows.shape[1] % _ROW_BLOCK == 0 else rows.shape[1]
    values, scales = blocks(rows, size)
    return values.reshape(rows.shape), scales
