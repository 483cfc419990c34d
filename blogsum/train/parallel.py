"""The processes that train one model, as accelerate starts and joins them: one, or those of ``torchrun``.

Device, mixed precision, clipping and the process group are accelerate's. Two things are not. Every process has all the
data and takes its share of the parts of each batch, and gradients are summed here: accelerate's ``prepare`` would wrap
the model in DDP, which wants as many backward passes from each process (the last batch of an epoch may have one part
for two) and averages by process instead of by token. For the same reason parts are accumulated in ``network.py``:
``accumulate`` divides by a fixed number of parts, here each token of a batch counts the same, however it is cut.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from blogsum.errors import UserError

if TYPE_CHECKING:
    from blogsum.train.machine import Place

_WAIT = timedelta(hours=2)  # the first process saves and judges while the others wait
_NORM = 1.0  # gradients longer than this are shortened to it


@dataclass(frozen=True)
class Team:
    """This process's number, how many there are, and the ``Accelerator`` that joins them."""

    rank: int
    size: int
    accelerator: Any

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def autocast(self) -> Any:
        """A context in which products are computed in the precision of the run."""
        return self.accelerator.autocast()

    def backward(self, loss: Any) -> None:
        """Add the gradients of ``loss`` to the parameters."""
        self.accelerator.backward(loss)

    def clipped(self, parameters: Mapping[str, Any]) -> float:
        """Shorten the gradients to length 1; return the length they had."""
        return float(self.accelerator.clip_grad_norm_(list(parameters.values()), _NORM))

    def add_up(self, parameters: Mapping[str, Any]) -> None:
        """Replace every gradient by the sum of all processes'; one that has none counts as 0."""
        if self.size == 1:
            return
        import torch

        every = [one for _, one in sorted(parameters.items())]
        flat = torch.cat([(torch.zeros_like(one) if one.grad is None else one.grad).flatten() for one in every])
        with _together():
            flat = self.accelerator.reduce(flat, "sum")
        at = 0
        for one in every:
            one.grad = flat[at : at + one.numel()].view_as(one).clone()
            at += one.numel()

    def spread(self, parameters: Mapping[str, Any]) -> None:
        """Give every process the first one's values: the others may stand on machines that cannot read its disk."""
        if self.size == 1:
            return
        from accelerate.utils import broadcast

        with _together():
            for _, one in sorted(parameters.items()):
                one.data.copy_(broadcast(one.detach().contiguous(), 0))

    def total(self, value: float) -> float:
        """The sum of a number over all processes."""
        if self.size == 1:
            return value
        import torch

        with _together():
            own = torch.tensor([value], dtype=torch.float64, device=self.accelerator.device)
            return float(self.accelerator.reduce(own, "sum")[0])

    def gathered(self, values: Mapping[int, Any]) -> dict[int, Any]:
        """What all processes found, by number."""
        from accelerate.utils import gather_object

        with _together():
            parts = gather_object([dict(values)])
        return {key: value for part in parts for key, value in part.items()}

    def told(self, value: Any) -> Any:
        """What the first process says, in all of them; nobody goes on before it has spoken."""
        from accelerate.utils import broadcast_object_list

        with _together():
            return broadcast_object_list([value])[0]


def follows() -> bool:
    """Whether torchrun started this process as another than the first: what all know, the first one says."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and int(os.environ.get("RANK", "0")) > 0


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
def team(place: Place) -> Iterator[Team]:
    """The processes of ``torchrun``, or this one alone, computing as ``place`` says.

    What was joined here is parted at the end, however that comes; an ``Accelerator`` of the caller's own stays.
    """
    from accelerate.state import AcceleratorState, is_initialized

    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size > 1 and "RANK" not in os.environ:
        raise UserError(f"WORLD_SIZE is {size}, but this process has no RANK", hint="torchrun sets both")
    theirs = is_initialized()
    accelerator = _accelerator(place)
    try:
        if accelerator.num_processes != size:
            raise UserError(f"{accelerator.num_processes} processes found each other, {size} were started")
        yield Team(accelerator.process_index, size, accelerator)
        with _together():
            accelerator.wait_for_everyone()
    finally:
        if not theirs:
            accelerator.end_training()
            # it keeps its first precision for the whole process otherwise: a notebook's next run may want another
            AcceleratorState._reset_state(reset_partial_state=True)


def _accelerator(place: Place) -> Any:
    """accelerate, told what ``machine.place`` found; UserError when this process computes otherwise already."""
    from accelerate import Accelerator, InitProcessGroupKwargs

    precision = "bf16" if place.precision == "bf16" else "no"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of how many threads it takes
        try:
            return Accelerator(
                cpu=place.device == "cpu",
                mixed_precision=precision,
                kwargs_handlers=[InitProcessGroupKwargs(timeout=_WAIT)],
            )
        except ValueError as error:  # AcceleratorState has already been initialized
            raise UserError(f"accelerate cannot compute in {place.precision} here: {_line(error)}") from error
        except RuntimeError as error:  # torch.distributed's, and accelerate's for cards that cannot talk to each other
            raise UserError(f"the processes of this run do not find each other: {_line(error)}") from error


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
