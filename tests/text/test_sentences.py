from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.text.sentences import LONGEST, of_article, sentences, stems, words

CASES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "cases/sentences.jsonl").read_text("utf-8").splitlines()
]
# Known misses stay among the cases, counted as wrong by the benchmark; one that is put right fails here to be unlisted.
MISSED = {"a stop before a bracketed hint", "a bank's short name before a verb"}
MARKED = [
    pytest.param(case, id=case["id"], marks=pytest.mark.xfail(strict=True) if case["id"] in MISSED else ())
    for case in CASES
]


def split(text: str, lang: str = "de") -> list[str]:
    return [text[start:end] for start, end in sentences(text, lang)]


@pytest.mark.parametrize("case", MARKED)
def test_a_paragraph_is_split(case: dict[str, Any]) -> None:
    assert split(case["text"], case["lang"]) == case["sentences"]


def test_the_cases_are_many_and_distinct() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) >= 250
    assert all("".join(case["text"].split()) == "".join("".join(case["sentences"]).split()) for case in CASES)


PIECES = st.sampled_from(
    [*'„“»«()"。字 ', "z. B. ", "Dr. ", "5. ", "Mai ", "[1]", ". ", "! ", "? ", "… ", "...", "\n"]
) | (
    st.sampled_from(
        ["\u00a0", "Der Hund", "Ende.Das ", "U.S. ", "A. ", "usw. ", "🎉", ":-)", "www.x.de", "3.14", "II. "]
    )
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS, st.sampled_from(["de", "en", "fr", "zh", "und", "", "de-AT"]))
def test_sentences_follow_one_another_and_hold_everything_but_space(text: str, lang: str) -> None:
    last = 0
    for start, end in sentences(text, lang):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST
        last = end
    assert not text[last:].strip()


@given(st.lists(st.sampled_from([case["text"] for case in CASES if case["lang"] == "de"]), min_size=1, max_size=3))
def test_a_paragraph_of_its_own_is_split_as_before(texts: list[str]) -> None:
    article = "\n\n".join(["# Titel", *(f"Nun: {text}" for text in texts)])
    expected = [sentence for text in texts for sentence in split(f"Nun: {text}")]
    assert [sentence.text for sentence in of_article(article, "de")] == expected


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        ".",
        "a.",
        "a. ",
        ". ",
        "z. B. ",
        '"',
        ' "a',
        "(a",
        " „",
        "! ",
        "1. ",
        "[1]",
        "Dr. ",
        "。",
        ".\n",
        "🎉",
        "x.Das ",
    ],
)
def test_a_huge_line_is_read_once_and_cut(unit: str) -> None:
    # two windows of work at each stop: 200,000 characters take a moment, the square of it would take hours
    text = unit * (200_000 // len(unit))
    assert max((end - start for start, end in sentences(text, "de")), default=0) <= LONGEST


def test_an_endless_sentence_is_cut_at_a_space() -> None:
    text = "wort " * 2000
    assert {piece[:4] + piece[-4:] for piece in split(text)} == {"wortwort"}


def test_of_article_reads_prose_and_nothing_else() -> None:
    text = "# Titel. Ja!\n\nEins. Zwei.\n\n- Drei.\n\n> Vier.\n\n```\nx = 1.\n```\n\n| a. | b. |\n\nFoto: Anna Beck"
    found = of_article(text, "de")
    assert [(s.text, s.index, s.block) for s in found] == [
        ("Eins.", 0, 1),
        ("Zwei.", 1, 1),
        ("Drei.", 2, 2),
        ("Vier.", 3, 3),
    ]
    assert all(text[s.start : s.end] == s.text for s in found)


def test_words_are_composed_small_and_bare() -> None:
    assert words("Die Gru\u0308ne MÜHLE, Haus-Nr. 5: don’t!") == [
        "die", "grüne", "mühle", "haus", "nr", "5", "don", "t",
    ]  # fmt: skip


def test_stems_bring_the_forms_of_a_word_together() -> None:
    assert len(set(stems("Gärten Garten Gartens", "de"))) == 1
    assert len(set(stems("Zeitung Zeitungen", "de"))) == 1
    assert len(set(stems("running runs run", "en"))) == 1
    assert len(set(stems("Zeitung Zeitungen", "de-AT"))) == 1


@pytest.mark.parametrize("lang", ["und", "", "xx", "zh"])
def test_an_unknown_language_keeps_the_words(lang: str) -> None:
    assert stems("Zeitungen und Running", lang) == ["zeitungen", "und", "running"]


def test_threads_stem_as_one_would() -> None:
    texts = [f"Zeitungen{number} laufende Häuser{number} schönsten" for number in range(400)]
    alone = [stems(text, "de") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: stems(text, "de"), texts)) == alone
