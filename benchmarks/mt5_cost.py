"""How fast and how large is mT5? ``python benchmarks/mt5_cost.py [--work FOLDER] [--rounds N] [--threads N]``

mt5-small's exact shape with random weights (quality is benchmarks/mt5_quality.py): blogsum, CTranslate2, optimum (its
head-size fault mended) and transformers, each in a process of its own, forced to the same number of tokens. They take
turns, round after round, so that a busy moment hits all alike; what a ratio says is the median of the ratios of rounds.
The floor is what reading the weights takes that one token needs, at the rate at which this machine reads memory, as
measured between the rounds. Needs blogsum[train], ctranslate2, 9 GB of disk in ``--work`` (kept for the next run) and
10 GB of memory. Writes benchmarks/results/mt5_cost.md and mt5_cost.svg. ``--data`` is taken and not needed.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.mt5.models import ROWS, SHAPE  # noqa: E402
from benchmarks.mt5.plot import plot  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
OURS = ("blogsum fp32", "blogsum int8")
PEERS = ("ctranslate2 fp32", "ctranslate2 int8")
SLOW = ("optimum", "transformers")
PRUNED = "blogsum int8, 32,000 rows"  # beside the full models: what an editor gets
NAMED = {"transformers": "checkpoint", "optimum": "optimum"}  # where a model lies that has one precision
Job = Mapping[str, int]
USUAL: Job = {"tokens": 512, "batch": 1, "beams": 1, "new": 128}
LENGTHS = (512, 1024, 2048, 4096)


@dataclass
class Worker:
    """An engine that waits for work; ``seconds`` and ``processor`` are what each job took, round by round."""

    name: str
    process: subprocess.Popen[str]
    started: float
    ready: float = 0.0
    peak: float = 0.0
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)

    def work(self, job: Job, counted: bool = True) -> None:
        """Do one job; RuntimeError when the engine wrote another number of tokens than it was told."""
        told = self._does(job)
        self.peak = told["peak"]
        if counted:
            self.wall.append(told["wall"])
            self.processor.append(told["processor"])

    def begin(self, job: Job, counted: bool = True) -> None:
        """Read the article and write one token: what a job takes beyond that are its further steps."""
        told = self._does({**job, "new": 1})
        if counted:
            self.reading.append(told["wall"])

    def steps(self) -> float:
        """Median seconds of the steps behind the first."""
        return statistics.median(a - b for a, b in zip(self.wall, self.reading, strict=True))

    def _does(self, job: Job) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(dict(job)) + "\n")
        self.process.stdin.flush()
        told = self._answer()
        if set(told["counts"]) != {job["new"]} or len(told["counts"]) != job["batch"]:
            raise RuntimeError(f"{self.name} wrote {told['counts']} tokens instead of {job['new']}")
        return told

    def loaded(self) -> None:
        """Wait until it is ready for its first job."""
        self.peak = self._answer()["peak"]
        self.ready = time.perf_counter() - self.started

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        return dict(json.loads(line))


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the models, measure, print, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="blogsum-mt5-") as temporary:
        work = given.work or Path(temporary)
        subprocess.run([sys.executable, str(ROOT / "benchmarks" / "mt5" / "models.py"), str(work)], check=True)
        parts = [*head(given), *speed(work, given), *sizes(work), *memory(work, given), *growth(work, given)]
    report = "\n".join(parts) + "\n"
    print(report)
    (RESULTS / "mt5_cost.md").write_text(report, encoding="utf-8")


def start(work: Path, size: str, shown: str, threads: int) -> Worker:
    """A process with one engine, not yet ready."""
    size, name = ("pruned", "blogsum int8") if shown == PRUNED else (size, shown)
    engine, _, _ = name.partition(" ")
    folder = work / size / NAMED.get(engine, name.replace(" ", "-"))
    argv = [sys.executable, str(ROOT / "benchmarks" / "mt5" / "engines.py"), engine, str(folder), str(threads)]
    begin = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
    return Worker(shown, process, begin)


def in_turn(
    work: Path, size: str, names: Sequence[str], job: Job, rounds: int, threads: int, split: bool = False
) -> tuple[list[Worker], list[float]]:
    """Every engine does ``job`` once a round, the first round uncounted; and the rates of memory, bytes a second.

    With ``split``, each also tells what reading and the first token take.
    """
    workers = []
    for name in names:
        workers.append(start(work, size, name, threads))
        workers[-1].loaded()
    rates = []
    for number in range(rounds + 1):
        for worker in workers:
            worker.work(job, counted=number > 0)
            if split:
                worker.begin(job, counted=number > 0)
        rates.append(reading_rate())
    for worker in workers:
        worker.close()
    return workers, rates


def reading_rate() -> float:
    """Bytes a second that one core reads from memory: the best of three sums over 400 MB, beyond any cache."""
    block = _block()
    best = 0.0
    for _ in range(3):
        begin = time.perf_counter()
        np.dot(block, block)
        best = max(best, block.nbytes / (time.perf_counter() - begin))
    return best


_BLOCKS: list[np.ndarray[Any, np.dtype[np.float32]]] = []


def _block() -> np.ndarray[Any, np.dtype[np.float32]]:
    if not _BLOCKS:
        _BLOCKS.append(np.ones(100_000_000, np.float32))
    return _BLOCKS[0]


def floor(rows: int, precision: str, tokens: int, rate: float, new: int) -> float:
    """Seconds that reading takes what ``new`` steps need: all weights of the decoder, the cross keys and values.

    Weights have 4 bytes, in int8 1 and a scale (4 bytes) for 64 of them; cached keys and values 4 bytes. Twice
    ``heads * d_kv`` numbers a token and layer are cached; what a step reads of its own past is left out.
    """
    wide = SHAPE["num_heads"] * SHAPE["d_kv"]
    layer = SHAPE["d_model"] * (4 * wide + 2 * wide + 3 * SHAPE["d_ff"])
    weights = SHAPE["num_decoder_layers"] * layer + rows * SHAPE["d_model"]
    cached = 4 * 2 * wide * tokens * SHAPE["num_decoder_layers"]
    each = 4 if precision == "fp32" else 1 + 4 / 64
    return new * (each * weights + cached) / rate


def head(given: argparse.Namespace) -> Iterator[str]:
    """What ran where."""
    yield "# What mT5 costs\n"
    yield f"`python benchmarks/mt5_cost.py --rounds {given.rounds} --threads {given.threads}`\n"
    yield f"{platform.machine()}, shared and noisy: compare ratios. CPython {platform.python_version()}, "
    names = ("onnxruntime", "ctranslate2", "optimum-onnx", "transformers", "torch")
    yield ", ".join(f"{name} {version(name)}" for name in names) + f"; {given.threads} thread(s) each.\n"
    yield "Random weights in mt5-small's shape; 512 tokens in, exactly 128 out, unless said otherwise."


def speed(work: Path, given: argparse.Namespace) -> Iterator[str]:
    """The tables of engines that take turns."""
    for size, beams, batch, names in (
        ("full", 1, 1, (*OURS, *PEERS, *SLOW, PRUNED)),
        ("pruned", 1, 1, (*OURS, *PEERS, "optimum")),
        ("pruned", 4, 1, (*OURS, *PEERS)),
        ("pruned", 1, 8, (*OURS, *PEERS)),
    ):
        job = {**USUAL, "beams": beams, "batch": batch}
        rounds = given.rounds if batch == 1 else max(3, given.rounds // 2)
        plain = (beams, batch) == (1, 1)
        workers, rates = in_turn(work, size, names, job, rounds, given.threads, plain)
        how = f"{ROWS[size]:,} rows, {'greedy' if beams == 1 else f'{beams} beams'}, batch {batch}"
        yield f"\n## {how}\n"
        yield from table(workers)
        if size == "full":
            yield from against_optimum(workers)
        if plain:
            yield from against_floor(workers, statistics.median(rates), size)


def table(workers: Sequence[Worker]) -> Iterator[str]:
    """Seconds of each engine, and how many times ours they are."""
    yield "| engine | median s | range | processor s | times blogsum fp32 | times blogsum int8 |"
    yield "|---|---|---|---|---|---|"
    base = {worker.name: worker.wall for worker in workers}
    for worker in workers:
        ratios = [
            f"{statistics.median(a / b for a, b in zip(worker.wall, base[name], strict=True)):.2f}" for name in OURS
        ]
        yield (
            f"| {worker.name} | {statistics.median(worker.wall):.3f} | {min(worker.wall):.3f}–{max(worker.wall):.3f} | "
            f"{statistics.median(worker.processor):.3f} | {' | '.join(ratios)} |"
        )


def against_optimum(workers: Sequence[Worker]) -> Iterator[str]:
    """How much faster ours is as an editor gets it than what optimum exports."""
    seconds = {worker.name: worker.wall for worker in workers}
    ratio = statistics.median(a / b for a, b in zip(seconds["optimum"], seconds[PRUNED], strict=True))
    yield f"\n{PRUNED} is {ratio:.1f} times as fast as optimum with the full vocabulary."


def against_floor(workers: Sequence[Worker], rate: float, size: str) -> Iterator[str]:
    """How near ours comes to what memory allows."""
    yield f"\nThis machine reads {rate / 1e9:.1f} GB/s on one core (median of the rounds).\n"
    yield "The floor is for the 127 steps behind the first token; reading the article is arithmetic, not memory.\n"
    yield "| engine | floor, s | steps, s | times the floor | article and first token, s | all, times the floor |"
    yield "|---|---|---|---|---|---|"
    for worker in workers:
        if worker.name in (*OURS, *PEERS):
            least = floor(ROWS[size], worker.name.split()[1], USUAL["tokens"], rate, USUAL["new"] - 1)
            whole = statistics.median(worker.wall)
            yield (
                f"| {worker.name} | {least:.3f} | {worker.steps():.3f} | {worker.steps() / least:.2f} | "
                f"{statistics.median(worker.reading):.3f} | {whole / least:.2f} |"
            )


def sizes(work: Path) -> Iterator[str]:
    """What lies on the disk."""
    yield "\n## Disk\n\n| | pruned, MB | full vocabulary, MB |\n|---|---|---|"
    for name in (*OURS, *PEERS, *SLOW):
        folders = [work / size / NAMED.get(name, name.replace(" ", "-")) for size in ROWS]
        yield f"| {name} | {' | '.join(f'{bytes_of(folder) / 1e6:,.1f}' for folder in folders)} |"
    times = bytes_of(work / "full" / "optimum") / bytes_of(work / "pruned" / "blogsum-int8")
    yield f"\noptimum's export with the full vocabulary is {times:.1f} times ours, pruned in int8."


def bytes_of(folder: Path) -> int:
    """All files of a folder, without the vocabulary that only a checkpoint has."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def memory(work: Path, given: argparse.Namespace) -> Iterator[str]:
    """Fresh processes: until ready, until the first summary, and their peaks."""
    jobs = [USUAL, {**USUAL, "batch": 8, "tokens": 1024}]
    yield "\n## Cold start and memory, pruned\n"
    yield "Medians of fresh processes, from their start: Python, imports, the model verified and loaded.\n"
    yield "| engine | ready after s | first summary after s | peak MB, one article | peak MB, 8 of 1,024 tokens |"
    yield "|---|---|---|---|---|"
    names = (*OURS, *PEERS, "optimum")
    ready: dict[str, list[float]] = {name: [] for name in names}
    first: dict[str, list[float]] = {name: [] for name in names}
    peaks: dict[str, list[float]] = {name: [0.0, 0.0] for name in names}
    for number in range(given.rounds):
        for name in names:
            for place, job in enumerate(jobs if number == 0 else jobs[:1]):
                worker = start(work, "pruned", name, given.threads)
                worker.loaded()
                worker.work(job)
                peaks[name][place] = max(peaks[name][place], worker.peak)
                if place == 0:
                    ready[name].append(worker.ready)
                    first[name].append(time.perf_counter() - worker.started)
                worker.close()
    for name in names:
        one, eight = peaks[name]
        yield (
            f"| {name} | {statistics.median(ready[name]):.2f} | {statistics.median(first[name]):.2f} | {one:.0f} | "
            f"{eight:.0f} |"
        )


