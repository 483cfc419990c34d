"""Is a blog found whole, asked politely and resumed exactly? ``python benchmarks/scrape.py --data DIR``.

DIR/sites holds ``serve.py`` and copies of real sites (``*.tgz``), served on loopback. Every request goes through a
proxy of this script that counts them. Measured: posts found and how much of their text, the requests of a second run,
and the content after runs killed (SIGKILL) at random moments and resumed. Writes benchmarks/results/scrape.md.
"""

from __future__ import annotations

import argparse
import http.client
import http.server
import json
import os
import platform
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "scrape.md"
# archive -> the hosts whose links serve.py rewrites
SITES = {
    "wordpress_de": "www.gesellschaftundkontingenz.de,gesellschaftundkontingenz.de",
    "static_de": "connyfoodie.github.io",
}
LEAST = 250  # words of a post that must be found
WHOLE = 0.9  # share of the feed's words of a post: the list of sources below it is left out by the extraction
KILLS = 20
DELAY = "0.5"  # seconds between requests, so that kills also fall between posts


class Proxy(http.server.ThreadingHTTPServer):
    """Passes requests on and notes the path of each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.seen: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Passing(http.server.BaseHTTPRequestHandler):
    """One request through the proxy."""

    server: Proxy

    def do_GET(self) -> None:
        """Ask the site what the client asked."""
        parts = urlsplit(self.path)
        self.server.seen.append(parts.path)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.getheader("Content-Type", "text/html"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the client was killed
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Say nothing."""


