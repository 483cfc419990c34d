"""Bases of other families than mT5: read, trained, saved, exported and run, line breaks included."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

transformers = pytest.importorskip("transformers", reason="training needs blogsum[train]")
for _name in ("torch", "sentencepiece", "tokenizers", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum.cli.main import main
from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.train import base as bases
from blogsum.train import finetune, foreign, parallel, vocabulary
from blogsum.train.base import Base
from blogsum.train.machine import Place
from blogsum.train.material import Reader
from blogsum.train.network import Network
from blogsum.train.recipe import Adapt
from tests import families, tiny, trained
from tests.train.test_finetune import At, job, stopped, weights

LEARNERS: dict[str, Callable[[Path], Path]] = {
    "bart": lambda folder: families.bart(folder, fresh=True),
    "mbart": families.mbart,
    "marian": lambda folder: families.marian(folder, fresh=True),
    "t5": families.learner,
}
# family: line break, its id, the mark before a summary, what the decoder starts with
KNOWN = {
    "bart": ("<mask>", 4, 0, 2),
    "mbart": ("<mask>", 6, None, 5),  # de_DE: most posts are German
    "marian": ("390", 390, None, 389),  # a row of its own
    "t5": ("▁<extra_id_0>", 389, None, 0),
}
# how each learns the eight posts by heart
LEARNS: dict[str, dict[str, Any]] = {"bart": {"epochs": 100}, "mbart": {"epochs": 100}, "t5": {"epochs": 160}}
LEARNS["marian"] = {"epochs": 160, "rate": 0.006}
LINES = "Das Team fährt Rad.\nDie Räder kosten wenig."


@pytest.mark.parametrize("family", LEARNERS)
def test_lines_travel_as_a_mark_that_no_text_holds(family: str, tmp_path: Path) -> None:
    base = bases.load(LEARNERS[family](tmp_path / "base"), "de")
    tokens, (name, number, opening, start) = base.tokens(), KNOWN[family]
    ids = tokens.encode_lines(LINES)
    assert (base.line_break, base.manner.forced.first, base.manner.marks.start) == (name, opening, start)
    assert (ids.count(number), ids[-1]) == (1, base.manner.marks.end)
    assert opening is None or ids[0] == opening
    assert tokens.decode(ids[:-1]) == LINES
    assert number not in tokens.encode(f"Das {name} Rad")


@pytest.mark.parametrize("family", LEARNERS)
def test_an_article_is_read_at_use_as_in_training(family: str, tmp_path: Path) -> None:
    base = bases.load(LEARNERS[family](tmp_path / "base"), "de")
    for name in ("model", "bundle"):
        (tmp_path / name).mkdir()
    bases.save(base.to_train(0.0), base, tmp_path / "model", {"line_break": base.line_break}, {})
    config = foreign.config(tmp_path / "model")
    tokens, number = vocabulary.at_use(tmp_path / "model", tmp_path / "bundle", config, base.line_break)
    assert tokens.encode(tiny.TEXT) == base.tokens().encode(tiny.TEXT)
    assert number == KNOWN[family][1]
    ids = base.tokens().encode_lines(LINES)
    assert tokens.decode(ids[:-1]) == LINES


def test_a_tokenizer_that_only_transformers_can_run_trains_and_is_not_exported(tmp_path: Path) -> None:
    base = families.m2m(tmp_path / "base")
    loaded = bases.load(base, "de")
    tokens = loaded.tokens()
    german = transformers.AutoTokenizer.from_pretrained(base).get_lang_id("de")
    # the languages of this tokenizer have ids behind its pieces: the new row lies behind them, too
    assert (loaded.line_break, loaded.manner.forced.first) == ("491", german)
    ids = tokens.encode_lines(LINES)
    assert (ids[0], ids[-1], tokens.encode("Das Rad")[0]) == (german, 2, german)
    assert tokens.decode(ids) == LINES
    done = finetune.start(job(tmp_path, base, epochs=1))
    again = bases.load(done.output, "de").tokens()
    assert (again.encode_lines(LINES), again.encode(tiny.TEXT)) == (ids, tokens.encode(tiny.TEXT))
    with pytest.raises(UserError) as caught:
        finetune.start(replace(job(tmp_path / "b", base), bundle=tmp_path / "bundle"))
    assert str(caught.value) == "a model of the type 'm2m_100' can be trained, but not exported"


@pytest.mark.parametrize("family", ["bart", "marian"])
def test_their_vocabulary_is_not_pruned(family: str, tmp_path: Path) -> None:
    base = LEARNERS[family](tmp_path / "base")
    with pytest.raises(UserError) as caught:
        finetune.start(job(tmp_path, base, prune=True))
    assert str(caught.value) == f"--prune cuts down the vocabulary of mT5 and T5 1.1 alone, this is a {family}"


def test_no_more_is_read_than_there_are_positions(tmp_path: Path) -> None:
    prepared = finetune.prepare(job(tmp_path, LEARNERS["bart"](tmp_path / "base"), max_output=200))
    assert (prepared.reader.max_input, prepared.reader.max_output) == (120, 119)
    assert prepared.parts.notes == (
        "--max-input is 120: the base knows no more positions",
        "--max-output is 119: the base knows no more positions",
    )


FOREIGN = {"model_type": "own-summariser", "is_encoder_decoder": True, "auto_map": {"AutoConfig": "own.Config"}}
REFUSED = {
    "code of its own": (FOREIGN, "contains custom code which must be executed"),
    "no encoder-decoder": ({"model_type": "gpt2"}, "a model of the type 'gpt2' does not read one text and write"),
    "transformers 5": ({"model_type": "bart", "transformers_version": "5.1.0"}, "was saved by transformers 5.1.0"),
    "no weights": ({"model_type": "bart"}, "cannot read the checkpoint in "),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_base_is_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, said = REFUSED[name]
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text(json.dumps(told))
    (base / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("it asks"))
    with pytest.raises(UserError) as caught:
        finetune.start(job(tmp_path, base))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


@pytest.mark.slow
def test_a_model_that_never_ends_writes_as_far_as_its_positions_go(tmp_path: Path) -> None:
    asked = {"max_output": 200, "metric": "rouge", "epochs": 1, "every": 1}
    done = finetune.start(job(tmp_path, LEARNERS["bart"](tmp_path / "base"), **asked))
    assert done.facts["status"] == "finished"
    told = json.loads((done.output / "generation_config.json").read_text(encoding="utf-8"))
    assert told["max_new_tokens"] == 119


def test_what_cannot_become_a_bundle_is_said_before_the_first_step(tmp_path: Path) -> None:
    base = families.t5(tmp_path / "base", d_kv=16)
    with pytest.raises(UserError, match="optimum's files would be broken: 4 heads of 16 are not d_model 32"):
        finetune.start(replace(job(tmp_path, base), bundle=tmp_path / "bundle"))
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


def test_a_t5_1_1_of_the_hub_breaks_lines_at_a_row_behind_its_pieces(tmp_path: Path) -> None:
    shape = {"model_type": "t5", "tie_word_embeddings": False, "vocab_size": 600}
    folder = tiny.hub(tmp_path / "base", tiny.checkpoint(1, **shape))
    (folder / "spiece.model").write_bytes(tiny.trained_vocabulary(tiny.TEXT.split("\n"), 380, extra=0))
    base = bases.load(folder)
    assert base.line_break == "479"  # as T5's tokenizer numbers <extra_id_0>: the hundredth row behind 380 pieces
    ids = base.tokens().encode_lines(LINES)
    assert (ids.count(479), base.tokens().decode(ids)) == (1, LINES)
    smaller, _ = base.pruned([f"{tiny.TEXT} {number}" for number in range(60)], ())
    assert smaller.line_break == str(smaller.checkpoint.shape.vocabulary - 1)
    kept = smaller.checkpoint.weights["shared.weight"][-1] == base.checkpoint.weights["shared.weight"][479]
    assert kept.all()
    few = tiny.hub(tmp_path / "few", tiny.checkpoint(1, **{**shape, "vocab_size": 380}))
    (few / "spiece.model").write_bytes((folder / "spiece.model").read_bytes())
    notes = finetune.prepare(job(tmp_path, few)).parts.notes
    assert notes == ("the base has no piece to spare for a line break: its summaries have one line",)


@pytest.mark.slow
@pytest.mark.parametrize("family", LEARNERS)
def test_posts_learned_by_heart_come_back_through_summarize(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("optimum", reason="exporting needs blogsum[train]")
    base = LEARNERS[family](tmp_path / "base")
    asked = trained.recipe(base, max_output=60, **LEARNS[family])
    done = finetune.start(replace(trained.job(tmp_path, asked), bundle=tmp_path / "bundle"))
    facts = bundles.load(tmp_path / "bundle").manifest
    name, number, opening, start = KNOWN[family]
    assert (facts["kind"], facts["line_break"], facts["base"]) == ("optimum", number, "base")
    assert (facts["forced"]["first"], facts["marks"]["start"]) == (opening, start)
    assert facts["proof"]["tokens"] == 0
    assert json.loads((done.output / "blogsum.json").read_text(encoding="utf-8"))["line_break"] == name
    rows = [{"id": f"p{n}", "text": text} for n, (text, _) in enumerate(trained.PAIRS)]
    posts = tmp_path / "posts.jsonl"
    posts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    capsys.readouterr()
    main(["summarize", str(posts), "--model", str(tmp_path / "bundle"), "--format", "jsonl", "--length", "paragraph"])
    written = [json.loads(line)["summaries"][0]["text"] for line in capsys.readouterr().out.splitlines()]
    assert written == [summary for _, summary in trained.PAIRS]
    shutil.rmtree(tmp_path / "bundle")
    asked_anew = ["export", str(done.output), "-o", str(tmp_path / "bundle"), "--exporter", "optimum"]
    assert main(asked_anew) == 0
    assert bundles.load(tmp_path / "bundle").manifest["line_break"] == number


@pytest.mark.slow
@pytest.mark.parametrize("dials", [{"lora": 2}, {"freeze_embeddings": True}], ids=str)
def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path: Path, dials: dict[str, Any]) -> None:
    if "lora" in dials:
        pytest.importorskip("peft", reason="LoRA needs peft")
    base = LEARNERS["marian"](tmp_path / "base")  # its new row is drawn again, the same
    whole = finetune.start(job(tmp_path / "whole", base, **dials))
    run = stopped(tmp_path / "cut", base, **dials)
    watch = At(0, lambda: None)
    assert weights(finetune.resume(job(tmp_path / "cut", base, watch), run)) == weights(whole)
    assert bases.load(whole.output).line_break == "390"
    again = finetune.start(job(tmp_path / "again", whole.output, **dials))  # a tuned model as a base
    assert bases.load(again.output).tokens().encode_lines(LINES).count(390) == 1


BART = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4}
BART |= {"decoder_attention_heads": 4, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "max_position_embeddings": 120}
T5 = {"d_model": 32, "d_kv": 8, "num_heads": 4, "d_ff": 48, "num_layers": 2}
WINDOW = {"max_encoder_position_embeddings": 256, "max_decoder_position_embeddings": 120, "attention_window": 16}
# every other family of AutoModelForSeq2SeqLM that reads text and can be made tiny
FURTHER: dict[str, dict[str, Any]] = {
    "bigbird_pegasus": BART,
    "blenderbot": BART,
    "blenderbot-small": BART,
    "fsmt": {**BART, "langs": ["de", "en"], "src_vocab_size": 400, "tgt_vocab_size": 400},
    "led": {**BART, **WINDOW},
    "longt5": T5,
    "m2m_100": BART,
    "mvp": BART,
    "nllb-moe": {**BART, "num_experts": 2, "expert_capacity": 8},
    "pegasus": BART,
    "pegasus_x": {**BART, "num_global_tokens": 4, "block_size": 16},
    "plbart": BART,
    "switch_transformers": {**T5, "num_experts": 2},
    "umt5": T5,
}


def of_family(family: str, folder: Path, vocabulary: Path) -> Path:
    """A tiny model of ``family`` with random weights, behind BART's vocabulary."""
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    marks = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 2}
    torch.manual_seed(0)
    config = AutoConfig.for_model(family, **{"vocab_size": 400, **FURTHER[family], **marks})
    AutoModelForSeq2SeqLM.from_config(config).save_pretrained(folder)
    for name in ("tokenizer.json", "special_tokens_map.json"):
        shutil.copy(vocabulary / name, folder / name)
    told = json.loads((vocabulary / "tokenizer_config.json").read_text())
    told["tokenizer_class"] = "PreTrainedTokenizerFast"
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("family", FURTHER)
def test_every_family_is_trained_and_read_back(family: str, tmp_path: Path) -> None:
    from transformers import logging

    logging.set_verbosity_error()
    base = bases.load(of_family(family, tmp_path / "base", families.bart(tmp_path / "bart")), "de")
    place = Place("cpu", "fp32")
    with parallel.team(place) as team:
        learn_and_read_back(base, Network(bases.network(base, Adapt(dropout=0.0)), base.manner, place, team), tmp_path)


def learn_and_read_back(base: Base, network: Network, folder: Path) -> None:
    """One step makes the loss smaller, and the saved model writes what the trained one writes."""
    reader = Reader(base.tokens(), "", 100, 60)
    pairs, _ = reader.pairs(trained.posts()[:4])
    first = network.gradients([pairs], 0.0, ("a", 0))
    for parameter in network.model.parameters():
        if parameter.grad is not None:
            parameter.data -= 0.05 * parameter.grad
    network.model.zero_grad()
    assert network.gradients([pairs], 0.0, ("a", 1)) < first
    (folder / "model").mkdir()
    bases.save(network.model, base, folder / "model", {"line_break": base.line_break}, {"num_beams": 2})
    again = bases.load(folder / "model")
    sources = [pair.source for pair in pairs]
    expected = network.write(sources, 8, 2)
    assert replace(network, model=again.original(), manner=again.manner).write(sources, 8, 2) == expected
