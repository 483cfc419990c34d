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
from blogsum.train.words import WordList, forms, word_list
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


def test_the_words_of_a_language_are_tokenised_as_before() -> None:
    pruned = prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), languages=["de"], always=["summarize: "])
    before, after = Tokens(tiny.vocabulary(), 1), Tokens(pruned.vocabulary, 1)
    words = word_list("de")
    for text in [*forms([*words.common[::40], *words.held_out()]), "12.345,67", "summarize: "]:
        assert [pruned.kept[i] for i in after.encode(text)] == before.encode(text)
    told = pruned.report.languages["de"]
    assert (told["words"], told["lost"]) == (len(words.held_out()), 0)
    assert told["rare"] == pytest.approx(1 - words.covered)
    assert pruned.report.texts == pruned.report.words == 0
    assert "rare words (de) held out" in pruning.said(pruned.report.facts())


def test_articles_and_languages_go_together() -> None:
    one = tiny.checkpoint(1, vocab_size=400)
    both = prune(one, tiny.vocabulary(), TEXTS[:30], ["de"])
    alone = [prune(one, tiny.vocabulary(), TEXTS[:30]), prune(one, tiny.vocabulary(), languages=["de"])]
    assert set(both.kept) == set(alone[0].kept) | set(alone[1].kept) != set(alone[0].kept)
    assert both.report.words == alone[0].report.words > 0
    assert "; of 794 rare words (de) held out" in pruning.said(both.report.facts())


def test_a_list_that_says_nothing_of_its_language_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = tiny.TEXT.split()
    strange = WordList("xx", rare, ["q"], 0.1)
    monkeypatch.setattr(WordList, "held_out", lambda self: rare)
    monkeypatch.setattr(WordList, "learned", lambda self: ["q"])
    monkeypatch.setattr(pruning, "word_list", lambda lang: strange)
    with pytest.raises(UserError, match=r"too small: .* about \d\d\.\d% of the running words") as caught:
        prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), languages=["xx"])
    assert caught.value.code == 1


def test_a_vocabulary_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_split", lambda texts: ([f"x {i}" for i in range(30)], list(texts)))
    with pytest.raises(UserError, match=r"too small: .* tokenised otherwise") as caught:
        prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), TEXTS)
    assert caught.value.code == 1


def test_a_handful_of_texts_is_no_ground() -> None:
    with pytest.raises(UserError, match="texts are too few"):
        prune(tiny.checkpoint(1, vocab_size=400), tiny.vocabulary(), TEXTS[:3] * 9)
