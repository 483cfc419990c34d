"""Tiny checkpoints of other families: random weights, vocabularies as the hub has them, texts that end."""

from __future__ import annotations

import json
import string
import warnings
from pathlib import Path
from typing import Any

from tests import tiny

SMALL = {"encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4}
WIDTH = {"d_model": 32, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "max_position_embeddings": 120, "init_std": 0.6}
# what learns within a minute: small values to begin with, and nothing that ends texts
FRESH = {**WIDTH, "d_model": 64, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, "init_std": 0.05}


def bart(folder: Path, fresh: bool = False, **told: Any) -> Path:
    """A BART with byte-level pieces; ``told`` stands in its generation_config.json, a ``fresh`` one has to learn."""
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
    model = BartForConditionalGeneration(BartConfig(vocab_size=400, **SMALL, **(FRESH if fresh else WIDTH)))
    model.final_logits_bias[0, 2] = 0 if fresh else 6.5
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


def marian(folder: Path, fresh: bool = False) -> Path:
    """A Marian: two sentencepiece models and a table of ids, the filler last; a ``fresh`` one has to learn."""
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
    model = MarianMTModel(MarianConfig(vocab_size=len(table), **SMALL, **(FRESH if fresh else WIDTH), **marks))
    model.final_logits_bias[0, 0] = 0 if fresh else 7.2
    _saved(folder, model, {"bad_words_ids": [[last]], "num_beams": 4})
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "de", "target_lang": "de", "tokenizer_class": "MarianTokenizer"})
    )
    return folder


def learner(folder: Path) -> Path:
    """A T5 1.0 that has to learn."""
    return _plain(t5(folder, d_model=64, d_kv=16, d_ff=128), 0.05)


def _plain(folder: Path, spread: float) -> Path:
    """The T5 in ``folder`` with small values, its embedding aside."""
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    torch.manual_seed(2)
    for name, weight in weights.items():
        if weight.dim() > 1:
            weight.normal_(0, 1.0 if "shared" in name else spread)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def mbart(folder: Path) -> Path:
    """An mBART that has to learn: sentencepiece's pieces, a language behind every article."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from tokenizers import decoders as undo
    from transformers import MBartConfig, MBartForConditionalGeneration

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), undo.Metaspace()
    codes = ["en_XX", "de_DE"]
    special = ["<s>", "<pad>", "</s>", "<unk>", *codes, "<mask>"]
    settings = {"vocab_size": 390, "special_tokens": special, "initial_alphabet": [*string.ascii_letters, *"äöüÄÖÜß.,"]}
    trainer = trainers.UnigramTrainer(unk_token="<unk>", show_progress=False, **settings)
    tokenizer.train_from_iterator(tiny.TEXT.split("\n"), trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    told = {"tokenizer_class": "MBartTokenizerFast", "additional_special_tokens": codes}
    names = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "mask": "<mask>"}
    told |= {f"{name}_token": piece for name, piece in names.items()}
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    config = MBartConfig(vocab_size=tokenizer.get_vocab_size(), **SMALL, **FRESH)
    import torch

    torch.manual_seed(4)
    return _saved(folder, MBartForConditionalGeneration(config), {})


def m2m(folder: Path) -> Path:
    """An M2M100, whose tokenizer only transformers can run: a language before every article and every summary."""
    import torch
    from sentencepiece import SentencePieceProcessor
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer

    folder.mkdir(parents=True)
    pieces = SentencePieceProcessor()
    pieces.LoadFromSerializedProto(tiny.vocabulary())
    names = ["<s>", "<pad>", "</s>", "<unk>", *(pieces.IdToPiece(i) for i in range(3, pieces.GetPieceSize()))]
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}), encoding="utf-8")
    (folder / "spm.model").write_bytes(tiny.vocabulary())
    tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "spm.model"), num_madeup_words=0)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(5)
    config = M2M100Config(vocab_size=len(tokenizer) + 100, **SMALL, **FRESH, decoder_start_token_id=2)
    return _saved(folder, M2M100ForConditionalGeneration(config), {})


def _saved(folder: Path, model: Any, told: dict[str, Any]) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, value in told.items():
            setattr(model.generation_config, name, value)
        model.eval().save_pretrained(folder)
    return folder
