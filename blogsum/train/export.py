"""A checkpoint becomes a bundle: graphs, vocabulary, embedding, proof, card. Nothing appears before it is proven."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from blogsum import __version__, files
from blogsum.errors import USAGE, MissingExtra, UserError
from blogsum.signature import build
from blogsum.store import bundles
from blogsum.summarize import mt5
from blogsum.summarize.runtime import Sizes
from blogsum.summarize.tokens import Tokens
from blogsum.train import card, parity, probes
from blogsum.train import vocabulary as vocabularies
from blogsum.train.prune import Pruned, prune
from blogsum.train.request import Request, request
from blogsum.train.weights import Array, Checkpoint, Shape, digest_of, read

_SENTINEL = re.compile(r"▁?<extra_id_\d+>")
__all__ = ("Request", "export", "request", "signature", "sizes", "spread", "tools", "write")

_USE = ("prefix", "max_input", "prompts", "line_break", "options", "forced")
_PROBES_AT_RANDOM = 2  # beside the texts: token ids drawn from the whole vocabulary
_OF_THEM, _PROBE_TOKENS = 8, 300  # of the user's texts, and how much of each


def export(
    folder: Path,
    target: Path,
    asked: Request,
    force: bool = False,
    texts: Sequence[str] = (),
    articles: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> Mapping[str, Any]:
    """Write the bundle of the checkpoint in ``folder`` to ``target``; return what its ``bundle.json`` says.

    With ``texts`` or ``languages``, the vocabulary is cut down to what they need. Measured and proven is on blogsum's
    own texts and on some of the ``articles``.

    UserError for a checkpoint that cannot be read, no room on the disk, or (exit code 1) a bundle that does not do what
    the original does; nothing is left behind then.
    """
    _needed()
    full = checkpoint = read(folder)
    for name, values in full.weights.items():
        if not np.isfinite(values).all():
            raise UserError(f"{folder}: {name} has values that are no numbers", hint="its training went wrong")
    original = vocabulary = _vocabulary(folder)
    pruned = prune(full, original, texts, languages, [asked.prefix]) if texts or languages else None
    if pruned:
        checkpoint, vocabulary = pruned.checkpoint, pruned.vocabulary
    bundles.needs_room(target, _room(checkpoint.shape, asked.precision, bool(pruned)))
    with bundles.making(target, force) as part:
        facts = _facts(folder, checkpoint, vocabulary, asked)
        chosen = _probes(Tokens(vocabulary, checkpoint.shape.eos), asked.prefix, articles)
        facts |= write(part, checkpoint, vocabulary, asked.precision, chosen)
        bundles.seal(part, facts)
        facts |= {"proof": _prove(part, checkpoint, asked.precision, chosen).facts()}
        if pruned:
            whole = _probes(Tokens(original, full.shape.eos), asked.prefix, texts or articles)
            facts |= {"pruning": _pruning(part, full, pruned, whole)}
        (part / bundles.CARD).write_text(card.write(facts), encoding="utf-8")
        bundles.seal(part, facts)
    return bundles.load(target).manifest


def write(
    part: Path, checkpoint: Checkpoint, vocabulary: bytes, precision: str, chosen: Sequence[Sequence[int]] = ()
) -> dict[str, Any]:
    """The bundle's files, but for card and ``bundle.json``; what ``chosen`` (token ids) showed, to be said there."""
    from blogsum.train import precision as precisions

    mixed = precisions.choose(checkpoint, chosen, place=part) if precision == "auto" else {}
    exact = precisions.groups(checkpoint) if precision == "fp32" else mixed.get("exact", ())
    precisions.save_graphs(checkpoint, exact, part, "fp16" if precision == "fp16" else "int8")
    _save_embedding(part, checkpoint.weights["shared.weight"], precision)
    (part / mt5.VOCABULARY).write_bytes(vocabulary)
    return {"mixed": mixed} if mixed else {}


def _save_embedding(part: Path, rows: Array, precision: str) -> None:
    """The one embedding that both graphs share, as numpy's own file: the runtime reads the rows that it needs."""
    from blogsum.train import quantize

    if precision == "fp32":
        np.save(part / mt5.EMBEDDING, rows)
    elif precision == "fp16":
        with np.errstate(over="ignore"):
            np.save(part / mt5.EMBEDDING, rows.astype(np.float16))
    else:
        values, scales = quantize.embedding(rows)
        np.save(part / mt5.EMBEDDING, values)
        np.save(part / mt5.SCALES, scales)


def _room(shape: Shape, precision: str, is_pruned: bool) -> int:
    """The bytes that an export takes at most: all proofs but that of plain float32 write a further model meanwhile."""
    from blogsum.train import precision as precisions

    further = precisions.size(shape) if is_pruned or precision != "fp32" else 0
    return precisions.size(shape, precision) + further


def _probes(tokens: Tokens, prefix: str, articles: Sequence[str]) -> list[list[int]]:
    """The token ids of blogsum's own texts and of some of the articles, long ones cut."""
    ids = [tokens.encode(prefix + text) for text in (*probes.TEXTS, *spread(articles))]
    return [[*one[:-1][:_PROBE_TOKENS], one[-1]] for one in ids]


