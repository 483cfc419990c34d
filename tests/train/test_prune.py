"""A smaller vocabulary writes what it was given as before, and says what it does to other text."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sentencepiece", reason="vocabularies need blogsum[mt5]")
pytest.importorskip("google.protobuf", reason="rewriting vocabularies needs blogsum[train]")

from blogsum.errors import UserError
from blogsum.summarize.tokens import Tokens
from blogsum.train import prune as pruning
from blogsum.train.prune import prune
from tests import tiny

LINES = tiny.TEXT.replace("\n", " ").split(". ")
TEXTS = [f"{first}. {second}." for first in LINES[:7] for second in LINES[4:10] if first != second]


def test_text_that_was_given_is_tokenised_as_before() -> None:
    one = tiny.checkpoint(1, vocab_size=400)
    pruned = prune(one, tiny.vocabulary(), TEXTS[:30])
    before, after = Tokens(tiny.vocabulary(), 1), Tokens(pruned.vocabulary, 1)
    assert after.size == len(pruned.kept) == pruned.report.kept < before.size
    for text in TEXTS[:30]:
        assert [pruned.kept[i] for i in after.encode(text)] == before.encode(text)


def test_rows_go_with_their_pieces() -> None:
    one = tiny.checkpoint(1, vocab_size=400)
    pruned = prune(one, tiny.vocabulary(), TEXTS)
    before, after = Tokens(tiny.vocabulary(), 1), Tokens(pruned.vocabulary, 1)
    place = after.encode("Rad")[0]
    assert before.piece(pruned.kept[place]) == after.piece(place)
    for name in ("shared.weight", "lm_head.weight"):
        assert np.array_equal(pruned.checkpoint.weights[name][place], one.weights[name][pruned.kept[place]])
    assert pruned.checkpoint.shape.vocabulary == pruned.checkpoint.config["vocab_size"] == after.size


def test_marks_bytes_and_characters_are_always_kept() -> None:
    pruned = prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), [f"x {i}" for i in range(30)])
    after = Tokens(pruned.vocabulary, 1)
    assert pruned.kept[:259] == list(range(259))
    assert after.id("▁<extra_id_0>") == after.size - 1
    assert after.decode(after.encode("Größe 😀 – 印刷店")[:-1]) == "Größe 😀 – 印刷店"


@pytest.mark.parametrize(("character", "many"), [("字", True), ("글", True), ("ä", False), ("я", False), ("😀", False)])
def test_ideographs_are_kept_only_when_seen(character: str, many: bool) -> None:
    assert pruning._is_of_many(character) is many


def test_a_vocabulary_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_split", lambda texts: ([f"x {i}" for i in range(30)], list(texts)))
    with pytest.raises(UserError, match=r"too small: .* tokenised otherwise") as caught:
        prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), TEXTS)
    assert caught.value.code == 1


def test_a_handful_of_texts_is_no_ground() -> None:
    with pytest.raises(UserError, match="texts are too few"):
        prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), TEXTS[:3] * 9)
