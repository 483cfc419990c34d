"""How fast and how large? ``python benchmarks/speed.py --data DIR [--peers BIN …]`` (DIR/blog, DIR/html).

Whole processes start cold, ours and the peers' in turn, round after round, so that a busy moment hits all alike; then
the warm rate on one core and the cost against length. ``--peers`` names the bin folders of environments in which sumy,
newspaper4k, lede, trafilatura or sacrebleu are installed; what is missing or fails is printed as such. ``blogsum`` is
taken from ``--bin`` (default: this Python's folder). Writes benchmarks/results/speed.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.md"
NEWSPAPER = (
    "import sys, newspaper; a = newspaper.Article('http://localhost/'); "
    "a.download(input_html=open(sys.argv[1]).read()); a.parse(); print(a.text)"
)
# name, the executable that tells whether it is there, the command; {text}, {html}, {corpus} are files
OURS = [
    ("python -c 'import click'", "python", ["python", "-c", "import click"]),
    ("blogsum --help", "blogsum", ["blogsum", "--help"]),
    ("blogsum summarize TEXT", "blogsum", ["blogsum", "summarize", "{text}"]),
    ("blogsum summarize HTML", "blogsum", ["blogsum", "summarize", "{html}"]),
    ("blogsum summarize MARKDOWN", "blogsum", ["blogsum", "summarize", "{markdown}"]),
]
PEERS = [
    ("sacrebleu --help", "sacrebleu", ["sacrebleu", "--help"]),
    ("trafilatura --help", "trafilatura", ["trafilatura", "--help"]),
    ("sumy --help", "sumy", ["sumy", "--help"]),
    ("trafilatura HTML (text only)", "trafilatura", ["trafilatura", "-i", "{html}"]),
    ("sumy lex-rank TEXT", "sumy", ["sumy", "lex-rank", "--length=3", "--language=german", "--file={text}"]),
    ("lede TEXT", "lede", ["lede", "{text}"]),
    ("newspaper4k HTML (text only)", "newspaper", ["python", "-c", NEWSPAPER, "{html}"]),
]
LENGTHS = [1_000, 3_000, 10_000, 30_000, 100_000]


@dataclass
class Process:
    """One command, the seconds and kilobytes of its runs, and the reason if it does not run."""

    name: str
    argv: list[str]
    seconds: list[float] = field(default_factory=list)
    kilobytes: int = 0
    fault: str = ""


def main() -> None:
    """Measure, print, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bin", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("--peers", type=Path, nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=11)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # in a process of its own: a child's peak memory begins at what its parent held when it was started
        with get_context("spawn").Pool(1) as pool:
            files = pool.apply(inputs, (Path(folder), given.data))
        processes = [*found(OURS, [given.bin], files), *found(PEERS, given.peers, files)]
        start_in_turn(processes, given.rounds)
    posts = read_posts(given.data)
    parts = [*head(given), *cold(processes), *warm(posts), *growth(posts)]
    report = "\n".join(parts) + "\n"
    print(report)
    RESULT.write_text(report, encoding="utf-8")


def read_posts(data: Path) -> list[dict[str, Any]]:
    """The posts, in the file's order."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def inputs(folder: Path, data: Path) -> dict[str, str]:
    """The files that the commands read: a German post of about 1,000 words, as text and Markdown, and a page."""
    post = next(post for post in read_posts(data) if post["lang"] == "de" and 950 <= post["n_words_article"] <= 1050)
    with gzip.open(data / "html" / "blog_pages_half.jsonl.gz", "rt", encoding="utf-8") as file:
        pages = [page for page in map(json.loads, file) if page["german"]]
    page = sorted(pages, key=lambda page: len(page["html"]))[len(pages) // 2]
    contents = {"text.txt": post["article_text"], "post.md": post["article_markdown"], "page.html": page["html"]}
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return {"text": str(folder / "text.txt"), "markdown": str(folder / "post.md"), "html": str(folder / "page.html")}


def found(
    table: Sequence[tuple[str, str, list[str]]], bins: Sequence[Path], files: dict[str, str]
) -> Iterator[Process]:
    """The commands of ``table`` with the programs of the first bin folder that has what they need."""
    for name, need, argv in table:
        place = next((folder for folder in bins if has(folder, need)), None)
        if place is None:
            yield Process(name, [], fault="not installed in --peers")
        else:
            yield Process(
                name, [str(place / argv[0]), *(part.format(**files) if "{" in part else part for part in argv[1:])]
            )


def has(folder: Path, need: str) -> bool:
    """Whether an environment has a program, or a module of that name."""
    if (folder / need).exists():
        return True
    return any(folder.parent.glob(f"lib/python*/site-packages/{need}/__init__.py"))


def start_in_turn(processes: Sequence[Process], rounds: int) -> None:
    """Run every command once per round; the first round warms the disk's cache and is not counted."""
    for number in range(rounds + 1):
        for process in processes:
            if process.fault:
                continue
            seconds, kilobytes, fault = start(process.argv)
            process.fault = fault
            if number and not fault:
                process.seconds.append(seconds)
                process.kilobytes = max(process.kilobytes, kilobytes)


