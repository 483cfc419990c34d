"""In how many bits each layer is kept. Which may have 8 is measured on texts, the harmful ones stay in float32."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.summarize import mt5
from blogsum.summarize.decoding import Marks, Options, write
from blogsum.summarize.runtime import Graphs, Network, Sizes, Tables
from blogsum.train import parity, quantize
from blogsum.train.graph import Graph, save, share
from blogsum.train.mt5 import Builder, Multiply, plain
from blogsum.train.weights import Array, Checkpoint, Shape, expected

HEAD = "lm_head"
# How the encoder and the step multiply what is not float32; "rehearsal" is fp16 as a GPU computes it.
WAYS = {
    "int8": (quantize.by_row, quantize.by_block),
    "fp16": (quantize.half, quantize.half),
    "rehearsal": (quantize.rehearsed, quantize.rehearsed),
}
# the feed-forward's way out is where mT5 leaves float16's range: transformers keeps it in float32 too
_WAY_OUT = "DenseReluDense.wo"
# Root mean square of what 8 bits may change of the logits, in their standard deviation: a third of what int8 may.
LIMIT = 0.05
_SHARES = {"int8": 0.34, "fp16": 0.65}  # of float32's bytes, at most: what stays in float32 included
_BESIDE = 20_000_000  # bytes of a vocabulary and the graphs themselves
_TOKENS = 24  # written on each text


def groups(checkpoint: Checkpoint) -> list[str]:
    """The parts whose precision is chosen as one: each layer of encoder and decoder, and the head."""
    shape = checkpoint.shape
    sides = (("encoder", shape.encoder_layers), ("decoder", shape.decoder_layers))
    return [*(f"{side}.block.{layer}" for side, layers in sides for layer in range(layers)), HEAD]


def save_graphs(checkpoint: Checkpoint, exact: Collection[str], folder: Path, way: str = "int8") -> None:
    """Write the graphs, the groups in ``exact`` in float32 and all others in one of the ``WAYS``."""

    def chosen(otherwise: Multiply) -> Multiply:
        def multiply(graph: Graph, x: str, weight: Array, name: str) -> str:
            is_exact = _group(name) in exact or (way != "int8" and name.endswith(_WAY_OUT))
            return (plain if is_exact else otherwise)(graph, x, weight, name)

        return multiply

    encoder, step = map(chosen, WAYS[way])
    reader = Builder(checkpoint, encoder)
    save(reader.encoder(), folder / mt5.ENCODER)
    np.save(folder / mt5.POSITIONS, reader.positions())
    one = Builder(checkpoint, step).step()
    save(one, folder / mt5.STEP)
    share(Builder(checkpoint, step).step(many=True), folder / mt5.MANY, one)


def size(shape: Shape, precision: str = "fp32") -> int:
    """About how many bytes the graphs and the embedding of a bundle take, at most."""
    weights = sum(4 * int(np.prod(one)) for _, one in expected(shape))
    return int(weights * _SHARES.get(precision, 1)) + _BESIDE


@contextmanager
def network(
    checkpoint: Checkpoint, exact: Collection[str], way: str = "int8", place: Path | None = None
) -> Iterator[Network]:
    """The model with the groups in ``exact`` in float32, for as long as the block lasts; its embedding in float32.

    Its files stand in ``place`` meanwhile, a folder that is deleted even when this process is killed.
    """
    shape, rows = checkpoint.shape, checkpoint.weights["shared.weight"]
    with tempfile.TemporaryDirectory(prefix="blogsum-", dir=place) as temporary:
        folder = Path(temporary)
        save_graphs(checkpoint, exact, folder, way)
        sizes = Sizes(shape.vocabulary, shape.decoder_layers, shape.heads, shape.d_kv)
        graphs = Graphs(folder / mt5.ENCODER, folder / mt5.STEP, folder / mt5.MANY)
        positions = np.load(folder / mt5.POSITIONS)
        yield Network(graphs, Tables(lambda ids: rows[ids], positions), sizes)


def choose(
    checkpoint: Checkpoint, probes: Sequence[Sequence[int]], limit: float = LIMIT, place: Path | None = None
) -> dict[str, Any]:
    """The groups to keep in float32 (``exact``) so that logits on ``probes`` (token ids) change by at most ``limit``.

    ``place`` is where files may stand meanwhile. Each group is measured on its own, and the most harmful are kept until
    all others together hold the limit. Returns
    also ``harm`` of each group and what 8 bits everywhere (``everywhere``) and as chosen (``chosen``) change.
    """
    every = groups(checkpoint)
    with network(checkpoint, every, place=place) as original:
        truth = [_forced(original, ids, checkpoint) for ids in probes]
    everywhere = chosen = _change(checkpoint, (), probes, truth, place)
    harm: dict[str, float] = {}
    exact: list[str] = []
    if everywhere > limit:
        harm = {group: _change(checkpoint, set(every) - {group}, probes, truth, place) for group in every}
        worst = sorted(every, key=lambda group: -harm[group])
        while chosen > limit and len(exact) < len(every):
            exact.append(worst[len(exact)])
            chosen = _change(checkpoint, exact, probes, truth, place)
    told = {group: round(value, 4) for group, value in harm.items()}
    return {"exact": exact, "limit": limit, "everywhere": everywhere, "chosen": chosen, "harm": told}


def _group(name: str) -> str:
    """The group of a weight: ``decoder.block.3.layer.1...`` belongs to ``decoder.block.3``."""
    return HEAD if name == HEAD else ".".join(name.split(".")[:3])


def _forced(original: Network, ids: Sequence[int], checkpoint: Checkpoint) -> tuple[list[int], Array]:
    """What the original writes about ``ids``, behind the start mark, and its logits on the way."""
    shape = checkpoint.shape
    marks = Marks(shape.start, shape.eos, shape.pad)
    [written] = write(original.read([ids]), 1, Options(max_tokens=_TOKENS), marks)
    forced = [shape.start, *written.tokens]
    return forced, parity.logits(original, ids, forced)


def _change(
    checkpoint: Checkpoint,
    exact: Collection[str],
    probes: Sequence[Sequence[int]],
    truth: Sequence[tuple[list[int], Array]],
    place: Path | None,
) -> float:
    """The root mean square by which the logits change, in units of their standard deviation."""
    squares = []
    with network(checkpoint, exact, place=place) as changed:
        for ids, (forced, theirs) in zip(probes, truth, strict=True):
            difference = (parity.logits(changed, ids, forced) - theirs) / (float(theirs.std()) or 1.0)
            squares.append((difference**2).mean(axis=1))
    return float(np.sqrt(np.concatenate(squares).mean()))
