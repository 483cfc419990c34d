"""Train a small mT5 for real: ``python benchmarks/finetune.py --data DIR`` (DIR/blog/dev.jsonl.gz), most of an hour.

A model of random weights learns with ``blogsum finetune`` in three runs: to copy sentences (tuning/copying.toml), to
choose them (tuning/choosing.toml), and from good descriptions (finetune.toml), with a learning curve. Neither the model
nor the ranker that it is compared with sees a repository of the posts held out. So small a model, without pretraining,
is expected to lose: the figures say by how much. Writes finetune.md, finetune.svg and finetune_loss.svg into
benchmarks/results.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.tuning import alone, page, pairs, ranker, start  # noqa: E402
from blogsum import files, jsonl  # noqa: E402
from blogsum.read.records import from_record  # noqa: E402
from blogsum.store.runs import METRICS, TRAININGS, Run  # noqa: E402
from blogsum.summarize.tokens import Tokens  # noqa: E402
from blogsum.train import recipe as recipes  # noqa: E402
from blogsum.train.finetune import start as finetune  # noqa: E402
from blogsum.train.fitting import CURVE, Job, Study  # noqa: E402
from blogsum.train.loop import Nobody  # noqa: E402
from blogsum.types import Article  # noqa: E402

RECIPES = ROOT / "benchmarks"
RUNS = ("base", "copying", "choosing", "finetune")
ALONE = "copying-alone"  # what the model of the first run writes about the posts that the last one is judged on
ALL = 10**6
PASSAGES, SHARE, UNSEEN = 24_000, 0.5, 200  # long ones; short ones for each of them; of posts not trained on
SHORT, LONG = 28, 126  # tokens
TIMES = {"de": 8, "en": 3}  # pairs of a post in the first run: German ones are few


class Said(Nobody):
    """Says every hundredth step and each look."""

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""
        if record["step"] % 100 == 0:
            say(f"step {record['step']} of {steps}: loss {record['loss']:.3f}")

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""
        say(f"step {record['step']}: dev loss {record['dev_loss']:.3f}, ROUGE {record.get('rouge', 0):.3f}")

    def note(self, text: str) -> None:
        """Something that a person should read."""
        say(text)

    def expected(self, text: str) -> None:
        """What the run will take."""
        say(text)


def main() -> None:
    """Build, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--work", type=Path, help="keeps models and runs, and goes on from them  [default: nothing is kept]"
    )
    parser.add_argument("--posts", type=int, default=ALL, help="use only so many posts: for a quick look")
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/finetune.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        report, drawn = measured(options.data, options.work or Path(temporary), options.posts, options.passages)
    options.output.write_text(report, encoding="utf-8")
    for end, picture in drawn.items():
        path = options.output.with_name(f"{options.output.stem}{end}.svg")
        path.write_text(picture, encoding="utf-8")
    print(report)


def measured(data: Path, work: Path, posts: int, passages: int) -> tuple[str, dict[str, str]]:
    """The report in Markdown, and its pictures; what is finished in ``work`` is not done again."""
    if not all(_told(work, name).is_file() for name in (*RUNS, ALONE)):
        began = time.perf_counter(), time.process_time()
        found = pairs.corpus(data, posts)
        say(f"{len(found.good)} good posts, {len(found.others)} others, {len(found.held)} repositories held out")
        with ranker.used(ranker.fitted(data, found.held, posts)):
            pieces = start.vocabulary(pairs.lines(found))
            start.write(work / "base", pieces, 0)
            known = material(found, Tokens(pieces, start.EOS), passages)
            _tell(work, "base", began, repositories=found.judged)
            say(", ".join(f"{len(rows):,} {name}" for name, rows in known.items()))
            for base, name in pairwise(RUNS):
                if not _told(work, name).is_file():
                    train(name, base, work, known)
            held, asked = found.part("test"), recipes.make(recipes.load(RECIPES / "finetune.toml"))
            texts = alone.texts(work / "copying", held, asked)
            files.replace(_told(work, ALONE), json.dumps({row.id: text for row, text in zip(held, texts, strict=True)}))
    prepared = json.loads(_told(work, "base").read_text(encoding="utf-8"))
    stages = [finished(name, work) for name in RUNS[1:]]
    copied = json.loads(_told(work, ALONE).read_text(encoding="utf-8"))
    report = page.write(stages, copied, page.Spent(prepared["clock"], prepared["cpu"]), prepared["repositories"])
    return report, page.pictures(stages)


def material(found: pairs.Corpus, tokens: Tokens, count: int) -> dict[str, list[Article]]:
    """The datasets of the recipes, by the names they have there."""
    room = recipes.make(recipes.load(RECIPES / "tuning" / "choosing.toml")).task.max_input - 1
    choices = [replace(pair, split="train") for pair in pairs.selections(found.others, TIMES, room, tokens)]
    for part in ("dev", "test"):
        once = dict.fromkeys(TIMES, 1)
        choices += [replace(pair, split=part) for pair in pairs.selections(found.part(part), once, room, tokens)]
    known = [post for post in found.prose if not post.unseen]
    unseen = [post for post in found.prose if post.unseen]
    passages = [replace(one, split="train") for one in pairs.passages(known, count, LONG, 0.15, tokens)]
    for part, seed in (("dev", 1), ("test", 2)):
        passages += [replace(one, split=part) for one in pairs.passages(unseen, UNSEEN, LONG - seed, 0.0, tokens)]
    return {
        "short passages": list(pairs.passages(known, round(SHARE * count), SHORT, 0.5, tokens)),
        "passages": pairs.valid(passages),
        "choices": pairs.valid(choices),
        "posts": list(found.good),
    }


def train(name: str, base: str, work: Path, known: Mapping[str, Sequence[Article]]) -> None:
    """One run from the model ``base`` in ``work``, where its own goes, too."""
    last = name == RUNS[-1]
    asked = recipes.make(recipes.load(RECIPES / ("" if last else "tuning") / f"{name}.toml"))
    asked = replace(asked, task=replace(asked.task, base=str(work / base)))
    began = time.perf_counter(), time.process_time()
    study = Study(CURVE) if last else Study()
    done = finetune(Job(asked, work / name, work / "runs", known.__getitem__, Said(), study=study))
    _tell(work, name, began, run=done.run.name)


def finished(name: str, work: Path) -> page.Stage:
    """What a run in ``work`` left."""
    told = json.loads(_told(work, name).read_text(encoding="utf-8"))
    run = Run(work / "runs" / told["run"])
    rows = _lines(run.folder / "evaluation.jsonl")
    articles = [from_record(row, "") for row in _lines(run.folder / "predictions" / "tuned.jsonl")]
    held = {article.id: article for article in articles}
    facts = run.facts
    if name == RUNS[-1]:  # the training on all posts is one inside the study's
        run = Run(run.folder / TRAININGS / files.digest(f"{facts['data']['train']} posts")[:12])
    return page.Stage(facts, run.lines(METRICS), rows, held, page.Spent(told["clock"], told["cpu"]))


def _lines(path: Path) -> list[Any]:
    return [jsonl.parse(line) for line in path.read_bytes().splitlines()]


def _told(work: Path, name: str) -> Path:
    """Where it says how a part of the work was done."""
    return work / f"{name}.json"


def _tell(work: Path, name: str, began: tuple[float, float], **more: Any) -> None:
    spent = {"clock": time.perf_counter() - began[0], "cpu": time.process_time() - began[1]}
    files.replace(_told(work, name), json.dumps({**spent, **more}))


def say(text: str) -> None:
    """Tell who waits."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
