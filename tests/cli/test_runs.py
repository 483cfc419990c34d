"""``blogsum runs``: what training left behind, listed, shown, compared, drawn; damaged files in one line."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from blogsum.errors import UserError
from blogsum.report.plots import Curve, curves
from blogsum.report.runs import page
from blogsum.store import runs
from blogsum.store.runs import METRICS, SAMPLES
from blogsum.train import recipe
from tests.cli.conftest import Call

SCORE = {"mean": 0.25, "low": 0.2, "high": 0.3}
NAMES = ("rouge", "rouge1", "rouge2", "rougeL", "coherence", "consistency", "fluency", "relevance", "words")
HARDWARE = {"cpu": "a cpu", "device": "cpu", "precision": "fp32", "processes": 1}


def made(name: str, status: str = "finished", **dials: Any) -> runs.Run:
    """A run in the home of this test, as training leaves it."""
    facts: dict[str, Any] = {
        "recipe": recipe.merged({}, {"data": "blog@3", "base": "mt5-small/", **dials}).record(),
        "data": {"source": "blog@3", "content": "sha256:12", "train": 8, "dev": 1, "test": 2, "notes": ["a note"]},
        "base": {"source": "mt5-small/", "sha256": "ab" * 32},
        "code": {"blogsum": "0.1.0", "sha256": "cd" * 32},
        "libraries": {"torch": "2.13.0"},
        "hardware": HARDWARE,
        "output": "/models/teaser",
        "status": status,
        "reason": "step 3: the loss is nan" if status == "failed" else "",
    }
    if status == "finished":
        systems = {one: dict.fromkeys(NAMES, SCORE) for one in ("lead-3", "built-in", "base", "tuned")}
        facts["evaluation"] = {"systems": systems, "better": {"base": True, "built-in": False}}
        facts |= {"verdict": "NOT BETTER than the built-in summary", "result": {"steps": 4, "best_step": 2}}
    root = Path(os.environ["BLOGSUM_HOME"]) / "runs"
    run = runs.new(root, name, facts, "")
    os.rename(run.folder, root / name)
    run = runs.Run(root / name)
    run.tell(id=name)
    for step in range(1, 5):
        run.append(METRICS, {"step": step, "loss": 4.0 / step, "rate": 0.001, "norm": 1.0})
        if step % 2 == 0:
            run.append(METRICS, {"step": step, "dev_loss": 3.0, "rouge": 0.2 / step, "value": 0.2 / step, "best": 2})
            run.append(SAMPLES, {"step": step, "id": "p1", "text": f"Zeile <b>\nüber {step}"})
    return run


def test_the_list(call: Call) -> None:
    assert call("runs", "list").stderr.startswith("note: no runs in ")
    made("r1")
    made("r2", "failed", rate=0.01)
    done = call("runs", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "run  status    data    base       steps  rouge  base's  built-in's  better\n"
        "r1   finished  blog@3  mt5-small  4      0.250  0.250   0.250       no\n"
        "r2   failed    blog@3  mt5-small  -      -      -       -           -\n"
    )
    assert [json.loads(line)["id"] for line in call("runs", "list", "--json").stdout.splitlines()] == ["r1", "r2"]


def test_one_run(call: Call) -> None:
    made("r1")
    shown = call("runs", "show", "last").stdout
    assert shown.startswith("run        r1\nstatus     finished\nverdict    NOT BETTER than the built-in summary\n")
    assert "data       blog@3: 8 train, 1 dev, 2 test, sha256:12\n" in shown
    assert "\nstep    dev loss  rouge\n2       3.000     0.100  best\n4       3.000     0.050\n" in shown
    assert shown.endswith("\np1, step 4\n  Zeile <b>\n  über 4\n")
    made("r2", "failed")
    assert "status     failed: step 3: the loss is nan\n" in call("runs", "show", "r2").stdout
    assert json.loads(call("runs", "show", "r2", "--json").stdout)["reason"] == "step 3: the loss is nan"


def test_runs_side_by_side(call: Call) -> None:
    made("r1")
    made("r2", rate=0.01, lora=8)
    assert call("runs", "compare", "r1", "r2").stdout == (
        "             r1        r2\n"
        "lora         0         8\n"
        "rate         0.0005    0.01\n"
        "status       finished  finished\n"
        "rouge        0.250     0.250\n"
        "coherence    0.250     0.250\n"
        "consistency  0.250     0.250\n"
        "fluency      0.250     0.250\n"
        "relevance    0.250     0.250\n"
    )


def test_the_page_draws_the_curves_and_runs_nothing(call: Call, tmp_path: Path) -> None:
    made("r1")
    made("r2")
    done = call("runs", "compare", "r1", "r2", "--html", "runs.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    html = (tmp_path / "runs.html").read_text(encoding="utf-8")
    assert html.count("<svg") == 4
    assert "Zeile &lt;b&gt;" in html
    assert not re.search(r"<script|<b>|https?://|url\(", html)


def test_names_that_are_none_or_several(call: Call) -> None:
    made("r1")
    made("r10")
    assert call("runs", "show", "r1").returncode == 0
    assert call("runs", "show", "x").stderr == "error: x: no such run (there are: r1, r10)\n"
    assert call("runs", "show", "r").stderr == "error: r may be several runs (there are: r1, r10)\n"


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"schema": "blogsum/run/9"}'])
def test_a_damaged_record_is_one_line(call: Call, content: bytes) -> None:
    (made("r1").folder / "run.json").write_bytes(content)
    done = call("runs", "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_half_a_line_of_a_killed_run_is_not_read(call: Call) -> None:
    run = made("r1", "running")
    with (run.folder / METRICS).open("ab") as stream:
        stream.write(b'{"step": 5, "lo')
    assert len(run.lines(METRICS)) == 6
    run.cut(METRICS, lambda line: line["step"] < 3)
    assert [line["step"] for line in run.lines(METRICS)] == [1, 2, 2]
    assert "2       3.000" in call("runs", "show", "r1").stdout


def test_a_damaged_line_is_named(call: Call) -> None:
    run = made("r1")
    with (run.folder / METRICS).open("ab") as stream:
        stream.write(b"{\n")
    done = call("runs", "show", "r1")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"error: {run.folder / METRICS} cannot be read: not JSON: ")


def test_two_processes_do_not_work_on_one_run() -> None:
    run = made("r1", "running")
    with runs.held(run):
        with pytest.raises(UserError) as caught, runs.held(run):
            pass
        assert str(caught.value) == f"{run.folder} is in use by another process"
    with runs.held(run):
        pass


def points(html: str) -> list[tuple[float, float]]:
    [found] = re.findall(r'points="([^"]*)"', html)
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in found.split())]


CURVES: list[Mapping[str, Any]] = [
    {"found": [], "drawn": []},
    {"found": [(5.0, 0.0)], "drawn": [(620.0, 206.0)]},
    {"found": [(0.0, 0.0), (10.0, 2.0)], "drawn": [(56.0, 206.0), (620.0, 12.0)]},
    {"found": [(0.0, -1.0), (10.0, 1.0), (20.0, 0.0)], "drawn": [(56.0, 206.0), (338.0, 12.0), (620.0, 109.0)]},
]


@pytest.mark.parametrize("case", CURVES, ids=lambda case: str(len(case["found"])))
def test_a_curve_stands_where_its_values_are(case: Mapping[str, Any]) -> None:
    assert points(curves("k", "t", "a", [Curve("c", case["found"])])) == case["drawn"]


def test_a_run_without_a_step_has_a_page() -> None:
    run = made("r1", "failed")
    assert "<h2>r1</h2>" in page([(run.facts, [], [])])
