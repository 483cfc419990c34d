"""Of a repository only what an export reads is fetched: its weights once, and no pickle where it can be helped."""

from __future__ import annotations

import pytest

from blogsum.errors import UserError
from blogsum.store.hub import _wanted, is_id, is_restricted

BASE = ["README.md", "config.json", "spiece.model", "tokenizer_config.json", "special_tokens_map.json"]
CASES = {
    "pickle alone": (["pytorch_model.bin"], ["pytorch_model.bin"]),
    "both": (["pytorch_model.bin", "model.safetensors", "tf_model.h5", "flax_model.msgpack"], ["model.safetensors"]),
    "shards": (
        ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
        ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
    ),
    "shards of pickles": (
        ["pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json", "onnx/model.onnx"],
        ["pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json"],
    ),
}


@pytest.mark.parametrize(("weights", "fetched"), CASES.values(), ids=CASES.keys())
def test_the_weights_are_fetched_once(weights: list[str], fetched: list[str]) -> None:
    assert _wanted("a/b", [*BASE, "generation_config.json", *weights]) == [
        "config.json",
        "generation_config.json",
        "spiece.model",
        *fetched,
    ]


def test_a_bundle_is_fetched_whole() -> None:
    assert _wanted("a/b", ["bundle.json", "step.onnx", "deep/x"]) == ["bundle.json", "step.onnx", "deep/x"]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UserError, match=r"no spiece\.model and no model\.safetensors or pytorch_model\.bin"):
        _wanted("a/b", ["config.json", "tokenizer.json"])


@pytest.mark.parametrize(
    ("licence", "yes"),
    [("cc-by-nc-sa-4.0", True), ("CC BY-NC 4.0", True), ("not for business", True), ("mit", False), ("", False)],
)
def test_a_licence_may_keep_business_out(licence: str, yes: bool) -> None:
    assert is_restricted(licence) is yes


@pytest.mark.parametrize(("text", "yes"), [("google/mt5-small", True), ("mt5-small", False), ("a/b/c", False)])
def test_an_id_has_an_owner(text: str, yes: bool) -> None:
    assert is_id(text) is yes
