"""The blogsum that runs here as a wheel: the same bytes for the same code, made without any build tool.

What is sent to Azure is the package and its built-in models alone, never the folder that a person works in.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from blogsum import __version__, files, requirements, toml
from blogsum.errors import UserError

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold
_KIND = "Wheel-Version: 1.0\nGenerator: blogsum\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Wheel:
    """A wheel's file name, the sha256 of what is in it, and the file itself."""

    name: str
    sha256: str
    data: bytes


def wheel() -> Wheel:
    """The running package as a wheel; UserError when a file of it cannot be read."""
    try:
        content = dict(sorted(_package().items()))
    except OSError as error:
        raise UserError(f"cannot read blogsum's own files: {error}", hint="install it again") from error
    about = f"blogsum-{__version__}.dist-info"
    content[f"{about}/METADATA"] = _metadata().encode()
    content[f"{about}/WHEEL"] = _KIND.encode()
    content[f"{about}/entry_points.txt"] = b"[console_scripts]\nblogsum = blogsum.cli.main:main\n"
    content[f"{about}/RECORD"] = _record(content, f"{about}/RECORD").encode()
    sha256 = files.digest([(name, hashlib.sha256(data).hexdigest()) for name, data in content.items()])
    return Wheel(f"blogsum-{__version__}-py3-none-any.whl", sha256, _zipped(content))


def _package() -> dict[str, bytes]:
    """Every file of the package by its name in the wheel; in a checkout the models lie beside it."""
    package = Path(__file__).parents[1]
    paths = {f"blogsum/{path.relative_to(package).as_posix()}": path for path in package.rglob("*") if _travels(path)}
    if not (package / "models").is_dir():
        project = toml.parse((package.parent / "pyproject.toml").read_text(encoding="utf-8"))
        named = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
        paths |= {name: package.parent / place for place, name in named.items()}
    return {name: path.read_bytes() for name, path in paths.items()}


def _travels(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")


def _metadata() -> str:
    lines = ["Metadata-Version: 2.1", "Name: blogsum", f"Version: {__version__}", "Requires-Python: >=3.10"]
    needs = sorted(map(requirements.normal, requirements.declared()))
    return "\n".join([*lines, *(f"Requires-Dist: {line}" for line in needs)]) + "\n"


def _record(content: Mapping[str, bytes], own: str) -> str:
    """The list of files with their hashes (binary distribution format, PEP 427)."""
    lines = []
    for name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(data)}")
    return "\n".join([*lines, f"{own},,"]) + "\n"


def _zipped(content: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return whole.getvalue()