def growth(work: Path, given: argparse.Namespace) -> Iterator[str]:
    """Cost against the length of the article, beams and batch, as a table and a plot."""
    names = (*OURS, *PEERS)
    yield "\n## How cost grows, pruned\n\nMedian seconds an article, 128 tokens out.\n"
    yield f"| tokens in | beams | batch | {' | '.join(names)} |\n|---|---|---|{'---|' * len(names)}"
    lines: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    jobs = [(length, 1, 1) for length in LENGTHS] + [(512, beams, 1) for beams in (2, 4, 8)]
    jobs += [(512, 1, batch) for batch in (2, 4, 8, 16)] + [(1024, 4, 8)]
    for tokens, beams, batch in jobs:
        job = {"tokens": tokens, "beams": beams, "batch": batch, "new": 128}
        workers, _ = in_turn(work, "pruned", names, job, 3, given.threads)
        medians = {worker.name: statistics.median(worker.wall) / batch for worker in workers}
        if (beams, batch) == (1, 1):
            for name in names:
                lines[name].append((tokens, medians[name]))
        yield f"| {tokens:,} | {beams} | {batch} | {' | '.join(f'{medians[name]:.3f}' for name in names)} |"
    picture = plot(lines, "tokens of the article", "seconds to a summary of 128 tokens")
    (RESULTS / "mt5_cost.svg").write_text(picture, encoding="utf-8")
    yield "\n![Seconds against tokens of the article](mt5_cost.svg)"


if __name__ == "__main__":
    main()
