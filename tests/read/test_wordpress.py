"""The REST interface and the export file of WordPress."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.read.entries import Entry
from blogsum.read.wordpress import paragraphs, posts_url, read_export, read_posts
from blogsum.types import Unreadable

URL = "https://blog.example/wp-json/"
POST: dict[str, Any] = {
    "link": "https://blog.example/wand/",
    "date": "2026-03-01T10:00:00",
    "modified_gmt": "2026-03-05T09:00:00",
    "type": "post",
    "title": {"rendered": "Über &#8222;W&auml;nde&#8220;"},
    "content": {"rendered": "<p>Der Putz fällt ab.</p>", "protected": False},
    "excerpt": {"rendered": "<p>Kurz &amp; gut.</p>\n"},
    "yoast_head_json": {"og_description": "Für andere.", "description": "Für Suchende."},
    "_embedded": {"author": [{"name": "Ida Bach"}]},
}


def test_a_post_of_the_interface() -> None:
    [entry] = read_posts(json.dumps([POST]).encode(), URL).entries
    assert (entry.url, entry.title, entry.date, entry.author) == (
        "https://blog.example/wand/", "Über „Wände“", "2026-03-01", "Ida Bach",
    )  # fmt: skip
    assert entry.whole
    assert entry.page
    assert b"<p>Der Putz" in entry.page.content
    assert entry.summaries == (
        ("excerpt", "Kurz & gut."), ("og:description", "Für andere."), ("description", "Für Suchende."),
    )  # fmt: skip
    assert entry.signals == {"wordpress": "2026-03-05T09:00:00"}


@pytest.mark.parametrize("content", [b"<html>", b"{}", b'"x"', b"", b'{"code": "rest_no_route"}'])
def test_what_is_no_interface_is_refused(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^is not the REST interface of WordPress$"):
        read_posts(content, URL)


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*POST, "rendered"]), inner, max_size=4)
        ),
        max_leaves=9,
    )
)
def test_any_answer_of_the_interface_is_survived(value: object) -> None:
    for entry in read_posts(json.dumps([value, POST]).encode(), URL).entries:
        assert entry.url.startswith("http")


def test_the_address_of_a_page_of_posts() -> None:
    tail = "per_page=100&page=2&_embed=author"
    assert posts_url(URL, 2) == f"https://blog.example/wp-json/wp/v2/posts?{tail}"
    assert posts_url("https://blog.example/?rest_route=/", 2) == f"https://blog.example/?rest_route=/wp/v2/posts&{tail}"


def export(*items: str) -> io.BytesIO:
    top = (
        '<?xml version="1.0" encoding="UTF-8" ?><!-- generator="WordPress/6.5" --><rss version="2.0" '
        'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    )
    return io.BytesIO((top + "".join(items) + "</channel></rss>").encode())


def exported(number: int, extra: str = "", status: str = "publish", kind: str = "post", excerpt: str = "") -> str:
    return (
        f"<item><title>Bericht {number}</title><link>https://blog.example/{number}/</link>"
        f"<dc:creator><![CDATA[ida]]></dc:creator>"
        f"<content:encoded><![CDATA[Eins.\n\nZwei [caption id='1']Bild[/caption].]]>"
        f"</content:encoded><excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>"
        f"<wp:post_date>2026-03-0{number} 10:00:00</wp:post_date><wp:status>{status}</wp:status>"
        f"<wp:post_type>{kind}</wp:post_type>{extra}</item>"
    )


def test_an_export_holds_its_published_posts() -> None:
    field = "<wp:meta_key>_yoast_wpseo_metadesc</wp:meta_key><wp:meta_value>Für Suchende.</wp:meta_value>"
    meta = f"<wp:postmeta>{field}</wp:postmeta>"
    found = list(
        read_export(
            export(
                exported(1, meta, excerpt="Von Hand."),
                exported(2, status="draft"),
                exported(3, kind="page"),
                exported(4, "<wp:post_password>geheim</wp:post_password>"),
                exported(5, kind="attachment"),
                exported(6).replace("https://blog.example/6/", ""),
            ),
            10_000,
        )
    )
    first = found[0]
    assert isinstance(first, Entry)
    assert (first.url, first.title, first.author, first.date) == (
        "https://blog.example/1/",
        "Bericht 1",
        "ida",
        "2026-03-01",
    )
    assert first.summaries == (("excerpt", "Von Hand."), ("description", "Für Suchende."))
    assert first.page
    assert "<p>Eins.</p>\n<p>Zwei Bild.</p>" in first.page.content.decode()
    assert [(one.source, one.reason) for one in found if isinstance(one, Unreadable)] == [
        ("https://blog.example/2/", "is not published (draft)"),
        ("https://blog.example/4/", "is protected by a password"),
        ("Bericht 6", "has no link"),
    ]


def test_an_export_with_characters_that_xml_forbids_is_read() -> None:
    content = export(exported(1)).getvalue().replace(b"Eins", b"Ei\x0bns\x00")
    assert len(list(read_export(io.BytesIO(content), 10_000))) == 1


BROKEN = [
    (export(exported(1)).getvalue()[:-30], "is damaged: its XML is broken"),
    (b'<!DOCTYPE a [<!ENTITY b "c">]><rss>&b;</rss>', "declares XML entities, which are not expanded"),
    (export("<item><title>" + "a" * 400_000 + "</title></item>").getvalue(), "has a post larger than 10,000 bytes"),
]


@pytest.mark.parametrize(("content", "reason"), BROKEN)
def test_a_broken_export_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        list(read_export(io.BytesIO(content), 10_000))
    assert str(caught.value).startswith(reason)


def test_a_large_export_takes_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        start = time.perf_counter()
        assert sum(1 for _ in read_export(export(*[exported(1)] * count), 10_000)) == count
        return time.perf_counter() - start

    seconds(100)
    assert seconds(2000) < 40 * seconds(200) + 0.5


PARAGRAPHS = [
    ("Eins.\nnoch eins.\n\nZwei.", "<p>Eins.<br>noch eins.</p>\n<p>Zwei.</p>"),
    ("<!-- wp:paragraph -->\n<p>Eins.</p>\n<!-- /wp:paragraph -->", "<p>Eins.</p>"),
    ("<h2>Kopf</h2>\n\nEins [sic].", "<h2>Kopf</h2>\n<p>Eins [sic].</p>"),
    ("[gallery ids='1,2']\n\nEins.", "<p>Eins.</p>"),
]


@pytest.mark.parametrize(("text", "html"), PARAGRAPHS)
def test_paragraphs(text: str, html: str) -> None:
    assert paragraphs(text) == html
