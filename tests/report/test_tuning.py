"""The first line says whether a model is better, and than what; the table and the card say the rest."""

from __future__ import annotations

from typing import Any

import pytest

from blogsum.report import tuning

CRITERIA = ("coherence", "consistency", "fluency", "relevance")
NAMES = ("rouge", "rouge1", "rouge2", "rougeL", *CRITERIA)


def interval(mean: float, half: float = 0.05) -> dict[str, float]:
    return {"mean": mean, "low": mean - half, "high": mean + half}


def found(
    base: float, built_in: float, count: int = 40, fluency: float = 0.0, method: str = "held out"
) -> dict[str, Any]:
    """A comparison in which ROUGE is so much above the base's and the built-in's."""
    against = {
        name: {"rouge": interval(value), **dict.fromkeys(CRITERIA, interval(0)), "fluency": interval(fluency)}
        for name, value in (("base", base), ("built-in", built_in), ("lead-3", 0.0))
    }
    enough = count >= 10
    better = {name: enough and one["rouge"]["low"] > 0 for name, one in against.items()}
    means = {**dict.fromkeys(NAMES, interval(0.25)), "words": interval(31.4)}
    systems = dict.fromkeys(("lead-3", "built-in", "base", "tuned"), means)
    return {"n": count, "method": method, "enough": enough, "against": against, "better": better, "systems": systems}


VERDICTS = [
    (
        found(0.2, 0.1),
        "Better than its base (ROUGE +.20, +.15 to +.25) and than the built-in summary (ROUGE +.10, +.05 to +.15) on "
        "40 posts held out",
    ),
    (
        found(0.2, -0.1),
        "NOT BETTER than the built-in summary (ROUGE −.10, −.15 to −.05); better than its base (ROUGE +.20, +.15 to "
        "+.25), on 40 posts held out",
    ),
    (
        found(0.04, 0.2),
        "NOT BETTER than its base (ROUGE +.04, −.01 to +.09); better than the built-in summary (ROUGE +.20, +.15 to "
        "+.25), on 40 posts held out",
    ),
    (
        found(0.0, -0.1),
        "NOT BETTER than its base (ROUGE +.00, −.05 to +.05) nor than the built-in summary (ROUGE −.10, −.15 to −.05), "
        "on 40 posts held out",
    ),
    (
        found(0.2, 0.1, fluency=-0.2, method="each in one of 5 folds"),
        "Better than its base (ROUGE +.20, +.15 to +.25) and than the built-in summary (ROUGE +.10, +.05 to +.15) on "
        "40 posts each in one of 5 folds; below its base in fluency",
    ),
    (
        found(0.9, 0.9, count=9),
        "NOT SHOWN to be better: 9 posts held out, too few to tell; against its base (ROUGE +.90, +.85 to +.95) and "
        "the built-in summary (ROUGE +.90, +.85 to +.95)",
    ),
]


@pytest.mark.parametrize(("comparison", "said"), VERDICTS, ids=[said[:60] for _, said in VERDICTS])
def test_the_first_line(comparison: dict[str, Any], said: str) -> None:
    assert tuning.verdict(comparison) == said


BESIDE = [
    (0.2, 40, "Better than the default model house (ROUGE +.20, +.15 to +.25)"),
    (0.02, 40, "NOT BETTER than the default model house (ROUGE +.02, −.03 to +.07)"),
    (0.9, 9, "Too few posts to tell it from the default model house (ROUGE +.90, +.85 to +.95)"),
]


@pytest.mark.parametrize(("difference", "count", "said"), BESIDE)
def test_the_line_about_the_default_model(difference: float, count: int, said: str) -> None:
    one = {"rouge": interval(difference)}
    better = {"default": count >= 10 and one["rouge"]["low"] > 0}
    comparison = {"n": count, "enough": count >= 10, "against": {"default": one}, "better": better, "model": "house"}
    assert tuning.beside(comparison) == said


def test_the_table() -> None:
    assert tuning.table(found(0.1, 0.1)) == (
        "          rouge          coherence      consistency    fluency        relevance      words\n"
        "lead-3    .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  31\n"
        "built-in  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  31\n"
        "base      .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  31\n"
        "tuned     .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  .25 (.20–.30)  31\n"
    )


def test_names_of_strangers_are_no_markup_in_the_card() -> None:
    facts = {
        "name": "a [link](x) <b>",
        "id": "r1",
        "data": {
            "source": "`evil`",
            "content": "sha256:12",
            "train": 1,
            "dev": 0,
            "test": 2,
            "notes": ["# none"],
        },
        "base": {"source": "b", "sha256": "ab", "licence": "<i>MIT"},
        "recipe": {"training": {"batch": 4, "seed": 0}},
        "result": {"steps": 3, "best_step": 0},
        "hardware": {"cpu": "a cpu", "device": "cpu", "precision": "fp32", "processes": 2},
        "libraries": {"torch": "2.13.0"},
        "evaluation": found(0.2, 0.1),
    }
    lines = tuning.card(facts).split("\n")
    assert lines[0] == "# a [link\\](x) \\<b>"
    assert lines[2].startswith("**Better than its base")
    assert "- Licence of the base: \\<i>MIT" in lines
    assert "- Note: \\# none" in lines
    assert "- Trained: 3 steps of 4, the weights of step 3; seed 0" in lines
    assert "on 1 posts of `evil`." in lines[4]
