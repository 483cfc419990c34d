"""BERTScore with a stand-in for bert-score: what we ask of it and how it fails."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from blogsum.errors import MissingExtra, UserError
from blogsum.evaluate import bertscore, load
from blogsum.types import Article, Example

EXAMPLE = Example(Article("x", "", lang="en"), "a cat sat", ("dogs ran", "a cat", ""))


class Scorer:
    """Shares of common words instead of embeddings."""

    def __init__(self, model_type: str, num_layers: int, device: str) -> None:
        assert (num_layers, device) == (3, "cpu")
        assert Path(model_type).is_dir()
        self._tokenizer = SimpleNamespace(model_max_length=10**30)

    def score(self, summaries: list[str], references: list[str]) -> tuple[None, None, list[float]]:
        assert self._tokenizer.model_max_length == 512
        assert "" not in references
        pairs = zip(summaries, references, strict=True)
        return None, None, [len(set(a.split()) & set(b.split())) / 3 for a, b in pairs]


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"num_hidden_layers": 3}), encoding="utf-8")
    module = ModuleType("bert_score")
    module.BERTScorer = Scorer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bert_score", module)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.3.13")
    monkeypatch.setenv(bertscore.FOLDER, str(tmp_path))
    bertscore._scorer.cache_clear()
    return tmp_path


def test_the_best_reference_counts_and_the_encoder_is_signed(encoder: Path) -> None:
    found = load("bertscore").score(EXAMPLE)
    assert found.value == pytest.approx(2 / 3, abs=1e-6)
    assert "|layer:3|tool:bert-score-0.3.13|version:1.0" in found.signature


def test_an_empty_summary_is_zero(encoder: Path) -> None:
    assert load("bertscore").score(Example(EXAMPLE.article, " ", ("a cat",))).value == 0


def test_what_is_missing_is_said(encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="there is no reference"):
        load("bertscore").score(Example(EXAMPLE.article, "a cat"))
    monkeypatch.setitem(sys.modules, "bert_score", None)
    with pytest.raises(MissingExtra):
        load("bertscore").score(EXAMPLE)
    monkeypatch.delenv(bertscore.FOLDER)
    with pytest.raises(UserError, match="BLOGSUM_BERTSCORE names no folder"):
        load("bertscore").score(EXAMPLE)
