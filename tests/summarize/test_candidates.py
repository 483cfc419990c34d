"""Which sets of lines are weighed, and the numbers about each: small articles written for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from blogsum.summarize import candidates, features
from blogsum.summarize.candidates import Room
from blogsum.summarize.features import Table
from blogsum.summarize.lexicon import Lexicon
from blogsum.summarize.outline import outline
from blogsum.types import Article

TEXT = """Der Stadtpark hat seit April einen neuen Teich. Kennst du ihn schon? Ein Verein hat ihn in drei Jahren gebaut.

Zwei Pumpen halten das Wasser sauber und kühl. Diese laufen nur bei Nacht. Im Sommer baden dort Enten und Hunde.

Die Stadt zahlt jedes Jahr tausend Euro für den Strom. Andere Orte planen nun ähnliche Teiche.
"""
ROOM = Room(60, 10**6, 4, 10, 2)


@pytest.fixture(scope="module")
def table() -> Table:
    return features.table(outline(Article("a", TEXT, title="Ein Teich im Stadtpark", lang="de")), Lexicon("de"))


def test_openings_grow_line_by_line_and_skip_what_is_unreadable(table: Table) -> None:
    assert candidates.openings(table, ROOM) == [(0, 2), (0, 2, 3), (0, 2, 3, 4)]


def test_openings_stop_where_the_room_ends(table: Table) -> None:
    assert candidates.openings(table, Room(26, 10**6, 4, 10, 2)) == [(0, 2), (0, 2, 3)]
    assert candidates.openings(table, Room(60, 60, 4, 5)) == [(0,)]


def test_every_opening_is_weighed_whatever_the_scores(table: Table) -> None:
    scores = np.arange(len(table.barred), dtype=np.float32)  # the end of the article is rated best
    sets = candidates.candidates(table, scores, ROOM)
    assert sets[:3] == candidates.openings(table, ROOM)
    assert len(set(sets)) == len(sets)
    for chosen in sets:
        assert not table.barred[list(chosen)].any()
        assert all(i - 1 in chosen for i in chosen if table.leaning[i])


def test_measures_are_finite_and_differ_between_sets(table: Table) -> None:
    n = len(table.barred)
    votes = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    sets = candidates.candidates(table, votes.mean(1), ROOM)
    chances = np.full(len(table.terms.stems), 0.2, np.float32)
    rows = candidates.measure(table, sets, votes, chances, ROOM)
    assert rows.shape[0] == len(sets)
    assert np.isfinite(rows).all()
    assert candidates.measure(table, sets[:1], votes, chances, ROOM).shape == (1, rows.shape[1])
