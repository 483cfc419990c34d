"""Scores as one self-contained HTML page: headline figures, distributions, and each article beside its summary.

No address and no script from elsewhere; all text of strangers is escaped. Without scripts everything but the language
filter works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from blogsum.evaluate import stats
from blogsum.evaluate.gate import Decision
from blogsum.report import safe
from blogsum.report.evaluation import NO_CONTROLS
from blogsum.report.page import source
from blogsum.summarize.evidence import trace
from blogsum.types import Evidence, Finding, Judged, Score

_BINS = 10
_INLINE = frozenset({"number", "name", "quote", "claim", "word", "mojibake"})  # shorter than a sentence: marked in it
_SILENT = frozenset({"word", "missing"})
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
        "lead-3": "die ersten drei Sätze",
        "built-in": "eingebaute Zusammenfassung",
        "coherence": "Textkohärenz",
        "consistency": "Konsistenz",
        "fluency": "Schreibfluss",
        "relevance": "Relevanz",
    },
}
_STYLE = """
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem;
overflow-wrap:break-word}h1{font-size:1.5rem}h2{font-size:1.2rem}h3,h4{font-size:1rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem}
.card{border:1px solid #8886;border-radius:.4rem;padding:.75rem}.card b{font-size:1.75rem;display:block}
.note{font-size:.875rem;opacity:.85}svg{width:100%;height:3rem;display:block}rect{fill:#3b73af}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1.5rem}
summary{cursor:pointer;padding:.4rem 0;font-weight:600}.row{border-top:1px solid #8886}
.text a{color:inherit;text-decoration:underline dotted;text-underline-offset:.2em}
.bad{background:#f6c7c3;color:#1a1a1a}mark{background:#ffe9a8;color:#1a1a1a}mark:target{background:#ffc400}
.warn{border:1px solid #b3261e;border-radius:.4rem;padding:.5rem 1rem}pre{overflow-x:auto}[hidden]{display:none}
"""
# the only script: shows the rows of one language
_SCRIPT = """
document.getElementById("lang").addEventListener("change",function(){var l=this.value;
document.querySelectorAll(".row").forEach(function(r){r.hidden=l!==""&&r.dataset.lang!==l})});
"""


def page(
    rows: Sequence[Judged],
    decision: Decision | None = None,
    lang: str = "en",
    controls: Mapping[str, Mapping[str, float]] = NO_CONTROLS,
    advisory: Sequence[str] = (),
) -> Iterator[str]:
    """The parts of the page, its labels in ``lang`` (en or de); ``advisory`` metrics are marked as such."""
    label = LABELS[lang]
    yield (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{label['title']}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{label["title"]}</h1>\n<p class="note">{len(rows)} {label["count"]}</p>\n'
    )
    if decision is not None:
        reasons = "".join(f"<li>{_text(reason)}</li>" for reason in decision.verdict.reasons)
        yield f'<div class="warn" role="note"><h2>{label[decision.verdict.outcome]}</h2><ul>{reasons}</ul></div>\n'
    yield from _cards(rows, decision, label, controls, advisory)
    yield from _filter(rows, label)
    yield f"<h2>{label['worst']}</h2>\n"
    ordered = sorted(rows, key=lambda row: sum(score.value for score in row.scores))
    for number, row in enumerate(ordered, 1):
        yield from _row(row, f"r{number}", label)
    yield "</main>\n</body>\n</html>\n"


def _cards(
    rows: Sequence[Judged],
    decision: Decision | None,
    label: Mapping[str, str],
    controls: Mapping[str, Mapping[str, float]],
    advisory: Sequence[str],
) -> Iterator[str]:
    yield '<div class="cards">\n'
    for place, score in enumerate(rows[0].scores):
        values = [row.scores[place].value for row in rows]
        mean = stats.mean(values)
        known = {} if decision is None else {label["baseline"]: decision.compared[place].baseline}
        known |= {label.get(name, name): means[score.metric] for name, means in controls.items()}
        beside = "".join(f'<div class="note">{_text(name)} {value:.2f}</div>' for name, value in known.items())
        mark = f'<div class="note">{label["advisory"]}</div>' if score.metric in advisory else ""
        name = label.get(score.metric, score.metric)
        yield (
            f'<section class="card"><h2>{_text(name)}</h2>{mark}<b>{mean.value:.2f}</b>'
            f'<div class="note">{label["interval"]}: {mean.low:.2f}–{mean.high:.2f}</div>{beside}{_bars(values)}'
            "</section>\n"
        )
    yield "</div>\n"


def _bars(values: Sequence[float]) -> str:
    """How the values spread over ten equal steps from 0 to 1, as a drawing with its numbers for screen readers."""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(value * _BINS))] += 1
    most = max(counts)
    bars = "".join(
        f'<rect x="{10 * place}" y="{30 - 30 * count / most:.1f}" width="9" height="{30 * count / most:.1f}"/>'
        for place, count in enumerate(counts)
    )
    spoken = ", ".join(f"{place / _BINS:.1f}: {count}" for place, count in enumerate(counts) if count)
    return f'<svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label="{spoken}">{bars}</svg>'


def _filter(rows: Sequence[Judged], label: Mapping[str, str]) -> Iterator[str]:
    langs = sorted({row.example.article.lang or "und" for row in rows})
    if len(langs) > 1:
        choices = "".join(f'<option value="{_text(one)}">{_text(one)}</option>' for one in langs)
        yield (
            f'<p><label for="lang">{label["filter"]}</label> <select id="lang"><option value="">{label["all"]}</option>'
            f"{choices}</select></p>\n<script>addEventListener('DOMContentLoaded',function(){{{_SCRIPT}}})</script>\n"
        )


def _row(row: Judged, name: str, label: Mapping[str, str]) -> Iterator[str]:
    article = row.example.article
    lang = article.lang or "und"
    values = " · ".join(f"{_text(label.get(s.metric, s.metric))} {s.value:.2f}" for s in row.scores)
    yield f'<details class="row" data-lang="{_text(lang)}"><summary>{_text(article.title or article.id)}'
    yield f' <span class="note">{values}</span></summary>\n<div class="pair">\n<div><h3>{label["summary"]}</h3>\n'
    evidence = trace(row.example.summary, article)
    found = [one for score in row.scores for one in score.evidence]
    yield f'<p class="text" lang="{_text(lang)}">{_linked(row.example.summary, evidence, found, name)}</p>\n'
    listed = [f"<li>{_text(one.kind)}: {_text(one.text)}</li>" for one in found if one.kind not in _SILENT]
    if listed:
        yield f'<div class="warn"><h4>{label["found"]}</h4><ul>{"".join(listed)}</ul></div>\n'
    yield "".join(_signals(score, label) for score in row.scores)
    yield "</div>\n<div>\n" + "\n".join(source(article, list(evidence), name, label["article"]))
    yield "\n</div>\n</div>\n</details>\n"


def _signals(score: Score, label: Mapping[str, str]) -> str:
    if not score.signals:
        return ""
    parts = ", ".join(f"{_text(name)} {value:.2f}" for name, value in score.signals.items())
    return f'<p class="note"><b>{_text(label.get(score.metric, score.metric))}</b>: {parts}</p>\n'


def _linked(summary: str, evidence: Sequence[Evidence], found: Sequence[Finding], name: str) -> str:
    """The summary, each sentence a link to the source sentence that carries it, unsupported words marked."""
    marks = sorted({(one.start, one.end, one.kind) for one in found if one.kind in _INLINE and one.start is not None})
    spans = [(start, end, kind) for start, end, kind in marks if start is not None and end is not None]
    parts, at = [], 0
    for one in evidence:
        start = summary.find(one.text, at)
        if start < 0:
            continue
        parts.append(_marked(summary, at, start, spans))
        inner = _marked(summary, start, start + len(one.text), spans)
        parts.append(inner if one.sentence is None else f'<a href="#{name}-s{one.sentence}">{inner}</a>')
        at = start + len(one.text)
    return "".join([*parts, _marked(summary, at, len(summary), spans)])


def _marked(text: str, start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    parts, at = [], start
    for begin, stop, kind in spans:
        begin, stop = max(begin, at), min(stop, end)
        if begin < stop:
            parts += [
                _text(text[at:begin]),
                f'<span class="bad" title="{_text(kind)}">{_text(text[begin:stop])}</span>',
            ]
            at = stop
    return "".join([*parts, _text(text[at:end])])


def _text(text: str) -> str:
    return escape(safe.plain(text))
