"""A bundle summarises; what is no summary is answered by the article's own sentences."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnxruntime", reason="running models needs blogsum[mt5]")

from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.summarize import load, mt5
from blogsum.summarize.decoding import Written
from blogsum.summarize.lengths import LENGTHS, Budget, fits
from blogsum.summarize.mt5 import fitted
from blogsum.types import Article, Summary

ARTICLE = Article(
    "a", "Das Team fährt mit dem Rad. Die Räder kosten wenig und halten lange.\n\nDer Hof ist groß.", lang="de"
)


def said(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, text: str, length: str = "teaser", ended: bool = True
) -> Summary:
    """The summary of ARTICLE by a model that writes ``text``."""
    model = load("mt5", folder=bundle)
    assert isinstance(model, mt5.MT5)
    tokens = tuple(model.tokens.encode(text)[:-1])
    monkeypatch.setattr(model, "_texts", lambda articles: [Written(tokens, ended)])
    return model.summarize(ARTICLE, LENGTHS[length])


def test_sentences_in_its_own_words_are_traced(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = said(bundle, monkeypatch, "Die Räder des Teams kosten wenig. Das Büro steht in Köln.")
    assert summary.text == "Die Räder des Teams kosten wenig. Das Büro steht in Köln."
    assert (summary.system, summary.note, summary.lang) == ("mt5:tiny", "", "de")
    assert [(one.sentence, one.exact) for one in summary.evidence] == [(1, False), (None, False)]
    assert [one.text for one in summary.unsupported] == ["Köln"]


def test_a_text_that_broke_off_loses_its_last_sentence(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = said(bundle, monkeypatch, "Die Räder kosten wenig. Im Winter bleibt das", ended=False)
    assert summary.text == "Die Räder kosten wenig."
    broken = said(bundle, monkeypatch, "Im Winter bleibt das Rad", ended=False)
    assert "did not finish a sentence" in broken.note


@pytest.mark.parametrize("text", ["", "The team rides to work since spring and the weather was fine."])
def test_what_is_no_summary_is_answered_by_the_article(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    summary = said(bundle, monkeypatch, text)
    assert summary.system == "blogsum-extractive"
    assert summary.note.startswith("the model's text was refused (it wrote")
    assert all(one.exact for one in summary.evidence)


def test_a_random_model_says_nothing(bundle: Path) -> None:
    summary = load("mt5", folder=bundle).summarize(ARTICLE, LENGTHS["teaser"])
    assert summary.note
    assert summary == load("mt5", folder=bundle).summarize(ARTICLE, LENGTHS["teaser"])


def test_articles_written_together_read_as_alone(bundle: Path) -> None:
    texts = [f"{ARTICLE.text * (1 + number % 4)} Es war Tag {number}." for number in range(11)]
    articles = [Article(str(number), text, lang="de") for number, text in enumerate(texts)]
    alone = load("mt5", folder=bundle)
    together = load("mt5", folder=bundle)
    together.prepare(articles)
    assert isinstance(together, mt5.MT5)
    assert isinstance(alone, mt5.MT5)
    for article in articles:
        prepared = together._written[article]
        alone.prepare([article])
        assert prepared == alone._written[article]
    assert len({written.tokens for written, _ in together._written.values()}) > 5


def test_a_long_article_names_what_was_left_out(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load("mt5", folder=bundle)
    assert isinstance(model, mt5.MT5)
    long = Article("b", "\n\n".join(f"{ARTICLE.text} Es war Tag {number}." for number in range(40)), lang="de")
    read = model.source(long)
    assert model.tokens.count("kurz: " + read.text) <= 511
    assert read.left_out
    assert model.source(ARTICLE).left_out == ()
    patient = load("mt5", folder=bundle, max_input=4096)
    assert isinstance(patient, mt5.MT5)
    assert patient.source(long).left_out == ()


def test_a_damaged_bundle_is_refused_by_name(bundle: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    weights = bytearray((copy / "step.bin").read_bytes())
    weights[1000] ^= 1
    (copy / "step.bin").write_bytes(weights)
    with pytest.raises(UserError, match=r"step\.bin was changed"):
        load("mt5", folder=copy)


def resealed(folder: Path, without: str = "", **changes: Any) -> Path:
    """The bundle with what was done to its files and to what ``bundle.json`` says, as if it had been exported so."""
    facts = {**bundles.facts(folder), **changes}
    (folder / bundles.MANIFEST).unlink()
    gone = ("schema", "files", without)
    bundles.seal(folder, {name: value for name, value in facts.items() if name not in gone})
    return folder


OTHERS = [
    ("many.onnx", {}, "it has no many.onnx"),
    ("", {"without": "sentinels"}, "it has no sentinels"),
    ("", {"options": {"beams": 4, "colour": "red"}}, "it has other options than this one"),
    ("", {"marks": None}, "it has other options than this one"),
]


@pytest.mark.parametrize(("missing", "changes", "message"), OTHERS, ids=[message for *_, message in OTHERS])
def test_a_bundle_of_another_version_is_one_error(
    bundle: Path, tmp_path: Path, missing: str, changes: dict[str, Any], message: str
) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    if missing:
        (copy / missing).unlink()
    resealed(copy, **changes)
    with pytest.raises(UserError, match=f"copy was made by another version of blogsum: {message}") as raised:
        load("mt5", folder=copy)
    assert raised.value.hint == "export or pull it again"


def test_a_graph_that_onnxruntime_refuses_is_named(bundle: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    (copy / "encoder.onnx").write_bytes(b"no graph")
    model = load("mt5", folder=resealed(copy))
    with pytest.raises(UserError, match=r"copy/encoder\.onnx cannot be loaded: ") as raised:
        model.summarize(ARTICLE, LENGTHS["teaser"])
    assert "\n" not in str(raised.value)


LINES = [["Ein Satz.", "Noch ein Satz."], ["Eine Zeile."]]
FITTED = [
    (Budget("x", words=99), "Ein Satz. Noch ein Satz.\nEine Zeile."),
    (Budget("x", words=5), "Ein Satz. Noch ein Satz."),
    (Budget("x", sentences=1), "Ein Satz."),
    (Budget("x", words=99, bullets=True), "- Ein Satz.\n- Noch ein Satz.\n- Eine Zeile."),
    (Budget("x", chars=6), "Ein…"),
    (Budget("x", chars=8, bullets=True), "- Ein…"),
]


@pytest.mark.parametrize(("budget", "text"), FITTED, ids=[str(budget) for budget, _ in FITTED])
def test_lines_survive_and_the_budget_holds(budget: Budget, text: str) -> None:
    assert fitted(LINES, budget) == text
    assert fits(text, budget)


def test_no_sentence_is_no_text() -> None:
    assert fitted([], LENGTHS["teaser"]) == ""
