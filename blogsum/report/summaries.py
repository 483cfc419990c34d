"""Summaries of articles as text, Markdown, HTML, JSON or CSV, with or without where each sentence stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from blogsum import jsonl
from blogsum.report import safe
from blogsum.report.articles import as_json
from blogsum.text.blocks import blocks
from blogsum.types import Article, Digest, Evidence, Summary, Unsupported

SCHEMA = "blogsum/summary/1"
PROSE = ("paragraph", "item", "quote")
_COLUMNS = ("id", "title", "url", "lang", "system", "length", "text", "chars", "words")
_WHERE = ("sentences", "spans")  # only with evidence


def write(digests: Iterable[Digest], form: str, evidence: bool = False) -> Iterator[str]:
    """The parts of the answer in ``form`` (text, md, html, json, jsonl or csv), in order, each ready to be written.

    JSON is one object, or a list when there is not just one. A digest without summaries has its ``error`` and
    ``hint`` in JSON, CSV and HTML; text and Markdown, which are for pasting, leave it out. Headings stand in text and
    Markdown only where several articles or lengths must be told apart.
    """
    if form == "jsonl":
        yield from (safe.escaped(jsonl.dumps(record(digest, evidence))) + "\n" for digest in digests)
    elif form == "json":
        yield from as_json(record(digest, evidence) for digest in digests)
    elif form == "csv":
        yield from _csv(digests, evidence)
    elif form == "html":
        from blogsum.report.page import page

        yield from page(digests, evidence)
    else:
        yield from _prose(digests, evidence, form == "md")


def record(digest: Digest, evidence: bool = False) -> dict[str, Any]:
    """One article's summaries as plain data of the schema above.

    Sentences always say where they stand; ``evidence`` adds the source sentence and the number of its paragraph.
    """
    article, error = digest.article, digest.error
    known: dict[str, Any] = {"schema": SCHEMA}
    if article is not None:
        known |= {"id": article.id, "title": article.title, "url": article.url, "lang": article.lang}
    elif error is not None:
        known["id"] = error.source
    if digest.summaries:
        known["system"] = digest.summaries[0].system
        known["summaries"] = [_summary(one, article if evidence else None) for one in digest.summaries]
    if error is not None:
        known |= {"error": error.reason, "hint": error.hint}
    return known


def _summary(summary: Summary, article: Article | None) -> dict[str, Any]:
    sentences = []
    for one in summary.evidence:
        place = {"text": one.text, "sentence": one.sentence, "start": one.start, "end": one.end, "exact": one.exact}
        if article is not None:
            place |= {"paragraph": paragraph(one, article), "source": source(one, article)}
        sentences.append(place)
    known: dict[str, Any] = {"note": summary.note} if summary.note else {}
    if summary.left_out:
        known["left_out"] = [{"start": start, "end": end} for start, end in summary.left_out]
    return {
        "length": summary.length,
        "text": summary.text,
        "chars": len(summary.text),
        "words": len(summary.text.split()),
        "sentences": sentences,
        "unsupported": [
            {"kind": one.kind, "text": one.text, "start": one.start, "end": one.end} for one in summary.unsupported
        ],
        **known,
    }


def source(evidence: Evidence, article: Article) -> str | None:
    """The article's sentence that carries this one."""
    return None if evidence.start is None else article.text[evidence.start : evidence.end]


def paragraph(evidence: Evidence, article: Article) -> int | None:
    """The number, from 1, of the paragraph, list item or quote in which the carrying sentence stands."""
    start = evidence.start
    if start is None:
        return None
    prose = [block for block in blocks(article.text) if block.kind in PROSE]
    return next((number for number, block in enumerate(prose, 1) if block.start <= start < block.end), None)


def findings(unsupported: Iterable[Unsupported]) -> Iterator[str]:
    """One line for a person on each thing that the article does not say."""
    for one in unsupported:
        what = safe.line(one.text)
        if one.kind == "negation":
            yield f"negation that differs from the article: {what}"
        else:
            yield f"{one.kind} not in the article: {what}"


