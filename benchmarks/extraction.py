"""How much of a blog page's article is kept, and how much else: blogsum beside trafilatura and other extractors.

    python benchmarks/extraction.py --data DIR [--output benchmarks/results/extraction.md]

DIR holds ``html/blog_pages_half.jsonl.gz``: one page a line with ``url``, ``german``, ``html`` and two lists of short
text segments, ``wanted`` and ``unwanted``. As in trafilatura's own evaluation a segment counts as found when it is
contained in the extracted text (white space normalised on both sides). Pages are split by a hash of their host:
failures of the tuning half were read while the rules were written, those of the held-out half never (its counts were
looked at, rule by rule, so that it is not as unseen as a page of tomorrow).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.errors import UserError  # noqa: E402
from blogsum.text.clean import clean  # noqa: E402
from blogsum.text.html import extract  # noqa: E402

DRAWS = 2000
SEED = 20
Reader = Callable[[str, str], str]


@dataclass(frozen=True)
class Count:
    """Segments of one page: wanted and found, wanted and lost, unwanted and found."""

    kept: int
    lost: int
    noise: int


@dataclass(frozen=True)
class Run:
    """One extractor over all pages: a count per page, and seconds per page."""

    name: str
    counts: list[Count]
    seconds: list[float]


def _blogsum(html: str, url: str) -> str:
    try:
        return clean(extract(html, url).text)
    except UserError:
        return ""


def _trafilatura(**settings: Any) -> Reader:
    from trafilatura import extract as rival

    return lambda html, url: rival(html, url=url, **settings) or ""


def _readability(html: str, url: str) -> str:
    from lxml.html import fromstring
    from readability import Document

    return str(fromstring(Document(html).summary()).text_content())


def _justext(html: str, url: str) -> str:
    from justext import get_stoplist, justext

    words = get_stoplist("German") | get_stoplist("English")
    return "\n".join(paragraph.text for paragraph in justext(html, words) if not paragraph.is_boilerplate)


def readers() -> dict[str, Reader]:
    """Every extractor of this comparison by its name; peers that are not installed or do not import are left out."""
    table: dict[str, Reader] = {
        "blogsum": _blogsum,
        "trafilatura": _trafilatura(),
        "trafilatura no comments": _trafilatura(include_comments=False),
        "trafilatura fast": _trafilatura(include_comments=False, fast=True),
        "trafilatura precision": _trafilatura(include_comments=False, favor_precision=True),
        "trafilatura precision fast": _trafilatura(include_comments=False, favor_precision=True, fast=True),
        "trafilatura recall": _trafilatura(include_comments=False, favor_recall=True),
        "trafilatura no tables": _trafilatura(include_comments=False, include_tables=False),
        "trafilatura formatting": _trafilatura(include_comments=False, include_formatting=True),
        "trafilatura deduplicate": _trafilatura(include_comments=False, deduplicate=True),
    }
    for package, name, reader in (
        ("readability-lxml", "readability-lxml", _readability),
        ("jusText", "jusText", _justext),
    ):
        try:
            version(package)
            reader("<p>A paragraph is enough to see whether it runs at all.</p>", "")
        except (PackageNotFoundError, ImportError):  # an import that fails would read as a page without text
            continue
        table[name] = reader
    return table


def pages(data: Path) -> list[dict[str, Any]]:
    """The annotated pages under ``data``."""
    with gzip.open(data / "html" / "blog_pages_half.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_held_out(url: str) -> bool:
    """Whether this page's host is in the half whose failures nobody looked at."""
    return hashlib.sha256(urlsplit(url).netloc.encode()).digest()[-1] % 2 == 1


def count(text: str, page: dict[str, Any]) -> Count:
    """Count the segments of ``page`` that are contained in ``text``."""
    text = " ".join(text.split())
    kept = sum(" ".join(segment.split()) in text for segment in page["wanted"])
    noise = sum(" ".join(segment.split()) in text for segment in page["unwanted"])
    return Count(kept, len(page["wanted"]) - kept, noise)


def run(name: str, reader: Reader, rows: Sequence[dict[str, Any]]) -> Run:
    """Extract every page with one extractor; an extractor that raises has extracted nothing."""
    counts, seconds = [], []
    for row in rows:
        start = time.perf_counter()
        try:
            text = reader(row["html"], row["url"])
        except Exception:
            text = ""
        seconds.append(time.perf_counter() - start)
        counts.append(count(text, row))
    return Run(name, counts, seconds)


