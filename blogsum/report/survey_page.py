"""What is in a dataset as one HTML page: plots, the numbers beneath each, no script, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from blogsum.report import safe
from blogsum.report.plots import Bar, Range, columns, ranges, rows, scale, text
from blogsum.report.survey import distributions, languages, middle, numbers, period, times
from blogsum.report.words import Words

if TYPE_CHECKING:
    from blogsum.data.explore import Distribution, Group, Post, Survey

_GROUPS, _POSTS = 20, 1000  # authors shown, posts listed
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root{color-scheme:light dark;--back:#fff;--text:#1a1d21;--soft:#59616b;--line:#d9dee4}
:root{--bar:#2f6fb2;--range:#a9c7e8;--mark:#b3471b}
@media (prefers-color-scheme:dark){
:root{--back:#15181c;--text:#e6e9ed;--soft:#a3acb7;--line:#353c45;--bar:#6ba6e4;--range:#34577d;--mark:#f0935f}
}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem 1rem 4rem}
body{background:var(--back);color:var(--text)}
h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem}h3{font-size:1rem;margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
.facts div{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem;overflow-wrap:anywhere}
.facts dt{color:var(--soft);font-size:.85rem}.facts dd{margin:0;font-size:1.15rem;font-weight:600}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:1.5rem}
figure{margin:0;min-width:0;max-width:40rem}figcaption p{color:var(--soft);font-size:.85rem;margin:.1rem 0 .4rem}
svg{display:block;width:100%;height:auto;font:16px system-ui,sans-serif}
svg text{fill:var(--soft)}.bar{fill:var(--bar)}.range{fill:var(--range)}.grid{stroke:var(--line)}
.mark{stroke:var(--mark);stroke-width:2;stroke-dasharray:4 3}
details{margin:.3rem 0}summary{cursor:pointer;color:var(--soft);font-size:.85rem;padding:.25rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;width:100%}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top}
td{overflow-wrap:anywhere;min-width:4rem}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
"""