def where(evidence: Evidence, article: Article) -> str:
    """In words where a sentence stands, with the source sentence when that reads differently."""
    found = source(evidence, article)
    if found is None or evidence.sentence is None:
        return "no sentence of the article says this"
    place = f"paragraph {paragraph(evidence, article)}, sentence {evidence.sentence + 1}"
    place += f", characters {evidence.start}–{evidence.end}"
    return place if found == evidence.text else f"{place}: {safe.line(found)}"


def _prose(digests: Iterable[Digest], evidence: bool, is_markdown: bool) -> Iterator[str]:
    rest = ((digest.article, digest.summaries) for digest in digests if digest.article and digest.summaries)
    first, second = next(rest, None), next(rest, None)
    for number, (article, summaries) in enumerate(chain((d for d in (first, second) if d is not None), rest)):
        text = _article(article, summaries, second is not None, evidence, is_markdown)
        yield ("\n" if number else "") + text


def _article(article: Article, summaries: tuple[Summary, ...], several: bool, evidence: bool, is_markdown: bool) -> str:
    name = safe.line(article.title or article.id)
    parts = [("# " + safe.markdown(name) if is_markdown else f"== {name} ==") + "\n"] if several else []
    for summary in summaries:
        if len(summaries) > 1:
            parts.append(("## " if is_markdown else "") + safe.line(summary.length) + ("\n" if is_markdown else ":"))
        parts.append(_text(summary, article if evidence else None, is_markdown))
        if len(summaries) > 1 and summary is not summaries[-1]:
            parts.append("")
    return "\n".join(parts) + "\n"


def _text(summary: Summary, article: Article | None, is_markdown: bool) -> str:
    """The summary itself; with its article, a line under each sentence, and the findings."""
    bullets = summary.text.startswith("- ")
    if article is None:
        lines = safe.plain(summary.text).split("\n")
        return "\n".join(_marked(line) for line in lines) if is_markdown else "\n".join(lines)
    lines = []
    for one in summary.evidence:
        said = ("- " if bullets else "") + safe.line(one.text)
        place = where(one, article)
        indent = "  " if bullets else ""
        shown = (
            [_marked(said), "", f"{indent}> " + safe.markdown(place), ""] if is_markdown else [said, "    ↳ " + place]
        )
        lines += shown
    found = list(findings(summary.unsupported))
    if found and not is_markdown:
        lines += ["", *("! " + one for one in found)]
    elif found:
        lines += [f"**{one.split(':')[0]}:**{safe.markdown(one[one.index(':') + 1 :])}\n" for one in found]
    return "\n".join(lines).rstrip("\n")


def _marked(line: str) -> str:
    """One line of a summary as Markdown; the mark of a bullet stays one."""
    return "- " + safe.markdown(line[2:]) if line.startswith("- ") else safe.markdown(line)


def _csv(digests: Iterable[Digest], evidence: bool) -> Iterator[str]:
    """A row for each summary, or one with the error; columns are fixed."""
    yield _row([*_COLUMNS, *(_WHERE if evidence else ()), "unsupported", "error", "hint"])
    for digest in digests:
        data = record(digest)
        shared = [data.get(name) for name in _COLUMNS[:5]]
        for one in data.get("summaries", ()):
            places = [s for s in one["sentences"] if s["sentence"] is not None]
            cells = [*shared, one["length"], one["text"], one["chars"], one["words"]]
            if evidence:
                cells += [" ".join(str(s["sentence"]) for s in places)]
                cells += [" ".join(f"{s['start']}:{s['end']}" for s in places)]
            yield _row([*cells, "; ".join(f"{u['kind']} {u['text']}" for u in one["unsupported"]), "", ""])
        if digest.error is not None:
            gap = [""] * (4 + (len(_WHERE) if evidence else 0) + 1)
            yield _row([*shared, *gap, data["error"], data["hint"]])


def _row(cells: list[Any]) -> str:
    out = io.StringIO()
    shown = ["" if c is None else c if isinstance(c, int) else safe.cell(str(c)) for c in cells]
    csv.writer(out, lineterminator="\r\n").writerow(shown)
    return out.getvalue()