class Blog:
    """One site on loopback, and scrapes of it into folders of their own."""

    def __init__(self, data: Path, name: str, work: Path) -> None:
        with tarfile.open(data / "sites" / f"{name}.tgz") as archive:
            archive.extractall(work / name, filter="data")
        self.name, self.folder, self.work = name, next((work / name).iterdir()), work
        port = _free_port()
        script = [sys.executable, str(data / "sites" / "serve.py"), str(self.folder), str(port), SITES[name]]
        self.server = subprocess.Popen(script)
        self.url = f"http://127.0.0.1:{port}/"
        self.proxy = Proxy()
        _wait_for(port)

    def start(self, home: Path) -> subprocess.Popen[str]:
        """Start a scrape; its version, cache and journal stand in ``home``."""
        through = f"http://127.0.0.1:{self.proxy.server_port}"
        environment = {**os.environ, "BLOGSUM_HOME": str(home), "http_proxy": through, "PYTHONPATH": str(ROOT)}
        argv = [sys.executable, "-m", "blogsum", "scrape", self.url, "--name", "blog", "--delay", DELAY]
        self.proxy.seen.clear()
        return subprocess.Popen(argv, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, home: Path) -> tuple[dict[str, Any], str, float]:
        """A whole scrape: its manifest, the line on stderr, and its seconds."""
        begin = time.monotonic()
        process = self.start(home)
        out, error = process.communicate(timeout=300)
        if process.returncode:
            raise SystemExit(f"{self.name}: exit code {process.returncode}: {error}")
        folder = home / "datasets" / out.strip().replace("@", "/")
        return json.loads((folder / "manifest.json").read_text()), error.strip(), time.monotonic() - begin

    def rows(self, home: Path) -> list[dict[str, Any]]:
        """The rows of the first version."""
        lines = (home / "datasets" / "blog" / "1" / "rows.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def stop(self) -> None:
        """End the servers."""
        self.server.kill()
        self.server.wait()
        self.proxy.shutdown()


def main(arguments: Sequence[str] | None = None) -> int:
    """Scrape each site, write the report; 1 when something that must hold does not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with sites/")
    options = parser.parse_args(arguments)
    if not (options.data / "sites" / "serve.py").is_file():
        parser.error(f"{options.data}: no sites/serve.py")
    work = Path(tempfile.mkdtemp(prefix="blogsum-sites-"))
    failures: list[str] = []
    lines = [*_head()]
    try:
        for name in SITES:
            blog = Blog(options.data, name, work)
            try:
                lines += _report(blog, failures)
            finally:
                blog.stop()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    lines += ["", f"Failed: {'; '.join(failures)}." if failures else "All that must hold holds."]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))
    return int(bool(failures))


def _head() -> Iterator[str]:
    packages = ("blogsum", "trafilatura", "feedparser", "requests", "CacheControl")
    yield "# Scraping two real sites from loopback\n"
    yield "`python benchmarks/scrape.py --data DIR`\n"
    cores = f"{platform.machine()}, {os.cpu_count()} cores (shared), CPython {platform.python_version()}"
    yield f"{cores}; {', '.join(f'{name} {version(name)}' for name in packages)}."


def _report(blog: Blog, failures: list[str]) -> Iterator[str]:
    """Everything that is measured on one site."""
    home = blog.work / f"{blog.name}-home"
    manifest, line, seconds = blog.run(home)
    asked = len(blog.proxy.seen)
    rows = blog.rows(home)
    expected = _posts(blog.folder)
    yield f"\n## {blog.name}\n"
    yield f"`blogsum scrape ADDRESS --name blog --delay {DELAY}`: {line}; {asked} requests, {seconds:.1f} s.\n"
    yield "| post of the copy | words of its page | found | words extracted | of the feed's words | beside them |"
    yield "|---|---|---|---|---|---|"
    for path, words in expected.items():
        row = next((row for row in rows if urlsplit(row["id"]).path == path), None)
        kept, added = _overlap(blog.folder, path, row) if row else (None, None)
        length = f"{len(row['text'].split()):,}" if row else ""
        yield f"| {path} | {words:,} | {'yes' if row else 'no'} | {length} | {_share(kept)} | {_share(added)} |"
        if words >= LEAST and (row is None or (kept is not None and kept < WHOLE)):
            failures.append(f"{blog.name}: {path} is not whole")
    yield f"\nTeasers of people: {', '.join(_teasers(rows)) or 'none'}."
    reasons = Counter(re.split(r" \(| of ", skip["reason"])[0] for skip in manifest["details"]["skipped"])
    yield f"Skipped: {', '.join(f'{count} {reason}' for reason, count in reasons.most_common()) or 'nothing'}."
    yield from _again(blog, home, manifest, rows, failures)
    yield from _killed(blog, manifest, asked, failures)


def _again(
    blog: Blog, home: Path, manifest: dict[str, Any], rows: Sequence[dict[str, Any]], failures: list[str]
) -> Iterator[str]:
    again, line, _ = blog.run(home)
    posts = {urlsplit(row["id"]).path for row in rows}
    repeated = [path for path in blog.proxy.seen if path in posts]
    yield f"\nSecond run: {line}; {len(repeated)} posts asked for again, {len(blog.proxy.seen)} requests for listings."
    if repeated or again != manifest:
        failures.append(f"{blog.name}: the second run is not idle")


def _killed(blog: Blog, manifest: dict[str, Any], asked: int, failures: list[str]) -> Iterator[str]:
    """Twenty runs, each killed at a random moment and resumed; and one that is killed twenty times."""
    generator = random.Random(20)
    same = resumed = 0
    for number in range(KILLS):
        home = blog.work / f"{blog.name}-{number}"
        _kill(blog, home, generator, asked)
        left = [len(path.read_text().splitlines()) for path in (home / "datasets" / "blog").glob(".scrape.*.part")]
        resumed += sum(left) > 0
        same += blog.run(home)[0]["content"] == manifest["content"]
        shutil.rmtree(home)
    home = blog.work / f"{blog.name}-often"
    killed = sum(_kill(blog, home, generator, asked) for _ in range(KILLS))
    often = blog.run(home)[0]["content"] == manifest["content"]
    yield (
        f"\nKilled once at a random moment and resumed, {KILLS} times: {same} of {KILLS} end with the content of the "
        f"whole run ({resumed} were killed with posts in the journal). Started and killed {KILLS} times ({killed} "
        f"before their end), then left alone: {'the same content' if often else 'another content'}."
    )
    if same < KILLS or not often:
        failures.append(f"{blog.name}: a killed run ends with other content")


def _kill(blog: Blog, home: Path, generator: random.Random, asked: int) -> bool:
    """Start a run and kill it within 1.5 seconds of a random request; whether it was still running then."""
    after = generator.randint(1, asked)
    process = blog.start(home)
    while len(blog.proxy.seen) < after and process.poll() is None:
        time.sleep(0.01)
    time.sleep(generator.uniform(0, 1.5))
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _posts(folder: Path) -> dict[str, int]:
    """The posts of a copy (pages below year, month and day) and the words of each page, its furniture included."""
    found = {}
    for path in sorted(folder.glob("[12][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/*/index.html")):
        found["/" + "/".join(path.relative_to(folder).parts[:-1]) + "/"] = len(
            _words(path.read_text("utf-8", "replace"))
        )
    return found


def _overlap(folder: Path, path: str, row: dict[str, Any]) -> tuple[float | None, float | None]:
    """The share of the feed's own words of this post that were extracted, and of extracted words that it lacks."""
    for feed in (folder / "feed" / "index.html", folder / "feed" / "index.xml"):
        for item in re.findall(r"<item>.*?</item>", feed.read_text("utf-8") if feed.is_file() else "", re.DOTALL):
            content = re.search(r"<content:encoded>\s*<!\[CDATA\[(.*?)\]\]>", item, re.DOTALL)
            if path in item.partition("<pubDate>")[0] and content:
                listed, taken = Counter(_words(content[1])), Counter(_words(row["text"]))
                return (listed & taken).total() / listed.total(), (taken - listed).total() / taken.total()
    return None, None


def _words(html: str) -> list[str]:
    text = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    return re.findall(r"\w+", unescape(text).lower())


def _teasers(rows: Sequence[dict[str, Any]]) -> list[str]:
    sources = Counter(row["summary_source"] for row in rows if row.get("summary"))
    return [f"{count} from {source}" for source, count in sources.most_common()]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the site does not start")


if __name__ == "__main__":
    sys.exit(main())
