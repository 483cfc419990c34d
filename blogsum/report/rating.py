"""What an editor reads while rating, and how far the scores agree with this editor: text in German or English."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from blogsum.evaluate.rating import ARTICLES, ENOUGH, Trust
from blogsum.report import safe
from blogsum.types import Article

SCHEMA = "blogsum/rating/1"
_NARROWEST, _WIDEST = 20, 88  # columns: longer lines are hard to read
_AS_THEY_ARE = ("```", "|")

# every word that the editor reads, in the two languages that blogsum speaks
LABELS: dict[str, dict[str, str]] = {
    "en": {
        "intro": "Rate each summary from 1 (poor) to 5 (very good). Who wrote it is hidden. Every answer is kept at "
        "once; stop when you like and go on with the same command.",
        "keys": "1–5 rates, several digits rate several criteria, Enter keeps [ ]; b back, s skip, a article, q quit",
        "place": "{number} of {all}",
        "same": "the same article as before (a shows it)",
        "untitled": "Untitled",
        "summary": "Summary",
        "more": "— Enter: more · s: to the summary —",
        "first": "there is nothing before this",
        "wrong": "1 to 5, please",
        "coherence": "coherence",
        "consistency": "consistency",
        "fluency": "fluency",
        "relevance": "relevance",
        "ask coherence": "Do the sentences follow one another and make a whole?",
        "ask consistency": "Does the article support everything that the summary says?",
        "ask fluency": "Is every sentence well-formed and easy to read?",
        "ask relevance": "Is what matters in the article there, and little else?",
        "skipped": "{count} skipped: they come again with the next start",
        "left": "{done} rated, {left} left; the agreement is shown from {enough} on, or with --show",
        "enough": "{done} rated; --count {more} goes on",
        "write": "Write this to {file}? [y/N] ",
        "yes": "y",
        "hint": "blogsum rate --show --update-config writes it to {file}, for the gate",
        "head": "{count} summaries of {articles} articles rated; agreement {level}",
        "summary level": "per article, averaged",
        "pooled": "over all summaries",
        "few ratings": "Fewer than {enough} ratings: too early to rely on this.",
        "criterion": "criterion",
        "interval": "95 % interval",
        "used": "used by the gate",
        "advisory": "advisory: {why}",
        "zero": "the interval includes zero",
        "below": "the score disagrees with you",
        "constant": "no difference to compare",
        "point": ".",
        "few": "fewer than {articles} articles tell",
    },
    "de": {
        "intro": "Bitte jede Zusammenfassung von 1 (schlecht) bis 5 (sehr gut) bewerten. Wer sie schrieb, bleibt "
        "verborgen. Jede Antwort ist sofort gesichert; Sie können jederzeit aufhören und mit demselben Befehl "
        "fortfahren.",
        "keys": "1–5 bewertet, mehrere Ziffern mehrere Kriterien, Enter behält [ ]; z zurück, w weiter ohne Note, "
        "a Artikel, q Ende",
        "place": "{number} von {all}",
        "same": "derselbe Artikel wie zuvor (a zeigt ihn)",
        "untitled": "Ohne Titel",
        "summary": "Zusammenfassung",
        "more": "— Enter: weiterlesen · w: zur Zusammenfassung —",
        "first": "davor gibt es nichts",
        "wrong": "bitte 1 bis 5",
        "coherence": "Textkohärenz",
        "consistency": "Konsistenz",
        "fluency": "Schreibfluss",
        "relevance": "Relevanz",
        "ask coherence": "Bauen die Sätze aufeinander auf und ergeben ein Ganzes?",
        "ask consistency": "Ist alles, was die Zusammenfassung sagt, durch den Artikel gedeckt?",
        "ask fluency": "Ist jeder Satz wohlgeformt und gut zu lesen?",
        "ask relevance": "Steht das Wichtige des Artikels darin und wenig anderes?",
        "skipped": "{count} übersprungen: sie kommen beim nächsten Start wieder",
        "left": "{done} bewertet, {left} offen; die Übereinstimmung steht ab {enough} hier, oder mit --show",
        "enough": "{done} bewertet; --count {more} macht weiter",
        "write": "In {file} schreiben? [j/N] ",
        "yes": "j",
        "hint": "blogsum rate --show --update-config schreibt es in {file}, für das Gate",
        "head": "{count} Zusammenfassungen von {articles} Artikeln bewertet; Übereinstimmung {level}",
        "summary level": "je Artikel, gemittelt",
        "pooled": "über alle Zusammenfassungen",
        "few ratings": "Weniger als {enough} Bewertungen: noch kein Verlass darauf.",
        "criterion": "Kriterium",
        "interval": "95-%-Intervall",
        "used": "zählt im Gate",
        "advisory": "nur Hinweis: {why}",
        "zero": "das Intervall schließt null ein",
        "below": "die Note widerspricht Ihnen",
        "constant": "kein Unterschied, der sich vergleichen lässt",
        "point": ",",
        "few": "weniger als {articles} Artikel sagen etwas",
    },
}


def width(columns: int) -> int:
    """The length of a line on a terminal of so many columns."""
    return max(_NARROWEST, min(_WIDEST, columns - 1))


def wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text in light Markdown, each at most ``columns`` long where words allow it; code stays."""
    found: list[str] = []
    in_code = False
    for line in safe.plain(text).split("\n"):
        in_code ^= line.startswith("```")
        if in_code or line.startswith(_AS_THEY_ARE):
            found.append(line)
            continue
        mark = line[:2] if line.startswith(("- ", "> ")) else ""
        lines = textwrap.wrap(line, columns, subsequent_indent="  " if mark else "", break_on_hyphens=False)
        found += lines or [""]
    return found


