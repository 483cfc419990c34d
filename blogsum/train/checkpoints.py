"""Checkpoints of a run: folders that are whole or not there, each file known by its hash. Knows no loop.

``step-000120`` holds what is needed to go on (``weights``, ``optimizer``), ``best-000100`` the weights that did best.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.errors import UserError
from blogsum.store import bundles

MANIFEST, WEIGHTS, OPTIMIZER = "checkpoint.json", "weights.safetensors", "optimizer.pt"
_STEP = re.compile(r"step-(\d{6,})")
_KEPT = 2  # the last two: when the last one is damaged, the run goes on from the one before


def save(folder: Path, state: Mapping[str, Any], tensors: Mapping[str, Any], optimizer: Any) -> None:
    """Write the checkpoint of ``state["step"]`` and delete the ones that nothing needs any more.

    UserError when the disk takes no more; those there were stay.
    """
    place = folder / f"step-{state['step']:06}"
    _write(place, state, tensors, optimizer)
    for old in _steps(folder)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    for left in folder.glob(".*.part"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    for old in folder.glob("best-*"):
        if old.name not in (best_name(one) for one in _bests(folder)):
            shutil.rmtree(old, ignore_errors=True)


def save_best(folder: Path, step: int, tensors: Mapping[str, Any]) -> None:
    """Keep the weights of ``step`` as the best so far; those before go when a checkpoint names these."""
    place = folder / best_name(step)
    if place.exists():  # a run that goes on writes them anew: the same
        shutil.rmtree(place, ignore_errors=True)
    _write(place, {"step": step}, tensors, None)


@dataclass(frozen=True)
class Found:
    """A checkpoint that is whole: state, tensors by name, the optimizer's moments; what is wrong with later ones."""

    state: dict[str, Any]
    tensors: dict[str, Any]
    optimizer: Any
    damaged: tuple[str, ...] = ()


def load(folder: Path) -> Found | None:
    """The last checkpoint that is whole; None when there is none at all, UserError when every one is damaged."""
    wrong: list[str] = []
    for place in reversed(_steps(folder)):
        found = _whole(place, wrong)
        if found is not None:
            return replace(found, damaged=tuple(wrong))
    if wrong:
        raise UserError(f"no checkpoint can be used: {'; '.join(wrong)}", hint="start again without --resume")
    return None


def _whole(place: Path, wrong: list[str]) -> Found | None:
    """The checkpoint, or None with the reason added to ``wrong``."""
    try:
        return _read(place)
    except UserError as error:
        wrong.append(str(error))
        return None


def load_best(folder: Path, step: int) -> dict[str, Any]:
    """The weights that did best, saved at ``step``; UserError when they are damaged."""
    return _read(folder / best_name(step)).tensors


def best_name(step: int) -> str:
    """The folder of the best weights, from ``step``."""
    return f"best-{step:06}"


def size(tensors: Mapping[str, Any]) -> int:
    """About how many bytes a run's checkpoints take at most: each of three holds weights and two moments of each."""
    weights = sum(4 * int(one.numel()) for one in tensors.values())
    return (_KEPT + 1) * 3 * weights + 2 * weights


def _steps(folder: Path) -> list[Path]:
    """The checkpoints there are, by step."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if _STEP.fullmatch(path.name))
    return []


def _bests(folder: Path) -> set[int]:
    """The steps whose weights a checkpoint calls the best."""
    found = set()
    for place in _steps(folder):
        with suppress(UserError):
            found.add(int(_manifest(place)["state"].get("best_step") or 0))
    return found


def _write(place: Path, state: Mapping[str, Any], tensors: Mapping[str, Any], optimizer: Any) -> None:
    import torch
    from safetensors.torch import save_file

    files.make_folder(place.parent)
    room = sum(4 * int(one.numel()) for one in tensors.values()) * (3 if optimizer else 1)
    bundles.needs_room(place.parent, room, "a checkpoint", "those before it are whole; make room and --resume")
    with files.appearing_folder(place) as part:
        try:
            save_file({name: one.detach().cpu().contiguous() for name, one in tensors.items()}, part / WEIGHTS)
            if optimizer is not None:
                with (part / OPTIMIZER).open("wb") as stream:
                    torch.save(optimizer, stream)
        except Exception as error:  # both writers have errors of their own for a full disk
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0][:200]
            raise UserError(f"cannot write {place}: {reason}", hint="the checkpoints before it are whole") from error
        listed = {path.name: _sha256(path) for path in sorted(part.iterdir())}
        manifest = json.dumps({"state": dict(state), "sha256": listed}, indent=1)
        seal = hashlib.sha256(manifest.encode()).hexdigest()
        files.replace(part / MANIFEST, f"{manifest}\n{seal}\n")


def _read(place: Path) -> Found:
    import torch
    from safetensors.torch import load_file

    manifest = _manifest(place)
    for name, told in manifest["sha256"].items():
        try:
            whole = _sha256(place / name) == told
        except OSError as error:
            raise UserError(f"{place / name} cannot be read: {error.strerror or error}") from error
        if not whole:
            raise UserError(f"{place / name} is damaged: its hash is not that of {MANIFEST}")
    optimizer = None
    if OPTIMIZER in manifest["sha256"]:
        # on the CPU first: under torchrun each process would load it onto the first GPU otherwise
        optimizer = torch.load(place / OPTIMIZER, map_location="cpu", weights_only=True)
    return Found(manifest["state"], load_file(place / WEIGHTS, device="cpu"), optimizer)


def _manifest(place: Path) -> dict[str, Any]:
    path = place / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
        manifest, seal = text.rstrip("\n").rsplit("\n", 1)
        if hashlib.sha256(manifest.encode()).hexdigest() != seal:
            raise ValueError("it was changed")
        return dict(jsonl.parse(manifest.encode()))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged: {getattr(error, 'strerror', None) or error}") from error


def _sha256(path: Path) -> str:
    """The hash of a file that is on the disk for certain."""
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        while block := stream.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()
