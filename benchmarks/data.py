"""How fast and how large are the data commands? ``python benchmarks/data.py --data DIR [--rows N …]`` (DIR/blog).

``data add``, ``explore`` and ``validate`` over the posts of DIR/blog/dev.jsonl.gz, each a process of its own; then over
more rows, made of the posts by repetition with changes (one word in twelve is another, drawn with a seed, so that no
two rows are near-duplicates). ``blogsum`` is this checkout's. Writes benchmarks/results/data.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "data.md"
ROWS = [3_415, 20_000, 100_000]
COMMANDS = ("add", "explore", "validate")
CHANGED = 12  # one word in so many


@dataclass(frozen=True)
class Run:
    """One process: what it did on how many rows, and what that took; ``found`` counts the rows that break each rule."""

    command: str
    rows: int
    seconds: float
    processor: float
    megabytes: float
    found: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Measure, print, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument(
        "--runs", type=Path, help="JSON lines of runs: those in it are not run again, new ones are added"
    )
    given = parser.parse_args()
    old = given.runs.read_text(encoding="utf-8").splitlines() if given.runs and given.runs.exists() else []
    runs = [Run(**json.loads(line)) for line in old]
    done = {(run.command, run.rows) for run in runs}
    for rows in given.rows:
        if done >= {(command, rows) for command in COMMANDS}:
            continue
        for run in fresh(given.data, rows):
            runs.append(run)
            print(run, flush=True)
            if given.runs:
                with given.runs.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(run)) + "\n")
    report = "\n".join([*head(), *table(runs), *growth(runs), *rules(runs)]) + "\n"
    RESULT.write_text(report, encoding="utf-8")
    print(report)


def fresh(data: Path, rows: int) -> Iterator[Run]:
    """Every command once, on this many rows."""
    with tempfile.TemporaryDirectory() as folder:
        # in a process of its own: a child's peak memory begins at what its parent held when it was started
        with get_context("spawn").Pool(1) as pool:
            pool.apply(write, (Path(folder) / "posts.jsonl", data, rows))
        for command in COMMANDS:
            yield measured(command, Path(folder), rows)


def write(file: Path, data: Path, rows: int) -> None:
    """``rows`` records: the posts as they are, then the posts with other words in them, again and again."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as source:
        posts = [json.loads(line) for line in source]
    dice = random.Random(1)
    words = [word for post in posts[:400] for word in post["article_text"].split()]
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            turn, place = divmod(number, len(posts))
            post = posts[place]
            row = {name: post[name] for name in ("title", "author", "date", "lang", "summary")}
            text = post["article_text"]
            if turn:
                text = " ".join(word if dice.random() > 1 / CHANGED else dice.choice(words) for word in text.split(" "))
            out.write(json.dumps({"id": f"{post['id']}-{turn}", "text": text, **row}, ensure_ascii=False) + "\n")


def measured(command: str, folder: Path, rows: int) -> Run:
    """Run ``blogsum data …`` once, on the file or on the version that was made of it."""
    argv = [sys.executable, "-m", "blogsum", "data", command]
    argv += ["posts.jsonl", "--name", "blog"] if command == "add" else ["blog@1", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BLOGSUM_HOME": str(folder / "home")}
    begin = time.perf_counter()
    with (folder / f"{command}.json").open("wb") as out:
        process = subprocess.Popen(argv, cwd=folder, stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"data {command} ended with {process.returncode}")
    found = broken(folder / f"{command}.json") if command == "validate" else {}
    return Run(command, rows, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, found)


def broken(file: Path) -> dict[str, int]:
    """How many rows break each rule."""
    answer = json.loads(file.read_text(encoding="utf-8"))
    counts = Counter(rule for rule, _ in {(one["rule"], one["id"]) for one in answer["findings"]})
    return {rule["name"]: counts[rule["name"]] for rule in answer["rules"]}


def head() -> Iterator[str]:
    """What ran where."""
    yield "# Cost of the data commands\n"
    yield "`python benchmarks/data.py --data DIR`\n"
    cores = f"{os.cpu_count()} cores (shared, noisy: compare processor seconds)"
    yield f"{platform.machine()}, {cores}, CPython {platform.python_version()}; each command is one process."


def table(runs: Sequence[Run]) -> Iterator[str]:
    """One line a command and number of rows."""
    yield "\n| command | rows | seconds | processor seconds | processor seconds per 1,000 rows | peak MB |"
    yield "|---|---:|---:|---:|---:|---:|"
    for run in sorted(runs, key=lambda run: (COMMANDS.index(run.command), run.rows)):
        thousand = 1000 * run.processor / run.rows
        numbers = f"{run.seconds:.0f} | {run.processor:.0f} | {thousand:.1f} | {run.megabytes:.0f}"
        yield f"| data {run.command} | {run.rows:,} | {numbers} |"


def growth(runs: Sequence[Run]) -> Iterator[str]:
    """How cost grows: the exponent between the smallest and the largest number of rows, and the memory of a row."""
    parts = []
    for command in COMMANDS:
        own = sorted((run for run in runs if run.command == command), key=lambda run: run.rows)
        if len(own) > 1:
            first, last = own[0], own[-1]
            power = math.log(last.processor / first.processor) / math.log(last.rows / first.rows)
            row = 1000 * (last.megabytes - first.megabytes) / (last.rows - first.rows)
            parts.append(f"{command} (to {last.rows:,} rows) with the power {power:.2f} and {row:.1f} kB a row")
    if parts:
        yield f"\nProcessor time and memory grow with the rows: {'; '.join(parts)}. (1 is linear, 2 quadratic.)"


def rules(runs: Sequence[Run]) -> Iterator[str]:
    """How often each rule of ``validate`` finds something in the real posts: those without changes."""
    run = min((run for run in runs if run.found), key=lambda run: run.rows, default=None)
    if run is None or run.rows > ROWS[0]:
        return
    yield "\n## What validate finds in the real posts\n"
    yield "| rule | rows | share |\n|---|---:|---:|"
    for rule, count in run.found.items():
        yield f"| {rule} | {count:,} | {100 * count / run.rows:.1f} % |"


if __name__ == "__main__":
    main()
