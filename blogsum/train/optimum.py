"""Encoder-decoders that blogsum has no graphs for: optimum exports them, blogsum proves them and makes the bundle."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from blogsum.errors import GATE_FAILED, MissingExtra, UserError
from blogsum.store import bundles
from blogsum.summarize import seq2seq
from blogsum.summarize.tokens import Tokens
from blogsum.train import card, foreign, parity, probes, vocabulary
from blogsum.train.parity import Original
from blogsum.train.request import Request, told

_TASK = "text2text-generation-with-past"
_RELATIVES = ("t5", "mt5")  # their attention may be wider or narrower than the rest
_COPIES = 4  # of the decoder's weights while optimum works: two graphs, the joint one, and its draft
_PROBE_TOKENS = 300
_FILES = ("encoder_model.onnx", "decoder_model_merged.onnx")
_INSTEAD = "--exporter blogsum writes graphs of its own for mT5 and T5 1.1"


def export(
    folder: Path, target: Path, asked: Request, force: bool = False, articles: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Write the bundle of the checkpoint in ``folder`` to ``target``; return what its ``bundle.json`` says.

    UserError for a checkpoint that cannot be read or that optimum gets wrong, no room on the disk, or (exit code 1) a
    bundle that does not do what the original does; nothing is left behind then.
    """
    config = check(folder)
    bundles.needs_room(target, _weights_size(folder) * _COPIES)
    with bundles.making(target, force) as part:
        with foreign.quiet():
            tokens, line_break = vocabulary.at_use(folder, part, config, asked.line_break)
            _save_graphs(foreign.model(folder), part)
            model = foreign.model(folder)  # read anew: optimum leaves its marks on what it exports
            original = Original(model, foreign.marks(model))
            facts = _facts(folder, asked, original, tokens, line_break)
        bundles.seal(part, facts)
        chosen = _probes(tokens, facts, articles)
        with foreign.quiet():
            rows = facts["sizes"]["vocabulary"]
            graphs = seq2seq.Graphs(part / seq2seq.ENCODER, part / seq2seq.DECODER, rows)
            _same_tokens(folder, tokens, facts["prefix"])
            facts |= {"proof": parity.compare(graphs, original, chosen, "fp32").facts()}
        (part / bundles.CARD).write_text(card.write(facts), encoding="utf-8")
        bundles.seal(part, facts)
    return bundles.load(target).manifest


def check(folder: Path) -> Any:
    """The configuration; UserError for what is no encoder-decoder, or one that optimum has no graphs for."""
    try:
        from optimum.exporters.onnx import onnx_export_from_model  # noqa: F401
        from optimum.exporters.tasks import TasksManager
    except ImportError as error:
        raise MissingExtra((error.name or "optimum").partition(".")[0], "train") from error
    config = foreign.config(folder)
    try:
        known = TasksManager.get_supported_tasks_for_model_type(config.model_type, "onnx", library_name="transformers")
    except KeyError:
        known = {}
    if _TASK not in known:
        raise UserError(f"optimum has no graphs for a model of the type '{config.model_type}'")
    if config.model_type in _RELATIVES and config.num_heads * config.d_kv != config.d_model:
        # optimum-onnx 0.1 takes d_model / heads for the size of a head: "Got: 85 Expected: 64" with mt5-small
        raise UserError(
            f"optimum's files would be broken: {config.num_heads} heads of {config.d_kv} are not d_model "
            f"{config.d_model}",
            hint=_INSTEAD,
        )
    return config


def _save_graphs(model: Any, part: Path) -> None:
    """Optimum's encoder and its joint decoder in ``part``."""
    from optimum.exporters.onnx import onnx_export_from_model

    draft = part / "draft"
    try:
        onnx_export_from_model(model, draft, task=_TASK, do_validation=False)
    except OSError:
        raise  # the disk: said by the bundle's maker
    except Exception as error:
        message = f"optimum cannot export a model of the type '{model.config.model_type}': {foreign.first_line(error)}"
        raise UserError(message) from error
    for name in _FILES:
        if not (draft / name).is_file():
            raise UserError(f"optimum wrote no {name} for a model of the type '{model.config.model_type}'")
        for path in draft.glob(f"{name}*"):  # with its external data, beyond 2 GB
            path.rename(part / path.name)
    shutil.rmtree(draft)


