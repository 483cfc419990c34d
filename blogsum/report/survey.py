"""What is in a dataset, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from blogsum.report import safe
from blogsum.report.words import Words

if TYPE_CHECKING:
    from blogsum.data.explore import Distribution, Group, Survey

SCHEMA = "blogsum/survey/1"
_GROUPS, _POSTS = 12, 20  # authors and posts shown in a terminal
_TITLE, _NAME = 60, 30  # characters of a title, of a name


def record(survey: Survey, name: str) -> dict[str, Any]:
    """The whole survey as plain data of the schema above."""
    return {"schema": SCHEMA, "dataset": name} | asdict(survey)


def text(survey: Survey, name: str, lang: str = "en") -> str:
    """The survey as aligned text, its labels in ``lang``; long lists are cut, and say so."""
    words = Words(lang)
    if not survey.articles:
        return words("empty") + "\n"
    sections = [
        [words("survey", name=safe.line(name))],
        _facts(survey, words),
        _states(survey, words),
        _measures(survey, words),
        _groups(survey.languages, words, "language"),
        _groups(survey.authors, words, "author"),
        _times(survey, words),
        _topics(survey, words),
        _duplicates(survey, words),
        _lacking(survey, words),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _facts(survey: Survey, words: Words) -> list[str]:
    alike = sum(len(group.posts) for group in survey.duplicates)
    groups = words("in groups", count=words.number(alike), groups=words.number(len(survey.duplicates)))
    rows = [
        (words("articles"), words.number(survey.articles)),
        (words("words"), words.number(survey.words)),
        (words("languages"), languages(survey, words)),
        (words("authors"), words.number(sum(bool(group.name) for group in survey.authors))),
        (words("dates"), period(survey, words)),
        (words("duplicates"), groups if alike else words("no duplicates")),
    ]
    return list(table(rows, "ll"))


def languages(survey: Survey, words: Words) -> str:
    """The six most frequent languages, each with its articles."""
    found = [f"{short(group.name, 12)} {words.number(group.articles)}" for group in survey.languages]
    return ", ".join(found[:6]) + (", …" if len(found) > 6 else "")


def period(survey: Survey, words: Words) -> str:
    """First and last month, and how many articles have none."""
    parts = []
    if survey.dates:
        parts.append(words("from to", first=survey.dates[0][0], last=survey.dates[-1][0]))
    if survey.undated:
        parts.append(words("undated", count=words.number(survey.undated)))
    return ", ".join(parts)


def _states(survey: Survey, words: Words) -> list[str]:
    found = [(name, count) for name, count in survey.states.items() if count or name == "usable"]
    rows = [(f"  {words(name)}", words.number(count), words.share(count, survey.articles)) for name, count in found]
    return [words("summaries"), *table(rows, "lrr")]


def _measures(survey: Survey, words: Words) -> list[str]:
    head = (words("measure"), *(words(name) for name in ("mean", "least")), "25 %", words("median"), "75 %")
    rows: list[Sequence[str]] = [(*head, words("most"))]
    for label, found in distributions(survey):
        rows.append((words(label), *(words.number(value) for value in numbers(found))))
    return list(table(rows, "lrrrrrr"))


def distributions(survey: Survey) -> Iterator[tuple[str, Distribution]]:
    """The distributions that there are, each with its label."""
    for label, found in (("article words", survey.article_words), ("summary words", survey.summary_words)):
        if found:
            yield label, found
    for name, found in survey.measures.items():
        yield "lead share" if name == "lead" else name, found


def numbers(found: Distribution) -> tuple[float, ...]:
    """What a row of a table says of a distribution."""
    return found.mean, found.least, found.lower, found.median, found.upper, found.most


def _groups(groups: Sequence[Group], words: Words, kind: str) -> list[str]:
    """One line for each language or author: how much, how long; the middle half of the lengths in brackets."""
    head = (words(kind), words("articles"), words("words"), words("usable"))
    rows: list[Sequence[str]] = [(*head, words("article words"), words("summary words"))]
    rows += [_group(group, words) for group in groups[:_GROUPS]]
    rest = len(groups) - _GROUPS
    return [*table(rows, "lrrrll"), *([words("more", count=words.number(rest))] if rest > 0 else ())]


def _group(group: Group, words: Words) -> tuple[str, ...]:
    counts = (words.number(count) for count in (group.articles, group.words, group.usable))
    lengths = (middle(found, words) for found in (group.article_words, group.summary_words))
    return (short(group.name, _NAME) or words("unknown"), *counts, *lengths)


def middle(found: Distribution | None, words: Words) -> str:
    """Median and quartiles: "793 (504–1,245)"."""
    if found is None:
        return "–"
    return (
        f"{words.number(round(found.median))} ({words.number(round(found.lower))}–{words.number(round(found.upper))})"
    )


def _times(survey: Survey, words: Words) -> list[str]:
    found = times(survey)
    if len(found) < 2:
        return []
    most = max(count for _, count in found)
    rows = [
        (name, words.number(count), "█" * max(1, round(40 * count / most)) if count else "") for name, count in found
    ]
    return [words("over time"), *table(rows, "lrl")]


def times(survey: Survey) -> list[tuple[str, int]]:
    """Articles by month when there are at most 24 months from first to last, else by year; gaps are zeros."""
    counts = dict(survey.dates)
    if not counts:
        return []
    first, last = min(counts), max(counts)
    months = _months(first, last)
    if months and len(months) <= 24:
        return [(month, counts.get(month, 0)) for month in months]
    years: dict[str, int] = {str(year): 0 for year in range(int(first[:4]), int(last[:4]) + 1)}
    for month, count in counts.items():
        years[str(int(month[:4]))] += count
    return list(years.items())


def _months(first: str, last: str) -> list[str]:
    """The months from first to last, none when a date knows only its year."""
    if len(first) < 7 or len(last) < 7:
        return []
    start, end = (12 * int(month[:4]) + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


def _topics(survey: Survey, words: Words) -> list[str]:
    rows = [
        (topic.year, short(topic.lang, 12), ", ".join(safe.line(word) for word in topic.words))
        for topic in survey.topics
    ]
    return [words("topics"), *table(rows, "lll")] if rows else []


def _duplicates(survey: Survey, words: Words) -> list[str]:
    lines = [f"{words('duplicates')} ({words('similarity')})"]
    for group in survey.duplicates[:_POSTS]:
        lines.append(words.number(round(group.similarity, 2)))
        lines += [f"  {safe.line(post.id)}  {short(post.title)}" for post in group.posts]
    rest = len(survey.duplicates) - _POSTS
    return [*lines, *([words("more", count=words.number(rest))] if rest > 0 else ())] if survey.duplicates else []


def _lacking(survey: Survey, words: Words) -> list[str]:
    posts = survey.lacking
    if not posts:
        return []
    rows = [
        (words(post.state), safe.line(post.id), short(post.author, _NAME), short(post.title)) for post in posts[:_POSTS]
    ]
    head = f"{words('lacking')}: {words.number(len(posts))}"
    rest = len(posts) - _POSTS
    return [head, *table(rows, "llll"), *([words("more", count=words.number(rest))] if rest > 0 else ())]


def short(value: str | None, length: int = _TITLE) -> str:
    """A title or name on one line, cut where it would break the table."""
    text = safe.line(value or "")
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def table(rows: Iterable[Sequence[str]], sides: str) -> Iterator[str]:
    """Lines of aligned columns, two spaces between; ``sides`` holds l or r for each column."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(sides))] if cells else []
    for row in cells:
        aligned = (
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, sides, strict=True)
        )
        yield "  ".join(aligned).rstrip()
