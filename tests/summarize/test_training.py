"""The training code learns what it should on toy data, the same every time; no post is needed."""

from __future__ import annotations

import numpy as np
import pytest

from blogsum.summarize.ranker import Ranker, from_arrays, to_arrays
from blogsum.types import Article
from models.teaser.fit import by_repo, example, fit, rarities
from models.teaser.learn import Options, listwise, pointwise
from models.teaser.posts import Post, oracle

RANDOM = np.random.default_rng(1)


def test_pointwise_separates_what_a_linear_model_cannot() -> None:
    inputs = RANDOM.normal(size=(3000, 2)).astype(np.float32)
    targets = (inputs[:, 0] * inputs[:, 1] > 0).astype(np.float32)
    weights = np.ones(len(inputs))
    linear = pointwise(inputs, targets, weights, Options(0, 1e-4, 20, 0.01, 256))
    hidden = pointwise(inputs, targets, weights, Options(16, 1e-4, 20, 0.01, 256))
    assert ((linear(inputs) > 0) == targets).mean() < 0.6
    assert ((hidden(inputs) > 0) == targets).mean() > 0.93


def test_listwise_chooses_the_highest_reward() -> None:
    groups = []
    for _ in range(200):
        inputs = RANDOM.normal(size=(8, 3)).astype(np.float32)
        groups.append((inputs, (inputs[:, 1] * 0.05 + 0.4).astype(np.float32)))
    net = listwise(groups, [1.0] * len(groups), Options(4, 1e-4, 40, 0.02, 16))
    assert np.mean([net(x).argmax() == rewards.argmax() for x, rewards in groups]) > 0.95


def test_the_oracle_adds_lines_only_while_they_help() -> None:
    lines = [("a", "b"), ("x", "y", "z"), ("c", "d"), ("a", "b")]
    wanted = ("a", "b", "c", "d")
    gains = np.array([1.0, 0.0, 1.0, 1.0])
    assert oracle(lines, [2, 3, 2, 2], wanted, gains, words=60) == (0, 2)
    assert oracle(lines, [2, 3, 2, 2], wanted, gains, words=3) == (0,)


def post(number: int, repo: str) -> Post:
    topics = ["Moos", "Farn", "Efeu", "Klee", "Mohn"]
    topic = topics[number % len(topics)]
    text = "\n\n".join(
        [
            f"{topic} wächst im Garten {number} seit vielen Jahren. In diesem Beitrag zeige ich, wie {topic} gedeiht.",
            f"Der Boden braucht Kalk und Sand. Im Winter ruht {topic} unter Laub und Schnee.",
            f"Am Ende lohnt sich {topic} für jeden Garten. Die Ernte reicht für drei Familien.",
        ]
    )
    description = f"Wie {topic} im Garten gedeiht. {topic} wächst seit vielen Jahren."
    return Post(
        Article(f"{number}", text, title=topic, lang="de"), repo, "text", description, True, False, False, False
    )


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return [post(number, f"repo{number % 6}") for number in range(30)]


def test_repositories_are_never_torn(posts: list[Post]) -> None:
    folds = by_repo(posts, 3)
    assert set(folds) == {0, 1, 2}
    assert len({(p.repo, fold) for p, fold in zip(posts, folds, strict=True)}) == 6


def test_training_gives_the_same_ranker_and_survives_a_file(posts: list[Post]) -> None:
    lexicons = rarities(posts)
    examples = [found for p in posts if (found := example(p, lexicons["de"])) is not None]
    once, again = fit(examples, lexicons), fit(examples, lexicons)
    first, second = to_arrays(once), to_arrays(again)
    assert {name: value.tobytes() for name, value in first.items()} == {n: v.tobytes() for n, v in second.items()}
    back: Ranker = from_arrays(first)
    sketch = examples[0].table.outline
    assert back.rate(sketch).scores == pytest.approx(once.rate(sketch).scores, abs=0.05)
