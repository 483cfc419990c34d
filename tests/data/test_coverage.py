from __future__ import annotations

import pytest

from blogsum.data.coverage import human_summary, state
from blogsum.data.overlap import overlap
from blogsum.data.thresholds import Thresholds
from blogsum.text.sentences import words
from blogsum.types import Article

TEXT = (
    "Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen. Der Rat stimmte am Montag nach langer Debatte zu, "
    "weil die alten Räder rosten. Nun wird die Lieferung ausgeschrieben, und im Herbst soll alles fertig sein. "
) * 2
GOOD = "Kassels Schulen bekommen im Herbst zehn Räder, weil ihre alten nicht mehr taugen."


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (Article("a", TEXT, summary=GOOD), "usable"),
        (Article("a", TEXT, summary=GOOD, summary_source="machine, edited"), "usable"),
        (Article("a", TEXT, summary=GOOD, summary_source="machine"), "machine"),
        (Article("a", TEXT, summary=GOOD, system="mt5"), "machine"),
        (Article("a", TEXT, summary="Maschinell.", system="mt5", references=(GOOD,)), "usable"),
        (Article("a", TEXT, references=(GOOD, "Andere.")), "usable"),
        (Article("a", TEXT), "none"),
        (Article("a", TEXT, summary="…"), "machine"),
        (Article("a", TEXT, summary=TEXT[:62]), "lead"),
        (Article("a", TEXT, summary=TEXT[:90]), "cut off"),
        (Article("a", TEXT, summary="Räder für Kassel"), "short"),
        (Article("a", "Kurz und gut.", summary=GOOD), "long"),
        (Article("a", "…", summary=GOOD), "long"),
    ],
)
def test_what_a_summary_is(article: Article, expected: str) -> None:
    own, summary = words(article.text), words(human_summary(article) or "")
    shared = overlap(own, summary) if own and summary else None
    assert state(article, summary, shared, Thresholds()) == expected
