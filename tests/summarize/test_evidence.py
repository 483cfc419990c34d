from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.summarize.evidence import trace, unsupported
from blogsum.summarize.lengths import Budget, cut
from blogsum.summarize.numbers import numbers
from blogsum.text.sentences import of_article
from blogsum.types import Article, Evidence, Unsupported

TEXT = """# Der Zug

Am Montag kam der Zug aus Köln zu spät. Die Bahn entschuldigte sich bei allen Reisenden, weil das Signal ausfiel.

- Wasser für alle Gäste im Zug
- Ein Gespräch mit der Fahrerin, die auch nichts wusste.

> „Wir sind müde“, sagte die Fahrerin.

Niemand blieb. Das kostet z. B. 40 Euro. Niemand blieb."""
ARTICLE = Article("zug", TEXT, title="Der Zug", lang="de")
SOURCE = of_article(TEXT, "de")


def carriers(summary: str) -> list[tuple[str, int | None, bool]]:
    return [(one.text, one.sentence, one.exact) for one in trace(summary, ARTICLE)]


def test_every_sentence_of_the_article_carries_itself() -> None:
    for sentence in SOURCE:
        [found] = trace(sentence.text, ARTICLE)
        place = SOURCE[found.sentence or 0]
        assert found == Evidence(sentence.text, place.index, place.start, place.end, True)
        assert TEXT[found.start : found.end] == sentence.text


def test_the_same_words_twice_are_found_in_order() -> None:
    assert carriers("Niemand blieb. Das kostet z. B. 40 Euro. Niemand blieb.") == [
        ("Niemand blieb.", 5, True),
        ("Das kostet z. B. 40 Euro.", 6, True),
        ("Niemand blieb.", 7, True),
    ]


def test_bullets_are_traced_without_their_marks() -> None:
    assert carriers("- Wasser für alle Gäste im Zug\n- Niemand blieb.") == [
        ("Wasser für alle Gäste im Zug", 2, True),
        ("Niemand blieb.", 5, True),
    ]


def test_an_item_without_a_stop_does_not_swallow_what_follows() -> None:
    assert carriers("Wasser für alle Gäste im Zug Niemand blieb.") == [
        ("Wasser für alle Gäste im Zug", 2, True),
        ("Niemand blieb.", 5, True),
    ]


@pytest.mark.parametrize(
    "summary",
    [
        "Die Bahn entschuldigte sich bei allen Reisenden …",
        "Die Bahn entschuldigte sich bei allen Reisenden.",
        "Die Bahn entschuldigte sich bei allen ...",
    ],
)
def test_a_shortened_sentence_is_still_the_articles_own(summary: str) -> None:
    assert carriers(summary) == [(summary, 1, True)]


def test_other_quote_marks_are_the_same_words() -> None:
    assert carriers('"Wir sind müde", sagte die Fahrerin.') == [('"Wir sind müde", sagte die Fahrerin.', 4, True)]


def test_a_paraphrase_is_carried_but_not_exact() -> None:
    summary = "Bei den Reisenden entschuldigte sich die Bahn: Ein Signal fiel aus."
    assert carriers(summary) == [(summary, 1, False)]


def test_what_nothing_carries_says_so() -> None:
    assert trace("Elefanten fliegen weit.", ARTICLE) == (Evidence("Elefanten fliegen weit.", None, None, None, False),)


def test_nothing_is_carried_by_nothing() -> None:
    assert trace("", ARTICLE) == ()
    assert trace("Ein Satz.", Article("leer", "", lang="de")) == (Evidence("Ein Satz.", None, None, None, False),)


def test_a_known_split_may_be_handed_in() -> None:
    assert trace("Niemand blieb.", ARTICLE, SOURCE) == trace("Niemand blieb.", ARTICLE)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SOURCE), min_size=1, max_size=5), st.sampled_from([" ", "\n"]))
def test_any_selection_is_exact(chosen: list[object], between: str) -> None:
    texts = [sentence.text for sentence in chosen]  # type: ignore[attr-defined]
    found = trace(between.join(texts), ARTICLE)
    assert [one.text for one in found] == texts
    assert all(one.exact for one in found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([s for s in SOURCE if len(s.text) > 25]), st.integers(18, 60))
def test_whatever_is_cut_is_traced_home(sentence: object, chars: int) -> None:
    text = cut(sentence.text, Budget("meta", chars=chars))  # type: ignore[attr-defined]
    [found] = trace(text, ARTICLE)
    assert (found.sentence, found.exact) == (sentence.index, True)  # type: ignore[attr-defined]
    assert unsupported(text, ARTICLE) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.text(max_size=200), st.sampled_from(["de", "en", "fr", "und"]))
def test_any_text_can_be_checked(summary: str, text: str, lang: str) -> None:
    article = Article("x", text, lang=lang)
    end = 0
    for one in trace(summary, article):
        end = summary.index(one.text, end) + len(one.text)
    for finding in unsupported(summary, article):
        assert summary[finding.start : finding.end] == finding.text
        assert finding.kind in ("name", "number", "quote", "negation")


def test_author_and_date_count_as_said() -> None:
    article = Article("x", "Ein Zug kam.", author="Karin Wolters", date="2021-05-03", lang="de")
    assert unsupported("Karin Wolters schrieb das im Mai 2021.", article) == ()
    assert unsupported("Karin Wolters schrieb das im Juni 2021.", article) == (
        Unsupported("number", "Juni 2021", 29, 38),
    )


def test_work_grows_with_the_text_only() -> None:
    start = time.perf_counter()
    for text in (
        "1" * 20_000,
        "1." * 10_000,
        "„" * 20_000,
        "a-" * 10_000,
        "1 000" * 4_000,
        "A" * 20_000,
        "zwei" * 5_000,
    ):
        numbers(text, "de")
        unsupported(text[:5000], Article("x", text, lang="de"))
    assert time.perf_counter() - start < 8
