"""A run shown elsewhere, too: on an MLflow server, in TensorBoard files. Never fatal: its own files are the record.

MLflow gets parameters, metrics and artifacts, never a logged model: servers such as Azure's have no place for those.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from blogsum.errors import MissingExtra
from blogsum.store.runs import Run
from blogsum.train.loop import Watch
from blogsum.train.recipe import Machine

_BATCH = 50  # steps of which MLflow hears at once: a request each would slow a run on a far server down
_EXPERIMENT = "blogsum finetune"
_DATABASE = "sqlite:///"
# MLflow's own patience with a server that is gone is many minutes; from 3.2 on it sends statistics to its maker
_MANNERS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
_NUMBERS = ("loss", "rate", "norm", "dev_loss", "rouge")


class Mirror(Protocol):
    """A place that hears of a run."""

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Numbers of one step."""

    def end(self, run: Run) -> None:
        """The run stops or is finished; its files tell the rest."""


class Mirrored:
    """Follows a run for ``watch`` and tells mirrors; one that fails is said once and left alone."""

    def __init__(self, watch: Watch, mirrors: list[Mirror]) -> None:
        self._watch, self._mirrors = watch, mirrors

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""
        self._watch.step(record, steps)
        self._tell(record)

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""
        self._watch.judged(record)
        self._tell(record)

    def note(self, text: str) -> None:
        """Something that a person should read."""
        self._watch.note(text)

    def expected(self, text: str) -> None:
        """What the run will take."""
        self._watch.expected(text)

    def end(self, run: Run) -> None:
        """The run stops or is finished."""
        for one in list(self._mirrors):
            self._safely(one, lambda one=one: one.end(run))  # type: ignore[misc]

    def _tell(self, record: Mapping[str, Any]) -> None:
        numbers = {name: float(record[name]) for name in _NUMBERS if name in record}
        for one in list(self._mirrors):
            self._safely(one, lambda one=one: one.log(record["step"], numbers))  # type: ignore[misc]

    def _safely(self, one: Mirror, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # whatever a client makes of a server that is gone
            self._mirrors.remove(one)
            self._watch.note(f"{type(one).__name__} hears no more of this run: {_line(error)}")


def _place(address: str) -> dict[str, str]:
    """Where the files of a new experiment go: beside its database; MLflow would put them where the command stands."""
    if not address.startswith(_DATABASE):
        return {}
    folder = Path(address.removeprefix(_DATABASE)).absolute().parent
    return {"artifact_location": (folder / "mlartifacts").as_uri()}


class MLflow:
    """A run on an MLflow server; a run that goes on goes on there, too."""

    def __init__(self, address: str, run: Run, into: str = "") -> None:
        """``address`` is that of a server, or ``sqlite:///FILE``. Raises whatever MLflow raises.

        ``into`` is a run that the server began itself, and will end.
        """
        for name, value in _MANNERS.items():
            os.environ.setdefault(name, value)
        from mlflow.tracking import MlflowClient

        logging.getLogger("alembic").setLevel(logging.WARNING)  # sqlite's first use lists every migration
        facts = run.facts
        self._client = MlflowClient(tracking_uri=address)
        self._waiting: list[tuple[int, Mapping[str, float]]] = []
        known = facts.get("mlflow", {})
        self._is_theirs = bool(into)
        if into:
            self._id = into
            self._tell_parameters(facts)
            return
        if known.get("address") == address:
            self._id = str(known["run"])
            self._client.update_run(self._id, status="RUNNING")
            return
        found = self._client.get_experiment_by_name(_EXPERIMENT)
        experiment = found.experiment_id if found else self._client.create_experiment(_EXPERIMENT, **_place(address))
        self._id = self._client.create_run(experiment, run_name=run.name).info.run_id
        run.tell(mlflow={"address": address, "run": self._id})
        self._tell_parameters(facts)

    def _tell_parameters(self, facts: Mapping[str, Any]) -> None:
        for name, value in _parameters(facts).items():
            self._client.log_param(self._id, name, value)

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Numbers of one step, sent fifty at a time."""
        self._waiting.append((step, numbers))
        if len(self._waiting) >= _BATCH or "dev_loss" in numbers:
            self._send()

    def end(self, run: Run) -> None:
        """Scores and files of the run, and how it ended."""
        self._send()
        facts = run.facts
        systems = facts.get("evaluation", {}).get("systems", {})
        for system, means in systems.items():
            for name, value in means.items():
                self._client.log_metric(self._id, f"{system}/{name}", value["mean"])
        for path in sorted(run.folder.glob("*.*")):
            if path.suffix in (".json", ".jsonl", ".toml"):
                self._client.log_artifact(self._id, str(path))
        card = Path(facts["output"]) / "README.md"
        if facts["status"] == "finished" and card.is_file():
            self._client.log_artifact(self._id, str(card))
        if self._is_theirs:
            return
        ended = {"finished": "FINISHED", "failed": "FAILED"}.get(facts["status"], "KILLED")
        self._client.set_terminated(self._id, status=ended)

    def _send(self) -> None:
        import time

        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        waiting, self._waiting = self._waiting, []
        found = [Metric(name, value, now, step) for step, numbers in waiting for name, value in numbers.items()]
        if found:
            self._client.log_batch(self._id, metrics=found)


class TensorBoard:
    """TensorBoard's files in the run's own folder."""

    def __init__(self, run: Run) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(run.folder / "tensorboard"))

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Numbers of one step."""
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, step)

    def end(self, run: Run) -> None:
        """Write what is left."""
        self._writer.close()


