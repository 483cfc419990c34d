"""A site, a client that never waits, and a scrape of one into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from blogsum.read.web import Manners, Web
from blogsum.scrape import Result, Wanted, scrape
from blogsum.settings import Settings
from tests.sites import Site


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(timeout=5, max_bytes=200_000, cache=tmp_path / "pages", datasets=tmp_path / "datasets")


@pytest.fixture
def client(settings: Settings, clock: Clock) -> Callable[..., Web]:
    """A web client whose waiting is only noted."""

    def made(**manners: Any) -> Web:
        return Web(settings, Manners(**manners), clock, clock.wait)

    return made


@pytest.fixture
def take(client: Callable[..., Web]) -> Callable[..., Result]:
    """Scrape sources into the dataset ``blog``."""

    def run(*sources: str, web: Web | None = None, **wanted: Any) -> Result:
        return scrape(sources, "blog", Wanted(**wanted), web or client())

    return run
