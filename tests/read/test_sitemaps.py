"""Sitemaps and indexes of them, well-formed and not."""

from __future__ import annotations

import contextlib
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.read import safe_xml
from blogsum.read.sitemaps import is_sitemap, read_sitemap

URL = "https://blog.example/sitemap.xml"


def index(*names: str) -> bytes:
    parts = "".join(f"<sitemap><loc>https://blog.example/{name}</loc></sitemap>" for name in names)
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{parts}</sitemapindex>".encode()


def test_addresses_and_when_they_changed() -> None:
    content = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc> https://blog.example/a/?utm_medium=x </loc><lastmod>2026-03-01</lastmod></url>
        <url><loc>/b</loc><news:news><news:publication_date>2026-03-02T10:00:00Z</news:publication_date>
        <news:title>Zwei</news:title></news:news></url>
        <url><loc>mailto:x@blog.example</loc></url><url></url></urlset>"""
    first, second = read_sitemap(content, URL).entries
    assert (first.url, first.signals) == ("https://blog.example/a/", {"sitemap": "2026-03-01"})
    assert (second.url, second.title, second.date) == ("https://blog.example/b", "Zwei", "2026-03-02")


PARTS = [
    ("WordPress", ["wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-page-1.xml", "wp-sitemap-taxonomies-category-1.xml",
                   "wp-sitemap-users-1.xml"], ["wp-sitemap-posts-post-1.xml"]),
    ("Yoast", ["post-sitemap.xml", "post-sitemap2.xml", "page-sitemap.xml", "category-sitemap.xml", "author-sitemap.xml"
               ], ["post-sitemap.xml", "post-sitemap2.xml"]),
    ("numbered", ["sitemap-1.xml.gz", "sitemap-2.xml.gz"], ["sitemap-1.xml.gz", "sitemap-2.xml.gz"]),
    ("only others", ["category-sitemap.xml"], ["category-sitemap.xml"]),
    ("twice", ["a.xml", "a.xml"], ["a.xml"]),
]  # fmt: skip


@pytest.mark.parametrize(("names", "kept"), [case[1:] for case in PARTS], ids=[case[0] for case in PARTS])
def test_of_an_index_the_parts_with_posts_are_read(names: list[str], kept: list[str]) -> None:
    assert read_sitemap(index(*names), URL).more == tuple(f"https://blog.example/{name}" for name in kept)


MENDED = [
    ("a bare ampersand", b"<urlset><url><loc>https://blog.example/?p=1&x=2</loc></url></urlset>"),
    ("never closed", b"<urlset><url><loc>https://blog.example/?p=1&amp;x=2</loc>"),
    ("text before", b"\xef\xbb\xbf\n\n<urlset><url><loc>https://blog.example/?p=1&amp;x=2</loc></url></urlset>"),
    ("utf-16", "<urlset><url><loc>https://blog.example/?p=1&amp;x=2</loc></url></urlset>".encode("utf-16")),
    ("lines", b"https://blog.example/?p=1&x=2\n\n"),
]


@pytest.mark.parametrize("content", [case[1] for case in MENDED], ids=[case[0] for case in MENDED])
def test_what_is_nearly_a_sitemap_is_read(content: bytes) -> None:
    assert [entry.url for entry in read_sitemap(content, URL).entries] == ["https://blog.example/?p=1&x=2"]


REFUSED = [
    (b"<html><body/></html>", "is not a sitemap"),
    (b"Guten Tag", "is not a sitemap"),
    (b"<", "is not XML"),
    (b'<!DOCTYPE a [<!ENTITY b "c">]><urlset/>', "declares XML entities, which are not expanded"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><urlset/>'.encode("utf-16"), "declares XML entities, which are not expanded"),
    (
        b"<!DOCTYPE a [<!entity b SYSTEM 'file:///etc/passwd'>]><urlset/>",
        "declares XML entities, which are not expanded",
    ),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_what_is_no_sitemap_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        read_sitemap(content, URL)
    assert str(caught.value) == reason


def test_plain_lines_are_a_sitemap_only_under_its_name() -> None:
    assert is_sitemap(b"https://blog.example/a\n", "https://blog.example/sitemap.txt")
    assert not is_sitemap(b"https://blog.example/a\n", "https://blog.example/a.txt")


def test_compressed_content_is_bounded() -> None:
    assert safe_xml.unzipped(gzip.compress(b"<urlset/>") + gzip.compress(b"mehr"), 100) == b"<urlset/>mehr"
    assert safe_xml.unzipped(b"<urlset/>", 1) == b"<urlset/>"
    with pytest.raises(UserError, match=r"^is larger than 1,000 bytes once decompressed$"):
        safe_xml.unzipped(gzip.compress(b"a" * 20_000_000), 1000)
    for damaged in (b"\x1f\x8bxyz", gzip.compress(b"a" * 999)[:-5]):
        with pytest.raises(UserError, match=r"^is damaged: its compression is broken$"):
            safe_xml.unzipped(damaged, 1000)


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sitemap_or_refused(content: bytes) -> None:
    for body in (content, b"<urlset><url><loc>" + content):
        with contextlib.suppress(UserError):
            assert all(entry.url.startswith("http") for entry in read_sitemap(body, URL).entries)
