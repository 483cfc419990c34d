"""Shards of one corpus: whatever is killed, repeated, spoilt or run twice, they join to what one run writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum import shards
from blogsum.cli import resuming
from blogsum.errors import UserError
from blogsum.settings import Settings
from blogsum.shards import Shard
from blogsum.types import Article, Digest, Page, Summary, Unreadable
from tests.conftest import Blogsum, Run

P = "Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt bis zu 200 Kilogramm und fährt mit Strom."
Item = Page | Article | Unreadable


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Eleven records, one of which holds no text and one of which is no record."""
    lines = [json.dumps({"id": f"p{row}", "text": f"{P}\n\nDas war Rad {row}."}) for row in range(11)]
    lines[4], lines[7] = json.dumps({"id": "p4", "text": "***"}), "{"
    (tmp_path / "posts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def share(blogsum: Blogsum, number: int, *more: str, of: int = 3) -> tuple[int, list[str]]:
    said = blogsum("summarize", "posts.jsonl", "-o", "out.jsonl", "--shard", f"{number}/{of}", *more)
    assert said.stdout == ""
    return said.code, [line for line in said.stderr.splitlines() if not line.startswith("error: p")]


def whole(blogsum: Blogsum) -> str:
    return blogsum("summarize", "posts.jsonl").stdout


@pytest.mark.parametrize(("text", "shard"), [("2/8", Shard(2, 8)), ("1/1", Shard(1, 1)), ("512/512", Shard(512, 512))])
def test_a_shard_is_number_and_count(text: str, shard: Shard) -> None:
    assert shards.parse(text) == shard


@pytest.mark.parametrize("text", ["0/8", "9/8", "2", "2/", "/8", "2/8/9", "-1/8", "a/b", "1/513", "1/0", "２/8 ", ""])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no shard") as caught:
        shards.parse(text)
    assert caught.value.code == 2


@given(st.integers(0, 30), st.integers(1, 7))
def test_each_item_is_in_one_share(count: int, of: int) -> None:
    shares = [list(Shard(number, of).share(range(count))) for number in range(1, of + 1)]
    assert sorted(chain(*shares)) == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_the_last_shard_writes_what_one_run_writes(blogsum: Blogsum, posts: Path) -> None:
    assert share(blogsum, 3) == (0, ["out.jsonl is written with the last shard; missing: 1, 2"])
    assert share(blogsum, 1) == (0, ["out.jsonl is written with the last shard; missing: 2"])
    assert not (posts / "out.jsonl").exists()
    assert share(blogsum, 2) == (4, ["out.jsonl: 11 records of 3 shards"])
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == whole(blogsum)
    parts = [f"out-0000{number}-of-00003.{end}" for number in (1, 2, 3) for end in ("done", "jsonl")]
    assert sorted(path.name for path in posts.iterdir()) == [*parts, "out.jsonl", "posts.jsonl"]


def test_a_shard_that_is_done_is_not_made_again(blogsum: Blogsum, posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [share(blogsum, number)[0] for number in (1, 2, 3)]
    (posts / "out.jsonl").unlink()
    before = {path.name: path.stat().st_mtime_ns for path in posts.iterdir()}
    monkeypatch.setattr("blogsum.cli.writer.work", lambda *_: pytest.fail("nothing is to do"))
    for number, code in zip((1, 2, 3), codes, strict=True):
        done = f"out-0000{number}-of-00003.jsonl is done already"
        assert share(blogsum, number) == (code, [done, "out.jsonl: 11 records of 3 shards"])
    assert before == {path.name: path.stat().st_mtime_ns for path in posts.iterdir() if path.name != "out.jsonl"}


def test_more_shards_than_records(blogsum: Blogsum, posts: Path) -> None:
    for number in range(13, 0, -1):
        share(blogsum, number, of=13)
    assert (posts / "out-00013-of-00013.jsonl").read_bytes() == b""
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == whole(blogsum)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "the file is gone": (lambda file: file.unlink(), "is gone"),
    "a byte was changed": (
        lambda file: file.write_bytes(file.read_bytes().replace(b"Rad 1.", b"Rad 7.")),
        "was changed since it was done",
    ),
    "it was cut": (lambda file: file.write_bytes(file.read_bytes()[:-9]), "was changed since it was done"),
    "the marker is gone": (lambda file: file.with_suffix(".done").unlink(), "has no marker"),
    "the marker is torn": (
        lambda file: file.with_suffix(".done").write_text('{"key'),
        "has a marker that cannot be read",
    ),
    "the marker is a list": (
        lambda file: file.with_suffix(".done").write_text("[]"),
        "has a marker that cannot be read",
    ),
}


@pytest.mark.parametrize(("spoil", "why"), SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_shard_is_made_anew(blogsum: Blogsum, posts: Path, spoil: Callable[[Path], object], why: str) -> None:
    for number in (1, 2, 3):
        share(blogsum, number)
    spoil(posts / "out-00002-of-00003.jsonl")
    assert share(blogsum, 2) == (
        4,
        [f"note: out-00002-of-00003.jsonl {why}; it is made anew", "out.jsonl: 11 records of 3 shards"],
    )
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == whole(blogsum)


@pytest.mark.parametrize("name", ["the file is gone", "a byte was changed", "it was cut"])
def test_a_spoilt_shard_is_never_joined(blogsum: Blogsum, posts: Path, name: str) -> None:
    for number in (1, 2):
        share(blogsum, number)
    spoil, why = SPOILT[name]
    spoil(posts / "out-00002-of-00003.jsonl")
    code, said = share(blogsum, 3)
    assert (code, said[-1]) == (3, f"error: out-00002-of-00003.jsonl {why} (run --shard 2/3 again)")
    assert not (posts / "out.jsonl").exists()
    assert not list(posts.glob("*.part"))


OTHERS = {
    "other sources": ((), "a row"),
    "other options": (("--length", "meta"), ""),
    "another language": (("--lang", "en"), ""),
    "with evidence": (("--evidence",), ""),
}


@pytest.mark.parametrize(("options", "row"), OTHERS.values(), ids=OTHERS.keys())
def test_shards_of_another_run_are_not_joined(
    blogsum: Blogsum, posts: Path, options: tuple[str, ...], row: str
) -> None:
    share(blogsum, 1)
    share(blogsum, 2)
    if row:
        with (posts / "posts.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": row, "text": P}) + "\n")
    other = "is of another run: other sources, another model or other options"
    assert share(blogsum, 3, *options)[1] == [
        f"note: out-00001-of-00003.jsonl {other} (run --shard 1/3 again)",
        f"note: out-00002-of-00003.jsonl {other} (run --shard 2/3 again)",
        "out.jsonl is written with the last shard; missing: 1, 2",
    ]
    assert share(blogsum, 2, *options)[1][0] == f"note: out-00002-of-00003.jsonl {other}; it is made anew"
    share(blogsum, 1, *options)
    assert (posts / "out.jsonl").read_text() == blogsum("summarize", "posts.jsonl", *options).stdout


