"""Which part of a dataset each post goes into: seeded, whatever the order of the rows, related posts together.

Related are near-duplicates, translations and, where authors are held out, the posts of one author. Knows no files.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blogsum.data import duplicates, translations
from blogsum.data.duplicates import Pair, connected
from blogsum.errors import USAGE, UserError
from blogsum.files import digest
from blogsum.types import Article

NAMES = {2: ("train", "test"), 3: ("train", "dev", "test")}
NEAR = (
    0.5  # Jaccard of texts that stay together: lower than what validate reports, so that a split holds no leak of its
)
_AUTHORS = re.compile(r"\s*(?:[,;&/+]|\s(?:and|und|with|mit)\s)\s*", re.IGNORECASE)
_NOBODY = "unknown"


@dataclass(frozen=True)
class Plan:
    """How to split: into parts of ``shares`` (of any sum; two are train and test, three train, dev and test), into as
    many equal ``folds``, or one part for each author (``by_author``). ``near`` is the similarity of near-duplicates.
    """

    shares: tuple[float, ...] = (80.0, 10.0, 10.0)
    folds: int = 0
    by_author: bool = False
    seed: int = 0
    near: float = NEAR

    def parts(self) -> dict[str, float]:
        """The parts with their shares of the whole; none when authors make them. UserError for shares that are none."""
        if self.by_author:
            return {}
        if self.folds:
            if self.folds < 2:
                raise UserError("a split needs two folds or more", hint="--folds 5", code=USAGE)
            return {f"fold-{number}": 1 / self.folds for number in range(1, self.folds + 1)}
        if len(self.shares) not in NAMES or not all(0 < share < float("inf") for share in self.shares):
            raise UserError("shares are two or three numbers above 0", hint="--shares 80,10,10", code=USAGE)
        return dict(zip(NAMES[len(self.shares)], (share / sum(self.shares) for share in self.shares), strict=True))

    def record(self) -> dict[str, Any]:
        """What a manifest says of it."""
        method = "leave-one-author-out" if self.by_author else "folds" if self.folds else "shares"
        return {"method": method, "parts": self.parts(), "seed": self.seed, "near_duplicate": self.near}


@dataclass(frozen=True)
class Row:
    """One line of what came out: a part, a language, its posts and how many of them have a summary."""

    split: str
    lang: str
    posts: int
    summaries: int


def split(articles: Iterable[Article], plan: Plan) -> dict[str, str]:
    """The part of each article, by id; UserError when there are fewer groups of related posts than parts.

    The size of each part is nearer to its share of the whole than the largest group is big; each language, and within
    it the posts with a summary, are shared out alike.
    """
    known = sorted(articles, key=lambda article: article.id)
    related = groups(known, plan.near)
    return assign(known, related, plan)


def groups(articles: Sequence[Article], near: float) -> list[list[str]]:
    """Ids of posts that must not be torn apart: near-duplicates and translations, directly or through others."""
    return _joined(articles, [*duplicates.groups(articles, near), *translations.groups(articles)])


def assign(articles: Sequence[Article], related: Iterable[Sequence[str]], plan: Plan) -> dict[str, str]:
    """The part of each article when those in each group of ``related`` ids stay together."""
    known = sorted(articles, key=lambda article: article.id)
    if plan.by_author:
        return _by_author(known, related)
    place = {article.id: article for article in known}
    units = [[place[one] for one in group] for group in _joined(known, related)]
    grouped = {article.id for unit in units for article in unit}
    units += [[article] for article in known if article.id not in grouped]
    parts = plan.parts()
    if len(units) < len(parts):
        raise UserError(
            f"{len(units)} {'group' if len(units) == 1 else 'groups'} of related posts cannot fill {len(parts)} parts",
            hint="fewer parts, or more posts",
        )
    chosen = _shared_out(units, parts, plan.seed)
    return {article.id: part for part, its in chosen.items() for unit in its for article in unit}


def table(articles: Iterable[Article], parts: Mapping[str, str]) -> list[Row]:
    """Posts and summaries of each part by language, in the order of the parts' names (train before dev before test)."""
    posts, summaries = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for article in articles:
        key = parts[article.id], article.lang or "und"
        posts[key] += 1
        summaries[key] += bool(article.summary or article.references)
    return [Row(*key, posts[key], summaries[key]) for key in sorted(posts, key=_order)]


