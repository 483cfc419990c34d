"""The model a run starts from, and the finished one as a folder: base -> torch, torch -> checkpoint. Trains nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from blogsum import jsonl
from blogsum.errors import MissingExtra, UserError
from blogsum.summarize import mt5
from blogsum.summarize.tokens import Tokens
from blogsum.train import weights
from blogsum.train.parity import torch_model
from blogsum.train.recipe import Adapt

OURS = "blogsum.json"  # what blogsum's own training says of a checkpoint; ``export`` reads it
LINE_BREAK = "▁<extra_id_0>"  # pretraining's first mark: a piece that no text holds, so that no row need be added
_EMBEDDINGS = ("shared", "lm_head", "embed_tokens")


@dataclass(frozen=True)
class Base:
    """A checkpoint with its vocabulary; ``line_break`` is the piece for a line break ("" if it has none).

    ``told`` is what its ``blogsum.json`` says, ``sha256`` the digest of its weights as they were read.
    """

    checkpoint: weights.Checkpoint
    vocabulary: bytes
    line_break: str
    told: Mapping[str, Any]
    sha256: str

    def tokens(self) -> Tokens:
        """Its vocabulary, line breaks as a piece."""
        plain = Tokens(self.vocabulary, self.checkpoint.shape.eos)
        if not self.line_break:
            return plain
        return Tokens(self.vocabulary, self.checkpoint.shape.eos, plain.id(self.line_break))


def place(reference: str) -> Path:
    """The folder that ``reference`` means: itself, or what the hub's cache has of a catalogued name or a hub's id.

    UserError when it is not on this machine: nothing is downloaded here.
    """
    from blogsum.store import catalog, hub

    entry = None if Path(reference).exists() else catalog.find(reference)
    if Path(reference).exists() or not (entry or hub.is_id(reference)):
        return Path(reference)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError as error:
        raise MissingExtra("huggingface_hub", "train") from error
    try:
        return Path(snapshot_download(entry.hub if entry else reference, local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise UserError(f"{reference} is not on this machine", hint=f"blogsum models pull {reference}") from error


def called(reference: str) -> str:
    """What a base is called in cards: a folder's own name, or the name it has on the hub."""
    return Path(reference).resolve().name if Path(reference).exists() else reference


def load(folder: Path) -> Base:
    """The base in ``folder``; UserError when it is no checkpoint, or one that another transformers wrote."""
    needed()
    _refuse_other_major(folder)
    checkpoint = weights.read(folder)
    try:
        vocabulary = (folder / mt5.VOCABULARY).read_bytes()
    except OSError as error:
        hint = "tokenizer.json alone has no byte fallback: add the sentencepiece model the base was trained with"
        raise UserError(f"{folder} has no {mt5.VOCABULARY}", hint=hint) from error
    tokens = Tokens(vocabulary, checkpoint.shape.eos)
    if tokens.size > checkpoint.shape.vocabulary:
        raise UserError(f"the vocabulary has {tokens.size:,} pieces, the model {checkpoint.shape.vocabulary:,} rows")
    told = _told(folder)
    piece = str(told.get("line_break") or LINE_BREAK)
    found = piece if tokens.id(piece) is not None else ""
    return Base(checkpoint, vocabulary, found, told, weights.digest(checkpoint))


def pruned(base: Base, texts: Sequence[str]) -> tuple[Base, str]:
    """The base with the pieces that ``texts`` need alone, and what that does in words."""
    from blogsum.train import prune

    smaller = prune.prune(base.checkpoint, base.vocabulary, texts)
    whole = replace(base, checkpoint=smaller.checkpoint, vocabulary=smaller.vocabulary)
    return whole, prune.said(smaller.report.facts())


