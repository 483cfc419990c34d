"""What blogsum says it needs: the lines of its own metadata; installs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_EXTRA = re.compile(r"\s*(?:and\s+)?extra\s*==\s*['\"]([A-Za-z0-9._-]+)['\"]")

_PARTS = re.compile(r"([A-Za-z0-9._-]+)\s*(\[[^]]*\])?\s*(.*)")


def declared() -> list[str]:
    """What the installed metadata requires; where there is none, run from a checkout, what its pyproject.toml says."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        return requires("blogsum") or []
    except PackageNotFoundError:
        pass
    file = Path(__file__).parents[1] / "pyproject.toml"
    if not file.is_file():
        return []
    from blogsum import toml

    project = toml.parse(file.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    return [*project["dependencies"], *(f"{line} ; extra == '{extra}'" for extra, lines in extras for line in lines)]


def needed(extras: Iterable[str] = ()) -> list[str]:
    """The requirements of blogsum and of some of its extras, each once, sorted, as a file for pip has them."""
    wanted, found = set(extras), set()
    for line in declared():
        extra = _EXTRA.search(line)
        if extra is None or extra[1] in wanted:
            found.add(normal(re.sub(r"\s*;\s*$", "", _EXTRA.sub("", line))))
    return sorted(found)


def normal(line: str) -> str:
    """A requirement as it stands here whoever wrote it: build tools spell names and order limits in their own way."""
    what, semicolon, marker = line.partition(";")
    name, extras, limits = _PARTS.fullmatch(what.strip()).groups("")  # type: ignore[union-attr]
    name = re.sub(r"[-_.]+", "-", name).lower()
    ordered = ",".join(sorted(one.strip() for one in limits.split(",")))
    return f"{name}{extras}{ordered}" + (f"; {' '.join(marker.split())}".replace('"', "'") if semicolon else "")
