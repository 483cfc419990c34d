"""Do the scores agree with people? ``python benchmarks/agreement.py --data DIR [--update]`` (DIR/human/*.jsonl.gz).

Signals, scales and signs were chosen on half of the articles and, in SummEval, on seven of the sixteen systems
(``tuned`` below); the rest stands apart. Writes benchmarks/results/agreement.md and compares with
benchmarks/floors.json: exit 1 when a value lies more than MARGIN below its floor.
``--update`` raises floors and adds new ones, and never lowers one.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.evaluate import CRITERIA, evaluate, load, stats  # noqa: E402
from blogsum.evaluate.agreement import Agreement, Rated, agreement  # noqa: E402
from blogsum.types import Article, Example  # noqa: E402

FLOORS = ROOT / "benchmarks" / "floors.json"
MARGIN = 0.005  # other releases of Snowball split a word or two differently; nothing else may move these numbers
CONTROLS = ("rouge1", "rougeL", "length")
Part = Callable[[Rated], bool]


@dataclass(frozen=True)
class Line:
    """One row of the report; ``floor`` names it in floors.json, "" for a control."""

    data: str
    part: str
    found: Agreement
    floor: str = ""


def main() -> int:
    """Score, compare, write; 1 when a floor is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--update", action="store_true", help="raise floors to what was reached")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/agreement.md")
    options = parser.parse_args()
    began = time.perf_counter()
    lines = [line for work in (_summeval, _newsroom, _qags, _german) for line in work(options.data, options.jobs)]
    reached = {line.floor: round(_value(line), 4) for line in lines if line.floor}
    reached["summeval|mean of four|all"] = round(fmean(reached[f"summeval|{name}|all"] for name in CRITERIA), 4)
    reached["newsroom|mean of three|all"] = round(
        fmean(reached[f"newsroom|{name}|all"] for name in CRITERIA if name != "consistency"), 4
    )
    reached["seahorse_de|repetition|AUC"] = round(_repetition(options.data), 4)
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    broken = [name for name, floor in floors.items() if reached.get(name, -1.0) < floor - MARGIN]
    report = render(lines, reached, floors, time.perf_counter() - began)
    options.output.write_text(report, encoding="utf-8")
    print(report)
    if options.update:
        raised = {name: max(value, floors.get(name, value)) for name, value in reached.items()}
        FLOORS.write_text(json.dumps(floors | raised, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for name in broken:
        print(f"below its floor: {name} {reached.get(name)} < {floors[name]}", file=sys.stderr)
    return int(bool(broken))


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The ratings of one file."""
    with gzip.open(data / "human" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def rated(found: Sequence[dict[str, Any]], jobs: int, metrics: Sequence[str], refs: bool = False) -> list[Rated]:
    """Each row with its scores. The criteria judge without references unless ``refs``; ROUGE takes the first ten."""
    without = [_example(row, refs) for row in found]
    scores = [{s.metric: s.value for s in judged.scores} for judged in evaluate(without, metrics, jobs)]
    for row, known in zip(found, scores, strict=True):
        if (example := _example(row, True)).references:
            known |= {name: load(name).score(example).value for name in ("rouge1", "rougeL")}
    keys = zip(found, scores, strict=True)
    return [Rated(str(row["doc_id"]), row["system"], known, row["human"]) for row, known in keys]


def _example(row: dict[str, Any], refs: bool) -> Example:
    article = Article(str(row["doc_id"]), row.get("source") or "", lang=row["lang"])
    references = row["references"] if isinstance(row["references"], list) else ast.literal_eval(row["references"])
    # four of SummEval's systems exist only in lower case: one form for all, or case tells who wrote what
    return Example(article, row.get("summary_bartscore_form") or row["summary"], tuple(references[:10]) if refs else ())


def _even(text: str) -> bool:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _tuned(row: Rated) -> bool:
    return _even(row.article) and _even("s" + row.system)


def _unseen(row: Rated) -> bool:
    return not _even(row.article) and not _even("s" + row.system)


def _lines(
    data: str, found: Sequence[Rated], names: Sequence[str], parts: dict[str, Part], level: str
) -> Iterator[Line]:
    for rating in names:
        for part, holds in parts.items():
            chosen = [row for row in found if holds(row)]
            floor = f"{data}|{rating}|{part}"
            yield Line(data, part, agreement(chosen, rating, rating, level), floor)
            if part == "all":
                for control in CONTROLS:
                    if any(control in row.scores for row in chosen):
                        yield Line(data, part, agreement(chosen, control, rating, level))


def _summeval(data: Path, jobs: int) -> Iterator[Line]:
    found = rated(rows(data, "summeval_half"), jobs, [*CRITERIA, "length"])
    parts: dict[str, Part] = {"tuned": _tuned, "unseen articles and systems": _unseen, "all": lambda row: True}
    yield from _lines("summeval", found, CRITERIA, parts, "summary")
    for name in CRITERIA:
        yield Line("summeval", "all", agreement(found, name, name, "system"), f"summeval|{name}|system")


def _newsroom(data: Path, jobs: int) -> Iterator[Line]:
    found = rated(rows(data, "newsroom"), jobs, [*CRITERIA, "length"])
    parts: dict[str, Part] = {
        "tuned": lambda row: _even(row.article),
        "unseen articles": lambda row: not _even(row.article),
        "all": lambda row: True,
    }
    yield from _lines("newsroom", found, [name for name in CRITERIA if name != "consistency"], parts, "summary")


def _qags(data: Path, jobs: int) -> Iterator[Line]:
    for name in ("qags_cnn", "qags_xsum"):
        found = rated(rows(data, name), jobs, ["consistency", "length"])
        parts: dict[str, Part] = {
            "tuned": lambda row: _even(row.article),
            "unseen articles": lambda row: not _even(row.article),
            "all": lambda row: True,
        }
        yield from _lines(name, found, ["consistency"], parts, "pooled")


def _german(data: Path, jobs: int) -> Iterator[Line]:
    """Relevance by references alone, in Pearson's correlation as its authors report it (Koto et al., 2021)."""
    for lang in ("de", "en"):
        found = rated(rows(data, f"multi_summeval_{lang}"), jobs, ["relevance", "length"], refs=True)
        for rating in ("focus", "coverage"):
            floor = f"multi_summeval_{lang}|{rating}|pearson"
            yield Line(f"multi_summeval_{lang}", "all", agreement(found, "relevance", rating, "pooled"), floor)
            for control in CONTROLS:
                yield Line(f"multi_summeval_{lang}", "all", agreement(found, control, rating, "pooled"))


def _repetition(data: Path) -> float:
    """How well coherence's signal tells German summaries that repeat themselves from others (area under the curve)."""
    found = [row for row in rows(data, "seahorse_val_de") if row["human"].get("no_repetition") is not None]
    metric = load("coherence")
    signals = [metric.score(_example(row, False)).signals for row in found]
    good = [float(row["human"]["no_repetition"]) for row in found]
    ranks = stats.ranks([one.get("repetition", 0.0) for one in signals])
    yes = sum(good)
    above = sum(rank for rank, value in zip(ranks, good, strict=True) if value) - yes * (yes + 1) / 2
    return float(above / (yes * (len(good) - yes)))


def _value(line: Line) -> float:
    return line.found.pearson if line.floor.endswith("|pearson") else line.found.spearman.value


def render(lines: Sequence[Line], reached: dict[str, float], floors: dict[str, float], seconds: float) -> str:
    """The report in Markdown."""
    recipes = " · ".join(f"`{load(name).signature()}`" for name in CRITERIA)
    head = (
        "# Agreement with human ratings\n\n"
        f"`python benchmarks/agreement.py --data DIR` · {seconds:.0f} s · {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}\n\n{recipes}\n\n"
        "Level *summary*: a correlation for each article across its systems, averaged; *pooled*: over all summaries; "
        "*system*: of the systems' means. The interval is a bootstrap over articles (95 %). ROUGE has references, the "
        "criteria have none, except on Multi_SummEval, which has no articles. *tuned* is what signals were "
        "chosen on.\n\n"
        "| data | part | level | rating | score | Spearman | interval | Kendall | Pearson | articles | skipped |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    table = "".join(_row(line) for line in lines)
    means = "".join(
        f"| {name} | {value:.3f} | {floors.get(name, float('nan')):.3f} |\n" for name, value in sorted(reached.items())
    )
    return f"{head}{table}\n## Reached, and the floors in git\n\n| value | reached | floor |\n|---|---|---|\n{means}"


def _row(line: Line) -> str:
    one = line.found
    score = f"**{one.score}**" if line.floor else one.score
    return (
        f"| {line.data} | {line.part} | {one.level} | {one.rating} | {score} | {one.spearman.value:.3f} | "
        f"{one.spearman.low:.2f} – {one.spearman.high:.2f} | {one.kendall:.3f} | {one.pearson:.3f} | "
        f"{one.articles} | {one.skipped} |\n"
    )


if __name__ == "__main__":
    sys.exit(main())
