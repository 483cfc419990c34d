"""What Azure's own SDK says of the files, offline: its parser and its validation. Logs in nowhere, sends nothing."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from blogsum.azure import check
from blogsum.errors import MissingExtra

_PACKAGE, _EXTRA = "azure-ai-ml", "azure"


def faults(folder: Path, names: Iterable[str]) -> list[str]:
    """What the SDK finds wrong with the files ``names`` in ``folder``, a line each; MissingExtra without it."""
    # it warns of its own experimental and deprecated parts: 6 lines when imported, some 400 at a file
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        load = _loaders()
        return [f"{name}: {what}" for name in names for what in _of_file(load[name], folder / name)]


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
