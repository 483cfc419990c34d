"""An mT5 checkpoint as plain numbers: its shape and its weights as float32 arrays; knows no graph and no runtime."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from blogsum import jsonl
from blogsum.errors import MissingExtra, UserError

Array = npt.NDArray[np.float32]

# What the graphs compute. Both families share it: T5 1.1 is mT5 with another vocabulary.
FAMILIES = ("mt5", "t5")
_UNREAD = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"  # old checkpoints hold it
_GATED_GELU = "gated-gelu"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_LATER = re.compile(r"[5-9]\b|\d\d")  # versions of transformers that tie heads otherwise than 4
_OTHERS = "blogsum has graphs for mT5 and T5 1.1 (gated-gelu); --exporter optimum takes other encoder-decoders"


@dataclass(frozen=True)
class Shape:
    """The sizes of an mT5. ``heads * d_kv`` need not be ``d_model``: in mt5-small 6 * 64 meets 512."""

    vocabulary: int
    d_model: int
    heads: int
    d_kv: int
    d_ff: int
    encoder_layers: int
    decoder_layers: int
    buckets: int = 32
    max_distance: int = 128
    epsilon: float = 1e-6
    tied: bool = False
    start: int = 0
    pad: int = 0
    eos: int = 1


@dataclass(frozen=True)
class Checkpoint:
    """A model's configuration as it was written, the shape it means, and its weights by the names of transformers."""

    config: Mapping[str, Any]
    shape: Shape
    weights: Mapping[str, Array]


def shape_of(config: Mapping[str, Any]) -> Shape:
    """The shape that a ``config.json`` describes; UserError for an architecture whose graph is not built here."""
    family = config.get("model_type")
    if family not in FAMILIES:
        raise UserError(f"cannot export a model of the type '{family}'", hint=_OTHERS)
    if config.get("feed_forward_proj", "relu") != _GATED_GELU:
        raise UserError(f"cannot export feed-forward '{config.get('feed_forward_proj', 'relu')}'", hint=_OTHERS)
    try:
        return Shape(
            vocabulary=config["vocab_size"],
            d_model=config["d_model"],
            heads=config["num_heads"],
            d_kv=config["d_kv"],
            d_ff=config["d_ff"],
            encoder_layers=config["num_layers"],
            decoder_layers=config.get("num_decoder_layers") or config["num_layers"],
            buckets=config.get("relative_attention_num_buckets", 32),
            max_distance=config.get("relative_attention_max_distance", 128),
            epsilon=config.get("layer_norm_epsilon", 1e-6),
            tied=bool(config.get("tie_word_embeddings", family == "t5")),
            start=config.get("decoder_start_token_id", 0),
            pad=config.get("pad_token_id", 0),
            eos=config.get("eos_token_id", 1),
        )
    except KeyError as error:
        raise UserError(f"the checkpoint's config.json has no {error}", hint="is the download complete?") from error


def is_ours(folder: Path) -> bool:
    """Whether the graphs compute what is in ``folder``; a folder that cannot be read is left to ``read``."""
    try:
        told = jsonl.parse((folder / "config.json").read_bytes())
        return told.get("model_type") == "mt5" or (
            told.get("model_type") in FAMILIES and told.get("feed_forward_proj", "relu") == _GATED_GELU
        )
    except (OSError, ValueError, AttributeError):
        return True


def read(folder: Path) -> Checkpoint:
    """The checkpoint in ``folder`` (config.json with safetensors, sharded or not, or pytorch_model.bin).

    Raises UserError when a file or a tensor is missing or has another shape than the configuration says, MissingExtra
    without torch. Pickles are read with ``weights_only``.
    """
    try:
        config = jsonl.parse((folder / "config.json").read_bytes())
    except FileNotFoundError as error:
        raise UserError(f"{folder} is no checkpoint: it has no config.json") from error
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {folder / 'config.json'}: {error}") from error
    shape = shape_of(config)
    refuse_later(folder, config.get("transformers_version"))
    weights = _normal(dict(_tensors(folder)), shape)
    known = dict(expected(shape))
    for name in sorted(weights.keys() - known.keys()):
        raise UserError(f"{folder}: an mT5 has no tensor {name}", hint=_OTHERS)
    for name, size in known.items():
        if name not in weights:
            raise UserError(f"the checkpoint in {folder} lacks the tensor {name}", hint=_lost(name, config))
        if weights[name].shape != size:
            raise UserError(f"{folder}: {name} has the shape {weights[name].shape} instead of {size}")
    return Checkpoint(config, shape, weights)


def digest(checkpoint: Checkpoint) -> str:
    """The sha256 of all weights, by name."""
    return digest_of(checkpoint.weights)


