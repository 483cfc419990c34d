"""The machine a run is computed on: which device, which precision, what is recorded of it, what to do out of memory."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import blogsum
from blogsum.errors import USAGE, UserError
from blogsum.train.recipe import Machine

_LIBRARIES = ("torch", "transformers", "accelerate", "tokenizers", "sentencepiece", "safetensors", "numpy", "peft")
_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")


@dataclass(frozen=True)
class Place:
    """Where tensors lie and in which precision products are computed; weights are float32 in any case."""

    device: str
    precision: str


def place(asked: Machine) -> Place:
    """The device and the precision that the dials mean here; UserError for what this machine does not have."""
    import torch

    there = torch.cuda.is_available()
    if asked.device == "cuda" and not there:
        raise UserError("torch finds no GPU here", hint="--device cpu", code=USAGE)
    device = "cuda" if there and asked.device != "cpu" else "cpu"
    has_bf16 = torch.cuda.is_bf16_supported() if device == "cuda" else _cpu_has_bf16()
    if asked.precision == "bf16" and not has_bf16:
        raise UserError(f"this {device} does not compute in bf16", hint="--precision fp32", code=USAGE)
    # on a CPU auto is fp32: there a run that was stopped and resumed ends in the same bits
    automatic = "bf16" if device == "cuda" and has_bf16 else "fp32"
    return Place(device, automatic if asked.precision == "auto" else asked.precision)


def facts(chosen: Place, processes: int) -> dict[str, Any]:
    """Code, library versions and hardware, for the record of a run."""
    return {
        "code": {"blogsum": blogsum.__version__, "sha256": code()},
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
        "hardware": {
            "device": _device_name(chosen.device),
            "cpu": _cpu_name(),
            "cores": os.cpu_count(),
            "memory": memory()[0],
            "precision": chosen.precision,
            "processes": processes,
            "python": platform.python_version(),
            "system": platform.system(),
        },
    }


def code() -> str:
    """The sha256 of blogsum's own modules."""
    root = Path(blogsum.__file__).parent
    whole = sha256()
    for path in sorted(root.rglob("*.py")):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def memory() -> tuple[int, int]:
    """Bytes of main memory, all and free; zeros where the system does not say."""
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        return page * os.sysconf("SC_PHYS_PAGES"), page * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0, 0


class OutOfMemory(UserError):  # noqa: N818 what it is
    """This process has no memory left; others may have."""


@contextmanager
def enough_memory(what: str) -> Iterator[None]:
    """Turn the many ways of running out of memory into one line that names the dials that help."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if not isinstance(error, MemoryError) and not any(words in str(error).lower() for words in _NO_MEMORY):
            raise
        hint = "these help: a smaller --micro-batch, --gradient-checkpointing, a smaller --max-input"
        raise OutOfMemory(f"out of memory {what}", hint=hint) from error


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _cpu_has_bf16() -> bool:
    """Whether the processor has instructions for bf16; emulated it is slower than fp32."""
    import torch

    known = [getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")]
    return any(check() for check in known if check)


def _device_name(device: str) -> str:
    import torch

    return str(torch.cuda.get_device_name()) if device == "cuda" else "cpu"


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
