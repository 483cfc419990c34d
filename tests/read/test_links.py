"""Addresses: one form each, whose they are, and what they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.read.links import canonical, host, is_listing, is_navigation, looks_like_post, shape

FORMS = [
    ("https://Blog.Example:443/a/?utm_source=x&b=2&fbclid=9#top", "https://blog.example/a/?b=2"),
    ("http://blog.example:80/a", "http://blog.example/a"),
    ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
    ("https://user:geheim@blog.example/a", "https://blog.example/a"),
    ("/x/../a/./b", "https://blog.example/a/b"),
    ("../../../a", "https://blog.example/a"),
    ("?p=12&replytocom=7", "https://blog.example/feed/?p=12"),
    ("//blog.example/a", "https://blog.example/a"),
    (" \n https://blog.example/a \n", "https://blog.example/a"),
    ("https://blog.example", "https://blog.example/"),
    ("https://blog.example/Größe", "https://blog.example/Gr%C3%B6%C3%9Fe"),
    ("file:///etc/passwd", None),
    ("javascript:alert(1)", None),
    ("mailto:a@b.example", None),
    ("data:text/html,x", None),
    ("https://", None),
    ("http://[bad/", None),
    ("http://a.example:99999/", None),
    ("https://blog.example/" + "a" * 3000, None),
]


@pytest.mark.parametrize(("url", "form"), FORMS)
def test_an_address_has_one_form(url: str, form: str | None) -> None:
    assert canonical(url, "https://blog.example/feed/") == form
    assert form is None or canonical(form) == form


@given(st.text(max_size=60))
def test_the_form_of_any_text_is_its_own_form(text: str) -> None:
    form = canonical(text, "https://blog.example/")
    assert form is None or (form.startswith(("http://", "https://")) and canonical(form) == form)


def test_the_host_of_an_address() -> None:
    assert host("https://www.Blog.example/a") == host("http://blog.example") == "blog.example"
    assert host("http://127.0.0.1:8080/") != host("http://127.0.0.1:8081/")
    assert host("http://[bad/") == ""


LOOKS = [
    ("/2026/03/01/keller", "post"),
    ("/2026/03/keller.html", "post"),
    ("/2026-03-01-keller/", "post"),
    ("/blog/keller", "post"),
    ("/archiv/2026/03/01/keller/", "post"),
    ("/wie-wir-den-keller-trocknen/", "post"),
    ("/?p=12", "post"),
    ("/archive/wie-wir-den-keller-trocknen", "post"),
    ("/keller/", "unsure"),
    ("/das-haus/", "unsure"),
    ("/", "no post"),
    ("/index.html", "no post"),
    ("/2026/03/", "no post"),
    ("/2026/", "no post"),
    ("/tag/alles-ueber-den-keller/", "no post"),
    ("/kategorie/haus/", "no post"),
    ("/author/ida-maria-bach/", "no post"),
    ("/page/2/", "no post"),
    ("/impressum/", "no post"),
    ("/datenschutz-und-cookies.html", "no post"),
    ("/ueber-uns", "no post"),
    ("/2026/03/01/keller.pdf", "no post"),
    ("/wp-content/uploads/2026/03/bild.jpg", "no post"),
    ("/comments/feed/", "no post"),
]


@pytest.mark.parametrize(("path", "verdict"), LOOKS)
def test_what_an_address_looks_like(path: str, verdict: str) -> None:
    url = f"https://blog.example{path}"
    assert looks_like_post(url) is (verdict == "post")
    assert is_navigation(url) is (verdict == "no post")


@pytest.mark.parametrize(
    ("path", "verdict"),
    [("/page/2/", True), ("/?paged=3", True), ("/archiv/", True), ("/2026/03/", True), ("/category/haus/", True),
     ("/keller/", False), ("/category/haus/feed/", False), ("/page/12345/", False)],
)  # fmt: skip
def test_pages_that_list_posts(path: str, verdict: bool) -> None:
    assert is_listing(f"https://blog.example{path}") is verdict


def test_posts_of_one_blog_have_one_shape() -> None:
    assert (
        shape("https://a.example/2026/03/01/keller/")
        == shape("https://a.example/2025/12/24/dach-und-wand")
        == "/0/0/0/x"
    )
    assert shape("https://a.example/keller/") == "/x"
