"""Build and parse signatures, ``name|key:value|…|version:1``: the recipe behind a number or a text."""

from __future__ import annotations


def build(name: str, **parts: object) -> str:
    """``build("clean", steps="a,b", version=1)`` is ``clean|steps:a,b|version:1``; keys keep their order."""
    return "|".join([name, *(f"{key}:{value}" for key, value in parts.items())])


def parse(signature: str) -> tuple[str, dict[str, str]]:
    """The name and the parts of a signature that ``build`` made; raise ValueError for anything else."""
    name, *parts = signature.split("|")
    pairs = [part.partition(":") for part in parts]
    if not name or any(not colon for _, colon, _ in pairs):
        raise ValueError(f"not a signature: {signature!r}")
    return name, {key: value for key, _, value in pairs}
