"""Which elements of a page are not its article, told by what they are called; knows nothing about their text.

Pages name their furniture: tags, roles, schema.org properties, ids and classes. Names are read as words
(``shareButtons``, ``share_buttons`` and ``share-buttons`` alike), German and English, never as one site's own.
An element that holds the article itself is kept whatever it is called: themes put ``sidebar`` on ``<body>``.
"""

# ruff: noqa: E501, SIM905, PERF401 - tables of words and patterns: broken or quoted one by one they could not be read
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Element = Any

_W = r"(?<![a-z])"  # a word of a name starts, and …
_E = r"(?![a-z])"  # … ends
_FURNITURE = {
    "comments": r"comments?|commentlist|respond|disqus|kommentare?|kommentar(?:modul|content|bereich|liste)|trackbacks?"
    r"|pingbacks?|replies|dsq|akismet|webmentions?",
    "related": r"related(?:posts?)?|similar|recommend(?:ed|ations?)|yarpp|outbrain|taboola|zergnet|plista|crp|wp-rp|popular|trending"
    r"|most-(?:read|viewed)|latest-(?:posts?|news)|recent-(?:posts?|comments?)|see-also|read-?next|read-?also|also-read|more-(?:posts|stories|news|articles)"
    r"|next-(?:posts?|articles?)|prev(?:ious)?-(?:posts?|articles?)|weitere-(?:artikel|beitraege)|aehnliche|auch-interessant|cross-?links?"
    r"|infinite-scroll|teaser-(?:list|grid|row)|linkbox|lesetipps?",
    "share": r"shar(?:e|es|ing|edaddy)|share-?(?:bar|box|buttons?|links?|this)|social(?:bar|media|links?|icons?|box)?|shariff|addtoany|a2a|addthis"
    r"|heateor|ssba|sociable|likes?-widget|fb-like|facebook-like|tweet-?button|follow-?us|sd-(?:block|social|like|sharing)|jp-relatedposts|socials",
    "newsletter": r"newsletters?|mailchimp|mc4wp|subscribe|subscription|sign-?up|opt-?in|mailpoet|cleverreach|sendinblue|abonnieren",
    "donation": r"donat(?:e|ion|ions)|spenden?|spendenaufruf|patreon|paypal|steady|flattr|ko-?fi|buy-me-a-coffee|support-us|crowdfunding",
    "author": r"author-?(?:box|bio|card|info|profile|description|area|block|section|avatar|details|meta|wrap)|about-?(?:the-)?author|saboxplugin"
    r"|authorbox|m-a-box|abh-box|byline|autor(?:en)?-?(?:box|info|profil)|post-author|entry-author|biography",
    "meta": r"(?:post|entry|article|blog|item|content|news)-?(?:meta(?:data)?|info|details|footer|utility|tags|categories|terms|date|byline|stats|nav)"
    r"|posted-(?:on|in|by)|postmetadata|metadata|meta|meta-(?:info|data|bar|line|list)|dateline|timestamp|reading-?time|lesezeit|pubdate|cat-links|tag-?(?:list|links|cloud)"
    r"|tags(?:-links)?|taglist|schlagworte|entry-categories|post-?views|view-count|edit-link|permalink|print-?link|publish(?:ed)?-date",
    "contents": r"toc|toc-container|ez-toc|lwptoc|table-of-contents|inhaltsverzeichnis|tableofcontents|rank-math-toc",
    "consent": r"cookies?|consent|gdpr|dsgvo|borlabs|usercentrics|cmp|embed-privacy|content-blocker|brlbs|cmplz|iubenda",
    "navigation": r"nav(?:bar|box|igation)?|menu|submenu|breadcrumbs?|pagination|pager|paging|page-links|skip-link|sitemap|toolbar|nav-?links"
    r"|post-navigation|jump-?links?|back-to-top|mega-?menu",
    "aside": r"sidebars?|widgets?|widget-area|masthead|site-(?:header|footer|info|branding|title)|footer|colophon|page-footer|footer-widgets?",
    "advert": r"ads?|adsbygoogle|adverts?|advertis(?:ement|ing)|anzeigen?|werbung|sponsor(?:ed)?|promo(?:tion|box)?|banner|affiliate-?box|paid-?content"
    r"|ad-(?:slot|container|wrapper|unit)|amazon-?box|aawp",
    "caption": r"captions?|wp-caption(?:-text)?|bildunterschrift|bu|image-?(?:credits?|caption|source)|photo-?(?:credits?|caption)|bildnachweis|bildquelle"
    r"|credits?|caption-text|media-caption|unterschrift|imagecaption",
    "form": r"search-?(?:form|box)|login|loginform|log-in|captcha|contact-?form|wpcf7|gform|poll|quiz",
    "rating": r"ratings?|star-rating|votes?|voting|post-ratings|kk-star-ratings|yasr",
    "overlay": r"modal|popup|pop-up|overlay|lightbox|tooltip|off-?canvas|toast|snackbar|screen-reader-text|sr-only|visually-hidden|visuallyhidden|assistive-text"
    r"|robots-nocontent|print-only|no-?js|hide|is-hidden",
    "license": r"licen[sc]e|cc-license|lizenz|copyright",
    "audio": r"audio-?player|read-?aloud|vorlesen|text-to-speech|readspeaker|podcast-?player|powerpress-links",
}  # fmt: skip
_NAMES = re.compile("|".join(f"(?P<{kind}>{_W}(?:{names}){_E})" for kind, names in _FURNITURE.items()))
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_|--+")
# classes that WordPress, Bootstrap, Tailwind and page builders put on everything, and that say nothing
_NEUTRAL = re.compile(
    r"(?:tag|category|cat|author|post-tag|format|type|status|has|no|with|is|not|elementor|wp-block|vc|fl|et|col|row|m[trblxy]?|p[trblxy]?)-\S*"
    r"|\S*:\S*|\S*\d{4,}\S*|.*-(?:open|closed|enabled|disabled|off|none|left|right|active|sticky)"
)
_ROLES = frozenset(
    "navigation complementary contentinfo search dialog alertdialog alert toolbar menu menubar tooltip banner".split(
        " "
    )
)
_TAGS = frozenset("nav footer form dialog menu address aside".split(" "))
_CONTENT = re.compile(
    rf"{_W}(?:(?:entry|post|article|blog|story|single|blogpost|page|main)-?(?:content|body|text|inner)|articlebody|e-content|post-?entry|beitrag(?:stext)?"
    rf"|artikel(?:text)?|storytext|bodytext|fulltext){_E}"
)
_PROPERTIES = frozenset(
    "author publisher dateModified datePublished comment aggregateRating interactionStatistic keywords".split(" ")
)
# goes at any length
_OUTRIGHT = frozenset({"comments", "related", "newsletter", "donation", "author", "consent", "hidden"})
_INLINE = frozenset({"span", "b", "strong", "i", "em", "u", "small", "a", "font", "mark", "abbr"})
_LAID_OUT = frozenset({"html", "body", "tr", "td", "tbody", "br"})  # says where something stands, not what it is
_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@lru_cache(maxsize=4096)
def names(identity: str, classes: str) -> str:
    """An element's id and classes as lower-case words joined by hyphens, one name a space; names without meaning left out."""
    found = []
    for name in [identity, *classes.split()]:
        if name and not (_NEUTRAL.fullmatch(name) and name != identity):
            found.append(_SPLIT.sub("-", name).lower())
    return " ".join(found)


