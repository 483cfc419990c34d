"""reStructuredText -> HTML through docutils, which only the extra ``rst`` installs."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from blogsum.errors import MissingExtra, UserError
from blogsum.read.charset import decode
from blogsum.read.markdown import fields
from blogsum.types import Page

# A document must not read files of this machine nor pass HTML through; its mistakes are not part of the article.
_SAFE = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "math_output": "LaTeX",
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "syntax_highlight": "none",
    "line_length_limit": 1_000_000,
}
# docutils takes time by the square of the marks in a paragraph: 17 seconds for 40,000 characters of "`a ".
_LONGEST, _LONGEST_BLOCK = 500_000, 20_000  # characters
# Roles of Sphinx and Nikola are unknown to docutils alone: what is left of them is their text.
_ROLE = re.compile(r"(?::[\w.:+-]+:)?`[~!]?([^<`]*?)(?:\s*<[^>]*>)?`_{0,2}")
# Nikola's front matter is comments: ".. title: …"
_COMMENT = re.compile(r"^\.\. (title|date|author|description|lang|language|link): +(\S.*)$", re.M)


def to_html(page: Page) -> Page:
    """The same page as HTML; MissingExtra without docutils, UserError for what docutils cannot read."""
    try:
        from docutils.core import publish_doctree, publish_from_doctree
        from docutils.writers import get_writer_class
    except ImportError as error:
        raise MissingExtra("docutils", "rst") from error
    text = decode(page)
    if len(text) > _LONGEST or max(map(len, re.split(r"\n\s*\n", text))) > _LONGEST_BLOCK:
        raise UserError("is too large to be read as reStructuredText", hint="convert it: rst2html5 post.rst post.html")
    meta: dict[str, object] = dict(_COMMENT.findall(text))
    try:
        tree = publish_doctree(text, settings_overrides=_SAFE)
        meta |= _docinfo(tree)
        _mend(tree)
        title = str(tree.get("title", ""))
        whole = publish_from_doctree(tree, writer=get_writer_class("html5")(), settings_overrides=_SAFE)
    except Exception as error:  # directives raise whatever they happen to raise
        raise UserError("cannot be read as reStructuredText", hint="rst2html5 names the mistake") from error
    found = re.search(r"<body[^>]*>(.*)</body>", whole.decode("utf-8", "replace"), re.DOTALL)
    body = found[1] if found else ""
    content = _head(fields({"title": title} | meta)) + f"<body><article>{body}</article></body></html>"
    return Page(page.source, content.encode("utf-8", "replace"), "text/html", "utf-8", page.url)


def _docinfo(tree: Any) -> dict[str, object]:
    """The fields at the top of a document, taken out of it: they are not part of the article."""
    from docutils import nodes

    meta: dict[str, object] = {}
    for info in list(tree.findall(nodes.docinfo)):
        for item in info.children:
            if isinstance(item, nodes.field):
                meta[item[0].astext().lower()] = item[1].astext()
            elif isinstance(item, nodes.authors):
                meta["author"] = [name.astext() for name in item.children]
            else:
                meta[item.tagname] = item.astext()
        info.parent.remove(info)
    return meta


def _mend(tree: Any) -> None:
    """Put the plain words where docutils found a mistake, and take its remarks and the author's comments out."""
    from docutils import nodes

    for wrong in list(tree.findall(nodes.problematic)):
        text = wrong.astext()
        role = _ROLE.fullmatch(text)
        wrong.parent.replace(wrong, nodes.Text(role[1] if role else text))
    for aside in [*tree.findall(nodes.comment), *tree.findall(nodes.system_message)]:
        aside.parent.remove(aside)


def _head(known: dict[str, str]) -> str:
    """What front matter says, where a page says it."""
    names = {
        "author": 'name="author"',
        "date": 'property="article:published_time"',
        "summary": 'property="og:description"',
    }
    metas = "".join(f'<meta {names[key]} content="{escape(known[key])}">' for key in names if key in known)
    lang = f' lang="{known["lang"]}"' if "lang" in known else ""
    return f"<!DOCTYPE html><html{lang}><head><title>{escape(known.get('title', ''))}</title>{metas}</head>"
