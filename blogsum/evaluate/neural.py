"""Models that answer for one pair of texts: an ONNX encoder, or an exported mT5. Knows neither criteria nor chunks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from blogsum.errors import MissingExtra, UserError
from blogsum.evaluate.recipe import MODEL, TOKENIZER, Recipe


class Model(Protocol):
    """Says how good one filled-in template is; ``room`` tokens are read, of which ``marks`` are its own."""

    room: int
    marks: int

    def count(self, text: str) -> int:
        """How many tokens a text has, without marks; ``room`` or more for one that is longer."""

    def answer(self, *texts: str) -> float:
        """A number in [0, 1]."""


class Encoder:
    """``model.onnx`` with ``tokenizer.json``: logits of labels, or one number."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        """UserError when a file is missing or cannot be read."""
        self._recipe, self.room = recipe, recipe.max_length
        for name in (MODEL, TOKENIZER):
            if not (folder / name).is_file():
                raise UserError(f"the judge {folder} has no {name}")
        self._tokens, self._session = _tokenizer(folder / TOKENIZER), _session(folder / MODEL)
        self._tokens.no_padding()
        self._tokens.enable_truncation(recipe.max_length)
        self._names = [one.name for one in self._session.get_inputs()]
        known = {"input_ids", "attention_mask", "token_type_ids"}
        if not set(self._names) <= known or "input_ids" not in self._names:
            raise UserError(f"{folder / MODEL} reads {', '.join(self._names)}", hint=f"a judge reads {sorted(known)}")
        self.marks = len(self._tokens.encode(*("",) * len(recipe.template)).ids)

    def count(self, text: str) -> int:
        """How many tokens a text has, or ``room`` if it has more."""
        return len(self._tokens.encode(text, add_special_tokens=False).ids)

    def answer(self, *texts: str) -> float:
        """The chance of entailment, or the number on its scale."""
        read = self._tokens.encode(*texts)
        rows = {"input_ids": read.ids, "attention_mask": read.attention_mask, "token_type_ids": read.type_ids}
        logits = self._session.run(None, {name: np.asarray([rows[name]], np.int64) for name in self._names})[0]
        numbers = np.asarray(logits, np.float64).reshape(-1)
        if not np.isfinite(numbers).all():
            raise UserError("the judge computes no numbers", hint="its weights are damaged")
        recipe = self._recipe
        wanted = len(recipe.labels) if recipe.kind == "nli" else 1
        if len(numbers) != wanted:
            raise UserError(f"the judge has {len(numbers)} outputs and its recipe {wanted}", hint="see judge.toml")
        if recipe.kind == "regression":
            low, high = recipe.scale
            return float(np.clip((numbers[0] - low) / (high - low), 0, 1))
        return _chance(numbers, recipe.labels.index("entailment"))


class Writer:
    """An exported mT5 that is asked for one of two answers: how likely is the yes, the other being no?"""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        """UserError for a damaged bundle, or a vocabulary that lacks the answers."""
        from blogsum.store import bundles
        from blogsum.summarize.decoding import Marks
        from blogsum.summarize.devices import Device
        from blogsum.summarize.mt5 import VOCABULARY, network
        from blogsum.summarize.tokens import Tokens

        bundle = bundles.load(folder)
        self._marks = Marks(**bundle.manifest["marks"])
        self._tokens = Tokens(bundle.path(VOCABULARY), self._marks.end, None)
        self.room = recipe.max_length or int(bundle.manifest["max_input"])
        self.marks = 1
        self._before, self._yes, self._no = self._answers(recipe)
        self._network = network(bundle, Device(threads=1))

    def _answers(self, recipe: Recipe) -> tuple[list[int], int, int]:
        """What both answers begin with, and the token of each that tells them apart."""
        yes, no = (self._tokens.encode(text) for text in recipe.answers)
        same = next((place for place, pair in enumerate(zip(yes, no, strict=False)) if pair[0] != pair[1]), None)
        if same is None or self._tokens.id("<unk>") in (yes[same], no[same]):
            raise UserError(f"the judge's vocabulary does not tell {' and '.join(recipe.answers)} apart")
        return yes[:same], yes[same], no[same]

    def count(self, text: str) -> int:
        """How many tokens a text has."""
        return self._tokens.count(text)

    def answer(self, *texts: str) -> float:
        """The share of the yes in the chance of both answers."""
        [text] = texts
        reading = self._network.read([self._tokens.encode(text)[-self.room :]])
        for token in [self._marks.start, *self._before][:-1]:
            reading.step(np.asarray([token], np.int64), 1)
        last = [self._marks.start, *self._before][-1]
        best = reading.step(np.asarray([last], np.int64), reading.vocabulary)
        logits = dict(zip(best.ids[0].tolist(), np.asarray(best.logits[0], np.float64), strict=True))
        if not np.isfinite([logits[self._yes], logits[self._no]]).all():
            raise UserError("the judge computes no numbers", hint="its weights are damaged; export it again in fp32")
        return _chance(np.asarray([logits[self._yes], logits[self._no]]), 0)


def load(folder: Path, recipe: Recipe) -> Encoder | Writer:
    """The model of a recipe, ready to answer."""
    return Writer(folder / recipe.bundle, recipe) if recipe.kind == "seq2seq" else Encoder(folder, recipe)


def _chance(logits: Any, place: int) -> float:
    """Softmax of one logit among several; a single one is taken for the log odds."""
    if len(logits) == 1:
        logits, place = np.asarray([logits[0], 0.0]), 0
    powers = np.exp(logits - logits.max())
    return float(powers[place] / powers.sum())


def tool() -> str:
    """What runs the models, with its version."""
    return f"onnxruntime-{_runtime().__version__}"


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "judge") from error
    return onnxruntime


def _session(path: Path) -> Any:
    """One thread: the same numbers however many processes judge."""
    onnxruntime = _runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has an exception of its own for each way to fail
        raise UserError(f"{path} cannot be loaded: {str(error).splitlines()[0][:200]}") from error


def _tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("tokenizers", "judge") from error
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # it raises Exception itself
        raise UserError(f"{path} cannot be read: {str(error)[:200]}") from error
