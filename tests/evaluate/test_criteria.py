"""The four built-in scores: ranges, evidence, and that a pair is judged alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum import signature
from blogsum.errors import UserError
from blogsum.evaluate import CRITERIA, evaluate, judge, load
from blogsum.types import Article, Example, Score

GERMAN = Article(
    "de",
    "Die Stadtbücherei Lindenau öffnet ab Oktober auch am Sonntag. Das hat der Stadtrat am Dienstag mit 21 zu 14 "
    "Stimmen beschlossen. Bisher blieb das Haus am Wochenende geschlossen, obwohl viele Familien danach gefragt "
    "hatten.\n\nLeiterin Karin Ohlsen rechnet mit 400 Besuchern an jedem Sonntag. Zwei Studierende übernehmen den "
    "Dienst an der Ausleihe. Die Stadt zahlt dafür 38000 Euro im Jahr.\n\nKritik kommt vom Personalrat. Er fürchtet, "
    "dass die neuen Stunden nicht bezahlt werden. Ohlsen hält dagegen, dass niemand gegen seinen Willen am Sonntag "
    "arbeiten muss.",
    title="Bücherei öffnet am Sonntag",
    lang="de",
)
SUMMARY = (
    "Die Stadtbücherei Lindenau öffnet ab Oktober auch am Sonntag, das hat der Stadtrat beschlossen. "
    "Leiterin Karin Ohlsen rechnet mit 400 Besuchern. "
    "Der Personalrat fürchtet, dass die neuen Stunden nicht bezahlt werden."
)
GOOD = Example(GERMAN, SUMMARY)


def scores(summary: str, article: Article = GERMAN) -> dict[str, Score]:
    return {score.metric: score for score in judge(Example(article, summary)).scores}


def test_a_good_summary_scores_well_on_all_four() -> None:
    assert {name: score.value > 0.75 for name, score in scores(SUMMARY).items()} == dict.fromkeys(CRITERIA, True)


def test_an_honest_paraphrase_is_not_shown_as_inconsistent() -> None:
    found = scores(
        "Lindenaus Bücherei hat künftig auch sonntags auf. Der Stadtrat stimmte zu; der "
        "Personalrat sorgt sich um die Bezahlung."
    )
    assert found["consistency"].value > 0.5


@pytest.mark.parametrize(
    ("old", "new", "kind", "text"),
    [
        ("400 Besuchern", "900 Besuchern", "number", "900"),
        ("Karin Ohlsen", "Petra Wagner", "name", "Petra Wagner"),
        ("nicht bezahlt werden", "bezahlt werden", "negation", ""),
    ],
)
def test_a_changed_fact_costs_consistency_and_is_listed(old: str, new: str, kind: str, text: str) -> None:
    changed = SUMMARY.replace(old, new)
    before, after = scores(SUMMARY), scores(changed)
    assert after["consistency"].value < before["consistency"].value - 0.15
    [finding] = [one for one in after["consistency"].evidence if one.kind == kind]
    assert finding.start is not None
    assert changed[finding.start : finding.end] == finding.text
    assert text in finding.text


def test_each_score_names_its_parts_and_its_recipe() -> None:
    for score in scores(SUMMARY).values():
        assert 5 <= len(score.signals) <= 10
        assert all(0 <= value <= 1 for value in score.signals.values())
        name, parts = signature.parse(score.signature)
        assert (name, parts["lang"]) == (score.metric, "de")
        assert parts["version"]


def test_what_is_unsupported_is_listed_with_its_place() -> None:
    summary = "Die Bücherei öffnet am Sonntag und verleiht auch alte Fahrräder."
    evidence = scores(summary)["consistency"].evidence
    assert [(one.kind, one.text, summary[one.start : one.end]) for one in evidence] == [
        ("word", "verleiht", "verleiht"),
        ("claim", "alte Fahrräder", "alte Fahrräder"),
    ]


def test_missing_key_terms_are_listed() -> None:
    missing = [one.text for one in scores("Der Personalrat ist dagegen.")["relevance"].evidence]
    assert "sonntag" in missing
    assert "personalrat" not in missing


def test_an_empty_summary_is_zero() -> None:
    assert {score.value for score in judge(Example(GERMAN, " \n")).scores} == {0.0}


def test_tokenised_text_counts_as_what_it_was() -> None:
    article = Article(
        "en",
        "The town 's library opens on Sundays . `` We are glad , '' said Ann Lee . It costs 1 , 000 euros .",
        lang="en",
    )
    plain = Article(
        "en", 'The town\'s library opens on Sundays. "We are glad," said Ann Lee. It costs 1,000 euros.', lang="en"
    )
    summary = "The library opens on Sundays. It costs 1,000 euros."
    spaced = "The library opens on Sundays . It costs 1,000 euros ."
    assert [s.value for s in judge(Example(article, spaced)).scores] == [
        s.value for s in judge(Example(plain, summary)).scores
    ]


def test_order_company_and_workers_change_nothing() -> None:
    texts = [SUMMARY, SUMMARY[:90], "Das Haus bleibt zu.", " ".join(reversed(SUMMARY.split()))]
    examples = [Example(replace(GERMAN, id=str(number)), text) for number, text in enumerate(texts * 3)]
    alone = {one.example.article.id: one.scores for one in evaluate(examples)}
    mixed = random.Random(3).sample(examples, len(examples))
    assert {one.example.article.id: one.scores for one in evaluate(mixed)} == alone
    assert {one.example.article.id: one.scores for one in evaluate(mixed[:4], jobs=2)}.items() <= alone.items()


def test_a_repeated_sentence_costs_coherence_most() -> None:
    first = SUMMARY.split(". ")[0] + ". "
    before, after = scores(SUMMARY), scores(first + SUMMARY + " " + first)
    falls = {name: before[name].value - after[name].value for name in CRITERIA}
    assert max(falls, key=lambda name: falls[name]) == "coherence"
    assert [one.text for one in after["coherence"].evidence if one.kind == "repeated"] == [first.strip()] * 2


@pytest.mark.parametrize(("spoil", "kind"), [("ö", "mojibake"), (". Leiterin", "foreign"), ("t werden.", "cut")])
def test_defects_of_form_cost_fluency_and_are_listed(spoil: str, kind: str) -> None:
    new = {
        "mojibake": "Ã¶",
        "foreign": ". This is the part that nobody in the town has asked for. Leiterin",
        "cut": "t, weil der",
    }
    before, after = scores(SUMMARY), scores(SUMMARY.replace(spoil, new[kind]))
    assert after["fluency"].value < 0.8 * before["fluency"].value
    assert kind in {one.kind for one in after["fluency"].evidence}


def test_without_an_article_only_what_the_summary_shows_is_judged() -> None:
    found = load("coherence").score(Example(Article("x", "", lang="de"), SUMMARY))
    assert set(found.signals) == {"repetition", "overlap", "wholeness", "starts", "links"}
    with pytest.raises(UserError, match="no article"):
        load("consistency").score(Example(Article("x", "", lang="de"), SUMMARY))


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(UserError, match="no metric is called 'bleu'"):
        list(evaluate([GOOD], ["bleu"]))


WORDS = st.lists(
    st.sampled_from([*SUMMARY.split(), "the", "Ã¼", "123,4", "Dies", "–", "。", "\n- ", "\x00", "🙂"]), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.sampled_from(["de", "en", "fr", "ja", "und"]))
def test_every_score_lies_between_zero_and_one(article: list[str], summary: list[str], lang: str) -> None:
    example = Example(Article("x", "Ein Satz. " + " ".join(article), lang=lang), " ".join(summary))
    for score in judge(example).scores:
        assert 0 <= score.value <= 1
        assert all(0 <= value <= 1 for value in score.signals.values())
        assert score == load(score.metric).score(example)


def test_other_languages_are_judged_by_general_rules() -> None:
    article = Article(
        "es",
        "La biblioteca de Valdeluz abrirá los domingos a partir de octubre. El ayuntamiento lo decidió el martes. "
        "La directora Carmen Ortiz espera 400 visitantes cada domingo. Los sindicatos critican las horas nuevas.",
        lang="es",
    )
    good = scores("La biblioteca de Valdeluz abrirá los domingos. La directora espera 400 visitantes.", article)
    other = scores("El río creció mucho y los pescadores volvieron a casa con 90 peces.", article)
    english = scores("The library opens on Sundays and the city has to pay for it with its own money.", article)
    assert all(score.value > 0.7 for score in good.values())
    assert other["consistency"].value < 0.2 > other["relevance"].value
    assert [one.kind for one in english["fluency"].evidence] == ["foreign"]
