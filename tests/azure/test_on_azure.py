"""``blogsum finetune --on azure`` from the command to the registered model; the machine runs the job's real command."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

for name in ("azure.ai.ml", "torch", "transformers", "onnx", "onnxruntime", "sentencepiece", "rensa"):
    pytest.importorskip(name, reason="training on Azure's loopback needs blogsum[azure] and blogsum[train]")

from blogsum import files  # noqa: E402
from blogsum.azure import follow  # noqa: E402
from blogsum.store import bundles, runs  # noqa: E402
from tests import tiny  # noqa: E402
from tests.azure.loopback.cloud import PLACE, Azure  # noqa: E402
from tests.conftest import Blogsum  # noqa: E402

BLOG = Path(__file__).parents[2] / "examples" / "blog"
DIALS = ("--epochs", "1", "--device", "cpu", "--batch", "2", "--micro-batch", "1")
ASKED = ("finetune", "--data", "posts@2", "--base", "tiny-mt5", "-o", "my-model", *DIALS, "--on", "azure")


def project(blogsum: Blogsum, monkeypatch: pytest.MonkeyPatch, azure: Azure, **place: object) -> None:
    """A dataset, a base and the settings in the folder that the command runs in; nobody sleeps."""
    monkeypatch.setattr(follow, "pause", azure.pause)
    tiny.hub(Path("tiny-mt5"), tiny.checkpoint(1, ending=9.0, vocab_size=400))
    lines = [f"{name} = {json.dumps(value)}" for name, value in {**PLACE, **place}.items()]
    Path("blogsum.toml").write_text("\n".join(["[azure]", *lines]) + "\n")
    assert blogsum("data", "add", *map(str, sorted(BLOG.glob("*-*.html"))), "--name", "posts").code == 0
    assert blogsum("data", "split", "posts", "--shares", "60,20,20", "-q").code == 0


@pytest.mark.slow
def test_a_model_is_trained_fetched_verified_and_registered(
    blogsum: Blogsum, azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(blogsum, monkeypatch, azure, compute="gpu-cluster")
    done = blogsum(*ASKED, "--export", "my-bundle")
    [job] = azure.jobs
    assert done.code == 4, done.stderr + azure.logs(job)  # one post held out is too few to tell
    assert azure.machines.started == [job]
    verdict, *_, last = done.stdout.splitlines()
    assert verdict.startswith("NOT SHOWN to be better: 1 post held out, too few to tell; against its base (")
    version = job.removeprefix("blogsum-my-model-")
    [run] = runs.known(Path(os.environ["BLOGSUM_HOME"]) / "runs")
    assert last == f"model my-model, run {run.name}, registered as my-model:{version}"
    steps = [line for line in done.stderr.splitlines() if re.match(r"  step \d+: dev loss", line)]
    assert steps == [f"  {line}" for line in azure.logs(job).splitlines() if line.startswith("step ")] != []
    [model] = azure.bodies(f"PUT /models/my-model/versions/{version}")
    assert model["properties"]["modelUri"].endswith(f"azureml://jobs/{job}/outputs/model/paths/my-model/")
    tags = model["properties"]["tags"]
    assert tags["sha256"] == run.facts["model_sha256"] == files.digest_of_folder(Path("my-model"))
    assert (tags["job"], tags["data"], tags["better_than"], tags["posts"]) == (job, "posts@2", "none", "1")
    assert run.facts["azure"]["job"] == job
    # what came is used as what is trained here: the bundle writes, and the run is shown
    assert bundles.load(Path("my-bundle")).manifest["run"] == run.name
    assert blogsum("runs", "show", run.name).stdout.startswith(f"run        {run.name}\nstatus     finished\n")
    assert blogsum("summarize", str(BLOG / "ein-jahr-lastenrad.html"), "--model", "my-bundle").code in (0, 4)


@pytest.mark.slow
def test_two_machines_train_one_model(blogsum: Blogsum, azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    project(blogsum, monkeypatch, azure, instance_type="Standard_NC4as_T4_v3", instances=2)
    done = blogsum(*ASKED)
    [job] = azure.jobs
    assert done.code == 4, done.stderr + azure.logs(job)
    [sent] = azure.bodies("PUT /jobs/")
    resources = sent["properties"]["resources"]
    assert (resources["instanceCount"], resources["instanceType"]) == (2, "Standard_NC4as_T4_v3")
    assert sent["properties"]["distribution"] == {"distributionType": "PyTorch", "processCountPerInstance": 1}
    assert sent["properties"].get("computeId") is None
    [run] = runs.known(Path(os.environ["BLOGSUM_HOME"]) / "runs")
    assert run.facts["hardware"]["processes"] == 2
    assert done.stdout.splitlines()[-1].startswith(f"model my-model, run {run.name}, registered as my-model:")
