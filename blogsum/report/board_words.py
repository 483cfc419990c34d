"""Every word on the page of scores, in English and German: labels, signals, findings and the gate's reasons."""

from __future__ import annotations

import re

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Scores of summaries",
        "mean": "mean",
        "interval": "95 % of means",
        "baseline": "baseline",
        "all": "all languages",
        "filter": "Language",
        "summary": "Summary",
        "article": "The article, with the sentences used",
        "found": "Found",
        "worst": "Articles, the lowest first",
        "count": "summaries",
        "passed": "The gate passed",
        "failed": "The gate failed",
        "ask": "The gate asks a human",
        "advisory": "advisory: the gate does not use it",
        "broken": "Articles that broke",
        "spread": "how the summaries spread",
        "point": ".",
    },
    "de": {
        "title": "Noten für Zusammenfassungen",
        "mean": "Mittel",
        "interval": "95 % der Mittel",
        "baseline": "Vergleich",
        "all": "alle Sprachen",
        "filter": "Sprache",
        "summary": "Zusammenfassung",
        "article": "Der Artikel, benutzte Sätze hervorgehoben",
        "found": "Gefunden",
        "worst": "Artikel, die schlechtesten zuerst",
        "count": "Zusammenfassungen",
        "passed": "Bestanden",
        "failed": "Nicht bestanden",
        "ask": "Ein Mensch muss entscheiden",
        "advisory": "nur ein Hinweis: zählt nicht für das Urteil",
        "broken": "Artikel, die schlechter wurden",
        "spread": "Verteilung der Zusammenfassungen",
        "point": ",",
    },
}
# a name as it stands in JSON -> what a German reader reads; in English a name says what it is
GERMAN: dict[str, str] = {
    "coherence": "Textkohärenz",
    "consistency": "Konsistenz",
    "fluency": "Schreibfluss",
    "relevance": "Relevanz",
    "length": "Länge",
    "lead-3": "die ersten drei Sätze",
    "built-in": "eingebaut",
    "order": "Reihenfolge",
    "repetition": "keine Wiederholung",
    "overlap": "keine Überschneidung",
    "subject": "Thema",
    "opening": "Anfang",
    "wholeness": "ganze Sätze",
    "seams": "keine Nahtstellen",
    "starts": "Satzanfänge",
    "links": "Anschluss",
    "words": "belegte Wörter",
    "company": "belegte Nachbarn",
    "copied_phrases": "Wendungen des Artikels",
    "copied_wording": "Wortwahl des Artikels",
    "names": "Namen",
    "numbers": "Zahlen",
    "negation": "Verneinung",
    "grammar": "Grammatik",
    "ends": "Satzende",
    "whole": "nicht abgebrochen",
    "scraps": "keine Bruchstücke",
    "marks": "Zeichen",
    "stutter": "kein Stottern",
    "focus": "Gewicht",
    "key_terms": "Schlüsselwörter",
    "subjects": "Themen",
    "economy": "Sparsamkeit",
    "support": "Beleg",
    "density": "Dichte",
    "references": "Referenzen",
    "judge": "Modell",
    "weakest": "schwächster Satz",
    "name": "Name",
    "number": "Zahl",
    "quote": "Zitat",
    "claim": "Behauptung",
    "word": "Wort",
    "mojibake": "kaputte Zeichen",
    "foreign": "fremde Sprache",
    "cut": "abgebrochen",
    "garbled": "unverständlich",
    "verbless": "ohne Verb",
    "repeated": "wiederholt",
    "dangling": "Anfang ohne Bezug",
    "empty": "leer",
    "unsupported": "nicht belegt",
    "unread": "vom Modell nicht gelesen",
    "worse": "schlechter",
    "better": "besser",
    "unclear": "unklar",
    "same": "gleich",
    "advisory": "nur Hinweis",
}
_REASONS = (
    (re.compile(r"(\w+) (worse|better|unclear): (\S+) \((\S+) to (\S+)\)"), "{0} {1}: {2} ({3} bis {4})"),
    (re.compile(r"no criterion lost (\S+) or more"), "kein Kriterium verlor {0} oder mehr"),
    (re.compile(r"about (\d+) further articles would tell a loss of (\S+)"),
     "etwa {0} weitere Artikel würden einen Verlust von {1} zeigen"),
    (re.compile(r"the criteria conflict"), "die Kriterien widersprechen einander"),
    (re.compile(r"every criterion is advisory: nothing here decides"), "alle Kriterien sind nur Hinweise"),
    (re.compile(r"(\w+) ([+-]\d\.\d+)( \(advisory\))?"), "{0} {1}{2}"),
    (re.compile(r"(unsupported) (“.*”)", re.DOTALL), "{0} {1}"),
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+\.\d+")


def word(name: str, lang: str) -> str:
    """A name of the data as a reader of ``lang`` knows it."""
    if lang == "de" and name.startswith("base "):
        return f"Basis {name[5:]}"
    return GERMAN.get(name, name) if lang == "de" else name.replace("_", " ")


def number(value: float, lang: str) -> str:
    """Two decimals, behind the point or comma of ``lang``."""
    return f"{value:.2f}".replace(".", LABELS[lang]["point"])


def reason(text: str, lang: str) -> str:
    """One reason of the gate or of an article that broke, in the words of ``lang``."""
    if lang == "en":
        return text
    for pattern, form in _REASONS:
        if found := pattern.fullmatch(text):
            return form.format(*(_part(part or "") for part in found.groups()))
    return text


def _part(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text.replace(".", ",")
    return " (nur Hinweis)" if text == " (advisory)" else GERMAN.get(text, text)
