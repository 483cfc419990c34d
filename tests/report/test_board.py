"""The page of scores: whole, escaped, linked; looked at in Chromium where there is one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from blogsum.evaluate import CRITERIA, judge, load
from blogsum.evaluate.criterion import Criterion
from blogsum.evaluate.gate import baseline, decide
from blogsum.report.board import page
from blogsum.report.board_words import GERMAN, LABELS, reason
from blogsum.types import Article, Example, Judged

EVIL = "<script>alert(1)</script>"
ROWS = [
    judge(
        Example(
            Article("town", f"The town opens a library on Sundays {EVIL}. It costs 38,000 euros.", EVIL, lang="en"),
            f"The town opens a library on Sundays {EVIL}. It costs 90,000 euros.",
        )
    ),
    judge(
        Example(
            Article("stadt", "Die Stadt öffnet die Bücherei am Sonntag. Viele Familien fragten danach.", lang="de"),
            "Die Stadt öffnet die Bücherei am Sonntag.",
        )
    ),
]


class Tags(HTMLParser):
    """Checks that every element is closed where it should be, and collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.ids.add(known.get("id") or "")
        self.links.add(known.get("href") or "")
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag == "rect"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def render(rows: list[Judged], lang: str = "en") -> str:
    known = {row["id"]: row for row in baseline(rows)["rows"]}
    return "".join(page(rows, decide(rows, known), lang))


def test_the_page_is_whole_and_its_links_lead_somewhere() -> None:
    tags = Tags()
    tags.feed(render(ROWS))
    assert tags.open == []
    links = {link[1:] for link in tags.links if link}
    assert len(links) >= 2
    assert links <= tags.ids


def test_text_of_strangers_stays_text() -> None:
    out = render(ROWS)
    assert EVIL not in out
    assert out.count("<script>") == 1  # our filter
    assert not re.search(r"(?:src|href)=\"?(?!#)[^\"]*//", out)


def test_unsupported_words_are_marked_and_the_lowest_stands_first() -> None:
    out = render(ROWS)
    assert '<span class="bad" title="number">90,000</span>' in out
    totals = {row.example.article.id: sum(score.value for score in row.scores) for row in ROWS}
    first = min(totals, key=lambda name: totals[name])
    assert re.findall(r'<details class="row" id="r(\d)" data-lang="(..)">', out) == [
        ("1", "en" if first == "town" else "de"),
        ("2", "de" if first == "town" else "en"),
    ]


def test_labels_are_german_if_asked_for() -> None:
    out = render(ROWS, "de")
    assert '<html lang="de">' in out
    assert "Textkohärenz" in out
    assert LABELS["en"].keys() == LABELS["de"].keys()


def test_one_language_needs_no_filter() -> None:
    assert "<script>" not in "".join(page(ROWS[:1]))


def test_every_signal_and_finding_has_a_german_word() -> None:
    for name in CRITERIA:
        metric = load(name)
        assert isinstance(metric, Criterion)
        names = {name, *(one.name for one in metric.signals), *(one.kind for one in metric.deductions)}
        assert names <= GERMAN.keys()


REASONS = [
    ("fluency worse: -0.100 (-0.120 to -0.080)", "Schreibfluss schlechter: -0,100 (-0,120 bis -0,080)"),
    ("rouge1 unclear: +0.001 (-0.120 to +0.080)", "rouge1 unklar: +0,001 (-0,120 bis +0,080)"),
    ("no criterion lost 0.02 or more", "kein Kriterium verlor 0,02 oder mehr"),
    (
        "about 12 further articles would tell a loss of 0.02",
        "etwa 12 weitere Artikel würden einen Verlust von 0,02 zeigen",
    ),
    ("the criteria conflict", "die Kriterien widersprechen einander"),
    ("every criterion is advisory: nothing here decides", "alle Kriterien sind nur Hinweise"),
    ("coherence -0.30 (advisory)", "Textkohärenz -0,30 (nur Hinweis)"),
    ("consistency -0.30", "Konsistenz -0,30"),
    ("unsupported “90,000”", "nicht belegt “90,000”"),
]


@pytest.mark.parametrize(("english", "german"), REASONS)
def test_reasons_are_said_in_the_reader_s_language(english: str, german: str) -> None:
    assert reason(english, "en") == english
    assert reason(english, "de") == german


def test_the_gate_s_reasons_are_those() -> None:
    """What the gate says today is what the table above knows."""
    before = {row["id"]: row for row in baseline(ROWS)["rows"]}
    said = decide(ROWS, before, advisory=CRITERIA).verdict.reasons + decide(ROWS, before).verdict.reasons
    for one in before.values():
        one["scores"] = {name: min(1.0, value + 0.3) for name, value in one["scores"].items()}
        one["unsupported"] = []
    decision = decide(ROWS, before)
    said += decision.verdict.reasons + tuple(why for one in decision.broken for why in one.reasons)
    assert len(said) > 8
    assert all(reason(one, "de") != one for one in said)
    assert "Articles that broke: 1" in "".join(page(ROWS, decision))
