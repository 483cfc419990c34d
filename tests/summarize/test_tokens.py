"""Text survives the way through token ids, marks written out do not."""

from __future__ import annotations

import pytest

pytest.importorskip("sentencepiece", reason="vocabularies need blogsum[mt5]")

from blogsum.errors import UserError
from blogsum.summarize.tokens import Tokens
from tests import tiny


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    vocabulary = Tokens(tiny.vocabulary(), 1)
    line_break = vocabulary.id("▁<extra_id_0>")
    assert line_break == vocabulary.size - 1
    return Tokens(tiny.vocabulary(), 1, line_break)


@pytest.mark.parametrize("text", ["Das Team fährt mit dem Rad.", "Größe 😀 – „Übung“", "x"])
def test_text_comes_back(tokens: Tokens, text: str) -> None:
    ids = tokens.encode(text)
    assert ids[-1] == 1
    assert tokens.decode(ids[:-1]) == text
    assert tokens.count(text) == len(ids) - 1


def test_lines_come_back(tokens: Tokens) -> None:
    text = "Die Räder kosten wenig.\nIm Winter bleibt es im Hof."
    ids = tokens.encode_lines(text + "\n\n")
    assert ids.count(tokens.size - 1) == 1
    assert tokens.decode(ids[:-1]) == text
    assert tokens.decode(tokens.encode(text)[:-1]) == text.replace("\n", " ")


def test_without_a_piece_for_it_a_line_break_is_a_space() -> None:
    tokens = Tokens(tiny.vocabulary(), 1)
    assert tokens.encode_lines("Das Rad.\nDer Hof.") == tokens.encode("Das Rad. Der Hof.")


@pytest.mark.parametrize("mark", ["</s>", "<pad>", "<extra_id_0>", "<unk>"])
def test_marks_written_out_are_no_marks(tokens: Tokens, mark: str) -> None:
    assert tokens.encode(f"Das Rad {mark} im Hof.") == tokens.encode("Das Rad im Hof.")


def test_ids_beyond_the_vocabulary_are_left_out(tokens: Tokens) -> None:
    assert tokens.decode([*tokens.encode("Das Rad.")[:-1], tokens.size + 5]) == "Das Rad."


def test_an_unknown_piece_has_no_id(tokens: Tokens) -> None:
    assert tokens.id("Lastenradwerkstatt") is None


def test_a_broken_vocabulary_is_one_line() -> None:
    with pytest.raises(UserError, match="vocabulary cannot be read"):
        Tokens(b"no model", 1)
