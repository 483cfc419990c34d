"""What pruning and 8 bits do to a trained mT5: ``python benchmarks/mt5_quality.py --data DIR [--work FOLDER]``.

A small mT5 learns on the posts of DIR/blog/dev.jsonl.gz to write the marked sentences of a passage (models/copying);
that is done once and kept in FOLDER. ``blogsum export`` then makes a bundle of each kind, and all of them write about
the same passages of posts that were not trained on. Writes benchmarks/results/mt5_quality.md, and what every bundle
wrote to FOLDER/written.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import fmean, median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.cli.export import PRECISIONS  # noqa: E402
from blogsum.evaluate import stats  # noqa: E402
from blogsum.evaluate.rouge import longest, of_stems  # noqa: E402
from blogsum.store import bundles  # noqa: E402
from blogsum.summarize import lookup, mt5  # noqa: E402
from blogsum.summarize.decoding import Marks, Options, write  # noqa: E402
from blogsum.summarize.devices import Device  # noqa: E402
from blogsum.summarize.runtime import Network  # noqa: E402
from blogsum.summarize.tokens import Tokens  # noqa: E402
from blogsum.text.sentences import stems  # noqa: E402
from models.copying import task, train  # noqa: E402

CASES, SEED, BATCH, LIMIT = 200, 7, 16, 80  # passages of each language; tokens written
LOOKUPS, ROUNDS = 100, 5  # passages and rounds of the measurement of prompt-lookup
# Whose prose chooses a smaller vocabulary: that of a language, as for a real mT5, or that of too few posts.
SMALLER: dict[str, tuple[tuple[str, ...], int]] = {
    "": ((), 0),
    ", pruned to German": (("de",), 600),
    ", pruned by 60 posts": (("de", "en"), 60),
}
LANGUAGES = {"de": "German", "en": "English"}
SEARCHES = {"greedy": 1, "4 beams": 4}
Texts = dict[int, list[str]]  # beams -> what was written


@dataclass(frozen=True)
class Variant:
    """One bundle: its name in the tables, and what ``bundle.json`` says."""

    name: str
    folder: Path

    @property
    def facts(self) -> Mapping[str, Any]:
        """What ``bundle.json`` says."""
        return bundles.facts(self.folder)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file["bytes"] for file in self.facts["files"].values())


def main() -> None:
    """Train, export, write, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keeps the trained model  [default: nothing is kept]")
    parser.add_argument("--steps", type=int, default=train.STEPS)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/mt5_quality.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        report = measured(options.data, options.work or Path(temporary), options.steps)
    options.output.write_text(report, encoding="utf-8")
    print(report)


def measured(data: Path, work: Path, steps: int) -> str:
    """The report in Markdown."""
    began = time.perf_counter()
    posts = task.posts(data)
    trained = checkpoint(posts, work, steps)
    variants = exported(posts, work)
    cases = _cases(posts, work)
    written = {variant.name: texts(variant, cases) for variant in variants}
    _keep(work, cases, written)
    copied = [copying(variant, cases) for variant in variants if variant.name in ("fp32", "int8")]
    seconds = time.perf_counter() - began
    tables = [_table(search, lang, cases, written) for search in SEARCHES for lang in LANGUAGES]
    parts = [_head(trained, seconds, len(cases)), _table_of_sizes(variants), *tables, _lookup_table(copied)]
    return "\n".join(parts)


def checkpoint(posts: Sequence[task.Post], work: Path, steps: int) -> dict[str, Any]:
    """Train the model in ``work``, if that was not done, and say what it took."""
    done = work / f"trained-{steps}.json"
    if not done.is_file():
        told = train.train(posts, work / "checkpoint", steps, lambda line: print(line, file=sys.stderr, flush=True))
        done.write_text(json.dumps(told), encoding="utf-8")
    return dict(json.loads(done.read_text(encoding="utf-8")))


def exported(posts: Sequence[task.Post], work: Path) -> list[Variant]:
    """A bundle of every kind, as the command makes them; fp32 with the whole vocabulary first."""
    made = []
    for suffix, (languages, count) in SMALLER.items():
        for precision in PRECISIONS if not suffix else ("fp32", "int8"):
            folder = work / f"{precision}{suffix}".replace(", ", "-").replace(" ", "-")
            more = ["--keep-vocab-from", str(_material(posts, work, languages, count))] if languages else []
            asked = ["export", str(work / "checkpoint"), "-o", str(folder), "--force", "--precision", precision]
            done = subprocess.run([sys.executable, "-m", "blogsum", *asked, *more], cwd=ROOT, check=False)
            if done.returncode:
                raise SystemExit(f"{precision}{suffix} was not exported")
            made.append(Variant(f"{precision}{suffix}", folder))
    return made


