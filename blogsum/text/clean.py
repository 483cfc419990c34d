"""The cleaning recipe: named, versioned steps over light Markdown; knows nothing about where the text came from.

What a step cannot be sure of it leaves alone: quotes, gender forms, no-break spaces, dashes and code are material.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]"
)
_SPACES = re.compile(r"[ \t\u2000-\u200a\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def _line_ends(text: str) -> str:
    return _LINE_ENDS.sub("\n", text)


def _invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _whitespace(text: str) -> str:
    lines = []
    fence = False
    for line in text.split("\n"):
        if line.startswith("```"):
            fence = not fence
        lines.append(line.rstrip() if fence else _SPACES.sub(" ", line).strip(" "))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


_STEPS: dict[str, Callable[[str], str]] = {
    "line_ends": _line_ends,
    "invisible": _invisible,
    "composed": _composed,
    "whitespace": _whitespace,
}
RECIPE = f"clean|steps:{','.join(_STEPS)}|version:1"


def clean(text: str) -> str:
    """Apply every step of the recipe, in order."""
    for _, text in steps(text):
        pass
    return text


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each step and the text after it, for those who want to see what cleaning does."""
    for name, step in _STEPS.items():
        text = step(text)
        yield name, text
