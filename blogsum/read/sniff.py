"""What is this? Kinds of content by suffix, by content type and by the bytes themselves."""

from __future__ import annotations

import json
import re

from blogsum.errors import UserError

HTML, MARKDOWN, RST, TEXT = "text/html", "text/markdown", "text/x-rst", "text/plain"
ADOC, JSONL, JSON, CSV = "text/asciidoc", "application/jsonl", "application/json", "text/csv"
MHTML = "multipart/related"
PARQUET = "application/vnd.apache.parquet"
RECORDS = (JSONL, JSON, CSV, PARQUET)
SUFFIXES = {
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".mhtml": MHTML,
    ".mht": MHTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".rst": RST,
    ".txt": TEXT,
    ".adoc": ADOC,
    ".asciidoc": ADOC,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".json": JSON,
    ".csv": CSV,
    ".tsv": CSV,
    ".parquet": PARQUET,
}
_TYPES = {
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "multipart/related": MHTML,
    "message/rfc822": MHTML,
    "text/markdown": MARKDOWN,
    "text/x-markdown": MARKDOWN,
    "text/x-rst": RST,
    "text/prs.fallenstein.rst": RST,
    "application/json": JSON,
    "application/jsonl": JSONL,
    "application/x-ndjson": JSONL,
    "text/csv": CSV,
    "text/tab-separated-values": CSV,
}
_VAGUE = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml")
GZIP = b"\x1f\x8b"
PARQUET_HEAD = b"PAR1"
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (GZIP, "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"OggS", "audio or video"),
    (b"ID3", "audio or video"),
    (b"\x1aE\xdf\xa3", "audio or video"),
)
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Each alternative ends where only it can end: a lazy ".*?" here would try all ways to pair n comments, 2 ** n of them.
_BEFORE = rb"(?:\s|<!--(?:(?!-->).)*-->|<\?xml[^>]*>)*"
_TAGS = (
    rb"html|head|body|title|meta|link|article|main|section|header|div|p|h[1-6]|span|table|[uo]l|blockquote|script|style"
)
_HTML = re.compile(_BEFORE + rb"<(?:!doctype\s+html|(?:" + _TAGS + rb")[\s/>])", re.IGNORECASE | re.DOTALL)
_WHOLE_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_MHTML = re.compile(rb"(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,20}?MIME-Version: 1\.0\r?\n", re.IGNORECASE)
_FEED = re.compile(_BEFORE + rb"<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)
_SITEMAP = re.compile(_BEFORE + rb"<(?:urlset|sitemapindex)[\s>]", re.DOTALL)
_FRONT_MATTER = re.compile(rb"\s*(?:---|\+\+\+)[ \t]*\r?\n[\w\"'#{-]")
_MARKDOWN = re.compile(rb"^(?:#{1,6} \S|```|[-*] \S.*\n[-*] \S|> \S)|\]\(\S+\)", re.MULTILINE)
SAVE = "save it as text or HTML and pass that"


def media_type(header: str, url: str, content: bytes) -> str:
    """The kind of a page read from the web: what its server says, else its address, else its bytes."""
    said = _essence(header)
    if said in _TYPES:
        return _TYPES[said]
    return settled(SUFFIXES.get(suffix(re.split(r"[?#]", url)[0])), content[:8192])


def settled(kind: str | None, head: bytes) -> str:
    """The kind a suffix promises, unless the first bytes are plainly something else."""
    found = of_content(head)
    kind = kind or found
    if kind == PARQUET:
        raise UserError("is not a Parquet file", hint="its first bytes are not those of one")
    if kind in (MARKDOWN, TEXT) and _WHOLE_PAGE.match(head):
        return HTML
    if kind in RECORDS and head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError("is UTF-16, and records must be UTF-8", hint="save it as UTF-8")
    return found if (kind, found) == (JSON, JSONL) and b"\n{" in head else kind


def refuse_type(header: str) -> None:
    """Raise UserError when a content type cannot be an article."""
    said = _essence(header)
    if said in _TYPES or said in _VAGUE:
        return
    main = said.partition("/")[0]
    if said in ("application/rss+xml", "application/atom+xml"):
        raise _feed("a feed")
    if said == "application/pdf":
        raise UserError("is a PDF document, not an article", hint=SAVE)
    if main in ("image", "audio", "video", "font"):
        article = "an" if main in ("image", "audio") else "a"
        raise UserError(f"is {article} {main} file, not an article", hint="check the address")
    raise UserError(f"is of the type {said[:60]}, not an article", hint=SAVE)


def refuse_binary(head: bytes) -> None:
    """Raise UserError when the first bytes are not those of a text."""
    name = binary(head)
    if name:
        raise UserError(f"is {name}, not an article", hint=SAVE)
    text = _as_utf_8(head[:2048])
    if _FEED.match(text):
        raise _feed("a feed")
    if _SITEMAP.match(text):
        raise _feed("a sitemap")


def binary(head: bytes) -> str | None:
    """What a binary file is, by its first bytes; None for text."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head)
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "an image" if head[8:12] == b"WEBP" else "audio or video"
    if head[4:8] == b"ftyp":
        return "an image" if head[8:12] in (b"avif", b"heic", b"mif1") else "audio or video"
    if head.startswith(_TEXT_MARKS):
        return None
    return "binary data" if b"\0" in head[:8192] else None


def of_content(head: bytes) -> str:
    """The kind of a text by its first bytes: HTML, JSON, JSONL, Markdown or plain text."""
    text = _as_utf_8(head)
    if _HTML.match(text):
        return HTML
    if _MHTML.match(text) and b"multipart/related" in text:
        return MHTML
    if text.lstrip()[:1] in (b"{", b"["):
        return _of_json(text.lstrip())
    if _FRONT_MATTER.match(text) or _MARKDOWN.search(text):
        return MARKDOWN
    return TEXT


def is_page(head: bytes) -> bool:
    """Whether a file of no known kind is surely a page: HTML, or Markdown with front matter."""
    text = _as_utf_8(head)
    return bool(_HTML.match(text) or _FRONT_MATTER.match(text))


def is_feed(head: bytes) -> bool:
    """Whether a file is a feed or a sitemap, which site copies save under the names of pages."""
    return bool(_FEED.match(head) or _SITEMAP.match(head))


def suffix(name: str) -> str:
    """The lower-case suffix of a file name or address that tells its kind: ``.gz`` does not."""
    last = re.split(r"[/\\]", name)[-1].lower().removesuffix(".gz")
    stem, dot, end = last.rpartition(".")
    return dot + end if stem else ""


def _as_utf_8(head: bytes) -> bytes:
    """The first bytes without byte order mark; UTF-16, which Windows shells put into pipes, as UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf")


def _of_json(text: bytes) -> str:
    """Records, one a line or in a list; an object on several lines before other text is front matter; else prose."""
    if re.match(rb"\[\s*(?:\{|\]\s*$)", text):
        return JSON
    if not re.match(rb'\{\s*["}]', text):
        return MARKDOWN if _MARKDOWN.search(text) else TEXT
    first, newline, rest = text.partition(b"\n")
    if not newline or rest.lstrip().startswith(b"{"):
        return JSONL  # pretty-printed JSON breaks its lines early, so a line that does not end is a record
    try:
        _, end = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return JSONL if first.rstrip().endswith(b"}") else JSON  # broken, or longer than the head: its reader says so
    after = text.decode("utf-8", "replace")[end:].strip()
    return MARKDOWN if after else JSONL if first.rstrip().endswith(b"}") else JSON


def _zipped(head: bytes) -> str:
    for mark, name in (
        (b"word/", "a Word document"),
        (b"application/epub", "an e-book"),
        (b"opendocument", "an office document"),
    ):
        if mark in head[:4096]:
            return name
    return "an archive or an office document"


def _feed(what: str) -> UserError:
    return UserError(f"is {what}, not an article", hint="pass the address of one post")


def _essence(header: str) -> str:
    return header.partition(";")[0].strip().lower()
