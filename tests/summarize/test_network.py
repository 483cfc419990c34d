"""Networks: packed and unpacked they say the same, averaged they say the mean, and they learn what they should."""

from __future__ import annotations

import numpy as np
import pytest

from blogsum.summarize.network import CLIP, Network, average, unpack


def network(seed: int, inputs: int = 5, width: int = 3) -> Network:
    random = np.random.default_rng(seed)
    return Network(
        np.arange(inputs) * 0.1,
        np.ones(inputs) * 2,
        random.normal(size=inputs),
        random.normal(size=(inputs, width)),
        random.normal(size=width),
        random.normal(size=width),
        0.25,
    )


ROWS = np.random.default_rng(9).normal(size=(7, 5)) * 3


def test_value_is_written_out() -> None:
    net = Network(
        np.zeros(2), np.ones(2), np.array([1.0, 2.0]), np.array([[1.0], [-1.0]]), np.zeros(1), np.array([10.0]), 0.5
    )
    assert net(np.array([[3.0, 1.0], [1.0, 3.0]])).tolist() == [0.5 + 3 + 2 + 20, 0.5 + 1 + 6]


def test_far_inputs_are_clipped() -> None:
    net = network(1)
    assert net(ROWS * 1e6).tolist() == net(np.sign(ROWS) * (CLIP * 2 + 1)).tolist()


def test_pack_and_unpack_agree() -> None:
    net = network(2)
    assert unpack(net.pack(), 5)(ROWS) == pytest.approx(net(ROWS), abs=1e-4)


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="do not make a network of 6 inputs"):
        unpack(network(2).pack(), 6)


def test_average_gives_the_mean() -> None:
    nets = [network(seed) for seed in (3, 4, 5)]
    assert average(nets)(ROWS) == pytest.approx(np.mean([net(ROWS) for net in nets], axis=0))


def test_width_zero_is_linear() -> None:
    net = network(6, width=0)
    assert net(ROWS) == pytest.approx((np.clip((ROWS - net.mean) / net.scale, -CLIP, CLIP)) @ net.skip + net.bias)
