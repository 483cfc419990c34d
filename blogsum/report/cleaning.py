"""What cleaning changed in one article, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from blogsum.data.edits import Edit
from blogsum.text.clean import RECIPE

_SHOWN = 40  # places of one step


def sheet(name: str, edits: Sequence[Edit], before: int, after: int, note: str = "") -> str:
    """The recipe, the article's sizes (characters) and, of each step that changed something, the places."""
    lines = [RECIPE, f"{_visible(name)}: {before} characters before, {after} after"]
    if note:
        lines.append(note)
    if not edits:
        lines.append("no step changes anything")
    for (number, step), group in groupby(edits, key=lambda edit: (edit.number, edit.step)):
        places = list(group)
        again = f", pass {number}" if number > 1 else ""
        lines += ["", f"{step}{again}: {len(places)} {'place' if len(places) == 1 else 'places'}"]
        for edit in places[:_SHOWN]:
            lines += [f"  line {edit.line}", *_marked("-", edit.before), *_marked("+", edit.after)]
        if len(places) > _SHOWN:
            lines.append(f"  … and {len(places) - _SHOWN} more")
    return "\n".join(lines) + "\n"


def _marked(mark: str, text: str) -> list[str]:
    return [f"  {mark} {_visible(line)}".rstrip() for line in text.split("\n")]


def _visible(text: str) -> str:
    """The text with what nobody could see, or what would steer a terminal, by its number: ``⟨U+200B⟩``."""
    return "".join(
        character if character == " " or _shows(character) else f"⟨U+{ord(character):04X}⟩" for character in text
    )


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"
