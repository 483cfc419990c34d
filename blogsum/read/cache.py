"""Pages read before, kept on disk until ``--refresh``: CacheControl with our rule of what stays fresh."""

from __future__ import annotations

import hashlib
import logging
import time
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cachecontrol import CacheControlAdapter
from cachecontrol.cache import BaseCache
from cachecontrol.controller import CacheController
from cachecontrol.heuristics import BaseHeuristic
from cachecontrol.serialize import Serializer

from blogsum import files
from blogsum.errors import UserError

if TYPE_CHECKING:
    from urllib3 import HTTPResponse

log = logging.getLogger("blogsum")
_YEARS = 100 * 365 * 86_400  # seconds: an editor asks for another length of the same page, tomorrow and offline
_KEPT = (200, 203, 301, 302, 303, 307, 308)  # redirects too: without them a kept page could not be found offline


def adapter(folder: Path) -> CacheControlAdapter:
    """A transport for requests that answers from ``folder`` what it has answered before."""
    made = CacheControlAdapter(Folder(folder), heuristic=Keep(), serializer=Tolerant())
    made.controller.cacheable_status_codes = _KEPT
    return made


class Folder(BaseCache):
    """One file per address, named by its hash, replaced at once or not at all; a failing folder only warns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The entry of an address."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def set(self, key: str, value: bytes, expires: object = None) -> None:
        """Keep the entry of an address."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.replace(self._path(key), value)
        except (OSError, UserError) as error:
            log.warning("the page is not kept: %s", error)

    def delete(self, key: str) -> None:
        """Forget an address."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            log.warning("a page cannot be forgotten: %s", error)

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(CacheController.cache_url(key).encode("utf-8", "replace")).hexdigest()


class Keep(BaseHeuristic):
    """Every page stays fresh, whatever its server says, except where it says ``no-store``.

    ``Date`` becomes the time of reading (servers' clocks and formats are wrong too often), ``Vary`` is dropped:
    there is one reader here, asking always the same way.
    """

    def apply(self, response: HTTPResponse) -> HTTPResponse:
        """Rewrite the headers that decide how long a response is kept."""
        if "no-store" not in response.headers.get("cache-control", "").lower():
            response.headers["cache-control"] = f"max-age={_YEARS}"
        response.headers["date"] = formatdate(time.time(), usegmt=True)
        for name in ("vary", "expires", "pragma"):
            response.headers.pop(name, None)
        return response


class Tolerant(Serializer):
    """A damaged entry is no entry."""

    def loads(self, *arguments: Any, **options: Any) -> HTTPResponse | None:
        """The kept response, or None."""
        try:
            return super().loads(*arguments, **options)
        except Exception as error:  # whatever msgpack makes of random bytes
            log.info("a kept page is damaged and is read anew: %s", error)
            return None
