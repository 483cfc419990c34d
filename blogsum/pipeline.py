"""The one picture as code, read this first: article -> clean text -> summary -> digest.

Knows in which order the rooms are visited, and nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from blogsum.errors import UserError
from blogsum.settings import Settings
from blogsum.types import Article, Digest, Page, Unreadable

if TYPE_CHECKING:
    from blogsum.summarize import Summarizer
    from blogsum.summarize.lengths import Budget
    from blogsum.text.metadata import Metadata


def pages(names: Sequence[str], settings: Settings, refresh: bool = False) -> Iterator[Page | Article | Unreadable]:
    """What the sources hold, in order: pages not yet understood, records, and what could not be read."""
    from blogsum.read.sources import sources

    return sources(names, settings, refresh=refresh)


def understand(item: Page | Article | Unreadable, lang: str | None = None) -> Article | Unreadable:
    """The clean article in ``item``, or why there is none; ``lang`` overrules what the text looks like."""
    article = extracted(item)
    if isinstance(article, Unreadable):
        return article
    try:
        return _finished(article, lang)
    except UserError as error:
        return Unreadable(article.id, str(error), error.hint)


def extracted(item: Page | Article | Unreadable) -> Article | Unreadable:
    """The article in ``item`` before it is cleaned, or why there is none."""
    if not isinstance(item, Page):
        return item
    try:
        return _article(item)
    except UserError as error:
        return Unreadable(item.source, str(error), error.hint)


def articles(
    reference: str, settings: Settings, lang: str | None = None, refresh: bool = False
) -> Iterator[Article | Unreadable]:
    """The rows that ``reference`` means: a version (``blog@3``, ``blog``), or any source, understood and cleaned.

    A file or folder of the name of a dataset goes before it. UserError for a version that is damaged or is not there.
    """
    import os

    from blogsum.store import datasets

    named = datasets.is_reference(reference) or reference in datasets.names(settings.datasets)
    if named and not os.path.lexists(reference):
        yield from datasets.articles(datasets.find(settings.datasets, reference))
        return
    for item in pages([reference], settings, refresh):
        yield understand(item, lang)


def digest(
    item: Page | Article | Unreadable, budgets: Sequence[Budget], summarizer: Summarizer, lang: str | None = None
) -> Digest:
    """Everything made of one source: its article and a summary for each of ``budgets``, or the reason why not."""
    return _digest(understand(item, lang), budgets, summarizer)


def _digest(article: Article | Unreadable, budgets: Sequence[Budget], summarizer: Summarizer) -> Digest:
    if isinstance(article, Unreadable):
        return Digest(None, (), article)
    try:
        return Digest(article, tuple(summarizer.summarize(article, budget) for budget in budgets), None)
    except UserError as error:
        return Digest(article, (), Unreadable(article.id, str(error), error.hint))
    except MemoryError:
        hint = "a model reads less with a smaller --max-input"
        return Digest(article, (), Unreadable(article.id, "there is not enough memory for it", hint))
    except Exception as error:  # a bug on one article must not cost the rest of a batch
        return Digest(article, (), Unreadable(article.id, f"internal error: {type(error).__name__}: {error}", "a bug"))


def digests(
    items: Iterable[Page | Article | Unreadable],
    budgets: Sequence[Budget],
    summarizer: Summarizer,
    lang: str | None = None,
    ahead: int = 16,
) -> Iterator[Digest]:
    """``digest`` of each item, in order; the summariser hears of ``ahead`` articles at once."""
    rest = iter(items)
    while chunk := list(islice(rest, ahead)):
        understood = [understand(item, lang) for item in chunk]
        with suppress(Exception):  # one article that cannot be prepared is named when its turn comes
            summarizer.prepare([one for one in understood if not isinstance(one, Unreadable)])
        for one in understood:
            yield _digest(one, budgets, summarizer)


def about(page: Page) -> Metadata:
    """What a page of HTML says of itself."""
    from blogsum.read.charset import decode
    from blogsum.text.html import parse
    from blogsum.text.metadata import metadata

    return metadata(parse(decode(page)), page.url)


def _article(page: Page) -> Article:
    """Take the article out of a page, by what kind of page it is; not yet cleaned."""
    from blogsum.read.charset import decode

    text = decode(page)
    if page.media_type == "text/html":
        from blogsum.text.html import extract

        found = extract(text, page.url)
        return Article(
            id=page.source,
            text=found.text,
            title=found.title,
            author=found.author,
            date=found.date,
            lang=found.lang,
            url=found.url or page.url,
            summary=found.summary,
            summary_source=found.summary_source,
        )
    if page.media_type == "text/markdown":
        from blogsum.read.markdown import fields, split
        from blogsum.text.markdown import to_light

        meta, body = split(text)
        known = fields(meta)
        source = "front matter" if "summary" in known else None
        return replace(Article(page.source, to_light(body), summary_source=source), **known)  # type: ignore[arg-type]
    return Article(id=page.source, text=text, url=page.url)


def _finished(article: Article, lang: str | None) -> Article:
    """The article cleaned, titled and with its language known; UserError if no text remains."""
    from blogsum.text.clean import clean
    from blogsum.text.language import detect

    text = clean(article.text)
    if not any(character.isalnum() for character in text):
        raise UserError("no text to read", hint="the source is empty once markup is taken away")
    return replace(article, text=text, lang=lang or article.lang or detect(text))
