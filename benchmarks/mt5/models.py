"""mt5-small's exact shape with random weights, made once in a folder, and what each engine makes of it.

Used by benchmarks/mt5_cost.py, which runs ``python benchmarks/mt5/models.py FOLDER`` in a process of its own.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SHAPE = {"d_model": 512, "num_heads": 6, "d_kv": 64, "d_ff": 1024, "num_layers": 8, "num_decoder_layers": 8}
# "full" is mt5-small as it is, "pruned" what blogsum export leaves of its vocabulary for German and English
ROWS = {"pruned": 32_000, "full": 250_112}
CONFIG = {
    **SHAPE,
    "architectures": ["MT5ForConditionalGeneration"],
    "model_type": "mt5",
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
    "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
    "decoder_start_token_id": 0,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "transformers_version": "4.57.6",
}


def make(work: Path) -> None:
    """Every model of every engine under ``work``; what is there already stays."""
    for size, rows in ROWS.items():
        folder = work / size
        _once(folder / "checkpoint", partial(_checkpoint, rows=rows))
        for precision in ("fp32", "int8"):
            _once(folder / f"blogsum-{precision}", partial(_ours, source=folder / "checkpoint", precision=precision))
            theirs = partial(_ctranslate2, source=folder / "checkpoint", precision=precision)
            _once(folder / f"ctranslate2-{precision}", theirs)
        _once(folder / "optimum", partial(_optimum, source=folder / "checkpoint"))


def _once(target: Path, build: Callable[[Path], None]) -> None:
    """Build a folder unless it is there; a build that was interrupted starts anew."""
    if target.exists():
        return
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    build(part)
    part.rename(target)
    print(f"{target}: {sum(path.stat().st_size for path in target.rglob('*')) / 1e6:,.0f} MB", flush=True)


def _checkpoint(folder: Path, rows: int) -> None:
    """Random weights, scaled so that no layer drowns another."""
    from safetensors.numpy import save_file

    from blogsum.train.weights import expected, shape_of

    config = {**CONFIG, "vocab_size": rows}
    draw, weights = np.random.default_rng(0), {}
    for name, size in expected(shape_of(config)):
        if name.endswith("norm.weight"):
            weights[name] = np.ones(size, np.float32)
        else:
            scale = 1.0 if name == "shared.weight" else 0.6 * size[-1] ** -0.5
            weights[name] = (draw.standard_normal(size, np.float32) * np.float32(scale)).astype(np.float32)
    # some tokens are likelier than others, or the best two would be so near each other that no int8 passes its proof
    weights["lm_head.weight"] *= np.exp(draw.standard_normal((rows, 1), np.float32))
    folder.mkdir()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer", "extra_ids": 0}))
    (folder / "spiece.model").write_bytes(_vocabulary(rows))


def _vocabulary(rows: int) -> bytes:
    """A sentencepiece model with a piece for almost every row; mT5 has 12 rows more than pieces, too."""
    from sentencepiece import sentencepiece_model_pb2 as protobuf

    kinds = protobuf.ModelProto.SentencePiece
    model = protobuf.ModelProto()
    model.trainer_spec.model_type = protobuf.TrainerSpec.UNIGRAM
    model.trainer_spec.unk_id, model.trainer_spec.bos_id = 2, -1
    model.trainer_spec.pad_id, model.trainer_spec.eos_id = 0, 1
    model.normalizer_spec.add_dummy_prefix = True
    for piece, kind in (("<pad>", kinds.CONTROL), ("</s>", kinds.CONTROL), ("<unk>", kinds.UNKNOWN)):
        model.pieces.add(piece=piece, score=0.0, type=kind)
    for number in range(3, rows - 12):
        model.pieces.add(piece=f"▁{np.base_repr(number, 36).lower()}", score=-float(number), type=kinds.NORMAL)
    return bytes(model.SerializeToString())


def _ours(target: Path, source: Path, precision: str) -> None:
    from blogsum.train.export import export, request

    export(source, target, request(source, {"name": "random", "precision": precision}))


def _ctranslate2(target: Path, source: Path, precision: str) -> None:
    import ctranslate2

    converter = ctranslate2.converters.TransformersConverter(str(source))
    converter.convert(str(target), quantization={"fp32": None, "int8": "int8"}[precision])


def _optimum(target: Path, source: Path) -> None:
    from optimum.onnxruntime import ORTModelForSeq2SeqLM

    model = ORTModelForSeq2SeqLM.from_pretrained(source, export=True)
    model.save_pretrained(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
