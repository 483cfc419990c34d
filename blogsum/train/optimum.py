"""Encoder-decoders that blogsum has no graphs for: optimum exports them, blogsum proves them and makes the bundle."""

from __future__ import annotations

import logging
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from typing import Any

from blogsum.errors import GATE_FAILED, MissingExtra, UserError
from blogsum.store import bundles
from blogsum.summarize import mt5, seq2seq, subwords
from blogsum.summarize.decoding import Marks
from blogsum.summarize.tokens import Tokens
from blogsum.train import card, parity, probes
from blogsum.train.parity import Original
from blogsum.train.request import Request, told

_TASK = "text2text-generation-with-past"
_RELATIVES = ("t5", "mt5")  # their attention may be wider or narrower than the rest
_PIECES = ("t5", "mt5")  # their ids are sentencepiece's own
_COPIES = 4  # of the decoder's weights while optimum works: two graphs, the joint one, and its draft
_PROBE_TOKENS = 300
_FILES = ("encoder_model.onnx", "decoder_model_merged.onnx")
_GAP = re.compile(r"<(?:extra_id|mask|unk)_\d+>")
_INSTEAD = "--exporter blogsum writes graphs of its own for mT5 and T5 1.1"


def export(
    folder: Path, target: Path, asked: Request, force: bool = False, articles: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Write the bundle of the checkpoint in ``folder`` to ``target``; return what its ``bundle.json`` says.

    UserError for a checkpoint that cannot be read or that optimum gets wrong, no room on the disk, or (exit code 1) a
    bundle that does not do what the original does; nothing is left behind then.
    """
    config = _config(folder)
    bundles.needs_room(target, _weights_size(folder) * _COPIES)
    with bundles.making(target, force) as part:
        with _quiet():
            tokens = _save_vocabulary(folder, part, config)
            _save_graphs(_model(folder), part)
            model = _model(folder)  # read anew: optimum leaves its marks on what it exports
        original = Original(model, _marks(model))
        facts = _facts(folder, asked, original, tokens)
        bundles.seal(part, facts)
        chosen = _probes(tokens, facts, articles)
        with _quiet():
            vocabulary = facts["sizes"]["vocabulary"]
            graphs = seq2seq.Graphs(part / seq2seq.ENCODER, part / seq2seq.DECODER, vocabulary)
            _same_tokens(folder, tokens, facts["prefix"])
            facts |= {"proof": parity.compare(graphs, original, chosen, "fp32").facts()}
        (part / bundles.CARD).write_text(card.write(facts), encoding="utf-8")
        bundles.seal(part, facts)
    return bundles.load(target).manifest


def _config(folder: Path) -> Any:
    """The configuration; UserError for what is no encoder-decoder, or one that optimum gets wrong."""
    try:
        from optimum.exporters.onnx import onnx_export_from_model  # noqa: F401
        from transformers import AutoConfig
    except ImportError as error:
        raise MissingExtra((error.name or "optimum").partition(".")[0], "train") from error
    if not (folder / "config.json").is_file():
        raise UserError(f"{folder} is no checkpoint: it has no config.json")
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # transformers has many for a configuration it does not know
        raise UserError(f"cannot read {folder / 'config.json'}: {_first_line(error)}") from error
    version = str(getattr(config, "transformers_version", None) or "")
    if re.match(r"[5-9]\.", version):  # it ties heads that version 4 scales otherwise
        hint = "use the original, or save it with transformers 4"
        raise UserError(f"{folder} was saved by transformers {version}, which is not read here", hint=hint)
    if not config.is_encoder_decoder:
        raise UserError(f"a model of the type '{config.model_type}' does not read one text and write another")
    if config.model_type in _RELATIVES and config.num_heads * config.d_kv != config.d_model:
        # optimum-onnx 0.1 takes d_model / heads for the size of a head: "Got: 85 Expected: 64" with mt5-small
        raise UserError(
            f"optimum's files would be broken: {config.num_heads} heads of {config.d_kv} are not d_model "
            f"{config.d_model}",
            hint=_INSTEAD,
        )
    return config


def _model(folder: Path) -> Any:
    """The model in torch, float32; UserError when files or tensors are missing, damaged or no numbers."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    try:
        model, report = AutoModelForSeq2SeqLM.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
    except Exception as error:  # each reader has its own for a damaged file
        hint = "is the download complete?"
        raise UserError(f"cannot read the checkpoint in {folder}: {_first_line(error)}", hint=hint) from error
    for kind in ("missing_keys", "mismatched_keys"):
        if report[kind]:
            name = sorted(map(str, report[kind]))[0]
            raise UserError(f"the checkpoint in {folder} lacks the tensor {name}", hint="is the download complete?")
    for name, weight in model.named_parameters():
        if not torch.isfinite(weight).all():
            raise UserError(f"{folder}: {name} has values that are no numbers")
    return model.eval()


def _save_graphs(model: Any, part: Path) -> None:
    """Optimum's encoder and its joint decoder in ``part``."""
    from optimum.exporters.onnx import onnx_export_from_model

    draft = part / "draft"
    try:
        onnx_export_from_model(model, draft, task=_TASK, do_validation=False)
    except OSError:
        raise  # the disk: said by the bundle's maker
    except Exception as error:
        message = f"optimum cannot export a model of the type '{model.config.model_type}': {_first_line(error)}"
        raise UserError(message) from error
    for name in _FILES:
        if not (draft / name).is_file():
            raise UserError(f"optimum wrote no {name} for a model of the type '{model.config.model_type}'")
        for path in draft.glob(f"{name}*"):  # with its external data, beyond 2 GB
            path.rename(part / path.name)
    shutil.rmtree(draft)


def _save_vocabulary(folder: Path, part: Path, config: Any) -> seq2seq.Vocabulary:
    """The vocabulary's files in ``part``, in the form that needs no transformers; and it, opened."""
    end = config.eos_token_id
    if config.model_type in _PIECES and (folder / mt5.VOCABULARY).is_file():
        shutil.copyfile(folder / mt5.VOCABULARY, part / mt5.VOCABULARY)
        return Tokens(part / mt5.VOCABULARY, end)
    if config.model_type == "marian":
        for name in (subwords.SOURCE, subwords.TARGET, subwords.IDS):
            if not (folder / name).is_file():
                raise UserError(f"{folder} has no {name}", hint="is the download complete?")
            shutil.copyfile(folder / name, part / name)
        return subwords.Marian(part, end)
    try:
        from transformers import AutoTokenizer

        theirs = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True).backend_tokenizer
        theirs.save(str(part / subwords.TOKENIZER))
    except Exception as error:  # each tokenizer has its own for a missing file
        raise UserError(f"cannot read the vocabulary in {folder}: {_first_line(error)}") from error
    return subwords.Subwords(part / subwords.TOKENIZER)


