"""The proof before a bundle is written: the graphs against torch, on logits and on generated text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from blogsum.errors import GATE_FAILED, MissingExtra, UserError
from blogsum.summarize.decoding import Decoder, Marks, Options, write
from blogsum.train.weights import Array, Checkpoint

Ids = Sequence[int]

# What a precision may differ from torch in float32: the root mean square of the difference of logits, in units of their
# standard deviation, and the share of tokens that torch would not have put first.
ALLOWED = {"fp32": (1e-3, 0.0), "fp16": (0.01, 0.02), "int8": (0.15, 0.1), "auto": (0.15, 0.1)}
_INSTEAD = {
    "int8": "try --precision auto",
    "fp16": "what it computes may be beyond float16, which ends at 65,504: try --precision int8 or fp32",
}
_TIE = 1e-3  # two tokens nearer than this, in the same unit, are a matter of rounding
_TOKENS = 32  # written on each probe


@dataclass(frozen=True)
class Proof:
    """How near a model came: ``logits`` root mean square, ``tokens`` otherwise of ``of``; texts that are the same."""

    precision: str
    probes: int
    logits: float
    allowed: float
    of: int
    tokens: int
    same_greedy: int
    same_beam: int

    def facts(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def torch_model(checkpoint: Checkpoint) -> Any:
    """The checkpoint in transformers, in float32; MissingExtra without it."""
    try:
        import torch
        from transformers import MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration, logging
    except ImportError as error:
        raise MissingExtra(error.name or "transformers", "train") from error
    logging.set_verbosity_error()  # it would tell the user of settings that older checkpoints keep in config.json
    pairs = {"mt5": (MT5Config, MT5ForConditionalGeneration), "t5": (T5Config, T5ForConditionalGeneration)}
    make_config, make_model = pairs[checkpoint.config["model_type"]]
    settings = {name: value for name, value in checkpoint.config.items() if name not in ("torch_dtype", "dtype")}
    settings |= {"vocab_size": checkpoint.shape.vocabulary, "tie_word_embeddings": checkpoint.shape.tied}
    with torch.device("meta"):
        model = make_model(make_config.from_dict(settings))
    shared = torch.from_numpy(np.array(checkpoint.weights["shared.weight"]))
    state = {
        name: torch.from_numpy(np.array(value)) for name, value in checkpoint.weights.items() if "shared" not in name
    }
    names = ("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    model.load_state_dict({**state, **dict.fromkeys(names, shared)}, assign=True)
    return model.eval()


class Reader(Protocol):
    """A model on onnxruntime."""

    def read(self, articles: Sequence[Ids], beams: int = 1) -> Decoder:
        """Read articles, given as token ids, for so many beams."""


@dataclass(frozen=True)
class Original:
    """A model in transformers and its marks. Without ``use_cache`` it computes every step anew."""

    model: Any
    marks: Marks
    use_cache: bool = True


def original(checkpoint: Checkpoint) -> Original:
    """The checkpoint in torch."""
    shape = checkpoint.shape
    # transformers 4.57 keeps one cache a layer of the encoder: a deeper decoder must do without
    use_cache = shape.decoder_layers <= shape.encoder_layers
    return Original(torch_model(checkpoint), Marks(shape.start, shape.eos, shape.pad), use_cache)


def prove(network: Reader, checkpoint: Checkpoint, probes: Sequence[Ids], precision: str) -> Proof:
    """Compare ``network`` with torch on ``probes`` (token ids); UserError (exit code 1) when it is too far off."""
    return compare(network, original(checkpoint), probes, precision)


def compare(network: Reader, original: Original, probes: Sequence[Ids], precision: str) -> Proof:
    """``prove`` for any model in transformers."""
    import torch

    squares, otherwise, count, same = 0.0, 0, 0, {1: 0, 4: 0}
    for ids in probes:
        with torch.inference_mode():
            texts = {beams: _generate(original, ids, beams) for beams in same}
            forced = [original.marks.start, *texts[1]]
            asked = {"input_ids": torch.tensor([ids]), "decoder_input_ids": torch.tensor([forced])}
            theirs = original.model(**asked).logits[0].numpy()
        ours = logits(network, ids, forced)
        if not np.isfinite(ours).all():
            raise _refused(precision, "it computes no numbers")
        scale = float(theirs.std()) or 1.0
        squares += float((((ours - theirs) / scale) ** 2).mean()) * len(forced)
        count += len(forced)
        tied = _gaps(theirs) < _TIE * scale
        otherwise += int(((ours.argmax(axis=1) != theirs.argmax(axis=1)) & ~tied).sum())
        for beams, text in texts.items():
            options = Options(beams=beams, max_tokens=_TOKENS)
            [written] = write(network.read([ids], beams), 1, options, original.marks)
            same[beams] += list(written.tokens) == text
    allowed, share = ALLOWED[precision]
    rms = (squares / count) ** 0.5
    proof = Proof(precision, len(probes), rms, allowed, count, otherwise, same[1], same[4])
    if not rms <= allowed or otherwise > share * count:
        why = f"logits differ by {rms:.2g} (allowed {allowed:g}), {otherwise} of {count} tokens"
        raise _refused(precision, why)
    return proof


def _refused(precision: str, why: str) -> UserError:
    message = f"the exported {precision} model is not the original: {why}"
    return UserError(message, hint=_INSTEAD.get(precision, "no bundle was written"), code=GATE_FAILED)


@dataclass(frozen=True)
class Agreement:
    """Of ``of`` probes, those that a smaller vocabulary can say at all, and those of them with the same text."""

    of: int
    comparable_greedy: int
    same_greedy: int
    comparable_beam: int
    same_beam: int

    def facts(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def agree(network: Reader, full: Checkpoint, probes: Sequence[Ids], kept: Sequence[int]) -> Agreement:
    """Compare a pruned ``network`` with the ``full`` model in torch, on ``probes`` in the full model's ids.

    Probes and texts are comparable when all their pieces are ``kept`` (old ids, in the order of the new). Greedily they
    must be the same: UserError (exit code 1) otherwise. Beams weigh probabilities over all pieces and may differ.
    """
    import torch

    theirs, shape = original(full), full.shape
    new = {old: place for place, old in enumerate(kept)}
    marks = Marks(new[shape.start], new[shape.eos], new[shape.pad])
    comparable, same = {1: 0, 4: 0}, {1: 0, 4: 0}
    for ids in (ids for ids in probes if set(ids) <= new.keys()):
        for beams in comparable:
            with torch.inference_mode():
                text = _generate(theirs, ids, beams)
            if set(text) <= new.keys():
                comparable[beams] += 1
                options = Options(beams=beams, max_tokens=_TOKENS)
                [written] = write(network.read([[new[one] for one in ids]], beams), 1, options, marks)
                same[beams] += [kept[one] for one in written.tokens] == text
    if same[1] != comparable[1]:
        raise UserError(
            f"the smaller vocabulary changes {comparable[1] - same[1]} of {comparable[1]} texts",
            hint="no bundle was written",
            code=GATE_FAILED,
        )
    return Agreement(len(probes), comparable[1], same[1], comparable[4], same[4])


def logits(network: Reader, ids: Ids, forced: Ids) -> Array:
    """The logits behind each token of ``forced`` in the vocabulary's order: ``[tokens, V]``."""
    reading, rows = network.read([ids]), []
    for token in forced:
        best = reading.step(np.array([token]), reading.vocabulary)
        rows.append(best.logits[0][np.argsort(best.ids[0])])
    return np.stack(rows)


def _generate(original: Original, ids: Ids, beams: int) -> list[int]:
    """What transformers writes about ``ids``, without its marks; plainly: other options would hide a difference."""
    import torch
    from transformers import GenerationConfig

    marks = original.marks
    found = original.model.generate(
        input_ids=torch.tensor([ids]),
        max_new_tokens=_TOKENS,
        do_sample=False,
        num_beams=beams,
        use_cache=original.use_cache,
        use_model_defaults=False,
        generation_config=GenerationConfig(
            decoder_start_token_id=marks.start, pad_token_id=marks.fill, eos_token_id=marks.end, bos_token_id=None
        ),
    )
    text: list[int] = found[0].tolist()[1 : _TOKENS + 1]
    return text[: text.index(marks.end)] if marks.end in text else text


def _gaps(values: Array) -> Array:
    """The distance between the two largest of each row."""
    two = np.partition(values, -2, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])
