"""reStructuredText becomes a page: text kept, machinery gone, no file of this machine inside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from blogsum.errors import MissingExtra, UserError
from blogsum.read.rst import to_html
from blogsum.read.sources import sources
from blogsum.settings import Settings
from blogsum.types import Page, Unreadable

POST = """\
=========
Mein Tag
=========

:author: Anna & Bert
:date: 1. Mai 2024
:lang: de
:summary: Kurz "gesagt".

.. Eine Bemerkung

Ein *Absatz* mit :ref:`einem Ziel <ziel>`, :doc:`da` und `fremdem`_.

.. raw:: html

   <script>alert(1)</script>

.. include:: {secret}

.. post:: 2024

.. code-block:: python

   print(1)

- Punkt
"""
PAGE = """\
<!DOCTYPE html><html lang="de"><head><title>Mein Tag</title>\
<meta name="author" content="Anna &amp; Bert">\
<meta property="article:published_time" content="2024-05-01">\
<meta property="og:description" content="Kurz &quot;gesagt&quot;."></head><body><article>
<main id="mein-tag">
<h1 class="title">Mein Tag</h1>

<p>Ein <em>Absatz</em> mit einem Ziel, da und fremdem.</p>
<pre class="code python literal-block"><code>print(1)</code></pre>
<ul class="simple">
<li><p>Punkt</p></li>
</ul>
</main>
</article></body></html>"""


def page(text: str) -> Page:
    return Page("post.rst", text.encode(), "text/x-rst", url="https://example.org/post")


def test_a_post_becomes_a_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    found = to_html(page(POST.replace("{secret}", str(secret))))
    assert (found.source, found.media_type, found.charset, found.url) == (
        "post.rst",
        "text/html",
        "utf-8",
        "https://example.org/post",
    )
    assert found.content.decode() == PAGE


def test_front_matter_of_nikola_is_understood() -> None:
    found = to_html(page(".. title: Ein Titel\n.. date: 2024-05-01 10:00\n.. slug: x\n\nText.\n")).content.decode()
    assert "<title>Ein Titel</title>" in found
    assert 'content="2024-05-01"' in found
    assert "slug" not in found


@pytest.mark.parametrize(
    "text",
    [
        "Titel\n===",
        "``offen",
        "*offen",
        ".. image::\n",
        ":a:`b",
        "|x|_ `y <z>`__",
        ".. table::\n\n  = =",
        "=" * 5000,
        "Text [1]_",
    ],
)
def test_mistakes_do_not_lose_the_text_nor_show_up(text: str) -> None:
    found = to_html(page(f"Ein Satz.\n\n{text}\n\nNoch ein Satz.\n")).content.decode()
    assert "Ein Satz." in found
    assert "Noch ein Satz." in found
    assert "system-message" not in found


def test_without_docutils_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docutils.core", None)
    with pytest.raises(MissingExtra):
        to_html(page("Text."))
    path = tmp_path / "post.rst"
    path.write_text("Text.")
    expected = Unreadable(str(path), "this needs the package 'docutils'", "pip install 'blogsum[rst]'")
    assert list(sources([str(path)], Settings())) == [expected]


@pytest.mark.parametrize(
    "text", ["`a " * 10_000, "Ein Satz.\n\n" * 60_000], ids=["a long paragraph", "a long document"]
)
def test_what_docutils_would_chew_for_minutes_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is too large to be read as reStructuredText"):
        to_html(Page("post.rst", text.encode(), "text/x-rst"))