def article(one: Article, columns: int, lang: str) -> list[str]:
    """The lines of an article below its title."""
    title = textwrap.wrap(safe.line(one.title or "") or LABELS[lang]["untitled"], columns)
    return [*title, "=" * max(map(len, title)), "", *wrapped(one.text, columns)]


def summary(text: str, columns: int, lang: str) -> list[str]:
    """The lines of a summary below a rule."""
    head = f"── {LABELS[lang]['summary']} "
    return ["", head + "─" * max(0, columns - len(head)), "", *wrapped(text, columns), ""]


def write(found: Sequence[Trust], count: int, articles: int, form: str, lang: str) -> Iterator[str]:
    """How each score agrees with the editor, as text, md or json."""
    if form == "json":
        rows = [_plain(one) for one in found]
        yield safe.dumps({"schema": SCHEMA, "ratings": count, "articles": articles, "rows": rows}) + "\n"
        return
    words = LABELS[lang]
    rows_ = [(words["criterion"], "Spearman", words["interval"], "Kendall", ""), *(_cells(one, words) for one in found)]
    level = words["pooled" if any(one.agreement.level == "pooled" for one in found) else "summary level"]
    yield words["head"].format(count=count, articles=articles, level=level) + "\n\n"
    if form == "md":
        yield f"| {' | '.join(rows_[0])} |\n|---|---|---|---|---|\n"
        yield "".join(f"| {' | '.join(row)} |\n" for row in rows_[1:])
    else:
        widths = [max(map(len, column)) for column in zip(*rows_, strict=True)]
        for row in rows_:
            yield "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() + "\n"
    if count < ENOUGH:
        yield "\n" + words["few ratings"].format(enough=ENOUGH) + "\n"


def _cells(one: Trust, words: dict[str, str]) -> tuple[str, ...]:
    def number(value: float) -> str:
        return "–" if math.isnan(value) else f"{value:.2f}".replace(".", words["point"])

    found = one.agreement
    span = f"{number(found.spearman.low)} … {number(found.spearman.high)}"
    why = words[one.why].format(articles=ARTICLES) if one.why else ""
    said = words["advisory"].format(why=why) if why else words["used"]
    return words[found.score], number(found.spearman.value), span, number(found.kendall), said


def _plain(one: Trust) -> dict[str, Any]:
    """JSON knows no nan."""
    record = asdict(one.agreement)
    numbers = {**record.pop("spearman"), "kendall": record.pop("kendall"), "pearson": record.pop("pearson")}
    known = {name: None if math.isnan(value) else round(value, 6) for name, value in numbers.items()}
    interval = {name: known.pop(name) for name in ("value", "low", "high")}
    return {**record, "spearman": interval, **known, "advisory": one.is_advisory, "why": one.why}


def question(name: str, lang: str, before: int | None) -> str:
    """What is asked for one criterion; ``before`` is the rating that Enter keeps."""
    words = LABELS[lang]
    kept = f" [{before}]" if before else ""
    return f"{words[name]} – {words[f'ask {name}']}{kept} "
