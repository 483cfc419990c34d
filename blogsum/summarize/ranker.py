"""The learned part of the built-in summariser: which set of sentences would a person have written the summary from?

Three steps, each a small network: how good is each sentence, how likely does a description use each stem, and, with
both known, how good is each set of sentences. Knows nothing about budgets beyond ``Room``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.store.models import built_in
from blogsum.summarize import candidates, features, importance
from blogsum.summarize.candidates import Room
from blogsum.summarize.features import Table
from blogsum.summarize.lexicon import Lexicon
from blogsum.summarize.network import Network, unpack
from blogsum.summarize.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[Any]


# What the article's own opening gains: many authors paste it as the description, and which do cannot be told from the
# article. Cross-validated, such posts gain 0.7 in mean ROUGE, the others lose 0.1; twice as much costs them 0.4.
_KEEP = {"teaser": 1.0, "meta": 0.0}


@dataclass(frozen=True)
class Rated:
    """An outline with a ``score`` for each line (mean of its ``votes``) and the ``chances`` of each stem."""

    table: Table
    votes: Floats
    chances: Floats

    @property
    def scores(self) -> Floats:
        """One number a line, about -2 to 3: how much better than the article's average it is."""
        mean: Floats = self.votes.mean(axis=1)
        return mean


@dataclass(frozen=True)
class Ranker:
    """Weights in use. ``lines`` vote on sentences, ``stems`` guesses stems, ``sets`` holds a network for each room."""

    lexicons: Mapping[str, Lexicon]
    lines: tuple[Network, ...]
    stems: Network
    sets: Mapping[str, Network]

    def rate(self, outline: Outline) -> Rated:
        """Rate the sentences of an outline that has at least one."""
        lexicon = self.lexicons.get(outline.lang, Lexicon(outline.lang))
        table = features.table(outline, lexicon)
        votes = np.stack([standard(net(table.values)) for net in self.lines], axis=1)
        chances = 1 / (1 + np.exp(-self.stems(importance.measure(table, lexicon))))
        return Rated(table, votes.astype(np.float32), chances.astype(np.float32))

    def sets_of(self, rated: Rated, room: Room, kind: str) -> list[tuple[float, tuple[int, ...]]]:
        """Sets of lines within ``room`` with their worth, the best first; ``kind`` names the network to use."""
        sets = candidates.candidates(rated.table, rated.scores, room)
        if not sets:
            return []
        worth = self.sets[kind](candidates.measure(rated.table, sets, rated.votes, rated.chances, room))
        leads = candidates.openings(rated.table, room)
        worth = worth + _KEEP[kind] * np.array([chosen in leads for chosen in sets])
        # rounding keeps the order the same where another processor adds up in another order
        return sorted(zip(np.round(-worth, 5).tolist(), sets, strict=True))


def standard(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Mean 0 and deviation 1 within the article, so that votes of several networks can be added."""
    scaled: NDArray[np.floating] = (values - values.mean()) / (values.std() + 1e-6)
    return scaled


@lru_cache(maxsize=1)
def built_in_ranker() -> Ranker:
    """The ranker whose weights blogsum ships."""
    return load(built_in("teaser") / "weights.npz")


def load(path: Path) -> Ranker:
    """Read weights that ``dump`` wrote."""
    with np.load(path) as file:
        return from_arrays({name: file[name] for name in file.files})


def from_arrays(arrays: Mapping[str, Any]) -> Ranker:
    """The ranker whose parameters are ``arrays``; the inverse of ``to_arrays``."""
    meta = json.loads(arrays["meta"].tobytes())
    nets = {name: unpack(arrays[f"net_{name}"], size) for name, size in meta["networks"].items()}
    return Ranker(
        {lang: _lexicon(lang, posts, arrays) for lang, posts in meta["posts"].items()},
        tuple(nets[name] for name in sorted(nets) if name.startswith("line_")),
        nets["stem"],
        {name.removeprefix("set_"): net for name, net in nets.items() if name.startswith("set_")},
    )


def to_arrays(ranker: Ranker) -> dict[str, Any]:
    """The parameters of a ranker as named arrays: networks as rows, stems as lines of UTF-8."""
    nets = {f"line_{i}": net for i, net in enumerate(ranker.lines)}
    nets |= {"stem": ranker.stems} | {f"set_{name}": net for name, net in ranker.sets.items()}
    arrays: dict[str, Any] = {f"net_{name}": net.pack() for name, net in nets.items()}
    for lang, lexicon in ranker.lexicons.items():
        stems = sorted(lexicon.seen)
        arrays[f"stems_{lang}"] = np.frombuffer("\n".join(stems).encode(), np.uint8)
        arrays[f"values_{lang}"] = np.array(
            [[table.get(stem, 0.0) for stem in stems] for table in (lexicon.seen, lexicon.uses, lexicon.styles)],
            np.float16,
        )
    meta = {
        "networks": {name: len(net.mean) for name, net in nets.items()},
        "posts": {lang: lexicon.posts for lang, lexicon in ranker.lexicons.items()},
    }
    arrays["meta"] = np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8)
    return arrays


def _lexicon(lang: str, posts: int, arrays: Mapping[str, Any]) -> Lexicon:
    stems = arrays[f"stems_{lang}"].tobytes().decode().split("\n")
    tables = [dict(zip(stems, row.tolist(), strict=True)) for row in arrays[f"values_{lang}"].astype(np.float32)]
    return Lexicon(lang, posts, *tables)
