"""Checkpoints and bundles from the Hugging Face hub, through its own client; HF_HOME, HF_ENDPOINT, HF_TOKEN hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from blogsum.errors import MissingExtra, UserError
from blogsum.store import bundles

_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
# What an export reads of a checkpoint; the weights once, without pickles where there are safetensors.
_SMALL = ("config.json", "generation_config.json", "blogsum.json", "spiece.model")
_SAFE = re.compile(r"model(?:-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json")
_RESTRICTED = re.compile(r"\bnc\b|non-?commercial|not for business", re.IGNORECASE)
_PICKLES = re.compile(r"pytorch_model(?:-\d+-of-\d+)?\.bin|pytorch_model\.bin\.index\.json")


def is_id(reference: str) -> bool:
    """Whether ``reference`` looks like ``owner/name``."""
    return bool(_ID.fullmatch(reference))


def download(hub_id: str) -> Path:
    """The files of a model that blogsum needs, in the hub's own cache; what is there already is not fetched again.

    An interrupted download goes on where it stopped. UserError in one line for a model that is not there or not for
    you, a file that is missing, or a connection that breaks.
    """
    hub = _client()
    try:
        with _one_line(hub, hub_id):
            listed = [file.rfilename for file in hub.model_info(hub_id).siblings or ()]
            return Path(hub.snapshot_download(hub_id, allow_patterns=_wanted(hub_id, listed)))
    except hub.errors.OfflineModeIsEnabled:
        return _offline(hub, hub_id)


def licence(hub_id: str) -> str:
    """The licence that a model's card names, such as ``cc-by-nc-sa-4.0``; "" when it names none or there is no hub."""
    hub = _client()
    try:
        with _one_line(hub, hub_id):
            tags = hub.model_info(hub_id).tags or ()
    except hub.errors.OfflineModeIsEnabled:
        return ""
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")


def is_restricted(said: str) -> bool:
    """Whether a licence, in its short or in plain words, keeps business out."""
    return bool(_RESTRICTED.search(said))


@contextmanager
def _one_line(hub: Any, hub_id: str) -> Iterator[None]:
    """Say in one line what went wrong; being offline is left to the caller."""
    try:
        yield
    except (UserError, hub.errors.OfflineModeIsEnabled):
        raise
    except hub.errors.GatedRepoError as error:
        hint = "accept its terms on the hub and set HF_TOKEN"
        raise UserError(f"{hub_id} is given only to who asked for it", hint=hint) from error
    except hub.errors.RepositoryNotFoundError as error:
        raise UserError(f"{hub_id}: no such model on the hub", hint="private ones need HF_TOKEN") from error
    except Exception as error:  # the client, its HTTP library and the disk each have their own
        raise UserError(
            f"cannot fetch {hub_id}: {_reason(error)}", hint="the same command goes on from here"
        ) from error


def _offline(hub: Any, hub_id: str) -> Path:
    """What an earlier download left in the cache."""
    try:
        return Path(hub.snapshot_download(hub_id, local_files_only=True))
    except Exception as error:
        hint = "HF_HUB_OFFLINE is set: unset it to fetch the model"
        raise UserError(f"{hub_id} is not in the hub's cache", hint=hint) from error


def _wanted(hub_id: str, listed: Iterable[str]) -> list[str]:
    """The files to fetch: all of a bundle; of a checkpoint what an export reads."""
    names = list(listed)
    if bundles.MANIFEST in names:
        return names
    weights = [name for name in names if _SAFE.fullmatch(name)] or [name for name in names if _PICKLES.fullmatch(name)]
    missing = [name for name in ("config.json", "spiece.model") if name not in names]
    missing += [] if weights else ["model.safetensors or pytorch_model.bin"]
    if missing:
        raise UserError(f"{hub_id} is no mT5 checkpoint: it has no {' and no '.join(missing)}")
    return [*(name for name in _SMALL if name in names), *weights]


def _client() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as error:
        raise MissingExtra("huggingface_hub", "mt5") from error
    return huggingface_hub


def _reason(error: Exception) -> str:
    """The first line of what went wrong, without the token."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    token = os.environ.get("HF_TOKEN", "")
    return text.replace(token, "…") if token else text
