"""``blogsum data split`` as its user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

ROWS = [
    {
        "id": f"{lang}{number}",
        "lang": lang,
        "author": ["Anna", "Bert", "Carl"][number % 3],
        "date": f"2024-05-{number + 1:02}",
        "url": f"https://x.example/{lang}/post-{number}",
        "text": f"Das ist der Text Nummer {number} in {lang} mit dem Wort w{number}{lang}.",
        "summary": "Das ist eine kurze Zusammenfassung." if number % 2 else None,
    }
    for lang in ("de", "en")
    for number in range(12)
]


@pytest.fixture
def blog(call: Call, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    assert call("data", "add", "posts.jsonl", "--name", "blog").stdout == "blog@1\n"


def splits(call: Call, reference: str) -> dict[str, str]:
    lines = call("read", reference, "--format", "jsonl").stdout.splitlines()
    return {row["id"]: row["split"] for row in map(json.loads, lines)}


def test_a_split_is_a_new_version_with_translations_together(call: Call, blog: None) -> None:
    done = call("data", "split", "blog", "--shares", "2,1")
    assert (done.returncode, done.stdout) == (0, "blog@2\n")
    assert done.stderr == (
        "split  lang  posts  with summary\n"
        "train  de        8             4\n"
        "train  en        8             4\n"
        "train  all      16             8\n"
        "test   de        4             2\n"
        "test   en        4             2\n"
        "test   all       8             4\n"
        "all    all      24            12\n"
        "12 groups of related posts, each in one part\n"
    )
    parts = splits(call, "blog@2")
    assert all(parts[f"de{number}"] == parts[f"en{number}"] for number in range(12))
    again = call("data", "split", "blog@1", "--shares", "2,1")
    assert again.stdout == "blog@2\n"
    assert again.stderr.startswith("note: blog@2 holds the same rows already\n")
    facts = json.loads(call("data", "show", "blog@2", "--json").stdout)["details"]["split"]
    assert (facts["method"], facts["seed"], facts["parts"]) == ("shares", 0, {"train": 2 / 3, "test": 1 / 3})
    assert facts["together"][0] == ["de0", "en0"]


def test_folds_authors_and_json(call: Call, blog: None) -> None:
    facts = json.loads(call("data", "split", "blog", "--folds", "3", "--json", "-q").stdout)
    assert (facts["reference"], [row["posts"] for row in facts["table"]]) == ("blog@2", [4] * 6)
    assert call("data", "split", "blog", "--leave-one-author-out", "-q").stdout == "blog@3\n"
    assert set(splits(call, "blog@3").values()) == {"Anna", "Bert", "Carl"}


def test_a_file_needs_a_name(call: Call, blog: None) -> None:
    done = call("data", "split", "posts.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: posts.jsonl is no dataset (--name says which one to make of it)\n"
    assert call("data", "split", "posts.jsonl", "--name", "other").stdout == "other@1\n"


MISTAKES = [
    (["--shares", "80,20", "--folds", "3"], 2, "--shares, --folds and --leave-one-author-out exclude each other"),
    (["--shares", "a,b"], 2, "--shares 'a,b' are no numbers (as in 80,10,10)"),
    (["--shares", "80"], 2, "shares are two or three numbers above 0 (--shares 80,10,10)"),
    (["--folds", "1"], 2, None),
    (["--folds", "13"], 3, "12 groups of related posts cannot fill 13 parts (fewer parts, or more posts)"),
    (["--name", "a b"], 2, None),
]


@pytest.mark.parametrize(("arguments", "code", "message"), MISTAKES, ids=[" ".join(one[0]) for one in MISTAKES])
def test_mistakes_are_one_line(call: Call, blog: None, arguments: list[str], code: int, message: str | None) -> None:
    done = call("data", "split", "blog", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1
    assert message is None or done.stderr == f"error: {message}\n"
