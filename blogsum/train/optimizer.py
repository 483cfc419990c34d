"""How the weights move: AdamW or Adafactor, and a rate that rises and falls with the step. Knows no loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blogsum.train.recipe import Recipe

_LOWEST = 0.1  # of the highest rate, at the last step
_POSITIONS = "relative_attention_bias"


def make(parameters: Mapping[str, Any], recipe: Recipe) -> Any:
    """The optimizer over ``parameters``, by name; position biases are a group of their own."""
    import torch

    groups = [
        {"params": [one for name, one in parameters.items() if (_POSITIONS in name) == apart], "times": times}
        for apart, times in ((False, 1.0), (True, recipe.training.position_rate))
    ]
    groups = [group for group in groups if group["params"]]
    rate = recipe.training.rate
    if recipe.machine.optimizer == "adafactor":
        from transformers.optimization import Adafactor

        return Adafactor(groups, lr=rate, scale_parameter=False, relative_step=False)
    # no decay: it would pull the pretrained weights of a small set's rare words to 0
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.0)


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """The learning rate of a step (from 0): up in a straight line, then down to a tenth."""
    rising = max(1, round(recipe.training.warm_up * steps))
    if step < rising:
        return recipe.training.rate * (step + 1) / rising
    left = (steps - step) / max(1, steps - rising)
    return recipe.training.rate * (_LOWEST + (1 - _LOWEST) * left)


def turn(optimizer: Any, rate: float) -> None:
    """Set the rate of every group."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["times"]
