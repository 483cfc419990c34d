"""An article as text, Markdown with front matter, or JSON: what ``blogsum read`` shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from blogsum import jsonl
from blogsum.read.records import SCHEMA, to_record
from blogsum.report import safe
from blogsum.text.blocks import blocks
from blogsum.types import Article, Unreadable

_FRONT = ("title", "author", "date", "lang", "url", "summary")


def write(articles: Iterable[Article | Unreadable], form: str) -> Iterator[str]:
    """The parts of the answer in ``form`` (text, md, json or jsonl), in order, each ready to be written.

    JSON is one object, or a list when there is not just one. A source that gave no article has a record with
    ``error`` and ``hint`` in JSON; text and Markdown leave it out.
    """
    if form == "jsonl":
        yield from (safe.escaped(jsonl.dumps(record(item))) + "\n" for item in articles)
    elif form == "json":
        yield from as_json(record(item) for item in articles)
    else:
        one: Callable[[Article], str] = {"text": text, "md": markdown}[form]
        # a front matter of its own starts each article of a Markdown stream, an empty line pair each of a text
        for number, item in enumerate(item for item in articles if isinstance(item, Article)):
            yield ("\n\n" if number else "") + one(item)


def record(item: Article | Unreadable) -> dict[str, Any]:
    """The fields that exist, with the schema's version; for an unreadable source its name, reason and hint."""
    if isinstance(item, Unreadable):
        return {"schema": SCHEMA, "id": item.source, "error": item.reason, "hint": item.hint}
    return to_record(item)


def as_json(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One indented object, or a list of them when there are none or several; the list is written as it comes."""
    rest = iter(records)
    first, second = next(rest, None), next(rest, None)
    if first is not None and second is None:
        yield safe.dumps(first) + "\n"
        return
    yield "["
    for number, one in enumerate(chain((r for r in (first, second) if r is not None), rest)):
        yield ("," if number else "") + "\n" + safe.dumps(one)
    yield "\n]\n"


def text(article: Article) -> str:
    """Title and body for reading in a terminal: marks of headings and quotes gone, items with ``- ``."""
    parts = [safe.line(article.title)] if article.title else []
    previous = ""
    for block in blocks(article.text):
        content = safe.plain(article.text[block.start : block.end])
        content = f"- {content}" if block.kind == "item" else content
        if block.kind == "heading" and parts == [content]:
            continue  # the title stands above already
        joined = block.kind == previous and block.kind in ("item", "code", "table")
        parts.append(("\n" if joined else "\n\n" if parts else "") + content)
        previous = block.kind
    return "".join(parts) + "\n"


def markdown(article: Article) -> str:
    """Light Markdown with YAML front matter, which reads back as the same article."""
    values = [(name, getattr(article, name)) for name in _FRONT]
    # a JSON string is a YAML string
    front = [f"{name}: {json.dumps(safe.line(value), ensure_ascii=False)}" for name, value in values if value]
    head = "---\n" + "\n".join(front) + "\n---\n\n" if front else ""
    return head + body(article.text) + "\n"


def body(light: str) -> str:
    """Light Markdown as Markdown: what could be taken for inline markup outside of code is escaped."""
    pieces, at = [], 0
    for block in blocks(light):
        content = light[block.start : block.end]
        shown = content if block.kind in ("code", "table") else safe.markdown(content)
        pieces += [light[at : block.start], shown]
        at = block.end
    return safe.plain("".join([*pieces, light[at:]])).strip("\n")
