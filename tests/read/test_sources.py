"""Whatever a person names, it is read or said why not in one line, and the rest goes on."""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum import jsonl
from blogsum.read.charset import decode
from blogsum.read.sources import sources
from blogsum.settings import Settings
from blogsum.types import Article, Page, Unreadable

SAVE = "save it as text or HTML and pass that"
EMPTY = "there is nothing to read"
LARGE = ("is larger than 100,000 bytes", "--max-bytes raises the limit")
ASCIIDOC = ("is AsciiDoc, which is not read", "convert it: asciidoctor -o post.html post.adoc")
PIPE = "pipe its content in and pass -"
FOLDER = (
    "in a folder these are read: "
    ".html, .htm, .xhtml, .mhtml, .mht, .md, .markdown, .mdx, .rst, .txt, .adoc, .asciidoc, .jsonl, .ndjson, .parquet"
)
BROKEN = ("is damaged: its compression is broken", "")
HTML, MARKDOWN, TEXT = "text/html", "text/markdown", "text/plain"
ROW = '{"id": "a", "text": "Eins."}'
ARTICLE = Article("a", "Eins.")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that names are short and messages can be compared in full."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(*names: str, **settings: Any) -> list[Page | Article | Unreadable]:
    return list(sources(names, Settings(**{"max_bytes": 100_000, "timeout": 5, **settings})))


def write(name: str, content: str | bytes = "Text.") -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return name


KINDS = [
    ("post.html", "<p>Text.", HTML),
    ("POST.HTM", "Text.", HTML),
    ("post.xhtml", "<p>Text.", HTML),
    ("post.md", "Text.", MARKDOWN),
    ("post.markdown", "Text.", MARKDOWN),
    ("post.mdx", "Text.", MARKDOWN),
    ("post.txt", "# Text.", TEXT),
    ("post.txt", "<!DOCTYPE html><p>Text.", HTML),
    ("post.md", "<p align=center>Text.</p>", MARKDOWN),
    ("post.md", "\n<html><p>Text.", HTML),
    ("post", "Ein Absatz.\n\nNoch einer.", TEXT),
    ("post", "<!doctype HTML>\n<title>x</title>", HTML),
    ("post", "<!-- saved -->\n<?xml version='1.0'?> <html>", HTML),
    ("post", "<article>x</article>", HTML),
    ("post", "<3 Blogs, sagt Anna.", TEXT),
    ("post", "<https://example.org> ist offline.", TEXT),
    ("post", "---\ntitle: x\n---\nText.", MARKDOWN),
    ("post", "+++\ntitle = 'x'\n+++\nText.", MARKDOWN),
    ("post", '{\n  "title": "x"\n}\n\nText.', MARKDOWN),
    ("post", "# Titel\n\nText.", MARKDOWN),
    ("post", "Ein [Verweis](https://example.org).", MARKDOWN),
    ("post", "- a\n- b", MARKDOWN),
    ("post", "#hashtag und mehr", TEXT),
    ("post", "[Werbung] Ein Text.", TEXT),
    ("post", "{Klammern} zuerst.", TEXT),
    ("post", "\ufeff<html>", HTML),
    ("2024.05.01", "Ein Text.", TEXT),
    ("post.text", "Ein Text.", TEXT),
]


@pytest.mark.parametrize(("name", "content", "kind"), KINDS)
def test_a_file_is_what_it_is_called_or_looks_like(name: str, content: str, kind: str, here: Path) -> None:
    assert read(write(name, content)) == [Page(name, content.encode(), kind)]


