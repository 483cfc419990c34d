"""What a job leaves in its outputs, written in a moment instead of trained: a model, and the report of its run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from blogsum import files, jsonl
from blogsum.read.records import to_record
from blogsum.report import tuning
from blogsum.train import base, comparison, material
from blogsum.types import Article

THINGS = ["Brot", "Rad", "Haus", "Lampe", "Garten", "Werkzeug", "Buch", "Fluss", "Käse", "Zug", "Farbe", "Stuhl"]
PLACES = ["Markt", "Hof", "Hafen", "Turm", "Wald", "Keller", "Saal", "Laden", "Berg", "Dorf", "Stall", "Amt"]
DEEDS = [
    "gebacken",
    "geputzt",
    "gebaut",
    "geflickt",
    "gesät",
    "geschärft",
    "gebunden",
    "gefischt",
    "gereift",
    "gefahren",
]
DEEDS += ["gemischt", "geleimt"]
# no two of them alike: near-duplicates may not stand in different parts
POSTS = [
    Article(
        id=f"post-{thing.lower()}",
        text=f"{thing} und {place} gehören seit {1900 + 7 * number} zusammen. Gestern wurde dort {deed}, und "
        f"{number + 3} Leute sahen zu. Wer {thing} mag, kommt am {number + 1}. Mai wieder. Der {place} öffnet früh.",
        summary=f"Im {place} wird {deed}: {thing} für {number + 3} Leute.",
        lang="de",
    )
    for number, (thing, place, deed) in enumerate(zip(THINGS, PLACES, DEEDS, strict=True))
]
RUN = "20261123-120000-my-model-abcd"


def outputs(folder: Path, texts: Iterable[str] | None = None, **facts: object) -> Path:
    """The folders ``model`` and ``report`` below ``folder``; ``texts`` are what the model wrote of ``POSTS``."""
    model, run = folder / "model" / "my-model", folder / "report" / "runs" / RUN
    model.mkdir(parents=True)
    (model / "model.safetensors").write_bytes(b"weights" * 1000)
    (model / base.OURS).write_text(json.dumps({"run": RUN}))
    written = list(texts or (post.summary or "" for post in POSTS))
    others = {name: ["Nichts davon."] * len(POSTS) for name in (*comparison.rivals(POSTS), comparison.BASE)}
    found = comparison.compare(POSTS, {**others, comparison.TUNED: written}) | {"method": "held out"}
    del found["rows"]
    (run / "predictions").mkdir(parents=True)
    rows = [
        {**to_record(post), "summary": text, "references": material.summaries(post)}
        for post, text in zip(POSTS, written, strict=True)
    ]
    jsonl.write(str(run / "predictions" / "tuned.jsonl"), rows)
    told = {"schema": "blogsum/run/1", "id": RUN, "status": "finished", "evaluation": found}
    told |= {"verdict": tuning.verdict(found), "model_sha256": files.digest_of_folder(model), **facts}
    (run / "run.json").write_text(json.dumps(told))
    return folder
