"""Two processes of ``torchrun`` train what one trains; a killed one costs no more than the steps since a checkpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum.store import runs
from tests import tiny

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="gloo and signals of POSIX")]
ROOT = Path(__file__).parent.parent.parent

SCRIPT = """
import os, signal, sys
from pathlib import Path
from blogsum.errors import UserError
from blogsum.store import runs
from blogsum.train import finetune
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
asked = job(folder, base)
try:
    done = finetune.resume(asked, runs.known(folder / "runs")[0]) if what == "resume" else finetune.start(asked)
except UserError as error:
    sys.stderr.write(f"{error} ({error.hint})\\n")
    raise SystemExit(3)
assert done.team.size == int(os.environ["WORLD_SIZE"])
"""


def torchrun(folder: Path, base: Path, what: str, processes: int) -> subprocess.CompletedProcess[str]:
    script = folder.parent / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, str(script), str(folder), str(base), what],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


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
