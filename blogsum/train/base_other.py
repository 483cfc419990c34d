"""Any other encoder-decoder to start from (BART, mBART, Marian, Pegasus, T5 1.0 …), as transformers reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.summarize.seq2seq import Forced, Vocabulary
from blogsum.train import base as bases
from blogsum.train import foreign, vocabulary
from blogsum.train.network import Manner
from blogsum.train.vocabulary import Opened, Theirs
from blogsum.train.weights import digest_of


@dataclass(frozen=True)
class Other:
    """A folder with a checkpoint, its vocabulary opened; see ``Base``."""

    folder: Path
    family: str
    opened: Opened
    told: Mapping[str, Any]
    sha256: str
    manner: Manner
    longest: tuple[int | None, int | None]

    @property
    def line_break(self) -> str:
        """What stands for a line break."""
        return self.opened.line_break

    def tokens(self) -> Vocabulary | Theirs:
        """Its vocabulary, with line breaks."""
        return self.opened.tokens

    def original(self) -> Any:
        """The model in torch and float32, as it is."""
        with foreign.quiet():
            return foreign.model(self.folder)

    def to_train(self, dropout: float) -> Any:
        """The same with a row for line breaks, which drops a share of its values in training."""
        with foreign.quiet():
            model = foreign.model(self.folder, foreign.dropping(foreign.config(self.folder), dropout))
            _with_row(model, self.opened.line_break_id)
        return model

    def pruned(self, texts: Sequence[str], always: Sequence[str]) -> tuple[Other, str]:
        """UserError: the pieces of other families are not cut down."""
        raise UserError(f"--prune cuts down the vocabulary of mT5 and T5 1.1 alone, this is a {self.family}")

    def save(self, model: Any, folder: Path, search: Mapping[str, Any]) -> None:
        """Write the trained ``model`` as transformers 4 keeps it, with vocabulary and how it is to ``search``.

        How its base searched (BART's shortest length, its penalties) does not hold for what was learned here.
        """
        from transformers import GenerationConfig

        with foreign.quiet():
            model.generation_config = GenerationConfig()
            model.save_pretrained(folder, safe_serialization=True)
            self.opened.save(folder)
        place = folder / "config.json"
        config = jsonl.parse(place.read_bytes())
        for name in ("task_specific_params", *GenerationConfig().to_dict()):
            if not name.endswith("_token_id") or name.startswith("forced_"):
                config.pop(name, None)
        marks, forced = self.manner.marks, self.manner.forced
        config |= {"decoder_start_token_id": marks.start}
        bases.write(place, config)
        ids: dict[str, Any] = {"decoder_start_token_id": marks.start}
        ids |= {"pad_token_id": marks.fill, "eos_token_id": marks.end}
        ids |= {"forced_bos_token_id": forced.first, "bad_words_ids": [[one] for one in forced.never] or None}
        told = {name: value for name, value in {**ids, **search}.items() if value is not None}
        bases.write(folder / "generation_config.json", told)

    def exportable(self) -> None:
        """UserError when optimum has no graphs for its family, or blogsum cannot run its tokenizer."""
        from blogsum.train import optimum

        optimum.check(self.folder)
        if isinstance(self.opened.tokens, Theirs):
            raise vocabulary.untold(self.family)

    def export(self, folder: Path, target: Path, force: bool, articles: Sequence[str]) -> Mapping[str, Any]:
        """Make a bundle of the trained model in ``folder``, proven on ``articles`` too; what its file says."""
        from blogsum.train import optimum
        from blogsum.train.request import request

        return optimum.export(folder, target, request(folder, {}), force, articles)


def load(folder: Path, told: Mapping[str, Any], lang: str) -> Other:
    """The base in ``folder``, for texts in ``lang``; UserError when it cannot be read."""
    with foreign.quiet():
        config = foreign.config(folder)
        model = foreign.model(folder)
        rows = int(model.get_input_embeddings().weight.shape[0])
        opened = vocabulary.opened(folder, config, rows, lang, str(told.get("line_break") or ""))
    if opened.start is not None:
        model.generation_config.decoder_start_token_id = opened.start
    marks = foreign.marks(model)
    never = tuple(int(one[0]) for one in model.generation_config.bad_words_ids or () if len(one) == 1)
    forced = Forced(first=opened.opening[0] if opened.opening else None, never=never)
    encoder, decoder = foreign.layers(config)
    sha256 = digest_of({name: one.detach().numpy() for name, one in model.state_dict().items()})
    manner = Manner(marks, forced, use_cache=decoder <= encoder)
    return Other(folder, config.model_type, opened, told, sha256, manner, foreign.positions(config))


def _with_row(model: Any, row: int) -> None:
    """Give the model a row for a piece that is new to it, drawn like the rows it has: a mean row could not be told."""
    import numpy as np
    import torch

    rows = int(model.get_input_embeddings().weight.shape[0])
    if row < rows:
        return
    model.resize_token_embeddings(row + 1, mean_resizing=False)
    ends = [model.get_input_embeddings().weight, model.get_output_embeddings().weight]
    draw = np.random.RandomState(0)  # the legacy generator: its stream never changes
    with torch.no_grad():
        for weight in {id(one): one for one in ends}.values():
            mean, spread = weight[:rows].mean(0), weight[:rows].std(0)
            noise = torch.from_numpy(draw.normal(0, 1, (len(weight) - rows, weight.shape[1])).astype(np.float32))
            weight[rows:] = mean + spread * noise
