"""The graphs compute what transformers computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="building graphs needs blogsum[train]")
pytest.importorskip("onnxruntime", reason="running graphs needs blogsum[mt5]")

from blogsum.summarize.devices import Device
from blogsum.summarize.runtime import Graphs, Network, Sizes, Tables
from blogsum.train.mt5 import Builder
from blogsum.train.weights import Checkpoint
from tests import tiny

TOLERANCE = 1e-5  # mean difference of logits whose standard deviation is about 1; torch itself is 3e-6 off float64
SHAPES: dict[str, dict[str, Any]] = {
    "untied": {},
    "tied": {"tie_word_embeddings": True},
    "one layer, few buckets": {
        "num_layers": 1,
        "num_decoder_layers": 1,
        "relative_attention_num_buckets": 8,
        "relative_attention_max_distance": 12,
    },
    "T5 1.1": {"model_type": "t5", "d_model": 24, "num_heads": 2, "num_layers": 2},
}


def network(one: Checkpoint) -> Network:
    builder, shape = Builder(one), one.shape
    built = (builder.encoder(), builder.step(), builder.step(many=True))
    graphs = Graphs(*(graph.SerializeToString() for graph in built))
    sizes = Sizes(shape.vocabulary, shape.decoder_layers, shape.heads, shape.d_kv)
    return Network(
        graphs, Tables(lambda ids: one.weights["shared.weight"][ids], builder.positions()), sizes, Device(threads=1)
    )


def full_logits(net: Network, article: list[int], written: list[int]) -> np.ndarray:
    """The logits behind each token of ``written``, put back into the order of the vocabulary: ``[tokens, V]``."""
    reading, rows = net.read([article]), []
    for token in written:
        best = reading.step(np.array([token]), net.sizes.vocabulary)
        rows.append(best.logits[0][np.argsort(best.ids[0])])
    return np.stack(rows)


@pytest.mark.parametrize("changes", SHAPES.values(), ids=SHAPES.keys())
def test_logits_are_those_of_torch(changes: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", reason="parity with transformers needs blogsum[train]")
    one = tiny.checkpoint(5, **changes)
    article, written = tiny.articles(1, 1, 60)[0] * 2, [0, 7, 99, 300, 5, 5, 5, *range(40, 70)]
    with torch.no_grad():
        asked = {"input_ids": torch.tensor([article]), "decoder_input_ids": torch.tensor([written])}
        theirs = tiny.torch_model(one)(**asked).logits[0].numpy()
    ours = full_logits(network(one), article, written)
    assert np.abs(ours - theirs).mean() < TOLERANCE * theirs.std()
    assert np.abs(ours - theirs).max() < 30 * TOLERANCE * theirs.std()


def test_the_best_come_first_with_their_log_probabilities() -> None:
    net = network(tiny.checkpoint(2))
    reading = net.read(tiny.articles(2, 1))
    everything = reading.step(np.array([0]), net.sizes.vocabulary)
    few = net.read(tiny.articles(2, 1)).step(np.array([0]), 3)
    assert few.ids.shape == (1, 3)
    assert np.array_equal(few.ids, everything.ids[:, :3])
    assert (np.diff(everything.logits) <= 0).all()
    assert np.exp(everything.logits - everything.total).sum() == pytest.approx(1, abs=1e-5)


def test_an_article_reads_the_same_in_any_company() -> None:
    net = network(tiny.checkpoint(4))
    articles = tiny.articles(3, 5)
    together = net.read(articles, beams=2)
    first = together.step(np.zeros(10, np.int64), 320)
    second = together.step(np.arange(10) + 20, 320)
    for number, article in enumerate(articles):
        alone = net.read([article])
        assert np.allclose(alone.step(np.array([0]), 320).logits, first.logits[2 * number], atol=1e-5)
        mine = alone.step(np.array([20 + 2 * number]), 320)
        assert np.allclose(mine.logits, second.logits[2 * number], atol=1e-5)


def test_rows_can_be_reordered_and_articles_forgotten() -> None:
    net = network(tiny.checkpoint(4))
    articles = tiny.articles(3, 3)
    reading = net.read(articles, beams=2)
    reading.step(np.array([0, 9, 0, 9, 0, 9]), 5)
    reading.reorder(np.array([1, 0, 3, 2, 5, 4]))
    reading.keep(np.array([2, 1]))
    after = reading.step(np.array([11, 12, 13, 14]), 5)
    fresh = net.read([articles[2], articles[1]], beams=2)
    fresh.step(np.array([9, 0, 9, 0]), 5)
    again = fresh.step(np.array([11, 12, 13, 14]), 5)
    assert np.array_equal(after.ids, again.ids)
    assert np.allclose(after.logits, again.logits, atol=1e-5)
