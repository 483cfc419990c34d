"""``blogsum scrape`` as its user meets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from blogsum.cli.main import main
from tests.sites import Answer, Site, blog, item, page, path, rss

Main = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    blog(made, 3)
    yield made
    made.stop()


@pytest.fixture
def blogsum(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Main:
    """Run the command in this process, with a home of its own."""
    monkeypatch.setenv("BLOGSUM_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> CompletedProcess[str]:
        code = main(["scrape", *arguments])
        out, error = capsys.readouterr()
        return CompletedProcess(arguments, code, out, error)

    return run


def test_the_answer_is_the_name_of_the_version(site: Site, blogsum: Main) -> None:
    site.pages[path(3)] = Answer(status=410)
    site.pages["/feed/"] = Answer(rss(item(1), item(2), item(3)), "application/rss+xml")
    done = blogsum(site.url, "--name", "blog", "--delay", "0")
    assert (done.returncode, done.stdout) == (0, "blog@1\n")
    assert done.stderr == "taken 2, unchanged 0, skipped 1 (1 the server has removed this page for good)\n"
    again = blogsum(site.url, "--name", "blog", "--delay", "0", "-q")
    assert (again.returncode, again.stdout, again.stderr) == (0, "blog@1\n", "")


def test_a_dry_run_lists_what_it_would_ask_for_and_keeps_nothing(site: Site, blogsum: Main, tmp_path: Path) -> None:
    done = blogsum(site.url, "--dry-run", "--delay", "0", "--since", "2026-03-02")
    lines = [f"2026-03-0{n}\t{site.url}{path(n)}\tBericht {n}\n" for n in (3, 2)]
    assert (done.returncode, done.stdout) == (0, "".join(lines))
    assert done.stderr == "would ask for 2, skipped 1 (1 older than 2026-03-02)\n"
    assert not (tmp_path / "datasets").exists()
    assert not [seen for seen in site.seen if seen.startswith("/2026")]


def test_a_dry_run_leaves_out_what_the_dataset_has(site: Site, blogsum: Main) -> None:
    blogsum(site.url, "--name", "blog", "--delay", "0", "--limit", "2")
    done = blogsum(site.url, "--name", "blog", "--delay", "0", "--dry-run")
    assert done.stdout == f"2026-03-01\t{site.url}{path(1)}\tBericht 1\n"


USAGE = [
    (["--delay", "0"], "error: --name is missing (it names the dataset, as in --name blog)\n"),
    (["--name", "a b"],
     "error: 'a b' is no name for a dataset (letters, digits, - and _, at most 64, as in company-blog)\n"),
    (["--name", "a", "--since", "gestern"], "error: --since 'gestern' is no date (as in 2026-01-31)\n"),
    (["--name", "a", "--limit", "0"],
     "error: Invalid value for '--limit': 0 is not in the range x>=1. (blogsum scrape --help shows how)\n"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error"), USAGE)
def test_wrong_usage_ends_with_2(arguments: list[str], error: str, site: Site, blogsum: Main) -> None:
    done = blogsum(site.url, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", error)
    assert site.seen == []


DEAD = [
    ("http://127.0.0.1:9/", "the server refuses the connection (check the address and the port)"),
    ("ftp://blog.example/", "is not a valid address (an address looks like https://example.org/blog/)"),
    ("missing.xml", "no such file (name a blog's address, a feed, an export, a folder, or -)"),
]


@pytest.mark.parametrize(("source", "reason"), DEAD)
def test_a_dead_source_ends_with_3(source: str, reason: str, blogsum: Main, tmp_path: Path) -> None:
    (tmp_path / "blogsum.toml").write_text("[scrape]\nretries = 1\n")
    done = blogsum(source, "--name", "blog", "--delay", "0", "--timeout", "2")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"error: {source}: {reason}\n"


def test_one_dead_source_of_two_ends_with_4(site: Site, blogsum: Main) -> None:
    done = blogsum(site.url, "missing.xml", "--name", "blog", "--delay", "0")
    assert (done.returncode, done.stdout) == (4, "blog@1\n")
    assert done.stderr == "error: missing.xml: no such file\ntaken 3, unchanged 0, skipped 1 (1 no such file)\n"


def test_a_missing_extra_says_what_to_install(site: Site, blogsum: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "feedparser" else find(name))
    done = blogsum(site.url, "--name", "blog")
    assert (done.returncode, done.stderr) == (
        3,
        "error: this needs the package 'feedparser' (pip install 'blogsum[data]')\n",
    )


def test_settings_are_the_manners_of_the_file(site: Site, blogsum: Main, tmp_path: Path) -> None:
    (tmp_path / "blogsum.toml").write_text("[scrape]\ndelay = 0.01\nmax_pages = 1\n")
    assert blogsum(site.url + "/feed/", "--name", "blog").stdout == "blog@1\n"


def test_a_page_of_one_post_is_no_blog(site: Site, blogsum: Main) -> None:
    site.pages["/eins"] = Answer(page(1), headers={"X": "y"})
    site.pages.pop("/feed/")
    done = blogsum(site.url + "/eins", "--name", "blog", "--delay", "0")
    assert done.returncode == 3
    assert "no post to take" in done.stderr
