"""The models that come with blogsum: where they lie and whether they are whole. Knows nothing about what they do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import blogsum
from blogsum.errors import UserError

MANIFEST = "manifest.json"
_HINT = "install blogsum again: pip install --force-reinstall blogsum"


def built_in(name: str) -> Path:
    """The folder of the built-in model ``name``, its files checked against its manifest; raise UserError if damaged.

    In a checkout that is ``models/<name>`` beside the package, in a wheel ``blogsum/models/<name>``.
    """
    package = Path(blogsum.__file__).parent
    for folder in (package / "models" / name, package.parent / "models" / name):
        if (folder / MANIFEST).is_file():
            verify(folder)
            return folder
    raise UserError(f"the built-in model '{name}' is missing", hint=_HINT)


def verify(folder: Path) -> None:
    """Raise UserError unless every file that the folder's manifest lists is there with its SHA-256."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
        damaged = [name for name, digest in files.items() if _sha256(folder / name) != digest]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"the built-in model in {folder} cannot be read", hint=_HINT) from error
    if damaged:
        raise UserError(f"the built-in model is damaged: {folder / damaged[0]}", hint=_HINT)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
