"""Of a repository only what an export reads is fetched: its weights once, and no pickle where it can be helped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.store import bundles
from blogsum.store.hub import _first, _parts, is_id, is_restricted

BASE = ["README.md", ".gitattributes", "config.json", "spiece.model", "tokenizer_config.json", "generation_config.json"]
SAFE = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
PICKLES = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]
CASES = {
    "pickle alone": (["pytorch_model.bin"], ["pytorch_model.bin"]),
    "both": (["pytorch_model.bin", "model.safetensors", "tf_model.h5", "flax_model.msgpack"], ["model.safetensors"]),
    "shards": ([*SAFE, "model.safetensors.index.json"], ["model.safetensors.index.json", *SAFE]),
    "shards of pickles": (
        [*PICKLES, "pytorch_model.bin.index.json", "onnx/model.onnx"],
        ["pytorch_model.bin.index.json", *PICKLES],
    ),
    "whole and in shards": (["model.safetensors", *SAFE, "model.safetensors.index.json"], ["model.safetensors"]),
}


def index(folder: Path) -> Path:
    """A folder with both kinds of index, as the first files of a download leave it."""
    for name, shards in (("model.safetensors", SAFE), ("pytorch_model.bin", PICKLES)):
        told = {"weight_map": {"lm_head.weight": shards[1], "shared.weight": shards[0], "x.weight": shards[0]}}
        (folder / f"{name}.index.json").write_text(json.dumps(told))
    return folder


@pytest.mark.parametrize(("weights", "fetched"), CASES.values(), ids=CASES.keys())
def test_the_weights_are_fetched_once(tmp_path: Path, weights: list[str], fetched: list[str]) -> None:
    small = ["config.json", "spiece.model", "generation_config.json"]
    assert _parts("a/b", [*BASE, *weights], index(tmp_path)) == [*small, *fetched]
    assert _first("a/b", [*BASE, *weights]) == [*small, *(name for name in fetched if name.endswith(".json"))]


def test_of_a_bundle_what_it_lists_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "step.onnx").write_text("x")
    bundles.seal(tmp_path, {"kind": "test"})
    listed = ["bundle.json", "step.onnx", ".gitattributes", "notes/x"]
    assert _first("a/b", listed) == ["bundle.json"]
    assert _parts("a/b", listed, tmp_path) == ["bundle.json", "step.onnx"]
    with pytest.raises(UserError, match=r"a/b has no step\.onnx, which it needs"):
        _parts("a/b", ["bundle.json"], tmp_path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no spiece\.model and no model\.safetensors or pytorch_model\.bin"):
        _first("a/b", ["config.json", "tokenizer.json"])
    with pytest.raises(UserError, match=r"a/b has no model-00002-of-00002\.safetensors, which it needs"):
        _parts("a/b", [*BASE, SAFE[0], "model.safetensors.index.json"], index(tmp_path))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"weight_map": 5}'])
def test_an_index_that_cannot_be_read_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(content)
    with pytest.raises(UserError, match=r"a/b: model\.safetensors\.index\.json cannot be read"):
        _parts("a/b", [*BASE, *SAFE, "model.safetensors.index.json"], tmp_path)


@pytest.mark.parametrize(
    ("licence", "yes"),
    [("cc-by-nc-sa-4.0", True), ("CC BY-NC 4.0", True), ("not for business", True), ("mit", False), ("", False)],
)
def test_a_licence_may_keep_business_out(licence: str, yes: bool) -> None:
    assert is_restricted(licence) is yes


@pytest.mark.parametrize(("text", "yes"), [("google/mt5-small", True), ("mt5-small", False), ("a/b/c", False)])
def test_an_id_has_an_owner(text: str, yes: bool) -> None:
    assert is_id(text) is yes
