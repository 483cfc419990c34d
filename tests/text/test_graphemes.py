from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.graphemes import graphemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("aä", ["a", "ä"]),
        ("e\u0301\u0323x", ["e\u0301\u0323", "x"]),
        ("👩‍👩‍👧‍👦!", ["👩‍👩‍👧‍👦", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("❤️x", ["❤️", "x"]),
        ("한국", ["한", "국"]),
        ("\u1112\u1161\u11ab", ["\u1112\u1161\u11ab"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("\ud83d\ude00", ["\ud83d\ude00"]),
    ],
)
def test_keeps_together_what_readers_see_as_one(text: str, expected: list[str]) -> None:
    assert list(graphemes(text)) == expected


@given(st.text())
def test_loses_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text
