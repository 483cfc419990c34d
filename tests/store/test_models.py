"""Built-in models are found, checked, and named when damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.store.models import MANIFEST, built_in, verify


def test_the_teaser_model_is_there_and_whole() -> None:
    folder = built_in("teaser")
    assert (folder / "weights.npz").is_file()
    size = sum(path.stat().st_size for path in folder.iterdir() if path.suffix in {".npz", ".json", ".txt"})
    assert size < 1_000_000


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(UserError, match="'nothing' is missing"):
        built_in("nothing")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_in("teaser"), tmp_path / "teaser", ignore=shutil.ignore_patterns("__pycache__")))


def test_a_damaged_file_is_named(copy: Path) -> None:
    weights = copy / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(UserError, match=r"damaged: .*weights\.npz"):
        verify(copy)


def test_a_missing_file_is_an_error_with_a_hint(copy: Path) -> None:
    (copy / "weights.npz").unlink()
    with pytest.raises(UserError) as caught:
        verify(copy)
    assert "install blogsum again" in caught.value.hint


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"sha256": 3})])
def test_a_broken_manifest_is_an_error(copy: Path, content: str) -> None:
    (copy / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="cannot be read"):
        verify(copy)
