"""Sets of sentences that could be a summary, and numbers about each. Knows neither weights nor which set is best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.summarize.features import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

_TOP, _OPENING, _MOST_LINES, _MOST_SETS = 12, 5, 4, 500
REPEATED = 0.75  # cosine of two lines' content above which they say the same
_REPEATS = np.array([1.0, 0.35, 0.25], np.float32)  # how much a stem's second and third occurrence in a set are worth


@dataclass(frozen=True)
class Room:
    """What a set must keep to: at most ``words``, ``chars`` (one between sentences) and ``lines``.

    And what it should reach if any can: ``least`` words and ``fewest`` lines.
    """

    words: int
    chars: int
    lines: int
    least: int
    fewest: int = 1


def candidates(table: Table, scores: Floats, room: Room) -> list[tuple[int, ...]]:
    """Readable sets within ``room``, best guesses first, at most ``_MOST_SETS``.

    Made of the best-scored lines, the opening ones and runs; a leaning line only comes with the one before it, and
    never two lines that say the same.
    """
    lines = table.outline.lines
    size = np.array([line.size for line in lines])
    length = np.array([len(line.text) for line in lines])
    fits = ~table.barred & (size <= room.words) & (length <= room.chars)
    pool = _pool(table, fits, scores)
    found = set(_runs(table, pool, fits, room, size, length)) | _combined(table, pool, room, size, length)
    leads = openings(table, room)
    found.difference_update(leads)
    guess = np.clip(scores, -1, None) * np.minimum(size, 25)
    ranked = sorted(found, key=lambda chosen: (-float(guess[list(chosen)].sum()), chosen))
    return [*leads, *ranked[: _MOST_SETS - len(leads)]]


def openings(table: Table, room: Room) -> list[tuple[int, ...]]:
    """The article's first readable line, the first two, and so on while there is room: unreadable ones are skipped."""
    chosen: tuple[int, ...] = ()
    found = []
    for i in np.flatnonzero(~table.barred).tolist():
        if table.leaning[i] and (not chosen or chosen[-1] != i - 1):
            continue
        if chosen and (table.likeness[i, list(chosen)] > REPEATED).any():
            continue
        chosen = (*chosen, i)
        if not _within(chosen, table, room):
            break
        found.append(chosen)
    return [chosen for chosen in found if _reaches(chosen, table, room)]


def _within(chosen: tuple[int, ...], table: Table, room: Room) -> bool:
    inside = [table.outline.lines[i] for i in chosen]
    chars = sum(len(line.text) for line in inside) + len(inside) - 1
    return sum(line.size for line in inside) <= room.words and chars <= room.chars and len(inside) <= room.lines


def _reaches(chosen: tuple[int, ...], table: Table, room: Room) -> bool:
    return len(chosen) >= room.fewest and sum(table.outline.lines[i].size for i in chosen) >= room.least


def _pool(table: Table, fits: NDArray[np.bool_], scores: Floats) -> list[int]:
    """The lines to combine: the best, the opening ones, and what any of these leans on."""
    order = [int(i) for i in np.argsort(-scores, kind="stable") if fits[i]]
    pool = {*order[:_TOP], *np.flatnonzero(fits)[:_OPENING].tolist()}
    for i in sorted(pool):
        while i > 0 and table.leaning[i] and fits[i - 1]:
            i -= 1
            pool.add(i)
    return sorted(pool)


def _runs(
    table: Table, pool: list[int], fits: NDArray[np.bool_], room: Room, size: NDArray[np.intp], length: NDArray[np.intp]
) -> Iterator[tuple[int, ...]]:
    """Lines that follow one another, from each of the pool that stands by itself."""
    for start in pool:
        words, chars = 0, -1
        for end in range(start, min(len(size), start + room.lines)):
            words, chars = words + int(size[end]), chars + int(length[end]) + 1
            repeats = bool((table.likeness[end, start:end] > REPEATED).any())
            if table.leaning[start] or repeats or not fits[end] or words > room.words or chars > room.chars:
                break
            if words >= room.least and end - start + 1 >= room.fewest:
                yield tuple(range(start, end + 1))


@lru_cache(maxsize=64)
def _choices(n: int, k: int) -> NDArray[np.intp]:
    return np.array(list(combinations(range(n), k)), np.intp).reshape(-1, k)


