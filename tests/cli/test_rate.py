"""``blogsum rate``: a session from piped answers, its interruptions, and what it makes of blogsum.toml."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogsum import files
from tests.conftest import Blogsum

GOOD = "The town opens a library on Sundays. Many families had asked for it."
BAD = "Paris Paris sold 900 the of the. In Rome the cat 55."
CRITERIA = ("coherence", "consistency", "fluency", "relevance")


def article(number: int) -> str:
    return f"{GOOD} It costs 38,{number:03} euros a year. The mayor spoke of a good day for reading number {number}."


def rows(count: int, summary: str) -> str:
    found = ({"id": f"a{n}", "title": f"Post {n}", "text": article(n), "summary": summary} for n in range(count))
    return "".join(json.dumps(row) + "\n" for row in found)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two systems' summaries of twelve articles."""
    (tmp_path / "ours.jsonl").write_text(rows(12, GOOD), encoding="utf-8")
    (tmp_path / "theirs.jsonl").write_text(rows(12, BAD), encoding="utf-8")
    return tmp_path


def kept(folder: Path) -> list[dict[str, Any]]:
    path = folder / "ratings.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def given(folder: Path) -> list[list[int]]:
    return [[row["ratings"][name] for name in CRITERIA] for row in kept(folder)]


SCREEN = """\
Rate each summary from 1 (poor) to 5 (very good). Who wrote it is hidden. Every answer
is kept at once; stop when you like and go on with the same command.

1–5 rates, several digits rate several criteria, Enter keeps [ ]; b back, s skip, a
article, q quit

1 of 1

Post 0
======

The town opens a library on Sundays. Many families had asked for it. It costs 38,000
euros a year. The mayor spoke of a good day for reading number 0.

── Summary ─────────────────────────────────────────────────────────────────────────────

The town opens a library on Sundays. Many families had asked for it.

coherence – Do the sentences follow one another and make a whole? 5
consistency – Does the article support everything that the summary says? 6
1 to 5, please
consistency – Does the article support everything that the summary says? 4
fluency – Is every sentence well-formed and easy to read? 333
1 to 5, please
fluency – Is every sentence well-formed and easy to read? 3
relevance – Is what matters in the article there, and little else? 1
1 rated, 0 left; the agreement is shown from 20 on, or with --show
"""


