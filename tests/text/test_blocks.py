from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.blocks import blocks


def shapes(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


PROSE = "Der Markt öffnet um acht, und wer spät kommt, bekommt vom guten Käse nichts mehr ab, so ist das."

CASES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "cases/blocks.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_text_is_split_into_blocks(case: dict[str, Any]) -> None:
    assert shapes(case["text"]) == [tuple(block) for block in case["blocks"]]


@pytest.mark.parametrize(
    "line",
    [
        "Abb. 3: Der Turm von Süden",
        "Abbildung 12 – Grundriss",
        "Foto: Anna Beck",
        "(Foto: Anna Beck)",
        "Bild: Stadtarchiv / CC BY 4.0",
        "Bild 2: Vor dem Umbau",
        "Quelle: Statistisches Amt, eigene Rechnung",
        "Bildnachweis: privat",
        "Figure 2: Requests per second",
        "Fig. 4. The old mill",
        "Photo by Jane Moss on Unsplash",
        "Image credit: Jane Moss",
        "Image courtesy of the museum",
        "Screenshot: the new menu",
        "Titelbild: Anna Beck",
        "© Anna Beck 2021",
    ],
)
def test_a_caption_is_told_from_prose(line: str) -> None:
    assert shapes(f"{PROSE}\n\n{line}\n\n{PROSE}")[1] == ("caption", line)


@pytest.mark.parametrize(
    "line",
    [
        "Bild 3 zeigt den Turm von Süden.",
        "Fotografieren ist hier verboten: Es gibt Schilder.",
        "Quellen sprudeln hier überall.",
        "Figure skating is hard: you fall a lot.",
        "Images by themselves say little about a place, and this one says less.",
        "Copyright law is old.",
        "Das Bild: ein Rätsel.",
    ],
)
def test_prose_that_speaks_of_pictures_stays_prose(line: str) -> None:
    assert shapes(f"{PROSE}\n\n{line}\n\n{PROSE}")[1] == ("paragraph", line)


def test_levels_are_the_depth_of_headings() -> None:
    text = f"# A\n\n### B\n\nC\n=\n\nD\n--\n\n{PROSE}"
    assert [block.level for block in blocks(text)] == [1, 3, 1, 2, 0]


LINES = st.lists(
    st.sampled_from(["", "```", "````", "~~~", "~~~x", "---", "===", "- a", "  1. b", "2) c", "# d", "> e", ">", "•"])
    | st.sampled_from(["Text.", "**h**", "Foto: i", "\r", "\t- j", "3. Mai"])
    | st.sampled_from([" ", "| f | g |", "a | b", "--- | ---", "Ein Wort", "word " * 30, PROSE])
    | st.text(max_size=40),
    max_size=30,
)


@given(LINES)
def test_blocks_follow_one_another_and_hold_the_ends_of_words(lines: list[str]) -> None:
    text = "\n".join(lines)
    last = 0
    for block in blocks(text):
        assert last <= block.start < block.end <= len(text)
        content = text[block.start : block.end]
        assert content.strip()
        if block.kind != "code":
            assert content == content.strip()
        last = block.end


@given(LINES)
def test_no_word_of_the_text_is_lost(lines: list[str]) -> None:
    text = "\n".join(line for line in lines if not line.strip().startswith(("`", "~")))
    kept = "".join(content for _, content in shapes(text))
    for word in ("Text", "Ein", "word", "Wort", "Markt"):
        assert kept.count(word) == text.count(word)


@pytest.mark.parametrize(
    "line",
    ["```", "~~~x", "> ", "- a", "| a |", "a | b", "--- | ---", "#", "**a", "- " * 50, "1. a", "===", "a", "a\n"],
)
def test_a_huge_number_of_lines_is_read_once(line: str) -> None:
    # 30,000 lines take a moment; work that grew with the square would take hours
    text = f"{line}\n" * 30_000
    assert len(blocks(text)) <= 30_000


@pytest.mark.parametrize(
    "line", ["-" * 100_000 + "x", "| -" * 50_000 + "x", " " * 200_000, "*" * 100_000, "#" * 100_000]
)
def test_a_huge_line_is_read_once(line: str) -> None:
    assert len(blocks(f"a | b\n{line}\n{line}\n\n{line}")) <= 6
