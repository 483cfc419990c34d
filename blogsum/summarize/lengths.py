"""How long a summary may be: budgets that hold for whatever is rendered; knows nothing about which sentences are good.

Characters are code points, words are what whitespace separates (a bullet's ``-`` and a lone ``…`` count: that is what
``wc`` and a CMS count). Every limit that a budget has holds at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from blogsum.errors import USAGE, UserError
from blogsum.settings import Settings
from blogsum.text.graphemes import graphemes


@dataclass(frozen=True)
class Budget:
    """The limits of one length; None is no limit. ``bullets`` renders one ``- `` line a sentence."""

    name: str
    chars: int | None = None
    words: int | None = None
    sentences: int | None = None
    bullets: bool = False


LENGTHS: dict[str, Budget] = {
    "meta": Budget("meta", chars=160, sentences=2),
    "teaser": Budget("teaser", words=60, sentences=4),
    "short": Budget("short", words=100),
    "paragraph": Budget("paragraph", words=150),
    "long": Budget("long", words=300),
    "bullets": Budget("bullets", words=120, sentences=5, bullets=True),
}
DEFAULT = "teaser"
_KEYS = ("chars", "words", "sentences", "bullets")

_BREAKS = re.compile(r"[ \t]*[\n\r\t\v\f\x1c-\x1f\x85\u2028\u2029]\s*")  # a no-break space stays
_SPACE = re.compile(r"\s+")
_ENOUGH = 0.6
_LONG_WORD = 100  # characters a word has at most on the average: German law has 80
_ORDINAL = re.compile(r"\d{1,2}\.")
# an opening mark and what may close it; the apostrophe is no quote here
_PAIRS = {"(": ")", "[": "]", "{": "}", "„": '“”"', "“": "”", "»": "«", "«": "»", "‹": "›", "›": "‹", '"': '"'}
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|—")
_STRONG = re.compile(
    r"(?:;|\s?[–—-]|,)\s(?:weil|da|dass|denn|aber|sondern|doch|jedoch|damit|sodass|so dass|obwohl|während|wobei|"
    r"wodurch|womit|wenn|falls|und|indem|bevor|nachdem|because|since|which|but|so|while|although|though|whereas|"
    r"where|when|and|or|if|unless|until|after|before)\b",
    re.IGNORECASE,
)
# words that a shortened sentence must not end with: what they announce is gone
_STRANDED = frozenset(
    """der die das den dem des ein eine einen einem einer eines kein keine und oder aber sondern denn weil dass ob wenn
    als wie zu zum zur in im an am auf aus bei beim mit nach von vom vor für über unter durch gegen ohne um bis seit
    sich sehr so nicht noch ist sind war waren wird werden hat haben kann können soll muss mein dein sein ihr unser
    z b d h u a bzw ca etwa vgl bspw dr prof nr mr mrs ms st vs e g i
    the a an and or but nor of to in on at by for from with without into onto over under than that which who whose as
    is are was were be been has have had will would can could should may might not no its their our your his her my
    this these those very because if when while any some all each every alle allen jede jeder jedes jeden we you
    they""".split()  # noqa: SIM905 - a hundred quoted words would hide the words
)


def budget(
    name: str | None = None,
    presets: Mapping[str, object] | None = None,
    max_chars: int | None = None,
    max_words: int | None = None,
    sentences: int | None = None,
) -> Budget:
    """Resolve a length and its overrides.

    ``presets`` are the house's own lengths (name -> table of chars, words, sentences, bullets); one with the name of a
    built-in length changes only the keys it has. A number given here replaces the limit of the same kind; without a
    ``name`` only the numbers given hold (none given: a teaser). Raises UserError (exit code 2) for a name, key or
    value that makes no sense.
    """
    given = {"chars": max_chars, "words": max_words, "sentences": sentences}
    known = {key: _limit(f"the limit of {key}", value) for key, value in given.items() if value is not None}
    base = Budget("custom") if name is None and known else _named(name or DEFAULT, presets or {})
    return replace(base, **known)  # type: ignore[arg-type]


def chosen(
    names: Sequence[str],
    settings: Settings,
    max_chars: int | None = None,
    max_words: int | None = None,
    sentences: int | None = None,
) -> list[Budget]:
    """The budgets that a user asked for: the lengths named, else the numbers alone, else the house's default."""
    limits = (max_chars, max_words, sentences)
    if not names and limits == (None, None, None):
        names = [settings.length]
    return [budget(name, settings.lengths, *limits) for name in names or (None,)]


