"""``blogsum doctor``: versions, extras, folders, device; one screen for a bug report."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from blogsum import __version__, requirements
from blogsum.cli import options
from blogsum.errors import FAILED, UserError
from blogsum.settings import Settings

_NAME = r"[A-Za-z0-9._-]+"


@click.command("doctor")
@options.common
def command(**given: Any) -> int:
    """Say what is installed and where: paste it into a bug report.

    \b
    blogsum doctor

    Exits with 3 when the installation is damaged. Names no file of yours but the settings file and the cache folder.
    """
    settings = options.settings(**given)
    healthy = True
    for title, lines in _sections(settings):
        click.echo(click.style(title, bold=True) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else title)
        for good, name, value in lines:
            healthy &= good
            click.echo(f"  {'ok ' if good else 'BAD'} {name:<16} {value}")
    return 0 if healthy else FAILED


Line = tuple[bool, str, str]


def _sections(settings: Settings) -> Iterator[tuple[str, list[Line]]]:
    needed, extras = _requirements()
    yield (
        "blogsum",
        [
            (True, "version", __version__),
            (
                sys.version_info >= (3, 10),
                "python",
                f"{platform.python_implementation()} {platform.python_version()}",
            ),
            (True, "system", f"{platform.system()} {platform.release()} {platform.machine()}"),
            (True, "encoding", f"stdout {getattr(sys.stdout, 'encoding', None)}, files {sys.getfilesystemencoding()}"),
        ],
    )
    yield "packages", [_package(name) for name in needed]
    yield "extras", [_extra(extra, names) for extra, names in extras.items()]
    yield "built-in models", [_weights(name) for name in ("teaser", "grammar", "words")]
    yield "folders", [(True, "settings", str(settings.file or "none (defaults)")), _cache(settings.cache)]
    yield "device", [(True, "processors", str(os.cpu_count())), (True, "graphics card", _graphics())]


def _requirements() -> tuple[list[str], dict[str, list[str]]]:
    """The packages that blogsum needs, and those of each extra, from its own metadata."""
    import re

    needed: list[str] = []
    extras: dict[str, list[str]] = {}
    for line in requirements.declared():
        name = re.match(_NAME, line)
        extra = re.search(rf"extra == ['\"]({_NAME})['\"]", line)
        if name and extra:
            extras.setdefault(extra[1], []).append(name[0])
        elif name and not ("python_version" in line and sys.version_info >= (3, 11)):
            needed.append(name[0])
    return sorted(needed, key=str.lower), {extra: sorted(names, key=str.lower) for extra, names in extras.items()}


def _package(name: str) -> Line:
    found = _version(name)
    return found is not None, name, found or f"missing: pip install {name}"


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _extra(extra: str, names: list[str]) -> Line:
    missing = [name for name in names if _version(name) is None]
    if not missing:
        return True, extra, "installed"
    if len(missing) == len(names):
        return True, extra, f"not installed: pip install 'blogsum[{extra}]'"
    return True, extra, f"in part: {', '.join(missing)} missing"


def _weights(name: str) -> Line:
    from blogsum.store.models import built_in

    try:
        path = built_in(name)
    except UserError as error:
        return False, f"{name} weights", f"{error} ({error.hint})"
    return True, f"{name} weights", f"{sum(file.stat().st_size for file in _files(path)):,} bytes, hashes match"


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.npz")) if path.is_dir() else [path]


def _cache(folder: Path) -> Line:
    """Whether the cache can be written, and how full it is."""
    if not folder.parts:
        return True, "page cache", "none: there is no home folder"
    if not folder.exists():
        return True, "page cache", f"{folder} (empty)"
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    return os.access(folder, os.W_OK), "page cache", f"{folder} ({len(files)} files, {size:.1f} MB)"


def _graphics() -> str:
    """What the driver says of the graphics card; the built-in summariser needs none."""
    import shutil
    import subprocess

    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "none found; the built-in summariser needs none"
    try:
        asked = [tool, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return "a driver is installed but does not answer"
    return "; ".join(answer.stdout.split("\n")).strip("; ")