KILLED = """
import os, signal, sys
from blogsum import files, shards
from blogsum.cli.main import main

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv.pop(1)
if where == "between":
    shards.mark = die
elif where == "joining":
    os.replace = lambda old, new, keep=os.replace: die() if str(new).endswith("out.jsonl") else keep(old, new)
else:
    lines = []
    add = files.Journal.add
    files.Journal.add = lambda self, line: (lines.append(line), add(self, line)) if len(lines) < int(where) else die()
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("where", ["0", "2", "between", "joining"])
def test_a_killed_shard_goes_on_and_ends_alike(blogsum: Blogsum, posts: Path, where: str) -> None:
    share(blogsum, 1)
    share(blogsum, 3)
    command = [sys.executable, "-c", KILLED, where, "summarize", "posts.jsonl", "-o", "out.jsonl", "--shard", "2/3"]
    killed = subprocess.run(
        command, cwd=posts, env={**os.environ, "PYTHONPATH": str(Path(shards.__file__).parent.parent)}
    )
    assert killed.returncode == -9
    assert not (posts / "out.jsonl").exists()
    code, said = share(blogsum, 2)
    assert (code, said[-1]) == (4, "out.jsonl: 11 records of 3 shards")
    before = {
        "2": ["note: going on behind 2 lines of an interrupted run"],
        "between": ["note: out-00002-of-00003.jsonl has no marker; it is made anew"],
        "joining": ["out-00002-of-00003.jsonl is done already"],
    }
    assert said[:-1] == before.get(where, [])
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == whole(blogsum)


@pytest.mark.skipif(os.name == "nt", reason="POSIX limits")
def test_a_full_disk_keeps_what_was_done(run: Run, blogsum: Blogsum, posts: Path) -> None:
    code = "import resource, sys; from blogsum.cli.main import main; "
    code += "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500)); sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "summarize", "posts.jsonl", "-o", "out.jsonl", "--shard", "1/3"]
    done = subprocess.run(command, cwd=posts, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 3
    hint = "(the lines so far are kept; run the same command again)"
    assert done.stderr == f"error: cannot write out-00001-of-00003.jsonl: File too large {hint}\n"
    assert not list(posts.glob("out*"))
    share(blogsum, 2)
    share(blogsum, 3)
    assert share(blogsum, 1)[1][0].startswith("note: going on behind ")
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == whole(blogsum)


def test_one_shard_in_two_processes_is_refused(blogsum: Blogsum, posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, said = resuming._done, []

    def meanwhile(*arguments: Any) -> shards.Done:  # the second process comes while the first one holds the lock
        said.append(share(blogsum, 1))
        return written(*arguments)

    monkeypatch.setattr(resuming, "_done", meanwhile)
    assert share(blogsum, 1)[0] == 0
    assert said == [(3, ["error: out-00001-of-00003.jsonl is being written by another process (wait for it)"])]


def test_a_shard_that_was_finished_meanwhile_is_taken(
    blogsum: Blogsum, posts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, looks = shards.found, []

    def late(shard: Shard, target: Path, key: str) -> tuple[shards.Done | None, str]:
        looks.append(shard)
        if len(looks) > 1:
            return known(shard, target, key)
        share(blogsum, 1)  # between this look and the lock, another process does all of it
        monkeypatch.setattr(resuming, "_done", None)
        return None, ""

    monkeypatch.setattr(shards, "found", late)
    assert share(blogsum, 1)[0] == 0
    assert len(looks) == 4
    assert not list(posts.glob(".*"))


def test_without_common_locks_a_file_of_two_is_not_marked(tmp_path: Path) -> None:
    shard = Shard(1, 2)
    shard.path(tmp_path / "out.jsonl").write_text("one\ntwo\ntwo\n")
    done = shards.Done("k", 2, 8, "0" * 64, 2, 0, 0)
    with pytest.raises(UserError, match="was written by two processes at once"):
        shards.mark(shard, tmp_path / "out.jsonl", done)
    assert not shard.marker(tmp_path / "out.jsonl").exists()


REFUSED = [
    (("-",), "out.jsonl", "error: -: every shard must read the same (--shard takes files, folders and versions)\n"),
    (
        ("https://example.org/feed",),
        "out.jsonl",
        "error: https://example.org/feed: every shard must read the same (--shard takes files, folders and versions)\n",
    ),
    (("posts.jsonl",), "out.csv", "error: --shard writes JSONL to a file (add -o FILE.jsonl)\n"),
    (("posts.jsonl",), "-", "error: --shard writes JSONL to a file (add -o FILE.jsonl)\n"),
    (
        ("folder",),
        "folder/out.jsonl",
        "error: folder/out.jsonl: stands in a folder that is read (choose another place with -o)\n",
    ),
]


@pytest.mark.parametrize(("sources", "output", "said"), REFUSED, ids=[case[2][:40] for case in REFUSED])
def test_what_cannot_be_shared_is_refused(
    blogsum: Blogsum, posts: Path, sources: tuple[str, ...], output: str, said: str
) -> None:
    (posts / "folder").mkdir()
    done = blogsum("summarize", *sources, "-o", output, "--shard", "1/2")
    assert (done.code, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("source", ["folder", "blog@latest"])
def test_folders_and_versions_are_shared_too(blogsum: Blogsum, posts: Path, source: str) -> None:
    (posts / "folder").mkdir()
    for number in range(5):
        (posts / "folder" / f"{number}.md").write_text(
            f"# Rad {number}\n\n{P} Das war Rad {number}.\n", encoding="utf-8"
        )
    blogsum("data", "add", "folder", "--name", "blog")
    for number in (2, 1):
        blogsum("summarize", source, "-o", "out.jsonl", "--shard", f"{number}/2")
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == blogsum("summarize", source, "--format", "jsonl").stdout
    (posts / "folder" / "9.md").write_text(P, encoding="utf-8")
    blogsum("data", "add", "folder", "--name", "blog")
    said = blogsum("summarize", source, "-o", "out.jsonl", "--shard", "1/2").stderr
    assert "is of another run: other sources, another model or other options; it is made anew" in said


def test_a_missing_source_is_an_error_of_the_whole(blogsum: Blogsum) -> None:
    done = blogsum("summarize", "posts.jsonl", "-o", "out.jsonl", "--shard", "1/2")
    assert done.code == 3
    assert done.stderr == "error: posts.jsonl: cannot be read: No such file or directory (every shard needs all)\n"


def test_a_fingerprint_knows_content_and_names_but_no_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.md").write_text("one")
    target = tmp_path / "out.jsonl"
    before = shards.fingerprint(["a"], Settings(), target)
    os.utime(tmp_path / "a" / "1.md", (1, 1))
    assert shards.fingerprint(["a"], Settings(), target) == before
    (tmp_path / "a" / "1.md").rename(tmp_path / "a" / "2.md")
    renamed = shards.fingerprint(["a"], Settings(), target)
    (tmp_path / "a" / "2.md").write_text("two")
    assert len({before, renamed, shards.fingerprint(["a"], Settings(), target)}) == 3


def echo(items: Iterator[Item]) -> Iterator[Digest]:
    """The work of a summariser that repeats its articles."""
    for item in items:
        if isinstance(item, Article):
            yield Digest(item, (Summary(item.id, item.text, "teaser", "de", "echo"),))
        elif isinstance(item, Unreadable):
            yield Digest(None, (), item)


def stopping(after: int) -> Callable[[Iterator[Item]], Iterator[Digest]]:
    """The same work, killed behind so many articles."""

    def work(items: Iterator[Item]) -> Iterator[Digest]:
        for number, one in enumerate(echo(items)):
            if number == after:
                raise KeyboardInterrupt
            yield one

    return work


@settings(max_examples=30)  # each fsyncs up to a dozen files
@given(
    count=st.integers(0, 9),
    of=st.integers(1, 4),
    steps=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=8),
)
def test_in_any_order_and_stopped_anywhere_they_join_to_the_same(
    count: int, of: int, steps: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows: list[Item] = [
        Unreadable(str(row), "no text") if row % 4 == 3 else Article(str(row), P) for row in range(count)
    ]
    folder = tmp_path_factory.mktemp("shards")
    target = folder / "out.jsonl"
    resuming.whole(iter(rows), echo, folder / "whole.jsonl", False, "k" * 64)
    for number, after in steps:
        if number <= of:
            with suppress(KeyboardInterrupt):
                resuming.shared(iter(rows), partial(stopping, after), target, False, Shard(number, of), "k" * 64)
    for number in range(1, of + 1):
        resuming.shared(iter(rows), lambda: echo, target, False, Shard(number, of), "k" * 64)
    expected = (folder / "whole.jsonl").read_bytes() if rows else b""
    assert target.read_bytes() == expected
    assert not list(folder.glob(".out*"))


@pytest.mark.slow
def test_many_processes_at_once_write_one_file(run: Run, posts: Path) -> None:
    command = [sys.executable, "-m", "blogsum", "summarize", "posts.jsonl", "-o", "out.jsonl", "--shard"]
    shares = ["1/4", "2/4", "2/4", "3/4", "4/4", "4/4"]
    started = [subprocess.Popen([*command, one], cwd=posts, stderr=subprocess.PIPE, text=True) for one in shares]
    said = [process.communicate(timeout=60)[1] for process in started]
    for process, text in zip(started, said, strict=True):
        assert process.returncode in (0, 4) or "is being written by another process" in text
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == run("summarize", "posts.jsonl").stdout
    assert not list(posts.glob(".*"))
