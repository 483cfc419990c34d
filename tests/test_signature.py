"""Signatures survive being printed and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.signature import build, parse

WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)


def test_a_signature_reads_as_its_recipe() -> None:
    assert build("clean", steps="a,b", version=1) == "clean|steps:a,b|version:1"


@given(name=WORD, parts=st.dictionaries(WORD, WORD))
def test_parse_is_the_inverse_of_build(name: str, parts: dict[str, str]) -> None:
    # a dict's keys may not be Python names, hence the detour over the printed form
    assert parse("|".join([name, *(f"{key}:{value}" for key, value in parts.items())])) == (name, parts)


@pytest.mark.parametrize("text", ["", "|a:1", "clean|steps"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a signature"):
        parse(text)