def _named(name: str, presets: Mapping[str, object]) -> Budget:
    table = presets.get(name, {})
    if name not in presets and name not in LENGTHS:
        raise UserError(f"unknown length '{name}'", hint=f"choose from {', '.join({**LENGTHS, **presets})}", code=USAGE)
    if not isinstance(table, Mapping):
        raise UserError(f"the length '{name}' must be a table", hint=f"of {', '.join(_KEYS)}", code=USAGE)
    values: dict[str, int | bool] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise UserError(f"length '{name}': unknown key '{key}'", hint=f"use {', '.join(_KEYS)}", code=USAGE)
        if key == "bullets":
            if not isinstance(value, bool):
                raise UserError(f"length '{name}': bullets must be true or false", code=USAGE)
            values[key] = value
        else:
            values[key] = _limit(f"length '{name}': {key}", value)
    result = replace(LENGTHS.get(name, Budget(name)), **values)  # type: ignore[arg-type]
    if result.chars is result.words is result.sentences is None:
        raise UserError(f"the length '{name}' has no limit", hint="give chars, words or sentences", code=USAGE)
    return result


def _limit(what: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UserError(f"{what} must be a whole number above 0, not {value!r}", code=USAGE)
    return value


def fits(text: str, budget: Budget, count: int | None = None) -> bool:
    """Whether a rendered text keeps to the budget; ``count`` is the number of sentences it was made of, when known.

    A bare text does not say how many sentences it has (that depends on its language): without ``count`` the sentence
    limit is checked only for bullets, whose lines are counted.
    """
    if budget.chars is not None and len(text) > budget.chars:
        return False
    if budget.words is not None and len(text.split()) > budget.words:
        return False
    if count is None and budget.bullets:
        count = len(text.splitlines())
    return budget.sentences is None or count is None or count <= budget.sentences


def render(sentences: Sequence[str], budget: Budget) -> str:
    """One text of the sentences, in order, joined by a space or as ``- `` lines; it always keeps to the budget.

    A sentence that no longer fits is left out, and so is all that follows it in running text (it may lean on what is
    missing; bullets stand alone). Only when not a single sentence fits whole, the first is shortened by ``cut``.
    """
    clean = [_BREAKS.sub(" ", sentence).strip() for sentence in sentences]
    clean = [sentence for sentence in clean if sentence]
    taken: list[str] = []
    for sentence in clean:
        if fits(_join([*taken, sentence], budget), budget, len(taken) + 1):
            taken.append(sentence)
        elif taken and not budget.bullets:
            break
    if taken or not clean:
        return _join(taken, budget)
    first = next((s for s in clean if any(map(str.isalnum, s))), clean[0])
    return _join([cut(first, budget)], budget)


def _mark(budget: Budget) -> str:
    """The mark of a bullet, unless the budget is so small that the mark alone would fill it."""
    small = (budget.chars is not None and budget.chars < 3) or (budget.words is not None and budget.words < 2)
    return "- " if budget.bullets and not small else ""


def _join(sentences: Sequence[str], budget: Budget) -> str:
    mark = _mark(budget)
    return ("\n" if budget.bullets else " ").join(mark + sentence for sentence in sentences)


def cut(sentence: str, budget: Budget) -> str:
    """Shorten one sentence to the budget's characters and words, room for a bullet's mark included.

    At the last clause boundary that leaves balanced quotes and brackets and uses at least 60 % of the room, else at a
    word, else (one word longer than the limit) between two user-perceived characters. What is left out is always
    marked by ``…``, inside the limit: half a sentence with a full stop would say something the author did not.
    """
    sentence = _BREAKS.sub(" ", sentence).strip()
    mark = len(_mark(budget))
    room = None if budget.chars is None else budget.chars - mark
    words = None if budget.words is None else budget.words - bool(mark)
    if _within(sentence, room, words):
        return sentence
    head = _head(sentence, room, words)
    for end in _clauses(head):
        kept = _tidy(head[:end])
        text = kept + " …"
        if kept and not _open(kept) and _within(text, room, words) and _enough(text, room, words):
            return text
    for space in reversed(list(islice(_SPACE.finditer(head), words))):
        text = _closed(_tidy(head[: space.start()]), room, words)
        if text:
            return text
    return _piece(head, room)


def _head(text: str, room: int | None, words: int | None) -> str:
    """All of ``text`` that can be kept and a little more: a line of 50 MB costs no more than one of 50 words."""
    most = len(text)
    if room is not None:
        most = room + 64
    if words is not None:
        most = min(most, (words + 2) * _LONG_WORD)
        last = next(islice(_SPACE.finditer(text, 0, most), words, None), None)
        most = min(most, last.end()) if last else most
    return text[:most]


def _within(text: str, room: int | None, words: int | None) -> bool:
    return (room is None or len(text) <= room) and (words is None or len(text.split()) <= words)


def _enough(text: str, room: int | None, words: int | None) -> bool:
    """Whether a clause uses at least 60 % of what the tighter limit allows."""
    used = [len(text) / room] if room else []
    used += [len(text.split()) / words] if words else []
    return max(used) >= _ENOUGH


def _clauses(text: str) -> list[int]:
    """Where a clause ends: before conjunctions and relatives first, then at any comma or dash; the last ones first."""
    strong = [match.start() for match in _STRONG.finditer(text)]
    plain = [match.start() for match in _CLAUSE.finditer(text)]
    return [*reversed(strong), *reversed(plain)]


def _tidy(text: str) -> str:
    """Without what must not stand last: commas, dashes, opening marks, articles, prepositions, „z. B.“, „am 3.“."""
    while text:
        text = text.rstrip(' \t\xa0\u202f,;:–—-/·&+(„‚«»“‘"[{' if _open(text) else " \t\xa0\u202f,;:–—-/·&+")
        last = text.split()[-1] if text.split() else ""
        bare = last.strip(".,()[]„“\"'»«").casefold()
        if not last or not (bare in _STRANDED or _ORDINAL.fullmatch(last)):
            return text
        text = text[: -len(last)]
    return text


def _open(text: str) -> str:
    """The closing marks that the text still needs, innermost first."""
    needed: list[str] = []
    for character in text:
        if needed and character in needed[-1]:
            needed.pop()
        elif character in _PAIRS:
            needed.append(_PAIRS[character])
    return "".join(marks[0] for marks in reversed(needed))


def _closed(kept: str, room: int | None, words: int | None) -> str:
    """What is kept with its ellipsis and the closing marks it needs, or nothing when that does not fit."""
    if not any(map(str.isalnum, kept)):
        return ""
    for ellipsis in (" …", "…") if len(kept.split()) == 1 else (" …",):
        text = kept + ellipsis + _open(kept)
        if _within(text, room, words):
            return text
    return ""


def _piece(text: str, room: int | None) -> str:
    """The beginning of the first word, cut between two user-perceived characters."""
    word = next((word for word in text.split() if any(map(str.isalnum, word))), text)
    if room is None or len(word) < room:
        return word + "…"
    kept = ""
    for grapheme in graphemes(word):
        if len(kept) + len(grapheme) > room - 1:
            break
        kept += grapheme
    first = next((g for g in graphemes(word) if any(map(str.isalnum, g)) and len(g) <= room), "")
    return kept + "…" if any(map(str.isalnum, kept)) else first or "…"