def page(survey: Survey, name: str, lang: str = "en") -> str:
    """The page, its labels in ``lang``; titles and names of strangers are shown as the text they are."""
    words = Words(lang)
    heading = words("survey", name=safe.line(name))
    body: Iterable[str] = [f"<p>{text(words('empty'))}</p>"] if not survey.articles else _sections(survey, words)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<link rel="icon" href="data:,">\n<title>{text(heading)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n'
        f"<main>\n<h1>{text(heading)}</h1>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def _sections(survey: Survey, words: Words) -> Iterator[str]:
    yield _facts(survey, words)
    yield _section(words.title("summaries"), [_states(survey, words)])
    figures = list(_measures(survey, words))
    lengths = (survey.article_words is not None) + (survey.summary_words is not None)
    yield _section(words.title("lengths"), figures[:lengths])
    if figures[lengths:]:
        yield _section(words.title("measures"), figures[lengths:])
    for kind, groups in (("language", survey.languages), ("author", survey.authors)):
        yield _section(words.title(f"{kind}s"), _lengths(groups, words, kind))
    if len(times(survey)) > 1:
        yield _section(words.title("over time"), [_times(survey, words)])
    if survey.topics:
        found = [(topic.year, topic.lang, ", ".join(topic.words)) for topic in survey.topics]
        head = (words("year"), words("language"), words("words"))
        yield f"<h2>{text(words.title('topics'))}</h2>\n{_table(head, found)}"
    if survey.duplicates:
        yield _duplicates(survey, words)
    if survey.lacking:
        yield _lacking(survey.lacking, words)


def _facts(survey: Survey, words: Words) -> str:
    alike = sum(len(group.posts) for group in survey.duplicates)
    groups = words("in groups", count=words.number(alike), groups=words.number(len(survey.duplicates)))
    usable = survey.states["usable"]
    found = [
        (words("articles"), words.number(survey.articles)),
        (words("words"), words.number(survey.words)),
        (words("summaries usable"), f"{words.number(usable)} ({words.share(usable, survey.articles)})"),
        (words("languages"), languages(survey, words)),
        (words("authors"), words.number(sum(bool(group.name) for group in survey.authors))),
        (words("dates"), period(survey, words)),
        (words("duplicates"), groups if alike else words("no duplicates")),
    ]
    inner = "".join(f"<div><dt>{text(label)}</dt><dd>{text(value)}</dd></div>" for label, value in found)
    return f'<dl class="facts">{inner}</dl>'


def _section(title: str, figures: Iterable[str]) -> str:
    return f'<h2>{text(title)}</h2>\n<div class="plots">\n' + "\n".join(figures) + "\n</div>"


def _figure(title: str, about: str, picture: str, table: str, words: Words) -> str:
    """A plot with its caption above it and its numbers in a table that unfolds beneath."""
    return (
        f"<figure><figcaption><h3>{text(title)}</h3><p>{text(about)}</p></figcaption>\n{picture}\n"
        f"<details><summary>{text(words('table'))}</summary>{table}</details></figure>"
    )


def _states(survey: Survey, words: Words) -> str:
    found = [(words(name), count) for name, count in survey.states.items() if count or name == "usable"]
    says = [f"{words.number(count)} ({words.share(count, survey.articles)})" for _, count in found]
    bars = [Bar(label, count, says_) for (label, count), says_ in zip(found, says, strict=True)]
    about = "; ".join(f"{bar.label}: {bar.says}" for bar in bars)
    table = _table((words("why"), words("articles")), [(bar.label, bar.says) for bar in bars], numeric=1)
    picture = rows("states", words.title("summaries"), about, bars)
    return _figure(words.title("why"), words("about states"), picture, table, words)


def _measures(survey: Survey, words: Words) -> Iterator[str]:
    for place, (label, found) in enumerate(distributions(survey)):
        about = words("about lead" if label == "lead share" else f"about {label}")
        yield _histogram(f"m{place}", words.title(label), about, found, words)


def _histogram(key: str, title: str, about: str, found: Distribution, words: Words) -> str:
    names = ("mean", "least", "lower", "median", "upper", "most")
    facts = [(words(name), words.number(value)) for name, value in zip(names, numbers(found), strict=True)]
    last = len(found.bins) - 1
    bars, edges = [], []
    for place, (start, end, count) in enumerate(found.bins):
        more = place == last and found.most > end
        label = f"≥ {words.number(start)}" if more else f"{words.number(start)} – {words.number(end)}"
        bars.append(Bar(label, count, f"{label}: {words.number(count)}"))
        edges.append(words.number(start))
    edges.append("" if found.most > found.bins[-1][1] else words.number(found.bins[-1][1]))
    every = max(1, round(len(edges) / 6))
    ticks = [edge if place % every == 0 else "" for place, edge in enumerate(edges)]
    width = found.bins[0][1] - found.bins[0][0]
    mark = min(found.median / width, float(len(bars)))
    says = f"{about}. " + ", ".join(f"{name}: {value}" for name, value in facts)
    table = _table((words("measure"), words("count")), facts, numeric=1) + _table(
        (words("range"), words("count")), [(bar.label, words.number(bar.value)) for bar in bars], numeric=1
    )
    note = f"{about}; {words('median')} {words.number(found.median)}"
    return _figure(title, note, columns(key, title, says, bars, ticks, mark), table, words)


def _lengths(groups: Sequence[Group], words: Words, kind: str) -> Iterator[str]:
    """Two plots: lengths of articles and of summaries, the largest groups first."""
    shown = groups[:_GROUPS]
    head = (words(kind), words("articles"), words("words"), words("usable"), words("article words"))
    table = _table(
        (*head, words("summary words")),
        [
            (
                group.name or words("unknown"),
                words.number(group.articles),
                words.number(group.words),
                words.number(group.usable),
                middle(group.article_words, words),
                middle(group.summary_words, words),
            )
            for group in shown
        ],
        numeric=5,
    )
    rest = words("more on page", count=words.number(len(groups) - _GROUPS)) if len(groups) > _GROUPS else ""
    lengths: tuple[tuple[str, Callable[[Group], Distribution | None]], ...] = (
        ("article words", lambda group: group.article_words),
        ("summary words", lambda group: group.summary_words),
    )
    for label, pick in lengths:
        found = [(group.name or words("unknown"), pick(group)) for group in shown]
        lines = [Range(name, one.lower, one.median, one.upper, middle(one, words)) for name, one in found if one]
        if lines:
            marks = [(value, words.number(value)) for value in scale(max(line.upper for line in lines))]
            about = "; ".join(f"{line.label}: {line.says}" for line in lines)
            picture = ranges(f"{kind}-{label.split()[0]}", words.title(label), about, lines, marks)
            note = ", ".join(part for part in (words("middle half"), rest) if part)
            yield _figure(words.title(label), note, picture, table, words)


def _times(survey: Survey, words: Words) -> str:
    found = times(survey)
    unit = words("per month" if "-" in found[0][0] else "per year")
    bars = [Bar(label, count, f"{label}: {words.number(count)}") for label, count in found]
    every = max(1, round(len(bars) / 8))
    ticks = [bar.label if place % every == 0 else "" for place, bar in enumerate(bars)]
    table = _table(
        (words("period"), words("articles")), [(bar.label, words.number(bar.value)) for bar in bars], numeric=1
    )
    picture = columns("times", words.title("over time"), "; ".join(bar.says for bar in bars), bars, ticks)
    return _figure(words.title("articles"), unit, picture, table, words)


def _duplicates(survey: Survey, words: Words) -> str:
    found = [
        (words.number(round(group.similarity, 2)), post.id, post.title or "", post.author or "")
        for group in survey.duplicates[:_POSTS]
        for post in group.posts
    ]
    head = (words("similarity"), "id", words("title"), words("author"))
    return f"<h2>{text(words.title('duplicates'))}</h2>\n{_table(head, found)}"


def _lacking(posts: Sequence[Post], words: Words) -> str:
    found = [(words(post.state), post.id, post.title or "", post.author or "") for post in posts[:_POSTS]]
    head = (words("why"), "id", words("title"), words("author"))
    title = f"{words.title('lacking')}: {words.number(len(posts))}"
    rest = f"<p>{text(words('more', count=words.number(len(posts) - _POSTS)))}</p>" if len(posts) > _POSTS else ""
    return f"<h2>{text(title)}</h2>\n{_table(head, found)}{rest}"


def _table(head: Sequence[str], found: Iterable[Sequence[str]], numeric: int = 0) -> str:
    """A table; its last ``numeric`` columns are numbers."""
    first = len(head) - numeric
    kinds = ['class="n"' if place >= first else "" for place in range(len(head))]
    heads = "".join(f'<th scope="col" {kind}>{text(cell)}</th>' for cell, kind in zip(head, kinds, strict=True))
    lines = (
        "<tr>"
        + "".join(f"<td {kind}>{text(safe.line(cell))}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row in found
    )
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