def scores(counts: Sequence[Count]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all segments of these pages."""
    kept, lost, noise = (sum(getattr(item, name) for item in counts) for name in ("kept", "lost", "noise"))
    precision = kept / (kept + noise) if kept + noise else 0.0
    recall = kept / (kept + lost) if kept + lost else 0.0
    return precision, recall, 2 * kept / (2 * kept + lost + noise) if kept else 0.0


def interval(ours: Sequence[Count], theirs: Sequence[Count]) -> tuple[float, float, float]:
    """The difference in F1 and its 95 % interval: pages drawn with replacement, the same for both."""
    pairs = list(zip(ours, theirs, strict=True))
    chance = random.Random(SEED)
    draws = []
    for _ in range(DRAWS):
        drawn = chance.choices(pairs, k=len(pairs))
        draws.append(scores([a for a, _ in drawn])[2] - scores([b for _, b in drawn])[2])
    draws.sort()
    return scores(ours)[2] - scores(theirs)[2], draws[int(DRAWS * 0.025)], draws[int(DRAWS * 0.975) - 1]


def table(runs: Sequence[Run], chosen: Sequence[int]) -> list[str]:
    """One Markdown table over the pages with these indices."""
    lines = [
        "| extractor | precision | recall | F1 | keep something unwanted | lose something wanted | ms a page |",
        "|---|---|---|---|---|---|---|",
    ]
    for item in runs:
        counts = [item.counts[index] for index in chosen]
        precision, recall, f1 = scores(counts)
        noisy, lossy = sum(one.noise > 0 for one in counts), sum(one.lost > 0 for one in counts)
        spent = 1000 * sum(item.seconds[index] for index in chosen) / max(1, len(chosen))
        lines.append(f"| {item.name} | {precision:.3f} | {recall:.3f} | {f1:.4f} | {noisy} | {lossy} | {spent:.0f} |")
    return lines


def report(runs: Sequence[Run], rows: Sequence[dict[str, Any]]) -> str:
    """The whole comparison as Markdown."""
    ours, rivals = runs[0], [item for item in runs if item.name.startswith("trafilatura")]
    every = range(len(rows))
    held = [index for index in every if is_held_out(rows[index]["url"])]
    groups = {
        "All pages": list(every),
        "Held-out hosts (only counted)": held,
        "Tuning hosts (failures were read)": [index for index in every if index not in set(held)],
        "German pages": [index for index in every if rows[index]["german"]],
        "Other pages": [index for index in every if not rows[index]["german"]],
    }
    lines = ["# Extraction: segments wanted and unwanted on blog pages", "", *_setting(rows), ""]
    for title, chosen in groups.items():
        best = max(rivals, key=lambda item: scores([item.counts[index] for index in chosen])[2])
        pair = [[item.counts[index] for index in chosen] for item in (ours, best)]
        difference, low, high = interval(*pair)
        noisy = [sum(one.noise > 0 for one in counts) for counts in pair]
        lines += [f"## {title}: {len(chosen)}", "", *table(runs, chosen), ""]
        lines += [
            f"blogsum against {best.name} (the rival's best F1 here): {difference:+.4f} F1 [{low:+.4f}, {high:+.4f}],"
            f" pages that keep something unwanted {noisy[0]} against {noisy[1]}.",
            "",
        ]
    return "\n".join(lines)


def _setting(rows: Sequence[dict[str, Any]]) -> list[str]:
    names = ("trafilatura", "readability-lxml", "jusText", "lxml")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # noqa: PERF203 - four names
            versions.append(f"{name} not installed")
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    segments = [sum(len(row[name]) for row in rows) for name in ("wanted", "unwanted")]
    return [
        "`python benchmarks/extraction.py --data DIR`",
        "",
        f"{len(rows)} pages, {segments[0]} wanted and {segments[1]} unwanted segments; {DRAWS} paired bootstrap draws"
        f" over pages, seed {SEED}, 95 % intervals.",
        f"Commit {commit}, Python {platform.python_version()}, {', '.join(versions)}.",
        "A segment is found when it is contained in the extracted text, white space normalised, as in trafilatura's own"
        " evaluation.",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and write its report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds html/blog_pages_half.jsonl.gz")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "extraction.md")
    parser.add_argument("--limit", type=int, help="only the first pages, for a quick look")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    rows = pages(options.data)[: options.limit]
    runs = []
    for name, reader in readers().items():
        runs.append(run(name, reader, rows))
        print(name, *(f"{score:.4f}" for score in scores(runs[-1].counts)), file=sys.stderr, flush=True)
    text = report(runs, rows)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