def _combined(
    table: Table, pool: list[int], room: Room, size: NDArray[np.intp], length: NDArray[np.intp]
) -> set[tuple[int, ...]]:
    """Every choice of up to four lines of the pool that keeps to the room."""
    members = np.array(pool, np.intp)
    found: set[tuple[int, ...]] = set()
    if not pool:
        return found
    leaning = table.leaning[members]
    after = np.concatenate([[False], np.diff(members) == 1])
    repeated = table.likeness[np.ix_(members, members)] > REPEATED
    for k in range(room.fewest, min(room.lines, _MOST_LINES, len(pool)) + 1):
        choice = _choices(len(pool), k)
        words = size[members][choice].sum(1)
        chars = length[members][choice].sum(1) + k - 1
        choice = choice[(words <= room.words) & (chars <= room.chars) & (words >= room.least)]
        follows = np.zeros(choice.shape, bool)
        follows[:, 1:] = (np.diff(choice, axis=1) == 1) & after[choice[:, 1:]]
        twice = np.zeros(len(choice), bool)
        for one, other in combinations(range(k), 2):
            twice |= repeated[choice[:, one], choice[:, other]]
        choice = choice[~(leaning[choice] & ~follows).any(1) & ~twice]
        found.update(map(tuple, members[choice].tolist()))
    return found


def measure(table: Table, sets: list[tuple[int, ...]], votes: Floats, chances: Floats, room: Room) -> Floats:
    """One row a set. ``votes`` is lines × networks (standardised), ``chances`` how likely a description uses a stem.

    Nothing that is the same for all sets of an article: it could not change which is best.
    """
    n, lines = len(sets), table.outline.lines
    used = sorted({i for chosen in sets for i in chosen} | {0, 1, 2, 3} & set(range(len(lines))))
    at = {line: column for column, line in enumerate(used)}
    member = np.zeros((n, len(used)), np.float32)
    for row, chosen in enumerate(sets):
        member[row, [at[i] for i in chosen]] = 1
    count = member.sum(1)
    values = table.values[used]
    size = np.array([lines[i].size for i in used], np.float32)
    words = member @ size
    voted = _votes(member, votes[used], count, size, words)
    columns = [*voted, words, count, words / count, words / room.words]
    columns += _places(sets, len(lines), table)
    mean = (member @ values[:, [table.names.index(name) for name in MEANS]]) / count[:, None]
    total = member @ values[:, [table.names.index(name) for name in SUMS]]
    columns += [*mean.T, *total.T]
    alike = table.likeness[np.ix_(used, used)]
    pairs = member[:, :, None] * member[:, None, :] * alike[None]
    columns += [pairs.reshape(n, -1).max(1), pairs.sum((1, 2)) / np.maximum(count * (count - 1), 1)]
    covered = _coverage(table, member, used, chances)
    columns += covered + _paragraphs(table, sets, room) + _against_best([*voted, *covered[_EXPECTED:]])
    return np.stack([np.asarray(c, np.float32) for c in columns], 1)


def _against_best(columns: list[Floats]) -> list[Floats]:
    """How far each set is behind the best of the article, and its rank from 0 (worst) to 1, column by column."""
    values = np.stack(columns, 1)
    ranks = values.argsort(0, kind="stable").argsort(0, kind="stable") / max(1, len(values) - 1)
    return [*(values - values.max(0)).T, *ranks.T]


MEANS = (
    "centre",
    "title",
    "opening",
    "opens_paragraph",
    "before_headings",
    "style",
    "ending",
    "stop_share",
    "headings",
)
SUMS = (
    "announce", "conclude", "important", "news", "we", "i", "you", "numbers", "leaning", "leans_inside", "call",
    "exclaims", "is_item", "is_quote", "quotes", "brackets", "commas", "rarity", "under_closing", "under_beside",
    "style_best", "is_short", "is_long", "first_mentions", "share", "only_here", "ends_paragraph",
)  # fmt: skip


def _votes(member: Floats, votes: Floats, count: Floats, size: Floats, words: Floats) -> list[Floats]:
    columns: list[Floats] = []
    for column in votes.T:
        columns += [member @ column / count, member @ column, (member @ (column * size)) / words]
    mean = votes.mean(1)
    columns.append(np.where(member > 0, mean, -9).max(1))
    columns.append(np.where(member > 0, mean, 9).min(1))
    return columns


