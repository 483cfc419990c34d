"""What every test gets: a home of its own, no network by accident, a way to run the command."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

# The same examples every time, and no deadline for one of them: a busy machine is not a failure.
settings.register_profile("blogsum", derandomize=True, deadline=None)
settings.load_profile("blogsum")


class Said(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    stdout: str
    stderr: str


Blogsum = Callable[..., Said]
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


@pytest.fixture
def blogsum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blogsum:
    """Run ``blogsum`` in this process and in an empty folder: the whole command, 0.2 s sooner than ``run``."""
    from blogsum.cli.main import main

    monkeypatch.chdir(tmp_path)

    def start(*arguments: str, text: bytes = b"") -> Said:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(arguments)
        out.flush()
        err.flush()
        return Said(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))

    return start
