"""The command as its user types it: answers, exit codes, one line for every mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

POST = """---
title: Neue Räder
---

Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt bis zu 200 Kilogramm und fährt mit Strom.

Die Fahrer liefern damit pünktlicher als früher und sparen Geld für Sprit. Im Winter bleibt das Rad bei Eis im Hof.
"""


@pytest.fixture
def post(tmp_path: Path) -> Path:
    path = tmp_path / "post.md"
    path.write_text(POST, encoding="utf-8")
    return path


def test_a_summary_is_all_that_stdout_says(run: Run, post: Path) -> None:
    done = run("summarize", "post.md", "--max-words", "12")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Die Werkstatt kaufte 2025 drei Räder für die Innenstadt.\n"


@pytest.mark.parametrize("source", ["-", "post.md"])
def test_json_says_where_each_sentence_stands(run: Run, post: Path, source: str) -> None:
    done = run("summarize", source, "--length", "meta,bullets", "--format", "json", text=POST)
    record = json.loads(done.stdout)
    assert record["schema"] == "blogsum/summary/1"
    assert [one["length"] for one in record["summaries"]] == ["meta", "bullets"]
    article = json.loads(run("read", source, "--format", "json", text=POST).stdout)
    for one in record["summaries"]:
        for sentence in one["sentences"]:
            assert article["text"][sentence["start"] : sentence["end"]] == sentence["text"]


MISTAKES = [
    (["summarize"], 2, "error: Missing argument 'SOURCE...'. (blogsum summarize --help shows how)\n"),
    (["sumarize", "x"], 2, None),
    (
        ["summarize", "post.md", "--length", "tweet"],
        2,
        "error: unknown length 'tweet' (choose from meta, teaser, short, paragraph, long, bullets)\n",
    ),
    (
        ["summarize", "post.md", "--length", "meta,meta"],
        2,
        "error: --length 'meta,meta' names a length twice or not at all (as in meta,teaser)\n",
    ),
    (["summarize", "post.md", "--max-words", "0"], 2, None),
    (["summarize", "post.md", "--config", "no.toml"], 2, "error: no.toml: no such settings file (check --config)\n"),
    (["summarize", "nothing.md"], 3, None),
    (["read", "nothing.md"], 3, None),
    (["summarize", "post.md", "--check", "nothing.txt"], 3, None),
    (["summarize", "post.md", "post.md", "--check", "post.md"], 2, None),
    (["summarize", "-", "--check", "-"], 2, None),
    (["summarize", "post.md", "-o", "nowhere/out.txt"], 3, None),
    (["summarize", "post.md", "-o", "nowhere/out.jsonl"], 3, None),
    (["read", "post.md", "-o", "out.html"], 2, None),
]


@pytest.mark.parametrize(("arguments", "code", "message"), MISTAKES, ids=[" ".join(one[0]) for one in MISTAKES])
def test_a_mistake_is_one_line_and_its_exit_code(
    run: Run, post: Path, arguments: list[str], code: int, message: str | None
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert message is None or done.stderr == message
    assert sorted(path.name for path in post.parent.iterdir()) == ["post.md"]


def test_one_bad_article_does_not_stop_the_rest(run: Run, post: Path) -> None:
    done = run("summarize", "post.md", "nothing.md", "post.md", "--format", "jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 4
    assert ["error" in record for record in records] == [False, True, False]
    assert done.stderr.count("\n") == 1


def test_check_lists_what_the_article_does_not_say(run: Run, post: Path) -> None:
    (post.parent / "mine.txt").write_text("Die Werkstatt kaufte 2025 fünf Räder.", encoding="utf-8")
    done = run("summarize", "post.md", "--check", "mine.txt")
    assert done.returncode == 4
    assert done.stdout == "number: fünf (characters 26–30), not in the article\n"
    (post.parent / "mine.txt").write_text("Die Werkstatt kaufte 2025 drei Räder.", encoding="utf-8")
    done = run("summarize", "post.md", "--check", "mine.txt")
    assert done.returncode == 0


def corpus(folder: Path, count: int) -> Path:
    path = folder / "posts.jsonl"
    text = POST.split("---\n")[2].strip()
    rows = (json.dumps({"id": f"p{number}", "text": f"{text} Das war Rad {number}."}) for number in range(count))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_records_come_out_in_order_and_alike_for_any_number_of_jobs(run: Run, tmp_path: Path, jobs: str) -> None:
    corpus(tmp_path, 30)
    assert run("summarize", "posts.jsonl", "-o", "out.jsonl", "--jobs", jobs).returncode == 0
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"p{number}" for number in range(30)]
    assert run("summarize", "posts.jsonl").stdout.splitlines() == lines


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_alike(run: Run, tmp_path: Path) -> None:
    corpus(tmp_path, 400)
    command = [sys.executable, "-m", "blogsum", "summarize", "posts.jsonl", "-o", "out.jsonl"]
    process = subprocess.Popen(command, cwd=tmp_path)
    while process.poll() is None:
        parts = list(tmp_path.glob(".out.jsonl.*.part"))
        if parts and parts[0].stat().st_size > 2000:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "out.jsonl").exists()
    done = run("summarize", "posts.jsonl", "-o", "out.jsonl")
    assert done.returncode == 0
    assert "lines of an interrupted run" in done.stderr
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == run("summarize", "posts.jsonl").stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "posts.jsonl"]


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    corpus(tmp_path, 300)
    line = f"{sys.executable} -m blogsum summarize posts.jsonl | head -n 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_behind_stdout_is_one_line(post: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "blogsum", "summarize", "post.md"]
        done = subprocess.run(command, cwd=post.parent, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 3
    assert done.stderr.decode() == (
        "error: cannot write the answer: No space left on device (nothing was left half-written)\n"
    )


def test_help_imports_nothing_heavy(run: Run) -> None:
    code = "import sys; from blogsum.cli.main import main; main(['--help']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"numpy", "lxml", "trafilatura", "requests", "rich", "yaml", "markdown_it", "Stemmer"}
    assert "blogsum.summarize.lengths" not in loaded


def test_doctor_is_one_screen(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert 20 < done.stdout.count("\n") < 50
    assert "teaser weights" in done.stdout
