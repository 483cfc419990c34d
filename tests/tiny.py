"""Tiny mT5 checkpoints with random weights, of mT5's odd proportions, that do end their texts, at varied lengths."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.train.weights import Checkpoint, expected, shape_of

CONFIG: dict[str, Any] = {
    "architectures": ["MT5ForConditionalGeneration"],
    "model_type": "mt5",
    "vocab_size": 320,
    "d_model": 40,  # 3 heads of 16 are 48, not 40
    "num_heads": 3,
    "d_kv": 16,
    "d_ff": 56,
    "num_layers": 3,
    "num_decoder_layers": 2,  # transformers 4.57 has one cache a layer of the encoder: never more here
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 20,
    "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
    "decoder_start_token_id": 0,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "dropout_rate": 0.0,
    "transformers_version": "4.57.6",
}


def checkpoint(seed: int = 0, ending: float = 3.2, gain: float = 1.0, **changes: Any) -> Checkpoint:
    """A checkpoint with weights drawn from ``seed``: the same on every machine.

    ``ending`` is how many times longer than the others the end mark's row of the head is: the larger, the sooner texts
    end. ``gain`` is how much a layer adds: the larger, the more varied the texts and the more a rounding grows.
    ``changes`` overrule the configuration.
    """
    config = {**CONFIG, **changes}
    shape = shape_of(config)
    draw = np.random.RandomState(seed)  # the legacy generator: its stream never changes
    weights = {}
    for name, size in expected(shape):
        if name.endswith("layer_norm.weight"):
            values = draw.uniform(0.6, 1.4, size)
        elif "relative_attention_bias" in name:
            values = draw.normal(0, 1.0, size)
        elif name in ("shared.weight", "lm_head.weight"):
            values = draw.normal(0, 1.0 if name == "shared.weight" or shape.tied else shape.d_model**-0.5, size)
            values[shape.eos] *= ending
        else:
            values = draw.normal(0, gain * size[-1] ** -0.5 if "q" not in name.split(".")[-2] else 0.25, size)
        weights[name] = values.astype(np.float32)
    if shape.tied:
        weights["lm_head.weight"] = weights["shared.weight"]
    return Checkpoint(config, shape, weights)


def articles(seed: int, count: int, longest: int = 40, vocabulary: int = 320) -> list[list[int]]:
    """Token ids of ``count`` articles of varied lengths, each with its end mark."""
    draw = np.random.RandomState(seed)
    return [[*draw.randint(3, vocabulary, draw.randint(1, longest)).tolist(), 1] for _ in range(count)]


TEXT = """Seit dem Frühjahr fährt das Team mit dem Rad. Die Räder kosten wenig und halten lange. Im Winter bleibt es im
Hof. Wer früh bestellt, bekommt die Ware am selben Tag. Die Stadt hat neue Wege gebaut und alte gesperrt. Über tausend
Leute kamen zum Fest, das Wetter war gut. Die Zahl der Leser stieg um die Hälfte. Das Büro ist groß und hell.
The team rides to work since spring. Bikes cost little and last long. In winter they stay in the yard. Orders that come
in early are served the same day. The town has built new lanes and closed old ones. More than a thousand people came to
the party, and the weather was fine. The number of readers grew by half. The office is large and bright."""


@lru_cache
def vocabulary(pieces: int = 390, extra: int = 3) -> bytes:
    """The vocabulary of ``TEXT``."""
    return trained_vocabulary(TEXT.split("\n"), pieces, extra)


def trained_vocabulary(lines: Sequence[str], pieces: int, extra: int = 3) -> bytes:
    """A sentencepiece model like mT5's: pad, end, unknown, 256 bytes, pieces, and ``extra`` sentinels at the end."""
    import sentencepiece as spm
    from sentencepiece import sentencepiece_model_pb2 as protobuf

    written = io.BytesIO()
    spm.SentencePieceTrainer.Train(
        sentence_iterator=iter(lines),
        model_writer=written,
        vocab_size=pieces - extra,
        model_type="unigram",
        byte_fallback=True,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    model = protobuf.ModelProto.FromString(written.getvalue())
    for number in reversed(range(extra)):
        model.pieces.add(piece=f"▁<extra_id_{number}>", score=0.0, type=protobuf.ModelProto.SentencePiece.USER_DEFINED)
    return bytes(model.SerializeToString())


def hub(folder: Path, one: Checkpoint | None = None) -> Path:
    """A checkpoint with vocabulary, as the hub has them: more rows than pieces, no tokenizer.json."""
    one = one or checkpoint(1, vocab_size=400)
    save(folder, one)
    (folder / "spiece.model").write_bytes(vocabulary())
    return folder


def save(folder: Path, one: Checkpoint) -> Path:
    """The checkpoint as a folder like the hub's."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = dict(one.weights)
    if one.shape.tied:
        del weights["lm_head.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(dict(one.config)), encoding="utf-8")
    return folder


def torch_model(one: Checkpoint) -> Any:
    """The same model in transformers."""
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    model = MT5ForConditionalGeneration(MT5Config.from_dict(dict(one.config)))
    state = {name: torch.from_numpy(np.array(value)) for name, value in one.weights.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected
    assert set(missing) <= {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"}
    return model.eval()
