"""Several hosts at a time, one request at a time to each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blogsum.read.entries import Entry
from blogsum.read.web import Answer as Read
from blogsum.read.web import Scope, Web
from blogsum.scrape.reading import answers
from tests.sites import Answer, Handler, Site


class Counted:
    """A page that notes how many ask for it, or for another of its host, at once."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = threading.Lock(), 0, 0
        self.together = threading.Event()

    def __call__(self, _: Handler) -> Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if self.now > 1:
            self.together.set()
        self.together.wait(0.05)
        with self.lock:
            self.now -= 1
        return Answer("<p>x</p>")


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    made = [Site(), Site(), Site()]
    yield made
    for site in made:
        site.stop()


def jobs(sites: list[Site], count: int) -> list[tuple[Entry, Scope]]:
    return [(Entry(f"{site.url}/{n}", "list"), Scope(site.url)) for n in range(count) for site in sites]


def serve(sites: list[Site], page: Any, count: int) -> None:
    for site in sites:
        site.pages |= {f"/{n}": page for n in range(count)}


@pytest.mark.parametrize(("connections", "most"), [(1, 1), (2, 2)])
def test_as_many_hosts_as_allowed_are_asked_at_a_time(
    connections: int, most: int, sites: list[Site], client: Callable[..., Web]
) -> None:
    page = Counted()
    serve(sites, page, 4)
    found = list(answers(jobs(sites, 4), client(connections=connections, delay=0)))
    assert sorted(entry.url for entry, _ in found) == sorted(entry.url for entry, _ in jobs(sites, 4))
    assert all(isinstance(answer, Read) for _, answer in found)
    assert page.most == most


def test_a_host_is_asked_one_thing_at_a_time(sites: list[Site], client: Callable[..., Web]) -> None:
    page = Counted()
    serve(sites[:1], page, 6)
    assert len(list(answers(jobs(sites[:1], 6), client(connections=4, delay=0)))) == 6
    assert page.most == 1


def test_who_leaves_early_leaves_no_thread_asking(sites: list[Site], client: Callable[..., Web]) -> None:
    serve(sites[:1], Answer("<p>x</p>"), 40)
    reading = answers(jobs(sites[:1], 40), client(delay=0))
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if "_work" in thread.name:
            thread.join(2)
    assert len(sites[0].seen) < 12
