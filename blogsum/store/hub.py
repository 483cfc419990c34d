"""Checkpoints and bundles from the Hugging Face hub, through its own client; HF_HOME, HF_ENDPOINT, HF_TOKEN hold.

Every file is compared with what the hub lists of it (size, and sha256 or git's own hash): the client does not. One that
differs is taken out of the cache, so that the next call fetches it again.
"""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from blogsum import jsonl
from blogsum.errors import MissingExtra, UserError
from blogsum.store import bundles

_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
# What an export reads of a checkpoint; the weights once, without pickles where there are safetensors.
_NEEDED = ("config.json", "spiece.model")
_SMALL = (*_NEEDED, "generation_config.json", "blogsum.json")
_INDEX = ".index.json"
_WEIGHTS = (
    re.compile(r"model(?:-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json"),
    re.compile(r"pytorch_model(?:-\d+-of-\d+)?\.bin|pytorch_model\.bin\.index\.json"),
)
_RESTRICTED = re.compile(r"\bnc\b|non-?commercial|not for business", re.IGNORECASE)
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")
_ON = "the same command goes on from here"


def is_id(reference: str) -> bool:
    """Whether ``reference`` looks like ``owner/name``."""
    return bool(_ID.fullmatch(reference))


def download(hub_id: str, watched: bool = False) -> Path:
    """The files of a model that blogsum needs, in the hub's own cache; what is there already is not fetched again.

    An interrupted download goes on where it stopped; ``watched`` shows bars on stderr. UserError in one line for a
    model that is not there or not for you, a file that is missing or not what the hub lists, or a broken connection.
    """
    hub = _client(watched)
    try:
        with _one_line(hub, hub_id):
            info = hub.model_info(hub_id, files_metadata=True)
            listed = {file.rfilename: file for file in info.siblings or ()}
            folder = _fetched(hub, hub_id, listed, _first(hub_id, listed), info.sha)
            return _fetched(hub, hub_id, listed, _parts(hub_id, listed, folder), info.sha)
    except hub.errors.OfflineModeIsEnabled:
        return _offline(hub, hub_id)


def licence(hub_id: str) -> str | None:
    """The licence that a model's card names, such as ``cc-by-nc-sa-4.0``; "" when it names none, None when offline."""
    hub = _client()
    try:
        with _one_line(hub, hub_id):
            tags = hub.model_info(hub_id).tags or ()
    except hub.errors.OfflineModeIsEnabled:
        return None
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")


def is_restricted(said: str) -> bool:
    """Whether a licence, in its short or in plain words, keeps business out."""
    return bool(_RESTRICTED.search(said))


def _first(hub_id: str, listed: Iterable[str]) -> list[str]:
    """The small files that say what else is needed; UserError when it cannot be exported."""
    names = set(listed)
    if bundles.MANIFEST in names:
        return [bundles.MANIFEST]
    missing = [name for name in _NEEDED if name not in names]
    missing += [] if _weights(names) else ["model.safetensors or pytorch_model.bin"]
    if missing:
        raise UserError(f"{hub_id} is no mT5 checkpoint: it has no {' and no '.join(missing)}")
    return [*(name for name in _SMALL if name in names), *(n for n in _weights(names) if n.endswith(_INDEX))]


def _parts(hub_id: str, listed: Iterable[str], folder: Path) -> list[str]:
    """All files to fetch, the small ones standing in ``folder``: what a bundle lists, or the weights of a checkpoint.

    UserError for one that is needed and not among the ``listed``.
    """
    names = set(listed)
    first = _first(hub_id, names)
    if first == [bundles.MANIFEST]:
        needed = [bundles.MANIFEST, *bundles.facts(folder)["files"]]
    else:
        index = next((name for name in first if name.endswith(_INDEX)), None)
        needed = [*first, *(_shards(hub_id, folder / index) if index else _weights(names))]
    for name in needed:
        if name not in names:
            raise UserError(f"{hub_id} has no {name}, which it needs", hint="its owner must upload it")
    return needed


def _weights(names: Iterable[str]) -> list[str]:
    """The files with weights: safetensors before pickles, one file before shards (as an export reads them)."""
    for pattern in _WEIGHTS:
        found = sorted(name for name in names if pattern.fullmatch(name))
        if found:
            whole = [name for name in found if "-of-" not in name and not name.endswith(_INDEX)]
            return whole or found
    return []


