"""RSS, Atom and JSON Feed as they are found: what each says of a post."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.read.entries import Entry, plain
from blogsum.read.feeds import is_feed, read_feed
from tests.sites import item, rss

URL = "https://blog.example/feed/"
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Am Bach</title>
<link href="https://blog.example/"/><link rel="next" href="/feed/?page=2"/>
<entry><title type="html">Über &lt;b&gt;W&#228;nde&lt;/b&gt;</title><link rel="replies" href="/wand/#comments"/>
<link href="/wand/?utm_source=feed#oben"/>
<id>tag:blog.example,2026:1</id><updated>2026-03-05T10:00:00Z</updated><published>2026-03-01T23:30:00+02:00</published>
<author><name>Ida Bach</name></author><summary>Kurz &amp; gut.</summary>
<content type="html">&lt;p&gt;Der Putz fällt ab.&lt;/p&gt;</content></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "home_page_url": "https://blog.example/",
    "next_url": "https://blog.example/feed.json?page=2",
    "items": [
        {
            "id": "1",
            "url": "/wand/",
            "title": "Über Wände",
            "summary": "Kurz.",
            "content_text": "Der Putz fällt ab.\n\nEr war <feucht>.",
            "date_published": "2026-03-01T08:00:00Z",
            "date_modified": "2026-03-05T10:00:00Z",
            "authors": [{"name": "Ida Bach"}, {"name": "Jo Au"}],
        },
        {"id": "zwei", "url": "mailto:ida@blog.example"},
        "kein Beitrag",
    ],
}


def only(entries: tuple[Entry, ...]) -> Entry:
    [entry] = entries
    return entry


def test_rss() -> None:
    feed = rss(item(3, "Ein Teaser.\n", "<p>Der ganze Beitrag.</p>")).replace("SITE", "https://blog.example")
    listing = read_feed(feed.encode(), URL)
    entry = only(listing.entries)
    assert (entry.url, entry.kind) == ("https://blog.example/2026/03/03/bericht-3/", "feed")
    assert (entry.title, entry.date, entry.author) == ("Bericht 3", "2026-03-03", "Ida Bach")
    assert entry.summaries == (("feed", "Ein Teaser."),)
    assert entry.page
    assert b"<p>Der ganze Beitrag.</p>" in entry.page.content
    assert listing.home == "https://blog.example/"


def test_atom() -> None:
    listing = read_feed(ATOM.encode(), URL)
    entry = only(listing.entries)
    assert (entry.url, entry.title) == ("https://blog.example/wand/", "Über Wände")
    assert (entry.date, entry.author) == ("2026-03-01", "Ida Bach")
    assert entry.summaries == (("feed", "Kurz & gut."),)
    assert entry.signals == {"feed": "2026-03-05T10:00:00Z"}
    assert listing.more == ("https://blog.example/feed/?page=2",)


def test_json_feed() -> None:
    listing = read_feed(json.dumps(JSON).encode(), "https://blog.example/feed.json")
    entry = only(listing.entries)
    assert (entry.url, entry.title, entry.author) == ("https://blog.example/wand/", "Über Wände", "Ida Bach, Jo Au")
    assert (entry.date, entry.summaries) == ("2026-03-01", (("feed", "Kurz."),))
    assert entry.page
    assert "<p>Er war &lt;feucht&gt;.</p>" in entry.page.content.decode()
    assert [(one.source, one.reason) for one in listing.refused] == [
        ("mailto:ida@blog.example", "has the scheme 'mailto', which is not read")
    ]
    assert (listing.home, listing.more) == ("https://blog.example/", ("https://blog.example/feed.json?page=2",))


SIGNALS = [
    ("the content changes", item(1, "", "<p>eins</p>"), item(1, "", "<p>zwei</p>"), True),
    ("only the teaser changes", item(1, "eins"), item(1, "zwei"), False),
    ("nothing changes", item(1, "", "<p>eins</p>"), item(1, "", "<p>eins</p>"), False),
]


@pytest.mark.parametrize(("old", "new", "differs"), [case[1:] for case in SIGNALS], ids=[case[0] for case in SIGNALS])
def test_the_signal_tells_whether_a_post_changed(old: str, new: str, differs: bool) -> None:
    before, after = (only(read_feed(rss(one).encode(), URL).entries).signals for one in (old, new))
    assert (before != after) is differs


TEASERS = [
    ("<p>Kurz &amp; gut.</p><script>x()</script>", "Kurz & gut."),
    ("Kurz.<p>Der Beitrag <a href='/x'>Wände</a> erschien zuerst auf <a href='/'>Am Bach</a>.</p>", "Kurz."),
    ("Kurz. The post Walls appeared first on Am Bach.", "Kurz."),
    ("eins<br/>zwei <b>drei</b>.", "eins zwei drei."),
]


@pytest.mark.parametrize(("summary", "text"), TEASERS)
def test_a_teaser_is_one_line_without_markup_and_imprint(summary: str, text: str) -> None:
    assert only(read_feed(rss(item(1, summary)).encode(), URL).entries).summaries == (("feed", text),)


def test_a_feed_is_known_by_its_beginning() -> None:
    assert is_feed(rss(item(1, content="<html><body>x</body></html>")).encode())
    assert not is_feed(b"<!DOCTYPE html><html><body><feed></feed></body></html>")


def test_a_long_description_is_the_post_itself() -> None:
    entry = only(read_feed(rss(item(1, "<p>" + "Wasser im Keller. " * 100 + "</p>")).encode(), URL).entries)
    assert entry.summaries == ()
    assert entry.page


ODD = [
    ("a comment", item(1, link="https://blog.example/wand/#comment-7"), [], []),
    ("spaces around the link", item(1, link="\n  https://blog.example/wand/\n"), ["https://blog.example/wand/"], []),
    ("a bare ampersand", item(1, link="https://blog.example/?a=1&p=5"), ["https://blog.example/?a=1&p=5"], []),
    ("another scheme", item(1, link="ftp://blog.example/x"), [], ["has the scheme 'ftp', which is not read"]),
]


@pytest.mark.parametrize(("part", "urls", "reasons"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_odd_links(part: str, urls: list[str], reasons: list[str]) -> None:
    listing = read_feed(rss(part).encode(), URL)
    assert [entry.url for entry in listing.entries] == urls
    assert [one.reason for one in listing.refused] == reasons


ENCODINGS = [
    ("utf-16", lambda feed: feed.replace("UTF-8", "utf-16").encode("utf-16")),
    ("latin-1", lambda feed: feed.replace("UTF-8", "iso-8859-1").encode("latin-1")),
    ("utf-8 with a mark", lambda feed: feed.encode("utf-8-sig")),
    ("utf-8 called latin-1", lambda feed: feed.replace("UTF-8", "iso-8859-1").encode()),
    ("blank lines first", lambda feed: b"\n\n" + feed.encode()),
    ("a control character", lambda feed: feed.replace("Bericht", "\x08Bericht").encode()),
    ("cut off", lambda feed: feed.encode()[:-20]),
]


@pytest.mark.parametrize("encoded", [case[1] for case in ENCODINGS], ids=[case[0] for case in ENCODINGS])
def test_encodings_and_damage(encoded: object) -> None:
    content = encoded(rss(item(1).replace("Bericht 1", "Bericht über Wände")))  # type: ignore[operator]
    assert only(read_feed(content, URL).entries).title == "Bericht über Wände"


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>x</body></html>", b"{}", b"{", b"[]", b"<urlset/>", b"\0\xff" * 50]
)
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    assert not is_feed(content)
    with pytest.raises(UserError):
        read_feed(content, URL)


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    for body in (
        content,
        b"<rss><channel><item>" + content,
        b'{"version": "jsonfeed.org/version/1", "items": [' + content,
    ):
        with contextlib.suppress(UserError):
            assert all(entry.url.startswith("http") for entry in read_feed(body, URL).entries)


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["<rss>", "<item>", "</item>", "<link>", "https://a.example/x", "]]>", "<![CDATA[", "&#0;"])
    )
)
def test_any_order_of_the_parts_of_a_feed_is_survived(parts: list[str]) -> None:
    with contextlib.suppress(UserError):
        assert len(read_feed(("<rss>" + "".join(parts)).encode(), URL).entries) <= parts.count("<item>")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "title", "authors", "name"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(JSON_VALUES)
def test_any_json_feed_is_survived(items: object) -> None:
    read_feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode(), URL)


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_plain_text_has_no_line_breaks(html: str) -> None:
    assert plain(html) == " ".join(plain(html).split())
