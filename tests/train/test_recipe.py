"""A recipe is checked dial by dial; its file, its flags and its record are one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.errors import UserError
from blogsum.train import recipe

MISTAKES = [
    ({"task": {"dta": "x"}}, "recipe: unknown dial 'dta' in [task]"),
    ({"tasks": {}}, "recipe: unknown section [tasks]"),
    ({"task": 3}, "recipe: unknown section [task]"),
    ({"training": {"rate": "fast"}}, "recipe: rate must be a number"),
    ({"training": {"epochs": 2.5}}, "recipe: epochs must be a whole number"),
    ({"training": {"epochs": True}}, "recipe: epochs must be a whole number"),
    ({"training": {"epochs": 0}}, "recipe: epochs must be from 1 to 100000"),
    ({"training": {"rate": float("nan")}}, "recipe: rate must be from 1e-09 to 1"),
    ({"machine": {"optimizer": "sgd"}}, "recipe: optimizer is 'sgd'"),
    ({"machine": {"precision": "fp16"}}, "recipe: precision fp16 is refused"),
    ({"adapt": {"prune": 1}}, "recipe: prune must be true or false"),
]


@pytest.mark.parametrize(("tables", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_named(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as caught:
        recipe.make(tables)
    assert str(caught.value) == said
    assert caught.value.code == 2


def test_fp16_is_refused_with_the_reason() -> None:
    with pytest.raises(UserError) as caught:
        recipe.merged({}, {"precision": "fp16"})
    assert caught.value.hint == "mT5 in fp16 leaves the range of its numbers and writes NaN: use bf16 or fp32"


def test_the_commented_file_holds_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.commented(), encoding="utf-8")
    assert recipe.make(recipe.load(path)) == recipe.Recipe()
    assert len(recipe.commented().splitlines()) == len(list(recipe.dials())) + 2 * len(recipe.SECTIONS) + 1


def test_flags_overrule_the_file(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('[training]\nrate = 1\nseed = 4\n[task]\nprefix = "kurz: "\n', encoding="utf-8")
    made = recipe.merged(recipe.load(path), {"rate": 0.25, "seed": None, "lora": 8})
    assert (made.training.rate, made.training.seed, made.task.prefix, made.adapt.lora) == (0.25, 4, "kurz: ", 8)


@pytest.mark.parametrize("content", [b"\xff", b"[task", b"a" * 10])
def test_what_is_no_toml_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"recipe\.toml"):
        recipe.load(path)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.floats(1e-9, 1), st.integers(0, 2**31 - 1))
def test_what_is_written_reads_back(prefix: str, rate: float, seed: int) -> None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    made = recipe.merged({}, {"prefix": prefix, "rate": rate, "seed": seed})
    assert recipe.make(tomllib.loads(recipe.written(made))) == made
