"""Models of other families, exported by optimum, write what they write in transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

for _name in ("torch", "transformers", "optimum", "onnxruntime", "sentencepiece", "tokenizers"):
    pytest.importorskip(_name, reason="exporting needs blogsum[train]")

from blogsum.cli.main import main
from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.summarize.decoding import Marks, Options, write
from blogsum.summarize.seq2seq import DECODER, ENCODER, Forced, Graphs
from tests import families, tiny

pytestmark = pytest.mark.slow
LIMIT = 24
FAMILIES = {"bart": families.bart, "t5": families.t5, "marian": families.marian}
Options_ = dict[str, Any]
FIRST = 7
# our options, whether first and last token are forced, and the same in transformers' words
CASES: dict[str, tuple[Options_, bool, Options_]] = {
    "greedy": ({}, False, {}),
    "beams": ({"beams": 4}, False, {"num_beams": 4}),
    "short texts": ({"beams": 3, "length_penalty": -1.0}, False, {"num_beams": 3, "length_penalty": -1.0}),
    "as BART was tuned": (
        {"beams": 4, "no_repeat_ngram": 3, "min_tokens": 6, "length_penalty": 2.0, "early_stopping": True},
        True,
        {"num_beams": 4, "no_repeat_ngram_size": 3, "min_length": 7, "length_penalty": 2.0, "early_stopping": True},
    ),
    "greedy, forced": ({"repetition_penalty": 1.3}, True, {"repetition_penalty": 1.3}),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """A checkpoint and its bundle for each family."""
    from blogsum.train.optimum import export
    from blogsum.train.request import request

    found = {}
    for name, make in FAMILIES.items():
        folder = tmp_path_factory.mktemp(name)
        checkpoint = make(folder / "checkpoint")
        export(checkpoint, folder / "bundle", request(checkpoint, {"max_output": LIMIT}))
        found[name] = (checkpoint, folder / "bundle")
    return found


def texts_of(facts: Any, bundle: Path, articles: list[list[int]], options: Options, forced: Forced) -> list[Any]:
    graphs = Graphs(bundle / ENCODER, bundle / DECODER, facts["sizes"]["vocabulary"], threads=1)
    found: list[Any] = []
    for start in range(0, len(articles), 8):
        batch = articles[start : start + 8]
        found += write(graphs.read(batch, options.beams, forced), len(batch), options, Marks(**facts["marks"]))
    return [one.tokens for one in found]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("family", FAMILIES)
def test_texts_are_those_of_transformers(made: dict[str, tuple[Path, Path]], family: str, case: str) -> None:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    torch.set_num_threads(1)
    checkpoint, bundle = made[family]
    facts = bundles.load(bundle).manifest
    ours, is_forced, theirs = CASES[case]
    end, never = facts["marks"]["end"], tuple(facts["forced"]["never"])
    first, last = (FIRST if is_forced else None), (end if is_forced else None)
    words = {"forced_bos_token_id": first, "forced_eos_token_id": last}
    model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint)
    model.generation_config.update(num_beams=1, **words)
    articles = [[*(3 + token % 380 for token in one[:-1]), end] for one in tiny.articles(5, 16)]
    written = texts_of(facts, bundle, articles, Options(max_tokens=LIMIT, **ours), Forced(first, last, LIMIT, never))
    expected, ended = [], 0
    for article in articles:
        with torch.no_grad():
            [row] = model.generate(torch.tensor([article]), max_new_tokens=LIMIT, do_sample=False, **theirs)
        text = row.tolist()[1 : LIMIT + 1]
        ended += end in text[: LIMIT - 1]
        expected.append(tuple(text[: text.index(end)] if end in text else text))
    assert written == expected
    assert ended > 0
    assert len(set(expected)) > 3


def test_a_bundle_says_what_it_is(made: dict[str, tuple[Path, Path]]) -> None:
    facts = {name: bundles.load(bundle).manifest for name, (_, bundle) in made.items()}
    assert {name: one["kind"] for name, one in facts.items()} == dict.fromkeys(FAMILIES, "optimum")
    assert {name: one["positions"] for name, one in facts.items()} == {"bart": 120, "t5": None, "marian": 120}
    assert {name: one["max_input"] for name, one in facts.items()} == {"bart": 120, "t5": 512, "marian": 120}
    # the mask is a gap, <s> opens every text that BART writes
    assert {name: one["sentinels"] for name, one in facts.items()} == {"bart": [4], "t5": [387, 388, 389], "marian": []}
    assert facts["marian"]["forced"]["never"] == [facts["marian"]["marks"]["fill"]]
    assert facts["marian"]["options"]["beams"] == 4
    assert all(one["proof"]["same_greedy"] == one["proof"]["probes"] == 6 for one in facts.values())
    assert "tokenizer.json" in facts["bart"]["files"]
    assert "spiece.model" in facts["t5"]["files"]
    assert {"source.spm", "target.spm", "vocab.json"} <= facts["marian"]["files"].keys()


@pytest.mark.parametrize("family", FAMILIES)
def test_it_runs_without_torch_transformers_and_optimum(made: dict[str, tuple[Path, Path]], family: str) -> None:
    code = (
        "import sys; from blogsum.cli.main import main; "
        "code = main(['summarize', '-', '--model', sys.argv[1], '--format', 'json']); "
        "print(code, *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    asked = [sys.executable, "-c", code, str(made[family][1])]
    done = subprocess.run(asked, input=tiny.TEXT[:204], capture_output=True, text=True, timeout=60)
    code_, *loaded = done.stdout.splitlines()[-1].split()
    assert code_ == "4"  # random weights say nothing: the article's own sentences answer
    assert "the model's text was refused" in done.stderr
    assert "onnxruntime" in loaded
    assert not {"torch", "transformers", "optimum", "onnx"} & set(loaded)


@pytest.mark.parametrize("family", FAMILIES)
def test_its_words_become_a_traced_summary(
    made: dict[str, tuple[Path, Path]], family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogsum.summarize import load_bundle, seq2seq
    from blogsum.summarize.decoding import Written
    from blogsum.summarize.lengths import LENGTHS
    from blogsum.types import Article

    model = load_bundle(made[family][1])
    assert isinstance(model, seq2seq.Seq2Seq)
    said = "Die Räder des Teams kosten wenig. Das Büro steht in Köln."
    monkeypatch.setattr(model, "_some", lambda articles: [Written(tuple(model.tokens.encode(said)), True)])
    summary = model.summarize(Article("a", tiny.TEXT, lang="de"), LENGTHS["teaser"])
    assert (summary.text, summary.system, summary.note) == (said, "optimum:checkpoint", "")
    assert [one.sentence for one in summary.evidence] == [1, None]
    assert [one.text for one in summary.unsupported] == ["Köln"]


def test_more_than_its_positions_is_refused(
    made: dict[str, tuple[Path, Path]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "post.txt").write_text(tiny.TEXT)
    asked = ["summarize", str(tmp_path / "post.txt"), "--model", str(made["bart"][1]), "--max-input", "121"]
    assert main(asked) == 2
    assert capsys.readouterr().err == "error: this model reads at most 120 tokens (--max-input)\n"


WRONG: dict[str, tuple[Any, tuple[str, ...], int, str]] = {
    "mt5-small's heads": (
        lambda folder: families.t5(folder, d_kv=16),
        (),
        3,
        "error: optimum's files would be broken: 4 heads of 16 are not d_model 32 (--exporter blogsum writes graphs of "
        "its own for mT5 and T5 1.1)\n",
    ),
    "fewer bits": (families.t5, ("--precision", "int8"), 2, "error: --exporter optimum writes fp32 only"),
    "fewer pieces": (families.t5, ("--languages", "de"), 2, "error: --exporter optimum keeps the whole vocabulary"),
    "no weights": (lambda folder: emptied(families.t5(folder)), (), 3, "error: cannot read the checkpoint in "),
    "cut weights": (lambda folder: cut(families.t5(folder)), (), 3, "error: cannot read the checkpoint in "),
    "a lost tensor": (lambda folder: changed(families.t5(folder), drop=True), (), 3, "lacks the tensor "),
    "no numbers": (lambda folder: changed(families.t5(folder)), (), 3, "has values that are no numbers"),
    "no vocabulary": (lambda folder: without(families.bart(folder)), (), 3, "error: cannot read the vocabulary in "),
    "transformers 5": (
        lambda folder: five(families.t5(folder)),
        (),
        3,
        "was saved by transformers 5.23.0, which is not",
    ),
    "no encoder-decoder": (lambda folder: gpt(folder), (), 3, "does not read one text and write another"),
}


def emptied(folder: Path) -> Path:
    (folder / "model.safetensors").unlink()
    return folder


def without(folder: Path) -> Path:
    for path in [*folder.glob("*token*"), *folder.glob("vocab*"), *folder.glob("merges*")]:
        path.unlink()
    return folder


def cut(folder: Path) -> Path:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:4000])
    return folder


def changed(folder: Path, drop: bool = False) -> Path:
    from safetensors.numpy import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    name = "encoder.block.1.layer.0.SelfAttention.q.weight"
    if drop:
        del weights[name]
    else:
        weights[name] = np.full_like(weights[name], np.nan)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def five(folder: Path) -> Path:
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "transformers_version": "5.23.0"}))
    return folder


def gpt(folder: Path) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    return folder


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_exported_is_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, options, code, message = WRONG[name]
    checkpoint = make(tmp_path / "checkpoint")
    capsys.readouterr()
    asked = ["export", str(checkpoint), "-o", str(tmp_path / "bundle"), "--exporter", "optimum", *options]
    assert main(asked) == code
    said = capsys.readouterr()
    assert message in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_graphs_that_compute_something_else_make_no_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from blogsum.train import optimum

    right = optimum._save_graphs

    def wrong(model: Any, part: Path) -> None:
        model.shared.weight.data[50] = 0
        right(model, part)

    monkeypatch.setattr(optimum, "_save_graphs", wrong)
    checkpoint = families.t5(tmp_path / "checkpoint")
    assert main(["export", str(checkpoint), "-o", str(tmp_path / "bundle"), "--exporter", "optimum"]) == 1
    assert "the exported fp32 model is not the original: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_bundle_of_another_kind_is_refused(made: dict[str, tuple[Path, Path]], tmp_path: Path) -> None:
    from blogsum.summarize import load, load_bundle

    with pytest.raises(UserError, match="holds a model of the kind 'optimum'"):
        load("mt5", folder=made["t5"][1])
    copy = Path(shutil.copytree(made["t5"][1], tmp_path / "copy"))
    facts = {**bundles.facts(copy), "kind": "strange"}
    bundles.seal(copy, {name: value for name, value in facts.items() if name not in ("schema", "files")})
    with pytest.raises(UserError, match="holds a model of the kind 'strange'"):
        load_bundle(copy)
