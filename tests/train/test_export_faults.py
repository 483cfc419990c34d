"""An export that fails, at whatever point, leaves nothing half-made and what stood there before."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

for _name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece"):
    pytest.importorskip(_name, reason="exporting needs blogsum[train]")

from blogsum.cli.main import main
from blogsum.store import bundles
from blogsum.train.export import export, request
from tests import tiny

CALM = {"vocab_size": 400, "gain": 0.1}


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let the system refuse to make any file larger than ``size`` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# one refusal for each kind of file: any at all, the manifest, the vocabulary, the embedding, the encoder, the step
@pytest.mark.parametrize("size", [0, 2_000, 20_000, 50_000, 100_000, 200_000])
def test_a_write_that_fails_leaves_nothing(size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    with files_up_to(size):
        code = main(["export", str(checkpoint), "-o", str(tmp_path / "bundle")])
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert said.err.startswith(f"error: cannot write {tmp_path / 'bundle'}")
    assert "File too large" in said.err
    assert said.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]


def test_weights_that_are_no_numbers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = tiny.checkpoint(1, **CALM)
    name = "decoder.block.1.layer.2.DenseReluDense.wo.weight"
    spoilt = one.weights[name].copy()
    spoilt[3, 4] = np.nan
    checkpoint = tiny.hub(tmp_path / "hub", replace(one, weights={**one.weights, name: spoilt}))
    assert main(["export", str(checkpoint), "-o", str(tmp_path / "bundle")]) == 3
    expected = f"error: {checkpoint}: {name} has values that are no numbers (its training went wrong)\n"
    assert capsys.readouterr().err == expected
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]


# Forks a child for each point, which ends itself there: one start of torch for all of them.
KILLED = """
import os, signal, sys
from pathlib import Path
from blogsum.store import bundles
from blogsum.train import card, export, parity, precision

checkpoint, folder = Path(sys.argv[1]), Path(sys.argv[2])
POINTS = [  # what stands there, whose turn it is to die, at which time, what is exported
    ("nothing", precision, "save", 2, "fp32"), ("nothing", parity, "prove", 1, "fp32"),
    ("nothing", bundles, "_move", 1, "int8"), ("bundle", export, "_save_embedding", 1, "fp32"),
    ("bundle", parity, "logits", 2, "auto"), ("bundle", bundles, "seal", 2, "int8"),
    ("bundle", bundles, "_move", 1, "int8"),
]
for there, module, name, turn, kind in POINTS:
    target = folder / there
    child = os.fork()
    if not child:
        right, turns = getattr(module, name), [0]
        def dying(*arguments, **named):
            turns[0] += 1
            if turns[0] == turn:
                os.kill(os.getpid(), signal.SIGKILL)
            return right(*arguments, **named)
        setattr(module, name, dying)
        export.export(checkpoint, target, export.request(checkpoint, {"precision": kind}), force=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    whole = bundles.load(target).manifest["name"] if target.exists() else "none"
    print(there, name, turn, os.waitstatus_to_exitcode(status), whole)
"""


@pytest.mark.slow
def test_a_kill_leaves_what_stood_there(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    folder = tmp_path / "models"
    export(checkpoint, folder / "bundle", request(checkpoint, {"name": "before"}))
    asked = [sys.executable, "-c", KILLED, str(checkpoint), str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 7, done.stderr
    for there, name, turn, code, whole in lines:
        assert code == "-9", (name, turn)
        assert whole == {"nothing": "none", "bundle": "before"}[there], (name, turn)
    hidden = {path.name for path in folder.iterdir()} - {"bundle"}
    assert all(name.startswith((".bundle.", ".nothing.")) for name in hidden)
    for there in ("nothing", "bundle"):  # the next export clears away what was left
        export(checkpoint, folder / there, request(checkpoint, {}), force=True)
        assert bundles.load(folder / there).manifest["name"] == "hub"
    assert sorted(path.name for path in folder.iterdir()) == ["bundle", "nothing"]
