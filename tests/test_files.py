"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.files import Journal, Ledger, digest, replace, stamp


def test_replaces_the_content_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "teaser.txt"
    path.write_text("old")
    path.chmod(0o640)
    replace(path, "Größe")
    assert path.read_bytes() == "Größe".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_gets_the_mode_of_a_new_file(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        replace(tmp_path / "a", b"x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.parametrize("broken", ["write", "fsync", "replace"])
def test_a_fault_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "teaser.txt"
    path.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if broken == "write":
        real = os.fdopen

        def opened(handle: int, mode: str) -> object:
            file = real(handle, mode)
            file.close()
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fdopen", opened)
    else:
        monkeypatch.setattr(os, broken, full)
    with pytest.raises(UserError, match=r"cannot write .*teaser.txt: No space left on device"):
        replace(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write .*nowhere/a: No such file or directory") as caught:
        replace(tmp_path / "nowhere" / "a", "x")
    assert caught.value.hint == "choose another place with -o"


def write(path: Path, key: str, lines: list[str], stop: int | None = None) -> list[str]:
    """Write ``lines`` as a run would; stop behind ``stop`` of them as a killed run would. Returns the lines found."""
    with Journal(path, key) as journal:
        found = journal.lines()
        journal.cut(len(found))
        for line in lines[len(found) : stop]:
            journal.add(line)
        if stop is None:
            journal.finish()
    return found


@given(
    lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=9), max_size=6),
    data=st.data(),
)
def test_a_journal_stopped_anywhere_ends_with_the_same_file(
    lines: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "out.jsonl"
    whole = [line + "\n" for line in lines]
    stop = data.draw(st.integers(0, len(whole)))
    assert write(path, "k" * 16, whole, stop) == []
    assert not path.exists()
    [part] = path.parent.iterdir()
    torn = data.draw(st.integers(0, part.stat().st_size))
    with part.open("r+b") as file:  # a killed machine may lose the end of the file, in the middle of a line
        file.truncate(torn)
    assert write(path, "k" * 16, whole) == whole[: part_lines(whole, torn)]
    assert path.read_bytes() == "".join(whole).encode()
    assert list(path.parent.iterdir()) == [path]


def part_lines(lines: list[str], size: int) -> int:
    """How many of ``lines`` are whole within the first ``size`` bytes."""
    count = 0
    for line in lines:
        size -= len(line.encode())
        if size < 0:
            break
        count += 1
    return count


def test_a_journal_of_another_key_is_not_continued(tmp_path: Path) -> None:
    write(tmp_path / "out", "a" * 16, ["one\n", "two\n"], stop=1)
    assert write(tmp_path / "out", "b" * 16, ["uno\n"]) == []
    assert (tmp_path / "out").read_text() == "uno\n"


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "out", "k"), pytest.raises(UserError, match="out is being written by another process"):
        Journal(tmp_path / "out", "k").__enter__()


def test_a_full_disk_keeps_the_lines_so_far() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    journal = Journal(full, "k")
    journal._file = open(full, "ab")  # noqa: SIM115
    with pytest.raises(UserError, match="cannot write /dev/full: No space left on device") as caught:
        journal.add("x\n")
    assert caught.value.hint == "the lines so far are kept; run the same command again"


@given(
    lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=9), max_size=6),
    data=st.data(),
)
def test_a_ledger_torn_anywhere_keeps_its_whole_lines(
    lines: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "out.jsonl"
    whole = [json.dumps({"line": line}) + "\n" for line in lines]
    with Ledger(path) as ledger:
        for line in whole:
            ledger.add(line)
            assert path.read_text("utf-8").endswith(line)
    if not whole:
        assert not path.exists()
        return
    torn = data.draw(st.integers(0, path.stat().st_size))
    with path.open("r+b") as file:
        file.truncate(torn)
    # a line that lacks nothing but its line break is whole
    kept = [line for place, line in enumerate(whole) if len("".join(whole[: place + 1]).encode()) <= torn + 1]
    with Ledger(path) as ledger:
        assert ledger.lines() == kept
        ledger.add("new\n")
        ledger.add("newer\n")
        ledger.drop()
    assert path.read_text("utf-8") == "".join(kept) + "new\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_line_that_the_disk_did_not_take_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Ledger(tmp_path / "out") as ledger:
        ledger.add("one\n")
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(UserError, match=r"cannot write .*out: No space left on device"):
                ledger.add("two\n")
    assert (tmp_path / "out").read_text().startswith("one\n")


def test_digest_separates_its_parts() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", 1) == digest("a", 1)


def test_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert stamp(path) is None
    path.write_text("x")
    first = stamp(path)
    path.write_text("xy")
    assert first != stamp(path)