def spread(texts: Sequence[str]) -> list[str]:
    """At most eight of the texts, evenly spread."""
    return [texts[i * len(texts) // _OF_THEM] for i in range(_OF_THEM)] if len(texts) > _OF_THEM else list(texts)


def _prove(part: Path, checkpoint: Checkpoint, precision: str, chosen: list[list[int]]) -> parity.Proof:
    """Compare the files just written with torch, on texts; what must be exact also on random tokens.

    On random tokens a trained model is far from home and magnifies any difference: they say nothing about int8. A CPU
    does not compute in fp16: a rehearsal of what a GPU does is compared as well, and its proof returned.
    """
    from blogsum.train import precision as precisions

    network, shape = mt5.network(bundles.load(part)), checkpoint.shape
    draw = np.random.RandomState(0)
    if precision == "fp32":
        random = (draw.randint(3, shape.vocabulary, 60).tolist() for _ in range(_PROBES_AT_RANDOM))
        chosen = [*chosen, *([*one, shape.eos] for one in random)]
    proof = parity.prove(network, checkpoint, chosen, precision)
    if precision == "fp16":
        with precisions.network(checkpoint, (), "rehearsal", part) as rehearsal:
            return parity.prove(rehearsal, checkpoint, chosen, precision)
    return proof


def _pruning(part: Path, full: Checkpoint, pruned: Pruned, chosen: list[list[int]]) -> dict[str, Any]:
    """What the smaller vocabulary does: to held-out text, and to what the model writes (in float32, on its own)."""
    from blogsum.train import precision

    every = precision.groups(pruned.checkpoint)
    with precision.network(pruned.checkpoint, every, place=part) as network:
        agreement = parity.agree(network, full, chosen, pruned.kept)
    return {**pruned.report.facts(), "agreement": agreement.facts()}


def signature(kind: str, facts: Mapping[str, Any]) -> str:
    """What tells a bundle from others: its weights, their precision, and how it is used: prefix, limits, search."""
    how = sorted((name, repr(facts.get(name))) for name in _USE)
    known = {"weights": facts["source"]["sha256"][:12], "precision": facts["precision"]}
    return build(kind, **known, use=files.digest(how)[:12], version=2)


def sizes(shape: Shape) -> Sizes:
    """What the runtime must know of a shape."""
    return Sizes(shape.vocabulary, shape.decoder_layers, shape.heads, shape.d_kv)


def _facts(folder: Path, checkpoint: Checkpoint, vocabulary: bytes, asked: Request) -> dict[str, Any]:
    """What ``bundle.json`` says, but for the hashes and the proof."""
    shape = checkpoint.shape
    tokens = Tokens(vocabulary, shape.eos)
    if tokens.size > shape.vocabulary:
        raise UserError(f"the vocabulary has {tokens.size:,} pieces, the model {shape.vocabulary:,} rows")
    line_break = vocabularies.number(tokens, asked.line_break)
    if line_break is not None and line_break >= shape.vocabulary:
        raise UserError(f"the model has {shape.vocabulary:,} rows, none is {line_break}", code=USAGE)
    sentinels = [i for i in range(tokens.size) if _SENTINEL.fullmatch(tokens.piece(i)) and i != line_break]
    told = {name: value for name, value in asdict(asked).items() if name not in ("options", "line_break", "hub")}
    source = {"checkpoint": asked.hub or folder.resolve().name, "sha256": digest_of(checkpoint.weights)}
    facts = {
        "kind": mt5.KIND,
        **told,
        "languages": list(asked.languages),
        "line_break": line_break,
        "sentinels": sentinels,
        "options": asdict(asked.options),
        "marks": {"start": shape.start, "end": shape.eos, "fill": shape.pad},
        "sizes": asdict(sizes(shape)),
        "source": {**source, "transformers": checkpoint.config.get("transformers_version", "unknown")},
        "tools": tools(),
    }
    return {**facts, "signature": signature(mt5.KIND, facts)}


def _vocabulary(folder: Path) -> bytes:
    """The sentencepiece model of the checkpoint."""
    try:
        return (folder / mt5.VOCABULARY).read_bytes()
    except OSError as error:
        hint = "tokenizer.json alone has no byte fallback: add the sentencepiece model the checkpoint was trained with"
        raise UserError(f"{folder} has no {mt5.VOCABULARY}", hint=hint) from error


def tools(*further: str) -> dict[str, str]:
    """The versions of what an export is made with."""
    from importlib.metadata import version

    names = ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece", "numpy", *further)
    return {"blogsum": __version__, **{name: version(name) for name in names}}


def _needed() -> None:
    """MissingExtra unless everything that an export needs is there."""
    from importlib.util import find_spec

    for name in ("torch", "transformers", "safetensors", "onnx", "onnxruntime", "sentencepiece"):
        if find_spec(name) is None:
            raise MissingExtra(name, "train")
