"""Sentences with and without a verb, in German and English."""

from __future__ import annotations

import pytest

from blogsum.evaluate import load
from blogsum.evaluate.verbs import is_verbless
from blogsum.types import Article, Example

WITHOUT = {
    "de": """Ein großer Tag für alle Freunde der Stadt.
Neue Räder für die alten Wege der Innenstadt.
Ausführlicher Vergleich zwischen zwei beliebten Systemen.
Von der Sortierung bis zur Trocknung alles gut.
Tipps zum Einholen von Offerten für den Umbau.""",
    "en": """A great day for everyone in the town.
Some useful tips for developers of small packages.
The king and queen of all database plugins.
A new installment of our interview series.
From the harbour to the old town in ten minutes.""",
}
WITH = {
    "de": """Die Räder kosten wenig und halten lange.
Seit dem Frühjahr fährt das Team mit dem Rad.
Wir essen am liebsten Äpfel aus dem Garten.
Lege den Token im Schlüsselbund ab.
Erfahren Sie mehr über unsere neue Werkstatt.
Ohne die Förderung gäbe es kein Fest.
Im Sommer kam die ganze Klasse zu Besuch.
Nach dem Essen beschloss der Rat den Umbau.
Ich finde den Weg durch den Wald schöner.
Das wird im nächsten Jahr anders.
Sie überwand die Angst vor dem Wasser.""",
    "en": """Families ask for longer hours.
The town opens a library on Sundays.
Learn how to bake a good bread.
It's the best shop in the street.
Rain fell on the hills all day.
They won't come back before noon.
These defects often decrease performance.
She walked home through the snow.
The new tool summarizes long reports.
You can't judge a book by its cover.""",
}


@pytest.mark.parametrize(
    ("sentence", "lang", "expected"),
    [
        (sentence, lang, expected)
        for expected, found in ((True, WITHOUT), (False, WITH))
        for lang, text in found.items()
        for sentence in text.split("\n")
    ],
)
def test_each_sentence(sentence: str, lang: str, expected: bool) -> None:
    assert is_verbless(sentence, lang) is expected


def test_short_ones_and_other_languages_are_left_alone() -> None:
    assert not is_verbless("Thank you all.", "en")
    assert not is_verbless("Une grande journée pour toute la ville.", "fr")


ARTICLE = Article(
    "x", "Die Stadt öffnet die Bücherei am Sonntag. Ein großer Tag für die Leser. Viele kamen.", lang="de"
)


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        (
            "Die Stadt öffnet die Bücherei. Neue Bücher für alle Leser der Stadt.",
            ["Neue Bücher für alle Leser der Stadt."],
        ),
        ("Die Stadt öffnet die Bücherei. Ein großer Tag für die Leser.", []),  # stands so in the article
        ("- Neue Bücher für alle Leser der Stadt\n- Die Stadt öffnet die Bücherei.", []),  # a bullet needs none
    ],
)
def test_fluency_lists_them(summary: str, found: list[str]) -> None:
    score = load("fluency").score(Example(ARTICLE, summary))
    assert [one.text for one in score.evidence if one.kind == "verbless"] == found
    assert score.signature.endswith("|version:1.1")
