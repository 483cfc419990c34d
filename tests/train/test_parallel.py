"""Two processes of ``torchrun`` train what one trains; a killed one costs no more than the steps since a checkpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.read.records import to_record
from blogsum.store import runs
from blogsum.train import parallel
from blogsum.train.machine import Place
from tests import tiny, trained

posix = pytest.mark.skipif(os.name == "nt", reason="gloo and signals of POSIX")
ROOT = Path(__file__).parent.parent.parent

FP32, BF16 = Place("cpu", "fp32"), Place("cpu", "bf16")


def product(team: parallel.Team) -> str:
    """The type in which a product is computed."""
    import torch

    with team.autocast():
        return str((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)


def test_one_run_after_the_other_computes_as_it_was_told() -> None:
    for place, expected in ((BF16, "torch.bfloat16"), (FP32, "torch.float32"), (BF16, "torch.bfloat16")):
        with parallel.team(place) as team:
            assert (product(team), team.rank, team.size) == (expected, 0, 1)
            assert (team.total(0.1), team.gathered({3: "a"}), team.told("b")) == (0.1, {3: "a"}, "b")


def test_the_callers_own_accelerator_stays() -> None:
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState, is_initialized

    AcceleratorState._reset_state(reset_partial_state=True)
    try:
        Accelerator(cpu=True, mixed_precision="no")
        with parallel.team(FP32) as team:
            assert product(team) == "torch.float32"
        assert is_initialized()
        with pytest.raises(UserError, match="accelerate cannot compute in bf16 here: "), parallel.team(BF16):
            pass
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)


def test_a_world_without_a_number_of_ones_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(UserError) as caught, parallel.team(FP32):
        pass
    assert (str(caught.value), caught.value.hint) == (
        "WORLD_SIZE is 2, but this process has no RANK",
        "torchrun sets both",
    )


SCRIPT = """
import os, signal, sys
from pathlib import Path
from blogsum.errors import UserError
from blogsum.store import runs
from blogsum.train import checkpoints, finetune
from blogsum.train.network import Network
from tests.train.test_finetune import job

folder, base, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
gradients = Network.gradients

def dying(self, *given):
    if self.team.rank == 1 and given[2] == ("dropout", 0, 7):
        os.kill(os.getpid(), signal.SIGKILL)
    return gradients(self, *given)

if what == "die":
    Network.gradients = dying
if what == "start" and os.environ["RANK"] == "1":  # as on another machine: the first one's disk is not there
    def elsewhere(*_):
        raise FileNotFoundError("this is on the other machine")
    checkpoints._read = elsewhere
asked = job(folder, base)
try:
    done = finetune.resume(asked, runs.known(folder / "runs")[0]) if what == "resume" else finetune.start(asked)
except UserError as error:
    sys.stderr.write(f"{error} ({error.hint})\\n")
    raise SystemExit(3)
assert done.team.size == int(os.environ["WORLD_SIZE"])
"""


WHAT = ("start", "resume", "die")


def torchrun(folder: Path, base: Path, what: str, processes: int) -> subprocess.CompletedProcess[str]:
    script = folder.parent / "script.py"
    script.write_text(SCRIPT if what in WHAT else what, encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, str(script), str(folder), str(base), what],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@posix
@pytest.mark.slow
def test_two_processes_train_what_one_trains_and_survive_a_kill(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    base = tiny.hub(tmp_path / "base")
    weights = {}
    for name, processes in (("one", 1), ("two", 2)):
        done = torchrun(tmp_path / name, base, "start", processes)
        assert done.returncode == 0, done.stderr
        weights[name] = load_file(tmp_path / name / "model" / "model.safetensors")
    [run] = runs.known(tmp_path / "two" / "runs")
    assert run.facts["hardware"]["processes"] == 2
    died = torchrun(tmp_path / "killed", base, "die", 2)
    assert died.returncode != 0
    assert not (tmp_path / "killed" / "model").exists()
    done = torchrun(tmp_path / "killed", base, "resume", 2)
    assert done.returncode == 0, done.stderr
    weights["killed"] = load_file(tmp_path / "killed" / "model" / "model.safetensors")
    for name in ("two", "killed"):
        # sums of gradients in another order: rounding, no more (seen here: 0)
        assert max(float(abs(weights["one"][key] - weights[name][key]).max()) for key in weights["one"]) < 1e-5


CODES = """
import os, sys
from pathlib import Path
from blogsum.cli.main import main

folder = Path(sys.argv[1])
common = ["finetune", "--base", sys.argv[2], "-o", str(folder / "model"), "--max-output", "32"]
dials = ["--epochs", "1", "--batch", "4", "--micro-batch", "2", "--beams", "1", "--metric", "none"]
code = main([*common, "--data", str(folder / "posts.jsonl"), *dials])
(folder / f"rank{os.environ['RANK']}").write_text(str(code))
"""


@posix
@pytest.mark.slow
def test_every_process_ends_with_the_documented_code_and_one_of_them_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLOGSUM_HOME", str(tmp_path / "home"))
    rows = [jsonl.dumps(to_record(article)) for article in trained.posts()]
    base, codes = tiny.hub(tmp_path / "base"), [tmp_path / f"rank{rank}" for rank in (0, 1)]
    (tmp_path / "posts.jsonl").write_text(rows[0], encoding="utf-8")
    refused = torchrun(tmp_path, base, CODES, 2)
    assert [path.read_text() for path in codes] == ["3", "3"]
    assert refused.stderr.count("error: 1 post with a summary to train on: too little to learn from") == 1
    (tmp_path / "posts.jsonl").write_text("\n".join(rows), encoding="utf-8")
    done = torchrun(tmp_path, base, CODES, 2)
    assert [path.read_text() for path in codes] == ["4", "4"], done.stderr
    assert done.stderr.count("steps, about") == 1
    assert done.stdout.count("NOT SHOWN to be better") == 1
