"""What stands instead of an article: a consent wall, a check for robots, a page that only JavaScript fills, nothing."""

from __future__ import annotations

import re
from typing import Any

from blogsum.errors import UserError
from blogsum.text import furniture

Element = Any

_NEEDS = r"(?:enable|activate|requires?|needs?|turn on|benötigt|aktivier\w*|einschalten)"
_SCRIPT = re.compile(rf"\b{_NEEDS}\b.{{0,60}}\b(?:javascript|js)\b|\b(?:javascript|js)\b.{{0,60}}\b{_NEEDS}\b", re.I)
_ROOTS = frozenset({"root", "app", "__next", "__nuxt", "___gatsby", "react-root", "main"})
_CONSENT = re.compile(r"\b(?:cookies?|einwilligung|zustimm\w+|consent|datenschutz\w*|privacy|tracking|werbung)\b", re.I)
_LONG = 300  # words: so much is an article even if it speaks of nothing but consent
_SHORT = 12  # words: so much a wall may say beside ("Danach geht es weiter.")
_ASKS = re.compile(
    r"\b(?:wir und unsere(?: \d+)? partner|we and our(?: \d+)? partners"
    r"|we use cookies|wir (?:verwenden|nutzen|setzen)(?: \w+)? cookies"
    r"|(?:diese|unsere) (?:web|internet)?-?(?:site|seite) (?:verwendet|nutzt|benutzt|setzt)(?: \w+)? cookies"
    r"|this (?:web)?site uses cookies)\b",
    re.I,
)
_ROBOT = re.compile(
    r"\b(?:checking your browser|enable javascript and cookies|(?:verify|confirm)(?: that)? you are (?:a )?human"
    r"|(?:bestätigen sie|überprüfen|prüfen),? (?:dass|ob) sie ein mensch sind|unusual traffic"
    r"|ungewöhnlichen datenverkehr|(?:don't|do not) have permission to access|you have been blocked)\b",
    re.I,
)
_STOP = re.compile(r"(?<=[.!?])\s+")


def is_thin(text: str) -> bool:
    """Whether an extracted ``text`` may be no article: short, and most of it asks for consent, scripts or a person."""
    words = len(text.split())
    return words < _LONG and sum(map(_own, text.split("\n"))) <= max(0.3 * words, _SHORT)


def refuse(page: Element, text: str) -> None:
    """Say why ``page`` (parsed, for this alone) has no article when its ``text`` is thin; UserError with a way out."""
    roots = [node for node in page.iter("div", "main", "app-root") if _is_empty_root(node)]
    for silent in list(page.iter("script", "style", "template")):
        silent.drop_tree()
    said = " ".join(" ".join(page.itertext()).split())
    words = len(text.split())
    if _ROBOT.search(said):
        raise UserError(
            "this page asks for a person instead of showing its article",
            hint="open it in a browser, save the page and give that file",
        )
    if len(_CONSENT.findall(said)) >= max(3, len(said.split()) / 60) or _ASKS.search(text.strip() or said):
        raise UserError(
            "this page shows a consent wall instead of its article",
            hint="save the page from a browser after consenting and give that file",
        )
    if words < 25 and (_SCRIPT.search(said) or roots):
        raise UserError(
            "this page shows its article only with JavaScript", hint="save the page from a browser and give that file"
        )
    if not text.strip():
        raise UserError("no article found on this page", hint="save the article's text to a file and give that")


def _own(line: str) -> int:
    """The words of a line that an article could say."""
    if not furniture.is_prose(line):
        return 0
    sentences = _STOP.split(line)
    return sum(len(sentence.split()) for sentence in sentences if _says_something(sentence))


def _says_something(sentence: str) -> bool:
    refused = _SCRIPT.search(sentence) or _ASKS.search(sentence) or _ROBOT.search(sentence)
    return not refused and len(_CONSENT.findall(sentence)) < 2


def _is_empty_root(node: Element) -> bool:
    named = node.tag == "app-root" or node.get("id") in _ROOTS
    return named and not len(node) and not (node.text or "").strip()
