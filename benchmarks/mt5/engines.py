"""One engine in one process: loads a model, then works through jobs from stdin, one JSON line each; answers likewise.

Used by benchmarks/mt5_cost.py: ``python benchmarks/mt5/engines.py ENGINE FOLDER THREADS``. A job is ``{"tokens": 512,
"batch": 1, "beams": 1, "new": 128}``; every engine must write exactly ``new`` tokens, and says how many it wrote.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

Ids = Sequence[Sequence[int]]
Write = Callable[[Ids, int, int], list[int]]  # articles, beams, new tokens -> how many tokens each text has


def ours(folder: Path, threads: int) -> Write:
    """The bundle, loaded and verified as ``blogsum summarize --model`` does it."""
    from blogsum.summarize.decoding import Options, write
    from blogsum.summarize.devices import Device
    from blogsum.summarize.mt5 import MT5

    model = MT5(folder, device=Device(threads=threads))
    network = model.network
    _ = model.tokens

    def run(articles: Ids, beams: int, new: int) -> list[int]:
        options = Options(beams=beams, max_tokens=new, min_tokens=new)
        return [len(text.tokens) for text in write(network.read(articles, beams), len(articles), options)]

    return run


def ctranslate2(folder: Path, threads: int) -> Write:
    """CTranslate2's Translator; its tokens are texts."""
    import ctranslate2 as engine

    model = engine.Translator(str(folder), device="cpu", inter_threads=1, intra_threads=threads)
    names = [json.loads((folder / "shared_vocabulary.json").read_text(encoding="utf-8"))][0]

    def run(articles: Ids, beams: int, new: int) -> list[int]:
        found = model.translate_batch(
            [[names[one] for one in ids] for ids in articles],
            beam_size=beams,
            min_decoding_length=new,
            max_decoding_length=new,
            max_input_length=0,
        )
        return [len(one.hypotheses[0]) for one in found]

    return run


def transformers(folder: Path, threads: int) -> Write:
    """transformers in float32."""
    import torch
    from transformers import MT5ForConditionalGeneration

    torch.set_num_threads(threads)
    return _generating(MT5ForConditionalGeneration.from_pretrained(folder).eval())


def optimum(folder: Path, threads: int) -> Write:
    """optimum on onnxruntime; its head size is wrong for mt5-small (512 / 6 instead of 64) and mended here."""
    import onnxruntime
    import torch
    from optimum.onnxruntime import ORTModelForSeq2SeqLM

    torch.set_num_threads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    model = ORTModelForSeq2SeqLM.from_pretrained(folder, session_options=options)
    for part in (model.decoder, model.decoder_with_past):
        if part is not None:
            part.embed_size_per_head = model.config.d_kv
    return _generating(model)


def _generating(model: Any) -> Write:
    import torch

    def run(articles: Ids, beams: int, new: int) -> list[int]:
        ids = torch.tensor(articles)
        with torch.inference_mode():
            found = model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                num_beams=beams,
                do_sample=False,
                min_new_tokens=new,
                max_new_tokens=new,
            )
        return [len(text) - 1 for text in found]

    return run


ENGINES: dict[str, Callable[[Path, int], Write]] = {
    "blogsum": ours,
    "ctranslate2": ctranslate2,
    "transformers": transformers,
    "optimum": optimum,
}


def main(engine: str, folder: str, threads: str) -> None:
    """Load, then answer one line a job until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    begin = time.perf_counter()
    write = ENGINES[engine](Path(folder), int(threads))
    _answer(answers, {"loaded": time.perf_counter() - begin})
    for line in sys.stdin:
        job = json.loads(line)
        articles = [[(7 * i + 11 * row) % 30_000 + 100 for i in range(job["tokens"])] for row in range(job["batch"])]
        wall, processor = time.perf_counter(), time.process_time()
        counts = write(articles, job["beams"], job["new"])
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        _answer(answers, {"wall": wall, "processor": processor, "counts": counts})


def _answer(stream: Any, told: dict[str, Any]) -> None:
    stream.write(json.dumps({**told, "peak": _peak()}) + "\n")
    stream.flush()


def _peak() -> float:
    """Megabytes at most in memory so far; ru_maxrss would begin with what the parent held when it started this."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
