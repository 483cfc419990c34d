"""Who is asked for what, and what becomes of each answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.collect import Outcome, Sheet, Task, counted, file_names, lead, sheets, take, tidy, usable
from blogsum.errors import UserError
from blogsum.read.worksheets import ANSWER, ANSWERS, Answer, from_csv, from_json, from_markdown
from blogsum.report.worksheet import markdown, table
from blogsum.types import Article

PROPOSAL = "Die Werkstatt kaufte drei Räder und liefert damit pünktlicher als früher."


def propose(article: Article) -> str:
    if article.id == "list":
        raise UserError("there is no sentence to summarise")
    return PROPOSAL


A = Article("a", "Die Werkstatt kaufte drei Räder.", title="Räder", author="Anna", lang="de", url="https://x.example/a")
B = Article("b", "Das Rad fährt mit Strom.", title="Strom", author="anna ", lang="de")
C = Article("c", "It rains.", title="Rain", lang="en", summary="It rains a lot today.", summary_source="excerpt")
D = Article("list", "- x\n- y", lang="en", author="Bert")
POSTS = [A, B, C, D]


def test_a_sheet_for_each_author_of_posts_without_a_summary() -> None:
    assert sheets(POSTS, propose) == [
        Sheet(
            "Anna",
            "anna",
            "de",
            (
                Task("a", "Räder", "https://x.example/a", "de", "Die Werkstatt kaufte drei Räder.", PROPOSAL),
                Task("b", "Strom", "", "de", "Das Rad fährt mit Strom.", PROPOSAL),
            ),
        ),
        Sheet("Bert", "bert", "en", (Task("list", "", "", "en", "x y", ""),)),
    ]


LONG = "Die Werkstatt kaufte drei Räder für die Innenstadt. Sie fahren mit Strom."
SUMMARIES = [
    ("none", {}, False),
    ("a person's", {"summary": "Drei Räder fahren durch die Stadt."}, True),
    ("a reference", {"references": ("x",)}, True),
    ("a note", {"summary": "Siehe oben, bitte"}, False),
    ("a person's, with dots", {"summary": "Wer hätte gedacht, dass drei Räder …"}, True),
    ("cut off", {"summary": "Die Werkstatt kaufte drei …", "text": LONG}, False),
    ("cut off by WordPress", {"summary": "Die Werkstatt kaufte drei Räder für [...]", "text": LONG}, False),
    ("with a link to the rest", {"summary": "Die Werkstatt kaufte drei Räder [weiterlesen]", "text": LONG}, False),
    ("a machine's", {"summary": "Drei Räder fahren durch die Stadt.", "summary_source": "machine"}, False),
    (
        "a machine's, edited",
        {"summary": "Drei Räder fahren durch die Stadt.", "summary_source": "machine, edited"},
        True,
    ),
]


@pytest.mark.parametrize(("values", "expected"), [one[1:] for one in SUMMARIES], ids=[one[0] for one in SUMMARIES])
def test_usable_summaries(values: dict[str, str], expected: bool) -> None:
    assert usable(replace(A, **values)) is expected  # type: ignore[arg-type]


NAMES = [
    (["Anna Müller"], ["anna-müller"]),
    (["a/b", "a-b", "A b"], ["a-b", "a-b-2", "a-b-3"]),
    (["../../etc/passwd", "..", ""], ["etc-passwd", "author", "unknown"]),
    (["CON", "nul", "com1"], ["con-author", "nul-author", "com1-author"]),
    (["x" * 300, "ä" * 300], ["x" * 80, "ä" * 40]),
    (["É", "E\u0301"], ["é", "é-2"]),
    (["<b>", "| |", "日本"], ["b", "author", "日本"]),
]


@pytest.mark.parametrize(("authors", "names"), NAMES)
def test_file_names_fit_every_system(authors: list[str], names: list[str]) -> None:
    assert list(file_names(authors).values()) == names


@given(st.lists(st.text(max_size=30), unique=True, max_size=8))
def test_file_names_are_never_alike(authors: list[str]) -> None:
    names = file_names(authors)
    assert len({name.casefold() for name in names.values()}) == len(authors)
    assert not any(set(name) & set('/\\:*?"<>|.\0\n') or not name for name in names.values())


OWN = "Anna erzählt vom Winter mit dem Rad."
EDITED = "Die Werkstatt kaufte drei Räder und liefert damit schneller als früher aus."
TAKEN = [
    ("the author's", Answer("f:1", "a", OWN), "taken", "author", ""),
    ("nobody's post is the team's", Answer("f:1", "n", OWN), "taken", "team", ""),
    ("near the proposal", Answer("f:1", "a", EDITED), "taken", "machine, edited", ""),
    ("started from it", Answer("f:1", "a", OWN, started=True), "taken", "machine, edited", ""),
    (
        "near the proposal of another version",
        Answer("f:1", "a", OWN + " So ist es.", proposal=OWN),
        "taken",
        "machine, edited",
        "",
    ),
    ("nothing", Answer("f:1", "a", " \n"), "empty", "", ""),
    ("the proposal", Answer("f:1", "a", PROPOSAL), "unchanged", "", "it is the machine's proposal, unchanged"),
    (
        "the proposal, through a word processor",
        Answer("f:1", "a", f"„{PROPOSAL.replace(' ', '  ').upper()}“"),
        "unchanged",
        "",
        "it is the machine's proposal, unchanged",
    ),
    (
        "the proposal of another version",
        Answer("f:1", "a", OWN, proposal=OWN),
        "unchanged",
        "",
        "it is the machine's proposal, unchanged",
    ),
    ("a note", Answer("f:1", "a", "k. A."), "refused", "", "'k. A.' is too short for a summary"),
    ("over a person's", Answer("f:1", "c", OWN), "kept", "", "the post has a summary that a person wrote"),
    ("the same again", Answer("f:1", "c", C.summary or ""), "same", "", ""),
    ("an unknown id", Answer("f:1", "zz", OWN), "refused", "", "no post has the id 'zz'"),
    ("no id at all", Answer("f:1", "", OWN), "refused", "", "it does not say which post it is for"),
    ("found by its address", Answer("f:1", "1,00E+10", OWN, url="https://x.example/a"), "taken", "author", ""),
    ("found by its title", Answer("f:1", "", OWN, title=" RÄDER "), "taken", "author", ""),
    (
        "beside the wrong post",
        Answer("f:1", "a", OWN, title="Strom"),
        "refused",
        "",
        "its id is that of 'Räder', its title that of another post",
    ),
    ("a title set right", Answer("f:1", "a", OWN, title="Räder!"), "taken", "author", ""),
    ("damaged", Answer("f:1", "a", OWN, problem="its marker was damaged"), "refused", "", "its marker was damaged"),
]
NOBODY = Article("n", "Ein Text.", lang="de")


@pytest.mark.parametrize(
    ("answer", "kind", "source", "reason"), [one[1:] for one in TAKEN], ids=[one[0] for one in TAKEN]
)
def test_what_becomes_of_an_answer(answer: Answer, kind: str, source: str, reason: str) -> None:
    posts = [*POSTS, NOBODY]
    updated, [outcome] = take(posts, [answer], propose)
    assert (outcome.kind, outcome.source, outcome.reason, outcome.place) == (kind, source, reason, "f:1")
    changed = [one for one, before in zip(updated, posts, strict=True) if one != before]
    if kind == "taken":
        [one] = changed
        assert (one.summary, one.summary_source) == (tidy(answer.text), source)
    else:
        assert changed == []


def test_the_team_and_force_are_said_by_the_user() -> None:
    [one, *_], [outcome] = take([A], [Answer("f:1", "a", OWN)], propose, by="team")
    assert (one.summary_source, outcome.source) == ("team", "team")
    [one], [outcome] = take([C], [Answer("f:1", "c", OWN)], propose, force=True)
    assert (one.summary, one.summary_source, outcome.kind) == (OWN, "team", "taken")


def test_two_answers_for_one_post_are_both_refused_unless_alike() -> None:
    given_ = [Answer("f:1", "a", OWN), Answer("g:7", "a", "Etwas ganz anderes steht hier."), Answer("h:2", "b", OWN)]
    updated, outcomes = take(POSTS, given_, propose)
    assert [one.kind for one in outcomes] == ["refused", "refused", "taken"]
    assert {one.reason for one in outcomes[:2]} == {"answered differently in f:1 and g:7"}
    assert [one.summary for one in updated] == [None, OWN, C.summary, None]
    twice = [Answer("f:1", "a", OWN), Answer("g:7", "a", f" {OWN}\n"), Answer("h:1", "a", "")]
    assert [one.kind for one in take(POSTS, twice, propose)[1]] == ["taken", "taken", "empty"]


TIDY = [
    ("  Eins.\r\n zwei.  ", "Eins. zwei."),
    ("Eins.\n\n\n Zwei.", "Eins.\n\nZwei."),
    ("- a\n- b\n  weiter", "- a\n- b weiter"),
    ("Ra\u0308der\u200b \x1b[31mrot\ufeff", "Räder [31mrot"),
    ("👨\u200d👩\u200d👧 z.\u00a0B.", "👨\u200d👩\u200d👧 z. B."),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TIDY)
def test_tidy(text: str, expected: str) -> None:
    assert tidy(text) == expected
    assert tidy(expected) == expected


@given(st.text())
def test_tidy_is_done_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_a_lead_is_cut_at_a_word() -> None:
    assert lead("# Titel\n\n" + "wort " * 70) == " ".join(["wort"] * 60) + " …"
    assert lead("# Titel\n\nKurz.\n\n```\ncode\n```\n\n- Punkt") == "Kurz. Punkt"


def test_outcomes_are_counted_by_who_wrote() -> None:
    rows = [Outcome("taken", "", "a", "author"), Outcome("taken", "", "b", "author"), Outcome("empty", "", "c")]
    assert dict(counted(rows)) == {"author": 2, "empty": 1}


words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
written = st.lists(words, min_size=5, max_size=12).map(" ".join).filter(lambda text: not text.startswith("<!--"))


def filled(sheet: Sheet, texts: list[str], form: str) -> Iterator[Answer]:
    """The sheet as its author sends it back."""
    if form == "md":
        first, *rest = "".join(markdown(sheet)).split(f"{ANSWER}\n")
        content = first + "".join(f"{ANSWER}\n{text}\n{part}" for text, part in zip(texts, rest, strict=True))
        return from_markdown("x", content.encode())
    if form == "csv":
        *rows, _ = "".join(table(sheet)).split(';""\r\n')
        cells = [text.replace('"', '""') for text in texts]
        return from_csv("x", "".join(f'{row};"{cell}"\r\n' for row, cell in zip(rows, cells, strict=True)).encode())
    answers = [{"id": task.id, "summary": text} for task, text in zip(sheet.tasks, texts, strict=True)]
    return from_json("x", json.dumps({"schema": ANSWERS, "answers": answers}).encode())


@given(st.lists(written, min_size=4, max_size=4), st.sampled_from(["md", "csv", "json"]))
def test_what_authors_write_comes_back_in_every_form(texts: list[str], form: str) -> None:
    posts = [Article(f"{number}", "Ein Text.", title=f"T{number}", author="A", lang="de") for number in range(4)]
    [sheet] = sheets(posts, propose)
    updated, outcomes = take(posts, filled(sheet, texts, form), propose)
    assert [outcome.kind for outcome in outcomes] == ["taken"] * 4
    assert [one.summary for one in updated] == [tidy(text) for text in texts]