def of(element: Element) -> str:
    """The names of an element, see ``names``."""
    return names((element.get("id") or "")[:200], (element.get("class") or "")[:1000])


@lru_cache(maxsize=4096)
def _named(words: str) -> str | None:
    match = _NAMES.search(words)
    return match.lastgroup if match else None


def furniture(element: Element) -> str | None:
    """What kind of furniture this element says it is (a key of the table above), None if it does not say so."""
    tag = element.tag
    if tag in _TAGS:
        return str(tag)
    if element.get("role") in _ROLES:
        return "role"
    if (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _NONE.search(element.get("style") or "")
    ):
        return "hidden"
    if element.get("itemprop") in _PROPERTIES and tag not in ("body", "article", "main"):
        return "property"
    words = of(element)
    return _named(words) if words else None


def is_content(element: Element) -> bool:
    """Whether the element says that it holds the article."""
    return element.get("itemprop") == "articleBody" or bool(_CONTENT.search(of(element)))


def size(element: Element) -> int:
    """Characters of text under an element."""
    return sum(len(text.strip()) for text in element.itertext())


def prune(body: Element, title: Element | None = None) -> Iterator[tuple[str, str]]:
    """Remove the furniture under ``body``; yields (kind, text) of what goes. ``title`` is the headline's element."""
    for element in list(body.iter("script", "style", "template")):
        _remove(element)
    _open_noscript(body)
    sheltered = _sheltered(body, title)
    named = {element: kind for element in body.iterdescendants() if (kind := furniture(element))}
    amounts = _amounts(body)
    whole = max(1, amounts[body][0])
    prose = max(1, amounts[body][1] - sum(amounts[element][1] for element in _outermost(named, _OUTRIGHT)))
    for element, kind in named.items():
        if element.tag in _LAID_OUT or element in sheltered or element.getparent() is None:
            continue
        amount, told = amounts[element]
        if amount > 0.45 * whole and kind not in ("comments", "hidden"):
            continue
        if element.tag in _INLINE and kind not in ("hidden", "overlay") and _runs_on(element):
            continue
        if kind not in _OUTRIGHT and (told > 0.45 * prose or (told > 200 and is_content(element))):
            continue
        yield kind, " ".join(" ".join(element.itertext()).split())
        _remove(element)


