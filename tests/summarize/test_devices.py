"""Which device a model runs on, and what is said when it is not the one asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnxruntime = pytest.importorskip("onnxruntime", reason="running graphs needs blogsum[mt5]")

from blogsum.errors import UserError
from blogsum.summarize import devices
from blogsum.summarize.devices import Device, choose
from tests.conftest import Run

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
NO_GPU = "the onnxruntime that is installed knows no GPU"
NOT_FOUND = "onnxruntime finds no GPU that it can use: libcublasLt.so.13: cannot open shared object file"
BROKEN = "onnxruntime cannot use the GPU: libcudnn.so.9: cannot open shared object file"


class Session:
    """What onnxruntime makes of a graph on a machine with, without or with half a GPU."""

    def __init__(self, *_: Any, providers: list[str]) -> None:
        self._providers = providers

    def get_providers(self) -> list[str]:
        return [*self._providers, CPU]


class Ignored(Session):
    def get_providers(self) -> list[str]:
        return [CPU]


class Failing(Session):
    def __init__(self, *_: Any, providers: list[str]) -> None:
        raise RuntimeError("libcudnn.so.9: cannot open shared object file\nand much more")


def missing(_: str) -> None:
    raise OSError("libcublasLt.so.13: cannot open shared object file")


# asked for, precision, providers that onnxruntime lists, its sessions -> the place, or the error
CASES = [
    ("cpu", "fp32", [CUDA, CPU], Session, "cpu"),
    ("cpu", "fp32", [CPU], Session, "cpu"),
    ("auto", "fp32", [CUDA, CPU], Session, "cuda"),
    ("auto", "fp16", [CUDA, CPU], Session, "cuda"),
    ("auto", "int8", [CUDA, CPU], Session, "cpu"),
    ("auto", "fp32", [CPU], Session, "cpu"),
    ("auto", "fp32", [CUDA, CPU], Ignored, "cpu"),
    ("auto", "fp32", [CUDA, CPU], Failing, "cpu"),
    ("cuda", "int8", [CUDA, CPU], Session, "cuda"),
    ("cuda", "fp32", [CPU], Session, NO_GPU),
    ("cuda", "fp32", [CUDA, CPU], Ignored, NOT_FOUND),
    ("cuda", "fp32", [CUDA, CPU], Failing, BROKEN),
]


@pytest.mark.parametrize(("asked", "precision", "listed", "session", "expected"), CASES)
def test_the_device_is_what_was_asked_for_or_an_error(
    monkeypatch: pytest.MonkeyPatch, asked: str, precision: str, listed: list[str], session: type, expected: str
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: listed)
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    monkeypatch.setattr(devices.ctypes, "CDLL", missing)
    if expected in ("cpu", "cuda"):
        assert choose(asked, precision, 2) == Device(expected, 2)
    else:
        with pytest.raises(UserError, match="--device cuda: ") as raised:
            choose(asked, precision)
        assert str(raised.value) == f"--device cuda: {expected}"


def test_the_log_says_why_it_is_the_cpu(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    with caplog.at_level("INFO", "blogsum"):
        choose("auto")
    assert caplog.messages == [f"on the CPU: {NO_GPU}"]


def test_the_probe_is_a_model_that_runs() -> None:
    session = onnxruntime.InferenceSession(devices._IDENTITY, providers=[CPU])
    assert session.run(None, {"x": np.array([3.0], np.float32)})[0].tolist() == [3.0]


@pytest.mark.skipif(CUDA in onnxruntime.get_available_providers(), reason="there may be a GPU here")
def test_a_gpu_that_is_not_there_is_one_line(run: Run, bundle: Path) -> None:
    done = run("summarize", "-", "--model", str(bundle), "--device", "cuda", text="Ein Satz. Und noch ein Satz.")
    hint = "pip uninstall onnxruntime, then pip install 'blogsum[mt5-gpu]'"
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"error: --device cuda: {NO_GPU} ({hint})\n"


def test_onnxruntime_sends_nothing_home(tmp_path: Path) -> None:
    """From 1.29 on it keeps what it is going to send, and a number for the machine, in the user's folders."""
    code = "from blogsum.summarize.devices import _IDENTITY, Device, session; session(_IDENTITY, Device())"
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "USERPROFILE")}
    kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # not CI, which would silence it
    bare = {name: os.environ[name] for name in kept if name in os.environ}
    subprocess.run([sys.executable, "-c", code], env={**bare, **folders}, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
