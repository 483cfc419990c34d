"""``blogsum data`` as its user types it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import blogsum
from tests.conftest import Run

ROWS = [
    {"id": "a", "title": "Räder", "author": "Anna", "lang": "de", "text": "Die Werkstatt kaufte drei Räder."},
    {"id": "b", "lang": "de", "text": "Das Rad fährt mit Strom.", "summary": "Es fährt.", "summary_source": "feed"},
]
CHANGED = [{**ROWS[0], "text": "Die Werkstatt kaufte vier Räder."}, {"id": "c", "lang": "de", "text": "Neu ist das."}]


def written(path: Path, rows: list[dict[str, str]], more: str = "") -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + more, encoding="utf-8")
    return path.name


@pytest.fixture
def blog(run: Run, tmp_path: Path) -> None:
    """A dataset with two versions."""
    for number, rows in enumerate((ROWS, CHANGED), 1):
        done = run("data", "add", written(tmp_path / "posts.jsonl", rows), "--name", "blog")
        assert (done.stdout, done.stderr, done.returncode) == (f"blog@{number}\n", "", 0)


def test_the_same_rows_are_the_same_version(run: Run, blog: None) -> None:
    done = run("data", "add", "blog@1", "--name", "blog")
    assert (done.stdout, done.returncode) == ("blog@1\n", 0)
    assert done.stderr == "note: blog@1 holds the same rows already\n"


def test_versions_are_listed(run: Run, blog: None) -> None:
    shown = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-23 12:00", run("data", "list", "blog").stdout)
    assert shown == (
        "version  rows  summaries  languages  created           content\n"
        "blog@1   2     1          de 2       2026-11-23 12:00  bdae3f18fcef\n"
        "blog@2   2     0          de 2       2026-11-23 12:00  dcf487cd4806\n"
    )
    assert [json.loads(line)["version"] for line in run("data", "list", "--json").stdout.splitlines()] == [2]


def test_a_version_shows_where_it_comes_from(run: Run, blog: None) -> None:
    lines = run("data", "show", "blog@1").stdout.splitlines()
    assert lines[:3] == ["version    blog@1", "rows       2, 1 with a summary", "languages  de 2"]
    assert lines[4] == "sources    posts.jsonl"
    assert lines[8:] == [
        "",
        "Räder (de, Anna)",
        "  id       a",
        "  text     5 words: Die Werkstatt kaufte drei Räder.",
        "",
        "b (de)",
        "  id       b",
        "  text     5 words: Das Rad fährt mit Strom.",
        "  summary  Es fährt. [feed]",
    ]


def test_versions_are_compared(run: Run, blog: None) -> None:
    done = run("data", "diff", "blog@1", "blog@latest")
    assert done.stdout == (
        "2 rows before, 2 after, 0 alike\n\n1 added\n  c\n\n1 changed\n  a (text)\n\n1 removed\n  b\n"
    )
    [added, *_] = run("data", "diff", "blog@1", "posts.jsonl", "--json").stdout.splitlines()
    assert json.loads(added) == {"id": "c", "kind": "added", "fields": []}


def test_a_row_that_cannot_be_read_is_named_and_kept_out(run: Run, tmp_path: Path) -> None:
    done = run("data", "add", written(tmp_path / "posts.jsonl", ROWS, "kaputt\n"), "--name", "blog")
    assert (done.stdout, done.returncode) == ("blog@1\n", 4)
    assert done.stderr == "error: posts.jsonl:3: not JSON: expecting value at column 1\n"
    manifest = json.loads(run("data", "show", "blog", "--json").stdout)
    assert manifest["details"]["skipped"] == [
        {"id": "posts.jsonl:3", "reason": "not JSON: expecting value at column 1"}
    ]


def test_removing_asks_first(run: Run, blog: None) -> None:
    refused = run("data", "remove", "blog@1", text="n\n")
    assert refused.returncode == 130
    assert refused.stderr == "Delete blog@1 for good? [y/N]: error: nothing was removed (--yes does not ask)\n"
    done = run("data", "remove", "blog", "--yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "note: removed blog@1, blog@2\n")
    assert run("data", "show", "blog").stderr == ("error: blog: no such dataset (blogsum data add makes one)\n")


def test_a_version_is_a_source_everywhere(run: Run, blog: None) -> None:
    done = run("summarize", "blog@1", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert run("read", "blog@9").stderr == "error: blog@9: no such version (blog has 1, 2)\n"


def test_a_notebook_loads_the_same_rows(run: Run, blog: None) -> None:
    first, second = blogsum.load_dataset("blog@1")
    assert (first.title, second.summary, second.summary_source) == ("Räder", "Es fährt.", "feed")
    with pytest.raises(blogsum.UserError, match="blog@7: no such version"):
        blogsum.load_dataset("blog@7")


@pytest.mark.parametrize("file", ["blog.jsonl", "blog.csv"])
def test_an_exported_version_reads_back_as_the_same_version(run: Run, blog: None, file: str) -> None:
    done = run("data", "export", "blog@1", "-o", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"note: wrote 2 rows to {file}\n")
    assert run("data", "add", file, "--name", "blog").stdout == "blog@1\n"
    again = run("data", "export", "blog@2", "-o", file)
    assert (again.returncode, again.stderr) == (
        3,
        f"error: {file} is there already (choose another place, or --force)\n",
    )
    assert run("data", "export", "blog@2", "-o", file, "--force").returncode == 0


def test_a_format_that_does_not_exist(run: Run, blog: None) -> None:
    done = run("data", "export", "blog@1", "-o", "blog.xlsx")
    assert (done.returncode, done.stderr) == (2, "error: blog.xlsx: no known format (--format jsonl|csv|parquet|hf)\n")
