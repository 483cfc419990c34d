"""What cleaning changes is told place by place, and nothing that it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.edits import Edit, edits
from blogsum.report.cleaning import sheet
from blogsum.text.clean import RECIPE, clean

CASES = [
    ("clean", "Ein Text.\n\nNoch einer.", []),
    ("entity", "Anna &amp; Bert", [Edit("entities", 1, 1, "Anna &amp; Bert", "Anna & Bert")]),
    (
        "a place in a long line",
        f"{'vorne ' * 20}**fett**{' hinten' * 20}",
        [
            Edit(
                "emphasis",
                1,
                1,
                "…vorne vorne vorne vorne **fett** hinten hinten hinten hi…",
                "…vorne vorne vorne vorne fett hinten hinten hinten hi…",
            )
        ],
    ),
    (
        "two passes",
        "&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;",
        None,
    ),
    ("lines that go", "a\n\n\n\nb", [Edit("blank_lines", 1, 3, "\n", "")]),
]


@pytest.mark.parametrize(("text", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_edits(text: str, expected: list[Edit] | None) -> None:
    found = list(edits(text))
    if expected is not None:
        assert found == expected
    assert bool(found) == (clean(text) != text)


PIECES = [*"ab &;*<>[]()`#-\n\u00ad\u200b", "&amp;", "<b>", "</b>", "```\n", "http://x.de "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_edits_are_told_if_and_only_if_there_are_any(text: str) -> None:
    assert bool(list(edits(text))) == (clean(text) != text)


def test_the_sheet_in_full() -> None:
    text = "Ein\u00adfach &amp; klar.\n\n\x1b[1mFett\x1b[0m"
    assert sheet("a\x1b1", list(edits(text)), 30, 20, "Eine Bemerkung.") == (
        f"{RECIPE}\n"
        "a⟨U+001B⟩1: 30 characters before, 20 after\n"
        "Eine Bemerkung.\n"
        "\n"
        "invisible: 2 places\n"
        "  line 1\n"
        "  - Ein⟨U+00AD⟩fach &amp; klar.\n"
        "  + Einfach &amp; klar.\n"
        "  line 3\n"
        "  - ⟨U+001B⟩[1mFett⟨U+001B⟩[0m\n"
        "  + [1mFett[0m\n"
        "\n"
        "entities: 1 place\n"
        "  line 1\n"
        "  - Einfach &amp; klar.\n"
        "  + Einfach & klar.\n"
    )


def test_a_text_that_is_clean_says_so() -> None:
    assert sheet("a", [], 3, 3) == f"{RECIPE}\na: 3 characters before, 3 after\nno step changes anything\n"


def test_a_long_text_does_not_take_long() -> None:
    text = "Ein &amp; Wort und noch eines. " * 5000
    assert len(list(edits(text))) >= 1
