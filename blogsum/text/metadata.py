"""What a page says of itself: title, author, date, language, address, the teaser a human wrote.

Read from JSON-LD, Open Graph, Dublin Core and HTML's own elements, in this order of trust where they disagree;
never guessed from running text (htmldate's search of whole pages costs more than the extraction itself).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

Element = Any

_TYPES = (
    "Article BlogPosting NewsArticle TechArticle Report ScholarlyArticle SocialMediaPosting LiveBlogPosting"
    " OpinionNewsArticle ReportageNewsArticle AnalysisNewsArticle Recipe Review WebPage"
)
_ARTICLE_TYPES = frozenset(_TYPES.split())
_SPACE = re.compile(r"\s+")
_TAGS = re.compile(r"<[^<>]{1,500}>")
_SEPARATOR = re.compile(r"\s+[|–—·•»«:›‹/~-]+\s+|\s*\|\s*|\s+::\s+|: (?=[^:]+$)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_GERMAN = re.compile(r"(?<!\d)(\d{1,2})\.\s*(\d{1,2})\.\s*((?:19|20)\d\d)(?!\d)")
_LONG = re.compile(r"(?<!\d)(\d{1,2})\.?(?:st|nd|rd|th)?\s+([A-Za-zä]{3,9})\.?,?\s+((?:19|20)\d\d)(?!\d)")
_AMERICAN = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)")
_IN_URL = re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$)|/((?:19|20)\d\d)-(\d\d)-(\d\d)[-/]")
_CALENDAR = (
    "jan januar jänner january,feb februar february,mär märz mar march maerz,apr april,mai may,jun juni june"
    ",jul juli july,aug august,sep sept september,okt oktober oct october,nov november,dez dezember dec december"
)
_MONTHS = {name: number for number, names in enumerate(_CALENDAR.split(","), 1) for name in names.split()}
_POST_CLASSES = frozenset(["single-post", "single-format-standard", "post-template-default"])
_PAGE_CLASSES = frozenset(
    ["page", "home", "archive", "category", "tag", "search", "error404", "author", "blog", "date"]
)


@dataclass(frozen=True)
class Metadata:
    """``summaries`` are the descriptions it gives of itself, without the site's slogan, as pairs of where each stood
    and its words, the likeliest first; ``date`` is ISO 8601 (a day); ``kind`` is ``post``, ``page`` (an overview, an
    imprint …) or empty where the page does not tell.
    """

    title: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str | None = None
    url: str | None = None
    site: str | None = None
    summaries: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    @property
    def summary(self) -> str | None:
        """The likeliest description."""
        return self.summaries[0][1] if self.summaries else None


def metadata(tree: Element, url: str | None = None) -> Metadata:
    """Read what ``tree`` (a whole document) says of itself; ``url`` is the address it came from."""
    meta = _meta(tree)
    record = _article_record(tree)
    site = meta.get("og:site_name") or _name(record.get("publisher"))
    title = _title(tree, meta, record, site)
    return Metadata(
        title=title,
        author=_author(tree, meta, record, site),
        date=_date(tree, meta, record, url),
        lang=_lang(tree, meta),
        url=_canonical(tree, meta, url),
        site=site,
        summaries=tuple(_summaries(meta, record, title, site)),
        kind=_kind(tree, meta, record),
    )


def _line(text: object) -> str | None:
    """One clean line of what a page declares: entities and tags gone; None if nothing remains."""
    if not isinstance(text, str):
        return None
    return _SPACE.sub(" ", _TAGS.sub(" ", unescape(text[:5000]))).strip() or None


def _meta(tree: Element) -> dict[str, str]:
    """The ``<meta>`` elements by lower-case name or property; the first of each wins."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = _line(element.get("content"))
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _records(tree: Element) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, outer before inner; broken JSON is skipped."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > 2_000_000:
            continue
        try:
            waiting = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting = value + waiting
            elif isinstance(value, dict):
                yield value
                waiting.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value)


