"""What the model of one run writes about other posts than those it was judged on, by transformers itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.tuning.start import EOS
from blogsum.summarize.tokens import Tokens
from blogsum.train.material import Reader
from blogsum.train.recipe import Recipe
from blogsum.types import Article

_AT_ONCE = 8


def texts(folder: Path, articles: Sequence[Article], recipe: Recipe) -> list[str]:
    """What the checkpoint in ``folder`` writes about each article when it reads and searches as ``recipe`` says."""
    import torch
    from transformers import MT5ForConditionalGeneration

    tokens = Tokens(folder / "spiece.model", EOS)
    reader = Reader(tokens, "", recipe.task.max_input, recipe.task.max_output)
    model = MT5ForConditionalGeneration.from_pretrained(folder).eval()
    written = []
    for start in range(0, len(articles), _AT_ONCE):
        read = [torch.tensor(reader.read(article)) for article in articles[start : start + _AT_ONCE]]
        ids = torch.nn.utils.rnn.pad_sequence(read, batch_first=True)
        with torch.inference_mode():
            found = model.generate(
                input_ids=ids,
                attention_mask=(ids != 0).long(),
                max_new_tokens=recipe.task.max_output,
                num_beams=recipe.judging.beams,
                do_sample=False,
            )
        written += [tokens.decode(row[1:].tolist()) for row in found]
    return written
