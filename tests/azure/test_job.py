"""The rendered command, run as Azure would: inputs and outputs put in, a process a rank, in the folder of the code."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

for name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece", "rensa"):
    pytest.importorskip(name, reason="training needs blogsum[train]")

from blogsum import jsonl  # noqa: E402
from blogsum.cli.main import main  # noqa: E402
from tests import tiny  # noqa: E402

BLOG = Path(__file__).parents[2] / "examples" / "blog"
TABLE = '[azure]\ncompute = "gpu-cluster"\ngpus = {processes}\n'


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_the_command_of_the_job_makes_model_bundle_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny.hub(tmp_path / "tiny-mt5", tiny.checkpoint(1, ending=9.0, vocab_size=400))
    Path("blogsum.toml").write_text(TABLE.format(processes=processes))
    assert main(["data", "add", *map(str, sorted(BLOG.glob("*-*.html"))), "--name", "posts"]) == 0
    assert main(["data", "split", "posts", "--shares", "60,20,20", "-q"]) == 0
    dials = ["--epochs", "1", "--device", "cpu", "--batch", "2", "--micro-batch", "1"]
    asked = ["finetune", "--data", "posts@2", "--base", "tiny-mt5", "-o", "my-model", *dials]
    asked += ["--export", "my-bundle"] * (processes == 1)
    assert main([*asked, "--on", "azure", "--render", "job"]) == 0
    node = started(tmp_path / "job", tmp_path / "node", processes)
    assert (node / "model/my-model/model.safetensors").is_file()
    assert (node / "bundle/my-bundle/bundle.json").is_file() == (processes == 1)
    assert "my-model" in (node / "report/run.html").read_text(encoding="utf-8")
    [run] = (node / "report/runs").iterdir()
    facts = jsonl.parse((run / "run.json").read_bytes())
    assert (facts["status"], facts["hardware"]["processes"]) == ("finished", processes)
    assert facts["recipe"]["training"]["epochs"] == 1
    assert not (run / "checkpoints").exists()


def started(job: Path, node: Path, processes: int) -> Path:
    """Run the job's command as a machine of Azure does, and return the folder with its outputs."""
    document = yaml.safe_load((job / "job.yml").read_text(encoding="utf-8"))
    shutil.copytree(job / "code", node / "code")
    command = document["command"]
    for name, one in document["inputs"].items():
        assets = [yaml.safe_load((job / f"{kind}.yml").read_text(encoding="utf-8")) for kind in ("data", "base")]
        [asset] = [one_ for one_ in assets if f"azureml:{one_['name']}:{one_['version']}" == one["path"]]
        command = command.replace(f"${{{{inputs.{name}}}}}", str((job / asset["path"]).resolve()))
    for name in document["outputs"]:
        (node / name).mkdir()
        command = command.replace(f"${{{{outputs.{name}}}}}", str(node / name))
    count = document.get("distribution", {}).get("process_count_per_instance", 1)
    assert (count, "${{" in command) == (processes, False)
    (node / "bin").mkdir()
    (node / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (node / "bin" / "python").chmod(0o755)
    ranks = [
        subprocess.Popen(["bash", "-c", command], cwd=node / "code", env=told(node, rank, count))
        for rank in range(count)
    ]
    assert [rank.wait(120) for rank in ranks] == [0] * count
    return node


def told(node: Path, rank: int, count: int) -> dict[str, str]:
    """What Azure ML tells the processes of ``distribution: pytorch``."""
    path = f"{node / 'bin'}:{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "BLOGSUM_HOME")}
    return {
        **kept,
        "PATH": path,
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(_port()),
        "WORLD_SIZE": str(count),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "NODE_RANK": "0",
    }


def _port(found: list[int] = []) -> int:  # noqa: B006 one for all ranks
    if not found:
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            found.append(server.getsockname()[1])
    return found[0]