def _article_record(tree: Element) -> dict[str, Any]:
    """The JSON-LD object of the article itself: the most specific type wins over ``WebPage``."""
    best: dict[str, Any] = {}
    for record in _records(tree):
        kinds = record.get("@type")
        names = {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
        if not names & _ARTICLE_TYPES:
            continue
        if names != {"WebPage"}:
            return {**best, **record}
        best = best or record
    return best


def _name(value: object) -> str | None:
    if isinstance(value, list):
        names = [name for name in map(_name, value[:10]) if name]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        return _line(value.get("name"))
    return _line(value)


def _text(element: Element) -> str | None:
    return _line(" ".join(element.itertext()))


def _title(tree: Element, meta: dict[str, str], record: dict[str, Any], site: str | None) -> str | None:
    """The headline: what the page declares, but in the words of its one ``<h1>`` if that is contained."""
    element = tree.find(".//head/title")
    element = element if element is not None else tree.find(".//title")
    whole = _text(element) if element is not None else None
    heads = [text for head in tree.iter("h1") if (text := _text(head))]
    declared = _line(record.get("headline")) or meta.get("og:title") or meta.get("twitter:title") or whole
    for head in heads:
        if declared and len(head) > 3 and _same(head, declared):
            return head
    if declared:
        return without_site(declared, site, whole)
    return heads[0] if heads else None


def _same(head: str, declared: str) -> bool:
    """Whether a headline is the declared title, perhaps with the site's name before or after it."""
    head, declared = head.casefold(), declared.casefold()
    return declared == head or (
        len(head) >= 0.4 * len(declared) and (declared.startswith(head) or declared.endswith(head))
    )


def without_site(title: str, site: str | None, whole: str | None = None) -> str:
    """Cut the site's name from a title: the part that is the name, or the shorter end after the last separator."""
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    if site:
        for end, rest in ((parts[-1], 0), (parts[0], 1)):
            if end.casefold() in site.casefold() or site.casefold() in end.casefold():
                cut = title[len(end) :] if rest else title[: -len(end)]
                return cut.strip(" \t|–—·•»«:›‹/~-") or title
        return title
    if title == whole and " | " in title:
        return title.rsplit(" | ", 1)[0].strip()
    return title


def _author(tree: Element, meta: dict[str, str], record: dict[str, Any], site: str | None) -> str | None:
    candidates = [_name(record.get("author")), meta.get("author"), meta.get("article:author"), meta.get("dc.creator")]
    for path in ('.//*[@rel="author"]', './/*[@itemprop="author"]', './/*[@class="author"]', './/*[@class="byline"]'):
        element = tree.find(path)
        if element is not None:
            candidates.append(_text(element))
    for candidate in candidates:
        name = _person(candidate)
        if name and name != site:
            return name
    return None


def _person(name: str | None) -> str | None:
    """A usable name: no address, no account number, not a whole sentence."""
    if not name:
        return None
    name = re.sub(
        r"^(?:von|by|autor(?:in)?:?|author:?|geschrieben von|written by|posted by)\s+", "", name.strip(), flags=re.I
    )
    if not 2 <= len(name) <= 100 or "://" in name or "@" in name or name.isdigit():
        return None
    return None if name.casefold() in {"admin", "administrator", "wordpress", "root", "webmaster"} else name


def iso_date(text: str | None) -> str | None:
    """First full date in ``text`` as ``YYYY-MM-DD`` (ISO, ``3. Mai 2021``, ``May 3, 2021``, ``3.5.2021``); or None."""
    if not text:
        return None
    text = text[:200]
    for pattern, order in ((_ISO, (1, 2, 3)), (_GERMAN, (3, 2, 1)), (_LONG, (3, 2, 1)), (_AMERICAN, (3, 1, 2))):
        for match in pattern.finditer(text):
            year, month, day = (match[group] for group in order)
            number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
            try:
                return date(int(year), number, int(day)).isoformat()
            except ValueError:
                continue
    return None


def _date(tree: Element, meta: dict[str, str], record: dict[str, Any], url: str | None) -> str | None:
    names = (
        "article:published_time datepublished dc.date.issued dcterms.issued dc.date dcterms.date date pubdate"
        " parsely-pub-date"
    )
    candidates = [_line(record.get("datePublished")), *(meta.get(name) for name in names.split())]
    for path in (
        './/*[@itemprop="datePublished"]',
        ".//time[@pubdate]",
        ".//article//time",
        ".//header//time",
        ".//time",
    ):
        element = tree.find(path)
        if element is not None:
            candidates += [element.get("datetime"), element.get("content"), _text(element)]
    for candidate in candidates:
        if found := iso_date(candidate):
            return found
    match = _IN_URL.search(urlsplit(url).path) if url and "://" in url else None
    return iso_date("-".join(part.zfill(2) for part in match.groups() if part)) if match else None


def _lang(tree: Element, meta: dict[str, str]) -> str | None:
    root = tree if tree.tag == "html" else tree.find(".//html")
    declared = (
        (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")) if root is not None else None
    )
    declared = declared or meta.get("og:locale") or meta.get("dc.language")
    match = re.match(r"([a-zA-Z]{2,3})(?:[-_]|$)", (declared or "").strip())
    return match[1].lower() if match else None


def _canonical(tree: Element, meta: dict[str, str], url: str | None) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return _address(link.get("href"), url) or url
    return _address(meta.get("og:url"), url) or url


def _address(href: str | None, base: str | None) -> str | None:
    try:
        address = urljoin(base or "", (href or "").strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def _summaries(
    meta: dict[str, str], record: dict[str, Any], title: str | None, site: str | None
) -> Iterator[tuple[str, str]]:
    names = ("og:description", "description", "twitter:description", "dc.description", "dcterms.abstract", "excerpt")
    for source, text in (("json-ld", _line(record.get("description"))), *((name, meta.get(name)) for name in names)):
        if text and not _is_slogan(text, title, site):
            yield source, text


def _kind(tree: Element, meta: dict[str, str], record: dict[str, Any]) -> str:
    """What the page says it is; WordPress's classes first, because its plugins call every page an article."""
    body = tree.find(".//body")
    classes = set(((body.get("class") if body is not None else "") or "").lower().split())
    if classes & _POST_CLASSES or any(re.fullmatch(r"postid-\d+", name) for name in classes):
        return "post"
    if classes & _PAGE_CLASSES or any(re.match(r"page-(?:id-\d|template)", name) for name in classes):
        return "page"
    kinds = record.get("@type")
    if record and {kinds if isinstance(kinds, str) else ""} != {"WebPage"}:
        return "post"
    article = meta.get("og:type", "").lower() == "article" or "article:published_time" in meta
    return "post" if article else ""


def _is_slogan(text: str, title: str | None, site: str | None) -> bool:
    """Whether a description says nothing of this article: the site's or the article's name, or a few words."""
    plain = text.casefold().strip(" .|-–")
    return plain in ((site or "").casefold(), (title or "").casefold()) or len(plain.split()) < 4
