"""Every benchmark in the folder is run by ``run.py``, and a failing one is reported."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "run.py"
SPEC = importlib.util.spec_from_file_location("blogsum_benchmarks_run", PATH)  # other packages ship a "benchmarks" too
assert SPEC is not None
assert SPEC.loader is not None
run = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run)


def test_every_benchmark_is_in_the_list() -> None:
    assert {path.stem for path in run.HERE.glob("*.py")} - {"run"} == set(run.BENCHMARKS)


def test_a_failing_benchmark_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = run.main(["--data", str(tmp_path), "--only", "readability"])
    out, err = capfd.readouterr()
    assert code == 1
    assert out.startswith("readability …\nreadability: exit code 1 after ")
    assert err.splitlines()[-1] == "failed: readability"