def _runs_on(element: Element) -> bool:
    """Whether a marked word stands in a running sentence: ``<p><span class="dateline">KOBE</span> A total of …``."""
    parent = element.getparent()
    return parent.tag in ("p", "li", "blockquote", "td") and len((element.tail or "").split()) >= 8


def _outermost(named: dict[Element, str], kinds: frozenset[str]) -> Iterator[Element]:
    """The elements of these kinds that stand in no other of them."""
    found = {element for element, kind in named.items() if kind in kinds}
    return (element for element in found if found.isdisjoint(element.iterancestors()))


def _amounts(body: Element) -> dict[Element, tuple[int, int]]:
    """For every element the characters under it, and those in runs of 60 or more outside links: prose."""
    elements = list(body.iter())
    amounts = dict.fromkeys(elements, (0, 0))
    for element in reversed(elements):  # children before their parents, so that one pass is enough
        whole, prose = amounts[element]
        own = len(element.text.strip()) if element.text else 0
        amounts[element] = whole, prose = whole + own, 0 if element.tag == "a" else prose + (own if own >= 60 else 0)
        parent = element.getparent()
        if element is not body and parent is not None:
            tail = len(element.tail.strip()) if element.tail else 0
            above = amounts[parent]
            amounts[parent] = above[0] + whole + tail, above[1] + prose + (tail if tail >= 60 else 0)
    return amounts


def _sheltered(body: Element, title: Element | None) -> set[Element]:
    """The elements that hold the headline or the largest declared article, with everything around them."""
    declared = [element for element in body.iter("div", "article", "section", "main", "td") if is_content(element)]
    keep = {body}
    largest = max(declared, key=size, default=None)
    for element in (title, largest):
        if element is not None and (element is title or size(element) > 200):
            keep.add(element)
            keep.update(element.iterancestors())
    return keep


def _open_noscript(body: Element) -> None:
    """Put a ``<noscript>`` that carries the article (a whole text beside a script template) in its own place."""
    for element in list(body.iter("noscript")):
        if size(element) > 500 and element.find(".//p") is not None:
            element.drop_tag()
        else:
            _remove(element)


def _remove(element: Element) -> None:
    """Take an element out of its tree, its tail text stays; removed descendants of removed elements are no error."""
    if element.getparent() is not None:
        element.drop_tree()
