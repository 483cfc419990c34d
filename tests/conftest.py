"""What every test gets: a home of its own, no network by accident, a way to run the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, and no deadline for one of them: a busy machine is not a failure.
settings.register_profile("blogsum", derandomize=True, deadline=None)
settings.load_profile("blogsum")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests neither see nor touch the cache and the settings of the person who runs them."""
    monkeypatch.setenv("BLOGSUM_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny mT5 with random weights, exported; do not change it, copy it."""
    for name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece"):
        pytest.importorskip(name, reason="exporting needs blogsum[train]")
    from blogsum.train.export import export, request
    from tests import tiny

    folder = tmp_path_factory.mktemp("models")
    checkpoint = tiny.hub(folder / "tiny")
    export(checkpoint, folder / "bundle", request(checkpoint, {"prefix": "kurz: ", "max_output": 24}))
    return folder / "bundle"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``blogsum`` as its user would, in a process of its own, and return what it printed and its exit code."""

    def start(
        *arguments: str, text: str | bytes = "", cwd: Path = tmp_path, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        data = text.encode() if isinstance(text, str) else text
        done = subprocess.run(
            [sys.executable, "-m", "blogsum", *arguments],
            input=data,
            capture_output=True,
            cwd=cwd,
            env={**os.environ, **environment},
            timeout=60,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return start