def _same_tokens(folder: Path, tokens: seq2seq.Vocabulary, prefix: str) -> None:
    """UserError (exit code 1) unless ``tokens`` gives the ids that transformers gives.

    Sentencepiece is its own measure: the fast tokenizers of transformers have no fall-back to bytes.
    """
    from transformers import AutoTokenizer

    if isinstance(tokens, Tokens):
        return
    theirs = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    for text in probes.TEXTS:
        if list(theirs(prefix + text).input_ids) != tokens.encode(prefix + text):
            message = f"the vocabulary in {folder} is not read as transformers reads it"
            raise UserError(message, hint="no bundle was written", code=GATE_FAILED)


def _facts(folder: Path, asked: Request, original: Original, tokens: seq2seq.Vocabulary) -> dict[str, Any]:
    """What ``bundle.json`` says, but for the hashes and the proof."""
    from blogsum.train.export import tools
    from blogsum.train.weights import digest_of

    config, marks = original.model.config, original.marks
    given, positions = told(folder), _positions(config)
    options = asked.options
    if positions:
        options = replace(options, max_tokens=min(options.max_tokens, positions - 1))
    known = {name: value for name, value in asdict(asked).items() if name not in ("options", "line_break", "hub")}
    weights = {name: weight.detach().numpy() for name, weight in original.model.state_dict().items()}
    source = {"checkpoint": asked.hub or folder.resolve().name, "sha256": digest_of(weights)}
    never = [one[0] for one in given.get("bad_words_ids") or () if len(one) == 1]
    return {
        "kind": seq2seq.KIND,
        **known,
        "languages": list(asked.languages),
        "max_input": min(asked.max_input, positions or asked.max_input),
        "positions": positions,
        "line_break": None,
        "sentinels": _sentinels(folder, tokens),
        "options": asdict(options),
        "forced": {"first": given.get("forced_bos_token_id"), "last": _one(given.get("forced_eos_token_id"))}
        | {"never": never},
        "marks": {"start": marks.start, "end": marks.end, "fill": marks.fill},
        "sizes": {"vocabulary": config.vocab_size},
        "source": {**source, "transformers": getattr(config, "transformers_version", None) or "unknown"},
        "signature": f"{config.model_type}|weights:{source['sha256'][:12]}|precision:fp32|version:1",
        "tools": tools("optimum", "optimum-onnx", "tokenizers"),
    }


def _marks(model: Any) -> Marks:
    """The marks that the model starts, ends and fills with; UserError when its files do not say."""
    told = {**model.config.to_dict(), **model.generation_config.to_dict()}
    ids = {name: _one(told.get(f"{name}_token_id")) for name in ("decoder_start", "eos", "pad")}
    for name, found in ids.items():
        if found is None:
            raise UserError(f"the checkpoint's config.json has no {name}_token_id", hint="is the download complete?")
    return Marks(*(one for one in ids.values() if one is not None))


def _one(value: Any) -> int | None:
    """The id, or the first of several."""
    found = value[0] if isinstance(value, list) else value
    return None if found is None else int(found)


def _sentinels(folder: Path, tokens: seq2seq.Vocabulary) -> list[int]:
    """The ids that no summary has: those that stand for a gap in pretraining. Others, as <s> or de_DE, may open one."""
    from transformers import AutoTokenizer

    if isinstance(tokens, Tokens):
        return [one for one in range(tokens.size) if _GAP.fullmatch(tokens.piece(one).removeprefix("▁"))]
    theirs = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    named = zip(theirs.all_special_ids, theirs.all_special_tokens, strict=True)
    gaps = {one for one, name in named if one == theirs.mask_token_id or _GAP.fullmatch(str(name))}
    return sorted(one for one in gaps if one < tokens.size)


def _positions(config: Any) -> int | None:
    """How many tokens a text may have at most; None where positions are relative."""
    return None if config.model_type in _RELATIVES else getattr(config, "max_position_embeddings", None)


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


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what torch, transformers and optimum tell their developers."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
