"""From posts to a ranker: lexicons, networks for sentences and stems, then networks for sets. No files, no printing."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from blogsum.evaluate.rouge import of_stems
from blogsum.summarize import candidates, features, importance
from blogsum.summarize.candidates import Room
from blogsum.summarize.features import Table
from blogsum.summarize.lexicon import Lexicon
from blogsum.summarize.network import Network, average
from blogsum.summarize.ranker import Ranker, Rated, standard
from models.teaser.learn import Options, listwise, pointwise
from models.teaser.posts import Goal, Post, goal, sketch

Floats = np.ndarray[Any, np.dtype[np.float32]]
FOLDS = 4
ROOMS = {"teaser": Room(60, 10**6, 4, 18, 2), "meta": Room(60, 160, 2, 5)}
ONES = {"teaser": 0.5, "meta": 0.75}  # the share of ROUGE-1 in what is learned; two sentences have few pairs to share
# A description that copies the opening teaches only that; one sentence teaches which words, less how many.
WEIGHT_GOOD, WEIGHT_OTHER, WEIGHT_COPIED = 1.0, 0.35, 0.12
FEWEST_POSTS, FEWEST_REPOS = 5, 3
_PRIOR = 2.0  # posts, added to both sides of a ratio: a rare stem proves little
_LINES = (Options(0, 3e-4, 6, 0.003, 2048), Options(24, 3e-4, 8, 0.003, 2048))
_STEMS = Options(16, 1e-4, 7, 0.003, 2048)
# Linear: cross-validated, neither 16 hidden units nor gradient-boosted trees chose better, and the fit is the fastest.
_SETS = Options(0, 1e-2, 15, 0.003, 16)
_SEEDS = 4
# Copied descriptions teach to keep an opening; more weight costs the good ones (at 0.3 English lost 0.3).
WEIGHT_COPIED_SET = 0.2


@dataclass(frozen=True)
class Example:
    """A post taken apart: what the summariser sees, and what its description asks for."""

    post: Post
    table: Table
    goal: Goal

    @property
    def weight(self) -> float:
        """How much this example counts in training."""
        if self.post.good:
            return WEIGHT_GOOD
        return WEIGHT_COPIED if self.post.copied else WEIGHT_OTHER


def rarities(posts: Iterable[Post]) -> dict[str, Lexicon]:
    """Lexicons that know only how many posts hold each stem."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    number: Counter[str] = Counter()
    for post in posts:
        number[post.lang] += 1
        seen[post.lang].update({stem for line in sketch(post).lines for stem in line.stems})
    return {
        lang: Lexicon(
            lang,
            number[lang],
            {s: _half(math.log((number[lang] + 1) / (n + 0.5))) for s, n in seen[lang].items() if n >= FEWEST_POSTS},
        )
        for lang in sorted(seen)
    }


def example(post: Post, lexicon: Lexicon) -> Example | None:
    """Take a post apart; None when it has no line."""
    outline = sketch(post)
    return Example(post, features.table(outline, lexicon), goal(post, outline)) if outline.lines else None


def fit(examples: Sequence[Example], lexicons: dict[str, Lexicon], seed: int = 0) -> Ranker:
    """Train on ``examples``; sets are rated with votes from networks that have not seen their repository."""
    usable = [e for e in examples if not e.post.truncated and (e.post.form == "text" or e.post.good)]
    inner = by_repo([e.post for e in usable], FOLDS)
    rated: list[Rated | None] = [None] * len(usable)
    for fold in range(FOLDS):
        partial = _without_sets([e for e, f in zip(usable, inner, strict=True) if f != fold], lexicons, seed)
        for i, (e, f) in enumerate(zip(usable, inner, strict=True)):
            if f == fold:
                rated[i] = rate(partial, e)
    full = _without_sets(usable, lexicons, seed)
    shown = [(e, r) for e, r in zip(usable, rated, strict=True) if r is not None and (e.post.good or e.post.copied)]
    return replace(full, sets={kind: _fit_sets(shown, kind, seed) for kind in ROOMS})


