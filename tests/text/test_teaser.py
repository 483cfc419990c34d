"""Teasers of people, and openings that a machine cut off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.teaser import kept_teaser

TEXT = (
    "# Der Keller\n\nAm Morgen stand das Wasser bis zur zweiten Stufe. Niemand im Hof hatte es kommen sehen, und die "
    "alte Pumpe lag im Keller.\n\nGegen Mittag war der Boden trocken, doch die Wände blieben dunkel und rochen muffig."
)
CASES = [
    ("of a person", "Was wir aus dem Hochwasser lernten.", "Was wir aus dem Hochwasser lernten."),
    ("of a person, without a full stop", "Sieben Lehren aus dem Hochwasser", "Sieben Lehren aus dem Hochwasser"),
    ("of a person, with dots", "Wir dachten, der Keller sei trocken …", "Wir dachten, der Keller sei trocken …"),
    ("of a person, with a link", "Was wir lernten. [weiterlesen]", "Was wir lernten."),
    ("of a person, with an arrow", "Was wir lernten. Weiterlesen →", "Was wir lernten."),
    ("whole sentences of the opening", "Am Morgen stand das Wasser bis zur zweiten Stufe.",
     "Am Morgen stand das Wasser bis zur zweiten Stufe."),
    ("a subtitle", "Der Keller", "Der Keller"),
    ("cut with brackets", "Am Morgen stand das Wasser bis zur […]", None),
    ("cut with dots", "Am Morgen stand das Wasser bis zur ...", None),
    ("cut with an entity", "Am Morgen stand das Wasser bis zur [&hellip;]", None),
    ("cut with a link", "Am Morgen stand das Wasser bis zur … Weiterlesen „Der Keller“", None),
    ("cut with an English link", "Am Morgen stand das Wasser bis zur… Continue reading Der Keller", None),
    ("cut with nothing", "Am Morgen stand das Wasser bis zur zweiten Stufe. Niemand im", None),
    ("cut after a sentence", "Am Morgen stand das Wasser bis zur zweiten Stufe. […]", None),
    ("cut elsewhere, with a link", "Im Frühjahr wollten wir endlich den … [weiterlesen]", None),
    ("the article again", TEXT, None),
    ("a link alone", "[weiterlesen]", None),
    ("dots alone", "…", None),
    ("nothing", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("summary", "kept"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_teaser_is_a_persons_or_none(summary: str, kept: str | None) -> None:
    assert kept_teaser(summary, TEXT) == kept


def test_no_teaser_is_none() -> None:
    assert kept_teaser(None, TEXT) is None


@given(st.text(max_size=120), st.text(max_size=200))
def test_what_is_kept_is_the_beginning_of_what_was_given(summary: str, text: str) -> None:
    kept = kept_teaser(summary, text)
    assert kept is None or summary.strip().startswith(kept)


@given(st.integers(min_value=5, max_value=150))
def test_any_cut_of_the_opening_with_a_sign_is_known(length: int) -> None:
    assert kept_teaser(TEXT[14 : 14 + length] + " [weiterlesen]", TEXT) is None
