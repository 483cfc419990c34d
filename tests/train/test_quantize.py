"""8 bits are near, and a row's result is its own."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx", reason="building graphs needs blogsum[train]")
runtime = pytest.importorskip("onnxruntime", reason="running graphs needs blogsum[mt5]")

from blogsum.summarize.decoding import Options, write
from blogsum.summarize.devices import Device
from blogsum.summarize.runtime import Graphs, Network, Sizes, Tables
from blogsum.train import quantize
from blogsum.train.graph import FLOAT, Graph
from blogsum.train.mt5 import Builder, Multiply
from tests import tiny


def product(multiply: Multiply, x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    graph = Graph("product")
    name = graph.input("x", FLOAT, ["n", x.shape[1]])
    graph.output("y", multiply(graph, name, weight, "weight"), FLOAT, ["n", weight.shape[1]])
    session = runtime.InferenceSession(graph.model().SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


@pytest.mark.parametrize(("multiply", "error"), [(quantize.by_block, 0.01), (quantize.by_row, 0.02)])
@pytest.mark.parametrize("width", [40, 64, 512])
def test_products_are_near_those_of_float32(multiply: Multiply, error: float, width: int) -> None:
    draw = np.random.RandomState(0)
    x, weight = draw.normal(0, 1, (20, width)).astype(np.float32), draw.normal(0, 1, (width, 96)).astype(np.float32)
    exact = x @ weight
    assert np.sqrt(((product(multiply, x, weight) - exact) ** 2).mean()) < error * exact.std()


@pytest.mark.parametrize("multiply", [quantize.by_block, quantize.by_row])
def test_a_row_does_not_feel_the_rows_beside_it(multiply: Multiply) -> None:
    draw = np.random.RandomState(1)
    x, weight = draw.normal(0, 1, (9, 64)).astype(np.float32), draw.normal(0, 1, (64, 32)).astype(np.float32)
    x[5] *= 1000  # would spoil a scale that all rows share
    together = product(multiply, x, weight)
    for number, row in enumerate(x):
        assert np.allclose(product(multiply, row[None], weight)[0], together[number], rtol=1e-5, atol=1e-5 * row.std())


def test_a_row_of_zeros_is_zero() -> None:
    assert (product(quantize.by_row, np.zeros((2, 8), np.float32), np.ones((8, 4), np.float32)) == 0).all()


def test_a_rehearsal_rounds_as_float16_does() -> None:
    draw = np.random.RandomState(3)
    x = (draw.normal(0, 1, (50, 1)) * 10.0 ** draw.randint(-1, 5, (50, 1))).astype(np.float32)
    x[:4, 0] = [1 + 3 * 2**-12, 65504, 65519, 65520]  # up, the largest, still rounded to it, no more
    with np.errstate(over="ignore"):
        expected = x.astype(np.float16)
    assert np.array_equal(product(quantize.rehearsed, x, np.ones((1, 1), np.float32)), expected.astype(np.float32))
    assert np.isinf(expected[3]).all()
    wide = product(quantize.rehearsed, np.full((1, 4), 300, np.float32), np.full((4, 1), 60, np.float32))
    assert np.isinf(wide).all()  # 72,000


@pytest.mark.parametrize("beams", [1, 3])
def test_a_text_does_not_depend_on_its_batch(beams: int) -> None:
    one = tiny.checkpoint(6)
    step = Builder(one, quantize.by_block)
    built = (Builder(one, quantize.by_row).encoder(), step.step(), step.step(many=True))
    graphs = Graphs(*(graph.SerializeToString() for graph in built))
    sizes = Sizes(one.shape.vocabulary, one.shape.decoder_layers, one.shape.heads, one.shape.d_kv)
    rows = one.weights["shared.weight"]
    net = Network(graphs, Tables(lambda ids: rows[ids], step.positions()), sizes, Device(threads=1))
    articles, options = tiny.articles(5, 24), Options(beams=beams, max_tokens=24)
    together = write(net.read(articles, beams), 24, options)
    assert together == [write(net.read([article], beams), 1, options)[0] for article in articles]


def test_blocks_have_scales_of_their_own() -> None:
    rows = np.array([[1.0, -2.0, 100.0]], np.float32)
    values, scales = quantize.blocks(rows, 2)
    assert values.tolist() == [[[64, -127], [127, 0]]]
    assert np.allclose((values * scales[:, :, None]).reshape(-1)[:3], rows, atol=2 / 127)


@pytest.mark.parametrize(("width", "count"), [(128, 2), (40, 1)])
def test_an_embedding_comes_back(width: int, count: int) -> None:
    rows = np.random.RandomState(2).normal(0, 3, (7, width)).astype(np.float32)
    values, scales = quantize.embedding(rows)
    assert (values.shape, scales.shape) == (rows.shape, (7, count))
    back = (values.reshape(7, count, -1) * scales[..., None]).reshape(rows.shape)
    assert np.abs(back - rows).max() <= scales.max() / 2 * 1.001
