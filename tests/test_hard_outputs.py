"""Wherever the answer goes: full disks, closed pipes, odd encodings, devices, a user without a home."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.hard_inputs import P
from tests.conftest import Blogsum

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def post(tmp_path: Path) -> Path:
    path = tmp_path / "post.md"
    path.write_text(P, encoding="utf-8")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("name", ["answer.txt", "answer.html", "answer.json"])
def test_a_full_disk_keeps_the_old_answer(
    blogsum: Blogsum, post: Path, monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    (post.parent / name).write_text("old")
    monkeypatch.setattr(os, call, full)
    done = blogsum("summarize", "post.md", "-o", name)
    said = f"error: cannot write {name}: No space left on device (choose another place with -o)\n"
    assert done == (3, "", said)
    assert (post.parent / name).read_text() == "old"
    assert names(post.parent) == sorted([name, "post.md"])


def test_a_full_disk_keeps_the_rows_so_far_out_of_sight(
    blogsum: Blogsum, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    done = blogsum("summarize", "post.md", "-o", "answer.jsonl")
    assert done.code == 3
    assert done.stderr == (
        "error: cannot write answer.jsonl: No space left on device "
        "(the lines so far are kept; run the same command again)\n"
    )
    assert not (post.parent / "answer.jsonl").exists()
    monkeypatch.undo()
    os.chdir(post.parent)
    assert blogsum("summarize", "post.md", "-o", "answer.jsonl", "-q") == (0, "", "")
    assert names(post.parent) == ["answer.jsonl", "post.md"]


def test_an_interrupt_while_writing_leaves_nothing(
    blogsum: Blogsum, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    assert blogsum("summarize", "post.md", "-o", "answer.txt") == (130, "", "error: interrupted\n")
    assert names(post.parent) == ["post.md"]


USAGE = "(blogsum summarize --help shows how)"
BAD_PLACES = [
    ("folder", 2, f"Invalid value for '-o' / '--output': File 'folder' is a directory. {USAGE}"),
    ("", 2, ".: is a folder (-o takes the name of a file)"),
    ("post.md", 2, "post.md: is read and cannot be written too (name another file)"),
    ("./folder/../post.md", 2, "folder/../post.md: is read and cannot be written too (name another file)"),
    ("nowhere/a.txt", 3, "cannot write nowhere/a.txt: No such file or directory (choose another place with -o)"),
    ("post.md/a.txt", 3, "cannot write post.md/a.txt: Not a directory (choose another place with -o)"),
    ("nowhere/a.jsonl", 3, "cannot write nowhere/a.jsonl: No such file or directory (choose another place with -o)"),
    ("x" * 300, 3, f"cannot write {'x' * 300}: File name too long (choose another place with -o)"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "code", "said"), BAD_PLACES, ids=[place[:20] for place, _, _ in BAD_PLACES])
def test_a_bad_place_for_the_answer_is_one_line(blogsum: Blogsum, post: Path, place: str, code: int, said: str) -> None:
    (post.parent / "folder").mkdir()
    assert blogsum("summarize", "post.md", "-o", place) == (code, "", f"error: {said}\n")
    assert names(post.parent) == ["folder", "post.md"]
    assert post.read_text(encoding="utf-8") == P


def test_a_dash_is_standard_output(blogsum: Blogsum, post: Path) -> None:
    assert blogsum("summarize", "post.md", "-o", "-") == (0, f"{P}\n", "")
    assert blogsum("read", "post.md", "-o", "-") == (0, f"{P}\n", "")
    assert names(post.parent) == ["post.md"]


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="no /dev/null on this system")
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_device_stays_one(blogsum: Blogsum, post: Path, form: str) -> None:
    link = post.parent / "nowhere.txt"
    link.symlink_to("/dev/null")
    assert blogsum("summarize", "post.md", "--format", form, "-o", "nowhere.txt") == (0, "", "")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert link.is_symlink()


def test_a_link_stays_one(blogsum: Blogsum, post: Path) -> None:
    link = post.parent / "link.txt"
    link.symlink_to("real.txt")
    assert blogsum("summarize", "post.md", "-o", "link.txt").code == 0
    assert link.is_symlink()
    assert (post.parent / "real.txt").read_text(encoding="utf-8") == f"{P}\n"


def shell(folder: Path, line: str, **environment: str) -> tuple[int, str, str]:
    """Run a line of bash in which ``blogsum`` is this Python's, as a real process."""
    line = f'blogsum() {{ "{sys.executable}" -m blogsum "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, env={**ENVIRONMENT, **environment}, timeout=60
    )
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode()


PROCESSES = [
    ("blogsum read long.jsonl | head -c 1; exit ${PIPESTATUS[0]}", 141, "{", ""),
    ("blogsum summarize post.md >&-", 3, "", "error: standard output is closed (there is nowhere to write)\n"),
    ("blogsum summarize gone.md 2>&-", 3, "", ""),
    ("blogsum summarize - <&-", 3, "", "error: -: standard input is closed (pipe a text in, or name a file)\n"),
    ("blogsum read long.jsonl > /dev/full", 3, "",
     "error: cannot write the answer: No space left on device (nothing was left half-written)\n"),
    ("PYTHONIOENCODING=ascii blogsum summarize post.md", 3, "",
     "error: the encoding ascii of standard output has no 'ä' (PYTHONIOENCODING=utf-8)\n"),
    ("mkdir gone; cd gone; rmdir ../gone; blogsum summarize ../post.md", 0, f"{P}\n", ""),
    ("cat post.md | blogsum summarize - -o /dev/stdout | cat", 0, f"{P}\n", ""),
    ("blogsum summarize <(cat post.md)", 0, f"{P}\n", ""),
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="the lines are bash's")
@pytest.mark.parametrize(("line", "code", "out", "said"), PROCESSES, ids=[line for line, _, _, _ in PROCESSES])
def test_as_a_process(post: Path, line: str, code: int, out: str, said: str) -> None:
    if "/dev/full" in line and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full on this system")
    (post.parent / "long.jsonl").write_text(f'{{"text": "{P}"}}\n' * 3000, encoding="utf-8")
    assert shell(post.parent, line) == (code, out, said)


def test_a_user_without_a_home_needs_none(post: Path, monkeypatch: pytest.MonkeyPatch, blogsum: Blogsum) -> None:
    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("BLOGSUM_HOME")
    monkeypatch.setattr("platformdirs.user_cache_path", homeless)
    assert blogsum("summarize", "post.md") == (0, f"{P}\n", "")
    assert "none: there is no home folder" in blogsum("doctor").stdout
