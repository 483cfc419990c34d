"""The HTML page in a real browser: it shows what it should, runs nothing, asks for nothing, and its links lead home."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import Blogsum

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine (apt-get install chromium)"),
]

PAGE = "http://blog.test/page.html"
# Everything a stranger may put into a post that would act in a browser if it were not escaped.
POST = """---
title: '</title><script>document.title="owned"</script><img src=//evil.test/t.png onerror=alert(1)>'
canonical_url: 'https://example.org/"><script src=//evil.test/u.js></script>'
---

Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt „bis zu“ 200 Kilogramm & fährt mit Strom.

Ein Leser schrieb &lt;script&gt;document.title="owned"&lt;/script&gt; in das Formular der Werkstatt und bekam keine Antwort.

Die Fahrer liefern damit pünktlicher als früher und sparen viel Geld für Sprit.

```
</pre><script>document.title="owned"</script><link rel=stylesheet href=//evil.test/c.css>
```

- Ein Rad kostet <b onmouseover=alert(1)>4000 Euro</b> und hält zehn Jahre.
- {{constructor.constructor('document.title="owned"')()}} ist auch nur Text.
"""  # noqa: E501 - a paragraph is one line


class Server(http.server.ThreadingHTTPServer):
    """The browser's proxy: has the page and nothing else, and notes what is asked for, of whatever host."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Handler(http.server.SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.path = self.path.removeprefix("http://blog.test")
        super().do_GET()

    def do_CONNECT(self) -> None:  # the way to every https address
        self.server.asked.append(self.path)
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        pass


@pytest.fixture
def page(blogsum: Blogsum, tmp_path: Path) -> Path:
    (tmp_path / "post.md").write_text(POST, encoding="utf-8")
    done = blogsum("summarize", "post.md", "--length", "teaser,bullets,meta", "--evidence", "-o", "page.html")
    assert done == (0, "", "")
    return tmp_path / "page.html"


@pytest.fixture
def server(page: Path) -> Iterator[Server]:
    server = Server(page.parent)
    yield server
    server.shutdown()
    server.server_close()


def chromium(server: Server, folder: Path, *arguments: str) -> tuple[str, str]:
    """What the browser prints and what it logs."""
    command = [str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--proxy-server=127.0.0.1:{server.server_port}"]
    command += ["--enable-logging=stderr", "--virtual-time-budget=3000", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, cwd=folder)
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def test_what_runs_or_is_fetched_would_be_seen(server: Server, tmp_path: Path) -> None:
    bad = '<script>console.error("seen")</script><img src=//evil.test/a.png><img src=https://evil.test/b.png>'
    (tmp_path / "page.html").write_text(bad)
    _, log = chromium(server, tmp_path, "--dump-dom", PAGE)
    assert "CONSOLE" in log
    assert {"http://evil.test/a.png", "evil.test:443"} <= set(server.asked)


def test_nothing_of_a_stranger_runs_or_is_fetched(server: Server, tmp_path: Path) -> None:
    dom, log = chromium(server, tmp_path, "--dump-dom", PAGE)
    assert "<title>Summaries</title>" in dom
    assert not re.search(r"<(?:script|img|link|iframe|object|embed|form|base)\b|<[^>]*\son\w+=", dom)
    assert "CONSOLE" not in log
    asked = {address for address in server.asked if "google" not in address}  # the browser's own maker and its icon
    assert asked <= {PAGE, "http://blog.test/favicon.ico"}


def test_what_a_stranger_wrote_is_shown_as_text(server: Server, tmp_path: Path) -> None:
    dom, _ = chromium(server, tmp_path, "--dump-dom", PAGE)
    shown = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", dom, flags=re.DOTALL))
    assert '</title><script>document.title="owned"</script><img src=//evil.test/t.png onerror=alert(1)>' in shown
    assert '</pre><script>document.title="owned"</script><link rel=stylesheet href=//evil.test/c.css>' in shown
    assert "„bis zu“ 200 Kilogramm & fährt mit Strom." in shown


def test_each_sentence_leads_to_its_place(server: Server, page: Path, tmp_path: Path) -> None:
    dom, _ = chromium(server, tmp_path, "--dump-dom", PAGE)
    links = re.findall(r'<a href="#([^"]+)"[^>]*>([^<]+)</a>', dom)
    assert len(links) >= 4
    for name, text in links:
        [found] = re.findall(rf'<mark id="{name}">([^<]+)</mark>', dom)
        assert found == text


def test_the_page_can_be_looked_at(server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    chromium(server, tmp_path, f"--screenshot={picture}", "--window-size=900,1400", f"{PAGE}#a1-s0")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000  # an empty page of this size has 5,000 bytes
