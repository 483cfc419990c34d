"""Ctrl-C and SIGTERM: one line, the exit code, nothing half-written, and a batch that goes on afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.hard_inputs import P
from tests.conftest import Run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
SIGNALS = [(signal.SIGINT, 130, "error: interrupted\n"), (signal.SIGTERM, 143, "error: terminated\n")]
HERE = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "OMP_NUM_THREADS": "1"}


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "blogsum", *arguments]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=HERE,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells let what runs behind ignore Ctrl-C
    )


@pytest.mark.parametrize("verb", ["read", "summarize"])
@pytest.mark.parametrize(("number", "code", "said"), SIGNALS, ids=["ctrl-c", "terminate"])
def test_stopped_in_the_middle_it_leaves_nothing(
    tmp_path: Path, verb: str, number: signal.Signals, code: int, said: str
) -> None:
    (tmp_path / "answer.txt").write_text("old")
    process = started(tmp_path, verb, "-", "--format", "text", "-o", "answer.txt")
    assert process.stdin is not None
    assert process.stderr is not None
    rows = [{"id": str(row), "text": P} for row in range(100)]  # more than the first look at a stream takes
    process.stdin.write("".join(json.dumps(row) + "\n" for row in [*rows, {"text": 5}]))
    process.stdin.flush()
    assert process.stderr.readline() == "error: -:101: 'text' must be a text, not a number\n"  # so far it has come
    process.send_signal(number)
    assert (*process.communicate(timeout=60), process.returncode) == ("", said, code)
    assert [path.name for path in tmp_path.iterdir()] == ["answer.txt"]
    assert (tmp_path / "answer.txt").read_text() == "old"


@pytest.mark.parametrize(
    ("jobs", "number", "code", "said"),
    [("1", *SIGNALS[0]), pytest.param("2", *SIGNALS[1], marks=pytest.mark.slow)],
    ids=["ctrl-c", "terminate two jobs"],
)
def test_a_stopped_batch_goes_on_and_ends_alike(
    run: Run, tmp_path: Path, jobs: str, number: signal.Signals, code: int, said: str
) -> None:
    rows = [json.dumps({"id": str(row), "text": f"{P}\n\n{P} Das war Rad {row}."}) + "\n" for row in range(250)]
    (tmp_path / "posts.jsonl").write_text("".join(rows), encoding="utf-8")
    process = started(tmp_path, "summarize", "posts.jsonl", "-o", "out.jsonl", "--jobs", jobs)
    while process.poll() is None:
        parts = list(tmp_path.glob(".out.jsonl.*.part"))
        if parts and parts[0].stat().st_size > 2000:
            process.send_signal(number)
            break
    assert (*process.communicate(timeout=60), process.returncode) == ("", said, code)
    assert not (tmp_path / "out.jsonl").exists()
    done = run("summarize", "posts.jsonl", "-o", "out.jsonl")
    assert done.returncode == 0
    assert "lines of an interrupted run" in done.stderr
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(row) for row in range(250)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "posts.jsonl"]
