"""``blogsum data explore`` and ``blogsum data validate`` as their user types them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from blogsum.read.records import to_record
from blogsum.types import Article
from tests.conftest import Run
from tests.data.blog import POSTS


def written(path: Path, *articles: Article) -> str:
    path.write_text("".join(json.dumps(to_record(one)) + "\n" for one in articles), encoding="utf-8")
    return path.name


@pytest.fixture
def posts(tmp_path: Path) -> str:
    return written(tmp_path / "posts.jsonl", *POSTS)


def test_a_dataset_is_explored_by_its_name_or_its_file(run: Run, posts: str, tmp_path: Path) -> None:
    assert run("data", "add", posts, "--name", "blog").stdout == "blog@1\n"
    done = run("data", "explore", "blog@latest", "--html", "blog.html", "--lang", "de")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.startswith("Was in blog@latest steckt\n\nArtikel                 4\n")
    assert "<h1>Was in blog@latest steckt</h1>" in (tmp_path / "blog.html").read_text(encoding="utf-8")
    of_file = run("data", "explore", posts)
    assert of_file.stdout.splitlines()[2:] == run("data", "explore", "blog").stdout.splitlines()[2:]
    assert json.loads(run("data", "explore", posts, "--json").stdout)["words"] == 343


def test_a_row_that_cannot_be_read_is_named_and_the_rest_explored(run: Run, posts: str, tmp_path: Path) -> None:
    with (tmp_path / posts).open("a") as file:
        file.write("kaputt\n")
    done = run("data", "explore", posts)
    assert (done.stderr, done.returncode) == ("error: posts.jsonl:5: not JSON: expecting value at column 1\n", 4)
    assert "articles         4\n" in done.stdout


def test_a_page_that_cannot_be_written_is_an_error(run: Run, posts: str) -> None:
    done = run("data", "explore", posts, "--html", "no/such/folder.html")
    assert (done.stdout, done.returncode) == ("", 3)
    assert done.stderr.startswith("error: cannot write no/such/folder.html: ")


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        (POSTS[:1], (), 0),
        (POSTS[:1], ("--strict",), 0),
        ((POSTS[0], POSTS[3]), (), 0),  # a warning: near-duplicates
        ((POSTS[0], POSTS[3]), ("--strict",), 1),
        (POSTS, (), 1),  # an error: an excerpt cut off
        ((POSTS[0], POSTS[0]), (), 1),  # an error: the same id twice
        ((POSTS[0], replace(POSTS[0], id="x", text="")), (), 1),  # an error: a row that cannot be read
    ],
)
def test_the_exit_code_says_what_was_found(
    run: Run, tmp_path: Path, rows: tuple[Article, ...], options: tuple[str, ...], code: int
) -> None:
    done = run("data", "validate", written(tmp_path / "posts.jsonl", *rows), *options)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.splitlines()[-1].startswith("posts.jsonl: ")


def test_findings_as_text_markdown_and_json(run: Run, posts: str) -> None:
    assert run("data", "validate", posts).stdout.splitlines()[-1] == "posts.jsonl: 4 rows, 1 error, 2 warnings"
    assert run("data", "validate", posts, "--format", "md").stdout.startswith("# Validation of posts.jsonl\n\n4 rows, ")
    as_json = run("data", "validate", posts, "--json").stdout
    assert as_json == run("data", "validate", posts, "-f", "json").stdout
    assert json.loads(as_json)["findings"][0]["id"] == "pond"


def test_thresholds_come_from_the_settings_file(run: Run, posts: str, tmp_path: Path) -> None:
    (tmp_path / "blogsum.toml").write_text('[validate]\nlanguages = ["de"]\nnear_duplicate = 0.99\nlead_share = 1.0\n')
    found = json.loads(run("data", "validate", posts, "--json").stdout)
    assert [(one["rule"], one["id"]) for one in found["findings"]] == [
        ("unexpected-language", "pond"),
        ("summary-cut-off", "pond"),
        ("summary-is-lead", "brot"),
    ]
    (tmp_path / "blogsum.toml").write_text("[validate]\nlead_share = 90\n")
    done = run("data", "validate", posts)
    assert (done.returncode, done.stderr) == (2, "error: 'lead_share' in [validate] must be at most 1 (it is 90)\n")


@pytest.mark.parametrize("verb", ["explore", "validate"])
def test_nothing_to_read_is_no_result(run: Run, verb: str) -> None:
    done = run("data", verb, "nowhere.jsonl")
    assert done.returncode == 3
    assert done.stderr == "error: nowhere.jsonl: no such file\n"


@pytest.mark.parametrize("verb", ["explore", "validate"])
def test_a_dataset_without_rows_is_one(run: Run, tmp_path: Path, verb: str) -> None:
    (tmp_path / "posts.jsonl").write_text("")
    done = run("data", verb, "posts.jsonl")
    assert (done.returncode, "Traceback" in done.stderr) in ((0, False), (3, False))
