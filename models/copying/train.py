"""Train the small mT5 that ``benchmarks/mt5_quality.py`` measures with; on one thread, the same weights every time.

``python models/copying/train.py --data DIR -o FOLDER`` (DIR/blog/dev.jsonl.gz), minutes on one core. The recipe was
found by trial: without the larger step of the relative positions (x30) nothing is learned, with short passages first
and half of them random tokens it is learned within 1,600 steps.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.summarize.tokens import Tokens  # noqa: E402
from models.copying import task  # noqa: E402

STEPS, BATCH, SEED = 1600, 32, 0
RATE, WARM, POSITIONS = 2e-3, 200, 30.0  # learning rate, steps until it is reached, times it for relative positions
SHORTEST, SHORT_UNTIL, LONG_FROM = 26, 0.15, 0.45  # tokens of a source at first; shares of all steps
RANDOM = ((0.4, 0.5), (1.0, 0.15))  # until this share of all steps, so many passages are of random tokens
ROWS = 5120  # of the embedding: more than there are pieces, as in mT5
SHAPE = {"d_model": 128, "num_heads": 4, "d_kv": 48, "d_ff": 256, "num_layers": 3, "num_decoder_layers": 3}
Batch = list[tuple[list[int], list[int]]]


def main() -> None:
    """Train and write the checkpoint, as the hub has them: no tokenizer.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    train(task.posts(options.data), options.output, STEPS, lambda line: print(line, file=sys.stderr, flush=True))


def train(posts: Sequence[task.Post], folder: Path, steps: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Write the checkpoint to ``folder``; its weights depend on posts and steps alone.

    Returns ``steps``, the ``seconds`` of a core that they took, and the ``loss`` of the last 100.
    """
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    vocabulary = task.vocabulary(posts)
    plain = Tokens(vocabulary, task.EOS)
    tokens = Tokens(vocabulary, task.EOS, plain.id(task.BREAK))
    passages = task.Passages([post for post in posts if not post.unseen], tokens, SEED + 1)
    model = _model()
    groups = _groups(model)
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    began, losses = time.process_time(), list[float]()
    for step, batch in enumerate(_batches(passages, steps)):
        for group in groups:
            group["lr"] = _rate(step, steps) * group["times"]
        losses.append(_learn(model, optimizer, batch))
        if step % 100 == 99:
            seconds = time.process_time() - began
            say(f"step {step + 1} of {steps}, {seconds:.0f} s, loss {sum(losses[-100:]) / 100:.4f}")
    model.eval().save_pretrained(folder)
    (folder / "spiece.model").write_bytes(vocabulary)
    told = {"prefix": task.PREFIX, "line_break": task.BREAK, "languages": ["de", "en"], "max_input": 512}
    (folder / "blogsum.json").write_text(json.dumps(told), encoding="utf-8")
    return {"steps": steps, "seconds": time.process_time() - began, "loss": sum(losses[-100:]) / len(losses[-100:])}


def _model() -> Any:
    """An mT5 as transformers starts it, but for the head: it starts from the embedding."""
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    torch.manual_seed(SEED)
    marks = {"decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": task.EOS}
    settings = {**SHAPE, **marks, "vocab_size": ROWS, "dropout_rate": 0.0, "tie_word_embeddings": False}
    model = MT5ForConditionalGeneration(MT5Config(feed_forward_proj="gated-gelu", **settings))
    with torch.no_grad():
        model.lm_head.weight.copy_(model.shared.weight * SHAPE["d_model"] ** -0.5)
    return model.train()


def _groups(model: Any) -> list[dict[str, Any]]:
    """All weights, the relative positions apart: they learn in larger steps."""
    named = list(model.named_parameters())
    positions = [weight for name, weight in named if "relative_attention_bias" in name]
    others = [weight for name, weight in named if "relative_attention_bias" not in name]
    return [{"params": others, "times": 1.0}, {"params": positions, "times": POSITIONS}]


def _batches(passages: task.Passages, steps: int) -> Iterator[Batch]:
    """A batch for each step, its sources of like length; short ones first."""
    for start in range(0, steps, 8):
        share = start / steps
        grown = min(1.0, max(0.0, (share - SHORT_UNTIL) / (LONG_FROM - SHORT_UNTIL)))
        longest = round(SHORTEST + (task.LONGEST_SOURCE - SHORTEST) * grown)
        at_random = next(part for until, part in RANDOM if share < until)
        pool = sorted((passages.draw(longest, at_random) for _ in range(8 * BATCH)), key=lambda pair: len(pair[0]))
        batches = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        passages.shuffle(batches)
        yield from batches[: steps - start]


def _rate(step: int, steps: int) -> float:
    """Up at first, down to almost nothing in the second half."""
    left = 1.0 if step < steps / 2 else max(0.03, 2 * (1 - step / steps))
    return RATE * min(1.0, (step + 1) / WARM) * left


def _learn(model: Any, optimizer: Any, batch: Batch) -> float:
    """One step; the loss before it."""
    import torch

    sources = _padded([source for source, _ in batch], 0)
    targets = _padded([target for _, target in batch], -100)
    loss = model(input_ids=sources, attention_mask=(sources != 0).long(), labels=targets).loss
    if not math.isfinite(loss.item()):
        raise SystemExit("the loss is no number")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.item())


def _padded(rows: list[list[int]], filler: int) -> Any:
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])


if __name__ == "__main__":
    main()