RECORDS = [
    ("in.jsonl", f'{ROW}\n{{"id": "b"}}\n', [ARTICLE, Unreadable("in.jsonl:2", "has no field 'text'")]),
    ("in.ndjson", f"\ufeff{ROW}", [ARTICLE]),
    ("in.json", f"[{ROW}]", [ARTICLE]),
    ("in.json", ROW.replace(", ", ",\n"), [ARTICLE]),
    ("in.json", f'{ROW}\n{{"id": "b", "text": "Zwei."}}\n', [ARTICLE, Article("b", "Zwei.")]),
    ("in.csv", "id,text\na,Eins.\n", [ARTICLE]),
    ("in.tsv", "id\ttext\na\tEins.\n", [ARTICLE]),
    ("in", ROW, [ARTICLE]),
    ("in", f"{ROW}\nbroken", [ARTICLE, Unreadable("in:2", "not JSON: expecting value at column 1")]),
    ("in", f"\n [{ROW}]", [ARTICLE]),
    ("in", '{"text": "x', [Unreadable("in:1", "not JSON: unterminated string starting at column 10")]),
    ("in", '{"id": "a", "text": "Eins.", "more": "' + "x" * 20_000 + '"}\n', [ARTICLE]),
    ("in.jsonl", "\n\n \n", [Unreadable("in.jsonl", "is empty", EMPTY)]),
]


@pytest.mark.parametrize(("name", "content", "expected"), RECORDS)
def test_records_are_read_row_by_row(name: str, content: str, expected: list[object], here: Path) -> None:
    if name == "in" and content.endswith("broken"):
        content = f"{ROW}\n{{broken"
        expected = [
            ARTICLE,
            Unreadable("in:2", "not JSON: expecting property name enclosed in double quotes at column 2"),
        ]
    assert read(write(name, content)) == expected


