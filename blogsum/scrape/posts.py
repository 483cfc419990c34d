"""One post that a listing named, and its page -> a row of the dataset, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from blogsum import pipeline
from blogsum.errors import UserError
from blogsum.read import links
from blogsum.read.entries import Entry, plain
from blogsum.text.metadata import Metadata, iso_date
from blogsum.text.teaser import kept_teaser
from blogsum.types import Article, Page, Unreadable

SHORTEST = 50  # words: below it there is nothing to summarise
# Where a teaser may stand in a blog; one with any other source was written in the dataset.
HARVESTED = (
    *("excerpt", "og:description", "description", "json-ld", "twitter:description", "dc.description"),
    *("dcterms.abstract", "front matter", "feed"),
)
NOT_A_POST = "not a post"
_SURE = ("feed", "wordpress", "export", "list", "file")  # who lists posts and nothing else
_DAY = re.compile(r"(?:^|/)((?:19|20)\d\d)[-/](\d\d)[-/](\d\d)[-/_]")
_LOCAL = ("export", "file")


@dataclass(frozen=True)
class Skip:
    """A post that was not taken: its address (or file) and the reason; ``final`` if asking again will not help."""

    id: str
    reason: str
    final: bool = True

    @property
    def kind(self) -> str:
        """The reason without what is particular to this post, to count by."""
        return re.split(r" \(|: | of (?=\S+$)", self.reason)[0]


def is_sure(entry: Entry) -> bool:
    """Whether the entry was listed where nothing but posts is."""
    return entry.kind in _SURE


def needs_page(entry: Entry) -> bool:
    """Whether the post must be asked for: not when its listing holds all of it and a teaser that a person wrote."""
    if entry.page is None or not entry.whole:
        return True
    if entry.kind in _LOCAL:
        return False
    text = plain(entry.page.content.decode("utf-8", "replace"))
    return not any(kept_teaser(words, text) for _, words in entry.summaries)


def post(entry: Entry, page: Page | None) -> Article | Skip:
    """The row of ``entry``; ``page`` is what stands at its address, if it was asked for."""
    shown = entry.page if entry.kind == "file" else page
    try:
        facts = pipeline.about(shown) if shown and shown.media_type == "text/html" else Metadata()
    except UserError as error:  # a page made to be slow
        return Skip(entry.url, str(error))
    if (entry.kind == "file" and _is_page(entry, facts)) or (not is_sure(entry) and not _is_post(entry, page, facts)):
        return Skip(entry.url, NOT_A_POST)
    article = _article(entry, page)
    if isinstance(article, Unreadable):
        return Skip(entry.url, article.reason)
    if len(article.text.split()) < SHORTEST:
        return Skip(entry.url, f"too short ({len(article.text.split())} words)")
    source, summary = next(_teasers(entry, article, facts), (None, None))
    url = None if entry.kind == "file" else _address(entry, page, facts)
    return replace(
        article,
        id=url or article.url or entry.url,
        url=url or article.url,
        title=entry.title or article.title,
        author=_author(entry.author) or article.author or facts.author,
        date=entry.date or article.date or facts.date or _date_of(entry.url),
        summary=summary,
        summary_source=source,
    )


def _article(entry: Entry, page: Page | None) -> Article | Unreadable:
    """The clean article: of the listing if it has all of it, else of the page, else of what the listing has."""
    first, second = (entry.page, page) if entry.whole else (page, entry.page)
    found: Article | Unreadable = Unreadable(entry.url, "no article found on this page")
    for source in (first, second):
        if source is not None:
            found = pipeline.understand(source)
            if isinstance(found, Article):
                return found
    return found


def _is_post(entry: Entry, page: Page | None, facts: Metadata) -> bool:
    """Whether a page that only a sitemap or a link led to is a post, by what it says and by its address."""
    if facts.kind or page is None:
        return facts.kind == "post"
    address = page.url or entry.url
    return not links.is_navigation(address) and (links.looks_like_post(address) or facts.date is not None)


def _is_page(entry: Entry, facts: Metadata) -> bool:
    """Whether a file is an overview or a legal page of a site, by its name and by what it says."""
    name = re.sub(r"(?:/(?:_?index|readme))?\.[a-z]+$", "", "/" + entry.url, flags=re.IGNORECASE)
    return facts.kind == "page" or links.is_navigation(f"http://folder{name}")


def _teasers(entry: Entry, article: Article, facts: Metadata) -> Iterator[tuple[str, str]]:
    """Where a person's teaser stands, and its words: WordPress's excerpt, the page, front matter, the feed."""
    listed = [pair for pair in entry.summaries if pair[0] != "feed"]
    own = [(article.summary_source or "description", article.summary)] if article.summary else []
    fed = [pair for pair in entry.summaries if pair[0] == "feed"]
    for source, words in (*listed, *facts.summaries, *own, *fed):
        if kept := kept_teaser(words, article.text):
            yield source, kept


def _address(entry: Entry, page: Page | None, facts: Metadata) -> str:
    """The post's own address: the page's canonical one if it is of this host and not that of the whole blog."""
    address = links.canonical(page.url or entry.url) if page else entry.url
    address = address or entry.url
    declared = links.canonical(facts.url or "", address) if facts.url else None
    if declared and links.host(declared) == links.host(address):
        is_home = urlsplit(declared).path == "/" and not urlsplit(declared).query
        if not is_home:
            return declared
    return address


def _date_of(name: str) -> str | None:
    """The day in an address or file name: ``/2021/03/07/title``, ``_posts/2021-03-07-title.md``."""
    match = _DAY.search(name)
    return iso_date("-".join(match.groups())) if match else None


def _author(name: str | None) -> str | None:
    return None if not name or name.casefold() in {"admin", "administrator", "wordpress", "root"} else name
