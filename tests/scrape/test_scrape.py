"""From a blog to a version: what is taken, what is not asked for again, what people wrote stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum.errors import UserError
from blogsum.scrape import Result, Wanted, pending, scrape
from blogsum.settings import Settings
from blogsum.store import datasets
from blogsum.types import Article
from tests.sites import Answer, Site, blog, item, page, path, rss, sitemap, words

Take = Callable[..., Result]


def rows(result: Result) -> list[Article]:
    assert result.version is not None
    return list(datasets.articles(result.version))


def posts(site: Site) -> list[str]:
    """The posts that were asked for."""
    return [seen for seen in site.seen if seen.startswith("/2026/")]


def test_a_home_page_becomes_a_version(site: Site, take: Take) -> None:
    blog(site)
    result = take(site.url)
    assert result.line() == "taken 6, unchanged 0, skipped 0"
    first = rows(result)[0]
    assert first.id == first.url == site.url + path(1)
    assert (first.title, first.author, first.date, first.lang) == ("Bericht 1", "Ida Bach", "2026-03-01", "de")
    assert (first.summary, first.summary_source) == ("Was wir bei Versuch 1 im Keller gelernt haben.", "feed")
    assert first.text.startswith("Das ist der Bericht Nummer 1 aus dem Haus am Bach.")
    assert [row.date for row in rows(result)] == sorted(str(row.date) for row in rows(result))
    assert result.version
    assert result.version.manifest["sources"] == [site.url]
    assert result.version.manifest["details"]["scrape"] == {"taken": 6, "unchanged": 0, "skipped": {}}


@pytest.mark.parametrize("etag", [False, True])
def test_a_second_run_asks_for_no_post_again(etag: bool, site: Site, take: Take) -> None:
    blog(site, etag=etag)
    first = take(site.url)
    site.seen.clear()
    second = take(site.url)
    assert posts(site) == []
    assert second.line() == "taken 0, unchanged 6, skipped 0"
    assert first.version
    assert second.version == first.version
    assert first.version.reference == "blog@1"


def test_what_changed_is_replaced_and_what_vanished_stays(site: Site, take: Take) -> None:
    blog(site)
    take(site.url)
    changed = words(2).replace("Maurer", "Klempner")
    site.pages["/feed/"] = Answer(rss(item(2, content=changed), item(7, content=words(7))), "application/rss+xml")
    site.pages[path(2)] = Answer(page(2, body=changed))
    site.pages[path(7)] = Answer(page(7))
    site.seen.clear()
    result = take(site.url)
    assert sorted(posts(site)) == [path(2), path(7)]
    assert result.line() == "taken 2, unchanged 0, skipped 0"
    assert [row.date for row in rows(result)] == [f"2026-03-0{n}" for n in range(1, 8)]
    assert "Klempner" in rows(result)[1].text
    assert result.version
    assert result.version.manifest["parent"] == "blog@1"


def test_the_server_says_what_changed_where_the_listing_does_not(site: Site, take: Take) -> None:
    blog(site, 3, etag=True)
    site.pages["/feed/"] = Answer(rss(item(1), item(2), item(3)), "application/rss+xml")
    take(site.url)
    site.pages[path(3)] = Answer(page(3, body=words(9)), etag=True)
    site.seen.clear()
    sent = site.sent
    result = take(site.url)
    assert len(posts(site)) == 3
    assert result.line() == "taken 1, unchanged 2, skipped 0"
    assert site.sent - sent < 2 * len(page(3)) + 2000  # the feed, the home page and one post


def test_where_nobody_can_tell_a_post_is_kept_until_it_is_asked_for_again(site: Site, take: Take) -> None:
    blog(site, 2)
    site.pages["/feed/"] = Answer(rss(item(1), item(2)), "application/rss+xml")
    take(site.url)
    site.pages[path(1)] = Answer(page(1, body=words(8)))
    assert take(site.url).line() == "taken 0, unchanged 2, skipped 0"
    assert take(site.url, refresh=True).line() == "taken 1, unchanged 1, skipped 0"


@pytest.mark.parametrize("source", ["team", "author", "machine, edited", "Anna", None])
def test_what_people_added_to_a_row_survives_a_change_of_its_post(
    source: str | None, site: Site, take: Take, settings: Settings
) -> None:
    blog(site, 2)
    version = take(site.url).version
    assert version is not None
    edited = [
        replace(row, summary="Von Hand geschrieben.", summary_source=source, split="test", references=("Eine.",))
        for row in datasets.articles(version)
    ]
    datasets.add(settings.datasets, "blog", edited, datasets.Origin())
    changed = words(2).replace("Maurer", "Klempner")
    site.pages["/feed/"] = Answer(rss(item(2, "Neu.", changed)), "application/rss+xml")
    site.pages[path(2)] = Answer(page(2, body=changed))
    row = rows(take(site.url))[1]
    assert "Klempner" in row.text
    assert (row.summary, row.summary_source, row.split, row.references) == (
        "Von Hand geschrieben.",
        source,
        "test",
        ("Eine.",),
    )


def test_a_version_keeps_the_sources_and_the_licence_of_its_parent(site: Site, client: Any) -> None:
    blog(site, 2)
    site.pages["/mehr/"] = Answer(rss(item(3, content=words(3))), "application/rss+xml")
    site.pages[path(3)] = Answer(page(3))
    scrape([site.url], "blog", Wanted(), client(), licence="CC BY 4.0")
    version = scrape([site.url + "/mehr/"], "blog", Wanted(), client()).version
    assert version
    assert (version.manifest["sources"], version.manifest["licence"]) == ([site.url, site.url + "/mehr/"], "CC BY 4.0")
    assert version.manifest["rows"] == 3


def test_of_two_posts_with_one_text_one_is_kept_and_the_other_named(site: Site, take: Take) -> None:
    blog(site, 2)
    site.pages["/2026/02/01/bericht-1/"] = Answer(page(1))
    site.pages["/sitemap.xml"] = Answer(sitemap((path(2), ""), ("/2026/02/01/bericht-1/", "")), "application/xml")
    result = take(site.url)
    assert [row.id for row in rows(result)] == [site.url + path(1), site.url + path(2)]
    assert result.line() == "taken 2, unchanged 0, skipped 1 (1 duplicate)"
    assert result.skips[0].reason == f"duplicate of {site.url}{path(1)}"
    site.seen.clear()
    assert take(site.url).line() == "taken 0, unchanged 2, skipped 1 (1 duplicate)"
    assert posts(site) == []


def test_one_post_under_two_addresses_has_its_canonical_one(site: Site, take: Take) -> None:
    blog(site, 2)
    twin = page(1, head=f'<link rel="canonical" href="{path(1)}">')
    site.pages["/kopie-von-bericht-1"] = Answer(twin)
    site.pages[path(1)] = Answer(twin)
    site.pages["/feed/"] = Answer(
        rss(item(1), item(1, link="SITE/kopie-von-bericht-1?utm_source=feed"), item(2)), "application/rss+xml"
    )
    result = take(site.url)
    assert [row.id for row in rows(result)] == [site.url + path(1), site.url + path(2)]
    assert [skip.kind for skip in result.skips] == ["duplicate"]


SUMMARIES = [
    ("og", '<meta property="og:description" content="Ein Teaser von Hand geschrieben.">', "", "og:description"),
    ("meta", '<meta name="description" content="Ein Teaser von Hand geschrieben.">', "", "description"),
    ("feed", "", "Ein Teaser von Hand geschrieben.", "feed"),
    ("read on", "", "Ein Teaser von Hand geschrieben. [weiterlesen]", "feed"),
    (
        "cut, then whole",
        '<meta property="og:description" content="Das ist der Bericht Nummer 1 aus dem [&hellip;]">'
        '<meta name="description" content="Ein Teaser von Hand geschrieben.">',
        "",
        "description",
    ),
    ("cut", "", "Das ist der Bericht Nummer 1 aus dem Haus […]", None),
    ("cut without a sign", "", "Das ist der Bericht Nummer 1 aus dem", None),
    ("cut with a link", "", "Das ist der Bericht Nummer 1 aus dem … <a href='/x'>weiterlesen</a>", None),
    ("the whole post", "", words(1), None),
]


@pytest.mark.parametrize(
    ("head", "feed", "source"), [case[1:] for case in SUMMARIES], ids=[case[0] for case in SUMMARIES]
)
def test_the_teaser_a_person_wrote_is_taken_with_its_place(
    head: str, feed: str, source: str | None, site: Site, take: Take
) -> None:
    blog(site, 1)
    site.pages["/feed/"] = Answer(rss(item(1, feed, words(1))), "application/rss+xml")
    site.pages[path(1)] = Answer(page(1, head))
    [row] = rows(take(site.url))
    assert (row.summary, row.summary_source) == (source and "Ein Teaser von Hand geschrieben.", source)


def test_a_teaser_that_all_posts_share_describes_the_blog(site: Site, take: Take) -> None:
    blog(site, 4)
    slogan = '<meta name="description" content="Berichte aus dem Haus am Bach, jede Woche neu.">'
    for n in (1, 2, 3):
        site.pages[path(n)] = Answer(page(n, slogan))
    site.pages["/feed/"] = Answer(rss(*(item(n) for n in range(1, 5))), "application/rss+xml")
    site.pages[path(4)] = Answer(page(4, '<meta name="description" content="Warum wir den Keller heizen.">'))
    assert [row.summary for row in rows(take(site.url))] == [None, None, None, "Warum wir den Keller heizen."]


def test_only_posts_are_taken_from_a_sitemap(site: Site, take: Take) -> None:
    about = '<html><head><title>Über uns</title></head><body class="page page-id-2"><h1>Das Haus</h1>' + words(5)
    site.pages["/"] = Answer("<html><head><title>Am Bach</title></head><body></body></html>")
    site.pages["/das-haus-am-bach/"] = Answer(about)
    site.pages["/2026/03/01/kurz/"] = Answer(page(1, body="<p>Nur ein Satz steht hier.</p>"))
    site.pages[path(2)] = Answer(page(2))
    listed = [("/", ""), ("/das-haus-am-bach/", ""), ("/impressum/", ""), ("/tag/keller/", ""), (path(2), "2026-03-02"),
              ("/2026/03/01/kurz/", ""), ("/2026/03/09/fort/", "")]  # fmt: skip
    site.pages["/sitemap.xml"] = Answer(sitemap(*listed), "application/xml")
    result = take(site.url)
    assert [row.id for row in rows(result)] == [site.url + path(2)]
    assert sorted((skip.id.removeprefix(site.url), skip.reason) for skip in result.skips) == [
        ("/2026/03/01/kurz/", "too short (5 words)"),
        ("/2026/03/09/fort/", "the server has no such page (404)"),
        ("/das-haus-am-bach/", "not a post"),
        ("/impressum/", "not a post"),
        ("/tag/keller/", "not a post"),
    ]
    assert result.line().endswith("skipped 5 (3 not a post, 1 too short, 1 the server has no such page)")
    assert "/impressum/" not in site.seen


FILTERS: list[tuple[dict[str, Any], list[int], str]] = [
    ({"since": "2026-03-05"}, [5, 6], "4 older than 2026-03-05"),
    ({"limit": 2}, [5, 6], ""),
    ({"include": ("/2026/03/0[12]/*",)}, [1, 2], "4 not in --include"),
    ({"exclude": ("*bericht-1*", "2026/03/02/*")}, [3, 4, 5, 6], "2 in --exclude"),
]


@pytest.mark.parametrize(("wanted", "numbers", "skipped"), FILTERS, ids=[str(case[0]) for case in FILTERS])
def test_only_what_is_wanted_is_asked_for(
    wanted: dict[str, Any], numbers: list[int], skipped: str, site: Site, take: Take, client: Any
) -> None:
    blog(site)
    entries, _ = pending([site.url], "blog", Wanted(**wanted), client())
    assert sorted(entry.url for entry in entries) == [site.url + path(n) for n in numbers]
    assert posts(site) == []
    result = take(site.url, **wanted)
    assert sorted(posts(site)) == [path(n) for n in numbers]
    assert skipped in result.line()
    assert pending([site.url], "blog", Wanted(**wanted), client())[0] == []


def test_what_its_sitemap_calls_older_is_not_asked_for(site: Site, take: Take) -> None:
    site.pages["/"] = Answer("<html><body></body></html>")
    listed = sitemap((path(1), "2026-03-01T10:00:00Z"), (path(2), "2026-03-02"), (path(3), ""), (path(4), "gestern"))
    site.pages["/sitemap.xml"] = Answer(listed, "application/xml")
    for n in range(1, 5):
        site.pages[path(n)] = Answer(page(n))
    result = take(site.url, since="2026-03-02")
    assert sorted(posts(site)) == [path(2), path(3), path(4)]
    assert [row.date for row in rows(result)] == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_addresses_on_standard_input(site: Site, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    blog(site, 3)
    text = (
        f"# meine Liste\n{site.url}{path(1)}?utm_source=x\n\n{site.url}{path(1)}#oben\n{site.url}{path(3)}\nkein link\n"
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    result = take("-")
    assert [row.id for row in rows(result)] == [site.url + path(1), site.url + path(3)]
    assert result.line() == "taken 2, unchanged 0, skipped 1 (1 is not a valid address)"


def test_a_folder_of_markdown_and_html(take: Take, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "_posts").mkdir(parents=True)
    (folder / "_posts" / "2026-03-01-keller.md").write_text(
        "---\ntitle: Der Keller\nsummary: Wie wir den Keller trocken bekamen.\n---\n" + words(1).replace("</p>", "\n\n")
    )
    (folder / "_posts" / "dach.html").write_text(page(2))
    (folder / "impressum.md").write_text("---\ntitle: Impressum\n---\n" + words(3))
    result = take(str(folder))
    first, second = sorted(rows(result), key=lambda row: row.id)
    assert (first.id, first.date, first.summary_source) == ("_posts/2026-03-01-keller.md", "2026-03-01", "front matter")
    assert (second.id, second.title) == ("_posts/dach.html", "Bericht 2")
    assert [(skip.id, skip.reason) for skip in result.skips] == [("impressum.md", "not a post")]
    assert take(str(folder)).line() == "taken 0, unchanged 2, skipped 1 (1 not a post)"


def test_the_wordpress_interface_gives_whole_posts_and_saves_requests(site: Site, take: Take) -> None:
    import json

    blog(site, 0)
    site.pages["/"] = Answer('<html><head><link rel="https://api.w.org/" href="/wp-json/"></head><body></body></html>')
    listed = [
        {
            "link": f"SITE{path(n)}",
            "date": f"2026-03-0{n}T10:00:00",
            "modified_gmt": "2026-03-09T10:00:00",
            "title": {"rendered": f"Bericht {n} &#8211; Keller"},
            "content": {"rendered": words(n), "protected": n == 3},
            "excerpt": {
                "rendered": "<p>Kurz und von Hand.</p>" if n == 1 else "<p>Das ist der Bericht Nummer 2 [&hellip;]</p>"
            },
            "_embedded": {"author": [{"name": "Ida Bach"}]},
        }
        for n in (1, 2, 3)
    ]
    site.pages["/wp-json/wp/v2/posts"] = Answer(
        json.dumps(listed), "application/json", headers={"X-WP-TotalPages": "1"}
    )
    site.pages[path(2)] = Answer(page(2, '<meta name="description" content="Eine Beschreibung von Hand.">'))
    result = take(site.url)
    assert posts(site) == [path(2)]
    first, second = rows(result)
    assert (first.title, first.author, first.summary_source) == ("Bericht 1 – Keller", "Ida Bach", "excerpt")
    assert (second.summary, second.summary_source) == ("Eine Beschreibung von Hand.", "description")
    assert [(skip.id, skip.reason) for skip in result.skips] == [(f"{site.url}{path(3)}", "is protected by a password")]


def test_the_post_of_a_feed_is_taken_where_its_page_cannot_be_read(site: Site, take: Take) -> None:
    blog(site, 2)
    site.pages[path(2)] = Answer("<html><body><div id='app'></div><script>x()</script></body></html>")
    assert [row.text.count("Bericht Nummer 2") for row in rows(take(site.url))] == [0, 1]


def test_nothing_to_take_is_a_failure_with_its_reasons(site: Site, take: Take) -> None:
    blog(site, 1)
    site.pages[path(1)] = Answer("weg", status=410)
    site.pages["/feed/"] = Answer(rss(item(1)), "application/rss+xml")
    with pytest.raises(UserError) as caught:
        take(site.url)
    reason = "taken 0, unchanged 0, skipped 1 (1 the server has removed this page for good)"
    assert (str(caught.value), caught.value.code) == (f"{site.url}: no post to take: {reason}", 3)


def test_a_bug_on_one_post_costs_no_other(site: Site, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    from blogsum import scrape as module

    def broken(entry: Any, page: Any) -> Any:
        if entry.url.endswith(path(2)):
            raise RuntimeError("unerwartet")
        return post(entry, page)

    post = module.post
    monkeypatch.setattr(module, "post", broken)
    blog(site, 3)
    result = take(site.url)
    assert [row.title for row in rows(result)] == ["Bericht 1", "Bericht 3"]
    assert [skip.reason for skip in result.skips] == ["internal error: RuntimeError: unerwartet"]
    monkeypatch.undo()
    assert take(site.url).line() == "taken 1, unchanged 2, skipped 0"


def test_one_dead_source_of_two_is_named(site: Site, take: Take) -> None:
    blog(site, 1)
    result = take(site.url, "http://127.0.0.1:9/")
    assert result.taken == 1
    assert [(skip.id, skip.reason) for skip in result.dead] == [
        ("http://127.0.0.1:9/", "the server refuses the connection")
    ]