def rate(ranker: Ranker, e: Example) -> Rated:
    """What ``ranker.rate`` gives, from a table made with another lexicon: only the learned columns are new."""
    lexicon = ranker.lexicons.get(e.post.lang, Lexicon(e.post.lang))
    table = features.relearned(e.table, lexicon)
    votes = np.stack([standard(net(table.values)) for net in ranker.lines], axis=1)
    chances = 1 / (1 + np.exp(-ranker.stems(importance.measure(table, lexicon))))
    return Rated(table, votes.astype(np.float32), chances.astype(np.float32))


def by_repo(posts: Sequence[Post], folds: int) -> list[int]:
    """A fold for each post so that a repository is never torn; German and English good ones spread evenly."""
    size: dict[str, Any] = defaultdict(lambda: np.zeros(3))
    for post in posts:
        size[post.repo] += [post.good and post.lang == "de", post.good and post.lang == "en", 0.2]
    total = sum(size.values()) + 1e-9
    load = np.zeros((folds, 3))
    place = {}
    for repo in sorted(size, key=lambda r: (-float((size[r] / total).sum()), r)):
        place[repo] = int(np.argmin([(load[k] + size[repo] / total).max() for k in range(folds)]))
        load[place[repo]] += size[repo] / total
    return [place[post.repo] for post in posts]


def _without_sets(examples: Sequence[Example], lexicons: dict[str, Lexicon], seed: int) -> Ranker:
    learned = {
        lang: _learned(lexicon, [e for e in examples if e.post.lang == lang]) for lang, lexicon in lexicons.items()
    }
    # columns from the lexicon must come from posts other than the line's own, or they would be believed too much
    inner = by_repo([e.post for e in examples], FOLDS)
    tables: list[Table] = [e.table for e in examples]
    for fold in range(FOLDS):
        others = [e for e, f in zip(examples, inner, strict=True) if f != fold]
        partial = {
            lang: _learned(lexicon, [e for e in others if e.post.lang == lang]) for lang, lexicon in lexicons.items()
        }
        for i, (e, f) in enumerate(zip(examples, inner, strict=True)):
            if f == fold and e.post.lang in partial:
                tables[i] = features.relearned(e.table, partial[e.post.lang])
    values = np.concatenate([t.values[~t.barred] for t in tables])
    weights = np.concatenate(
        [
            np.full(int((~t.barred).sum()), e.weight / len(t.barred) ** 0.5)
            for e, t in zip(examples, tables, strict=True)
        ]
    )
    member = np.concatenate([_member(e)[~t.barred] for e, t in zip(examples, tables, strict=True)])
    mixed = np.concatenate([_mixed(e)[~t.barred] for e, t in zip(examples, tables, strict=True)])
    first = pointwise(values, member, weights, replace(_LINES[0], seed=seed))
    second = average([pointwise(values, mixed, weights, replace(_LINES[1], seed=seed + s)) for s in range(2)])
    stems = _fit_stems(examples, tables, learned, inner, lexicons, seed)
    return Ranker(learned, (first, second), stems, {})


def _member(e: Example) -> Floats:
    values = np.zeros(len(e.goal.gains), np.float32)
    values[list(e.goal.oracle)] = 1
    return values


def _mixed(e: Example) -> Floats:
    return 0.4 * _member(e) + 0.6 * e.goal.gains / max(float(e.goal.gains.max(initial=0)), 1e-6)


