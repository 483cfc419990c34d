"""The built-in summariser as an editor meets it: whole sentences, in order, within the budget, the same every time."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.summarize import SUMMARIZERS, load
from blogsum.summarize.extractive import Extractive
from blogsum.summarize.lengths import LENGTHS, Budget, fits
from blogsum.summarize.outline import MOST_LINES, outline
from blogsum.summarize.readable import leans, why_barred
from blogsum.types import Article

GERMAN = """Hallo liebe Leserinnen und Leser!

Die Stadtbücherei Lindental verleiht seit März auch Werkzeug. Wer einen Ausweis hat, leiht eine Bohrmaschine für drei Tage ohne Gebühr. Das spart Geld und Platz im Keller.

## Wie es begann

Die Idee entstand im vergangenen Herbst in einer Bürgerwerkstatt. Damals klagten viele Mieter, dass sie teure Geräte nur einmal im Jahr brauchen. Kennst du das auch? Deshalb sammelte die Bücherei Spenden und kaufte sechzig Geräte.

![Foto: Das Regal mit den Geräten](regal.jpg)

Bohrmaschinen, Stichsägen und eine Leiter stehen nun neben den Romanen. Besonders gefragt ist im Frühjahr der Häcksler. Ein Verein prüft die Geräte nach jeder Ausleihe.

- Bohrmaschine
- Stichsäge
- Leiter

## Fazit

Nach einem halben Jahr zählt die Bücherei achthundert Ausleihen und kaum Schäden. Andere Städte haben schon nach dem Konzept gefragt. Melde dich jetzt an und folge uns auf allen Kanälen!
"""  # noqa: E501 - a paragraph is one line
ENGLISH = """The town library of Elmford has lent out tools since March. Anyone with a card can borrow a drill for three days at no charge. This saves money and space.

However, the idea took two years to become real. Volunteers collected sixty tools and repaired most of them. Have you ever bought a drill for a single hole?

```
borrow --tool drill --days 3
```

