"""Neural judges: tiny real models on onnxruntime, what they read of a long article, and how they fail."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

for name in ("onnxruntime", "onnx", "tokenizers"):
    pytest.importorskip(name, reason="judges need blogsum[judge], their tests onnx")

from blogsum import toml
from blogsum.errors import UserError
from blogsum.evaluate import evaluate, load
from blogsum.evaluate.judges import chunks
from blogsum.evaluate.recipe import Recipe, read
from blogsum.types import Article, Example, Score
from tests.evaluate.overlap import build

FIRST = "The town opens a library on Sundays. Many families had asked for it."
LAST = "It costs 38,000 euros a year. The mayor praised the old building."
FILL = "Rain fell on the hills and the river rose slowly that day. " * 30
ARTICLE = Article("town", f"{FIRST}\n\n{FILL.strip()}\n\n{LAST}", lang="en")
SUMMARY = "The town opens a library on Sundays. It costs 38,000 euros a year. Aliens bought it secretly."
NLI = 'criterion = "consistency"\nkind = "nli"\nmax_length = 40\n'
REGRESSION = 'criterion = "relevance"\nkind = "regression"\nscale = [1, 5]\nmax_length = 200\n'
TEXTS = (ARTICLE.text, SUMMARY)


def score(folder: Path, criterion: str, summary: str = SUMMARY, article: Article = ARTICLE) -> Score:
    return load(f"{criterion}={folder}").score(Example(article, summary))


def test_entailment_is_asked_sentence_by_sentence_and_the_best_part_counts(tmp_path: Path) -> None:
    found = score(build(tmp_path / "nli", TEXTS, NLI), "consistency")
    # two sentences stand whole in some part of 40 tokens, of the third but "it" and the stop
    assert found.signals == {"judge": found.value, "weakest": pytest.approx(0.06, abs=0.02)}
    assert found.value == pytest.approx((1 + 1 + 0.06) / 3, abs=0.01)
    [doubt] = [one for one in found.evidence if one.kind == "unsupported"]
    assert SUMMARY[doubt.start : doubt.end] == doubt.text == "Aliens bought it secretly."
    assert {"claim"} <= {one.kind for one in found.evidence}  # the built-in findings stay


def test_a_regression_reads_the_whole_summary_and_relevance_is_the_mean_of_all_parts(tmp_path: Path) -> None:
    folder = build(tmp_path / "regression", TEXTS, REGRESSION, regression=True)
    short = Article("short", f"{FIRST}\n\n{LAST}", lang="en")
    whole = score(folder, "relevance", "The town opens a library. It costs 38,000 euros.", short)
    assert whole.value == 1.0
    part = score(folder, "relevance", "The town opens a library. It costs 38,000 euros.")
    assert 0.3 < part.value < 0.7  # of three parts, one has the first sentence and one the last
    assert list(part.signals) == ["judge"]
    assert score(folder, "relevance", "").value == 0.0


def test_the_signature_names_exactly_this_judge(tmp_path: Path) -> None:
    one, other = (build(tmp_path / name, TEXTS, NLI) for name in ("one", "other"))
    first = load(f"consistency={one}").signature("de")
    assert first.startswith("consistency|lang:de|refs:0|judge:one|hash:")
    assert "|kind:nli|text:tidy1|tool:onnxruntime-" in first
    second = load(f"consistency={other}").signature("de")
    assert second == first.replace("judge:one", "judge:other")  # the same files
    (other / "judge.toml").write_text(NLI + "window = 1\n")
    assert load(f"consistency={other}").signature("de") != second


@pytest.mark.slow
def test_any_order_and_number_of_workers_give_the_same_numbers(tmp_path: Path) -> None:
    name = f"consistency={build(tmp_path / 'nli', TEXTS, NLI)}"
    rows = [Example(replace(ARTICLE, id=str(n)), f"{SUMMARY} The river rose. " * (n + 1)) for n in range(6)]
    alone = [one.scores for one in evaluate(rows, [name])]
    assert [one.scores for one in evaluate(rows, [name], jobs=2)] == alone
    assert [one.scores for one in evaluate(rows[::-1], [name])][::-1] == alone


class Words:
    """A model that counts words."""

    room, marks = 10, 0

    def count(self, text: str) -> int:
        return len(text.split())

    def answer(self, *texts: str) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("sentences", "room", "window", "expected"),
    [
        (["a b", "c d", "e f"], 6, 0, ["a b c d", "e f"]),
        (["a b", "c d", "e f"], 100, 0, ["a b c d e f"]),
        (["a b", "c d", "e f"], 100, 1, ["a b", "c d", "e f"]),
        (["a b c d e f g h", "i"], 5, 0, ["a b c d", "e f g h", "i"]),
        (["abcdefgh"], 0, 0, ["abcdefgh"]),
    ],
)
def test_a_long_article_is_split_and_every_word_read(
    sentences: list[str], room: int, window: int, expected: list[str]
) -> None:
    found = chunks(sentences, Words(), room, window)
    assert found == expected
    assert " ".join(found) == " ".join(sentences)


def test_what_the_model_did_not_get_to_read_of_a_summary_is_listed(tmp_path: Path) -> None:
    folder = build(tmp_path / "regression", TEXTS, REGRESSION, regression=True)
    long = " ".join(f"The river rose on day {n}." for n in range(60))
    [rest] = [one for one in score(folder, "relevance", long).evidence if one.kind == "unread"]
    assert long.endswith(rest.text)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("kind = 'nli'", "judge.toml: names no criterion"),
        ("criterion = 'consistency'", "judge.toml: names no kind"),
        (NLI + "label = []", "judge.toml: unknown key 'label'"),
        (NLI + "labels = 3", "judge.toml: 'labels' is of the wrong kind"),
        (NLI + "labels = ['yes', 'no']", "judge.toml: labels must name entailment"),
        (NLI + "labels = ['entailment', 'other']", "the judge has 3 outputs and its recipe 2"),
        (NLI + "template = '{article}'", "judge.toml: template must hold {article} and {summary} once each"),
        (NLI + "template = '{article} {summary} {'", "judge.toml: template must hold {article} and {summary} once"),
        (NLI + "window = -1", "judge.toml: window must not be negative"),
        (NLI.replace("40", "4"), "judge.toml: max_length must be at least 32"),
        (NLI.replace("nli", "llm"), "judge.toml: kind must be one of nli, regression, seq2seq"),
        (NLI.replace("consistency", "fluency"), "judge.toml: criterion must be one of consistency, relevance"),
        (NLI.replace("consistency", "relevance"), "nli: judges relevance, not consistency"),
        (REGRESSION.replace("relevance", "consistency") + "\n", "the judge has 3 outputs and its recipe 1"),
        (REGRESSION.replace("[1, 5]", "[5, 5]"), "judge.toml: scale must be two different numbers"),
        ("criterion = ", "judge.toml cannot be read: "),
        ("criterion = 'consistency'\nkind = 'seq2seq'", "is no model bundle: it has no bundle.json"),
    ],
)
def test_a_recipe_that_does_not_fit_is_said(tmp_path: Path, recipe: str, message: str) -> None:
    folder = build(tmp_path / "nli", TEXTS, recipe)
    with pytest.raises(UserError) as caught:
        score(folder, "consistency")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("model.onnx", None, "has no model.onnx"),
        ("model.onnx", b"nothing", "model.onnx cannot be loaded: "),
        ("tokenizer.json", None, "has no tokenizer.json"),
        ("tokenizer.json", b"{}", "tokenizer.json cannot be read: "),
        ("judge.toml", None, "is no judge"),
    ],
)
def test_a_folder_that_is_not_whole_is_said(tmp_path: Path, file: str, content: bytes | None, message: str) -> None:
    folder = build(tmp_path / "nli", TEXTS, NLI)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(UserError) as caught:
        load(f"consistency={folder}")
    assert message in str(caught.value)


def test_the_example_names_every_key_with_its_default(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "judge.toml"
    folder = build(tmp_path / "nli", TEXTS, example.read_text(encoding="utf-8"))
    assert toml.parse(example.read_text(encoding="utf-8")).keys() == {field.name for field in fields(Recipe)}
    assert read(folder) == Recipe("consistency", "nli")
    assert score(folder, "consistency").value > 0.5


def test_without_an_article_there_is_nothing_to_judge_by(tmp_path: Path) -> None:
    folder = build(tmp_path / "nli", TEXTS, NLI)
    with pytest.raises(UserError, match="consistency of 'x': there is no article to judge by"):
        score(folder, "consistency", article=Article("x", "", lang="en"))
    with pytest.raises(UserError, match="a judge may replace consistency or relevance, not 'fluency'"):
        load(f"fluency={folder}")
