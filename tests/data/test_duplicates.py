from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.data import duplicates
from blogsum.data.duplicates import Index, Pair, connected, groups, shingles
from blogsum.errors import MissingExtra
from blogsum.types import Article

WORDS = [f"{first}{second}" for first in ("ba", "do", "ki", "lu", "me", "no", "ra") for second in "bdfgklmnprst"]


def text(seed: int, size: int = 400) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=size))


def changed(original: str, share: float, seed: int = 7) -> str:
    """The text with this share of its words replaced."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) if dice.random() < share else word for word in original.split())


def jaccard(one: str, other: str) -> float:
    """The definition, on tuples of words and without any hash."""

    def runs(of: str) -> set[tuple[str, ...]]:
        words = of.split()
        return set(zip(words, words[1:], words[2:], strict=False))

    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


def index(*texts: str) -> Index:
    found = Index()
    for one in texts:
        found.add(one)
    return found


def test_the_similarity_is_the_jaccard_of_the_shingles() -> None:
    one = text(1)
    for share in (0.005, 0.02, 0.05, 0.1):
        other = changed(one, share)
        [pair] = index(one, text(2), other).pairs(0.3)
        assert pair == Pair(0, 2, pytest.approx(jaccard(one, other)))


def test_a_long_text_is_estimated_from_a_sample() -> None:
    one = text(1, 20_000)
    other = changed(one, 0.05)
    [pair] = index(one, other).pairs(0.5)
    assert pair.similarity == pytest.approx(jaccard(one, other), abs=0.04)


def test_banding_finds_what_comparing_all_pairs_finds() -> None:
    texts = [text(seed, 200) for seed in range(60)]
    texts += [changed(texts[seed], seed / 400) for seed in range(60)]
    expected = {(a, b) for a, b in combinations(range(120), 2) if jaccard(texts[a], texts[b]) >= 0.8}
    assert 20 < len(expected) < 60
    assert {(pair.first, pair.second) for pair in index(*texts).pairs(0.8)} == expected


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99])
def test_bands_miss_few_pairs_at_the_threshold(threshold: float) -> None:
    bands, rows = duplicates._banding(threshold)
    assert bands * rows <= duplicates.SLOTS
    assert (1 - threshold**rows) ** bands <= duplicates.MISSED


def test_case_and_composition_are_no_difference_and_order_is() -> None:
    one = "Die Bäckerei öffnet im März wieder ihre Türen für alle Gäste der Stadt"
    same = one.upper().replace("Ü", "U\u0308").replace("Ä", "A\u0308")
    turned = " ".join(reversed(one.split()))
    assert index(one, same, turned).pairs(0.9) == [Pair(0, 1, 1.0)]


def test_a_script_without_spaces_is_compared_by_characters() -> None:
    one = "東京の冬はとても乾燥していて空がきれいです。週末には山まで歩きました。"
    [pair] = index(one, one.replace("週末", "昨日")).pairs(0.5)
    assert 0.6 < pair.similarity < 1


def test_texts_without_words_are_like_no_other() -> None:
    assert index("", "…", "", "ein Wort", "ein Wort").pairs(0.5) == [Pair(3, 4, 1.0)]
    assert index().pairs(0.5) == [] == index("allein").pairs(0.5)


def test_a_thousand_copies_are_one_group_and_not_half_a_million_pairs() -> None:
    one = index(*[text(1)] * 1000)
    pairs = one.pairs(0.9)
    assert len(pairs) < 1000 * duplicates.NEIGHBOURS
    assert connected(len(one), pairs) == [list(range(1000))]


def test_groups_name_ids_in_order_and_join_through_others() -> None:
    first = text(1)
    second = changed(first, 0.04, 1)
    third = changed(second, 0.04, 2)
    assert jaccard(first, third) < 0.7 < min(jaccard(first, second), jaccard(second, third))
    articles = [Article(name, body) for name, body in zip("dacbx", (first, text(9), third, second, ""), strict=True)]
    assert groups(iter(articles), 0.7) == [["d", "c", "b"]]


def test_two_runs_with_other_hash_seeds_say_the_same() -> None:
    code = "from blogsum.data.duplicates import shingles; print(shingles('Ein Satz über den Fluss.').tolist())"
    command = [sys.executable, "-c", code]
    answers = {
        subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONHASHSEED": n}).stdout for n in ("1", "2")
    }
    assert len(answers) == 1
    assert str(shingles("Ein Satz über den Fluss.").tolist()).encode() in answers.pop()


def test_without_rensa_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    with pytest.raises(MissingExtra) as error:
        index("a b c")
    assert (str(error.value), error.value.hint) == ("this needs the package 'rensa'", "pip install 'blogsum[data]'")


@given(st.lists(st.text(), max_size=6), st.floats(0.05, 1))
def test_any_text_can_be_compared(texts: list[str], threshold: float) -> None:
    for pair in index(*texts, *texts).pairs(threshold):
        assert pair.first < pair.second
        assert threshold <= pair.similarity <= 1
