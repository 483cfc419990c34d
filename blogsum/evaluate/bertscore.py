"""BERTScore (Zhang et al., 2020) against references through ``bert-score``, with an encoder on this machine."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from blogsum.errors import MissingExtra, UserError
from blogsum.evaluate.pair import pair
from blogsum.files import digest_of_folder
from blogsum.signature import build
from blogsum.types import Example, Score

FOLDER = "BLOGSUM_BERTSCORE"  # environment: the folder of the encoder; nothing is ever downloaded
_LONGEST = 512  # tokens; a tokenizer that names no limit, or a huge one, makes bert-score fail


class BERTScore:
    """F1 of matched token embeddings against the best of the references, cut to [0, 1]."""

    name = "bertscore"

    def signature(self, lang: str = "any") -> str:
        """The recipe: the encoder by the hash of its files, layer, version of bert-score."""
        from importlib.metadata import version

        scorer, layers, revision = _scorer(_folder())
        del scorer
        tool = f"bert-score-{version('bert-score')}"
        return build(self.name, lang=lang, refs="best", encoder=revision, layer=layers, tool=tool, version="1.0")

    def score(self, example: Example) -> Score:
        """Compare with each reference and keep the best; an empty summary is 0. UserError without a reference."""
        if not example.references:
            raise UserError(f"bertscore of '{example.article.id}': there is no reference", hint="add references")
        taken = pair(example)
        scorer, _, _ = _scorer(_folder())
        if not taken.summary.spans:
            return Score(self.name, 0.0, {}, (), self.signature(taken.lang))
        references = [reference for reference in example.references if reference.strip()]
        _, _, found = scorer.score([taken.text] * len(references), references)
        best = max(float(value) for value in found)
        return Score(self.name, round(min(1.0, max(0.0, best)), 6), {}, (), self.signature(taken.lang))


def _folder() -> Path:
    name = os.environ.get(FOLDER, "")
    folder = Path(name)
    if not name or not (folder / "config.json").is_file():
        reason = f"{name} holds no config.json" if name else f"{FOLDER} names no folder"
        raise UserError(f"bertscore needs an encoder on this machine: {reason}", hint=f"set {FOLDER} to its folder")
    return folder


@lru_cache(maxsize=1)
def _scorer(folder: Path) -> tuple[Any, int, str]:
    """The scorer, the layer it reads, and a short name of exactly this encoder."""
    try:
        from bert_score import BERTScorer
    except ImportError as error:
        raise MissingExtra("bert-score", "eval") from error
    config = (folder / "config.json").read_text(encoding="utf-8")
    layers = int(json.loads(config).get("num_hidden_layers", 12))
    scorer = BERTScorer(model_type=str(folder), num_layers=layers, device="cpu")
    tokenizer = getattr(scorer, "_tokenizer", None)
    if tokenizer is not None and tokenizer.model_max_length > _LONGEST:
        tokenizer.model_max_length = _LONGEST
    return scorer, layers, digest_of_folder(folder)[:12]
