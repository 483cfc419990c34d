"""``blogsum data clean`` as its user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blogsum.text.clean import RECIPE
from tests.cli.conftest import Call

ROWS = [
    {"id": "abc1", "text": "Anna &amp; Bert fahren mit dem **neuen** Rad."},
    {"id": "abd2", "text": "Sauber ist dieser Text."},
    {"id": "xyz", "text": "Auch dieser."},
]
ENTITIES = "entities: 1 place\n  line 1\n  - Anna &amp; Bert fahren mit dem **n…\n  + Anna & Bert fahren mit dem **n…\n"


@pytest.fixture
def posts(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


@pytest.mark.parametrize("name", ["abc1", "abc"])
def test_each_step_that_changes_something(call: Call, posts: None, name: str) -> None:
    done = call("data", "clean", "posts.jsonl", "--show", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{RECIPE}\nabc1: 45 characters before, 37 after\n\n{ENTITIES}\n"
        "emphasis: 1 place\n"
        "  line 1\n"
        "  - …a & Bert fahren mit dem **neuen** Rad.\n"
        "  + …a & Bert fahren mit dem neuen Rad.\n"
    )


def test_a_file_shows_what_was_taken_out_of_it(call: Call, tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text("Ein Rad\u00ad weg.\n", encoding="utf-8")
    done = call("data", "clean", "post.txt", "--show", "post.txt")
    assert "invisible: 1 place\n  line 1\n  - Ein Rad⟨U+00AD⟩ weg.\n  + Ein Rad weg.\n" in done.stdout


def test_a_version_says_that_it_is_clean(call: Call, posts: None) -> None:
    call("data", "add", "posts.jsonl", "--name", "blog")
    assert call("data", "clean", "blog", "--show", "abc1").stdout == (
        f"{RECIPE}\nabc1: 37 characters before, 37 after\n"
        "the rows of blog@1 were cleaned when they were added, by this recipe\n"
        "no step changes anything\n"
    )


MISTAKES = [
    ("ab", "2 ids begin with 'ab' (abc1, abd2)"),
    ("abx1", "posts.jsonl has no article 'abx1' (did you mean abc1, abd2?)"),
    ("YZ", "posts.jsonl has no article 'YZ' (did you mean xyz?)"),
    ("???", "posts.jsonl has no article '???' (it has abc1, abd2, xyz)"),
]


@pytest.mark.parametrize(("name", "message"), MISTAKES)
def test_an_unknown_id_is_one_line(call: Call, posts: None, name: str, message: str) -> None:
    done = call("data", "clean", "posts.jsonl", "--show", name)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"error: {message}\n")


def test_a_source_that_cannot_be_read_says_why(call: Call, posts: None) -> None:
    done = call("data", "clean", "nothing.jsonl", "--show", "x")
    assert (done.returncode, done.stderr) == (3, "error: nothing.jsonl: no such file\n")
