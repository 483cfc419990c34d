"""The README's pipeline steps, run by a shell as the pipelines run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import blogsum

README = Path(__file__).parents[2] / "README.md"
STEPS = [yaml.safe_load(block)[0] for block in re.findall(r"```yaml\n(- .+?)```", README.read_text("utf-8"), re.DOTALL)]
SCRIPTS = [step.get("run") or step["script"] for step in STEPS if "eval" in str(step)]
ARTICLE = "The town opens a library on Sundays. Many families had asked for it. It costs 38,000 euros a year."
GOOD, BAD = "The town opens a library on Sundays. It costs 38,000 euros a year.", "Town Ã¼ the of 77 Berlin the"


def start(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with ``bash -e``, where ``blogsum`` is this Python's."""
    shim = f'blogsum() {{ "{sys.executable}" -m blogsum "$@"; }}\n'
    known = {"PYTHONPATH": str(Path(blogsum.__file__).parents[1]), "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    command = ["bash", "-e", "-c", shim + script]
    return subprocess.run(command, cwd=folder, env={**os.environ, **known}, capture_output=True, text=True, timeout=120)


def predict(folder: Path, summary: str, count: int = 12) -> None:
    rows = [{"id": str(n), "text": f"{ARTICLE} Number {n}.", "summary": summary} for n in range(count)]
    (folder / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_there_is_one_for_each_service() -> None:
    assert len(SCRIPTS) == 2


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=["github", "azure"])
def test_the_step_passes_fails_and_goes_on_when_a_human_is_asked(script: str, tmp_path: Path) -> None:
    renew = "blogsum eval predictions.jsonl --baseline eval-baseline.json --update-baseline -o scores.json"
    predict(tmp_path, GOOD)
    assert start(renew, tmp_path).returncode == 0
    passed = start(script, tmp_path)
    assert (passed.returncode, passed.stderr) == (0, "")
    predict(tmp_path, BAD)
    failed = start(script, tmp_path)
    assert failed.returncode == 1
    assert "blogsum gate failed" in failed.stdout
    predict(tmp_path, GOOD, 3)
    assert start(renew, tmp_path).returncode == 0
    predict(tmp_path, BAD, 3)
    asked = start(script, tmp_path)
    assert asked.returncode == 0
    assert "blogsum gate asks a human" in asked.stdout
    if "GITHUB" in script:
        assert (tmp_path / "summary.md").read_text(encoding="utf-8").count("## Scores of") == 3
