"""The pipelines' scripts with the real command, against the loopback Azure: they wait for the job and obey it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

for name in ("azure.ai.ml", "torch", "transformers", "onnx", "onnxruntime", "sentencepiece", "rensa"):
    pytest.importorskip(name, reason="training on Azure's loopback needs blogsum[azure] and blogsum[train]")

import blogsum as package  # noqa: E402
from tests import tiny  # noqa: E402
from tests.azure.loopback.cloud import PLACE, Azure  # noqa: E402
from tests.azure.test_pipelines import scripts  # noqa: E402
from tests.conftest import Blogsum  # noqa: E402

ROOT = Path(package.__file__).parents[1]
RECIPE = """\
[task]
data = "blog@3"
base = "tiny-mt5"
[training]
epochs = 1
batch = 2
micro_batch = 1
[machine]
device = "cpu"
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def repository(azure: Azure, blogsum: Blogsum, tmp_path: Path) -> Path:
    """What the first lines of a pipeline say that a repository holds."""
    lines = [f'{name} = "{value}"' for name, value in {**PLACE, "compute": "gpu-cluster"}.items()]
    settings = "\n".join(["[data]", 'datasets = "datasets"', "[azure]", *lines]) + "\n"
    (tmp_path / "blogsum.toml").write_text(settings)
    (tmp_path / "recipe.toml").write_text(RECIPE)
    tiny.hub(tmp_path / "tiny-mt5", tiny.checkpoint(1, ending=9.0, vocab_size=400))
    posts = map(str, sorted((ROOT / "examples" / "blog").glob("*-*.html")))
    assert blogsum("data", "add", *posts, "--name", "blog").code == 0
    for shares in ("50,25,25", "60,20,20"):
        assert blogsum("data", "split", "blog", "--shares", shares, "-q").code == 0
    baseline = ("--baseline", "eval-baseline.json", "--update-baseline", "-o", "scores.json")
    assert blogsum("eval", "--model", "extractive", "--data", "blog@3:test", *baseline).code == 0
    (tmp_path / "machine").mkdir()
    return tmp_path


def play(service: str, repository: Path) -> list[tuple[int, str]]:
    """How each script of a pipeline ended and what it printed, up to the first that failed."""
    shim = f'blogsum() {{ "{sys.executable}" -m blogsum "$@"; }}\npython() {{ :; }}\n'
    machine = repository / "machine"
    (machine / "blogsum" / "bin").mkdir(parents=True)
    (machine / "blogsum" / "bin" / "python").symlink_to("/bin/true")
    known = {"PYTHONPATH": str(ROOT), "GITHUB_STEP_SUMMARY": str(repository / "summary.md")}
    found: list[tuple[int, str]] = []
    for script in scripts(service):
        text = shim + script.replace("$(Agent.TempDirectory)", str(machine))
        command = ["bash", *(["-e"] if service == "github" else []), "-c", text]
        done = subprocess.run(
            command, cwd=repository, env={**os.environ, **known}, capture_output=True, text=True, timeout=200
        )
        found.append((done.returncode, done.stdout + done.stderr))
        if done.returncode:
            break
    return found


def test_a_pipeline_trains_waits_and_reports(azure: Azure, repository: Path) -> None:
    install, check, train, gate, report = play("github", repository)
    assert (install[0], check[0], train[0], gate[0], report[0]) == (0, 0, 0, 0, 0), (train, gate)
    assert check[1].splitlines() == [  # and no word of the SDK's own
        "workspace summaries-ml in westeurope",
        "machines of the size Standard_NC4as_T4_v3 have 1 GPU",
        "Standard NCASv3_T4 Family Cluster Dedicated vCPUs in westeurope: 24 allowed, 4 in use, the run takes 4",
        "at most 24 h, as [azure] says",
        "nothing is wrong, as far as Azure tells",
    ]
    [job] = azure.machines.started
    assert azure.status(job) == "Completed"
    assert "NOT SHOWN to be better: 1 post held out" in train[1]
    assert gate[1].startswith("gate: PASSED\n")
    assert (repository / "summary.md").read_text() == (repository / "gate.md").read_text() != ""
    assert (repository / "teaser" / "bundle.json").is_file()


def test_a_pipeline_fails_when_its_job_does(azure: Azure, repository: Path) -> None:
    azure.machines.instead = "echo no GPU here; exit 7"
    install, train = play("devops", repository)
    assert install[0] == 0
    assert train[0] == 1
    assert "no GPU here" in train[1]
    assert "failed on Azure: Execution failed." in train[1]
    assert not (repository / "teaser").exists()
