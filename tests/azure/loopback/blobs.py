"""The storage: containers of blobs, with a signature in the address instead of a login."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import escape

from tests.azure.loopback.answers import Answer, Asked

ROOT = "/store"  # the account, as a path: no name has to be resolved
SIGNATURE = "sv=2024-11-04&sr=c&sp=rwl&sig=loopback"
STORE = "azureml-blobstore"  # the container of the workspace
_LONG_AGO = "Thu, 01 Jan 2026 00:00:00 GMT"


@dataclass
class Blob:
    """The bytes and what is told about them."""

    data: bytes
    told: dict[str, str] = field(default_factory=dict)


class Blobs:
    """All containers by name."""

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Blob]] = {STORE: {}}
        self._blocks: dict[tuple[str, str], dict[str, bytes]] = {}
        self._lock = threading.RLock()

    def answer(self, asked: Asked) -> Answer:
        """What the storage says."""
        if f"sig={asked.query.get('sig', '')}" not in SIGNATURE or "sig" not in asked.query:
            return _refused(403, "AuthenticationFailed", "no signature")
        container, _, name = unquote(asked.path).removeprefix(ROOT).lstrip("/").partition("/")
        if container.startswith(".blob."):  # the SDK adds that to every account's name
            container, _, name = name.partition("/")
        with self._lock:
            there = self.containers.setdefault(container, {})
            if not name:
                return self._listed(container, asked.query.get("prefix", ""))
            if asked.method == "PUT":
                return self._put(container, name, asked)
            if name not in there:
                return _refused(404, "BlobNotFound", name)
            return _given(there[name], asked)

    def _put(self, container: str, name: str, asked: Asked) -> Answer:
        """A blob at once, in blocks, or only what is told about it."""
        there, part = self.containers[container], asked.query.get("comp", "")
        told = {key[10:]: value for key, value in asked.headers.items() if key.startswith("x-ms-meta-")}
        if part == "block":
            self._blocks.setdefault((container, name), {})[asked.query["blockid"]] = asked.data
        elif part == "blocklist":
            blocks = self._blocks.pop((container, name))
            data = b"".join(blocks[one] for one in re.findall(r"<Latest>(.*?)</Latest>", asked.data.decode()))
            there[name] = Blob(data, told)
        elif part == "metadata":
            there[name].told = told
            return Answer(200, headers=_HEADERS)
        else:
            there[name] = Blob(asked.data, told)
        return Answer(201, headers=_HEADERS)

    def _listed(self, container: str, prefix: str) -> Answer:
        blobs = "".join(
            f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>{_LONG_AGO}</Last-Modified><Etag>1</Etag>"
            f"<Content-Length>{len(blob.data)}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>"
            for name, blob in sorted(self.containers[container].items())
            if name.startswith(prefix)
        )
        text = (
            f'<EnumerationResults ServiceEndpoint="x" ContainerName="{container}"><Blobs>{blobs}</Blobs><NextMarker/>'
        )
        whole = f'<?xml version="1.0" encoding="utf-8"?>{text}</EnumerationResults>'
        return Answer(200, whole.encode(), {**_HEADERS, "Content-Type": "application/xml"})

    def append(self, name: str, data: bytes) -> None:
        """Add to a blob of the workspace: a log that grows."""
        with self._lock:
            self.containers[STORE].setdefault(name, Blob(b"")).data += data

    def push(self, prefix: str, folder: Path) -> None:
        """A folder of a machine into the workspace's container."""
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            with self._lock:
                self.containers[STORE][prefix + path.relative_to(folder).as_posix()] = Blob(path.read_bytes())

    def pull(self, container: str, prefix: str, folder: Path) -> None:
        """What lies below ``prefix`` into a folder of a machine."""
        with self._lock:
            found = {name: blob.data for name, blob in self.containers[container].items() if name.startswith(prefix)}
        for name, data in found.items():
            path = folder / name.removeprefix(prefix).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


_HEADERS = {"x-ms-version": "2024-11-04", "x-ms-request-id": "r", "Last-Modified": _LONG_AGO, "ETag": '"1"'}


def _given(blob: Blob, asked: Asked) -> Answer:
    """A blob, or the bytes of it that were asked for."""
    told = {f"x-ms-meta-{name}": value for name, value in blob.told.items()}
    headers = {**_HEADERS, "x-ms-blob-type": "BlockBlob", "Content-Type": "application/octet-stream", **told}
    if asked.method == "HEAD":
        return Answer(200, b"", {**headers, "Content-Length": str(len(blob.data))})
    wanted = re.match(r"bytes=(\d+)-(\d*)", asked.headers.get("x-ms-range") or asked.headers.get("range") or "")
    if wanted is None:
        return Answer(200, blob.data, headers)
    start, end = int(wanted[1]), min(int(wanted[2] or len(blob.data)), len(blob.data) - 1)
    if start >= len(blob.data):
        return _refused(416, "InvalidRange", "behind the end")
    headers["Content-Range"] = f"bytes {start}-{end}/{len(blob.data)}"
    return Answer(206, blob.data[start : end + 1], headers)


def _refused(status: int, code: str, message: str) -> Answer:
    text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>'
    headers = {"x-ms-error-code": code, "Content-Type": "application/xml", **_HEADERS}
    return Answer(status, text.encode(), headers)
