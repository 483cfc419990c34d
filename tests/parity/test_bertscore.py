"""BERTScore by the real package with a tiny encoder on this machine: what it gives, alone and in the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

for name in ("torch", "transformers", "bert_score"):
    pytest.importorskip(name, reason="BERTScore needs blogsum[eval]")

from blogsum.evaluate import bertscore, load
from blogsum.types import Article, Example
from tests.conftest import Blogsum

pytestmark = pytest.mark.slow  # importing bert_score takes seconds

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a the cat dog sat ran on mat town library opens sunday . die stadt öffnet "
    "bücherei am sonntag"
)


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A BERT of two layers with random weights, saved as the hub has them."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS.split()) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 37}
    BertModel(BertConfig(vocab_size=len(WORDS.split()), **sizes)).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    monkeypatch.setenv(bertscore.FOLDER, str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    bertscore._scorer.cache_clear()
    return folder


def value(summary: str, *references: str, lang: str = "en") -> float:
    return load("bertscore").score(Example(Article("x", "", lang=lang), summary, references)).value


def test_it_is_what_the_package_says(encoder: Path) -> None:
    from bert_score import BERTScorer

    theirs = BERTScorer(model_type=str(encoder), num_layers=2, device="cpu")
    _, _, found = theirs.score(["a cat sat on the mat."] * 2, ["the dog ran.", "a cat sat."])
    assert value("a cat sat on the mat.", "the dog ran.", "a cat sat.") == pytest.approx(float(max(found)), abs=1e-5)
    assert value("a cat sat.", "a cat sat.") == pytest.approx(1.0, abs=1e-5)
    assert value("Die Stadt öffnet.", "Die Bücherei öffnet.", lang="de") < 1


def test_nothing_and_too_much_are_no_problem(encoder: Path) -> None:
    assert value("", "a cat sat.") == 0
    assert 0 < value("a cat sat on the mat. " * 400, "the dog ran. " * 400) <= 1


def test_another_encoder_has_another_signature(encoder: Path) -> None:
    before = load("bertscore").signature("en")
    content = bytearray((encoder / "model.safetensors").read_bytes())
    content[-1] ^= 1  # of the same size
    (encoder / "model.safetensors").write_bytes(content)
    bertscore._scorer.cache_clear()
    assert load("bertscore").signature("en") != before


def test_alone_and_in_the_table(encoder: Path, blogsum: Blogsum, tmp_path: Path) -> None:
    rows = [
        {
            "id": f"a{n}",
            "text": "The town opens the library on sunday. A cat sat on the mat.",
            "summary": "The town opens the library. " * (n % 3 + 1),
            "references": ["The library opens on sunday."],
            "ratings": {"relevance": 5 - n % 3},
        }
        for n in range(9)
    ]
    (tmp_path / "rated.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "one.jsonl").write_text(json.dumps(rows[0]) + "\n", encoding="utf-8")
    alone = json.loads(blogsum("eval", "one.jsonl", "--metric", "bertscore", "-f", "json").stdout)
    assert list(alone["rows"][0]["scores"]) == ["bertscore"]
    done = blogsum("eval", "rated.jsonl", "--agreement")
    assert [line.split()[1] for line in done.stdout.splitlines()[1:6]] == [
        "relevance",
        "rouge1",
        "rougeL",
        "bertscore",
        "length",
    ]
