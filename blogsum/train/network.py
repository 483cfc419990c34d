"""The model at work: the loss of a batch with its gradients, and texts. Knows neither optimizer nor recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blogsum.files import digest
from blogsum.summarize.decoding import Marks
from blogsum.summarize.seq2seq import Forced
from blogsum.train.batches import Batch, padded
from blogsum.train.machine import Place
from blogsum.train.material import Pair
from blogsum.train.parallel import Team

_NO_LABEL = -100  # torch's own mark for a place that has no label
_TEXTS = 8  # articles about which is written at once


@dataclass(frozen=True)
class Manner:
    """How a model writes: its marks, what it must or may not write; without ``use_cache`` every step anew."""

    marks: Marks
    forced: Forced = field(default_factory=Forced)
    use_cache: bool = True


@dataclass(frozen=True)
class Network:
    """A torch model with all one must know to use it."""

    model: Any
    manner: Manner
    place: Place
    team: Team

    def loss(self, pairs: Sequence[Pair], smoothing: float) -> Any:
        """The summed cross entropy of all target tokens of ``pairs`` (nats), as a tensor with its graph."""
        from torch.nn.functional import cross_entropy

        marks = self.manner.marks
        sources = self._tensor([pair.source for pair in pairs], marks.fill)
        mask = self._tensor([[1] * len(pair.source) for pair in pairs], 0)
        given = self._tensor([(marks.start, *pair.target[:-1]) for pair in pairs], marks.fill)
        labels = self._tensor([pair.target for pair in pairs], _NO_LABEL)
        with self.team.autocast():
            asked = {"input_ids": sources, "attention_mask": mask, "decoder_input_ids": given}
            logits = self.model(**asked, use_cache=False).logits
        return cross_entropy(
            logits.float().flatten(0, 1),
            labels.flatten(),
            ignore_index=_NO_LABEL,
            label_smoothing=smoothing,
            reduction="sum",
        )

    def gradients(self, batch: Batch, smoothing: float, chance: tuple[object, ...]) -> float:
        """Add the gradients of the batch's mean loss a token to the parameters; return that loss.

        Every part of the batch draws its dropout from ``chance`` and its number: so a step is the same whatever came
        before it, and whichever process computes the part.
        """
        import torch

        self.model.train()
        tokens = sum(len(pair.target) for part in batch for pair in part)
        mean = 0.0
        for number, part in enumerate(batch):
            if number % self.team.size == self.team.rank:
                torch.manual_seed(int(digest(*chance, number)[:8], 16))
                loss = self.loss(part, smoothing) / tokens
                self.team.backward(loss)
                mean += float(loss.detach())
        return self.team.total(mean)

    def mean_loss(self, pairs: Sequence[Pair]) -> float:
        """The mean loss a token of ``pairs``, without smoothing and dropout."""
        import torch

        self.model.eval()
        parts = [pairs[start : start + _TEXTS] for start in range(0, len(pairs), _TEXTS)]
        with torch.inference_mode():
            own = parts[self.team.rank :: self.team.size]
            summed = sum(float(self.loss(part, 0.0)) for part in own)
        return self.team.total(summed) / sum(len(pair.target) for pair in pairs)

    def write(
        self, sources: Sequence[Sequence[int]], longest: int, beams: int = 1, go_on: Callable[[], None] = lambda: None
    ) -> list[list[int]]:
        """What the model writes about each source, without its end mark; ``go_on`` is asked before every few."""
        order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
        parts = [order[start : start + _TEXTS] for start in range(0, len(order), _TEXTS)]
        found: dict[int, list[int]] = {}
        for part in parts[self.team.rank :: self.team.size]:
            go_on()
            texts = self._write([sources[i] for i in part], longest, beams)
            found |= dict(zip(part, texts, strict=True))
        every = self.team.gathered(found)
        return [every[i] for i in range(len(sources))]

    def _write(self, sources: Sequence[Sequence[int]], longest: int, beams: int) -> list[list[int]]:
        import torch
        from transformers import GenerationConfig

        marks, forced = self.manner.marks, self.manner.forced
        settings = GenerationConfig(
            decoder_start_token_id=marks.start,
            pad_token_id=marks.fill,
            eos_token_id=marks.end,
            bos_token_id=None,
            forced_bos_token_id=forced.first,
            bad_words_ids=[[one] for one in forced.never] or None,
            max_new_tokens=longest,
            num_beams=beams,
            do_sample=False,
        )
        self.model.eval()
        with torch.inference_mode(), self.team.autocast():
            found = self.model.generate(
                input_ids=self._tensor(sources, marks.fill),
                attention_mask=self._tensor([[1] * len(one) for one in sources], 0),
                generation_config=settings,
                use_model_defaults=False,
                use_cache=self.manner.use_cache,
            )
        return [_ended(row[1:], marks.end) for row in found.tolist()]

    def _tensor(self, rows: Sequence[Sequence[int]], filler: int) -> Any:
        import torch

        return torch.tensor(padded(rows, filler), device=self.team.accelerator.device)


def put(parameters: Mapping[str, Any], tensors: Mapping[str, Any]) -> None:
    """Give parameters the values of ``tensors``, by name."""
    import torch

    with torch.no_grad():
        for name, value in tensors.items():
            parameters[name].copy_(value)


def _ended(row: list[int], end: int) -> list[int]:
    return row[: row.index(end)] if end in row else row
