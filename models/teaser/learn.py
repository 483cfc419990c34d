"""Fit the networks of the teaser model with Adam (Kingma and Ba, 2015) in plain numpy; knows nothing about text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from blogsum.summarize.network import Network

Floats = np.ndarray[Any, np.dtype[np.float32]]
Parameters = dict[str, Floats]


@dataclass(frozen=True)
class Options:
    """Dials of one fit: ``width`` hidden units, ``decay`` of the weights, passes, step size, rows or groups a step."""

    width: int
    decay: float
    passes: int
    step: float
    batch: int
    seed: int = 0


def pointwise(inputs: Floats, targets: Floats, weights: Floats, options: Options) -> Network:
    """Fit the logarithm of the odds of ``targets`` (0 to 1), each row weighted."""
    weights = (weights / weights.mean()).astype(np.float32)
    share = float((targets * weights).sum() / weights.sum())
    start = _start(inputs, options, float(np.log(share / (1 - share))))
    x = start.standardise(inputs).astype(np.float32)

    def batches(order: np.ndarray[Any, Any]) -> Iterator[Callable[[Parameters], Parameters]]:
        for at in range(0, len(order), options.batch):
            rows = order[at : at + options.batch]

            def gradient(p: Parameters, rows: np.ndarray[Any, Any] = rows) -> Parameters:
                value, hidden = _forward(p, x[rows])
                error = weights[rows] * (1 / (1 + np.exp(-value)) - targets[rows]) / len(rows)
                return _backward(p, x[rows], hidden, error.astype(np.float32))

            yield gradient

    return _adam(start, batches, len(x), options)


def listwise(groups: Sequence[tuple[Floats, Floats]], weights: Sequence[float], options: Options) -> Network:
    """Fit so that choosing by softmax within each group (inputs, rewards) expects the highest reward.

    That is the objective itself, not a stand-in: the mean reward of what would be chosen.
    """
    start = _start(np.concatenate([inputs for inputs, _ in groups]), options, 0.0)
    ready = [
        (start.standardise(inputs).astype(np.float32), (rewards - rewards.mean()).astype(np.float32))
        for inputs, rewards in groups
    ]
    weight = np.array(weights, np.float32)

    def batches(order: np.ndarray[Any, Any]) -> Iterator[Callable[[Parameters], Parameters]]:
        for at in range(0, len(order), options.batch):
            chosen = order[at : at + options.batch]

            def gradient(p: Parameters, chosen: np.ndarray[Any, Any] = chosen) -> Parameters:
                x = np.concatenate([ready[i][0] for i in chosen])
                reward = np.concatenate([ready[i][1] for i in chosen])
                sizes = np.array([len(ready[i][1]) for i in chosen])
                value, hidden = _forward(p, x)
                error = _expected_reward_gradient(value, reward, sizes, weight[chosen])
                return _backward(p, x, hidden, error)

            yield gradient

    return _adam(start, batches, len(ready), options)


# Rewards differ by hundredths within a group; scaled so that Adam's step sizes suit both kinds of fit.
_REWARD_SCALE = 20.0


def _expected_reward_gradient(value: Floats, reward: Floats, sizes: Any, weight: Floats) -> Floats:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    top = np.repeat(np.maximum.reduceat(value, starts), sizes)
    share = np.exp(value - top)
    share /= np.repeat(np.add.reduceat(share, starts), sizes)
    expected = np.repeat(np.add.reduceat(share * reward, starts), sizes)
    scale = np.repeat(weight, sizes) * _REWARD_SCALE / max(float(weight.sum()), 1e-6)
    return np.asarray(-scale * share * (reward - expected), np.float32)


def _start(inputs: Floats, options: Options, bias: float) -> Network:
    random = np.random.default_rng(options.seed)
    size, width = inputs.shape[1], options.width
    mean, scale = inputs.mean(0, dtype=np.float64), inputs.std(0, dtype=np.float64) + 1e-6
    hidden, out = random.normal(size=(size, width)) * 0.1, random.normal(size=width) * 0.1
    return Network(mean, scale, np.zeros(size), hidden, np.zeros(width), out, bias)


def _forward(p: Parameters, x: Floats) -> tuple[Floats, Floats]:
    hidden = np.maximum(0, x @ p["hidden"] + p["shift"])
    return hidden @ p["out"] + x @ p["skip"] + p["bias"], hidden


def _backward(p: Parameters, x: Floats, hidden: Floats, error: Floats) -> Parameters:
    inner = np.outer(error, p["out"]) * (hidden > 0)
    return {
        "skip": x.T @ error,
        "hidden": x.T @ inner,
        "shift": inner.sum(0),
        "out": hidden.T @ error,
        "bias": error.sum(),
    }


def _adam(start: Network, batches: Any, rows: int, options: Options) -> Network:
    random = np.random.default_rng(options.seed + 1)
    p = {name: np.asarray(getattr(start, name), np.float32) for name in ("skip", "hidden", "shift", "out", "bias")}
    first = {name: np.zeros_like(value) for name, value in p.items()}
    second = {name: np.zeros_like(value) for name, value in p.items()}
    steps = 0
    for done in range(options.passes):
        step = options.step * 0.5 * (1 + np.cos(np.pi * done / options.passes))
        for gradient in batches(random.permutation(rows)):
            steps += 1
            for name, slope in gradient(p).items():
                slope = slope + (options.decay * p[name] if name != "bias" else 0)
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope * slope
                up = first[name] / (1 - 0.9**steps)
                p[name] = p[name] - np.float32(step) * up / (np.sqrt(second[name] / (1 - 0.999**steps)) + 1e-8)
    skip, hidden, shift, out = (p[name].astype(np.float64) for name in ("skip", "hidden", "shift", "out"))
    return Network(start.mean, start.scale, skip, hidden, shift, out, float(p["bias"]))