def start(argv: list[str]) -> tuple[float, int, str]:
    """Seconds and peak kilobytes of one process, and the last line of stderr if it failed."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = [line for line in errors.read().decode(errors="replace").splitlines() if line.strip(" *")]
    fault = f"fails: {first_words(lines)}" if process.returncode else ""
    return seconds, usage.ru_maxrss, fault


def first_words(lines: list[str]) -> str:
    """What a failure says of itself, short."""
    telling = [line for line in lines if "Error" in line or "not found" in line] or lines or ["without a word"]
    return telling[0].strip()[:80]


def head(given: argparse.Namespace) -> Iterator[str]:
    """What ran where."""
    yield "# Speed and size\n"
    yield f"`python benchmarks/speed.py --data DIR --peers BIN … --rounds {given.rounds}`\n"
    cores = f"{os.cpu_count()} cores (shared, noisy: compare ratios)"
    yield f"{platform.machine()}, {cores}, CPython {platform.python_version()}"
    yield f"\nVersions: {', '.join(versions([given.bin, *given.peers]))}.\n"


def versions(bins: Sequence[Path]) -> Iterator[str]:
    """Names and versions of what is compared."""
    names = ("blogsum", "click", "numpy", "trafilatura", "sumy", "lede", "newspaper4k", "sacrebleu")
    seen = set()
    for folder in bins:
        for name in names:
            for path in folder.parent.glob(f"lib/python*/site-packages/{name}-*.dist-info"):
                if name not in seen:
                    seen.add(name)
                    yield path.name.removesuffix(".dist-info").replace("-", " ")


def cold(processes: Sequence[Process]) -> Iterator[str]:
    """The table of whole processes; the ratio is to the median of ``import click``."""
    yield "## Cold, whole processes\n"
    yield "| command | median s | quartiles | times `import click` | peak MB |\n|---|---|---|---|---|"
    base = statistics.median(processes[0].seconds)
    for process in processes:
        if process.fault:
            yield f"| {process.name} | {process.fault} | | | |"
            continue
        low, middle, high = statistics.quantiles(process.seconds, n=4)
        ratio, memory = middle / base, process.kilobytes / 1000
        yield f"| {process.name} | {middle:.3f} | {low:.3f}–{high:.3f} | {ratio:.1f} | {memory:.0f} |"


def warm(posts: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Texts of about 1,000 words per second on one core, each summarised once, lengths in words printed."""
    from blogsum.summarize.extractive import Extractive
    from blogsum.summarize.lengths import LENGTHS as BUDGETS
    from blogsum.types import Article

    summarizer = Extractive()
    yield "\n## Warm, one core, one process\n"
    yield "| language | articles | words (mean) | ms an article (median) | quartiles | articles a second |"
    yield "|---|---|---|---|---|---|"
    for lang in ("de", "en"):
        chosen = [post for post in posts if post["lang"] == lang and 900 <= post["n_words_article"] <= 1100][:100]
        articles = [Article(post["id"], post["article_text"], post["title"], lang=lang) for post in chosen]
        for article in articles[:5]:
            summarizer.summarize(article, BUDGETS["teaser"])
        times = []
        for article in articles:
            begin = time.process_time()
            summarizer.summarize(article, BUDGETS["teaser"])
            times.append(1000 * (time.process_time() - begin))
        low, middle, high = statistics.quantiles(times, n=4)
        mean = statistics.mean(post["n_words_article"] for post in chosen)
        rate = 1000 * len(times) / sum(times)
        yield f"| {lang} | {len(times)} | {mean:.0f} | {middle:.1f} | {low:.1f}–{high:.1f} | {rate:.0f} |"


def growth(posts: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Seconds against length, on posts joined to one article; each the best of three."""
    from blogsum.summarize.extractive import Extractive
    from blogsum.summarize.lengths import LENGTHS as BUDGETS
    from blogsum.types import Article

    summarizer = Extractive()
    yield "\n## Cost against length\n"
    yield "German posts joined to one article; processor seconds, the best of three.\n"
    yield "| words | seconds | ms per 1,000 words |\n|---|---|---|"
    text = "\n\n".join(post["article_text"] for post in posts if post["lang"] == "de")
    for words in LENGTHS:
        article = Article("joined", " ".join(text.split(" ")[:words]), lang="de")
        count = len(article.text.split())
        times = []
        for _ in range(3):
            begin = time.process_time()
            summarizer.summarize(article, BUDGETS["teaser"])
            times.append(time.process_time() - begin)
        yield f"| {count:,} | {min(times):.3f} | {1e6 * min(times) / count:.1f} |"
    article = Article("huge", ("Das ist ein langer Satz ohne jedes Ende, " * 1_250_000)[:50_000_000], lang="de")
    begin = time.process_time()
    summarizer.summarize(article, BUDGETS["teaser"])
    yield f"| one line of 50 MB | {time.process_time() - begin:.3f} | (only the first part is read: see outline.py) |"


if __name__ == "__main__":
    main()
