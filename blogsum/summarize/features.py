"""Numbers about each sentence of an outline, for the ranker. Training and serving both come through here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.summarize import cues, readable
from blogsum.summarize.outline import FINAL, Line, Outline
from blogsum.text.sentences import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from blogsum.summarize.lexicon import Lexicon

    Floats = NDArray[Any]

_INTRO = frozenset(
    """
    intro introduction einleitung einführung hintergrund background overview überblick abstract summary
    zusammenfassung tldr worum motivation why warum what was
    """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
)
_CLOSING = frozenset(
    """
    fazit conclusion conclusions schluss schlusswort zusammenfassung summary wrap outlook ausblick final closing
    resümee takeaways takeaway abschluss schlussfolgerung
    """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
)
_BESIDE = frozenset(
    """
    references reference quellen links further weiterführende weitere comments kommentare about danksagung
    acknowledgements acknowledgments credits kontakt contact feedback share related resources thanks download
    changelog footnotes join involved anmeldung bilder literatur
    """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
)
_RANKED = ("centre", "rank", "top", "title", "opening", "rarity")
_STEPS = 10  # of the random walk; more change no order


@dataclass(frozen=True)
class Terms:
    """Which stems the lines hold: ``counts`` is lines × stems; ``rarity`` and ``content`` say how telling a stem is."""

    stems: tuple[str, ...]
    place: dict[str, int]
    counts: Floats
    rarity: Floats
    content: NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """All that the ranker knows about an outline: one row of ``values`` a line, columns called ``names``."""

    outline: Outline
    terms: Terms
    values: Floats
    likeness: Floats
    barred: NDArray[np.bool_]
    leaning: NDArray[np.bool_]
    names: tuple[str, ...]

    def column(self, name: str) -> Floats:
        """The values called ``name``, one a line."""
        values: Floats = self.values[:, self.names.index(name)]
        return values


def table(outline: Outline, lexicon: Lexicon) -> Table:
    """Measure every line of ``outline`` (at least one)."""
    terms = _terms(outline, lexicon)
    names = frozenset(words(outline.title))
    headings = frozenset(tuple(words(heading)) for heading in outline.headings)
    barred = np.array([readable.why_barred(line, names, headings) is not None for line in outline.lines])
    leaning = np.array([readable.leans(line) for line in outline.lines])
    barred |= leaning & ~_follows(outline)
    barred |= np.array([cues.is_foreign(line.words, outline.lang) for line in outline.lines])
    columns: dict[str, Any] = {"barred": barred, "leaning": leaning}
    columns |= _positions(outline) | _shapes(outline.lines) | _cues(outline)
    meaning, likeness = _meanings(outline, terms)
    columns |= meaning | _lexical(outline, lexicon)
    for name in _RANKED:
        order = np.asarray(columns[name]).argsort(kind="stable").argsort(kind="stable")
        columns[f"{name}_rank"] = order / max(1, len(outline.lines) - 1)
    values = np.stack([np.asarray(column, np.float32) for column in columns.values()], axis=1)
    return Table(outline, terms, values, likeness, barred, leaning, tuple(columns))


def _follows(outline: Outline) -> NDArray[np.bool_]:
    """Whether each line stands right behind the one before it in the table, under the same heading."""
    index = np.array([line.sentence.index for line in outline.lines])
    section = np.array([line.section for line in outline.lines])
    return np.concatenate([[False], (np.diff(index) == 1) & (np.diff(section) == 0)])


def _terms(outline: Outline, lexicon: Lexicon) -> Terms:
    place: dict[str, int] = {}
    flat = [place.setdefault(stem, len(place)) for line in outline.lines for stem in line.stems]
    rows = np.repeat(np.arange(len(outline.lines)), [len(line.stems) for line in outline.lines])
    width = max(1, len(place))
    size = len(outline.lines) * width
    counts = np.bincount(rows * width + np.array(flat, np.int64), minlength=size) if flat else np.zeros(size)
    counts = counts.reshape(-1, width).astype(np.float32)
    stems = tuple(place) or ("",)
    rarity, content = lexicon.rarity(stems, counts)
    return Terms(stems, place, counts, rarity, content)


def _positions(outline: Outline) -> dict[str, Any]:
    lines = outline.lines
    index = np.array([line.sentence.index for line in lines])
    paragraph = np.array([line.paragraph for line in lines])
    place = np.array([line.place for line in lines])
    of = np.array([line.of for line in lines])
    section = np.array([line.section for line in lines])
    order, sections = np.arange(len(lines)), len(outline.headings) - 1
    return {
        "order": np.minimum(order, 60),
        "order_inverse": 1 / (1 + order),
        "order_share": index / max(1, index[-1]),
        "is_first": order == 0,
        "is_opening": order < 3,
        "paragraph": np.minimum(paragraph, 40),
        "paragraph_share": paragraph / max(1, paragraph[-1]),
        "place": np.minimum(place, 10),
        "opens_paragraph": place == 0,
        "ends_paragraph": place == of - 1,
        "paragraph_size": np.minimum(of, 12),
        "alone": of == 1,
        "last_paragraph": paragraph == paragraph[-1],
        "at_end": index[-1] - index < 5,
        "before_headings": section == 0,
        "section": np.minimum(section, 12),
        "section_share": section / max(1, sections),
        "sections": np.full(len(lines), min(sections, 20)),
        "lines": np.full(len(lines), min(len(lines), 200)),
    }


def _shapes(lines: Sequence[Line]) -> dict[str, Any]:
    texts = [line.text for line in lines]
    size = np.array([max(1, line.size) for line in lines])
    length = np.array([len(text) for text in texts])
    return {
        "size": size,
        "is_short": size < 8,
        "is_long": size > 32,
        "is_very_long": size > 45,
        "word_length": length / size,
        "fits_meta": length <= 160,
        "is_item": [line.block == "item" for line in lines],
        "is_quote": [line.block == "quote" for line in lines],
        "ends": [FINAL.search(text) is not None for text in texts],
        "colon": [text.endswith(":") for text in texts],
        "question": [text.endswith("?") for text in texts],
        "exclaims": [text.endswith("!") for text in texts],
        "commas": [text.count(",") for text in texts],
        "quotes": [sum(text.count(mark) for mark in '"„“”»«') for text in texts],
        "brackets": [text.count("(") for text in texts],
        "numbers": [sum(word[0].isdigit() for word in line.words) for line in lines],
        "capitals": [sum(word[:1].isupper() for word in text.split()[1:]) for text in texts] / size,
    }


def _cues(outline: Outline) -> dict[str, Any]:
    lines = outline.lines
    counts = np.array([cues.CUES.counts(line.words) for line in lines])
    never = np.array([cues.NEVER.counts(line.words) for line in lines])
    headings = [set(heading.lower().replace(":", " ").split()) for heading in outline.headings]
    found = {name: counts[:, i] for i, name in enumerate(cues.CUE_NAMES)}
    return found | {
        "call": never[:, 0],
        "navigation": never[:, 1],
        "greets": [cues.greets(line.words) for line in lines],
        "orders": [cues.orders(line.words) for line in lines],
        "leans_inside": [cues.leans_inside(line.words) for line in lines],
        "under_intro": [line.section > 0 and bool(headings[line.section] & _INTRO) for line in lines],
        "under_closing": [line.section > 0 and bool(headings[line.section] & _CLOSING) for line in lines],
        "under_beside": [line.section > 0 and bool(headings[line.section] & _BESIDE) for line in lines],
        "german": np.full(len(lines), outline.lang == "de"),
    }


def _unit(matrix: Floats) -> Floats:
    scaled: Floats = matrix / (np.sqrt((matrix * matrix).sum(-1, keepdims=True)) + 1e-9)
    return scaled


def _meanings(outline: Outline, terms: Terms) -> tuple[dict[str, Any], Floats]:
    """Likeness of each line to the article, its title, headings, opening and end; how much it tells."""
    inside = terms.counts * terms.content
    weighted = np.log1p(inside) * terms.rarity
    units = _unit(weighted)
    total = inside.sum(0)
    centre = _unit(np.log1p(total) * terms.rarity)
    alike = units @ units.T
    np.fill_diagonal(alike, 0)
    title, headings = _vector(outline.heading_stems[:1], terms), _vector(outline.heading_stems[1:], terms)
    lines, has = outline.lines, inside > 0
    held = np.maximum(has.sum(1), 1)
    weight = total * terms.rarity
    top = has[:, _largest(weight, 12)]
    seen_before: Floats = np.cumsum(top, 0) - top
    frequent = _largest(total, 10)
    known = title > 0
    own = [set(stems) for stems in outline.heading_stems]
    columns = {
        "centre": units @ centre,
        "centre_of_lines": units @ _unit(units.sum(0)),
        "degree": alike.sum(1) / max(1, len(lines) - 1),
        "closest": alike.max(1),
        "rank": np.minimum(_walk(alike), 4),
        "title": units @ _unit(title),
        "headings": units @ _unit(headings),
        "opening": units @ _unit(units[:3].sum(0)),
        "ending": units @ _unit(units[-4:].sum(0)),
        "title_share": (has[:, known] * terms.rarity[known]).sum(1) / (terms.rarity[known].sum() + 1e-9),
        "title_words": has[:, known].sum(1),
        "heading_share": has[:, headings > 0].sum(1) / held,
        "own_heading": [len(own[line.section].intersection(line.stems)) if line.section else 0 for line in lines],
        "top": top.sum(1),
        "frequent": has[:, frequent].sum(1),
        "frequency": (inside @ total) / np.maximum(inside.sum(1), 1),
        "share": (has @ total) / (total.sum() + 1e-9) * 10,
        "mean_rarity": (inside @ terms.rarity) / np.maximum(inside.sum(1), 1),
        "rarity": (has @ terms.rarity) / 10,
        "stop_share": 1 - inside.sum(1) / np.maximum(terms.counts.sum(1), 1),
        "like_previous": np.concatenate([[0], np.diagonal(alike, 1)]),
        "like_next": np.concatenate([np.diagonal(alike, 1), [0]]),
        "only_here": (has & (total == 1)).sum(1) / held,
        "first_mentions": (top & (seen_before == 0)).sum(1),
    }
    return columns, alike.astype(np.float32)


def _vector(groups: Sequence[Sequence[str]], terms: Terms) -> Floats:
    """The rarity of each content stem that the groups name, else 0."""
    vector = np.zeros(len(terms.stems), np.float32)
    where = [terms.place[stem] for group in groups for stem in group if stem in terms.place]
    vector[where] = (terms.rarity * terms.content)[where]
    return vector


def _largest(values: Floats, n: int) -> NDArray[np.intp]:
    order = np.argsort(-values, kind="stable")[:n]
    return order[values[order] > 0]


def _walk(alike: Floats) -> Floats:
    """LexRank (Erkan and Radev, 2004) without a threshold: where a random reader of alike sentences ends up; mean 1."""
    n = len(alike)
    steps = alike + 1e-6
    steps /= steps.sum(1, keepdims=True)
    place: Floats = np.full(n, 1 / n, np.float32)
    for _ in range(_STEPS):
        place = 0.15 / n + 0.85 * (place @ steps)
    return place * n


def _lexical(outline: Outline, lexicon: Lexicon) -> dict[str, Any]:
    """How much the words of each line are words that good summaries use."""
    weights = [[lexicon.style(stem) for stem in line.stems] or [0.0] for line in outline.lines]
    return {
        "style": [math.fsum(w) / math.sqrt(len(w)) for w in weights],
        "style_best": [math.fsum(sorted(w)[-5:]) for w in weights],
        "style_start": [math.fsum(w[:3]) for w in weights],
    }


def relearned(table: Table, lexicon: Lexicon) -> Table:
    """The same table with the columns that come from a lexicon's learned weights taken from ``lexicon``."""
    values = table.values.copy()
    for name, column in _lexical(table.outline, lexicon).items():
        values[:, table.names.index(name)] = column
    return replace(table, values=values)
