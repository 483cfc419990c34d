"""Vocabularies of other families, read without transformers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sentencepiece", reason="vocabularies need blogsum[mt5]")
tokenizers = pytest.importorskip("tokenizers", reason="vocabularies need blogsum[mt5]")

from blogsum.errors import UserError
from blogsum.summarize.subwords import Marian, Subwords
from tests import tiny


@pytest.fixture
def subwords(tmp_path: Path) -> Subwords:
    one = tokenizers.ByteLevelBPETokenizer()
    one.train_from_iterator([tiny.TEXT], vocab_size=350, show_progress=False, special_tokens=["<s>", "</s>", "<mask>"])
    one.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    one.enable_truncation(5)
    one.save(str(tmp_path / "tokenizer.json"))
    return Subwords(tmp_path / "tokenizer.json")


@pytest.fixture
def marian(tmp_path: Path) -> Marian:
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor()
    pieces.LoadFromSerializedProto(tiny.vocabulary())
    names = ["</s>", "<unk>", *(pieces.IdToPiece(i) for i in range(3, pieces.GetPieceSize())), "<pad>"]
    (tmp_path / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}))
    for name in ("source.spm", "target.spm"):
        (tmp_path / name).write_bytes(tiny.vocabulary())
    return Marian(tmp_path, 0)


def test_a_text_comes_back_whole_and_on_one_line(subwords: Subwords, marian: Marian) -> None:
    for one in (subwords, marian):
        ids = one.encode("Das  Rad ist\ngut. 😀")
        assert one.decode(ids) == "Das Rad ist gut. 😀"
        assert one.count("Das Rad ist gut. 😀") == len(ids) - one.frame


def test_marks_stand_around_a_text(subwords: Subwords, marian: Marian) -> None:
    assert (subwords.frame, marian.frame) == (2, 1)
    ids = subwords.encode(tiny.TEXT)
    assert (ids[0], ids[-1], len(ids) > 50) == (0, 1, True)  # and nothing is cut off
    assert marian.encode("Das Rad")[-1] == 0


def test_marks_written_in_an_article_are_no_marks(subwords: Subwords, marian: Marian) -> None:
    assert subwords.encode("Das </s> Rad<mask>") == subwords.encode("Das Rad ")
    assert marian.encode("Das </s> Rad") == marian.encode("Das Rad")


def test_what_is_unknown_is_left_out(subwords: Subwords, marian: Marian) -> None:
    for one in (subwords, marian):
        assert one.decode([one.size + 5, *one.encode("Das Rad")]) == "Das Rad"


def test_a_damaged_vocabulary_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    (tmp_path / "vocab.json").write_text("{")
    with pytest.raises(UserError, match="the model's vocabulary cannot be read"):
        Subwords(tmp_path / "tokenizer.json")
    with pytest.raises(UserError, match="the model's vocabulary cannot be read"):
        Marian(tmp_path, 0)