def _shards(hub_id: str, index: Path) -> list[str]:
    """The files that an index names; UserError when it cannot be read."""
    try:
        return sorted({str(name) for name in jsonl.parse(index.read_bytes())["weight_map"].values()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{hub_id}: {index.name} cannot be read", hint="its owner must upload it again") from error


def _fetched(hub: Any, hub_id: str, listed: Mapping[str, Any], names: Sequence[str], commit: str) -> Path:
    """The folder of the cache with the files ``names``, each what the hub lists."""
    folder = Path(hub.snapshot_download(hub_id, allow_patterns=[glob.escape(name) for name in names]))
    if folder.name != commit:
        raise UserError(f"{hub_id} was changed while it was fetched", hint=_ON)
    for name in names:
        wrong = _difference(folder / name, listed[name])
        if wrong:
            _forget(folder / name)
            raise UserError(f"{hub_id}: {name} {wrong}", hint="it was thrown away; the same command fetches it again")
    return folder


def _difference(path: Path, file: Any) -> str:
    """What tells the file at ``path`` from the one that the hub lists, in words; "" for nothing."""
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return f"has {size:,} bytes, the hub lists {file.size:,}"
    if file.lfs is not None:
        same = not _SHA256.fullmatch(file.lfs.sha256 or "") or _hash("sha256", path) == file.lfs.sha256
    else:
        same = not _SHA1.fullmatch(file.blob_id or "") or _hash("sha1", path, b"blob %d\0" % size) == file.blob_id
    return "" if same else "is not what the hub lists: its hash differs"


def _hash(name: str, path: Path, before: bytes = b"") -> str:
    whole = hashlib.new(name, before, usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()


def _forget(path: Path) -> None:
    """Take a file out of the cache: the link, and what it leads to."""
    with suppress(OSError):
        path.resolve().unlink()
    with suppress(OSError):
        path.unlink()


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
        raise UserError(f"cannot fetch {hub_id}: {_reason(hub, hub_id, error)}", hint=_ON) from error


def _reason(hub: Any, hub_id: str, error: Exception) -> str:
    """What went wrong, on one line and without the token."""
    response = getattr(error, "response", None)
    status, url = getattr(response, "status_code", None), str(getattr(response, "url", ""))
    if status == 401:
        return "the hub does not accept the token"
    if status == 404:
        return f"{url.partition('/resolve/')[2].partition('/')[2] or url} is listed and not there"
    if status == 416 or "Consistency check failed" in str(error):
        _start_over(hub, hub_id)
    text = " ".join((str(error).strip() or type(error).__name__).split())[:200]
    token = hub.get_token()
    return text.replace(token, "…") if token else text


def _start_over(hub: Any, hub_id: str) -> None:
    """Throw away what was fetched of unfinished files: going on behind wrong bytes would fail for ever."""
    blobs = Path(hub.constants.HF_HUB_CACHE) / f"models--{hub_id.replace('/', '--')}" / "blobs"
    for part in blobs.glob("*.incomplete"):
        with suppress(OSError):
            part.unlink()


def _offline(hub: Any, hub_id: str) -> Path:
    """What an earlier download left in the cache, if it is whole."""
    hint = "HF_HUB_OFFLINE is set: unset it to fetch the model"
    try:
        folder = Path(hub.snapshot_download(hub_id, local_files_only=True))
    except Exception as error:
        raise UserError(f"{hub_id} is not in the hub's cache", hint=hint) from error
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    try:
        names = _parts(hub_id, present, folder)
    except UserError as error:
        raise UserError(f"{hub_id} is in the hub's cache only in part", hint=hint) from error
    for name in names:
        blob = (folder / name).resolve().name  # the cache calls a large file by its sha256
        if _SHA256.fullmatch(blob) and _hash("sha256", folder / name) != blob:
            raise UserError(f"{hub_id}: {name} in the hub's cache is damaged", hint=hint)
    return folder


def _client(watched: bool = False) -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as error:
        raise MissingExtra("huggingface_hub", "mt5") from error
    huggingface_hub.logging.set_verbosity_error()  # its warnings name addresses with signatures; errors are ours to say
    if not watched:
        huggingface_hub.utils.disable_progress_bars()
    elif not huggingface_hub.constants.HF_HUB_DISABLE_PROGRESS_BARS:
        huggingface_hub.utils.enable_progress_bars()
    return huggingface_hub
