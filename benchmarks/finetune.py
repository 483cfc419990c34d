"""Train a small mT5 for real: ``python benchmarks/finetune.py --data DIR`` (DIR/blog/dev.jsonl.gz), ten quiet minutes.

A model of random weights (2.5 million, 4,000 pieces of vocabulary) learns with ``blogsum finetune``, by the recipe in
finetune.toml: first to write how a passage of a post opens, then the description that a person wrote. No repository of
the posts held out is seen. So small a model, without pretraining, is expected to lose: the figures say by how much.
Writes benchmarks/results/finetune.md.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.data.thresholds import Thresholds  # noqa: E402
from blogsum.data.validate import ERROR, validate  # noqa: E402
from blogsum.report import tuning  # noqa: E402
from blogsum.store.runs import METRICS  # noqa: E402
from blogsum.text.sentences import of_article  # noqa: E402
from blogsum.train import recipe as recipes  # noqa: E402
from blogsum.train.finetune import start  # noqa: E402
from blogsum.train.fitting import Job  # noqa: E402
from blogsum.train.loop import Nobody  # noqa: E402
from blogsum.types import Article  # noqa: E402
from models.teaser.fit import by_repo  # noqa: E402
from models.teaser.posts import Post, read  # noqa: E402

PIECES, PASSAGES = 4000, 6_000
SIZES = {"d_model": 128, "d_kv": 48, "d_ff": 256, "num_layers": 3, "num_decoder_layers": 3, "num_heads": 4}
_FOLDS = 8  # of the repositories one is held out, one stops the training
_SHORT, _LONG = 5, 40  # words of a sentence that a passage is made of


class Said(Nobody):
    """Says every hundredth step and each look."""

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""
        if record["step"] % 100 == 0:
            print(f"step {record['step']} of {steps}: loss {record['loss']:.3f}", file=sys.stderr, flush=True)

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""
        print(f"step {record['step']}: dev loss {record['dev_loss']:.3f}", file=sys.stderr, flush=True)

    def expected(self, text: str) -> None:
        """What the run will take."""
        print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Build, train, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=10**9, help="use only so many posts: for a quick look")
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/finetune.md")
    options = parser.parse_args()
    began = time.perf_counter()
    rows = posts([post for post in read(options.data, "text") if post.good][: options.posts])
    weak = list(passages([row for row in rows if row.split == "train"], options.passages))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base(folder / "base", [row for row in rows if row.split == "train"])
        asked = recipes.make(recipes.load(ROOT / "benchmarks" / "finetune.toml"))
        asked = replace(asked, task=replace(asked.task, base=str(folder / "base")))
        known = {"posts": rows, "passages": weak}
        done = start(Job(asked, folder / "model", folder / "runs", known.__getitem__, Said()))
        report = render(done.facts, done.run.lines(METRICS), time.perf_counter() - began)
    options.output.write_text(report, encoding="utf-8")
    print(report)


def posts(found: Sequence[Post]) -> list[Article]:
    """The posts with their descriptions as summaries, split by repository, without those that break a rule."""
    parts = {0: "test", 1: "dev"}
    rows = [
        replace(post.article, summary=post.description, split=parts.get(fold, "train"))
        for post, fold in zip(found, by_repo(found, _FOLDS), strict=True)
    ]
    while wrong := {one.id for one in validate(rows, Thresholds()).findings if one.severity == ERROR}:
        rows = [row for row in rows if row.id not in wrong]
    return rows


def passages(rows: Sequence[Article], count: int) -> Iterator[Article]:
    """Passages of two to four sentences; what is to be written about each is its first sentence."""
    chance = Random(0)
    lines = {row.id: [one.text for one in of_article(row.text, row.lang or "und")] for row in rows}
    whole = [row for row in rows if len(lines[row.id]) >= 4]
    for number in range(count):
        row = chance.choice(whole)
        at, size = chance.randrange(len(lines[row.id]) - 1), chance.randint(2, 4)
        run = lines[row.id][at : at + size]
        if all(_SHORT <= len(line.split()) <= _LONG for line in run):
            yield Article(f"{number}", " ".join(run), summary=run[0], lang=row.lang)


def base(folder: Path, rows: Sequence[Article]) -> None:
    """An mT5 of random weights, its vocabulary made from ``rows``."""
    import sentencepiece
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=(line for row in rows for line in _lines(row)),
        model_writer=written,
        vocab_size=PIECES,
        hard_vocab_limit=False,  # a quick look has too little text for so many
        byte_fallback=True,
        character_coverage=0.9998,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        user_defined_symbols=["▁<extra_id_0>"],
        num_threads=1,
        minloglevel=2,
    )
    torch.manual_seed(0)
    marks = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
    model = MT5ForConditionalGeneration(MT5Config(vocab_size=PIECES, **SIZES, **marks))
    with torch.no_grad():  # a head that starts as the embedding learns sooner
        model.lm_head.weight.copy_(model.shared.weight * SIZES["d_model"] ** -0.5)
    model.save_pretrained(folder)
    (folder / "spiece.model").write_bytes(written.getvalue())


def _lines(row: Article) -> list[str]:
    """What a vocabulary is made from."""
    return [*(one.text for one in of_article(row.text, row.lang or "und")), row.summary or ""]


def render(facts: Mapping[str, Any], metrics: Sequence[Mapping[str, Any]], seconds: float) -> str:
    """The report in Markdown."""
    data, looks = facts["data"], [line for line in metrics if "dev_loss" in line]
    curve = "\n".join(f"| {line['step']} | {line['dev_loss']:.3f} |" for line in looks)
    return (
        "# A small mT5, trained with `blogsum finetune`\n\n"
        f"`python benchmarks/finetune.py --data DIR` · {seconds / 60:.0f} minutes · {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {facts['libraries']['torch']}, "
        f"seed {facts['recipe']['training']['seed']}, recipe benchmarks/finetune.toml\n\n"
        f"{data['weak']['train']:,} passages, then {data['train']} posts of other repositories; {data['dev']} posts "
        f"stop the training. {facts['result']['steps']} steps, kept those of step {facts['result']['best_step']}.\n\n"
        f"**{tuning.verdict(facts['evaluation'])}.**\n\n"
        f"{tuning.markdown(facts['evaluation'])}\n\n"
        "`rouge` is the mean of ROUGE-1, -2 and -L. All weights are learned here, without pretraining: it shows that "
        "training works and what it costs, not how well mT5 summarises.\n\n"
        f"| step | dev loss |\n|---|---|\n{curve}\n"
    )


if __name__ == "__main__":
    main()
