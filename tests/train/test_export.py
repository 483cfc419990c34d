"""An export is proven or it is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

for _name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece"):
    pytest.importorskip(_name, reason="exporting needs blogsum[train]")

from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.summarize import mt5
from blogsum.summarize.decoding import Options
from blogsum.train import precision
from blogsum.train.export import export, request, signature
from tests import tiny
from tests.train.test_prune import TEXTS


def test_a_bundle_says_what_it_is(bundle: Path) -> None:
    facts = bundles.load(bundle).manifest
    assert (facts["name"], facts["prefix"], facts["max_input"]) == ("tiny", "kurz: ", 512)
    assert facts["sentinels"] == [387, 388, 389]
    assert facts["proof"]["same_greedy"] == facts["proof"]["same_beam"] == facts["proof"]["probes"] == 8
    assert facts["proof"]["logits"] < 1e-4
    assert facts["source"]["transformers"] == "4.57.6"
    card = (bundle / "README.md").read_text()
    assert "the same text 8 of 8 times" in card
    assert "not stated: ask" in card
    assert sorted(path.name for path in bundle.parent.iterdir()) == ["bundle", "tiny"]


def test_a_graph_that_computes_something_else_makes_no_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from blogsum.train import mt5

    right = mt5.encoder_table
    monkeypatch.setattr(mt5, "encoder_table", lambda bias, limit: np.roll(right(bias, limit), 1, axis=1))
    checkpoint = tiny.hub(tmp_path / "hub")
    with pytest.raises(UserError, match="the exported fp32 model is not the original") as caught:
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {}))
    assert caught.value.code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]


def test_a_checkpoint_says_how_it_wants_to_be_used(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub")
    told = {"num_beams": 4, "max_length": 84, "no_repeat_ngram_size": 2, "length_penalty": 0.6, "early_stopping": True}
    (checkpoint / "generation_config.json").write_text(json.dumps(told))
    (checkpoint / "blogsum.json").write_text(json.dumps({"prefix": "fasse zusammen: ", "languages": ["de"]}))
    asked = request(checkpoint, {"max_input": 800, "prefix": None})
    assert (asked.prefix, asked.languages, asked.max_input) == ("fasse zusammen: ", ("de",), 800)
    assert asked.options == Options(4, 83, 0, 0.6, True, 2)
    assert request(checkpoint, {"max_output": 50}).options.max_tokens == 50


CALM = {"vocab_size": 400, "gain": 0.1}  # a random model magnifies what 8 bits round: a trained one does not


def test_eight_bits_are_near_and_small(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    facts = export(checkpoint, tmp_path / "bundle", request(checkpoint, {"precision": "int8"}))
    assert facts["proof"]["logits"] < 0.03
    assert (facts["proof"]["allowed"], facts["proof"]["probes"]) == (0.15, 6)
    assert np.load(tmp_path / "bundle" / "embedding.npy").dtype == np.int8


def test_eight_bits_that_spoil_a_model_make_no_bundle(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub")
    with pytest.raises(UserError, match="the exported int8 model is not the original"):
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {"precision": "int8"}))
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]


def test_sixteen_bits_are_nearer_and_half_the_size(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    facts = export(checkpoint, tmp_path / "bundle", request(checkpoint, {"precision": "fp16"}))
    assert facts["proof"]["logits"] < 5e-4
    assert (facts["proof"]["allowed"], facts["proof"]["tokens"]) == (0.01, 0)
    assert np.load(tmp_path / "bundle" / "embedding.npy").dtype == np.float16
    network = mt5.network(bundles.load(tmp_path / "bundle"))
    assert network.read([[5, 6, 1]]).step(np.array([0]), 3).logits.dtype == np.float32


@pytest.mark.slow
def test_a_model_beyond_sixteen_bits_makes_no_bundle(tmp_path: Path) -> None:
    one = tiny.checkpoint(1, **CALM)
    wide = "encoder.block.1.layer.1.DenseReluDense.wi_1.weight"
    weights = {**one.weights, wide: one.weights[wide] * np.float32(1e6)}
    checkpoint = tiny.hub(tmp_path / "hub", replace(one, weights=weights))
    with pytest.raises(
        UserError, match="the exported fp16 model is not the original: it computes no numbers"
    ) as caught:
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {"precision": "fp16"}))
    assert (caught.value.code, "65,504" in caught.value.hint) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]
    assert export(checkpoint, tmp_path / "bundle", request(checkpoint, {}))["proof"]["tokens"] == 0


@pytest.mark.slow
def test_precision_may_be_chosen_layer_by_layer(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    asked = request(checkpoint, {"precision": "auto"})
    facts = export(checkpoint, tmp_path / "bundle", asked, articles=[f"Das Rad {i}. Es fährt gut." for i in range(20)])
    assert facts["proof"]["probes"] == 14
    assert facts["mixed"]["exact"] == []
    assert "kept in float32: nothing" in (tmp_path / "bundle" / "README.md").read_text()


def test_a_smaller_vocabulary_writes_the_same(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, **CALM))
    facts = export(checkpoint, tmp_path / "bundle", request(checkpoint, {}), texts=TEXTS)
    pruning = facts["pruning"]
    assert facts["sizes"]["vocabulary"] == pruning["kept"] < pruning["of"] == 390
    agreement = pruning["agreement"]
    assert agreement["same_greedy"] == agreement["comparable_greedy"] > 5
    assert "pieces kept; of" in (tmp_path / "bundle" / "README.md").read_text()


def test_a_line_break_must_be_a_piece(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub")
    with pytest.raises(UserError, match="has no piece '<br>'"):
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {"line_break": "<br>"}))


def test_a_vocabulary_must_be_there_and_fit(tmp_path: Path) -> None:
    checkpoint = tiny.hub(tmp_path / "hub", tiny.checkpoint(1, vocab_size=389))
    with pytest.raises(UserError, match="390 pieces, the model 389 rows"):
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {}))
    (checkpoint / "spiece.model").unlink()
    with pytest.raises(UserError, match=r"has no spiece\.model"):
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {}))


def test_no_room_is_said_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = tiny.hub(tmp_path / "hub")
    monkeypatch.setattr(precision, "size", lambda shape, precision="fp32": 10**18)
    with pytest.raises(UserError, match="MB free"):
        export(checkpoint, tmp_path / "bundle", request(checkpoint, {}))
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]


def test_a_bundle_that_is_used_otherwise_has_another_signature() -> None:
    facts = {"source": {"sha256": "0123456789abcdef"}, "precision": "int8", "prefix": "", "options": {"beams": 1}}
    known = signature("mt5", facts)
    assert known.startswith("mt5|weights:0123456789ab|precision:int8|use:")
    assert known.endswith("|version:2")
    for change in ({"prefix": "kurz: "}, {"options": {"beams": 4}}, {"prompts": True}, {"line_break": 4}):
        assert signature("mt5", {**facts, **change}) != known
    assert signature("mt5", {**facts, "licence": "MIT"}) == known
