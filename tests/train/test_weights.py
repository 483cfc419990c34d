"""Checkpoints as the hub has them are read, damaged ones are named."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="reading checkpoints needs blogsum[train]")
pytest.importorskip("safetensors", reason="reading checkpoints needs blogsum[train]")

from blogsum.errors import UserError
from blogsum.train.weights import read
from tests import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model", tiny.checkpoint(3))


def same(folder: Path) -> None:
    one, found = tiny.checkpoint(3), read(folder)
    assert found.shape == one.shape
    assert all(np.array_equal(found.weights[name], value) for name, value in one.weights.items())


def test_safetensors_are_read(folder: Path) -> None:
    same(folder)


def test_a_pickle_alone_is_read(folder: Path) -> None:
    state = {name: torch.from_numpy(value) for name, value in tiny.checkpoint(3).weights.items()}
    state["encoder.embed_tokens.weight"] = state["decoder.embed_tokens.weight"] = state["shared.weight"]
    state["decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"] = torch.ones(32, 3)  # of old ones
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    same(folder)
    assert read(folder).weights.keys() == tiny.checkpoint(3).weights.keys()
    torch.save({**state, "encoder.block.0.layer.0.SelfAttention.q.bias": torch.ones(48)}, folder / "pytorch_model.bin")
    with pytest.raises(UserError, match=r"an mT5 has no tensor encoder\.block\.0\.layer\.0\.SelfAttention\.q\.bias"):
        read(folder)


def test_shards_are_read(folder: Path) -> None:
    from safetensors.numpy import save_file

    weights = sorted(tiny.checkpoint(3).weights.items())
    names = {}
    for number, start in enumerate(range(0, len(weights), 20)):
        shard = f"model-{number}.safetensors"
        save_file(dict(weights[start : start + 20]), folder / shard)
        names |= dict.fromkeys([name for name, _ in weights[start : start + 20]], shard)
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    same(folder)
    (folder / "model-1.safetensors").unlink()
    with pytest.raises(UserError, match=r"model-1\.safetensors is missing"):
        read(folder)


def test_half_precision_is_widened(folder: Path) -> None:
    from safetensors.torch import save_file

    state = {name: torch.from_numpy(value).to(torch.bfloat16) for name, value in tiny.checkpoint(3).weights.items()}
    save_file(state, folder / "model.safetensors")
    found = read(folder).weights["lm_head.weight"]
    assert found.dtype == np.float32
    assert np.array_equal(found, state["lm_head.weight"].float().numpy())


def test_a_tied_head_is_the_embedding(tmp_path: Path) -> None:
    found = read(tiny.save(tmp_path, tiny.checkpoint(3, tie_word_embeddings=True)))
    assert np.array_equal(found.weights["lm_head.weight"], found.weights["shared.weight"])


class Evil:
    """What runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, (f"touch {self.path}",))


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("inside", [False, True], ids=["plain pickle", "as torch saves"])
def test_a_pickle_that_runs_code_is_refused(folder: Path, protocol: int, inside: bool) -> None:
    (folder / "model.safetensors").unlink()
    evil = Evil(folder / "owned")
    state = {name: torch.from_numpy(value) for name, value in tiny.checkpoint(3).weights.items()}
    if inside:
        torch.save({**state, "evil": evil}, folder / "pytorch_model.bin", pickle_protocol=protocol)
    else:
        (folder / "pytorch_model.bin").write_bytes(pickle.dumps(evil, protocol))
    with pytest.raises(UserError, match=r"pytorch_model\.bin is refused: it ") as caught:
        read(folder)
    assert (caught.value.hint, "weights_only" in str(caught.value)) == ("nothing of it was run", False)
    assert not (folder / "owned").exists()


@pytest.mark.parametrize("content", [[1, 2], {"shared.weight": "text"}, 5], ids=str)
def test_a_pickle_of_something_else_is_refused(folder: Path, content: object) -> None:
    (folder / "model.safetensors").unlink()
    torch.save(content, folder / "pytorch_model.bin")
    with pytest.raises(UserError, match="holds something else than weights by name"):
        read(folder)


@pytest.mark.parametrize("version", ["5.0.0", "5.1.0.dev0"])
def test_a_checkpoint_of_transformers_5_is_refused(folder: Path, version: str) -> None:
    (folder / "config.json").write_text(json.dumps({**tiny.CONFIG, "transformers_version": version}))
    with pytest.raises(UserError, match=f"was saved by transformers {version}, which is not read here") as caught:
        read(folder)
    assert "save it with transformers 4" in caught.value.hint


def test_a_lost_head_is_not_made_up(folder: Path) -> None:
    from safetensors.numpy import save_file

    weights = {name: value for name, value in tiny.checkpoint(3).weights.items() if name != "lm_head.weight"}
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(UserError, match=r"lacks the tensor lm_head\.weight") as caught:
        read(folder)
    assert "version 5" in caught.value.hint


MISTAKES = [
    ({"model_type": "bart"}, "cannot export a model of the type 'bart'"),
    ({"feed_forward_proj": "relu"}, "cannot export feed-forward 'relu'"),
    ({"d_kv": 8}, r"has the shape \(48, 40\) instead of \(24, 40\)"),
    ({"num_decoder_layers": 4}, r"lacks the tensor decoder\.block\.2"),
]


@pytest.mark.parametrize(("changes", "message"), MISTAKES, ids=[str(changes) for changes, _ in MISTAKES])
def test_a_configuration_that_does_not_fit_is_named(folder: Path, changes: dict[str, object], message: str) -> None:
    (folder / "config.json").write_text(json.dumps({**tiny.CONFIG, **changes}))
    with pytest.raises(UserError, match=message):
        read(folder)


def test_missing_and_damaged_files_are_named(folder: Path) -> None:
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    for size in (0, 4, 100, 5000, len(whole) - 1):
        weights.write_bytes(whole[:size])
        with pytest.raises(UserError, match=r"cannot read .*model\.safetensors") as caught:
            read(folder)
        assert caught.value.hint == "is the download complete?"
    weights.unlink()
    with pytest.raises(UserError, match="has no weights"):
        read(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(UserError, match=r"cannot read .*config\.json"):
        read(folder)
    (folder / "config.json").unlink()
    with pytest.raises(UserError, match=r"has no config\.json"):
        read(folder)