A local club now checks every tool when it comes back. After six months the library counts eight hundred loans and hardly any damage. Sign up today and tell your friends!
"""  # noqa: E501
ARTICLES = [
    Article("de", GERMAN, title="Bücherei verleiht Werkzeug", lang="de"),
    Article("en", ENGLISH, title="A library lends tools", lang="en"),
]
both = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)


def sentences(text: str, article: Article) -> list[str]:
    """The sentences of a summary, found in the article; fails when something else stands in it."""
    found, left = [], text
    for line in outline(article).lines:
        if left.startswith(line.text):
            found.append(line.text)
            left = left[len(line.text) :].lstrip()
    assert left == ""
    return found


@both
@pytest.mark.parametrize("length", ["teaser", "short", "paragraph", "long"])
def test_whole_sentences_in_source_order(article: Article, length: str) -> None:
    assert sentences(Extractive().summarize(article, LENGTHS[length]).text, article)


@both
@pytest.mark.parametrize("length", sorted(LENGTHS))
def test_nothing_unreadable_and_nothing_dangling(article: Article, length: str) -> None:
    summary = Extractive().summarize(article, LENGTHS[length])
    lines = {line.sentence.index: line for line in outline(article).lines}
    taken = [lines[one.sentence] for one in summary.evidence if one.sentence is not None]
    assert [why_barred(line) for line in taken] == [None] * len(taken)
    for before, line in zip([None, *taken], taken, strict=False):
        assert not leans(line) or (before and before.sentence.index == line.sentence.index - 1), line.text


def test_the_german_teaser_word_for_word() -> None:
    summary = Extractive().summarize(ARTICLES[0], LENGTHS["teaser"])
    assert summary.text.startswith("Die Stadtbücherei Lindental verleiht seit März auch Werkzeug. ")
    assert 2 <= len(summary.evidence) <= 4
    assert (summary.id, summary.length, summary.lang, summary.system) == ("de", "teaser", "de", "blogsum-extractive")
    assert all(one.exact and GERMAN[one.start : one.end] == one.text for one in summary.evidence)


@both
def test_bullets_are_three_to_five_lines(article: Article) -> None:
    text = Extractive().summarize(article, LENGTHS["bullets"]).text
    assert 3 <= len(text.splitlines()) <= 5
    assert all(line.startswith("- ") and line.endswith((".", "!")) for line in text.splitlines())


BUDGETS = st.builds(
    Budget,
    st.just("custom"),
    chars=st.none() | st.integers(1, 900),
    words=st.none() | st.integers(1, 150),
    sentences=st.none() | st.integers(1, 9),
    bullets=st.booleans(),
)


@settings(max_examples=150)
@given(BUDGETS, st.sampled_from(ARTICLES))
def test_every_budget_holds(budget: Budget, article: Article) -> None:
    summary = Extractive().summarize(article, budget)
    assert summary.text.strip()
    assert fits(summary.text, budget, len(summary.evidence) or None)


@settings(max_examples=150)
@given(st.text(max_size=400), st.sampled_from([*LENGTHS.values(), Budget("tiny", chars=9)]))
def test_any_text_gives_a_summary_within_the_budget_or_an_error(text: str, budget: Budget) -> None:
    try:
        summary = Extractive().summarize(Article("x", text), budget)
    except UserError:
        return  # which message belongs to which text is tested below
    assert summary.text
    assert fits(summary.text, budget)


def test_the_same_in_every_process() -> None:
    code = (
        "import sys, hashlib; from blogsum.summarize.extractive import Extractive;"
        "from blogsum.summarize.lengths import LENGTHS; from blogsum.types import Article;"
        "article = Article('de', sys.stdin.buffer.read().decode(), title='Bücherei verleiht Werkzeug', lang='de');"
        "text = ''.join(Extractive().summarize(article, b).text for b in LENGTHS.values());"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    here = "".join(Extractive().summarize(ARTICLES[0], budget).text for budget in LENGTHS.values())
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=GERMAN.encode(),
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        )
        assert done.stdout.decode().strip() == hashlib.sha256(here.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no running text to summarise"),
        ("# Nur eine Überschrift", "there is no running text to summarise"),
        ("```\nx = 1\ny = 2\n```", "there is no running text to summarise"),
        ("| a | b |\n| 1 | 2 |", "there is no running text to summarise"),
        ("- Milch\n- Brot\n- Eier\n- Käse", "there is no sentence to summarise"),
    ],
    ids=["empty", "heading", "code", "table", "list"],
)
def test_nothing_to_summarise_is_said(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Extractive().summarize(Article("x", text, lang="de"), LENGTHS["teaser"])


def test_a_very_short_article_is_its_own_summary() -> None:
    text = "Der Wochenmarkt fällt aus. Grund ist der Sturm."
    assert Extractive().summarize(Article("x", text, lang="de"), LENGTHS["teaser"]).text == text


def test_repetition_is_left_out() -> None:
    text = "\n\n".join(
        (
            "Der Fluss Linde führt seit Mai wenig Wasser.",
            "Seit Mai führt der Fluss Linde wenig Wasser.",
            "Die Fischer setzen Karpfen in tiefere Becken um.",
            "Das Wasserwerk bittet um Sparsamkeit beim Gießen.",
            "Ein Regengebiet wird für Sonntag erwartet.",
        )
    )
    summary = Extractive().summarize(Article("x", text, lang="de"), LENGTHS["teaser"]).text
    assert not ("Der Fluss Linde führt" in summary and "Seit Mai führt" in summary)


OTHERS = {
    "ja": "新しい図書館は三月に開館しました。利用者は工具を三日間借りることができます。市は六十台の機械を用意しました。"
    "修理は地元の団体が担当しています。半年で八百回の貸し出しがありました。",
    "ar": "افتتحت المكتبة الجديدة في شهر مارس الماضي. يستطيع الزوار استعارة الأدوات لمدة ثلاثة أيام. "
    "وفرت المدينة ستين آلة. تتولى جمعية محلية إصلاح الآلات بعد كل إعارة. سجلت المكتبة ثمانمئة إعارة خلال نصف عام.",
    "fr": "La bibliothèque prête des outils depuis mars. Chaque lecteur peut emprunter une perceuse trois jours. "
    "La ville a acheté soixante appareils. Une association les vérifie après chaque prêt. "
    "On compte déjà huit cents prêts.",
}


@pytest.mark.parametrize(("lang", "text"), OTHERS.items(), ids=OTHERS)
def test_languages_without_a_lexicon(lang: str, text: str) -> None:
    article = Article("x", text, lang=lang)
    found = sentences(Extractive().summarize(article, Budget("custom", sentences=2)).text, article)
    assert 1 <= len(found) <= 2


def test_a_long_text_is_bounded() -> None:
    random_words = random.Random(4)
    words = [f"Wort{i}" for i in range(3000)]
    text = "\n".join("Der Satz nennt " + " ".join(random_words.choices(words, k=9)) + "." for _ in range(3000))
    article = Article("x", text, lang="de")
    assert len(outline(article).lines) == MOST_LINES
    assert sentences(Extractive().summarize(article, LENGTHS["teaser"]).text, article)


def test_summarisers_by_name() -> None:
    assert isinstance(load("extractive"), Extractive)
    assert set(SUMMARIZERS) == {"extractive", "mt5", "optimum"}
    with pytest.raises(UserError, match="no summariser is called 'magic'"):
        load("magic")
