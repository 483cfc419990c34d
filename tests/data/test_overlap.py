from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data.overlap import Overlap, fragments, is_cut_off, novelty, overlap

TEXT_OF_WORDS = "die stadt kauft zehn neue räder für die schulen und der rat stimmte am montag zu weil die alten rosten"
ARTICLE = TEXT_OF_WORDS.split()
WORDS = st.lists(st.sampled_from(ARTICLE[:8]), min_size=1, max_size=40)


def test_every_number_of_a_pair() -> None:
    # 6 words in the runs "die stadt kauft", "neue räder" and "stimmte"; "heute" is new, "freut" is new
    summary = ["die", "stadt", "kauft", "heute", "neue", "räder", "freut", "stimmte"]
    assert overlap(ARTICLE, summary) == Overlap(
        compression=20 / 8,
        coverage=6 / 8,
        density=(9 + 4 + 1) / 8,
        longest=3,
        novelty=(2 / 8, 4 / 7, 5 / 6),
        lead=pytest.approx(3 / 7),
    )


def test_a_copied_opening_has_nothing_new() -> None:
    found = overlap(ARTICLE, ARTICLE[:7])
    assert (found.coverage, found.density, found.novelty, found.lead) == (1, 7, (0, 0, 0), 1)


def test_the_lead_ends_where_the_article_goes_on() -> None:
    article = ["vorher"] * 60 + ARTICLE
    assert overlap(article, ARTICLE[:8]).lead == 0
    assert overlap(article, ARTICLE[:8]).coverage == 1


def test_fragments_are_the_longest_from_left_to_right() -> None:
    assert list(fragments(list("abcxabcd"), list("abcdabqc"))) == [(0, 4), (4, 6), (7, 8)]


def test_novelty_of_a_summary_that_is_too_short_is_none() -> None:
    assert novelty(["a"], ["b"], 2) == 0


def test_a_text_of_one_word_takes_no_quadratic_time() -> None:
    assert overlap(["da"] * 200_000, ["da"] * 20_000).longest > 64


@given(WORDS, WORDS)
def test_ranges(article: list[str], summary: list[str]) -> None:
    found = overlap(article, summary)
    assert found.compression == len(article) / len(summary)
    assert all(0 <= value <= 1 for value in (found.coverage, found.lead, *found.novelty))
    assert found.coverage == pytest.approx(1 - found.novelty[0])
    assert found.coverage <= found.density <= len(summary)
    assert 0 <= found.longest <= min(len(summary), len(article))
    assert found.novelty[0] <= found.novelty[1] + 1 / len(summary)


TEXT = (
    "Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen. Der Rat stimmte am Montag nach langer Debatte zu, "
    "weil die alten Räder rosten.\n\nNun wird ausgeschrieben. Die Firma Beispiel hofft auf den Zuschlag"
)


@pytest.mark.parametrize(
    ("summary", "cut"),
    [
        ("Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen. Der Rat stimmte am Montag […]", True),
        ("Die Stadt Kassel kauft zehn neue Lastenräder für ihre … Weiterlesen", True),
        ("Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen. Der Rat stimmte am Montag nach langer", True),
        ("Neues aus Kassel: Der Rat stimmte am Montag nach langer Deba...", True),
        ("Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen", False),  # only its stop is missing
        ("Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen.", False),
        ("Nun wird ausgeschrieben. Die Firma Beispiel hofft auf den Zuschlag", False),  # so does the article end
        ("Was kostet das die Stadt? Wir haben nachgefragt …", False),  # a teaser's own ellipsis
        ("Neue Räder in Kassel", False),
        ("", False),
    ],
)
def test_what_a_machine_cut_off(summary: str, cut: bool) -> None:
    assert is_cut_off(summary, TEXT) is cut


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_can_be_asked(summary: str, text: str) -> None:
    assert is_cut_off(summary, text) in (True, False)
