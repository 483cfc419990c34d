"""Which elements of a page are not its article, told by what they are called; knows nothing about their text.

Pages name their furniture: tags, roles, schema.org properties, ids and classes. Names are read as words
(``shareButtons``, ``share_buttons`` and ``share-buttons`` alike), German and English, never as one site's own.
An element that holds the article itself is kept whatever it is called: themes put ``sidebar`` on ``<body>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from blogsum.text.light import HEADINGS
from blogsum.text.naming import CONTENT, FURNITURE, NEUTRAL, PARTS, STATES, one_of

Element = Any

_W = r"(?<![a-z])"  # a word of a name starts, and …
_E = r"(?![a-z])"  # … ends
_NAMES = re.compile("|".join(f"(?P<{kind}>{_W}(?:{one_of(entry)}){_E})" for kind, entry in FURNITURE.items()))
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_|--+")
_NEUTRAL = re.compile(rf"(?:{one_of(NEUTRAL)})-\S*|\S*:\S*|\S*\d{{4,}}\S*|.*-(?:{one_of(STATES)})")
_PART = re.compile(rf"(?:{one_of(PARTS)})\S*")
_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "alert", "toolbar", "menu"}
    | {"menubar", "tooltip", "banner"}
)
_TAGS = frozenset({"nav", "footer", "form", "dialog", "menu", "address", "aside"})
_CONTENT = re.compile(rf"{_W}(?:{one_of(CONTENT)}){_E}")
_PROPERTIES = frozenset(
    {"author", "publisher", "dateModified", "datePublished", "comment", "aggregateRating", "interactionStatistic"}
    | {"keywords"}
)
# goes at any length
_OUTRIGHT = frozenset({"comments", "related", "newsletter", "author", "consent", "hidden"})
# a name that may mean something else where much prose stands under it in the declared article: an accordion, a banner
_WEAK = frozenset(
    {"meta", "overlay", "aside", "navigation", "rating", "caption", "hidden", "license", "audio", "form", "slideshow"}
)
_INLINE = frozenset({"span", "b", "strong", "i", "em", "u", "small", "a", "font", "mark", "abbr"})
_LAID_OUT = frozenset({"html", "body", "tr", "td", "tbody", "br"})  # says where something stands, not what it is
_MUCH = 400  # characters of prose
_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@lru_cache(maxsize=4096)
def names(identity: str, classes: str) -> str:
    """An element's id and classes that mean something: words in lower case joined by hyphens, one name a space."""
    means = (_PART.fullmatch(name) or not _NEUTRAL.fullmatch(name) for name in classes.split())
    found = [name for name, meant in zip(classes.split(), means, strict=True) if meant]
    return " ".join(_SPLIT.sub("-", name).lower() for name in ([identity, *found] if identity else found))


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
    words = names("", (element.get("class") or "")[:1000]) if tag in HEADINGS else of(element)
    return _named(words) if words else None  # generators make a heading's id of its words: <h2 id="license">


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
    largest = _largest(body)
    sheltered = _sheltered(body, title, largest)
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
        if kind in _WEAK and told > _MUCH and largest is not None and largest in element.iterancestors():
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


def _largest(body: Element) -> Element | None:
    """The element that declares itself the article and holds most, if it holds more than 200 characters."""
    declared = [element for element in body.iter("div", "article", "section", "main", "td") if is_content(element)]
    largest = max(declared, key=size, default=None)
    return largest if largest is not None and size(largest) > 200 else None


def _sheltered(body: Element, *held: Element | None) -> set[Element]:
    """The elements ``held`` (the headline, the largest declared article) with everything around them."""
    keep = {body}
    for element in held:
        if element is not None:
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
