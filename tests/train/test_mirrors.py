"""Mirrors hear all that a run's own files say, and nothing that happens to them stops the run."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum.errors import MissingExtra
from blogsum.store.runs import METRICS
from blogsum.train import finetune, mirrors
from tests import tiny
from tests.train.test_finetune import At, job, stopped, weights


class Server:
    """As much of ``MlflowClient`` as is used, in memory; ``broken`` is the call that fails."""

    runs: ClassVar[dict[str, dict[str, Any]]] = {}
    broken: ClassVar[str] = ""
    address: ClassVar[str] = "http://mlflow.example"

    def __init__(self, tracking_uri: str) -> None:
        assert tracking_uri == Server.address

    def __getattribute__(self, name: str) -> Any:
        if name == Server.broken:
            raise ConnectionError("no route to host\nand a long story")
        return object.__getattribute__(self, name)

    def get_experiment_by_name(self, name: str) -> None:
        assert name == "blogsum finetune"

    def create_experiment(self, name: str) -> str:
        return "1"

    def create_run(self, experiment: str, run_name: str) -> Any:
        number = str(len(self.runs))
        self.runs[number] = {"params": {}, "metrics": [], "files": [], "status": "RUNNING"}
        return SimpleNamespace(info=SimpleNamespace(run_id=number))

    def update_run(self, number: str, status: str) -> None:
        self.runs[number]["status"] = status

    def log_param(self, number: str, name: str, value: str) -> None:
        self.runs[number]["params"][name] = value

    def log_batch(self, number: str, metrics: list[Any]) -> None:
        self.runs[number]["metrics"] += metrics

    def log_metric(self, number: str, name: str, value: float) -> None:
        self.runs[number]["metrics"].append((name, value))

    def log_artifact(self, number: str, path: str) -> None:
        self.runs[number]["files"].append(Path(path).name)

    def set_terminated(self, number: str, status: str) -> None:
        self.runs[number]["status"] = status


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    """MLflow as a module that speaks to ``Server``."""
    package, tracking, entities = (ModuleType(name) for name in ("mlflow", "mlflow.tracking", "mlflow.entities"))
    tracking.MlflowClient = Server  # type: ignore[attr-defined]
    entities.Metric = lambda name, value, now, step: (name, value, step)  # type: ignore[attr-defined]
    package.__spec__ = ModuleSpec("mlflow", None)  # accelerate asks for it
    for module in (package, tracking, entities):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(mirrors, "find_spec", lambda name: object())
    monkeypatch.setattr(Server, "runs", {})
    monkeypatch.setattr(Server, "broken", "")
    return Server


MIRRORED = {"mlflow": "http://mlflow.example"}


def test_a_run_is_mirrored_and_goes_on_in_its_mirror(server: type[Server], tmp_path: Path) -> None:
    base = tiny.hub(tmp_path / "base")
    run = stopped(tmp_path, base, **MIRRORED)
    assert [one["status"] for one in server.runs.values()] == ["KILLED"]
    done = finetune.resume(job(tmp_path, base), run)
    [mirror] = server.runs.values()
    assert mirror["status"] == "FINISHED"
    assert mirror["params"]["training.rate"] == "0.001"
    assert mirror["params"]["data.content"] == done.facts["data"]["content"]
    told = [one for one in mirror["metrics"] if one[0] == "loss"]
    assert told == [("loss", line["loss"], line["step"]) for line in run.lines(METRICS) if "norm" in line]
    assert ("tuned/rouge", done.facts["evaluation"]["systems"]["tuned"]["rouge"]["mean"]) in mirror["metrics"]
    assert {"run.json", "recipe.toml", "metrics.jsonl", "evaluation.jsonl", "README.md"} <= set(mirror["files"])


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["create_run", "log_param", "log_batch", "log_artifact", "set_terminated"])
def test_a_server_that_is_gone_costs_a_note(server: type[Server], tmp_path: Path, broken: str) -> None:
    server.broken = broken
    watch = At(0, lambda: None)
    base = tiny.hub(tmp_path / "base")
    done = finetune.start(job(tmp_path / "a", base, watch, **MIRRORED))
    assert done.facts["status"] == "finished"
    assert [note for note in watch.notes if note.endswith(": no route to host")]
    assert weights(done) == weights(finetune.start(job(tmp_path / "b", base)))


@pytest.mark.parametrize("name", ["mlflow", "tensorboard"])
def test_a_missing_package_is_said_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(mirrors, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        finetune.start(job(tmp_path, tiny.hub(tmp_path / "base"), **{name: "x" if name == "mlflow" else True}))
    assert caught.value.hint == f"pip install 'blogsum[{name}]'"


@pytest.mark.slow
def test_mlflow_itself_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracking: Any = pytest.importorskip("mlflow.tracking", reason="needs blogsum[mlflow]")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    address = f"sqlite:///{tmp_path / 'mlflow.db'}"
    done = finetune.start(job(tmp_path, tiny.hub(tmp_path / "base"), mlflow=address))
    client = tracking.MlflowClient(tracking_uri=address)
    found = client.get_run(done.run.facts["mlflow"]["run"])
    assert found.info.status == "FINISHED"
    assert found.info.artifact_uri.startswith((tmp_path / "mlartifacts").as_uri())
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert found.data.params["training.rate"] == "0.001"
    history = client.get_metric_history(found.info.run_id, "loss")
    assert [(one.step, one.value) for one in sorted(history, key=lambda one: one.step)] == [
        (line["step"], line["loss"]) for line in done.run.lines(METRICS) if "norm" in line
    ]


@pytest.mark.slow
def test_tensorboard_files_hold_the_loss(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs blogsum[tensorboard]")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    done = finetune.start(job(tmp_path, tiny.hub(tmp_path / "base"), tensorboard=True))
    found = EventAccumulator(str(done.run.folder / "tensorboard"))
    found.Reload()
    assert [one.step for one in found.Scalars("loss")] == list(range(1, 13))


def test_a_job_of_azure_is_mirrored_in_its_own_run(
    server: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "azureml://westeurope.api.azureml.ms/mlflow/v1.0/subscriptions/s/workspaces/w"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setenv("MLFLOW_RUN_ID", "blogsum-my-model-0123456789ab")
    monkeypatch.setattr(Server, "address", address)
    theirs = {"params": {}, "metrics": [], "files": [], "status": "of Azure"}
    Server.runs["blogsum-my-model-0123456789ab"] = theirs
    done = finetune.start(job(tmp_path, tiny.hub(tmp_path / "base")))
    assert list(Server.runs.values()) == [theirs]
    losses = [one for one in done.run.lines(METRICS) if "loss" in one]
    assert [step for name, _, step in (one for one in theirs["metrics"] if len(one) == 3) if name == "loss"] == [
        one["step"] for one in losses
    ]
    assert theirs["params"]["run"] == done.run.name
    assert theirs["status"] == "of Azure"  # who began it ends it
    assert "mlflow" not in done.run.facts


PLACES = [
    ({"MLFLOW_TRACKING_URI": "azureml://x", "MLFLOW_RUN_ID": "job"}, True, ("azureml://x", "job")),
    ({"MLFLOW_TRACKING_URI": "azureml://x", "MLFLOW_RUN_ID": "job"}, False, None),
    ({"MLFLOW_TRACKING_URI": "http://localhost:5000", "MLFLOW_RUN_ID": "run"}, True, None),
    ({"MLFLOW_TRACKING_URI": "azureml://x"}, True, None),
    ({}, True, None),
]


@pytest.mark.parametrize(("variables", "plugin", "found"), PLACES)
def test_the_workspace_is_known_by_what_azure_sets(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], plugin: bool, found: tuple[str, str] | None
) -> None:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if plugin:
        monkeypatch.setattr(mirrors, "find_spec", lambda name: object())
    assert mirrors.workspace() == found
