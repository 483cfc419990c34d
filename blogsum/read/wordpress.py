"""WordPress: a page of its REST interface, and an export file (WXR) -> entries; asks nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.files import digest
from blogsum.read import links, safe_xml
from blogsum.read.entries import Entry, Listing, plain, whole_page
from blogsum.read.markdown import iso_date
from blogsum.types import Unreadable

PER_PAGE = 100  # the most WordPress gives
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|vc_\w+|et_pb_\w+|contact-form[\w-]*)\b[^\]]*\]"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)  # of the block editor
_BLOCK = re.compile(r"\s*</?(?:p|h[1-6]|ul|ol|div|blockquote|figure|table|pre|section|hr)\b", re.IGNORECASE)


def read_posts(content: bytes, url: str) -> Listing:
    """The posts of one page of ``wp-json/wp/v2/posts``; UserError when it is none."""
    try:
        posts = jsonl.parse(content)
    except ValueError as error:
        raise UserError("is not the REST interface of WordPress", hint="check the address") from error
    if isinstance(posts, Mapping) and "link" in posts:
        posts = [posts]
    if not isinstance(posts, list):
        raise UserError("is not the REST interface of WordPress", hint="check the address")
    entries, refused = [], []
    for post in posts[:PER_PAGE]:
        if not isinstance(post, Mapping) or post.get("type", "post") != "post":
            continue
        link = str(post.get("link") or "")
        address = links.canonical(link, url) if link else None
        if address and not _part(post, "content").get("protected"):
            entries.append(_post(post, address))
        else:
            refused.append(
                Unreadable(link[:200] or "a post", "is protected by a password" if address else "has no link")
            )
    return Listing(tuple(entries), tuple(refused))


def posts_url(root: str, page: int) -> str:
    """The address of one page of all posts; ``root`` is that of the interface (``…/wp-json/``)."""
    mark = "&" if "?" in root else "?"  # without pretty links the interface is ?rest_route=/
    return f"{root.rstrip('/')}/wp/v2/posts{mark}per_page={PER_PAGE}&page={page}&_embed=author"


def _post(post: Mapping[str, Any], address: str) -> Entry:
    title = plain(str(_part(post, "title").get("rendered") or "")) or None
    body = str(_part(post, "content").get("rendered") or "")
    about = _part(post, "yoast_head_json")
    summaries = (
        ("excerpt", plain(str(_part(post, "excerpt").get("rendered") or ""))),
        ("og:description", plain(str(about.get("og_description") or ""))),
        ("description", plain(str(about.get("description") or ""))),
    )
    people = _part(post, "_embedded").get("author")
    names = [str(person["name"]) for person in people or () if isinstance(person, Mapping) and person.get("name")]
    changed = str(post.get("modified_gmt") or post.get("modified") or "") or digest(post.get("date"), body)
    return Entry(
        address,
        "wordpress",
        title,
        iso_date(str(post.get("date") or post.get("date_gmt") or "")),
        ", ".join(names) or None,
        tuple(pair for pair in summaries if pair[1]),
        whole_page(address, title, body) if body else None,
        whole=bool(body),
        signals={"wordpress": changed},
    )


def _part(post: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = post.get(name)
    return value if isinstance(value, Mapping) else {}


def read_export(stream: BinaryIO, limit: int) -> Iterator[Entry | Unreadable]:
    """The published posts of a WXR file, one after the other; UserError when it is broken or one is above ``limit``."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    bounded = _Clean(stream, limit)
    root = None
    try:
        for event, element in iterparse(bounded, events=("start", "end")):
            root = element if root is None else root
            if event == "end" and safe_xml.name(element) == "item":
                bounded.since = 0
                yield from _exported(element)
                for part in root:
                    part.clear()  # the posts before would stay in memory otherwise
    except DefusedXmlException as error:
        raise safe_xml.entities() from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise UserError(f"is damaged: its XML is broken ({error})", hint="export it from WordPress again") from error


class _Clean:
    """A stream of XML without characters that it must not have; UserError when one post is too large."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._limit, self.since = stream, limit, 0

    def read(self, size: int = 65_536) -> bytes:
        """The next bytes."""
        part = self._stream.read(min(size, 65_536))
        self.since += len(part)
        if self.since > self._limit + 131_072:
            raise UserError(f"has a post larger than {self._limit:,} bytes", hint="--max-bytes raises the limit")
        return part.translate(None, safe_xml.CONTROL)


def _exported(item: safe_xml.Element) -> Iterator[Entry | Unreadable]:
    """The post of one item; nothing for pages, images, menus and drafts."""
    if (safe_xml.text(item, "post_type") or "post") != "post":
        return
    link = safe_xml.text(item, "link") or ""
    title = safe_xml.text(item, "title")
    status = safe_xml.text(item, "status") or "publish"
    address = links.canonical(link) if link else None
    if address is None or status != "publish" or safe_xml.text(item, "post_password"):
        reason = (
            "is protected by a password" if safe_xml.text(item, "post_password") else f"is not published ({status})"
        )
        yield Unreadable(address or link or title or "a post", reason if address else "has no link")
        return
    fields = {name: value for part in item if (pair := _content(part)) for name, value in [pair]}
    body = paragraphs(fields.get("content", ""))
    excerpt = plain(fields.get("excerpt", ""))
    described = plain(_meta(item).get("_yoast_wpseo_metadesc", "") or _meta(item).get("rank_math_description", ""))
    summaries = [pair for pair in (("excerpt", excerpt), ("description", described)) if pair[1]]
    yield Entry(
        address,
        "export",
        title,
        iso_date(safe_xml.text(item, "post_date") or safe_xml.text(item, "pubdate")),
        safe_xml.text(item, "creator"),
        tuple(summaries),
        whole_page(address, title, body),
        whole=True,
        signals={"export": digest(title, body, summaries)},
    )


def _content(part: safe_xml.Element) -> tuple[str, str] | None:
    """``content`` or ``excerpt`` with its text, line breaks kept: both are called ``encoded``."""
    if safe_xml.name(part) != "encoded":
        return None
    return "excerpt" if "excerpt" in str(part.tag) else "content", part.text or ""


def _meta(item: safe_xml.Element) -> dict[str, str]:
    """The post's own fields."""
    pairs = ((safe_xml.text(part, "meta_key"), safe_xml.text(part, "meta_value")) for part in item)
    return {key: value for key, value in pairs if key and value}


def paragraphs(text: str) -> str:
    """The HTML of a post as WordPress keeps it: blank lines part paragraphs, shortcodes and editor's marks go."""
    text = _SHORTCODE.sub("", _COMMENT.sub("", text.replace("\r\n", "\n")))
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join(part if _BLOCK.match(part) else f"<p>{part}</p>".replace("\n", "<br>") for part in parts)
