"""Imports go down the floors of the house; heavy ones stand inside the function that needs them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import blogsum

ROOT = Path(blogsum.__file__).parent
FLOORS = [
    {"types", "errors", "signature", "jsonl", "files", "settings", "toml", "requirements"},
    {"read", "text", "store"},
    {"summarize"},
    {"evaluate", "report", "data"},
    {"pipeline", "batch", "cluster", "shards", "scrape", "train", "azure"},
    {"cli"},
    {"__init__", "__main__"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
HEAVY = {
    "torch",
    "transformers",
    "accelerate",
    "onnxruntime",
    "sentencepiece",
    "tokenizers",
    "safetensors",
    "huggingface_hub",
    "azure",
    "trafilatura",
    "lxml",
    "requests",
    "rich",
    "markdown_it",
    "yaml",
    "rensa",
    "feedparser",
    "defusedxml",
    "protego",
    "pyarrow",
    "datasets",
    "ray",
}
STRANGERS = [("read", "text"), ("text", "read")]  # pipeline.py joins them


def imports(node: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Every import below ``node`` with whether it stands inside a function or a TYPE_CHECKING block."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, "absolute imports only"
            yield from ((f"{child.module}.{alias.name}", inside) for alias in child.names)
        else:
            lazy = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
                isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"
            )
            yield from imports(child, inside or lazy)


FILES = sorted(ROOT.rglob("*.py"))


def test_every_module_stands_on_a_floor() -> None:
    found = {path.relative_to(ROOT).with_suffix("").parts[0] for path in FILES}
    assert found - {"models"} <= set(FLOOR)
    assert len(FILES) > 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    here = path.relative_to(ROOT).with_suffix("").parts[0]
    for name, inside in imports(ast.parse(path.read_text(encoding="utf-8"))):
        package, *rest = name.split(".")
        if package == "blogsum" and rest and rest[0] in FLOOR:
            assert inside or FLOOR[rest[0]] <= FLOOR[here], f"{here} reaches up to {name}"
            assert (here, rest[0]) not in STRANGERS, f"{here} does not know {rest[0]}"
        assert inside or package not in HEAVY, f"import {package} inside the function that needs it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 420, "split it by idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
            assert node.end_lineno - node.lineno <= 60, f"{node.name} is too long"
