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
from blogsum import files
from blogsum.store import bundles
from blogsum.train import card, export, parity, precision

checkpoint, target = Path(sys.argv[1]), Path(sys.argv[2])
POINTS = [
    (precision, "save", 1), (precision, "save", 2), (export, "_save_embedding", 1), (bundles, "seal", 1),
    (parity, "prove", 1), (precision, "choose", 1), (parity, "logits", 3), (card, "write", 1), (bundles, "seal", 2),
    (bundles, "_open_to_others", 1), (bundles, "_move", 1),
]
for module, name, turn in POINTS:
    child = os.fork()
    if not child:
        right, turns = getattr(module, name), [0]
        def dying(*arguments, **named):
            turns[0] += 1
            if turns[0] == turn:
                os.kill(os.getpid(), signal.SIGKILL)
            return right(*arguments, **named)
        setattr(module, name, dying)
        asked = export.request(checkpoint, {"precision": "auto"})
        export.export(checkpoint, target, asked, force=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    left = sorted(path.name.split("part-")[0] for path in target.parent.iterdir() if path != checkpoint)
    whole = bundles.load(target).manifest["name"] if target.exists() else "none"
    print(name, turn, os.waitstatus_to_exitcode(status), whole, *left)
"""


@pytest.mark.slow
@pytest.mark.parametrize("stood_there", [False, True], ids=["nothing", "a bundle"])
def test_a_kill_leaves_what_stood_there(stood_there: bool, tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    target = tmp_path / "bundle"
    if stood_there:
        export(checkpoint, target, request(checkpoint, {"name": "before"}))
    asked = [sys.executable, "-c", KILLED, str(checkpoint), str(target)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 11, done.stderr
    for name, turn, code, whole, *left in lines:
        assert code == "-9", (name, turn)
        assert whole == ("before" if stood_there else "none"), (name, turn)
        assert set(left) <= {".bundle.", ".bundle.lock", "bundle"}, (name, turn)
    export(checkpoint, target, request(checkpoint, {}), force=True)
    assert bundles.load(target).manifest["name"] == "hub"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "hub"]
