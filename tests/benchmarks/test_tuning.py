"""What the benchmark of training learns from and counts: passages, chosen sentences, what a text is made of."""

from __future__ import annotations

from random import Random

import pytest

pytest.importorskip("sentencepiece", reason="vocabularies need blogsum[mt5]")

from benchmarks.tuning import page, pairs, start
from blogsum.summarize.tokens import Tokens
from blogsum.train import comparison
from blogsum.types import Article
from models.copying import task

PROSE = (
    "Die Stadt baut einen neuen Radweg am Fluss.",
    "Am Samstag feiert der Verein sein großes Fest.",
    "Der Wald bleibt im Winter für alle offen.",
    "Im Haus am Markt zieht eine Bäckerei ein.",
)
POST = Article(
    "a",
    "\n\n".join([*PROSE, "Kaffee gibt es wie immer umsonst."]),
    lang="de",
    summary="Am Markt zieht eine Bäckerei ein, und die Stadt baut einen Radweg.",
)


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> Tokens:
    monkeypatch.setattr(start, "PIECES", 330)
    return Tokens(start.vocabulary(PROSE * 5), 1)


def prose(number: int) -> task.Post:
    return task.Post(f"p{number}", "de", False, " ".join(PROSE), PROSE)


def test_a_passage_asks_for_what_is_marked_else_for_its_first_sentence(tokens: Tokens) -> None:
    longest = tokens.count(" ".join(PROSE)) + 8
    found = list(pairs.passages([prose(1)], 12, longest, 0.0, tokens))
    assert len({one.text for one in found}) == 12
    kinds = set()
    for one in found:
        parts = one.text.split(f"{task.OPEN} ")
        marked = [part.split(f" {task.CLOSE}")[0] for part in parts[1:]]
        kinds.add(len(marked))
        assert one.summary == (" ".join(marked) or one.text.split(". ")[0].rstrip(".") + ".")
        assert tokens.count(one.text) <= longest
    assert kinds >= {0, 1, 2}


def test_passages_are_the_same_every_time(tokens: Tokens) -> None:
    once, again = (list(pairs.passages([prose(1)], 12, 200, 0.5, tokens)) for _ in range(2))
    assert once == again
    assert any(not set(one.text.split()) <= set(" ".join(PROSE).split()) | {task.OPEN, task.CLOSE} for one in once)


def test_too_little_prose_ends_with_fewer_passages(tokens: Tokens) -> None:
    assert len(list(pairs.passages([prose(1)], 500, 200, 0.0, tokens))) < 100


def test_the_sentences_nearest_to_the_description_are_chosen_in_their_order(tokens: Tokens) -> None:
    found = pairs.chosen(POST, 500, tokens)
    assert found is not None
    assert found.summary == "Die Stadt baut einen neuen Radweg am Fluss. Im Haus am Markt zieht eine Bäckerei ein."
    assert found.text == " ".join([*PROSE, "Kaffee gibt es wie immer umsonst."])


def test_only_what_the_model_reads_is_chosen(tokens: Tokens) -> None:
    room = tokens.count(PROSE[0]) + 4
    found = pairs.chosen(POST, room, tokens)
    assert found is None or (found.summary or "") in found.text
    assert found is None or tokens.count(found.text) <= room


def test_a_description_that_says_something_else_gives_no_pair(tokens: Tokens) -> None:
    other = Article("b", POST.text, lang="de", summary="Ganz anderes steht hier geschrieben, ohne Bezug.")
    assert pairs.chosen(other, 500, tokens) is None


def test_thinned_posts_lose_sentences_and_nothing_else(tokens: Tokens) -> None:
    many = Article("c", POST.text * 3, lang="de", summary=POST.summary)
    found = list(pairs.selections([many], {"de": 6}, 500, tokens))
    assert found[0].id == "c-0"
    assert len({one.text for one in found}) == len(found) > 1
    for one in found:
        assert set(one.text.split()) <= set(many.text.split())
    assert pairs.chosen(POST, 500, tokens, Random(3)) == pairs.chosen(POST, 500, tokens, Random(3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(PROSE[0], (1.0, 1.0, 0.0, 0.0), id="a copied sentence"),
        pytest.param("Die Stadt baut", (1.0, 1.0, 0.0, 1.0), id="a scrap of the post, too short for fours"),
        pytest.param("Die Stadt schläft", (0.0, 0.0, 0.0, 1.0), id="a scrap of something else"),
        pytest.param("Die Stadt baut einen Turm.", (0.0, 0.5, 0.0, 0.0), id="half of the fours"),
        pytest.param("der der der der", (0.0, 0.0, 2 / 3, 1.0), id="one pair said three times"),
    ],
)
def test_what_a_text_is_made_of(text: str, expected: tuple[float, ...]) -> None:
    assert page.wording(POST, text) == pytest.approx(expected)


def stage(tuned: str) -> page.Stage:
    """A run that judged one post, with every figure that the page reads."""
    texts = {"lead-3": [PROSE[0]], "built-in": [PROSE[3]], "base": [""], "tuned": [tuned]}
    held = Article("a", POST.text, lang="de", references=(POST.summary or "",))
    found = comparison.compare([held], texts) | {"method": "held out"}
    training = {"seed": 0, "batch": 32}
    facts = {
        "libraries": {"torch": "2", "transformers": "4"},
        "recipe": {"training": training, "task": {"max_input": 128}},
        "data": {"train": 40, "dev": 1, "weak": {"train": 9}},
        "result": {"steps": 12, "best_step": 12},
        "curve": comparison.curve([held], {20: [PROSE[1]], 40: [tuned]}),
        "evaluation": found,
    }
    steps = [{"step": step, "loss": 1 / step, "norm": 1.0} for step in range(1, 13)]
    metrics = [*steps, {"step": 12, "dev_loss": 0.5, "rouge": 0.25}]
    return page.Stage(facts, metrics, found["rows"], {"a": held}, page.Spent(600, 300))


def test_the_page_says_what_each_run_brought_and_quotes_nothing() -> None:
    stages = [stage(PROSE[1]), stage(PROSE[2]), stage(PROSE[3])]
    text = page.write(stages, {"a": PROSE[1]}, page.Spent(120, 60), 1)
    assert "32 minutes beside other work, 16 of one core: 1 to prepare, 15 in `finetune`" in text
    assert text.index("| copying | 0.0") < text.index("| choosing | ") < text.index("| descriptions | ")
    assert "| tuned | 100 | 100 | 0 | 0 | 0 |" in text
    assert "| base | – | – | – | – | 100 |" in text
    assert "| 11–12 | 0.087 | 0.500 | 0.250 |" in text
    assert not any(sentence in text for sentence in PROSE)  # the posts are not ours to print
    pictures = page.pictures(stages)
    assert list(pictures) == ["", "_loss"]
    assert all(one.startswith("<svg ") and "nan" not in one for one in pictures.values())
