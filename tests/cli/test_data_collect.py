"""``blogsum data collect`` as its user types it: out to the authors, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

TEXT = (
    "Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt bis zu 200 Kilogramm und fährt mit "
    "Strom.\n\nDie Fahrer liefern damit pünktlicher als früher. Im Winter bleibt das Rad bei Eis im Hof."
)
ROWS = [
    {"id": "a", "title": "Räder", "author": "Anna/Team", "lang": "de", "text": TEXT},
    {"id": "b", "title": "=Strom | *fett*", "author": "Anna/Team", "lang": "de", "text": f"{TEXT} Das kostet wenig."},
    {"id": "c", "title": "Eis", "lang": "de", "text": f"{TEXT} Das war es."},
    {
        "id": "d",
        "title": "Hof",
        "author": "Bert",
        "lang": "de",
        "text": TEXT,
        "summary": "Bert hat das schon geschrieben.",
    },
]
OWN = "Anna erzählt vom Winter mit dem Rad."


@pytest.fixture
def blog(call: Call, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    assert call("data", "add", "posts.jsonl", "--name", "blog", "--licence", "ours").stdout == "blog@1\n"
    assert call("data", "collect", "blog", "-o", "sheets").returncode == 0


def rows(call: Call, reference: str) -> dict[str, tuple[str | None, str | None]]:
    text = call("read", reference, "--format", "jsonl").stdout
    found = [json.loads(line) for line in text.splitlines()]
    return {row["id"]: (row.get("summary"), row.get("summary_source")) for row in found}


def test_a_worksheet_for_each_author_in_three_forms(call: Call, blog: None, tmp_path: Path) -> None:
    done = call("data", "collect", "blog", "-o", "again")
    names = [f"again/{name}.{end}" for name in ("unknown", "anna-team") for end in ("md", "csv", "html")]
    assert (done.returncode, done.stdout.splitlines()) == (0, names)
    assert done.stderr == "3 of 4 posts lack a summary: 2 of 1 author, 1 of nobody known\n"
    for name in names:
        assert (tmp_path / name).read_bytes() == (tmp_path / name.replace("again", "sheets")).read_bytes()


def test_the_language_of_worksheets_can_be_chosen(call: Call, blog: None, tmp_path: Path) -> None:
    assert call("data", "collect", "blog", "-o", "english", "--lang", "en").returncode == 0
    assert (tmp_path / "english/anna-team.md").read_text().startswith("# Summaries wanted for Anna/Team\n")
    assert (tmp_path / "sheets/anna-team.md").read_text().startswith("# Zusammenfassungen gesucht für Anna/Team\n")


def test_out_and_back(call: Call, blog: None, tmp_path: Path) -> None:
    sheet = tmp_path / "sheets/anna-team.md"
    parts = sheet.read_text(encoding="utf-8").split("<!-- blogsum:answer -->\n")
    sheet.write_text(f"{parts[0]}<!-- blogsum:answer -->\n{OWN}\n{parts[1]}<!-- blogsum:answer -->\n", encoding="utf-8")
    table = tmp_path / "sheets/unknown.csv"
    head, row = table.read_text(encoding="utf-8-sig").splitlines()
    proposal = row.split(";")[4].strip('"')
    table.write_bytes(f"{head}\r\n{row[:-2]}{proposal} Und mehr.\r\n".encode("cp1252"))
    done = call("data", "collect", "blog", "--import", "sheets/anna-team.md", "sheets/unknown.csv")
    assert (done.returncode, done.stdout) == (0, "blog@2\n")
    assert done.stderr == "1 taken from authors; 1 taken, a machine's text that was edited; 1 left empty\n"
    assert rows(call, "blog@2") == {
        "a": (OWN, "author"),
        "b": (None, None),
        "c": (f"{proposal} Und mehr.", "machine, edited"),
        "d": ("Bert hat das schon geschrieben.", None),
    }
    manifest = json.loads(call("data", "show", "blog@2", "--json").stdout)
    assert (manifest["parent"], manifest["licence"], manifest["sources"]) == ("blog@1", "ours", ["posts.jsonl"])
    assert manifest["details"]["collect"] == {
        "files": ["sheets/anna-team.md", "sheets/unknown.csv"],
        "answers": [
            {"kind": "taken", "id": "a", "place": "sheets/anna-team.md:9", "source": "author"},
            {"kind": "taken", "id": "c", "place": "sheets/unknown.csv:2", "source": "machine, edited"},
        ],
        "empty": 1,
    }


def test_importing_twice_changes_nothing(call: Call, blog: None, tmp_path: Path) -> None:
    (tmp_path / "back.csv").write_text(f"id,your summary\na,{OWN}\n", encoding="utf-8")
    assert call("data", "collect", "blog", "--import", "back.csv").stdout == "blog@2\n"
    done = call("data", "collect", "blog", "--import", "back.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 there already\n")


def test_rows_of_one_id_cannot_be_told_apart(call: Call, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for name in "xy":
        (tmp_path / f"folder/{name}.jsonl").write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    for arguments in (["collect", "folder", "-o", "out"], ["split", "folder", "--name", "x"]):
        done = call("data", *arguments)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr == "error: two rows have the id 'a' (every row needs an id of its own)\n"


def test_what_is_not_taken_is_said(call: Call, blog: None, tmp_path: Path) -> None:
    proposal = (
        (tmp_path / "sheets/unknown.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(";")[4].strip('"')
    )
    answers = f"id,your summary\nzz,{OWN}\nc,{proposal}\nd,{OWN}\n\na,\n"
    (tmp_path / "back.csv").write_text(answers, encoding="utf-8")
    done = call("data", "collect", "blog", "--import", "back.csv")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "error: back.csv:2: no post has the id 'zz' (not taken)\n"
        "note: back.csv:3: it is the machine's proposal, unchanged (c)\n"
        "note: back.csv:4: the post has a summary that a person wrote (d)\n"
        "1 left empty; 1 a machine's text unchanged, not taken; "
        "1 not taken, the post has a summary (--force replaces it); 1 refused\n"
    )
    done = call("data", "collect", "blog", "--import", "back.csv", "--force", "--by", "team")
    assert (done.returncode, done.stdout) == (4, "blog@2\n")
    assert rows(call, "blog@2")["d"] == (OWN, "team")


def test_worksheets_that_may_hold_answers_are_not_overwritten(call: Call, blog: None, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (tmp_path / "sheets").iterdir()}
    assert call("data", "collect", "blog", "-o", "sheets").returncode == 0
    (tmp_path / "sheets/unknown.md").write_text("Meine Antworten", encoding="utf-8")
    done = call("data", "collect", "blog", "-o", "sheets")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "error: sheets/unknown.md may hold answers (import them, name a new folder, or --force)\n"
    assert call("data", "collect", "blog", "-o", "sheets", "--force").returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "sheets").iterdir()} == before


def test_a_file_needs_the_name_of_a_dataset(call: Call, blog: None, tmp_path: Path) -> None:
    (tmp_path / "back.csv").write_text(f"id,your summary\na,{OWN}\n", encoding="utf-8")
    done = call("data", "collect", "posts.jsonl", "--import", "back.csv")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    done = call("data", "collect", "posts.jsonl", "--import", "back.csv", "--name", "mine")
    assert (done.returncode, done.stdout) == (0, "mine@1\n")


def test_nothing_to_ask(call: Call, blog: None, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(ROWS[3]) + "\n", encoding="utf-8")
    done = call("data", "collect", "one.jsonl", "-o", "none")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "all 1 posts have a summary\n")
    assert not (tmp_path / "none").exists()


MISTAKES = [
    ["blog"],
    ["blog", "--import"],
    ["blog", "-o", "x", "--import", "y.csv"],
    ["blog", "-o", "x", "y.csv"],
    ["blog@7", "-o", "x"],
    ["blog", "--import", "nothing.csv"],
    ["blog", "-o", "posts.jsonl"],
    ["nothing.jsonl", "-o", "x"],
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_mistakes_are_one_line(call: Call, blog: None, tmp_path: Path, arguments: list[str]) -> None:
    done = call("data", "collect", *arguments)
    assert done.returncode in (2, 3)
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
