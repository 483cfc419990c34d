"""Before the first step: are the data fit to learn from, do parts leak, how long and how large will it be?"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from blogsum.data.split import NEAR, groups
from blogsum.data.thresholds import Thresholds
from blogsum.data.validate import ERROR, validate
from blogsum.errors import UserError
from blogsum.train import checkpoints, machine
from blogsum.train.base import trainable
from blogsum.train.loop import Plan
from blogsum.train.machine import enough_memory
from blogsum.train.material import PARTS, Parts
from blogsum.train.network import Network
from blogsum.types import Article

_PROBES = 3  # steps that are timed; the first one warms up
_SHOWN = 3  # findings that are named


@dataclass(frozen=True)
class Estimate:
    """What a run will take: ``seconds``, bytes of ``memory`` at once (0: not known) and of ``disk``, for ``steps``."""

    steps: int
    seconds: float
    memory: int
    disk: int

    def said(self) -> str:
        """In words."""
        memory = f", {_size(self.memory)} of memory" if self.memory else ""
        return f"{self.steps} steps, about {_time(self.seconds)}{memory}, up to {_size(self.disk)} of checkpoints"


def check(parts: Parts, source: str, limits: Thresholds) -> None:
    """UserError when the data break a rule of ``data validate`` that counts as an error; leaks between parts do."""
    check_rows([replace(article, split=name) for name in PARTS for article in getattr(parts, name)], source, limits)


def check_rows(rows: Sequence[Article], source: str, limits: Thresholds) -> None:
    """The same for rows that know their part."""
    wrong = [finding for finding in validate(rows, limits).findings if finding.severity == ERROR]
    if wrong:
        named = "; ".join(f"{one.rule} {one.id}: {one.detail}" for one in wrong[:_SHOWN])
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise UserError(f"{source} cannot be trained on: {named}{more}", hint=f"blogsum data validate {source}")


def without_leaks(weak: Sequence[Article], posts: Sequence[Article]) -> tuple[tuple[Article, ...], int]:
    """The weakly labelled ones that are no near-duplicate or translation of ``posts`` held out, and how many are."""
    held = [replace(article, id=f"held:{article.id}") for article in posts]
    mine = {f"weak:{article.id}": article for article in weak}
    rows = [*held, *(replace(article, id=name) for name, article in mine.items())]
    leaking = {name for group in groups(rows, NEAR) if any(one.startswith("held:") for one in group) for name in group}
    kept = tuple(article for name, article in mine.items() if name not in leaking)
    return kept, len(mine) - len(kept)


def estimate(network: Network, plan: Plan, looks: Sequence[Sequence[int]], longest: int, optimizer: str) -> Estimate:
    """Compute a few steps without moving the weights, the largest among them, and a text of dev, and project them.

    ``looks`` are the sources that each look at dev writes about, up to ``longest`` tokens. UserError when the memory
    does not suffice even for that.
    """
    parameters = trainable(network.model)
    with enough_memory("in a first probe"):
        network.gradients(plan.posts.longest(), 0.0, ("probe",))
        begun = time.monotonic()
        for step in range(_PROBES):
            network.gradients(plan.posts[step], 0.0, ("probe", step))
        each = (time.monotonic() - begun) / _PROBES
        begun = time.monotonic()
        if looks:
            network.write([max(looks, key=len)], longest)
        look = (time.monotonic() - begun) * len(looks) / 2  # several at once take half the time
    moments = _moments(parameters, optimizer)
    network.model.zero_grad(set_to_none=True)
    times = sum(plan.looks(step) for step in range(1, plan.steps + 1))
    seconds = each * plan.steps + look * times
    return Estimate(plan.steps, seconds, _peak(network.place.device, moments), checkpoints.size(parameters))


def room(found: Estimate, network: Network) -> str:
    """A warning when the machine has less memory than the run will take; "" when it suffices."""
    whole = machine.memory()[0] if network.place.device == "cpu" else _gpu_memory()
    if not whole or found.memory <= whole:
        return ""
    return f"the run may need {_size(found.memory)} of memory, here are {_size(whole)}: a smaller --micro-batch helps"


def _moments(parameters: Mapping[str, Any], optimizer: str) -> int:
    """Bytes that the optimizer will keep: two float32 a weight, or hardly any."""
    weights = 4 * sum(int(one.numel()) for one in parameters.values())
    return 2 * weights if optimizer == "adamw" else weights // 20


def _peak(device: str, moments: int) -> int:
    """The most memory the probes took, and what the optimizer will add."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated()) + moments
    try:
        import resource
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit + moments


def _gpu_memory() -> int:
    import torch

    return int(torch.cuda.mem_get_info()[1])


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"
