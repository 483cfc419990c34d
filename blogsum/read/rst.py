"""reStructuredText -> HTML through docutils, which only the extra ``rst`` installs."""

from __future__ import annotations

from blogsum.errors import MissingExtra, UserError
from blogsum.read.charset import decode
from blogsum.types import Page

# A document from the web must not read files of this machine, nor pass HTML or errors through.
_SAFE = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "stylesheet": None,
    "math_output": "LaTeX",
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "docinfo_xform": True,
    "syntax_highlight": "none",
    "line_length_limit": 1_000_000,
}


def to_html(page: Page) -> Page:
    """The same page as HTML; MissingExtra without docutils, UserError for what it cannot read."""
    try:
        from docutils.core import publish_parts
    except ImportError as error:
        raise MissingExtra("docutils", "rst") from error
    try:
        parts = publish_parts(decode(page), writer_name="html5", settings_overrides=_SAFE)
    except Exception as error:  # docutils raises what its directives happen to raise
        raise UserError("cannot be read as reStructuredText", hint="rst2html5 names the mistake") from error
    content = str(parts["whole"]).encode("utf-8", "replace")
    return Page(page.source, content, "text/html", "utf-8", page.url)
