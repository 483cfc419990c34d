"""Tiny checkpoints of other families: random weights, vocabularies as the hub has them, texts that end."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from tests import tiny

SMALL = {"encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4}
WIDTH = {"d_model": 32, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "max_position_embeddings": 120, "init_std": 0.6}


def bart(folder: Path, **told: Any) -> Path:
    """A BART with byte-level pieces; ``told`` stands in its generation_config.json."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import BartConfig, BartForConditionalGeneration, BartTokenizerFast

    folder.mkdir(parents=True)
    pieces = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    pieces.train_from_iterator(tiny.TEXT.split("\n"), vocab_size=400, special_tokens=special, show_progress=False)
    pieces.save_model(str(folder))
    BartTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    model = BartForConditionalGeneration(BartConfig(vocab_size=400, **SMALL, **WIDTH))
    model.final_logits_bias[0, 2] = 6.5
    return _saved(folder, model, told)


def t5(folder: Path, **changes: Any) -> Path:
    """A T5 1.0: plain feed-forward, tied head, sentencepiece; ``changes`` overrule the configuration."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    shape = {"d_model": 32, "d_kv": 8, "num_heads": 4, "d_ff": 48, "num_layers": 2, "decoder_start_token_id": 0}
    torch.manual_seed(2)
    model = T5ForConditionalGeneration(T5Config(vocab_size=400, **{**shape, **changes}))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.normal_(0, 1.0 if "shared" in name or "relative" in name else 0.25)
        model.shared.weight[1] *= 7
    _saved(folder, model, {})
    (folder / "spiece.model").write_bytes(tiny.vocabulary())
    return folder


def marian(folder: Path) -> Path:
    """A Marian: two sentencepiece models and a table of ids, the filler last."""
    import torch
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(parents=True)
    pieces = SentencePieceProcessor()
    pieces.LoadFromSerializedProto(tiny.vocabulary())
    names = [pieces.IdToPiece(i) for i in range(3, pieces.GetPieceSize())]
    table = ["</s>", "<unk>", *reversed(names), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(table)}), encoding="utf-8")
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(tiny.vocabulary())
    last = len(table) - 1
    torch.manual_seed(3)
    marks = {"pad_token_id": last, "decoder_start_token_id": last, "eos_token_id": 0}
    model = MarianMTModel(MarianConfig(vocab_size=len(table), **SMALL, **WIDTH, **marks))
    model.final_logits_bias[0, 0] = 7.2
    _saved(folder, model, {"bad_words_ids": [[last]], "num_beams": 4})
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "de", "target_lang": "de", "tokenizer_class": "MarianTokenizer"})
    )
    return folder


def _saved(folder: Path, model: Any, told: dict[str, Any]) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, value in told.items():
            setattr(model.generation_config, name, value)
        model.eval().save_pretrained(folder)
    return folder
