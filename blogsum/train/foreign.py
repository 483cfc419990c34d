"""Checkpoints of families that blogsum has no graphs for (BART, Marian, T5 1.0 …), as transformers reads them."""

from __future__ import annotations

import logging as logs
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from blogsum.errors import UserError
from blogsum.summarize.decoding import Marks
from blogsum.train.weights import refuse_later

RELATIVES = ("t5", "mt5", "umt5", "longt5", "switch_transformers")  # they know positions by distance alone
PIECES = RELATIVES  # their ids are sentencepiece's own
GAP = re.compile(r"<(?:extra_id|mask|unk)_\d+>")  # marks of pretraining that no text holds
# nothing is downloaded, and code that comes with a checkpoint is neither run nor asked about
HERE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_MAIN = ("dropout", "dropout_rate", "hidden_dropout_prob")  # what families drop, by the names they have for it
_FURTHER = ("attention_dropout", "activation_dropout", "attention_probs_dropout_prob")


def config(folder: Path) -> Any:
    """The configuration of an encoder-decoder; UserError for anything else and what this transformers cannot read."""
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES as FAMILIES

    if not (folder / "config.json").is_file():
        raise UserError(f"{folder} is no checkpoint: it has no config.json")
    try:
        found = AutoConfig.from_pretrained(folder, **HERE)
    except Exception as error:  # transformers has many for a configuration it does not know
        raise UserError(f"cannot read {folder / 'config.json'}: {first_line(error)}") from error
    refuse_later(folder, getattr(found, "transformers_version", None))
    if not found.is_encoder_decoder or found.model_type not in FAMILIES:
        raise UserError(f"a model of the type '{found.model_type}' does not read one text and write another")
    return found


def model(folder: Path, told: Any = None) -> Any:
    """The model in torch, float32, by the configuration ``told`` or its own.

    UserError when files or tensors are missing, damaged or no numbers.
    """
    import torch
    from transformers import AutoModelForSeq2SeqLM, logging

    logging.set_verbosity_error()  # BigBird tells of every short text that it attends in full
    try:
        found, report = AutoModelForSeq2SeqLM.from_pretrained(
            folder, config=told, dtype=torch.float32, output_loading_info=True, **HERE
        )
    except Exception as error:  # each reader has its own for a damaged file
        hint = "is the download complete?"
        raise UserError(f"cannot read the checkpoint in {folder}: {first_line(error)}", hint=hint) from error
    for kind in ("missing_keys", "mismatched_keys"):
        if report[kind]:
            name = sorted(map(str, report[kind]))[0]
            raise UserError(f"the checkpoint in {folder} lacks the tensor {name}", hint="is the download complete?")
    for name, weight in found.named_parameters():
        if not torch.isfinite(weight).all():
            raise UserError(f"{folder}: {name} has values that are no numbers")
    return found.eval()


def dropping(told: Any, share: float) -> Any:
    """The same configuration, which drops ``share`` of its values in training and nowhere more than that."""
    for part in (told, getattr(told, "encoder", None), getattr(told, "decoder", None)):
        for name in (*_MAIN, *_FURTHER):
            theirs = getattr(part, name, None)
            if isinstance(theirs, float):
                setattr(part, name, share if name in _MAIN else min(share, theirs))
    return told


def positions(told: Any) -> tuple[int | None, int | None]:
    """How many tokens an article and a summary may have at most; None where positions are relative."""
    if told.model_type in RELATIVES:
        return None, None
    found = []
    for side in ("encoder", "decoder"):
        part = getattr(told, side, None) or told
        found.append(getattr(told, f"max_{side}_position_embeddings", None))
        found[-1] = found[-1] or getattr(part, "max_position_embeddings", None)
    return found[0], found[1]


def layers(told: Any) -> tuple[int, int]:
    """How many layers encoder and decoder have; the same where the configuration tells but one."""
    whole = getattr(told, "num_hidden_layers", 0)
    encoder = getattr(told, "encoder_layers", None) or getattr(told, "num_layers", None) or whole
    return encoder, getattr(told, "decoder_layers", None) or getattr(told, "num_decoder_layers", None) or encoder


def marks(found: Any) -> Marks:
    """The marks that the model starts, ends and fills with; UserError when its files do not say."""
    told = {**found.config.to_dict(), **found.generation_config.to_dict()}
    ids = {name: one(told.get(f"{name}_token_id")) for name in ("decoder_start", "eos", "pad")}
    for name, known in ids.items():
        if known is None:
            raise UserError(f"the checkpoint's config.json has no {name}_token_id", hint="is the download complete?")
    return Marks(*(known for known in ids.values() if known is not None))


def one(value: Any) -> int | None:
    """The id, or the first of several."""
    found = value[0] if isinstance(value, list) else value
    return None if found is None else int(found)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself what torch, transformers and optimum tell their developers."""
    before = logs.root.manager.disable
    logs.disable(logs.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logs.disable(before)


def first_line(error: Exception) -> str:
    """What an error says, without the story behind it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