def digest_of(weights: Mapping[str, Any]) -> str:
    """The sha256 of all arrays, by name."""
    whole = hashlib.sha256()
    for name in sorted(weights):
        whole.update(name.encode())
        whole.update(np.ascontiguousarray(weights[name]).data)
    return whole.hexdigest()


def expected(shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor that the graphs read, with its size ``(out, in)`` as torch keeps it."""
    inner, model = shape.heads * shape.d_kv, shape.d_model
    yield "shared.weight", (shape.vocabulary, model)
    yield "lm_head.weight", (shape.vocabulary, model)
    for side, layers in (("encoder", shape.encoder_layers), ("decoder", shape.decoder_layers)):
        bias = f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        yield bias, (shape.buckets, shape.heads)
        yield f"{side}.final_layer_norm.weight", (model,)
        for layer in range(layers):
            place = f"{side}.block.{layer}.layer"
            attentions = ["0.SelfAttention", "1.EncDecAttention"][: 1 + (side == "decoder")]
            for attention in attentions:
                yield from ((f"{place}.{attention}.{part}.weight", (inner, model)) for part in "qkv")
                yield f"{place}.{attention}.o.weight", (model, inner)
            dense = f"{place}.{len(attentions)}.DenseReluDense"
            yield from ((f"{dense}.{part}.weight", (shape.d_ff, model)) for part in ("wi_0", "wi_1"))
            yield f"{dense}.wo.weight", (model, shape.d_ff)
            yield from ((f"{place}.{i}.layer_norm.weight", (model,)) for i in range(len(attentions) + 1))


def _normal(tensors: dict[str, Array], shape: Shape) -> dict[str, Array]:
    """The weights with the shared embedding under its one name, and the head of a tied model spelled out."""
    for other in ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight"):
        if other in tensors:
            tensors.setdefault("shared.weight", tensors.pop(other))
            tensors.pop(other, None)
    tensors.pop(_UNREAD, None)
    if shape.tied and "shared.weight" in tensors:
        tensors["lm_head.weight"] = tensors["shared.weight"]
    return tensors


def _tensors(folder: Path) -> Iterator[tuple[str, Array]]:
    """Every tensor of the checkpoint as float32."""
    import pickle
    import warnings

    try:
        import torch
        from safetensors.torch import load_file
    except ImportError as error:
        raise MissingExtra(error.name or "torch", "train") from error
    for path in _files(folder):
        try:
            if path.suffix == ".safetensors":
                loaded = load_file(path)
            else:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of a pickle's protocol
                    loaded = torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            [found, *_] = [*str(error).partition("GLOBAL ")[2].split(), ""]
            what = f"it would run {found}" if found else "it cannot be read as weights alone"
            raise UserError(f"{path} is refused: {what}", hint="nothing of it was run") from error
        except Exception as error:  # each reader has its own errors for a damaged file
            raise UserError(f"cannot read {path}: {_first_line(error)}", hint="is the download complete?") from error
        if not isinstance(loaded, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in loaded.values()):
            raise UserError(f"{path} is refused: it holds something else than weights by name")
        for name, tensor in loaded.items():
            yield name, tensor.to(torch.float32).numpy()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _files(folder: Path) -> list[Path]:
    """The files with weights: safetensors before pickles, shards as their index lists them."""
    for name in _WEIGHTS:
        index = folder / f"{name}.index.json"
        if (folder / name).is_file():
            return [folder / name]
        if index.is_file():
            try:
                shards = sorted(set(jsonl.parse(index.read_bytes())["weight_map"].values()))
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserError(f"cannot read {index}") from error
            paths = [folder / Path(shard).name for shard in shards]
            missing = [path for path in paths if not path.is_file()]
            if missing:
                raise UserError(f"{missing[0]} is missing", hint="is the download complete?")
            return paths
    raise UserError(f"{folder} has no weights", hint=f"expected {' or '.join(_WEIGHTS)}")


def refuse_later(folder: Path, version: Any) -> None:
    """UserError for a checkpoint that transformers 5 or later saved: version 4 would lose or scale its head."""
    if _LATER.match(str(version or "")):
        hint = "its head may be lost between versions 4 and 5: use the original, or save it with transformers 4"
        raise UserError(f"{folder} was saved by transformers {version}, which is not read here", hint=hint)


def _lost(name: str, config: Mapping[str, Any]) -> str:
    version = str(config.get("transformers_version", ""))
    if name == "lm_head.weight" and version.startswith("4."):
        return "transformers 4.57 loses the head of a checkpoint that version 5 saved: use the original"
    return "is the download complete?"