def check(asked: Machine) -> None:
    """MissingExtra when a mirror is asked for whose package is not there: said before a long run, not in it."""
    if asked.mlflow and find_spec("mlflow") is None:
        raise MissingExtra("mlflow", "mlflow")
    if asked.tensorboard and find_spec("tensorboard") is None:
        raise MissingExtra("tensorboard", "tensorboard")


def workspace() -> tuple[str, str] | None:
    """The address of the Azure ML workspace that this process is a job of, and the job's own run there.

    Azure sets both variables for a job's command; None elsewhere, and without the plugin azureml-mlflow.
    """
    address, into = os.environ.get("MLFLOW_TRACKING_URI", ""), os.environ.get("MLFLOW_RUN_ID", "")
    if not (address.startswith("azureml:") and into):
        return None
    try:
        return (address, into) if find_spec("azureml.mlflow") and find_spec("mlflow") else None
    except ModuleNotFoundError:  # not even azureml
        return None


def mirrored(asked: Machine, run: Run, watch: Watch) -> Mirrored:
    """``watch`` with the mirrors that are asked for; one that cannot be reached is said and left out."""
    made: list[Mirror] = []
    if asked.mlflow:
        made += _made(lambda: MLflow(asked.mlflow, run), watch)
    elif place := workspace():
        made += _made(lambda: MLflow(place[0], run, place[1]), watch)
    if asked.tensorboard:
        made += _made(lambda: TensorBoard(run), watch)
    return Mirrored(watch, made)


def _made(make: Callable[[], Mirror], watch: Watch) -> list[Mirror]:
    try:
        return [make()]
    except Exception as error:  # a server that is not there must not cost the run
        watch.note(f"this run is not mirrored: {_line(error)}")
        return []


def _parameters(facts: Mapping[str, Any]) -> dict[str, str]:
    """The dials, and what identifies data, base and code; MLflow takes 500 characters of each."""
    found = {f"{section}.{name}": value for section, table in facts["recipe"].items() for name, value in table.items()}
    found |= {"data.content": facts["data"]["content"], "base.sha256": facts["base"]["sha256"]}
    found |= {"code.sha256": facts["code"]["sha256"], "run": facts["id"]}
    return {name: str(value)[:500] for name, value in found.items() if value != ""}


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