REFUSED: list[tuple[str, bytes, str, str]] = [
    ("empty.md", b"", "is empty", EMPTY),
    ("blank.txt", b"\xef\xbb\xbf \r\n\t", "is empty", EMPTY),
    ("empty.html", b"", "is empty", EMPTY),
    ("large.md", b"x" * 100_001, *LARGE),
    ("large.json", b"[" + b" " * 100_001, *LARGE),
    ("post.pdf", b"%PDF-1.7\n", "is a PDF document, not an article", SAVE),
    ("post.txt", b"%PDF-1.7\n", "is a PDF document, not an article", SAVE),
    ("post.html", b"\x89PNG\r\n\x1a\n", "is an image, not an article", SAVE),
    ("photo", b"\xff\xd8\xff\xe0", "is an image, not an article", SAVE),
    ("photo.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "is an image, not an article", SAVE),
    ("photo.heic", b"\0\0\0\x18ftypheic", "is an image, not an article", SAVE),
    ("film", b"\0\0\0\x18ftypmp42", "is audio or video, not an article", SAVE),
    ("post.docx", b"PK\x03\x04 word/document.xml", "is a Word document, not an article", SAVE),
    (
        "post.odt",
        b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text",
        "is an office document, not an article",
        SAVE,
    ),
    ("post.epub", b"PK\x03\x04 mimetypeapplication/epub+zip", "is an e-book, not an article", SAVE),
    ("post.zip", b"PK\x03\x04 post.md", "is an archive or an office document, not an article", SAVE),
    ("post.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Office document, not an article", SAVE),
    ("post.rtf", b"{\\rtf1 x}", "is an RTF document, not an article", SAVE),
    ("post.bin", b"abc\0def", "is binary data, not an article", SAVE),
    ("post.md", b"abc\0def", "is binary data, not an article", SAVE),
    ("post.jsonl", b'{"text": "\0"}', "is binary data, not an article", SAVE),
    (
        "feed.xml",
        b'<?xml version="1.0"?><rss version="2.0">',
        "is a feed, not an article",
        "pass the address of one post",
    ),
    (
        "feed",
        b'<feed xmlns="http://www.w3.org/2005/Atom">',
        "is a feed, not an article",
        "pass the address of one post",
    ),
    ("map.xml", b"<urlset>", "is a sitemap, not an article", "pass the address of one post"),
    ("post.adoc", b"= Titel\n", *ASCIIDOC),
    ("post.asciidoc.gz", gzip.compress(b"= Titel\n"), *ASCIIDOC),
    ("bomb.html.gz", gzip.compress(b"x" * 5_000_000), *LARGE),
    ("twice.md.gz", gzip.compress(gzip.compress(b"Text.")), "is a compressed file, not an article", SAVE),
    ("half.md.gz", gzip.compress(random.Random(1).randbytes(9000).hex().encode())[:-2000], *BROKEN),
    ("short.md.gz", gzip.compress(b"Text.")[:12], *BROKEN),
    ("head.md.gz", b"\x1f\x8bnot gzip at all", *BROKEN),
    ("sum.md.gz", gzip.compress(b"Text.")[:-8] + b"\0" * 8, *BROKEN),
    ("none.md.gz", gzip.compress(b""), "is empty", EMPTY),
    ("post.gz", zlib.compress(b"Text" * 100) + b"\0", "is binary data, not an article", SAVE),
]


@pytest.mark.parametrize(("name", "content", "reason", "hint"), REFUSED, ids=[f"{c[0]}: {c[2]}" for c in REFUSED])
def test_what_is_no_article_says_what_it_is(name: str, content: bytes, reason: str, hint: str, here: Path) -> None:
    assert read(write(name, content)) == [Unreadable(name, reason, hint)]


@pytest.mark.parametrize("name", ["post.md", "in.jsonl"])
def test_gzip_is_opened(name: str, here: Path) -> None:
    content = ROW.encode() if name == "in.jsonl" else b"Text."
    expected = ARTICLE if name == "in.jsonl" else Page(f"{name}.gz", b"Text.", MARKDOWN)
    assert read(write(f"{name}.gz", gzip.compress(content))) == [expected]


def test_records_of_any_size_are_read(here: Path) -> None:
    rows = "".join(f'{{"text": "{"x" * 990}"}}\n' for _ in range(300))
    found = read(write("large.jsonl", rows), write("large.jsonl.gz", gzip.compress(rows.encode())))
    assert sum(isinstance(item, Article) for item in found) == len(found) == 600


def test_a_row_above_the_limit_is_refused_alone(here: Path) -> None:
    large = '{"text": "' + "x" * 100_000 + '"}'
    assert read(write("in.jsonl", f"{large}\n{ROW}\n")) == [Unreadable("in.jsonl:1", *LARGE), ARTICLE]


MISSING = [
    ("no.md", "no such file", ""),
    ("folder/no.md", "no such file", ""),
    ("post.md/no", "no such file", ""),
    ("psot.md", "no such file", "did you mean post.md?"),
    ("folder/beitrag-ein.md", "no such file", "did you mean folder/beitrag-eins.md?"),
    ("example.org/post", "no such file", "did you mean https://example.org/post?"),
    ("blog.example.org:8080/", "no such file", "did you mean https://blog.example.org:8080/?"),
    ("", "is not a file name", "name a file, a folder, an address, or - for standard input"),
    ("a\0b", "is not a file name", "name a file, a folder, an address, or - for standard input"),
    ("a\nb\x1b[31m", "no such file", "to pass a text itself, pipe it in and pass -"),
    ("Ein Satz. " * 30, "no such file", "to pass a text itself, pipe it in and pass -"),
    ("x" * 5000, "no such file", "to pass a text itself, pipe it in and pass -"),
    ("file://server/post.md", "is a file on another machine", "file:// addresses begin with three slashes"),
    ("ftp://example.org/x", "has the scheme 'ftp', which is not read", "only http and https are"),
]


@pytest.mark.parametrize(("name", "reason", "hint"), MISSING)
def test_what_is_not_there_says_so(name: str, reason: str, hint: str, here: Path) -> None:
    write("post.md")
    write("folder/beitrag-eins.md")
    (found,) = read(name)
    assert isinstance(found, Unreadable)
    assert (found.reason, found.hint) == (reason, hint)
    assert found.source.isprintable()
    assert len(found.source) <= 201


def test_the_name_stays_as_it_was_given(here: Path) -> None:
    write("folder/post.md")
    names = ["./folder/post.md", "folder//post.md", str(here / "folder/post.md"), f"file://{here}/folder/post.md"]
    assert [item.source for item in read(*names)] == [*names[:3], names[2]]  # type: ignore[union-attr]


def test_a_file_address_may_be_quoted(here: Path) -> None:
    write("mein beitrag.md")
    assert read(f"file://{here}/mein%20beitrag.md") == [Page(f"{here}/mein beitrag.md", b"Text.", MARKDOWN)]


def test_a_file_named_like_a_host_is_a_file(here: Path) -> None:
    assert read(write("www.example.org")) == [Page("www.example.org", b"Text.", TEXT)]


def test_a_folder_is_read_in_order_without_what_is_hidden_or_unknown(here: Path) -> None:
    for name in [
        "b.md",
        "a.html",
        "sub/c.txt",
        "README",
        "README.md",
        "Z.md",
        "sub.md",
        "index.html",
        "a/z.md",
        "style.css",
    ]:
        write(f"blog/{name}")
    write("blog/.hidden.md")
    write("blog/.git/x.md")
    write("blog/Makefile", "all:\n")
    write("blog/photo.jpg", b"\xff\xd8\xff")
    write("blog/package.json", "{}")
    write("blog/2024/saved-page", "<!DOCTYPE html><p>x")
    write("blog/2024/program", b"\x7fELF")
    write("blog/feed/index.html", "<?xml version='1.0'?><rss></rss>")
    write("blog/rows.jsonl", ROW)
    found = read("blog")
    assert [item.source if isinstance(item, Page) else item.id for item in found] == [  # type: ignore[union-attr]
        "blog/README.md",
        "blog/Z.md",
        "blog/a.html",
        "blog/b.md",
        "blog/index.html",
        "a",
        "blog/sub.md",
        "blog/2024/saved-page",
        "blog/a/z.md",
        "blog/sub/c.txt",
    ]


def test_loops_of_links_end(here: Path) -> None:
    write("blog/a.md")
    os.symlink(".", "blog/self")
    os.symlink("..", "blog/up")
    os.symlink("nowhere", "blog/broken.md")
    os.symlink("me.md", "blog/me.md")
    assert read("blog") == [
        Page("blog/a.md", b"Text.", MARKDOWN),
        Unreadable("blog/broken.md", "no such file"),
        Unreadable("blog/me.md", "is a link that leads to itself"),
    ]
    os.symlink("round", "round")
    assert read("round") == [Unreadable("round", "is a link that leads to itself")]


def test_a_folder_without_anything_to_read_says_so(here: Path) -> None:
    write("blog/style.css")
    (here / "none").mkdir()
    assert read("blog", "none/") == [
        Unreadable("blog", "has no files to read", FOLDER),
        Unreadable("none/", "has no files to read", FOLDER),
    ]


def test_a_deep_folder_is_no_problem(here: Path) -> None:
    deep = "/".join(["d"] * 400)
    os.makedirs(deep)
    write(f"{deep}/a.md")
    assert [type(item) for item in read("d")] == [Page]


def test_permission_denied_is_one_line_and_the_rest_goes_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("blog/a.md", "blog/b.md", "blog/secret/c.md"):
        write(name)
    denied = PermissionError(13, "Permission denied")
    real_open, real_scan = os.open, os.scandir

    def deny_open(path: str, *rest: Any, **more: Any) -> int:
        if path == "blog/a.md":
            raise denied
        return real_open(path, *rest, **more)

    def deny_scan(path: str) -> Any:
        if path == "blog/secret":
            raise denied
        return real_scan(path)

    monkeypatch.setattr(os, "open", deny_open)
    monkeypatch.setattr(os, "scandir", deny_scan)
    assert read("blog") == [
        Unreadable("blog/a.md", "permission denied"),
        Page("blog/b.md", b"Text.", MARKDOWN),
        Unreadable("blog/secret", "permission denied"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_devices_and_sockets_are_refused_at_once(here: Path) -> None:
    os.mkfifo("pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        found = read("pipe.md", "/dev/zero", "socket.md")
    assert [(item.source, item.reason) for item in found] == [  # type: ignore[union-attr]
        ("pipe.md", "is not a regular file"),
        ("/dev/zero", "is not a regular file"),
        ("socket.md", "is not a regular file"),
    ]


def test_a_name_that_is_not_utf_8_can_be_printed_and_written(here: Path) -> None:
    name = os.fsdecode(b"gr\xfc\xdfe\n.md")
    try:
        write(f"blog/{name}")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    for found in (read("blog"), read(f"blog/{name}")):
        (page,) = found
        assert isinstance(page, Page)
        assert page.source == "blog/gr\\xfc\\xdfe\\n.md"
        assert jsonl.parse(jsonl.dumps({"id": page.source}).encode()) == {"id": page.source}


STDIN: list[tuple[bytes, list[Page | Article | Unreadable]]] = [
    (b"<!DOCTYPE html><p>x", [Page("-", b"<!DOCTYPE html><p>x", HTML)]),
    (b"---\ntitle: x\n---\ny", [Page("-", b"---\ntitle: x\n---\ny", MARKDOWN)]),
    (b"Ein Text.", [Page("-", b"Ein Text.", TEXT)]),
    (ROW.encode() + b"\n{}", [ARTICLE, Unreadable("-:2", "has no field 'text'")]),
    (gzip.compress(b"Ein Text.", mtime=0), [Page("-", b"Ein Text.", TEXT)]),
    (b"", [Unreadable("-", "is empty", EMPTY)]),
    (b" \n", [Unreadable("-", "is empty", EMPTY)]),
    (b"x" * 100_001, [Unreadable("-", *LARGE)]),
    (b"\0" * 10, [Unreadable("-", "is binary data, not an article", SAVE)]),
    (b"%PDF-1.4", [Unreadable("-", "is a PDF document, not an article", SAVE)]),
]


@pytest.mark.parametrize(("content", "expected"), STDIN)
def test_standard_input(content: bytes, expected: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert read("-") == expected


def test_a_closed_standard_input_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert read("-") == [Unreadable("-", "standard input is closed", "pipe a text in, or name a file")]


def test_rows_of_a_pipe_arrive_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    end, begin = os.pipe()
    with os.fdopen(end, "rb") as stream, os.fdopen(begin, "wb", buffering=0) as writer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        writer.write(f'{ROW}\n{{"id": "b", "text": "{"x" * 9000}"}}\n'.encode())
        found = sources(["-"], Settings())
        assert next(found) == ARTICLE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no file descriptors with names here")
def test_what_the_shell_has_opened_is_read() -> None:
    end, begin = os.pipe()
    with os.fdopen(end, "rb"), os.fdopen(begin, "wb") as writer:
        writer.write(b"Ein Text.")
        writer.close()
        assert read(f"/dev/fd/{end}") == [Page(f"/dev/fd/{end}", b"Ein Text.", TEXT)]
    assert read("/dev/fd/999999") == [Unreadable("/dev/fd/999999", "is not open")]


SAVED = """\
From: <Saved by Blink>
Snapshot-Content-Location: https://example.org/post
Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?=
Date: Wed, 1 May 2024 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----x----"


------x----
Content-Type: text/html{charset}
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://example.org/post

<!DOCTYPE html><html><p>Gr=C3=B6=
=C3=9Fe

------x----
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw==

------x------
""".replace("\n", "\r\n")


@pytest.mark.parametrize(("name", "charset"), [("post.mhtml", ""), ("post.mht", "; charset=utf-8"), ("post", "")])
def test_a_page_saved_as_one_file_is_opened(name: str, charset: str, here: Path) -> None:
    (page,) = read(write(name, SAVED.replace("{charset}", charset)))
    assert isinstance(page, Page)
    assert (page.source, page.media_type, page.url) == (name, HTML, "https://example.org/post")
    assert page.charset == ("utf-8" if charset else None)
    assert decode(page) == "<!DOCTYPE html><html><p>Größe\r\n"


def test_a_saved_page_without_html_says_so(here: Path) -> None:
    text = SAVED.replace("text/html{charset}", "text/css")
    expected = [
        Unreadable("a.mhtml", "is a saved page without a text", "save it in your browser as HTML and pass that")
    ]
    assert read(write("a.mhtml", text)) == expected
    assert read(write("a.mhtml", "Nur Text.")) == expected


UTF_16 = [
    ("<!DOCTYPE html><p>x", [HTML]),
    ("# Titel\n\nText", [MARKDOWN]),
    ("Größe", [TEXT]),
]


@pytest.mark.parametrize(("text", "kinds"), UTF_16)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_what_windows_shells_pipe_is_understood(text: str, kinds: list[str], encoding: str, here: Path) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    (page,) = read(write("post", (mark + text).encode(encoding)))
    assert isinstance(page, Page)
    assert ([page.media_type], decode(page)) == (kinds, text)


@pytest.mark.parametrize("name", ["in", "in.jsonl", "in.json"])
def test_records_must_be_utf_8(name: str, here: Path) -> None:
    expected = Unreadable(name, "is UTF-16, and records must be UTF-8", "save it as UTF-8")
    assert read(write(name, ROW.encode("utf-16"))) == [expected]


def test_several_sources_in_their_order(here: Path) -> None:
    names = [write("b.md"), "no.md", write("a.txt"), write("c.jsonl", ROW)]
    assert read(*names) == [
        Page("b.md", b"Text.", MARKDOWN),
        Unreadable("no.md", "no such file"),
        Page("a.txt", b"Text.", TEXT),
        ARTICLE,
    ]
    assert read() == []


def test_nothing_is_read_before_it_is_asked_for(here: Path) -> None:
    found = sources([write("a.md"), "http://[invalid", "b.md"], Settings())
    assert next(found) == Page("a.md", b"Text.", MARKDOWN)
    write("b.md")
    assert [type(item) for item in found] == [Unreadable, Page]


SLOW = [
    b"<!--a-->" * 1000,
    b"<!--" * 2000,
    b"<?xml ?>" * 1000,
    b"A: b\r\n" * 1300,
    b"A: b\r\n" + b" c\r\n" * 1600,
    b"[" * 8000,
    b'{"a":' * 1600,
    b"---\n" * 2000,
]


@pytest.mark.parametrize("content", SLOW)
def test_no_content_takes_long_to_recognise(content: bytes, here: Path) -> None:
    name = write("post", content)
    start = time.process_time()
    read(name)
    assert time.process_time() - start < 0.5


@given(st.binary(max_size=300), st.sampled_from(["a.md", "a.html", "a.txt", "a", "a.json", "a.jsonl", "a.csv", "a.gz"]))
def test_no_bytes_break_a_file(content: bytes, name: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        for item in read(str(path)):
            assert not isinstance(item, Unreadable) or (item.reason and "\n" not in item.reason + item.hint)


@given(
    st.text(max_size=40)
    | st.text(st.sampled_from("htps:/w.[]@#?%\0\udcff1"), max_size=20).map(lambda text: f"http:{text}")
)
def test_no_name_breaks_the_stream(name: str) -> None:
    if name.strip("/.") and "//" not in name and name != "-":
        assert read(name, timeout=0.01)


def test_the_web(web: Any, here: Path) -> None:
    host = web.url.removeprefix("http://")
    found = read(
        f"{web.url}/page",
        f"{host}/page",
        f"{web.url}/raw/post.md",
        f"{web.url}/raw/post.adoc",
        f"{web.url}/rows.jsonl",
        f"http://anna:geheim@{host}/404",
        f"{web.url}/bad\n\udcff",
    )
    page, bare, post, *rest = found
    assert isinstance(page, Page)
    assert isinstance(bare, Page)
    assert isinstance(post, Page)
    assert (page.source, page.url, page.media_type) == (f"{web.url}/page", f"{web.url}/page", HTML)
    assert (bare.source, bare.url) == (f"{host}/page", f"{web.url}/page")
    assert (post.source, post.media_type) == (f"{web.url}/raw/post.md", MARKDOWN)
    assert rest == [
        Unreadable(f"{web.url}/raw/post.adoc", *ASCIIDOC),
        ARTICLE,
        Unreadable(f"{web.url}/rows.jsonl:2", "has no field 'text'"),
        Unreadable(f"http://{host}/404", "the server has no such page (404)", "check the address"),
        Unreadable(f"{web.url}/bad\\n\\xff", "the server has no such page (404)", "check the address"),
    ]
