"""Whatever comes in: one line, the right exit code, nothing half-written, no traceback, no hang."""

# ruff: noqa: E501 - a case is read as one line
from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.hard_inputs import CASES, NO_SENTENCE, TOO_LARGE, Hard, P
from tests.conftest import Blogsum

SAVED = ["answer.txt"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_file_is_summarised_or_refused_in_one_line(blogsum: Blogsum, tmp_path: Path, case: Hard) -> None:
    place, out = tmp_path / "in", tmp_path / "out"
    place.mkdir()
    out.mkdir()
    (place / case.name).write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    os.chdir(place)
    done = blogsum("summarize", case.name, "--format", "text", "-o", "../out/answer.txt")
    assert done == (3 if case.problem else 0, "", case.line)
    assert names(out) == ([] if case.problem else SAVED)
    if not case.problem:
        assert (out / "answer.txt").read_text(encoding="utf-8") == case.answer + "\n"
    assert names(place) == [case.name]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_reading_it_is_no_traceback_either(blogsum: Blogsum, tmp_path: Path, case: Hard) -> None:
    (tmp_path / case.name).write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    done = blogsum("read", case.name, "--format", "json")
    assert done.code in (0, 3)
    assert done.stderr.count("\n") == (1 if done.code else 0)
    assert "internal error" not in done.stderr
    assert done.stdout.endswith("}\n")
    assert "\x1b" not in done.stdout


ROWS = f"""{{"id": "good", "text": "{P}"}}
kaputt
{{"id": "no text"}}
[]
"prose"
{{"id": "good", "text": "Die Kennung ist doppelt."}}
{{"id": "half", "text": "{P} \\ud800"}}
{{"id": "number", "text": NaN}}
{{"text": 5}}
"""
ROWS_SAID = """error: rows.jsonl:2: not JSON: expecting value at column 1
error: rows.jsonl:3: has no field 'text'
error: rows.jsonl:4: not an object with a field 'text'
error: rows.jsonl:5: not an object with a field 'text'
error: rows.jsonl:6: has the id 'good' of an earlier row
error: rows.jsonl:8: NaN is not JSON
error: rows.jsonl:9: 'text' must be a text, not a number
"""


def test_broken_rows_cost_only_themselves(blogsum: Blogsum, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(ROWS, encoding="utf-8")
    done = blogsum("summarize", "rows.jsonl", "-o", "out.jsonl")
    assert (done.code, done.stdout) == (4, "")
    assert done.stderr == ROWS_SAID
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert ["error" in line for line in lines] == [False, True, True, True, True, True, False, True, True]
    assert names(tmp_path) == ["out.jsonl", "rows.jsonl"]


def loop(folder: Path) -> None:
    (folder / "post.md").write_text(P, encoding="utf-8")
    (folder / "again").symlink_to(".")


def loose_link(folder: Path) -> None:
    (folder / "post.md").symlink_to("gone.md")


def circle(folder: Path) -> None:
    (folder / "post.md").symlink_to("other.md")
    (folder / "other.md").symlink_to("post.md")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "post.md")


def nothing(folder: Path) -> None:
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")


KINDS = (
    ".html, .htm, .xhtml, .mhtml, .mht, .md, .markdown, .mdx, .rst, .txt, .adoc, .asciidoc, .jsonl, .ndjson, .parquet"
)
NO_NAME = "is not a file name (name a file, a folder, an address, or - for standard input)\n"
PLACES: list[tuple[Callable[[Path], None], str, int, str]] = [
    (loop, ".", 0, ""),
    (loose_link, "post.md", 3, "error: post.md: no such file\n"),
    (circle, "post.md", 3, "error: post.md: is a link that leads to itself\n"),
    (pipe, "post.md", 3, "error: post.md: is not a regular file (pipe its content in and pass -)\n"),
    (nothing, ".", 3, f"error: .: has no files to read (in a folder these are read: {KINDS})\n"),
    (nothing, "/dev/zero", 3, "error: /dev/zero: is not a regular file (pipe its content in and pass -)\n"),
    (nothing, "", 3, f"error: '': {NO_NAME}"),
    (nothing, "a\0b", 3, f"error: a\\x00b: {NO_NAME}"),
    (nothing, "-", 3, "error: -: is empty (there is nothing to read)\n"),
    (nothing, "photo.jpgg", 3, "error: photo.jpgg: no such file (did you mean photo.jpg?)\n"),
    (nothing, "x" * 5000, 3, f"error: {'x' * 200}…: no such file (to pass a text itself, pipe it in and pass -)\n"),
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="links and named pipes are POSIX's")
@pytest.mark.parametrize(
    ("make", "source", "code", "said"), PLACES, ids=[f"{m.__name__}-{s[:9]!a}" for m, s, _, _ in PLACES]
)
def test_a_bad_place_is_one_line(
    blogsum: Blogsum, tmp_path: Path, make: Callable[[Path], None], source: str, code: int, said: str
) -> None:
    make(tmp_path)
    before = names(tmp_path)
    done = blogsum("summarize", source, "--format", "text")
    assert done == (code, "" if code else P + "\n", said)
    assert names(tmp_path) == before


def test_a_file_that_may_not_be_read_is_one_line_and_the_rest_goes_on(
    blogsum: Blogsum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.md").write_text(P, encoding="utf-8")
    (tmp_path / "yours.md").write_text(P, encoding="utf-8")
    real = os.open

    def opened(path: str, *arguments: int, **more: int) -> int:
        if str(path).endswith("yours.md"):  # root may read whatever chmod forbids, so the system's answer is played
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *arguments, **more)

    monkeypatch.setattr(os, "open", opened)
    done = blogsum("summarize", "yours.md", "mine.md", "--format", "md")
    assert done == (4, f"{P}\n", "error: yours.md: permission denied\n")


CHECKS = [
    (b"", 3, "", "error: mine.txt: is empty (there is nothing to read)\n"),
    (b"\x89PNG\r\n\x1a\n", 3, "", "error: mine.txt: is an image, not an article (save it as text or HTML and pass that)\n"),
    (b"<html><p>x", 3, "", "error: mine.txt: is not a plain text (--check takes a summary as text or Markdown)\n"),
    (b"5 R\xe4der.", 4, "number: 5 (characters 0–1), not in the article\n", ""),
    ("5 Räder.".encode("utf-16"), 4, "number: 5 (characters 0–1), not in the article\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "out", "said"), CHECKS, ids=[repr(one[0][:9]) for one in CHECKS])
def test_a_bad_text_to_check_is_one_line(
    blogsum: Blogsum, tmp_path: Path, content: bytes, code: int, out: str, said: str
) -> None:
    (tmp_path / "post.txt").write_text(P, encoding="utf-8")
    (tmp_path / "mine.txt").write_bytes(content)
    assert blogsum("summarize", "post.txt", "--check", "mine.txt") == (code, out, said)


@pytest.mark.skipif(os.name == "nt", reason="named pipes are POSIX's")
@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_a_text_to_check_that_never_ends_is_refused(blogsum: Blogsum, tmp_path: Path, name: str) -> None:
    (tmp_path / "post.txt").write_text(P, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    done = blogsum("summarize", "post.txt", "--check", name)
    assert done == (3, "", f"error: {name}: is not a regular file (pipe its content in and pass -)\n")


OPTIONS = [
    (["--timeout", "nan"], "Invalid value for '--timeout': 'nan' is not a number of seconds."),
    (["--timeout", "inf"], "Invalid value for '--timeout': inf is not in the range 0<x<=86400."),
    (["--max-chars", "1" + "0" * 12], "Invalid value for '--max-chars': 1000000000000 is not in the range 1<=x<=1000000000."),
    (["--lang", "klingonisch"], "Invalid value for '--lang': 'klingonisch' is not the code of a language (as in de or en)."),
    (["--jobs", "0"], "Invalid value for '-j' / '--jobs': 0 is not in the range x>=1."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), OPTIONS, ids=[" ".join(given) for given, _ in OPTIONS])
def test_a_bad_option_is_one_line(blogsum: Blogsum, tmp_path: Path, given: list[str], said: str) -> None:
    (tmp_path / "post.txt").write_text(P, encoding="utf-8")
    done = blogsum("summarize", "post.txt", *given)
    assert done == (2, "", f"error: {said} (blogsum summarize --help shows how)\n")


@pytest.mark.parametrize("given", ["--delay nan", "--delay inf", "--timeout nan", "--timeout inf"])
def test_a_wait_without_end_is_wrong_usage(blogsum: Blogsum, given: str) -> None:
    done = blogsum("scrape", "http://127.0.0.1:9/", "--name", "x", *given.split())
    assert (done.code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"error: Invalid value for '{given.split()[0]}': ")


HUGE = [
    ("line.txt", f"{P} " * 430_000, [], f"error: line.txt: {TOO_LARGE}\n", ""),
    ("line.txt", f"{P} " * 100_000, ["--max-bytes", "100000000"], "", P),
    ("lines.txt", f"{P}\n\n" + "a\n" * 200_000, [], "", P.split(". ")[0]),
    ("rows.md", f"{P}\n\n" + "- a\n" * 100_000, [], "", P.split(". ")[0]),
    ("colons.txt", "a: " * 3_000_000, [], f"error: colons.txt: {NO_SENTENCE}\n", ""),
    ("paragraphs.html", f"<html><body><article><p>{P}</p>" + "<p>a" * 200_000, [], "", P),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text", "given", "said", "answer"), HUGE, ids=[f"{h[0]} {h[2]}" for h in HUGE])
def test_huge_inputs_end_in_bounded_time(
    blogsum: Blogsum, tmp_path: Path, name: str, text: str, given: list[str], said: str, answer: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    start = time.process_time()
    done = blogsum("summarize", name, "-l", "short", *given)
    assert time.process_time() - start < 15  # 1 to 5 seconds where this was written
    assert (done.code, done.stderr) == (3 if said else 0, said)
    assert done.stdout.startswith(answer) if answer else done.stdout == ""


@pytest.mark.parametrize("form", ["text", "md", "html", "csv", "json", "jsonl"])
def test_no_title_or_name_steers_the_terminal(blogsum: Blogsum, tmp_path: Path, form: str) -> None:
    title = '"\\e]0;böse\\a\\e[31mRot\\e[2J \\u202etor\\u2028Zeile"'
    (tmp_path / "\x1b[31mrot.md").write_text(f"---\ntitle: {title}\n---\n\n{P}", encoding="utf-8")
    done = blogsum("summarize", "\x1b[31mrot.md", "\x1b[31mrot.md", "gone\x1b[2J.md", "--format", form)
    assert done.code == 4
    assert done.stderr == "error: gone\\x1b[2J.md: no such file\n"
    assert not set("\x1b\x07\u202e\u2028") & set(done.stdout)
    assert "Rot" in done.stdout
