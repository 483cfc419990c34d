"""The model a run starts from, and the finished one as a folder: base -> torch, torch -> checkpoint. Trains nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from blogsum import jsonl
from blogsum.errors import MissingExtra, UserError
from blogsum.train import weights
from blogsum.train.recipe import Adapt

if TYPE_CHECKING:
    from blogsum.summarize.seq2seq import Vocabulary
    from blogsum.train.network import Manner
    from blogsum.train.vocabulary import Theirs

OURS = "blogsum.json"  # what blogsum's own training says of a checkpoint; ``export`` reads it
_EMBEDDINGS = ("shared", "lm_head", "embed_tokens")


class Base(Protocol):
    """A pretrained encoder-decoder: an mT5 (``base_own``) or any other family (``base_other``).

    ``told`` is what its ``blogsum.json`` says, ``sha256`` the digest of its weights as they were read, ``line_break``
    the name of what stands for a line break ("" if nothing does). ``longest`` are the most tokens of an article and of
    a summary that it has positions for, None for any number.
    """

    @property
    def told(self) -> Mapping[str, Any]:
        """What its ``blogsum.json`` says."""

    @property
    def sha256(self) -> str:
        """The digest of its weights."""

    @property
    def line_break(self) -> str:
        """What stands for a line break."""

    @property
    def manner(self) -> Manner:
        """How it writes."""

    @property
    def longest(self) -> tuple[int | None, int | None]:
        """Most tokens of an article and of a summary."""

    def tokens(self) -> Vocabulary | Theirs:
        """Its vocabulary, with line breaks."""

    def original(self) -> Any:
        """The model in torch and float32, as it is."""

    def to_train(self, dropout: float) -> Any:
        """The same with a row for line breaks, which drops a share of its values in training."""

    def pruned(self, texts: Sequence[str], always: Sequence[str]) -> tuple[Base, str]:
        """The base with the pieces that ``texts`` and ``always`` need alone, and what that does in words."""

    def save(self, model: Any, folder: Path, search: Mapping[str, Any]) -> None:
        """Write the trained ``model`` as transformers 4 keeps it, with vocabulary and how it is to ``search``."""

    def exportable(self) -> None:
        """UserError when a model trained from it cannot become a bundle."""

    def export(self, folder: Path, target: Path, force: bool, articles: Sequence[str]) -> Mapping[str, Any]:
        """Make a bundle of the trained model in ``folder``, proven on ``articles`` too; what its file says."""


def place(reference: str) -> Path:
    """The folder that ``reference`` means: itself, or what the hub's cache has of a catalogued name or a hub's id.

    UserError when it is not on this machine: nothing is downloaded here.
    """
    from blogsum.store import catalog, hub

    entry = None if Path(reference).exists() else catalog.find(reference)
    if Path(reference).exists() or not (entry or hub.is_id(reference)):
        return Path(reference)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError as error:
        raise MissingExtra("huggingface_hub", "train") from error
    try:
        return Path(snapshot_download(entry.hub if entry else reference, local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise UserError(f"{reference} is not on this machine", hint=f"blogsum models pull {reference}") from error


def called(reference: str) -> str:
    """What a base is called in cards: a folder's own name, or the name it has on the hub; never this machine's path."""
    if not Path(reference).exists():
        return reference if not Path(reference).is_absolute() else Path(reference).name
    place = Path(reference).resolve()
    repository = place.parent.parent.name  # the hub's cache has models--google--mt5-small/snapshots/HASH
    if place.parent.name == "snapshots" and repository.startswith("models--"):
        return repository.removeprefix("models--").replace("--", "/")
    return place.name


def load(folder: Path, lang: str = "") -> Base:
    """The base in ``folder``, for texts in ``lang``; UserError for no encoder-decoder, or another transformers' one."""
    needed()
    _refuse_other_major(folder)
    from blogsum.train import base_other, base_own

    told = _told(folder)
    return base_own.load(folder, told) if weights.is_ours(folder) else base_other.load(folder, told, lang)


def network(base: Base, adapt: Adapt, seed: int = 0) -> Any:
    """The base as a torch model to train, in float32; what ``adapt`` leaves alone needs no gradient."""
    import torch

    model = base.to_train(adapt.dropout)
    apart = {id(one.weight) for one in (model.get_input_embeddings(), model.get_output_embeddings()) if one is not None}
    if adapt.lora:
        torch.manual_seed(seed)  # LoRA starts from random numbers
        model = _with_lora(model, adapt)
    for name, parameter in model.named_parameters():
        embeds = id(parameter) in apart or any(part in _EMBEDDINGS for part in name.split("."))
        parameter.requires_grad_(bool(parameter.requires_grad and not (adapt.freeze_embeddings and embeds)))
    return model


def trainable(model: Any) -> dict[str, Any]:
    """The parameters that training changes, by name."""
    return {name: one for name, one in model.named_parameters() if one.requires_grad}


def save(model: Any, base: Base, folder: Path, told: Mapping[str, Any], search: Mapping[str, Any]) -> None:
    """The trained model as transformers 4 keeps it, in ``folder``, with vocabulary and ``blogsum.json``."""
    plain = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    base.save(plain, folder, {**search, "transformers_version": version("transformers")})
    write(folder / OURS, {**base.told, **told})
    for path in filter(Path.is_file, folder.iterdir()):
        path.chmod(0o666 & ~_mask())  # weights are written for their owner alone


def made_by(folder: Path) -> str | None:
    """The run that trained the model in ``folder``; None when that is no trained model of ours."""
    try:
        return str(_told(folder).get("run", "")) if (folder / OURS).is_file() else None
    except UserError:
        return None


def needed() -> None:
    """MissingExtra unless everything that training needs is there."""
    from importlib.util import find_spec

    for name in ("torch", "transformers", "accelerate", "safetensors", "sentencepiece"):
        if find_spec(name) is None:
            raise MissingExtra(name, "train")


def _refuse_other_major(folder: Path) -> None:
    """UserError for a base that another major version of transformers wrote: 4.57 silently loses a head of 5's."""
    try:
        told = str(jsonl.parse((folder / "config.json").read_bytes()).get("transformers_version") or "")
    except (OSError, ValueError, AttributeError):
        return  # weights.read names what is wrong
    ours = version("transformers")
    if told and told.split(".")[0] != ours.split(".")[0]:
        raise UserError(
            f"{folder} was saved by transformers {told}, here is {ours}: weights would be lost silently",
            hint="save it anew with transformers 4",
        )


def _with_lora(model: Any, adapt: Adapt) -> Any:
    """The model with LoRA's additions (Hu et al., 2021) on every projection of attention and feed-forward."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingExtra("peft", "train") from error
    own = ["q", "k", "v", "o", "wi_0", "wi_1", "wo"]
    ours = model.config.model_type in weights.FAMILIES and model.config.is_gated_act
    targets = own if ours else "all-linear"  # but for the head
    settings = LoraConfig(
        r=adapt.lora,
        lora_alpha=2 * adapt.lora,
        lora_dropout=adapt.dropout,
        target_modules=targets,
        task_type="SEQ_2_SEQ_LM",
    )
    return get_peft_model(model, settings)


def _told(folder: Path) -> dict[str, Any]:
    try:
        found = jsonl.parse((folder / OURS).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {folder / OURS}: {error}") from error
    return dict(found) if isinstance(found, dict) else {}


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record as JSON that people can read."""
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
