"""A tiny mT5 that has learned eight posts and their summaries of two lines by heart: seconds of training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from blogsum.summarize.tokens import Tokens
from tests import tiny

PAIRS = (
    (
        "Seit dem Frühjahr fährt das Team mit dem Rad zur Arbeit. Die Räder kosten wenig und halten lange.",
        "Das Team fährt seit dem Frühjahr Rad.\nDie Räder kosten wenig.",
    ),
    (
        "Die Stadt hat neue Wege gebaut und alte gesperrt. Über tausend Leute kamen zum Fest am Abend.",
        "Die Stadt hat neue Wege.\nZum Fest kamen über tausend Leute.",
    ),
    (
        "Wer früh bestellt, bekommt die Ware am selben Tag. Das Lager ist groß und hell.",
        "Die Ware kommt am selben Tag.\nDas Lager ist groß.",
    ),
    (
        "Die Zahl der Leser stieg um die Hälfte. Der Grund war das gute Wetter im Winter.",
        "Es gibt mehr Leser.\nDas Wetter im Winter war gut.",
    ),
    (
        "The team rides to work since spring. Bikes cost little and last long in the yard.",
        "The team rides to work.\nBikes cost little and last long.",
    ),
    (
        "The town has built new lanes and closed old ones. More than a thousand people came to the party.",
        "The town has new lanes.\nA thousand people came to the party.",
    ),
    (
        "Orders that come in early are served the same day. The office is large and bright.",
        "Early orders are served the same day.\nThe office is bright.",
    ),
    (
        "The number of readers grew by half. The weather was fine in winter, and that was the reason.",
        "There are more readers.\nThe weather in winter was the reason.",
    ),
)
PREFIX = "kurz: "
SHAPE = {
    "vocab_size": 400,
    "d_model": 64,
    "num_heads": 4,
    "d_kv": 24,
    "d_ff": 128,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "relative_attention_max_distance": 128,
}


def learned(folder: Path, steps: int = 500) -> Path:
    """The checkpoint, as blogsum's own training would leave it."""
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = tiny.torch_model(tiny.checkpoint(0, **SHAPE))
    model.init_weights()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.05) if parameter.dim() > 1 else torch.nn.init.ones_(parameter)
    with torch.no_grad():
        model.shared.weight.normal_(0, 1)
        model.lm_head.weight.copy_(model.shared.weight * SHAPE["d_model"] ** -0.5)
    plain = Tokens(tiny.vocabulary(), 1)
    tokens = Tokens(tiny.vocabulary(), 1, plain.id("▁<extra_id_0>"))
    sources = _padded([tokens.encode(PREFIX + source) for source, _ in PAIRS], 0)
    targets = _padded([tokens.encode_lines(target) for _, target in PAIRS], -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1, (step + 1) / 20)
        loss = model(input_ids=sources, attention_mask=(sources != 0).long(), labels=targets).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if loss.item() < 5e-3:
            break
    else:
        raise AssertionError(f"not learned: loss {loss.item():.4f}")
    model.eval().save_pretrained(folder)
    (folder / "spiece.model").write_bytes(tiny.vocabulary())
    told = {"prefix": PREFIX, "line_break": "▁<extra_id_0>", "languages": ["de", "en"], "licence": "MIT"}
    (folder / "blogsum.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def _padded(rows: list[list[int]], filler: int) -> Any:
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])
