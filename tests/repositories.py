"""Repositories shaped like those of the real hub, with tiny weights: pickles alone, shards, and what can be wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests import tiny

# as csebuetnlp/mT5_multilingual_XLSum says it, decoding included; there is no generation_config.json
CONFIG = {
    "_name_or_path": "/home/somebody/mt5",
    "dropout_rate": 0.1,
    "gradient_checkpointing": False,
    "initializer_factor": 1.0,
    "is_encoder_decoder": True,
    "length_penalty": 0.6,
    "max_length": 24,
    "no_repeat_ngram_size": 2,
    "num_beams": 4,
    "output_past": True,
    "tokenizer_class": "T5Tokenizer",
    "transformers_version": "4.10.0.dev0",
    "use_cache": True,
}
ASIDE = {".gitattributes": "*.bin filter=lfs\n", "README.md": "# a model\n", "tokenizer_config.json": "{}"}
MORE = {  # tensors that old checkpoints hold and nothing reads
    "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight": np.ones((32, 3), np.float32),
}
SHAPES = ("pickle", "safetensors", "safetensors-shards", "pickle-shards", "both")
FAULTS = (
    "evil",
    "truncated",
    "version5",
    "no-vocabulary",
    "lost-shard",
    "hidden-shard",
    "wrong-hash",
    "bad-vocabulary",
)


def repository(folder: Path, kind: str) -> Path:
    """A repository of the ``kind``, with the same weights as all others that are whole."""
    one = tiny.checkpoint(1, vocab_size=400)
    folder.mkdir(parents=True)
    for name, text in ASIDE.items():
        (folder / name).write_text(text)
    version = "5.0.0" if kind == "version5" else CONFIG["transformers_version"]
    config = {**one.config, **CONFIG, "transformers_version": version}
    (folder / "config.json").write_text(json.dumps(config))
    if kind != "no-vocabulary":
        (folder / "spiece.model").write_bytes(b"none" if kind == "bad-vocabulary" else tiny.vocabulary())
    _weights(folder, kind, dict(one.weights))
    return folder


def _weights(folder: Path, kind: str, weights: dict[str, Any]) -> None:
    if kind in ("pickle", "both", "evil"):
        _pickle(folder / "pytorch_model.bin", weights | MORE, Evil() if kind == "evil" else None)
    elif kind == "pickle-shards":
        _shards(folder, "pytorch_model.bin", "pytorch_model-0000{}-of-00003.bin", weights)
    elif kind.endswith(("-shards", "-shard")):
        _shards(folder, "model.safetensors", "model-0000{}-of-00003.safetensors", weights)
        if kind == "lost-shard":
            (folder / "model-00002-of-00003.safetensors").unlink()
    if kind in ("safetensors", "both", "truncated", "version5", "no-vocabulary", "bad-vocabulary"):
        path = _safe(folder / "model.safetensors", weights)
        if kind == "truncated":
            path.write_bytes(path.read_bytes()[:50_000])


class Evil:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch owned",))


def _shards(folder: Path, name: str, shard: str, weights: dict[str, Any]) -> None:
    """Three files, and the index that names them."""
    names, where = sorted(weights), {}
    for number in range(3):
        part = {one: weights[one] for one in names[number::3]}
        path = folder / shard.format(number + 1)
        (_safe if path.suffix == ".safetensors" else _pickle)(path, part)
        where |= dict.fromkeys(part, path.name)
    index = {"metadata": {"total_size": 1}, "weight_map": where}
    (folder / f"{name}.index.json").write_text(json.dumps(index))


def _safe(path: Path, weights: dict[str, Any]) -> Path:
    from safetensors.numpy import save_file

    save_file(weights, path, metadata={"format": "pt"})
    return path


def _pickle(path: Path, weights: dict[str, Any], more: object = None) -> Path:
    """As torch writes it, the embedding under its three names."""
    import torch

    state: dict[str, Any] = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
    if "shared.weight" in state:
        state["encoder.embed_tokens.weight"] = state["decoder.embed_tokens.weight"] = state["shared.weight"]
    torch.save({**state, "evil": more} if more else state, path)
    return path
