"""What a job needs in the workspace: data, base and environment, each pushed once and known again by its sha256."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from blogsum.azure import refusals, sdk
from blogsum.azure.place import Place
from blogsum.errors import UserError

Say = Callable[[str], None]
# rendered file -> what the SDK calls the assets of its kind
KINDS = {"data.yml": "data", "warm_up.yml": "data", "base.yml": "models", "environment.yml": "environments"}
_SHORT = 12


def push(client: Any, place: Place, folder: Path, documents: Mapping[str, Any], say: Say) -> None:
    """Put the assets of a rendered job into the workspace, but for those that are there with the same content.

    UserError when a name and version are taken by other content; nothing is registered before it is there whole.
    """
    for name, operations in KINDS.items():
        if name in documents:
            _push(client, place, folder / name, documents[name], (operations, say))


def _push(client: Any, place: Place, path: Path, document: Mapping[str, Any], how: tuple[str, Say]) -> None:
    operations, say = how
    name, version = str(document["name"]), str(document["version"])
    there = found(client, place, operations, name, version)
    wanted = str((document.get("tags") or {}).get("sha256") or "")
    if there is None:
        say(f"sending {name}:{version}")
        with refusals.in_words(place, f"register {name}:{version}"), sdk.quiet():
            getattr(client, operations).create_or_update(sdk.loader(path.name)(path))
        return
    told = str((there.tags or {}).get("sha256") or "")
    if wanted and told != wanted:  # an environment has none: its version is the hash of its content
        what = f"sha256 {told[:_SHORT]} instead of {wanted[:_SHORT]}" if told else "it says no sha256"
        hint = "a dataset's next version has another number: blogsum data add" if operations == "data" else "rename it"
        raise UserError(f"{name}:{version} in workspace {place.workspace} has other content: {what}", hint=hint)
    say(f"{name}:{version} is there already")


def found(client: Any, place: Place, operations: str, name: str, version: str) -> Any:
    """The asset of this name and version in the workspace; None when there is none."""
    try:
        with refusals.in_words(place, f"look for {name}:{version}"), sdk.quiet():
            return getattr(client, operations).get(name, version)
    except refusals.Refused as error:
        if error.is_missing:
            return None
        raise
