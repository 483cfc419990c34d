"""How a neural judge wants to be asked: ``judge.toml`` in its folder. Reads that file; loads no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from blogsum import toml
from blogsum.errors import UserError

FILE, MODEL, TOKENIZER = "judge.toml", "model.onnx", "tokenizer.json"
CRITERIA = ("consistency", "relevance")
KINDS = ("nli", "regression", "seq2seq")
# what SEAHORSE's metrics (Clark et al., 2023) were trained to read and to answer with: 1 is yes
SEAHORSE, ANSWERS = "premise: {article} hypothesis: {summary}", ("1", "0")
_LEAST = 32  # tokens: less holds no article


@dataclass(frozen=True)
class Recipe:
    """What ``judge.toml`` says.

    ``template`` are the one or two texts that the model reads, with ``{article}`` and ``{summary}`` in them.
    ``labels`` name the outputs of an ``nli`` model in their order; ``scale`` are the worst and the best number of a
    ``regression``; ``answers`` the yes and the no of a ``seq2seq`` one, which is the bundle in the folder ``bundle``.
    ``max_length`` counts tokens, 0 means the bundle's own; ``window`` sentences of the article are read at once, 0
    means as many as fit.
    """

    criterion: str
    kind: str
    template: tuple[str, ...] = ("{article}", "{summary}")
    labels: tuple[str, ...] = ("entailment", "neutral", "contradiction")
    scale: tuple[float, float] = (0.0, 1.0)
    answers: tuple[str, str] = ANSWERS
    bundle: str = "bundle"
    max_length: int = 512
    window: int = 0


_FIELDS: Mapping[str, tuple[type, ...]] = {
    "criterion": (str,),
    "kind": (str,),
    "template": (list, str),
    "labels": (list,),
    "scale": (list,),
    "answers": (list,),
    "bundle": (str,),
    "max_length": (int,),
    "window": (int,),
}


def of_bundle(criterion: str) -> Recipe:
    """How a bundle is asked that brings no recipe: as SEAHORSE's metrics are."""
    return Recipe(criterion, "seq2seq", (SEAHORSE,), bundle=".", max_length=0)


def read(folder: Path) -> Recipe:
    """The recipe in ``folder``; UserError with what is wrong in it."""
    path = folder / FILE
    try:
        told = toml.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    for name, value in told.items():
        if name not in _FIELDS:
            raise UserError(f"{path}: unknown key '{name}'", hint=f"choose from {', '.join(_FIELDS)}")
        if not isinstance(value, _FIELDS[name]) or isinstance(value, bool):
            raise UserError(f"{path}: '{name}' is of the wrong kind", hint=f"it is {value!r}")
    if missing := [name for name in ("criterion", "kind") if name not in told]:
        raise UserError(f"{path}: names no {missing[0]}")
    if told["kind"] == "seq2seq":
        told = {"template": SEAHORSE, "max_length": 0, **told}
    if isinstance(told.get("template"), str):
        told["template"] = [told["template"]]
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}
    recipe = Recipe(**values)
    if wrong := _wrong(recipe):
        raise UserError(f"{path}: {wrong}")
    return recipe


def _wrong(recipe: Recipe) -> str:
    """What does not fit together in a recipe, "" for nothing."""
    fields: list[Any] = [name for text in recipe.template for _, name, _, _ in _parsed(text) if name is not None]
    checks = {
        f"criterion must be one of {', '.join(CRITERIA)}": recipe.criterion in CRITERIA,
        f"kind must be one of {', '.join(KINDS)}": recipe.kind in KINDS,
        "template must hold {article} and {summary} once each, in one or two texts": (
            sorted(fields) == ["article", "summary"] and len(recipe.template) <= (1 if recipe.kind == "seq2seq" else 2)
        ),
        "labels must name entailment": recipe.kind != "nli" or "entailment" in recipe.labels,
        "scale must be two different numbers": len(recipe.scale) == 2 and _different(recipe.scale),
        "answers must be two different texts": len(set(recipe.answers)) == 2 and len(recipe.answers) == 2,
        f"max_length must be at least {_LEAST}": recipe.max_length >= _LEAST
        or (recipe.kind == "seq2seq" and not recipe.max_length),
        "window must not be negative": recipe.window >= 0,
    }
    return next((what for what, holds in checks.items() if not holds), "")


def _parsed(text: object) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(str(text)))
    except ValueError:
        return []


def _different(scale: tuple[object, ...]) -> bool:
    numbers = [one for one in scale if isinstance(one, int | float) and not isinstance(one, bool)]
    return len(set(numbers)) == 2
