"""Atomic replacement of files: the only way anything is written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from blogsum.errors import UserError


def replace(path: Path, content: str | bytes) -> None:
    """Put ``content`` (text as UTF-8) at ``path`` at once or not at all; raise UserError when it cannot be written."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise UserError(f"cannot write {path}: {error.strerror or error}", hint="choose another place with -o") from error


def _mode(path: Path) -> int:
    """The mode ``path`` has, or the one a new file would get: mkstemp's 0600 would surprise a web server."""
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