def _fit_stems(
    examples: Sequence[Example], tables: Sequence[Table], learned: Any, inner: Any, lexicons: Any, seed: int
) -> Network:
    rows, targets, weights = [], [], []
    for fold in range(FOLDS):
        others = [e for e, f in zip(examples, inner, strict=True) if f != fold]
        partial = {
            lang: _learned(lexicon, [e for e in others if e.post.lang == lang]) for lang, lexicon in lexicons.items()
        }
        for e, t, f in zip(examples, tables, inner, strict=True):
            if f != fold or e.post.copied or e.post.form != "text":
                continue
            wanted = set(e.goal.stems)
            rows.append(importance.measure(t, partial[e.post.lang]))
            targets.append(np.array([stem in wanted for stem in t.terms.stems], np.float32))
            weights.append(np.full(len(t.terms.stems), (1.0 if e.post.good else 0.5) / len(t.terms.stems) ** 0.5))
    return pointwise(np.concatenate(rows), np.concatenate(targets), np.concatenate(weights), replace(_STEMS, seed=seed))


def _learned(lexicon: Lexicon, examples: Sequence[Example]) -> Lexicon:
    """Add to a lexicon how readily descriptions use each stem, and what good sentences are made of."""
    ours = [e for e in examples if e.post.form == "text" and not e.post.copied]
    return replace(lexicon, uses=_uses(ours, lexicon), styles=_styles(ours, lexicon))


def _uses(examples: Sequence[Example], lexicon: Lexicon) -> dict[str, float]:
    held: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for e in examples:
        stems = e.table.terms.stems
        held.update(stems)
        used.update(set(e.goal.stems).intersection(stems))
    base = (sum(used.values()) + 1) / (sum(held.values()) + 20)
    return {
        s: _half(_logit((used[s] + 6 * base) / (held[s] + 6)) - _logit(base)) for s in sorted(held) if s in lexicon.seen
    }


def _styles(examples: Sequence[Example], lexicon: Lexicon) -> dict[str, float]:
    """Log-odds of a stem in an oracle's lines against other lines; each repository counts by the root of its posts."""
    posts = Counter(e.post.repo for e in examples)
    inside: defaultdict[str, float] = defaultdict(float)
    outside: defaultdict[str, float] = defaultdict(float)
    repos: defaultdict[str, set[str]] = defaultdict(set)
    for e in examples:
        member, weight = _member(e), 1 / posts[e.post.repo] ** 0.5
        size = max(1, len(member) - int(member.sum()))
        for line, is_member in zip(e.table.outline.lines, member, strict=True):
            for stem in set(line.stems):
                repos[stem].add(e.post.repo)
                (inside if is_member else outside)[stem] += weight if is_member else weight / size
    # as much weight outside as inside, so that 0 is a stem that good sentences hold as often as others
    scale = (sum(inside.values()) + 1e-9) / (sum(outside.values()) + 1e-9)
    return {
        stem: _half(math.log((inside[stem] + _PRIOR) / (scale * outside[stem] + _PRIOR)))
        for stem in sorted(repos)
        if len(repos[stem]) >= FEWEST_REPOS and stem in lexicon.seen
    }


def _half(value: float) -> float:
    """Rounded as the file of weights keeps it: what is served must be what was trained on."""
    return float(np.float16(value))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _fit_sets(shown: Sequence[tuple[Example, Rated]], kind: str, seed: int) -> Network:
    groups, weights = [], []
    for e, rated in shown:
        sets = candidates.candidates(rated.table, rated.scores, ROOMS[kind])
        if len(sets) > 1:
            rows = candidates.measure(rated.table, sets, rated.votes, rated.chances, ROOMS[kind])
            groups.append((rows, rewards(e, sets, ONES[kind])))
            weights.append(WEIGHT_GOOD if e.post.good else WEIGHT_COPIED_SET)
    return average([listwise(groups, weights, replace(_SETS, seed=seed + s)) for s in range(_SEEDS)])


def rewards(e: Example, sets: Sequence[Sequence[int]], ones: float = 0.5) -> Floats:
    """F1 of each set of lines against the description: ``ones`` of ROUGE-1, the rest of ROUGE-2."""
    lines = [line.stems for line in e.table.outline.lines]
    scores = [of_stems([s for i in chosen for s in lines[i]], e.goal.stems) for chosen in sets]
    return np.array([ones * one + (1 - ones) * two for one, two in scores], np.float32)