def _same_tokens(folder: Path, tokens: seq2seq.Vocabulary, prefix: str) -> None:
    """UserError (exit code 1) unless ``tokens`` gives the ids that transformers gives.

    Sentencepiece is its own measure: the fast tokenizers of transformers have no fall-back to bytes.
    """
    from transformers import AutoTokenizer

    if isinstance(tokens, Tokens):
        return
    theirs = AutoTokenizer.from_pretrained(folder, **foreign.HERE)
    for text in probes.TEXTS:
        if list(theirs(prefix + text).input_ids) != tokens.encode(prefix + text):
            message = f"the vocabulary in {folder} is not read as transformers reads it"
            raise UserError(message, hint="no bundle was written", code=GATE_FAILED)


def _facts(
    folder: Path, asked: Request, original: Original, tokens: seq2seq.Vocabulary, line_break: int | None
) -> dict[str, Any]:
    """What ``bundle.json`` says, but for the hashes and the proof."""
    from blogsum.train.export import signature, tools
    from blogsum.train.weights import digest_of

    config, marks = original.model.config, original.marks
    given, positions = told(folder), min(filter(None, foreign.positions(config)), default=None)
    options = asked.options
    if positions:
        options = replace(options, max_tokens=min(options.max_tokens, positions - 1))
    known = {name: value for name, value in asdict(asked).items() if name not in ("options", "line_break", "hub")}
    weights = {name: weight.detach().numpy() for name, weight in original.model.state_dict().items()}
    source = {"checkpoint": asked.hub or folder.resolve().name, "sha256": digest_of(weights)}
    never = [one[0] for one in given.get("bad_words_ids") or () if len(one) == 1]
    facts = {
        "kind": seq2seq.KIND,
        **known,
        "languages": list(asked.languages),
        "max_input": min(asked.max_input, positions or asked.max_input),
        "positions": positions,
        "sentinels": [one for one in _sentinels(folder, tokens) if one != line_break],
        "options": asdict(options),
        "forced": {"first": given.get("forced_bos_token_id"), "last": foreign.one(given.get("forced_eos_token_id"))}
        | {"never": never},
        "marks": {"start": marks.start, "end": marks.end, "fill": marks.fill},
        "sizes": {"vocabulary": int(original.model.get_output_embeddings().weight.shape[0])},
        "source": {**source, "transformers": getattr(config, "transformers_version", None) or "unknown"},
        "line_break": line_break,
        "tools": tools("optimum", "optimum-onnx", "tokenizers"),
    }
    return {**facts, "signature": signature(config.model_type, facts)}


def _sentinels(folder: Path, tokens: seq2seq.Vocabulary) -> list[int]:
    """The ids that no summary has: those that stand for a gap in pretraining. Others, as <s> or de_DE, may open one."""
    from transformers import AutoTokenizer

    if isinstance(tokens, Tokens):
        return [one for one in range(tokens.size) if foreign.GAP.fullmatch(tokens.piece(one).removeprefix("▁"))]
    theirs = AutoTokenizer.from_pretrained(folder, **foreign.HERE)
    named = zip(theirs.all_special_ids, theirs.all_special_tokens, strict=True)
    gaps = {one for one, name in named if one == theirs.mask_token_id or foreign.GAP.fullmatch(str(name))}
    return sorted(one for one in gaps if one < tokens.size)


def _probes(tokens: seq2seq.Vocabulary, facts: Mapping[str, Any], articles: Sequence[str]) -> list[list[int]]:
    """The ids of blogsum's own texts and of some articles, long ones cut in front of their end mark."""
    from blogsum.train.export import spread

    most = min(_PROBE_TOKENS, facts["max_input"])
    ids = [tokens.encode(facts["prefix"] + text) for text in (*probes.TEXTS, *spread(articles))]
    return [one if len(one) <= most else [*one[: most - 1], one[-1]] for one in ids]


def _weights_size(folder: Path) -> int:
    """The bytes of the checkpoint's weights."""
    found = [*folder.glob("*.safetensors")] or [*folder.glob("*.bin")]
    return sum(path.stat().st_size for path in found)
