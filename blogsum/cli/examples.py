"""Summaries to be judged, from what a person names: strict, for nothing may be left out silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.types import Article, Example

_LINES = (".jsonl", ".ndjson")


def articles(name: str, settings: Settings, lang: str | None) -> Iterator[Article]:
    """The articles of a source or of a version, ``blog@3:test`` one part of it; UserError at the first unreadable."""
    from blogsum import pipeline
    from blogsum.types import Unreadable

    whole, part = _part(name, settings)
    parts: set[str] = set()
    found = False
    for item in pipeline.articles(whole, settings, lang):
        if isinstance(item, Unreadable):
            raise UserError(f"{item.source}: {item.reason}", hint=item.hint)
        parts.add(item.split or "")
        if part in ("", item.split):
            found = True
            yield item
    if part and not found:
        known = ", ".join(sorted(parts - {""}))
        hint = f"it has {known}" if known else f"blogsum data split {whole.partition('@')[0]} makes parts"
        raise UserError(f"{name}: {whole} has no part '{part}'", hint=hint)


def examples(name: str, settings: Settings, lang: str | None) -> Iterator[Example]:
    """The rows with the summaries they bring; UserError at the first that has none."""
    from blogsum.types import Example

    for item in articles(name, settings, lang):
        if not (item.summary or "").strip():
            raise UserError(f"{name}: '{item.id}' has no summary", hint="every row needs a field 'summary'")
        yield Example(item, item.summary or "", item.references, item.system)


def several(names: Sequence[str], settings: Settings, lang: str | None, sources: Sequence[str] = ()) -> list[Example]:
    """The summaries of all ``names``, of several systems for the same articles if need be.

    A system that no row names is called after its file. ``sources`` hold the articles of rows without text, as
    ``summarize`` writes them. UserError names the first row that cannot be used, and two texts under one id.
    """
    texts = {one.id: one for name in sources for one in articles(name, settings, lang)}
    found: list[Example] = []
    seen: dict[str, str] = {}
    keys = set()
    for name in names:
        rows = _lines(name, settings, lang, texts) if _is_lines(name) else examples(name, settings, lang)
        for one in rows:
            if len(names) > 1 and not one.system:
                one = replace(one, system=Path(name).stem if _is_lines(name) else name)
            if seen.setdefault(one.article.id, one.article.text) != one.article.text:
                raise UserError(f"{name}: the article '{one.article.id}' has another text than before")
            key = (one.article.id, one.system, one.summary)
            if key in keys:
                raise UserError(f"{name}: the same summary of '{one.article.id}' stands in an earlier row")
            keys.add(key)
            found.append(one)
    return found


def with_articles(name: str, sources: Sequence[str], settings: Settings, lang: str | None) -> list[Example]:
    """The summaries of one system and their articles, each article once; UserError names what is there twice."""
    found = several((name,), settings, lang, sources)
    seen = set()
    for one in found:
        if one.article.id in seen:
            raise UserError(f"{name}: has the id '{one.article.id}' of an earlier row")
        seen.add(one.article.id)
    return found


def _part(name: str, settings: Settings) -> tuple[str, str]:
    """``blog@3:test`` as what is read and the part of it; a name that can be read as it is has no part."""
    from blogsum.store import datasets

    whole, colon, part = name.rpartition(":")
    if not colon or Path(name).exists():
        return name, ""
    known = datasets.is_reference(whole) or whole in datasets.names(settings.datasets) or Path(whole).is_file()
    return (whole, part) if known and part else (name, "")


def _is_lines(name: str) -> bool:
    return name.lower().endswith(_LINES)


def _lines(name: str, settings: Settings, lang: str | None, texts: Mapping[str, Article]) -> Iterator[Example]:
    """The rows of a JSONL file, of which several may have the same id."""
    from blogsum import jsonl, pipeline
    from blogsum.files import digest
    from blogsum.read.records import from_record
    from blogsum.types import Example, Unreadable

    empty = True
    for number, row in enumerate(jsonl.read(name), 1):
        empty, place = False, f"{name}: row {number}"
        try:
            article = from_record(_whole(row, place, texts), place)
        except ValueError as error:
            raise UserError(f"{place}: {error}", hint="each needs text and summary") from error
        item = pipeline.understand(article, lang)
        if isinstance(item, Unreadable):
            raise UserError(f"{place}: {item.reason}", hint=item.hint)
        if not (item.summary or "").strip():
            raise UserError(f"{place}: has no summary", hint="every row needs a field 'summary'")
        if item.id == place:  # no id: what two files say of one article belongs together
            item = replace(item, id=digest(item.text)[:12])
        yield Example(item, item.summary or "", item.references, item.system)
    if empty:
        raise UserError(f"{name}: has no rows")


def _whole(row: Mapping[str, Any], place: str, texts: Mapping[str, Article]) -> Mapping[str, Any]:
    """A row that ``summarize`` wrote with its article and its first summary; any other as it is."""
    made = row.get("summaries")
    if row.get("text") or not isinstance(made, list) or not made:
        return row
    article = texts.get(str(row.get("id")))
    if article is None:
        what = f"'{row.get('id')}' is not among the articles" if texts else "has no field 'text'"
        raise UserError(f"{place}: {what}", hint="--articles names what the summaries were made of", code=USAGE)
    kept = {name: row[name] for name in ("id", "title", "url", "lang", "system") if row.get(name)}
    return {**kept, "lang": article.lang, "text": article.text, "summary": made[0]["text"]}