def test_what_the_editor_sees(blogsum: Blogsum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.jsonl").write_text(rows(1, GOOD), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "90")
    done = blogsum("rate", "p.jsonl", text=b"5\n6\n4\n333\n3\n1\n")
    screen = SCREEN.replace(
        "read? 33\n", "read? 33\n1 to 5, please\nfluency – Is every sentence well-formed and easy to read? 3\n"
    )
    assert done == (0, "", screen)
    assert given(tmp_path) == [[5, 4, 3, 1]]


def test_a_narrow_terminal_and_german_words(blogsum: Blogsum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.jsonl").write_text(rows(1, GOOD), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "30")
    done = blogsum("rate", "p.jsonl", "--report-lang", "de", text=b"5 4, 3/2\n")
    lines = done.stderr.splitlines()
    assert max(map(len, lines[:-1])) <= 29 + len(" 5 4, 3/2")
    assert "── Zusammenfassung ──────────" in lines
    at = lines.index("Textkohärenz – Bauen die")
    assert lines[at + 1 : at + 3] == ["Sätze aufeinander auf und", "ergeben ein Ganzes? 5 4, 3/2"]
    assert given(tmp_path) == [[5, 4, 3, 2]]


def test_who_wrote_what_is_hidden_and_the_order_is_the_seed_s(blogsum: Blogsum, two: Path) -> None:
    def session(*arguments: str) -> str:
        done = blogsum("rate", *arguments, "--count", "18", text=b"5544\n" * 30)
        assert (done.code, done.stdout) == (0, "")
        return done.stderr

    assert "ours" not in session("ours.jsonl", "theirs.jsonl", "--ratings", "one.jsonl")
    session("theirs.jsonl", "ours.jsonl", "--ratings", "two.jsonl")
    session("ours.jsonl", "theirs.jsonl", "--ratings", "three.jsonl", "--seed", "1")
    one, other, third = ((two / f"{name}.jsonl").read_text() for name in ("one", "two", "three"))
    assert one == other != third
    found = [(row["id"], row["system"]) for row in map(json.loads, one.splitlines())]
    assert [id_ for id_, _ in found[::2]] == [id_ for id_, _ in found[1::2]]  # those of one article together
    assert len(set(found)) == 18
    assert 0 < sum(system == "ours" for _, system in found[::2]) < 9


def test_back_skip_article_and_quit(blogsum: Blogsum, two: Path) -> None:
    # two criteria, back to the second, then on; the next: back to the one before, keep three of it and change one
    text = b"5\n4\nb\n3\n2\n1\nb\n\n\n\n2\ns\na\n1111\nq\n"
    done = blogsum("rate", "ours.jsonl", text=text)
    assert done.code == 0
    assert given(two) == [[5, 3, 2, 2], [1, 1, 1, 1]]
    assert "relevance – Is what matters in the article there, and little else? [1] 2\n" in done.stderr
    assert done.stderr.endswith(
        "1 skipped: they come again with the next start\n"
        "2 rated, 10 left; the agreement is shown from 20 on, or with --show\n"
    )
    shown = [line for line in done.stderr.splitlines() if line.startswith("Post ")]
    assert [shown.index(line) for line in shown] == [0, 1, 0, 1, 4, 4, 6]
    assert sorted(path.name for path in two.iterdir()) == ["ours.jsonl", "ratings.jsonl", "theirs.jsonl"]


def test_going_back_and_leaving_keeps_the_old_answer(blogsum: Blogsum, two: Path) -> None:
    blogsum("rate", "ours.jsonl", text=b"1234\n4321\n")
    done = blogsum("rate", "ours.jsonl", text=b"b\nb\nq\n")  # across sessions, and further back
    assert done.code == 0
    assert sorted(given(two)) == [[1, 2, 3, 4], [4, 3, 2, 1]]
    assert not (two / ".ratings.jsonl.draft").exists()
    assert "there is nothing before this" in blogsum("rate", "theirs.jsonl", text=b"b\nb\nb\n").stderr


# what is typed, and how many answers there are then: going back, Enter and another digit instead add none
TYPED = [
    [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("4", 6), ("3", 7), ("2", 8), ("1", 9)],
    [("12", 2), ("34", 4), ("b", 4), ("5", 4), ("", 4), ("", 4), ("1", 4), ("2", 5), ("b", 5), ("3", 5), ("444", 8)],
]


@pytest.mark.parametrize("typed", TYPED, ids=["straight on", "back and on"])
def test_killed_anywhere_no_answer_is_lost(
    blogsum: Blogsum, two: Path, typed: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies on the disk after every step of writing holds all that was answered before the last key."""
    from blogsum.cli.rating import Screen

    states: list[tuple[int, dict[str, bytes]]] = []
    asked: list[str] = []
    ask = Screen.ask

    def look(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            done = real(*arguments, **options)
            disk = {path.name: path.read_bytes() for path in two.iterdir() if "ratings.jsonl" in path.name}
            states.append((len(asked), disk))
            return done

        return step

    def counted(self: Screen, question: str) -> str | None:
        asked.append(question)
        return ask(self, question)

    with monkeypatch.context() as patch:
        for name in ("fsync", "replace", "unlink"):
            patch.setattr(os, name, look(getattr(os, name)))
        patch.setattr(files.Journal, "cut", look(files.Journal.cut))
        patch.setattr(Screen, "ask", counted)
        blogsum("rate", "ours.jsonl", text="".join(f"{key}\n" for key, _ in typed).encode())
    assert len(states) > 12
    for keys, disk in states:
        for path in two.glob("*ratings.jsonl*"):
            path.unlink()
        for name, content in disk.items():
            torn = b'{"id": "a' * (name == "ratings.jsonl")  # and a line half written
            (two / name).write_bytes(content + torn)
        blogsum("rate", "ours.jsonl")
        draft = two / ".ratings.jsonl.draft"
        drafts = json.loads(draft.read_text()) if draft.exists() else {}
        found = sum(len(row["ratings"]) for row in kept(two)) + sum(map(len, drafts.values()))
        assert found >= (typed[keys - 2][1] if keys > 1 else 0), (keys, disk)


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)], ids=["kill", "ctrl-c"])
def test_a_real_process_that_dies(two: Path, blogsum: Blogsum, number: int, code: int) -> None:
    command = [sys.executable, "-m", "blogsum", "rate", "ours.jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        command,
        cwd=two,
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(b"1234\n43\n")
    process.stdin.flush()
    seen = b""
    while seen.count("fluency –".encode()) < 1 or not seen.endswith(b"read? "):
        seen += os.read(process.stderr.fileno(), 4096)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert given(two) == [[1, 2, 3, 4]]
    blogsum("rate", "ours.jsonl", text=b"55\n")
    assert given(two) == [[1, 2, 3, 4], [4, 3, 5, 5]]


def test_a_full_disk_is_said_and_what_was_answered_stays(
    blogsum: Blogsum, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blogsum("rate", "ours.jsonl", text=b"1234\n")
    real, calls = os.fsync, iter(range(99))

    def full(handle: int) -> None:
        if next(calls) >= 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    done = blogsum("rate", "ours.jsonl", text=b"4\n321\n")
    assert done.code == 3
    assert "No space left on device" in done.stderr.splitlines()[-1]
    monkeypatch.undo()
    monkeypatch.chdir(two)
    blogsum("rate", "ours.jsonl", text=b"555\n")
    assert given(two) == [[1, 2, 3, 4], [4, 5, 5, 5]]


def test_what_is_no_text_is_a_wrong_answer(blogsum: Blogsum, two: Path) -> None:
    done = blogsum("rate", "ours.jsonl", text=b"\xff\xfe\n\x1b[A\n5555\n")
    assert done.stderr.count("1 to 5, please\n") == 2
    assert given(two) == [[5, 5, 5, 5]]


def test_two_sessions_at_once_are_refused(blogsum: Blogsum, two: Path) -> None:
    (two / "ratings.jsonl").write_text("")
    with files.Ledger(two / "ratings.jsonl"):
        done = blogsum("rate", "ours.jsonl", text=b"1234\n")
    assert done.code == 3
    assert "ratings.jsonl is being written by another process" in done.stderr


def liked(folder: Path) -> bytes:
    """The answers of an editor who prefers our system, but for fluency, which this editor rates by the toss of a coin.

    They are for the order of the first session.
    """
    from blogsum.cli.examples import several
    from blogsum.evaluate.rating import shuffled
    from blogsum.settings import Settings

    order = shuffled(several([str(folder / "ours.jsonl"), str(folder / "theirs.jsonl")], Settings(), None), 0)
    lines = []
    for number, one in enumerate(order):
        good, flip = one.system == "ours", number % 4 in (0, 3)
        lines.append(
            f"{5 - number % 2 if good else 1 + number % 2}{5 if good else 2}{2 + 2 * flip}{4 if good else 1}\n"
        )
    return "".join(lines).encode()


TABLE = """\
24 summaries of 12 articles rated; agreement over all summaries

criterion    Spearman  95 % interval  Kendall
"""


def test_who_rated_enough_learns_which_scores_agree(blogsum: Blogsum, two: Path) -> None:
    settings = two / "blogsum.toml"
    settings.write_text("# ours\n[eval] # gate\nadvisory = ['rouge1', 'coherence'] # old\n", encoding="utf-8")
    done = blogsum("rate", "ours.jsonl", "theirs.jsonl", "--update-config", text=liked(two))
    assert done.code == 0
    assert done.stdout.startswith(TABLE)
    said = {line.split()[0]: line for line in done.stdout.splitlines()[3:]}
    assert [name for name, line in said.items() if line.endswith("used by the gate")] == [
        "coherence",
        "consistency",
        "relevance",
    ]
    assert said["fluency"].endswith("advisory: the interval includes zero")
    expected = '# ours\n[eval] # gate\nadvisory = ["fluency", "rouge1"] # old\n'
    assert settings.read_text(encoding="utf-8") == expected
    assert done.stderr.endswith("blogsum.toml: [eval] advisory = [fluency, rouge1]\n")
    again = blogsum("rate", "--show", "--update-config")
    assert (again.code, again.stdout) == (0, done.stdout)
    assert settings.read_text(encoding="utf-8") == expected
    found = json.loads(blogsum("rate", "--show", "-f", "json").stdout)
    assert (found["schema"], found["ratings"]) == ("blogsum/rating/1", 24)
    assert [row["advisory"] for row in found["rows"]] == [False, False, True, False]
    agreement = blogsum("eval", "--agreement", "ratings.jsonl")
    assert agreement.code == 0
    assert agreement.stdout.count(" pooled ") == 8


def test_the_settings_file_is_made_where_there_is_none_and_left_alone_unasked(blogsum: Blogsum, two: Path) -> None:
    assert blogsum("rate", "ours.jsonl", "theirs.jsonl", text=liked(two)).code == 0
    assert not (two / "blogsum.toml").exists()
    assert blogsum("rate", "--show", "--update-config").code == 0
    assert (two / "blogsum.toml").read_text() == '[eval]\nadvisory = ["fluency"]\n'
    odd = two / "odd.toml"
    odd.write_text("eval = { advisory = [] }\n")
    done = blogsum("rate", "--show", "--update-config", "--config", "odd.toml")
    assert done.code == 3
    assert "odd.toml: [eval] is written in a form that cannot be changed here" in done.stderr
    assert odd.read_text() == "eval = { advisory = [] }\n"


def test_a_terminal_is_asked_before_anything_is_written(
    blogsum: Blogsum, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogsum.cli import rating

    class Terminal(rating.Screen):
        def __init__(self, lang: str) -> None:
            super().__init__(lang)
            self.is_terminal = True

    monkeypatch.setattr(rating, "Screen", Terminal)
    monkeypatch.setenv("LINES", "8")
    monkeypatch.setenv("COLUMNS", "40")
    answers = liked(two).decode().splitlines()
    pages = "".join(f"\n{line}\n" if n % 2 == 0 else f"{line}\n" for n, line in enumerate(answers))
    done = blogsum("rate", "ours.jsonl", "theirs.jsonl", "--report-lang", "de", text=(pages + "j\n").encode())
    assert done.code == 0
    assert done.stderr.count("— Enter: weiterlesen · w: zur Zusammenfassung —") >= 12
    assert "In blogsum.toml schreiben? [j/N] " in done.stderr
    assert (two / "blogsum.toml").read_text() == '[eval]\nadvisory = ["fluency"]\n'


def test_summaries_without_their_articles(blogsum: Blogsum, tmp_path: Path) -> None:
    posts = [{"id": f"p{n}", "text": article(n) + " " + GOOD * 3, "lang": "en"} for n in range(3)]
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    assert blogsum("summarize", "posts.jsonl", "-o", "made.jsonl").code == 0
    bare = blogsum("rate", "made.jsonl", text=b"1111\n")
    assert bare.code == 2
    assert "has no field 'text' (--articles names what the summaries were made of)" in bare.stderr
    done = blogsum("rate", "made.jsonl", "--articles", "posts.jsonl", text=b"1111\n")
    assert done.code == 0
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize(
    ("arguments", "content", "code", "message"),
    [
        ((), "", 2, "name summaries to rate, or --show"),
        (("ours.jsonl", "--show"), "", 2, "name summaries to rate, or --show"),
        (("-",), "", 2, "standard input is where your answers come from (name a file)"),
        (("no.jsonl",), "", 3, "cannot read no.jsonl: No such file or directory"),
        (("--show",), "", 3, "cannot read ratings.jsonl: No such file or directory"),
        (("bad.jsonl",), '{"text": "A text."}\n', 3, "bad.jsonl: row 1: has no summary"),
        (("bad.jsonl",), '{"id": "a0", "text": "Other.", "summary": "S."}\n', 3, "has another text than before"),
        (("bad.jsonl",), "", 3, "bad.jsonl: has no rows"),
        (("ours.jsonl", "--ratings", "ours.jsonl"), "", 3, "ours.jsonl:1: is no row of ratings"),
        (
            ("ours.jsonl", "--ratings", "bad.jsonl"),
            '{"id": "a0", "summary": "S.", "ratings": {"fluency": NaN}}\n',
            3,
            "bad.jsonl:1: is no row of ratings",
        ),
        (("ours.jsonl", "-o", "ours.jsonl"), "", 2, "ours.jsonl: is read and cannot be written too"),
        (("ours.jsonl", "--ratings", "no/r.jsonl"), "", 3, "cannot write no/r.jsonl: No such file or directory"),
    ],
)
def test_what_is_wrong_is_said(
    blogsum: Blogsum, two: Path, arguments: tuple[str, ...], content: str, code: int, message: str
) -> None:
    (two / "bad.jsonl").write_text(content)
    names = ("ours.jsonl", *arguments) if "another" in message else arguments
    done = blogsum("rate", *names, text=b"1234\n")
    assert (done.code, done.stdout) == (code, "")
    assert message in done.stderr
    assert not (two / "ratings.jsonl").exists()


def test_too_few_ratings_decide_nothing(blogsum: Blogsum, two: Path) -> None:
    assert blogsum("rate", "ours.jsonl", text=b"1234\n" * 5).code == 0
    shown = blogsum("rate", "--show")
    assert shown.code == 0
    assert shown.stdout.endswith("Fewer than 20 ratings: too early to rely on this.\n")
    done = blogsum("rate", "--show", "--update-config")
    assert done.code == 3
    assert "ratings.jsonl: 5 ratings are too few to decide by (rate at least 20)" in done.stderr
    assert not (two / "blogsum.toml").exists()
