"""Versions of datasets: immutable, known by their content, whole or not there, never two of one number."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.store import datasets
from blogsum.store.datasets import Origin, Version
from blogsum.types import Article

ONE = Article("1", "Der erste Text.", title="Eins", lang="de", summary="Kurz.", summary_source="excerpt")
TWO = Article("2", "The second text.", lang="en", references=("A.", "B."), split="train")
THREE = Article("3", "Der dritte Text.", lang="de")
# of ONE alone; if it moves, every version in the field becomes a new one
CONTENT = "sha256:a68e2c6542e6e81313fa336ee2ddd89dcbbbf3be2f8deb4f7a2a5cfc1776c736"


def added(root: Path, *rows: Article, name: str = "blog", **origin: object) -> Version:
    return datasets.add(root, name, rows, Origin(**origin))[0]  # type: ignore[arg-type]


def test_a_version_holds_its_rows_in_their_order_and_says_where_they_come_from(tmp_path: Path) -> None:
    version = added(tmp_path, TWO, ONE, sources=("posts/",), recipe="clean|version:1", licence="CC0")
    assert list(datasets.articles(version)) == [TWO, ONE]
    assert version.reference == "blog@1"
    told = json.loads((version.folder / "manifest.json").read_text(encoding="utf-8"))
    assert told == version.manifest
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", told.pop("created"))
    assert re.fullmatch(r"blogsum \S+", told.pop("tool"))
    assert (len(told.pop("sha256")), told.pop("content")[:7], told.pop("bytes")) == (64, "sha256:", 281)
    assert told == {
        "schema": "blogsum/dataset/1",
        "name": "blog",
        "version": 1,
        "parent": None,
        "rows": 2,
        "summaries": 1,
        "languages": {"de": 1, "en": 1},
        "sources": ["posts/"],
        "recipe": "clean|version:1",
        "licence": "CC0",
        "details": {},
    }


def test_the_content_of_given_rows_never_moves(tmp_path: Path) -> None:
    assert added(tmp_path, ONE).manifest["content"] == CONTENT


def test_the_same_rows_in_another_order_are_the_same_version(tmp_path: Path) -> None:
    added(tmp_path, ONE, TWO)
    added(tmp_path, ONE)
    version, new = datasets.add(tmp_path, "blog", [TWO, ONE], Origin())
    assert (version.reference, new) == ("blog@1", False)
    assert [one.manifest["parent"] for one in datasets.versions(tmp_path, "blog")] == [None, "blog@1"]


def test_numbers_are_not_given_twice(tmp_path: Path) -> None:
    added(tmp_path, ONE)
    added(tmp_path, TWO)
    datasets.remove(tmp_path, "blog@2")
    assert added(tmp_path, THREE).reference == "blog@3"
    assert datasets.find(tmp_path, "blog@latest").reference == "blog@3"
    assert [one.reference for one in datasets.remove(tmp_path, "blog")] == ["blog@1", "blog@3"]
    assert datasets.names(tmp_path) == []


LOST = [
    ("blog@4", "blog@4: no such version", "blog has 1"),
    ("blog@0", "blog@0: no such version", "blog has 1"),
    ("blog@neu", "blog@neu: no such version", "blog has 1"),
    ("block", "block: no such dataset", "there are: blog"),
    ("../blog", "../blog: no such dataset", "there are: blog"),
]


@pytest.mark.parametrize(("reference", "message", "hint"), LOST)
def test_what_is_not_there_is_said(tmp_path: Path, reference: str, message: str, hint: str) -> None:
    added(tmp_path, ONE)
    with pytest.raises(UserError) as caught:
        datasets.find(tmp_path, reference)
    assert (str(caught.value), caught.value.hint) == (message, hint)


REFUSED = [
    ("blog", [ONE, TWO, ONE], "two rows have the id '1'", "every row needs an id of its own"),
    ("blog", [], "there is no row to add", "nothing was changed"),
    ("../x", [ONE], "'../x' is no name for a dataset", "letters, digits, - and _, at most 64, as in company-blog"),
    ("a@1", [ONE], "'a@1' is no name for a dataset", "letters, digits, - and _, at most 64, as in company-blog"),
]


@pytest.mark.parametrize(("name", "rows", "message", "hint"), REFUSED)
def test_what_cannot_be_added_leaves_nothing(
    tmp_path: Path, name: str, rows: list[Article], message: str, hint: str
) -> None:
    with pytest.raises(UserError) as caught:
        datasets.add(tmp_path, name, rows, Origin())
    assert (str(caught.value), caught.value.hint) == (message, hint)
    assert datasets.names(tmp_path) == []
    assert list(tmp_path.glob("**/.part-*")) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"erste", b"letzt"))


DAMAGE = [
    ("rows.jsonl", cut, "rows.jsonl is damaged: has 140 bytes instead of 150"),
    ("rows.jsonl", flip, "rows.jsonl is damaged: its hash is not that of its manifest"),
    ("manifest.json", cut, "manifest.json is damaged: not JSON: "),
    ("manifest.json", Path.unlink, "manifest.json is damaged: No such file or directory"),
    ("rows.jsonl", Path.unlink, "rows.jsonl: No such file or directory"),
]


@pytest.mark.parametrize(("file", "damage", "message"), DAMAGE)
def test_what_was_altered_is_named(tmp_path: Path, file: str, damage: object, message: str) -> None:
    version = added(tmp_path, ONE)
    damage(version.folder / file)  # type: ignore[operator]
    with pytest.raises(UserError, match=re.escape(message)):
        next(datasets.articles(datasets.find(tmp_path, "blog")))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    added(tmp_path, ONE)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, full)
        with pytest.raises(UserError, match=r"cannot write .*: No space left on device"):
            added(tmp_path, TWO)
    assert [one.reference for one in datasets.versions(tmp_path, "blog")] == ["blog@1"]
    assert list((tmp_path / "blog").glob(".part-*")) == []
    assert added(tmp_path, TWO).manifest["rows"] == 1


def test_rows_that_end_in_an_error_leave_no_version(tmp_path: Path) -> None:
    def rows() -> Iterator[Article]:
        yield ONE
        raise UserError("the source broke")

    with pytest.raises(UserError, match="the source broke"):
        datasets.add(tmp_path, "blog", rows(), Origin())
    assert datasets.names(tmp_path) == []


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    added(tmp_path, ONE)
    (tmp_path / "blog" / ".part-dead").mkdir()
    (tmp_path / "blog" / ".part-dead" / "rows.jsonl").write_text("{", encoding="utf-8")
    assert datasets.names(tmp_path) == ["blog"]
    added(tmp_path, TWO)
    assert sorted(path.name for path in (tmp_path / "blog").iterdir()) == [".last", ".lock", "1", "2"]


def test_processes_that_add_at_once_get_versions_of_their_own(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from blogsum.store import datasets; from blogsum.types import Article\n"
        "rows = [Article(str(i), 'Text ' + sys.argv[2]) for i in range(300)]\n"
        "print(datasets.add(Path(sys.argv[1]), 'blog', rows, datasets.Origin())[0].reference)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(i)], stdout=subprocess.PIPE, text=True)
        for i in range(4)
    ]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in running) == [
        f"blog@{i}" for i in (1, 2, 3, 4)
    ]
    for version in datasets.versions(tmp_path, "blog"):
        assert len({article.text for article in datasets.articles(version)}) == 1


@given(st.lists(st.builds(Article, st.text(min_size=1), st.text(min_size=1)), min_size=1, unique_by=lambda one: one.id))
def test_any_rows_come_back_and_their_order_is_no_content(rows: list[Article]) -> None:
    rows = [one for one in rows if one.id.strip() == one.id]
    if not rows:
        return
    with tempfile.TemporaryDirectory() as folder:
        version = added(Path(folder), *rows)
        assert list(datasets.articles(version)) == rows
        assert datasets.add(Path(folder), "blog", reversed(rows), Origin()) == (version, False)