def _material(posts: Sequence[task.Post], work: Path, languages: Sequence[str], count: int) -> Path:
    """A dataset with the prose of ``count`` posts in ``languages`` that were trained on."""
    path = work / f"prose-{'-'.join(languages)}-{count}.jsonl"
    chosen = [post for post in posts if not post.unseen and post.lang in languages]
    rows = chosen[:: max(1, len(chosen) // count)][:count]
    lines = [json.dumps({"id": row.id, "text": " ".join(row.sentences)}, ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _cases(posts: Sequence[task.Post], work: Path) -> list[task.Case]:
    """The passages, their targets as a model can write them: sentencepiece knows one form of each character."""
    tokens = _tokens(Variant("fp32", work / "fp32"))
    found = [case for lang in LANGUAGES for case in task.cases(posts, tokens, lang, CASES, SEED)]
    return [replace(case, target=tokens.decode(tokens.encode_lines(case.target)[:-1])) for case in found]


def _tokens(variant: Variant) -> Tokens:
    return Tokens(variant.folder / mt5.VOCABULARY, task.EOS, variant.facts["line_break"])


def _opened(variant: Variant) -> tuple[Network, Tokens, Marks]:
    """Verified and loaded, on one thread."""
    network = mt5.network(bundles.load(variant.folder), Device(threads=1))
    return network, _tokens(variant), Marks(**variant.facts["marks"])


def texts(variant: Variant, cases: Sequence[task.Case]) -> Texts:
    """What one bundle writes about every passage."""
    network, tokens, marks = _opened(variant)
    ids = [tokens.encode(task.PREFIX + case.source) for case in cases]
    found: Texts = {}
    for beams in SEARCHES.values():
        options = Options(beams=beams, max_tokens=LIMIT)
        found[beams] = []
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            done = write(network.read(batch, beams), len(batch), options, marks)
            found[beams] += [tokens.decode(text.tokens) for text in done]
    return found


def _keep(work: Path, cases: Sequence[task.Case], written: Mapping[str, Texts]) -> None:
    """All texts, to read them."""
    with (work / "written.jsonl").open("w", encoding="utf-8") as file:
        for i, case in enumerate(cases):
            said = {
                name: {search: found[beams][i] for search, beams in SEARCHES.items()} for name, found in written.items()
            }
            file.write(json.dumps({**case.__dict__, "written": said}, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Copying:
    """Prompt-lookup beside plain greedy search: texts that are the same, steps, tokens, and seconds of every round."""

    name: str
    passages: int
    same: int
    tokens: int
    tally: lookup.Tally
    plain: tuple[float, ...]
    ahead: tuple[float, ...]


def copying(variant: Variant, cases: Sequence[task.Case]) -> Copying:
    """Write passages one by one, both ways by turns."""
    network, tokens, marks = _opened(variant)
    chosen = cases[:: max(1, len(cases) // LOOKUPS)]
    ids = [tokens.encode(task.PREFIX + case.source) for case in chosen]
    options, times = Options(max_tokens=LIMIT), ([], [])  # type: tuple[Options, tuple[list[float], list[float]]]
    plain = ahead = []
    for _ in range(ROUNDS):
        tally = lookup.Tally()
        start = time.perf_counter()
        plain = [write(network.read([one]), 1, options, marks)[0] for one in ids]
        middle = time.perf_counter()
        ahead = [_ahead(network, one, options, marks, tally) for one in ids]
        times[0].append(middle - start)
        times[1].append(time.perf_counter() - middle)
    same = sum(a == b for a, b in zip(plain, ahead, strict=True))
    count = sum(len(text.tokens) + text.ended for text in plain)
    return Copying(variant.name, len(ids), same, count, tally, tuple(times[0]), tuple(times[1]))


def _ahead(network: Network, ids: Sequence[int], options: Options, marks: Marks, total: lookup.Tally) -> Any:
    """One text by prompt-lookup, which decides for every text anew whether it pays."""
    tally = lookup.Tally()
    written = lookup.write(network.read([ids]), ids, options, marks, tally)
    for name, value in tally.__dict__.items():
        setattr(total, name, getattr(total, name) + value)
    return written


def _head(trained: Mapping[str, Any], seconds: float, cases: int) -> str:
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("torch", "transformers", "onnxruntime", "sentencepiece")
    )
    shape = ", ".join(f"{name} {value}" for name, value in train.SHAPE.items())
    return (
        "# What pruning and 8 bits do to a trained mT5\n\n"
        f"`python benchmarks/mt5_quality.py --data DIR` · {seconds / 60:.0f} minutes beside what was kept · "
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()} · {versions}\n\n"
        f"The model ({shape}, {task.PIECES:,} pieces) learned in {trained['steps']:,} steps and "
        f"{trained['seconds'] / 60:.0f} minutes of one core to write the marked sentences of a passage in order, one "
        f"a line (loss {trained['loss']:.3f}). It stands in for a summariser: what it should write is known, so a "
        f"difference is a loss or not. {cases} passages of up to {task.LONGEST_SOURCE} tokens, of posts that were not "
        "trained on.\n\n"
        "*Same* is the share of texts equal to those of the fp32 bundle with the whole vocabulary, *right* the share "
        "equal to the target, in per cent with 95 % bootstrap intervals; *lost* were right in fp32 and are not here, "
        "*won* the other way; *change* is that of *right*, paired. ROUGE-1/2/L is F1 in per cent, words stemmed by "
        "language.\n"
    )


def _table_of_sizes(variants: Sequence[Variant]) -> str:
    whole = variants[0].size
    lines = ["## Sizes\n", "| bundle | pieces | MB | of fp32 | kept in fp32 |", "|---|---|---|---|---|"]
    for variant in variants:
        facts = variant.facts
        kept = ", ".join(facts.get("mixed", {}).get("exact", ())) or "–"
        size = f"{variant.size / 1e6:.2f} | {variant.size / whole:.0%}"
        lines.append(f"| {variant.name} | {facts['sizes']['vocabulary']:,} | {size} | {kept} |")
    return "\n".join(lines) + "\n"


def _table(search: str, lang: str, cases: Sequence[task.Case], written: Mapping[str, Texts]) -> str:
    """Every bundle with one search, in one language."""
    beams, chosen = SEARCHES[search], [i for i, case in enumerate(cases) if case.lang == lang]
    base = [written["fp32"][beams][i] for i in chosen]
    goals = [cases[i].target for i in chosen]
    were = [text == goal for text, goal in zip(base, goals, strict=True)]
    lines = [
        f"\n## {LANGUAGES[lang]}, {search}, {len(chosen)} passages\n",
        "| bundle | same | right | lost | won | change | ROUGE to fp32 | ROUGE to target |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in written.items():
        said = [found[beams][i] for i in chosen]
        are = [text == goal for text, goal in zip(said, goals, strict=True)]
        same = _share([text == other for text, other in zip(said, base, strict=True)])
        lost, won = (sum(a and not b for a, b in pairs) for pairs in (zip(were, are), zip(are, were)))  # noqa: B905
        change = "–" if name == "fp32" else _interval(stats.paired(are, were), sign=True)
        rouges = f"{_rouge(said, base, lang)} | {_rouge(said, goals, lang)}"
        lines.append(f"| {name} | {same} | {_share(are)} | {lost} | {won} | {change} | {rouges} |")
    return "\n".join(lines) + "\n"


def _share(flags: Sequence[bool]) -> str:
    return _interval(stats.mean(flags))


def _interval(found: stats.Interval, sign: bool = False) -> str:
    plus = "+" if sign else ""
    return f"{100 * found.value:{plus}.1f} [{100 * found.low:{plus}.1f}, {100 * found.high:{plus}.1f}]"


def _rouge(texts: Sequence[str], others: Sequence[str], lang: str) -> str:
    pairs = [(stems(text, lang), stems(other, lang)) for text, other in zip(texts, others, strict=True)]
    scores = [(*of_stems(*pair), longest(*pair)) for pair in pairs]
    return " / ".join(f"{100 * fmean(column):.1f}" for column in zip(*scores, strict=True))


def _lookup_table(found: Sequence[Copying]) -> str:
    """What copying ahead saves."""
    lines = [
        f"\n## Prompt-lookup, one passage at a time, median and range of {ROUNDS} rounds by turns\n",
        "| bundle | same texts | tokens a step | proposed and taken | plain, ms a text | prompt-lookup | factor |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        factors = [a / b for a, b in zip(one.plain, one.ahead, strict=True)]
        spent = [f"{1000 * median(times) / one.passages:.1f}" for times in (one.plain, one.ahead)]
        taken = one.tally.taken / max(one.tally.proposed, 1)
        lines.append(
            f"| {one.name} | {one.same} of {one.passages} | {one.tokens / one.tally.steps:.2f} | {taken:.0%} | "
            f"{spent[0]} | {spent[1]} | {median(factors):.2f} [{min(factors):.2f}, {max(factors):.2f}] |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
