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
from blogsum.report.board_words import LABELS, number, reason, word
from blogsum.report.evaluation import NO_CONTROLS, Controls
from blogsum.report.page import source
from blogsum.summarize.evidence import trace
from blogsum.types import Evidence, Finding, Judged, Score

_BINS = 10
_INLINE = frozenset({"number", "name", "quote", "claim", "word", "mojibake"})  # shorter than a sentence: marked in it
_SILENT = frozenset({"word", "missing"})
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
.warn,.said{border:1px solid #b3261e;border-radius:.4rem;padding:.5rem 1rem;margin-block:1rem}
.said.passed{border-color:#2e7d32}.said.ask{border-color:#b26a00}.card{display:flex;flex-direction:column}
.card svg{margin-top:auto}.axis{display:flex;justify-content:space-between;border-top:1px solid #888a}
summary:focus-visible,a:focus-visible,select:focus-visible{outline:.15rem solid #3b73af;outline-offset:.1rem}
pre{overflow-x:auto}[hidden]{display:none}
"""
# the only script: shows the figures and the rows of one language
_SCRIPT = """
document.getElementById("lang").addEventListener("change",function(){var l=this.value;
document.querySelectorAll(".row,.figures").forEach(function(r){
r.hidden=r.classList.contains("figures")?r.dataset.lang!==l:l!==""&&r.dataset.lang!==l})});
"""


def page(
    rows: Sequence[Judged],
    decision: Decision | None = None,
    lang: str = "en",
    controls: Controls = NO_CONTROLS,
    advisory: Sequence[str] = (),
) -> Iterator[str]:
    """The parts of the page, its labels in ``lang`` (en or de); ``advisory`` metrics are marked as such."""
    words = LABELS[lang]
    yield (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words['title']}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{words['title']}</h1>\n"
    )
    ordered = sorted(rows, key=lambda row: sum(score.value for score in row.scores))
    if decision is not None:
        yield from _said(decision, {row.example.article.id: n for n, row in enumerate(ordered, 1)}, lang)
    langs = sorted({_lang(row) for row in rows})
    if len(langs) > 1:
        yield from _filter(langs, lang)
    yield from _figures(rows, _beside(rows, decision, lang, controls), lang, advisory)
    for one in langs if len(langs) > 1 else ():
        yield from _figures([row for row in rows if _lang(row) == one], [], lang, advisory, one)
    yield f"<h2>{words['worst']}</h2>\n"
    for number_, row in enumerate(ordered, 1):
        yield from _row(row, f"r{number_}", lang)
    yield "</main>\n</body>\n</html>\n"


def _lang(row: Judged) -> str:
    return row.example.article.lang or "und"


def _said(decision: Decision, places: Mapping[str, int], lang: str) -> Iterator[str]:
    """The gate's verdict, why, and the articles that broke, each a link to its row."""
    words, outcome = LABELS[lang], decision.verdict.outcome
    reasons = "".join(f"<li>{_text(reason(one, lang))}</li>" for one in decision.verdict.reasons)
    yield f'<div class="said {outcome}" role="note"><h2>{words[outcome]}</h2><ul>{reasons}</ul>\n'
    if decision.broken:
        listed = "".join(
            f'<li><a href="#r{places[one.id]}">{_text(one.id)}</a>: '
            f"{_text('; '.join(reason(why, lang) for why in one.reasons))}</li>"
            for one in decision.broken
        )
        yield f"<details><summary>{words['broken']}: {len(decision.broken)}</summary><ul>{listed}</ul></details>\n"
    yield "</div>\n"


def _beside(rows: Sequence[Judged], decision: Decision | None, lang: str, controls: Controls) -> list[str]:
    """For each criterion what stands below its figure."""
    found = []
    for place, score in enumerate(rows[0].scores):
        known = {} if decision is None else {LABELS[lang]["baseline"]: decision.compared[place].baseline}
        known |= {word(name, lang): means[score.metric] for name, means in controls.items()}
        found.append("".join(f'<div class="note">{_text(name)} {number(v, lang)}</div>' for name, v in known.items()))
    return found


def _figures(
    rows: Sequence[Judged], beside: Sequence[str], lang: str, advisory: Sequence[str], only: str = ""
) -> Iterator[str]:
    """The headline figures of all languages, or hidden those of ``only`` one."""
    words = LABELS[lang]
    yield f'<div class="figures" data-lang="{_text(only)}"{" hidden" * bool(only)}>\n'
    yield f'<p class="note">{len(rows)} {words["count"]}</p>\n<div class="cards">\n'
    for place, score in enumerate(rows[0].scores):
        values = [row.scores[place].value for row in rows]
        mean = stats.mean(values)
        mark = f'<div class="note">{words["advisory"]}</div>' if score.metric in advisory else ""
        yield (
            f'<section class="card"><h2>{_text(word(score.metric, lang))}</h2>{mark}<b>{number(mean.value, lang)}</b>'
            f'<div class="note">{words["interval"]}: {number(mean.low, lang)}–{number(mean.high, lang)}</div>'
            f"{beside[place] if beside else ''}{_bars(values, lang)}</section>\n"
        )
    yield "</div>\n</div>\n"


def _bars(values: Sequence[float], lang: str) -> str:
    """How the values spread over ten equal steps from 0 to 1, as a drawing with its numbers for screen readers."""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(value * _BINS))] += 1
    most = max(counts)
    bars = "".join(
        f'<rect x="{10 * place}" y="{30 - 30 * count / most:.1f}" width="9" height="{30 * count / most:.1f}"/>'
        for place, count in enumerate(counts)
    )
    parts = [f"{place / _BINS:.1f}: {count}".replace(".", LABELS[lang]["point"]) for place, count in enumerate(counts)]
    spoken = "; ".join(part for part, count in zip(parts, counts, strict=True) if count)
    drawn = f'<svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label="{spoken}">{bars}</svg>'
    return f'{drawn}<div class="note axis" aria-hidden="true"><span>0</span><span>1</span></div>'


def _filter(langs: Sequence[str], lang: str) -> Iterator[str]:
    words = LABELS[lang]
    choices = "".join(f'<option value="{_text(one)}">{_text(one)}</option>' for one in langs)
    yield (
        f'<p><label for="lang">{words["filter"]}</label> <select id="lang" autocomplete="off">'
        f'<option value="">{words["all"]}</option>{choices}</select></p>\n'
        f"<script>addEventListener('DOMContentLoaded',function(){{{_SCRIPT}}})</script>\n"
    )


def _row(row: Judged, name: str, lang: str) -> Iterator[str]:
    words, article, own = LABELS[lang], row.example.article, _text(_lang(row))
    values = " · ".join(f"{_text(word(s.metric, lang))} {number(s.value, lang)}" for s in row.scores)
    yield f'<details class="row" id="{name}" data-lang="{own}"><summary>{_text(article.title or article.id)}'
    yield f' <span class="note">{values}</span></summary>\n<div class="pair">\n<div><h3>{words["summary"]}</h3>\n'
    evidence = trace(row.example.summary, article)
    found = [one for score in row.scores for one in score.evidence]
    yield f'<p class="text" lang="{own}">{_linked(row.example.summary, evidence, found, name, lang)}</p>\n'
    shown = [one for one in found if one.kind not in _SILENT]
    listed = [f"<li>{_text(word(one.kind, lang))}{': ' * bool(one.text)}{_text(one.text)}</li>" for one in shown]
    if listed:
        yield f'<div class="warn"><h4>{words["found"]}</h4><ul>{"".join(listed)}</ul></div>\n'
    yield "".join(_signals(score, lang) for score in row.scores)
    yield "</div>\n<div>\n" + "\n".join(source(article, list(evidence), name, words["article"]))
    yield "\n</div>\n</div>\n</details>\n"


def _signals(score: Score, lang: str) -> str:
    if not score.signals:
        return ""
    gap = "; " if lang == "de" else ", "
    parts = gap.join(f"{_text(word(name, lang))} {number(value, lang)}" for name, value in score.signals.items())
    return f'<p class="note"><b>{_text(word(score.metric, lang))}</b>: {parts}</p>\n'


def _linked(summary: str, evidence: Sequence[Evidence], found: Sequence[Finding], name: str, lang: str) -> str:
    """The summary, each sentence a link to the source sentence that carries it, unsupported words marked."""
    inline = [one for one in found if one.kind in _INLINE and one.start is not None]
    marks = sorted({(one.start, one.end, word(one.kind, lang)) for one in inline})
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
