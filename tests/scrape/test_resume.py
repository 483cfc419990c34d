"""A run that ends at any moment goes on where it stopped, and comes to the same content."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum import scrape as module
from blogsum.errors import UserError
from blogsum.scrape import Result
from blogsum.scrape.memory import Memory
from blogsum.settings import Settings
from blogsum.store import datasets
from tests.sites import Answer, Site, blog, item, path, rss, sitemap

Take = Callable[..., Result]


def content(result: Result) -> str:
    assert result.version is not None
    return str(result.version.manifest["content"])


@pytest.fixture
def whole(site: Site, settings: Settings, client: Any) -> str:
    """The content of a run that nothing interrupts, in a folder of its own."""
    blog(site, 8)
    site.pages["/2026/02/01/kopie/"] = site.pages[path(3)]
    site.pages["/sitemap.xml"] = Answer(
        sitemap(*((path(n), "") for n in range(1, 9)), ("/2026/02/01/kopie/", ""), ("/2026/02/02/fort/", "")),
        "text/xml",
    )
    web = client()
    web.settings = replace(settings, datasets=settings.datasets.parent / "whole", cache=Path())
    result = module.scrape([site.url], "blog", module.Wanted(), web)
    site.seen.clear()
    return content(result)


class Killed(BaseException):
    """Ends a run as kill -9 does: nothing catches it."""


@pytest.mark.parametrize("after", [0, *(pytest.param(posts, marks=pytest.mark.slow) for posts in (1, 4)), 8])
def test_killed_between_two_posts(
    after: int, whole: str, site: Site, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, count = Memory.note, iter(range(100))

    def fail(self: Memory, *arguments: Any) -> None:
        if next(count) == after:
            raise Killed
        note(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Memory, "note", fail)
        with pytest.raises(Killed):
            take(site.url)
    time.sleep(0.05)  # the thread of the killed run may still be asking for one page
    before = [seen for seen in site.seen if seen.startswith("/2026/03")]
    site.seen.clear()
    assert content(take(site.url)) == whole
    again = [seen for seen in site.seen if seen.startswith("/2026/03")]
    assert len(again) == 8 - after
    assert len(set(before) | set(again)) == 8


@pytest.mark.parametrize("place", ["_add", "memory"])
def test_killed_at_the_end(place: str, whole: str, site: Site, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*((module, "_add") if place == "_add" else (Memory, "finish")), fail)
        with pytest.raises(Killed):
            take(site.url)
    site.seen.clear()
    result = take(site.url)
    assert content(result) == whole
    assert result.version
    assert result.version.reference == "blog@1"
    assert not [seen for seen in site.seen if seen.startswith("/2026/03")]


@pytest.mark.parametrize("lost", [1, pytest.param(40, marks=pytest.mark.slow), 3000])
def test_a_journal_that_ends_in_the_middle_of_a_line(
    lost: int, whole: str, site: Site, take: Take, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_add", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            take(site.url)
    [journal] = (settings.datasets / "blog").glob(".scrape.*.part")
    with journal.open("r+b") as file:
        file.truncate(journal.stat().st_size - lost)
    assert content(take(site.url)) == whole
    assert not list((settings.datasets / "blog").glob(".scrape.*.part"))


def test_a_disk_that_fills_up(
    whole: str, site: Site, take: Take, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogsum import files

    class Full:
        """A file on a disk with room for so many bytes."""

        def __init__(self, file: Any, room: int) -> None:
            self._file, self._room = file, room

        def write(self, data: bytes) -> None:
            self._file.write(data[: self._room])
            self._file.flush()
            self._room -= len(data)
            if self._room < 0:
                raise OSError(28, "No space left on device")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    enter = files.Journal.__enter__

    def small(self: files.Journal) -> files.Journal:
        enter(self)
        self._file = Full(self._file, 4000)  # type: ignore[assignment]
        return self

    with monkeypatch.context() as patch:
        patch.setattr(files.Journal, "__enter__", small)
        with pytest.raises(UserError, match="No space left on device") as caught:
            take(site.url)
    assert caught.value.hint == "the lines so far are kept; run the same command again"
    assert caught.value.code == 3
    assert datasets.names(settings.datasets) == []
    assert content(take(site.url)) == whole


def test_two_scrapes_of_one_dataset_at_once(site: Site, take: Take, settings: Settings) -> None:
    blog(site, 1)
    with Memory(settings.datasets / "blog"), pytest.raises(UserError, match="is being written by another process"):
        take(site.url)


def test_a_run_with_other_sources_does_not_mix_with_an_interrupted_one(
    whole: str, site: Site, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_add", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            take(site.url)
    site.pages["/anders/"] = Answer(rss(item(2)), "application/rss+xml")
    result = take(site.url + "/anders/")
    assert result.version
    assert [row.id for row in datasets.articles(result.version)] == [site.url + path(2)]
    assert content(take(site.url)) == whole


@pytest.fixture
def command(site: Site) -> list[str]:
    return [sys.executable, "-m", "blogsum", "scrape", site.url, "--name", "blog", "--delay", "0"]


def start(command: list[str], home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "BLOGSUM_HOME": str(home)}
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells let what runs behind ignore Ctrl-C
    )


def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(site: Site, command: list[str], tmp_path: Path) -> None:
    blog(site, 9)

    def interrupting(_: Any) -> Answer:
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        return Answer(status=404)

    good, site.pages[path(1)] = site.pages[path(1)], interrupting  # the oldest post comes last
    process = start(command, tmp_path)
    out, error = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    note = "note: what was read is kept (the same command goes on from there)"
    assert error.split("\n") == [note, "error: interrupted", ""]
    site.pages[path(1)] = good
    site.seen.clear()
    process = start(command, tmp_path)
    assert process.communicate(timeout=30) == ("blog@1\n", "taken 9, unchanged 0, skipped 0\n")
    assert (
        len([seen for seen in site.seen if seen.startswith("/2026")]) < 8
    )  # of 12; at most six were not yet understood


@pytest.mark.slow
def test_twenty_kills_at_random_moments_end_with_the_same_content(
    whole: str, site: Site, command: list[str], tmp_path: Path
) -> None:
    generator = random.Random(3)
    kills = 0
    for _ in range(20):
        process, before, moment = start(command, tmp_path), len(site.seen), generator.randint(1, 9)
        while process.poll() is None and len(site.seen) < before + moment:  # a moment is a request, not a time
            time.sleep(0.002)
        time.sleep(generator.uniform(0, 0.03))
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    assert kills >= 5
    process = start(command, tmp_path)
    assert process.communicate(timeout=60)[0].startswith("blog@")
    assert str(datasets.find(tmp_path / "datasets", "blog").manifest["content"]) == whole
