"""From one address to the posts of a blog, whatever its site offers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blogsum.read.discover import Found, discover
from blogsum.read.web import Manners, Web
from blogsum.settings import Settings
from tests.sites import Answer, Site, item, rss, sitemap

FEED, XML = "application/rss+xml", "application/xml"
Discover = Callable[..., Found]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def look(site: Site, tmp_path: Path) -> Discover:
    def run(path: str = "/", max_pages: int = 200) -> Found:
        web = Web(Settings(timeout=5, cache=tmp_path), Manners(delay=0, retries=0, max_pages=max_pages))
        return discover(site.url + path, web)

    return run


def home(head: str = "", body: str = "") -> Answer:
    return Answer(f"<html><head>{head}</head><body>{body}</body></html>")


def alternate(href: str, title: str = "", kind: str = FEED) -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def paths(found: Found, site: Site) -> list[str]:
    return sorted(url.removeprefix(site.url) for url in found.posts)


def links(*hrefs: str) -> str:
    return "".join(f'<a href="{href}">x</a>' for href in hrefs)


def test_a_declared_feed_is_read_and_that_of_comments_is_not(site: Site, look: Discover) -> None:
    site.pages["/"] = home(alternate("/comments/feed/", "Kommentare") + alternate("/rss?x=1", "Beiträge"))
    site.pages["/rss"] = Answer(rss(item(1), item(2)), FEED)
    found = look()
    assert paths(found, site) == ["/2026/03/01/bericht-1/", "/2026/03/02/bericht-2/"]
    assert "/comments/feed/" not in site.seen
    assert "/feed/" not in site.seen


@pytest.mark.parametrize("place", ["/feed/", "/rss.xml", "/atom.xml", "/index.xml", "/blog/feed.xml"])
def test_a_feed_that_nobody_declares_is_found(place: str, site: Site, look: Discover) -> None:
    site.pages["/blog/"] = home()
    site.pages[place] = Answer(rss(item(1)), FEED)
    assert paths(look("/blog/"), site) == ["/2026/03/01/bericht-1/"]


def test_a_json_feed_is_found(site: Site, look: Discover) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/eins/", "content_text": "x"}]}
    site.pages["/"] = home(alternate("/feed.json", kind="application/feed+json"))
    site.pages["/feed.json"] = Answer(json.dumps(feed), "application/feed+json")
    assert paths(look(), site) == ["/eins/"]
    assert paths(look("/feed.json"), site) == ["/eins/"]


def test_what_several_listings_name_comes_once(site: Site, look: Discover) -> None:
    site.pages["/"] = home(alternate("/feed/"))
    site.pages["/feed/"] = Answer(rss(item(1), item(2)), FEED)
    listed = sitemap(("/2026/03/01/bericht-1/?utm_source=karte", "2026-03-05"), ("/2025/12/24/alt/", "2025-12-24"))
    site.pages["/robots.txt"] = Answer("Sitemap: SITE/karte.xml.gz", "text/plain")
    site.pages["/karte.xml.gz"] = Answer(gzip.compress(listed.replace("SITE", site.url).encode()), "application/gzip")
    found = look()
    assert paths(found, site) == ["/2025/12/24/alt/", "/2026/03/01/bericht-1/", "/2026/03/02/bericht-2/"]
    entry = found.posts[site.url + "/2026/03/01/bericht-1/"]
    assert (entry.kind, entry.title, entry.signals) == ("feed", "Bericht 1", {"sitemap": "2026-03-05"})


def test_an_index_of_sitemaps_is_followed(site: Site, look: Discover) -> None:
    parts = "".join(f"<sitemap><loc>SITE/{n}.xml</loc></sitemap>" for n in ("eins", "zwei", "fehlt"))
    site.pages["/"] = home()
    site.pages["/sitemap_index.xml"] = Answer(f"<sitemapindex>{parts}</sitemapindex>", XML)
    site.pages["/eins.xml"] = Answer(sitemap(("/a-b-c/", "")), XML)
    site.pages["/zwei.xml"] = Answer(sitemap(("/d-e-f/", "")), XML)
    found = look()
    assert paths(found, site) == ["/a-b-c/", "/d-e-f/"]
    assert [one.reason for one in found.refused] == ["the server has no such page (404)"]


def test_sitemaps_that_lead_deeper_for_ever_are_left(site: Site, look: Discover) -> None:
    for n in range(9):
        site.pages[f"/{n}.xml"] = Answer(
            f"<sitemapindex><sitemap><loc>SITE/{n + 1}.xml</loc></sitemap></sitemapindex>", XML
        )
    found = look("/0.xml")
    assert [one.reason for one in found.refused] == ["is too deep in sitemaps of sitemaps"]
    assert len(site.seen) == 5  # and robots.txt


def test_sitemaps_that_go_in_circles_are_read_once(site: Site, look: Discover) -> None:
    site.pages["/a.xml"] = Answer("<sitemapindex><sitemap><loc>SITE/b.xml</loc></sitemap></sitemapindex>", XML)
    site.pages["/b.xml"] = Answer("<sitemapindex><sitemap><loc>SITE/a.xml</loc></sitemap></sitemapindex>", XML)
    assert look("/a.xml").posts == {}
    assert site.seen == ["/robots.txt", "/a.xml", "/b.xml"]


def test_a_wide_index_is_bounded(site: Site, look: Discover) -> None:
    parts = "".join(f"<sitemap><loc>SITE/{n}.xml</loc></sitemap>" for n in range(50))
    site.pages["/a.xml"] = Answer(f"<sitemapindex>{parts}</sitemapindex>", XML)
    found = look("/a.xml", max_pages=5)
    assert len(site.seen) == 1 + 5
    assert [one.reason for one in found.refused].count("is beyond --max-pages") == 46


def test_of_a_blog_below_a_path_the_sitemap_gives_what_is_below_it(site: Site, look: Discover) -> None:
    site.pages["/blog/"] = home()
    site.pages["/sitemap.xml"] = Answer(sitemap(("/blog/", ""), ("/blog/eins/", ""), ("/laden/rad/", "")), XML)
    assert paths(look("/blog/"), site) == ["/blog/eins/"]


def test_the_pages_of_a_feed_are_followed(site: Site, look: Discover) -> None:
    more = '<atom:link rel="next" href="SITE/feed/?page={}"/>'
    site.pages["/feed/"] = Answer(rss(item(1), more=more.format(2)), FEED)
    site.pages["/feed/?page=2"] = Answer(rss(item(2), more=more.format(3)), FEED)
    site.pages["/feed/?page=3"] = Answer(rss(item(2), more=more.format(4)), FEED)
    assert len(look("/feed/").posts) == 2
    assert site.seen[-1] == "/feed/?page=3"  # it brought nothing new


def test_the_pages_of_wordpress_are_followed(site: Site, look: Discover) -> None:
    def posts(*numbers: int) -> Answer:
        listed = [{"link": f"SITE/{n}-x-y/", "content": {"rendered": "<p>x</p>"}} for n in numbers]
        return Answer(json.dumps(listed), "application/json", headers={"X-WP-TotalPages": "2"})

    site.pages["/"] = home('<link rel="https://api.w.org/" href="SITE/wp-json/">')
    root = "/wp-json/wp/v2/posts?per_page=100&page={}&_embed=author"
    site.pages[root.format(1)], site.pages[root.format(2)] = posts(1, 2), posts(3)
    assert paths(look(), site) == ["/1-x-y/", "/2-x-y/", "/3-x-y/"]


def test_where_nothing_lists_posts_links_are_followed(site: Site, look: Discover) -> None:
    site.pages["/"] = home(
        body=links(
            "/wie-das-wasser-kam/", "/impressum/", "/page/2/", "https://anderswo.example/ein-langer-titel/", "#oben"
        )
    )
    site.pages["/page/2/"] = home(body=links("/2025/12/24/alt/", "/page/3/", "/wie-das-wasser-kam/", "/"))
    site.pages["/page/3/"] = home(body=links("/blog/uralt/", "/page/2/"))
    found = look()
    assert paths(found, site) == ["/2025/12/24/alt/", "/blog/uralt/", "/wie-das-wasser-kam/"]
    assert {entry.kind for entry in found.posts.values()} == {"link"}


def test_a_short_feed_is_not_all_there_is(site: Site, look: Discover) -> None:
    body = links("/2025/12/24/alt/", "/ueber-das-alte-haus/", "/2025/12/")
    site.pages["/"] = home(alternate("/feed/"), body)
    site.pages["/feed/"] = Answer(rss(*(item(n) for n in range(1, 11))), FEED)
    site.pages["/2025/12/"] = home(body=links("/2025/12/01/uralt/"))
    found = look()
    assert len(found.posts) == 12
    assert {"/2025/12/24/alt/", "/2025/12/01/uralt/"} < set(paths(found, site))


def test_endless_archives_are_bounded(site: Site, look: Discover) -> None:
    def archive(handler: object) -> Answer:
        number = int(str(getattr(handler, "path", "")).rstrip("/").rpartition("/")[2])
        return home(body=links(f"/page/{number + 1}/", f"/ein-langer-titel-{number}/"))

    site.pages["/"] = home(body=links("/page/1/"))
    for number in range(1, 40):
        site.pages[f"/page/{number}/"] = archive
    assert len(look(max_pages=20).posts) <= 20
    assert len(site.seen) <= 22


def test_a_redirected_home_page_takes_its_host_along(site: Site, look: Discover) -> None:
    site.pages["/alt"] = Answer(status=301, headers={"Location": f"http://localhost:{site.server_port}/"})
    site.pages["/"] = home(alternate("/feed/"))
    feed = rss(item(1, link=f"http://localhost:{site.server_port}/eins/"), item(2))
    site.pages["/feed/"] = Answer(feed, FEED)
    assert len(look("/alt").posts) == 2