def _places(sets: list[tuple[int, ...]], lines: int, table: Table) -> list[Floats]:
    first = np.array([chosen[0] for chosen in sets], np.float32)
    last = np.array([chosen[-1] for chosen in sets], np.float32)
    near = np.array([sum(b - a == 1 for a, b in pairwise(c)) for c in sets], np.float32)
    opening = np.array([sum(i < 3 for i in c) for c in sets], np.float32)
    is_run = np.array([c[-1] - c[0] == len(c) - 1 for c in sets], np.float32)
    lead = np.flatnonzero(~table.barred)[:4].tolist()
    leads = np.array([c == tuple(lead[: len(c)]) for c in sets], np.float32)
    return [np.minimum(first, 40), first / lines, (last - first) / lines, np.minimum(last, 60), near, opening, is_run,
            leads, (first == 0).astype(np.float32)]  # fmt: skip


def _paragraphs(table: Table, sets: list[tuple[int, ...]], room: Room) -> list[Floats]:
    """How a set sits in its paragraphs, and against the article's opening."""
    lines = table.outline.lines
    leads = openings(table, room)
    lead = leads[-1] if leads else ()
    of_lead = frozenset(lead)
    first = lines[lead[0]].paragraph if lead else -1
    rows = []
    for chosen in sets:
        inside = [lines[i] for i in chosen]
        end, begin = inside[-1], inside[0]
        is_run = chosen[-1] - chosen[0] == len(chosen) - 1
        ends, begins = end.place == end.of - 1, begin.place == 0
        after = chosen[-1] + 1
        gap = [i for i in range(chosen[0], chosen[-1]) if i not in chosen]
        rows.append((
            ends, begins and ends and is_run, chosen == lead, chosen in leads, len({line.paragraph for line in inside}),
            len({line.section for line in inside}), len(gap), sum(bool(table.barred[i]) for i in gap),
            min(int(table.barred[: chosen[0]].sum()), 20), after < len(lines) and bool(table.leaning[after]),
            sum(i in of_lead for i in chosen), sum(i in of_lead for i in chosen) / max(1, len(lead)),
            ends and chosen in leads, begin.paragraph == first, end.paragraph == first,
        ))  # fmt: skip
    return [*np.array(rows, np.float32).T]


_EXPECTED = 5  # the columns of _coverage from here on say how much of a description a set is expected to hold


def _coverage(table: Table, member: Floats, used: list[int], chances: Floats) -> list[Floats]:
    """What a set as a whole says: share of title, frequent stems and opening; overlap expected with a description."""
    terms = table.terms
    counts = terms.counts[used]
    stems = np.flatnonzero(counts.sum(0) > 0)
    held = member @ counts[:, stems]
    has = held > 0
    chance, rarity, content = chances[stems], terms.rarity[stems], terms.content[stems]
    total = terms.counts.sum(0)
    whole = total * terms.content
    title = np.isin(stems, [terms.place[s] for s in table.outline.heading_stems[0] if s in terms.place]) & content
    top = np.argsort(-(whole * terms.rarity), kind="stable")[:12]
    is_top = np.isin(stems, top)
    opening = (terms.counts[:3].sum(0) > 0)[stems] & content
    length = np.maximum(held.sum(1), 1)
    worth = np.zeros(len(held), np.float32)
    for level, weight in enumerate(_REPEATS):
        worth += weight * ((held > level) @ chance)
    pairs, pair_chance = _pair_counts(table, used, chances)
    worth2 = (member @ pairs > 0) @ pair_chance
    sure = has @ (chance * content)
    full = float(chances.sum()) + 1e-6
    return [
        (has[:, title] @ rarity[title]) / (rarity[title].sum() + 1e-6), has[:, title].sum(1).astype(np.float32),
        has[:, is_top].sum(1) / 12.0, (has @ whole[stems]) / (whole.sum() + 1e-6),
        (has[:, opening] @ rarity[opening]) / (rarity[opening].sum() + 1e-6), worth, worth / length,
        2 * worth / (length + 42), worth / full, worth2, worth2 / length, 2 * worth2 / (length + 40), sure,
        sure / np.maximum((has & content).sum(1), 1), length,
    ]  # fmt: skip


def _pair_counts(table: Table, used: list[int], chances: Floats) -> tuple[Floats, Floats]:
    """Which neighbouring stems each used line has, and the product of their chances."""
    place = table.terms.place
    seen: dict[tuple[int, int], int] = {}
    rows, cols = [], []
    for row, i in enumerate(used):
        ids = [place[stem] for stem in table.outline.lines[i].stems]
        for pair in pairwise(ids):
            rows.append(row)
            cols.append(seen.setdefault(pair, len(seen)))
    matrix = np.zeros((len(used), max(1, len(seen))), np.float32)
    matrix[rows, cols] = 1
    if not seen:
        return matrix, np.zeros(1, np.float32)
    both = np.array(list(seen))
    return matrix, chances[both[:, 0]] * chances[both[:, 1]]
