"""An mT5 or T5 1.1 to start from: the family that blogsum has graphs of its own for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.errors import UserError
from blogsum.summarize import mt5
from blogsum.summarize.decoding import Marks
from blogsum.summarize.tokens import Tokens
from blogsum.train import base as bases
from blogsum.train import vocabulary, weights
from blogsum.train.network import Manner
from blogsum.train.parity import torch_model


@dataclass(frozen=True)
class Own:
    """A checkpoint with its vocabulary; see ``Base``."""

    checkpoint: weights.Checkpoint
    vocabulary: bytes
    line_break: str
    told: Mapping[str, Any]
    sha256: str
    longest: tuple[int | None, int | None] = (None, None)

    @property
    def manner(self) -> Manner:
        """How it writes."""
        shape = self.checkpoint.shape
        # transformers 4.57 keeps one cache a layer of the encoder: a deeper decoder must do without
        cached = shape.decoder_layers <= shape.encoder_layers
        return Manner(Marks(shape.start, shape.eos, shape.pad), use_cache=cached)

    def tokens(self) -> Tokens:
        """Its vocabulary, line breaks as a piece or a row behind all pieces."""
        end = self.checkpoint.shape.eos
        return Tokens(self.vocabulary, end, vocabulary.number(Tokens(self.vocabulary, end), self.line_break))

    def original(self) -> Any:
        """The model in torch and float32, as it is."""
        return torch_model(self.checkpoint)

    def to_train(self, dropout: float) -> Any:
        """The same, which drops a share of its values in training."""
        config = {**self.checkpoint.config, "dropout_rate": dropout}
        model = torch_model(replace(self.checkpoint, config=config))
        if self.checkpoint.shape.tied:
            model.tie_weights()
        return model

    def pruned(self, texts: Sequence[str], always: Sequence[str]) -> tuple[Own, str]:
        """The base with the pieces that ``texts`` and ``always`` need alone, and what that does in words."""
        from blogsum.train import prune

        smaller = prune.prune(self.checkpoint, self.vocabulary, texts, (), always)
        checkpoint, line_break = smaller.checkpoint, self.line_break
        if line_break.isdecimal():  # a row behind the pieces comes along
            checkpoint = _with_row(checkpoint, self.checkpoint, int(line_break))
            line_break = str(checkpoint.shape.vocabulary - 1)
        whole = replace(self, checkpoint=checkpoint, vocabulary=smaller.vocabulary, line_break=line_break)
        return whole, prune.said(smaller.report.facts())

    def save(self, model: Any, folder: Path, search: Mapping[str, Any]) -> None:
        """Write the trained ``model`` as transformers 4 keeps it, with vocabulary and how it is to ``search``."""
        from safetensors.torch import save_file

        state, shape = model.state_dict(), self.checkpoint.shape
        names = [name for name, _ in weights.expected(shape)]
        if shape.tied:
            names.remove("lm_head.weight")
        tensors = {name: state[name].detach().to("cpu").contiguous() for name in names}
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        config = {**self.checkpoint.config, "transformers_version": version("transformers"), "torch_dtype": "float32"}
        for name in ("dtype", "_name_or_path"):  # the second is a place on whoever's machine
            config.pop(name, None)
        bases.write(folder / "config.json", config)
        (folder / mt5.VOCABULARY).write_bytes(self.vocabulary)
        marks = {"decoder_start_token_id": shape.start, "pad_token_id": shape.pad, "eos_token_id": shape.eos}
        bases.write(folder / "generation_config.json", {**marks, **search})

    def exportable(self) -> None:
        """Every such model can become a bundle."""

    def export(self, folder: Path, target: Path, force: bool, articles: Sequence[str]) -> Mapping[str, Any]:
        """Make a bundle of the trained model in ``folder``, proven on ``articles`` too; what its file says."""
        from blogsum.train.export import export, request

        return export(folder, target, request(folder, {}), force, (), articles)


def load(folder: Path, told: Mapping[str, Any]) -> Own:
    """The base in ``folder``; UserError when it is no checkpoint or lacks its sentencepiece model."""
    checkpoint = weights.read(folder)
    try:
        content = (folder / mt5.VOCABULARY).read_bytes()
    except OSError as error:
        hint = "tokenizer.json alone has no byte fallback: add the sentencepiece model the base was trained with"
        raise UserError(f"{folder} has no {mt5.VOCABULARY}", hint=hint) from error
    tokens, rows = Tokens(content, checkpoint.shape.eos), checkpoint.shape.vocabulary
    if tokens.size > rows:
        raise UserError(f"the vocabulary has {tokens.size:,} pieces, the model {rows:,} rows")
    name, number = vocabulary.break_of_pieces(tokens, rows, str(told.get("line_break") or ""))
    return Own(checkpoint, content, name if number < rows else "", told, weights.digest(checkpoint))


def _with_row(checkpoint: weights.Checkpoint, whole: weights.Checkpoint, row: int) -> weights.Checkpoint:
    """The checkpoint with a row more at the end of its vocabulary: ``row`` of the ``whole`` one."""
    changed = {
        name: np.concatenate([checkpoint.weights[name], whole.weights[name][row : row + 1]])
        for name in ("shared.weight", "lm_head.weight")
    }
    rows = checkpoint.shape.vocabulary + 1
    shape, config = replace(checkpoint.shape, vocabulary=rows), {**checkpoint.config, "vocab_size": rows}
    return replace(checkpoint, config=config, shape=shape, weights={**checkpoint.weights, **changed})
