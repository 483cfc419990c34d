"""A site, a client that never waits, and a scrape of one into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from blogsum.read.web import Manners, Web
from blogsum.scrape import Result, Wanted, scrape
from blogsum.settings import Settings
from tests.sites import Clock, Site


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
