"""Order and bounds of the batch."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from blogsum.batch import AHEAD, ordered
from blogsum.errors import UserError


def square(number: int) -> int:
    return number * number


def die(_: int) -> int:
    os._exit(9)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs: int) -> None:
    assert list(ordered(square, range(40), jobs)) == [number * number for number in range(40)]


def test_no_more_items_are_taken_than_are_under_way() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = ordered(square, items(), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(taken) <= 2 * AHEAD + 3
    results.close()  # type: ignore[attr-defined]


def test_a_killed_worker_is_an_error_and_not_a_hang() -> None:
    with pytest.raises(UserError, match="a worker process was killed"):
        list(ordered(die, range(3), 2))