def _shared_out(units: list[list[Article]], parts: Mapping[str, float], seed: int) -> dict[str, list[list[Article]]]:
    """Give each unit, the large ones of each stratum first, to the part that lacks most.

    What a part lacks is carried from one stratum to the next, so that rounding in one is made good in another.
    """
    strata = defaultdict(list)
    for unit in units:
        langs = sorted({article.lang or "und" for article in unit})
        strata["+".join(langs), not any(article.summary for article in unit)].append(unit)
    # the small strata first: the large ones then even out what they left
    order = sorted(strata, key=lambda stratum: (sum(map(len, strata[stratum])), stratum))
    chosen: dict[str, list[list[Article]]] = {part: [] for part in parts}
    lacking = dict.fromkeys(parts, 0.0)
    for stratum in order:
        size = sum(map(len, strata[stratum]))
        for part, share in parts.items():
            lacking[part] += share * size
        for unit in sorted(strata[stratum], key=lambda unit: (-len(unit), digest(seed, unit[0].id))):
            part = max(parts, key=lambda part: (round(lacking[part], 9), digest(seed, stratum, part)))
            chosen[part].append(unit)
            lacking[part] -= len(unit)
    _fill(chosen)
    return chosen


def _fill(chosen: dict[str, list[list[Article]]]) -> None:
    """No part stays empty: the smallest group of the part with the most groups goes there."""
    for its in chosen.values():
        if not its:
            giver = max(chosen.values(), key=len)
            smallest = min(giver, key=len)
            giver.remove(smallest)
            its.append(smallest)


def _by_author(articles: Sequence[Article], related: Iterable[Sequence[str]]) -> dict[str, str]:
    """One part for each author, named after them; those who wrote a post together, or posts that are related, share it.

    Posts of nobody known make a part of their own.
    """
    written = defaultdict(list)
    for article in articles:
        for name in authors(article.author) or [_NOBODY]:
            written[name.casefold()].append(article.id)
    place = {article.id: article for article in articles}
    known = _joined(articles, [*related, *written.values()])
    alone = {article.id for article in articles} - {one for group in known for one in group}
    parts: dict[str, str] = {}
    taken: set[str] = set()
    for group in sorted([*known, *([one] for one in alone)]):
        names = Counter(name for one in group for name in authors(place[one].author) or [_NOBODY])
        part = _free(max(sorted(names), key=names.__getitem__), taken)
        parts |= dict.fromkeys(group, part)
    if len(taken) < 2:
        raise UserError("all posts are of one author or of related ones: none can be left out", hint="try --folds 5")
    return parts


def authors(line: str | None) -> list[str]:
    """The names in the line that says who wrote a post."""
    return [" ".join(name.split()) for name in _AUTHORS.split(line or "") if name.strip()]


def _free(name: str, taken: set[str]) -> str:
    """``name`` as that of a part, with a number when another part has it."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free.casefold())
    return free


def _joined(articles: Sequence[Article], groups: Iterable[Sequence[str]]) -> list[list[str]]:
    """The groups, those that share a post made one."""
    place = {article.id: number for number, article in enumerate(articles)}
    tied = [(place[group[0]], place[other]) for group in groups for other in group[1:]]
    pairs = [Pair(min(pair), max(pair), 1.0) for pair in tied]
    return [[articles[number].id for number in group] for group in connected(len(articles), pairs)]


def _order(key: tuple[str, str]) -> tuple[int, list[Any], str]:
    names = NAMES[3]
    natural = [int(piece) if piece.isdigit() else piece for piece in re.split(r"(\d+)", key[0])]
    return (names.index(key[0]) if key[0] in names else len(names)), natural, key[1]
