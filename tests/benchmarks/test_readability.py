from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "readability.py"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readability", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["readability"] = module
    spec.loader.exec_module(module)
    return module


CLEAN = [
    ("de", "Der Hofladen zieht im Mai in eine alte Werkstatt."),
    ("de", "Diese Woche öffnet das Bad (mit neuer Rutsche) wieder."),
    ("de", "„Wir sind müde“, sagte die Fahrerin am Abend."),
    ("de", "»Wir sind müde«, sagte die Fahrerin am Abend."),
    ("de", "Das Bild zeigt, wie der Umbau gelang."),
    ("de", "Ein Satz, der am Ende gekürzt wurde …"),
    ("en", "The library moved its catalogue in May."),
    ("en", "This post shows how the library moved its catalogue."),
    ("en", "“We are tired,” the driver said in the evening."),
    ("en", 'The 13" screen costs 300 dollars (without tax).'),
    ("en", "A service provider (SP) runs version 2.0 (build 10) and (a) logs in, (b) checks."),
    ("de", "Dieser erste Artikel erklärt die Abläufe! 🚀"),
    ("en", "It is important to test the backup every week."),
]
DEFECTIVE = [
    ("de", "Dadurch sank der Preis um die Hälfte.", "dangling start"),
    ("de", "Diese Lösung kostet wenig Geld.", "dangling start"),
    ("de", "Insbesondere die Kinder freuten sich sehr.", "dangling start"),
    ("en", "However, the price went up again.", "dangling start"),
    ("en", "To accomplish this, the team wrote a script.", "dangling start"),
    ("en", "These tools are free for everyone.", "dangling start"),
    ("de", "Wer kennt das nicht aus dem Alltag?", "question"),
    ("en", "Have you ever wondered why?", "question"),
    ("de", "Abb. 3: Der Laden nach dem Umbau.", "caption or heading"),
    ("en", "Photo by Ann Smith on the roof.", "caption or heading"),
    ("de", "Was wir gelernt haben.", "caption or heading"),
    ("de", "Man braucht dafür die folgenden Zutaten:", "fragment"),
    ("en", "Not now.", "fragment"),
    ("de", "Hallo und schön, dass ihr da seid.", "greeting"),
    ("en", "Welcome to another episode of our show.", "greeting"),
    ("de", "Folgt uns gern auf allen Kanälen.", "call to action"),
    ("en", "Sign up for our newsletter today.", "call to action"),
    ("de", "„Das war der Anfang vom Ende.", "unbalanced"),
    ("en", "The price (without tax is 300 dollars.", "unbalanced"),
    ("en", 'He said "never again and went home.', "unbalanced"),
    ("de", "Ein neuer Laden für alle am Hafen", "no end mark"),
    ("en", "Run `make` before you start the server.", "code or address"),
    ("de", "Alles steht auf https://example.org für euch.", "code or address"),
]


@pytest.mark.parametrize(("lang", "text"), CLEAN)
def test_a_clean_sentence_has_no_defect(checker: ModuleType, lang: str, text: str) -> None:
    assert checker.defects([(text, 4)], lang) == []


@pytest.mark.parametrize(("lang", "text", "kind"), DEFECTIVE)
def test_a_defect_is_seen(checker: ModuleType, lang: str, text: str, kind: str) -> None:
    found = checker.defects([(text, 4)], lang, frozenset({"was wir gelernt haben"}))
    assert kind in {one.kind for one in found}


def test_what_points_back_may_follow_what_it_points_to(checker: ModuleType) -> None:
    first, second = "Der Preis ist gefallen.", "Dadurch kamen mehr Kunden."
    assert checker.defects([(first, 4), (second, 5)], "de") == []
    assert [one.kind for one in checker.defects([(first, 4), (second, 6)], "de")] == ["dangling start"]
