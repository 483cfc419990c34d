"""A tiny mT5 that has learned eight posts and their summaries of two lines by heart: seconds of training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.train.finetune import start
from blogsum.train.fitting import Job
from blogsum.train.loop import Nobody
from blogsum.train.recipe import Recipe, merged
from blogsum.types import Article
from tests import tiny

PAIRS = (
    (
        "Seit dem Frühjahr fährt das Team mit dem Rad zur Arbeit. Die Räder kosten wenig und halten lange.",
        "Das Team fährt seit dem Frühjahr Rad.\nDie Räder kosten wenig.",
    ),
    (
        "Die Stadt hat neue Wege gebaut und alte gesperrt. Über tausend Leute kamen zum Fest am Abend.",
        "Die Stadt hat neue Wege.\nZum Fest kamen über tausend Leute.",
    ),
    (
        "Wer früh bestellt, bekommt die Ware am selben Tag. Das Lager ist groß und hell.",
        "Die Ware kommt am selben Tag.\nDas Lager ist groß.",
    ),
    (
        "Die Zahl der Leser stieg um die Hälfte. Der Grund war das gute Wetter im Winter.",
        "Es gibt mehr Leser.\nDas Wetter im Winter war gut.",
    ),
    (
        "The team rides to work since spring. Bikes cost little and last long in the yard.",
        "The team rides to work.\nBikes cost little and last long.",
    ),
    (
        "The town has built new lanes and closed old ones. More than a thousand people came to the party.",
        "The town has new lanes.\nA thousand people came to the party.",
    ),
    (
        "Orders that come in early are served the same day. The office is large and bright.",
        "Early orders are served the same day.\nThe office is bright.",
    ),
    (
        "The number of readers grew by half. The weather was fine in winter, and that was the reason.",
        "There are more readers.\nThe weather in winter was the reason.",
    ),
)
PREFIX = "kurz: "
SHAPE = {
    "vocab_size": 400,
    "d_model": 64,
    "num_heads": 4,
    "d_kv": 24,
    "d_ff": 128,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "relative_attention_max_distance": 128,
}


HELD_OUT = (
    ("Das Team hat neue Räder gekauft. Sie halten lange und kosten wenig.", "Das Team hat neue Räder.", "dev"),
    ("The office has new bikes. They are bright and cost little.", "The office has new bikes.", "test"),
)


def fresh(folder: Path) -> Path:
    """An mT5 that has learned nothing yet, as ``blogsum finetune`` takes it."""
    one, draw = tiny.checkpoint(0, **SHAPE), np.random.RandomState(0)
    weights = {
        name: np.ones_like(value) if value.ndim == 1 else draw.normal(0, 0.05, value.shape).astype(np.float32)
        for name, value in one.weights.items()
    }
    shared = draw.normal(0, 1, one.weights["shared.weight"].shape).astype(np.float32)
    # a head that starts as the embedding learns sooner
    head = shared * np.float32(SHAPE["d_model"] ** -0.5)
    tiny.hub(folder, replace(one, weights={**weights, "shared.weight": shared, "lm_head.weight": head}))
    (folder / "blogsum.json").write_text(json.dumps({"licence": "MIT"}), encoding="utf-8")
    return folder


def posts() -> list[Article]:
    """The eight posts to train on, and one each for dev and test."""
    rows = [(*pair, "train") for pair in PAIRS]
    return [
        Article(f"p{number}", text, summary=summary, split=split, lang="de" if number in (0, 1, 2, 3, 8) else "en")
        for number, (text, summary, split) in enumerate([*rows, *HELD_OUT])
    ]


def recipe(base: Path, **given: Any) -> Recipe:
    """Dials with which the eight posts are known by heart after 240 steps; ``given`` overrules them."""
    by_heart = {"label_smoothing": 0.0, "dropout": 0.0, "epochs": 240, "batch": 8, "micro_batch": 8, "rate": 0.003}
    task = {"data": "posts", "base": str(base), "prefix": PREFIX, "metric": "none", "max_output": 40}
    return merged({}, {**task, **by_heart, **given})


def job(folder: Path, asked: Recipe, rows: list[Article] | None = None, **given: Any) -> Job:
    """What is to be done in ``folder``: the model goes to ``model``, the run to ``runs``."""
    articles = posts() if rows is None else rows
    return Job(asked, folder / "model", folder / "runs", lambda _: articles, Nobody(), **given)


def learned(folder: Path) -> Path:
    """The checkpoint that knows the eight posts by heart, trained by ``blogsum finetune``."""
    import torch

    torch.set_num_threads(1)
    work = folder.parent / "work"
    asked = recipe(fresh(work / "base"))
    return start(replace(job(work, asked), output=folder)).output
