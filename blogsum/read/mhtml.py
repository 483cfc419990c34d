"""A page saved by a browser as one file (.mhtml) -> the page inside; knows nothing of its pictures and styles."""

from __future__ import annotations

import email.message
import email.policy
from email.parser import BytesParser

from blogsum.errors import UserError
from blogsum.types import Page


def to_html(page: Page) -> Page:
    """The first HTML part with the address it was saved from; UserError when there is none."""
    message = BytesParser(email.message.Message, policy=email.policy.compat32).parsebytes(page.content)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes) or not content.strip():
        raise UserError("is a saved page without a text", hint="save it in your browser as HTML and pass that")
    address = message.get("Snapshot-Content-Location") or part.get("Content-Location") or ""
    url = str(address).strip() if str(address).startswith(("https://", "http://")) else None
    return Page(page.source, content, "text/html", part.get_content_charset(), url or page.url)
