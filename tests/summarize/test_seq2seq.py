"""One step of a model that optimum exported, with its graphs stood in for by a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="running models needs blogsum[mt5]")

from blogsum.summarize.decoding import Marks, Options, Written, write
from blogsum.summarize.devices import Device, value
from blogsum.summarize.seq2seq import Forced, Reading, _best

TABLE = np.log(
    np.array(
        [
            [0.0001, 0.1, 0.3, 0.3, 0.2999],  # behind 0: 2 and 3 alike
            [0.2, 0.2, 0.2, 0.2, 0.2],
            [0.1, 0.1, 0.1, 0.6, 0.1],
            [0.1, 0.5, 0.1, 0.2, 0.1],  # behind 3: the end
            [0.1, 0.1, 0.1, 0.1, 0.6],
        ],
        np.float32,
    )
)


class Table:
    """Graphs whose logits depend on the last token alone; what was made of the article comes with the first step."""

    vocabulary = 5
    past = ("past_key_values.0.decoder.key", "past_key_values.0.encoder.key")
    sizes = dict.fromkeys(past, (1, 1))

    def run(self, inputs: dict[str, Any]) -> tuple[Any, list[Any]]:
        tokens, again = inputs["input_ids"][:, 0], bool(inputs["use_cache_branch"][0])
        rows = len(tokens)
        own, article = np.zeros((rows, 1, 1, 1), np.float32), np.zeros((rows, 1, 2, 1), np.float32)
        if again:
            own = np.concatenate([inputs[self.past[0]].numpy(), own + tokens[:, None, None, None]], axis=2)
            assert inputs[self.past[1]].numpy().shape == article.shape
            article = article[:0]  # optimum's graph hands out nothing of use here
        return TABLE[tokens], [value(own, Device()), value(article, Device())]


FREE = Forced()


def reading(beams: int = 1, forced: Forced = FREE, articles: int = 1) -> Reading:
    rows = articles * beams
    graphs: Any = Table()
    return Reading(graphs, np.zeros((rows, 2, 1), np.float32), np.ones((rows, 2), np.int64), beams, forced)


def test_the_best_come_first_and_of_equals_the_smaller_id() -> None:
    best = reading().step(np.array([0]), 4)
    assert best.ids.tolist() == [[2, 3, 4, 1]]
    assert np.exp(best.logits - best.total)[0].tolist() == pytest.approx([0.3, 0.3, 0.2999, 0.1], abs=1e-5)


def test_it_writes_to_its_end() -> None:
    assert write(reading(), 1, Options(max_tokens=9)) == [Written((2, 3), True)]
    assert write(reading(articles=3), 3, Options(max_tokens=9)) == [Written((2, 3), True)] * 3
    [text] = write(reading(4), 1, Options(beams=4, max_tokens=9, length_penalty=0.0))
    assert text == Written((3,), True)  # .3 * .5


def test_the_first_and_the_last_token_may_be_forced() -> None:
    best = reading(forced=Forced(first=4)).step(np.array([0]), 3)
    assert (best.ids[0, 0], best.logits[0, 0], best.total[0, 0]) == (4, 0, 0)
    assert np.isneginf(best.logits[0, 1:]).all()
    forced = Forced(first=4, last=1, length=4)
    assert write(reading(forced=forced), 1, Options(max_tokens=4)) == [Written((4, 4, 4), True)]
    [text] = write(reading(2, forced), 1, Options(beams=2, max_tokens=4))
    assert text == Written((4, 4, 4), True)


def test_what_must_never_come_does_not() -> None:
    best = reading(forced=Forced(never=(2, 3))).step(np.array([0]), 2)
    assert best.ids.tolist() == [[4, 1]]
    assert np.exp(best.logits - best.total)[0, 0] == pytest.approx(0.2999, abs=1e-5)  # of all, as transformers counts


def test_rows_are_reordered_and_articles_forgotten() -> None:
    one = reading(2, articles=2)
    one.step(np.array([0, 0, 0, 0]), 1)
    one.step(np.array([1, 2, 3, 4]), 1)
    one.reorder(np.array([1, 0, 3, 2]))
    one.keep(np.array([1]))
    assert one._past[0].numpy()[:, 0, -1, 0].tolist() == [4, 3]
    assert one._past[1].numpy().shape == (2, 1, 2, 1)


@pytest.mark.parametrize("k", [1, 2, 5, 7])
def test_the_largest_are_found_as_sorting_finds_them(k: int) -> None:
    draw = np.random.RandomState(k)
    logits = draw.randint(0, 4, (20, 7)).astype(np.float32)
    logits[3] = -np.inf
    assert np.array_equal(_best(logits, k), np.argsort(-logits, axis=1, kind="stable")[:, :k])
    assert _best(logits, k).shape == (20, k)


def test_marks_of_a_model_may_be_any() -> None:
    assert write(reading(), 1, Options(max_tokens=3), Marks(4, 3, 4)) == [Written((4, 4, 4), False)]
