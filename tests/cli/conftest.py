"""The command in this process: a tenth of the time that a process of its own takes, for tests of many cases."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from blogsum.cli.main import main

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run ``blogsum`` in ``tmp_path`` and return what it printed and its exit code, as the fixture ``run`` does."""
    monkeypatch.chdir(tmp_path)

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        code = main(arguments)
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, printed.out, printed.err)

    return start
