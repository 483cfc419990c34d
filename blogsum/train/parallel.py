"""Several processes that train one model, started by ``torchrun``: sums of gradients, one voice, an orderly end.

Without ``torchrun`` all of this does nothing. Every process has all the data and takes its share of each batch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from blogsum.errors import UserError

_WAIT = timedelta(hours=2)  # the first process saves and judges while the others wait


@dataclass(frozen=True)
class Team:
    """This process's number and how many there are."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def add_up(self, parameters: Mapping[str, Any]) -> None:
        """Replace every gradient by the sum of all processes'; one that has none counts as 0."""
        if self.size == 1:
            return
        import torch
        import torch.distributed as dist

        every = [one for _, one in sorted(parameters.items())]
        flat = torch.cat([(torch.zeros_like(one) if one.grad is None else one.grad).flatten() for one in every])
        with _together():
            dist.all_reduce(flat)
        at = 0
        for one in every:
            one.grad = flat[at : at + one.numel()].view_as(one).clone()
            at += one.numel()

    def total(self, value: float, device: str) -> float:
        """The sum of a number over all processes."""
        if self.size == 1:
            return value
        import torch
        import torch.distributed as dist

        summed = torch.tensor([value], dtype=torch.float64, device=device)
        with _together():
            dist.all_reduce(summed)
        return float(summed[0])

    def gathered(self, values: Mapping[int, Any]) -> dict[int, Any]:
        """What all processes found, by number."""
        if self.size == 1:
            return dict(values)
        import torch.distributed as dist

        parts: list[dict[int, Any]] = [{} for _ in range(self.size)]
        with _together():
            dist.all_gather_object(parts, dict(values))
        return {key: value for part in parts for key, value in part.items()}

    def told(self, value: Any) -> Any:
        """What the first process says, in all of them; nobody goes on before it has spoken."""
        if self.size == 1:
            return value
        import torch.distributed as dist

        said = [value]
        with _together():
            dist.broadcast_object_list(said, src=0)
        return said[0]


@contextmanager
def _together() -> Iterator[None]:
    """UserError when another process is gone, killed or with an error of its own."""
    try:
        yield
    except RuntimeError as error:  # of gloo and NCCL: connection closed by peer
        raise UserError(
            "another process of this run was lost", hint="--resume goes on from its last checkpoint"
        ) from error


@contextmanager
def team(device: str) -> Iterator[Team]:
    """The processes of ``torchrun``, or this one alone; the group is shut down at the end, however that comes."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if "RANK" not in os.environ or size == 1:
        yield Team()
        return
    import torch
    import torch.distributed as dist

    if device == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device == "cuda" else "gloo", timeout=_WAIT)
    try:
        if dist.get_world_size() != size:
            raise UserError(f"{dist.get_world_size()} processes found each other, {size} were started")
        yield Team(dist.get_rank(), size)
        with _together():
            dist.barrier()
    finally:
        dist.destroy_process_group()
