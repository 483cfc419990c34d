"""A model that has learned its summaries writes them, whole and small, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

for _name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece"):
    pytest.importorskip(_name, reason="training and exporting needs blogsum[train]")

from tests import trained
from tests.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained.learned(tmp_path_factory.mktemp("trained") / "model")


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    rows = [{"id": f"p{i}", "text": source, "summary": target} for i, (source, target) in enumerate(trained.PAIRS)]
    more = [{"id": f"q{i}", "text": f"{a} {b}"} for i, (a, _) in enumerate(trained.PAIRS) for _, b in trained.PAIRS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = [json.dumps({**row, "id": f"q{i}"}) for i, row in enumerate(more)]
    (tmp_path / "more.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "options", [(), ("--precision", "int8"), ("--precision", "int8", "--keep-vocab-from", "more.jsonl")], ids=str
)
def test_what_was_learned_is_written_line_by_line(
    run: Run, posts: Path, checkpoint: Path, options: tuple[str, ...]
) -> None:
    made = run("export", str(checkpoint), "-o", "bundle", *options)
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    done = run("summarize", posts.name, "--model", "bundle", "--format", "jsonl", "--evidence")
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["summaries"][0]["text"] for record in records] == [target for _, target in trained.PAIRS]
    assert {record["system"] for record in records} == {"mt5:model"}
    assert all(sentence["sentence"] is not None for sentence in records[4]["summaries"][0]["sentences"])
    bullets = run("summarize", posts.name, "--model", "bundle", "--length", "bullets", "--format", "text")
    assert "- Die Räder kosten wenig.\n" in bullets.stdout