def network(base: Base, adapt: Adapt, seed: int = 0) -> Any:
    """The base as a torch model to train, in float32; what ``adapt`` leaves alone needs no gradient."""
    import torch

    config = {**base.checkpoint.config, "dropout_rate": adapt.dropout}
    model = torch_model(replace(base.checkpoint, config=config))
    if base.checkpoint.shape.tied:
        model.tie_weights()
    if adapt.lora:
        torch.manual_seed(seed)  # LoRA starts from random numbers
        model = _with_lora(model, adapt)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(bool(parameter.requires_grad and not (adapt.freeze_embeddings and _embeds(name))))
    return model


def trainable(model: Any) -> dict[str, Any]:
    """The parameters that training changes, by name."""
    return {name: one for name, one in model.named_parameters() if one.requires_grad}


def save(model: Any, base: Base, folder: Path, told: Mapping[str, Any]) -> None:
    """The trained model as transformers 4 keeps it, in ``folder``, with vocabulary and ``blogsum.json``."""
    from safetensors.torch import save_file

    plain = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    state = plain.state_dict()
    names = [name for name, _ in weights.expected(base.checkpoint.shape)]
    if base.checkpoint.shape.tied:
        names.remove("lm_head.weight")
    tensors = {name: state[name].detach().to("cpu").contiguous() for name in names}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {**base.checkpoint.config, "transformers_version": version("transformers"), "torch_dtype": "float32"}
    config.pop("dtype", None)
    _write(folder / "config.json", config)
    (folder / mt5.VOCABULARY).write_bytes(base.vocabulary)
    _write(folder / OURS, {**base.told, **told})
    (folder / "model.safetensors").chmod(0o666 & ~_mask())  # it is written for its owner alone


def made_by(folder: Path) -> str | None:
    """The run that trained the model in ``folder``; None when that is no trained model of ours."""
    try:
        return str(_told(folder).get("run", "")) if (folder / OURS).is_file() else None
    except UserError:
        return None


def write_generation(folder: Path, base: Base, beams: int, longest: int) -> None:
    """``generation_config.json`` of the trained model: how its texts are to be searched for."""
    shape = base.checkpoint.shape
    marks = {"decoder_start_token_id": shape.start, "pad_token_id": shape.pad, "eos_token_id": shape.eos}
    search = {"num_beams": beams, "max_new_tokens": longest, "transformers_version": version("transformers")}
    _write(folder / "generation_config.json", {**marks, **search})


def needed() -> None:
    """MissingExtra unless everything that training needs is there."""
    from importlib.util import find_spec

    for name in ("torch", "transformers", "safetensors", "sentencepiece"):
        if find_spec(name) is None:
            raise MissingExtra(name, "train")


def _refuse_other_major(folder: Path) -> None:
    """UserError for a base that another major version of transformers wrote: 4.57 silently loses a head of 5's."""
    try:
        told = str(jsonl.parse((folder / "config.json").read_bytes()).get("transformers_version") or "")
    except (OSError, ValueError, AttributeError):
        return  # weights.read names what is wrong
    ours = version("transformers")
    if told and told.split(".")[0] != ours.split(".")[0]:
        raise UserError(
            f"{folder} was saved by transformers {told}, here is {ours}: weights would be lost silently",
            hint="save it anew with transformers 4",
        )


def _with_lora(model: Any, adapt: Adapt) -> Any:
    """The model with LoRA's additions (Hu et al., 2021) on every projection of attention and feed-forward."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingExtra("peft", "train") from error
    targets = ["q", "k", "v", "o", "wi_0", "wi_1", "wo"]
    settings = LoraConfig(
        r=adapt.lora,
        lora_alpha=2 * adapt.lora,
        lora_dropout=adapt.dropout,
        target_modules=targets,
        task_type="SEQ_2_SEQ_LM",
    )
    return get_peft_model(model, settings)


def _embeds(name: str) -> bool:
    return any(part in _EMBEDDINGS for part in name.split("."))


def _told(folder: Path) -> dict[str, Any]:
    try:
        found = jsonl.parse((folder / OURS).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {folder / OURS}: {error}") from error
    return dict(found) if isinstance(found, dict) else {}


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
