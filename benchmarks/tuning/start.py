"""What training starts from: an mT5 of random weights and its vocabulary, made from posts that may be learned from."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

PIECES, EOS = 6000, 1
SIZES = {"d_model": 128, "d_kv": 48, "d_ff": 256, "num_layers": 3, "num_decoder_layers": 3, "num_heads": 4}
_BREAK = "▁<extra_id_0>"  # stands for a line break, as in mT5
_MARKS = ("▁»", "▁«")  # of the sentences of a passage that are to be written


def vocabulary(lines: Iterable[str]) -> bytes:
    """A sentencepiece model of at most ``PIECES``, like mT5's with bytes for what it does not know."""
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(lines),
        model_writer=written,
        vocab_size=PIECES,
        hard_vocab_limit=False,  # a quick look has too little text for so many
        byte_fallback=True,
        character_coverage=0.9998,
        pad_id=0,
        eos_id=EOS,
        unk_id=2,
        bos_id=-1,
        user_defined_symbols=[_BREAK, *_MARKS],
        num_threads=1,
        minloglevel=2,
    )
    return written.getvalue()


def write(folder: Path, pieces: bytes, seed: int) -> None:
    """The checkpoint in ``folder``."""
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    torch.manual_seed(seed)
    marks = {"pad_token_id": 0, "eos_token_id": EOS, "decoder_start_token_id": 0}
    model = MT5ForConditionalGeneration(MT5Config(vocab_size=PIECES, **SIZES, **marks))
    with torch.no_grad():  # a head that starts as the embedding learns sooner
        model.lm_head.weight.copy_(model.shared.weight * SIZES["d_model"] ** -0.5)
    model.save_pretrained(folder)
    (folder / "spiece.model").write_bytes(pieces)
