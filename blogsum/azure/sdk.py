"""Azure's own SDK: what it says of the files, offline, and the client that speaks to a workspace.

The client logs in as ``login.py`` finds it possible, in the cloud that the SDK's own variables name
(``AZUREML_CURRENT_CLOUD``, ``ARM_CLOUD_METADATA_URL``).
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from blogsum.azure import check, login
from blogsum.azure.place import NEEDED, SECTION, Place
from blogsum.errors import USAGE, MissingExtra, UserError

_PACKAGE, _EXTRA = "azure-ai-ml", "azure"


def client(place: Place) -> Any:
    """The SDK's client (``MLClient``) of the workspace; asks nothing yet. ``refusals.in_words`` words what it raises.

    UserError when the settings do not name the workspace, MissingExtra without the extra 'azure'.
    """
    named(place)
    with quiet():
        try:
            from azure.ai.ml import MLClient
        except ImportError as error:
            raise MissingExtra(_PACKAGE, _EXTRA) from error
        where = [getattr(place, name) for name in NEEDED]
        # without its bar, which ``quiet`` hides, 1.35 waits for ever for an upload that failed: nobody asks its threads
        return MLClient(login.credential(), *where, enable_telemetry=False, show_progress=True)


def named(place: Place) -> None:
    """UserError when the settings do not say which workspace it is."""
    for name in NEEDED:
        if not getattr(place, name):
            hint = "blogsum azure init --help says what it is"
            raise UserError(f"[{SECTION}] in blogsum.toml has no {name}", hint=hint, code=USAGE)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep from stderr what the SDK prints there of itself: some 400 warnings at a file, colours at an upload."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # it has handlers of its own, which write to stderr
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(before)


def details(client: Any, job: str) -> Any:
    """The run history's details of a job: status, times, logs, error. The SDK's only public door to them prints."""
    return client.jobs._runs_operations.get_run_details(job)


def word(value: Any) -> str:
    """Azure's word for something, which is an enum of the SDK's at some of its doors, and a text at others."""
    return str(getattr(value, "value", value))


def faults(folder: Path, names: Iterable[str]) -> list[str]:
    """What the SDK finds wrong with the files ``names`` in ``folder``, a line each; MissingExtra without it."""
    with quiet():
        load = _loaders()
        return [f"{name}: {what}" for name in names for what in _of_file(load[name], folder / name)]


def loader(name: str) -> Any:
    """What reads the file of this name of a rendered job, as ``az ml`` does."""
    return _loaders()[name]


def _loaders() -> dict[str, Any]:
    """What reads each file."""
    try:
        from azure.ai import ml
        from azure.ai.ml.entities._load_functions import load_schedule
    except ImportError as error:
        raise MissingExtra(_PACKAGE, _EXTRA) from error
    jobs = {check.JOB: ml.load_job, check.PIPELINE: ml.load_job, check.SCHEDULE: load_schedule}
    data = {"data.yml": ml.load_data, "warm_up.yml": ml.load_data}
    return {**jobs, **data, "base.yml": ml.load_model, "environment.yml": ml.load_environment}


def _of_file(load: Any, path: Path) -> list[str]:
    try:
        document = load(path)
        result = document._validate() if path.name in (check.JOB, check.PIPELINE) else None
    except Exception as error:  # the SDK raises its own, marshmallow's, YAML's and Python's
        return [f"azure-ai-ml refuses it: {' '.join(str(error).split())[:300]}"]
    messages = result.error_messages if result is not None else {}
    return [f"{place}: {' '.join(str(text).split())}" for place, text in messages.items()]
