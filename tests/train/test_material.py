"""What a dataset becomes: parts, pairs, notes; what cannot be trained on is said in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("sentencepiece", reason="training needs blogsum[train]")

from blogsum.errors import UserError
from blogsum.summarize.tokens import Tokens
from blogsum.train import material
from blogsum.train.batches import Batches, padded
from blogsum.train.material import Pair, Reader
from blogsum.types import Article, Unreadable
from tests import tiny

TOKENS = Tokens(tiny.vocabulary(), 1, Tokens(tiny.vocabulary(), 1).id("▁<extra_id_0>"))


def article(number: int, split: str | None = None, summary: str | None = "Das Team fährt Rad.") -> Article:
    text = f"Das Team fährt mit dem Rad Nummer {number}. " + " ".join(f"Satz {number} {i}." for i in range(9))
    return Article(f"a{number:02}", text, summary=summary, split=split, lang="de")


def test_parts_are_those_of_the_rows_in_any_order() -> None:
    rows = [*(article(i, "train") for i in range(3)), article(3, "dev"), article(4, "test"), article(5, None, None)]
    found = material.parts(rows, 0)
    assert found == material.parts(rows[::-1], 0)
    assert [len(part) for part in (found.train, found.dev, found.test)] == [3, 1, 1]
    assert found.notes == ("1 post without a summary left out",)
    assert material.record(found)["content"] == material.record(material.parts(rows[::-1], 0))["content"]


def test_the_hash_knows_text_summary_and_part() -> None:
    rows = [*(article(i, "train") for i in range(3)), article(3, "dev"), article(4, "test")]
    hashes = {
        material.record(material.parts(changed, 0))["content"]
        for changed in (
            rows,
            [*rows[:-1], replace(rows[-1], split="dev")],
            [*rows[:-1], replace(rows[-1], summary="Anders.")],
            [*rows[:-1], replace(rows[-1], text="Anders.")],
        )
    }
    assert len(hashes) == 4


def test_rows_without_parts_get_them_without_leaks() -> None:
    pytest.importorskip("rensa", reason="splitting needs blogsum[data]")
    found = material.parts([article(i) for i in range(20)], 0)
    assert [len(part) for part in (found.train, found.dev, found.test)] == [16, 2, 2]
    assert found.notes[0].startswith("the data are not split: blogsum did")
    two = material.parts([article(i, "train" if i < 18 else "test") for i in range(20)], 0)
    assert [len(part) for part in (two.train, two.dev, two.test)] == [16, 2, 2]


REFUSED = [
    ([], "0 posts with a summary to train on: too little to learn from"),
    ([article(1, "train")], "1 post with a summary to train on: too little to learn from"),
    ([article(1, "train"), article(2, "train")], "no post is held out to judge the model on"),
    ([article(1, "fold-1"), article(2, "fold-2")], "the data are split into fold-1, fold-2: no train, dev and test"),
    ([Unreadable("posts.jsonl:3", "is no JSON")], "posts.jsonl:3: is no JSON"),
]


@pytest.mark.parametrize(("rows", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_trained_on(rows: list[Article | Unreadable], said: str) -> None:
    with pytest.raises(UserError) as caught:
        material.parts(rows, 0)
    assert str(caught.value) == said


def test_a_long_summary_is_cut_behind_a_sentence_and_said() -> None:
    summary = "Das Team fährt Rad.\nDie Räder kosten wenig. Sie halten lange und das Wetter war gut."
    size = len(TOKENS.encode_lines("Das Team fährt Rad.\nDie Räder kosten wenig."))
    reader = Reader(TOKENS, "", 512, size)
    rows = [article(1, "train", summary), article(2, "train", "Das " * 80 + "Team.")]
    [pair], notes = reader.pairs(rows)
    assert TOKENS.decode(pair.target[:-1]) == "Das Team fährt Rad.\nDie Räder kosten wenig."
    assert notes == [
        f"1 summary of more than {size} tokens cut short",
        "1 summary left out: the first sentence alone is too long",
    ]


def test_every_reference_is_a_pair_of_its_own() -> None:
    one = replace(article(1), references=("Das Team fährt Rad.", "Es gibt ein Rad."))
    pairs, _ = Reader(TOKENS, "", 512, 64).pairs([one])
    assert len(pairs) == 2


def test_the_length_stands_before_the_article() -> None:
    reader = Reader(TOKENS, "kurz: ", 512, 300, length_prompts=True)
    long = " ".join(["Das Team fährt Rad."] * 20)
    pairs, _ = reader.pairs([article(1, summary="Das Team fährt Rad."), article(2, summary=long)])
    assert TOKENS.decode(pairs[0].source[:-1]).startswith("kurz: <teaser> Das Team")
    assert TOKENS.decode(pairs[1].source[:-1]).startswith("kurz: <paragraph> Das Team")


def test_an_article_is_read_as_the_bundle_reads_it() -> None:
    reader = Reader(TOKENS, "kurz: ", 64, 64)
    assert len(reader.read(article(1))) <= 64
    assert reader.read(article(1))[-1] == 1


def pairs(count: int) -> list[Pair]:
    return [Pair(str(i), tuple(range(3, 4 + i * 7 % 23)), (5, 1)) for i in range(count)]


@pytest.mark.parametrize(("count", "batch", "micro"), [(1, 4, 2), (8, 8, 8), (50, 7, 3), (300, 8, 2)])
def test_every_pair_comes_once_an_epoch(count: int, batch: int, micro: int) -> None:
    batches = Batches(pairs(count), batch, micro, seed=1)
    for epoch in range(2):
        steps = [batches[epoch * batches.per_epoch + i] for i in range(batches.per_epoch)]
        seen = [pair.id for step in steps for part in step for pair in part]
        assert sorted(seen, key=int) == [str(i) for i in range(count)]
        assert all(len(part) <= micro for step in steps for part in step)
        assert all(sum(map(len, step)) <= batch for step in steps)


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    forward, backward = Batches(pairs(50), 8, 4, 3), Batches(pairs(50), 8, 4, 3)
    steps = range(3 * forward.per_epoch)
    assert [forward[i] for i in steps] == [backward[i] for i in reversed(steps)][::-1]
    assert [forward[i] for i in steps] != [Batches(pairs(50), 8, 4, 4)[i] for i in steps]
    assert [forward[i] for i in steps[:7]] != [forward[i] for i in steps[7:14]]


def test_alike_lengths_share_a_batch() -> None:
    batches = Batches(pairs(300), 8, 4, 0)
    padding = sum(
        sum(map(len, padded([pair.source for pair in part], 0))) - sum(len(pair.source) for pair in part)
        for i in range(batches.per_epoch)
        for part in batches[i]
    )
    assert padding < 0.05 * sum(len(pair.source) for pair in pairs(300))
