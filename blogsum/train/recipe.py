"""What a training run is told: one small table of dials, from a TOML file, from flags, or both. Trains nothing.

A dial stands here once, with its default, its limits and its meaning: the commented file that ``--init`` writes, the
options of the command and all checks are made from that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from blogsum.errors import USAGE, UserError

_METRICS = ("rouge", "loss", "none")
FP16 = "mT5 in fp16 leaves the range of its numbers and writes NaN: use bf16 or fp32"


def _dial(default: Any, says: str, low: float = 0, high: float = 10**9, choices: tuple[str, ...] = ()) -> Any:
    """A field with what is known of it; a number is from ``low`` to ``high``."""
    return field(default=default, metadata={"says": says, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True)
class Task:
    """What is learned from what."""

    data: str = _dial("", "the dataset: blog@3, a file or a folder; rows with a summary are used")
    base: str = _dial("", "the model to start from (mT5, T5, BART, Marian …): a folder, or the name of a pulled one")
    prefix: str = _dial("", "what stands before every article; as the base was trained, if it was")
    max_input: int = _dial(512, "most tokens of an article that are read; of a longer one the best sentences", 16)
    max_output: int = _dial(128, "most tokens of a summary; a longer one is cut behind a sentence", 4)
    length_prompts: bool = _dial(False, "write <teaser>, <paragraph> or <long> before the article, by its summary")
    warm_up_data: str = _dial("", "weakly labelled pairs to train on first, such as harvested descriptions")
    warm_up_epochs: int = _dial(1, "how often those are read", 1, 10_000)


@dataclass(frozen=True)
class Adapt:
    """Which part of the base is changed."""

    freeze_embeddings: bool = _dial(False, "leave embedding and head as they are: for tiny sets")
    prune: bool = _dial(False, "first cut the vocabulary down to what the data need (mT5, T5 1.1): for small machines")
    lora: int = _dial(0, "rank of LoRA (peft): train small additions only; 0 trains all weights", 0, 1024)
    dropout: float = _dial(0.1, "share of values that are dropped in training", 0, 0.9)


@dataclass(frozen=True)
class Training:
    """How the weights move."""

    seed: int = _dial(0, "another number, another run", 0, 2**31 - 1)
    epochs: int = _dial(20, "how often the data are read at most", 1, 100_000)
    batch: int = _dial(16, "articles behind one step of the weights, over all devices", 1, 100_000)
    micro_batch: int = _dial(4, "articles computed at once on a device; a batch is made of several", 1, 10_000)
    rate: float = _dial(0.0005, "learning rate at its highest", 1e-9, 1)
    warm_up: float = _dial(0.1, "share of a stage's steps in which the rate rises; then it falls to a tenth", 0, 1)
    label_smoothing: float = _dial(0.1, "share of certainty that is spread over all tokens", 0, 0.9)
    position_rate: float = _dial(1.0, "times that position biases learn faster: 30 for a model from scratch", 0, 1000)


@dataclass(frozen=True)
class Machine:
    """How it is computed."""

    optimizer: str = _dial("adamw", "adafactor keeps a tenth of the memory", choices=("adamw", "adafactor"))
    precision: str = _dial("auto", "auto: bf16 on a GPU that has it, fp32 on a CPU", choices=("auto", "bf16", "fp32"))
    device: str = _dial("auto", "auto is the GPU if there is one", choices=("auto", "cpu", "cuda"))
    gradient_checkpointing: bool = _dial(False, "compute twice instead of keeping: less memory, a third slower")
    checkpoint_every: int = _dial(200, "steps between two checkpoints", 1)
    tensorboard: bool = _dial(False, "write TensorBoard files into the run's folder, too")
    mlflow: str = _dial("", "address of an MLflow server, or sqlite:///FILE, that mirrors the run")


@dataclass(frozen=True)
class Judging:
    """When it stops, and what is kept."""

    metric: str = _dial("rouge", "on dev, chooses the weights to keep; none: the last", choices=_METRICS)
    every: int = _dial(1, "epochs between two looks at dev", 1, 100_000)
    patience: int = _dial(5, "looks without a gain before it stops; 0 never stops", 0, 100_000)
    beams: int = _dial(4, "beams with which the finished model writes", 1, 32)


@dataclass(frozen=True)
class Recipe:
    """All dials of a run, by section."""

    task: Task = field(default_factory=Task)
    adapt: Adapt = field(default_factory=Adapt)
    training: Training = field(default_factory=Training)
    machine: Machine = field(default_factory=Machine)
    judging: Judging = field(default_factory=Judging)

    def record(self) -> dict[str, dict[str, Any]]:
        """As plain data, section by section."""
        return asdict(self)


SECTIONS: dict[str, type] = {"task": Task, "adapt": Adapt, "training": Training, "machine": Machine, "judging": Judging}


def dials() -> Iterator[tuple[str, Field[Any]]]:
    """Every dial with its section, in the order of the file."""
    for section, kind in SECTIONS.items():
        for one in fields(kind):
            yield section, one


def load(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a recipe file, checked; UserError for a dial that is none or cannot have its value."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path}: cannot be read: {reason}", "it must be TOML in UTF-8", USAGE) from error
    make(tables, str(path))
    return tables


def make(tables: Mapping[str, Any], place: str = "recipe") -> Recipe:
    """The recipe that the tables mean, defaults filled in; UserError naming ``place`` and dial for a mistake."""
    for section, table in tables.items():
        if section not in SECTIONS or not isinstance(table, Mapping):
            raise UserError(f"{place}: unknown section [{section}]", f"choose from {', '.join(SECTIONS)}", USAGE)
        known = {one.name: one for one in fields(SECTIONS[section])}
        for name, value in table.items():
            if name not in known:
                raise UserError(f"{place}: unknown dial '{name}' in [{section}]", f"it has {', '.join(known)}", USAGE)
            _check(known[name], value, place)
    return Recipe(**{name: kind(**_numbers(kind, tables.get(name, {}))) for name, kind in SECTIONS.items()})


def merged(tables: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> Recipe:
    """The recipe of ``tables``, overruled by the dials ``given`` by name (None is not given)."""
    make(tables)
    known = {one.name for _, one in dials()}
    for name in given:
        if name not in known:
            raise UserError(f"there is no dial '{name}'", f"choose from {', '.join(sorted(known))}", USAGE)
    whole = {section: dict(table) for section, table in tables.items()}
    for section, one in dials():
        if given.get(one.name) is not None:
            whole.setdefault(section, {})[one.name] = given[one.name]
    return make(whole, "options")


def commented() -> str:
    """The recipe file that ``--init`` writes: every dial with its default and what it does."""
    lines = ["# A recipe for blogsum finetune --recipe FILE. What is left out has the value that stands here."]
    for section, kind in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for one in fields(kind):
            about = "; ".join(filter(None, (one.metadata["says"], " | ".join(one.metadata["choices"]))))
            lines.append(f"{f'{one.name} = {_toml(one.default)}':32} # {about}")
    return "\n".join(lines) + "\n"


def written(recipe: Recipe) -> str:
    """The recipe as TOML, every dial with the value it has."""
    lines = []
    for section, table in recipe.record().items():
        lines += [f"[{section}]", *(f"{name} = {_toml(value)}" for name, value in table.items()), ""]
    return "\n".join(lines)


def _check(one: Field[Any], value: Any, place: str) -> None:
    kind, about = type(one.default), one.metadata
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        raise UserError(f"{place}: {one.name} must be {names[kind]}", f"it is {value!r}", USAGE)
    if one.name == "precision" and value == "fp16":
        raise UserError(f"{place}: precision fp16 is refused", FP16, USAGE)
    if about["choices"] and value not in about["choices"]:
        raise UserError(f"{place}: {one.name} is '{value}'", f"choose from {', '.join(about['choices'])}", USAGE)
    if kind in (int, float) and not about["low"] <= value <= about["high"]:
        limits = f"from {about['low']:g} to {about['high']:g}"
        raise UserError(f"{place}: {one.name} must be {limits}", f"it is {value!r}", USAGE)


def _numbers(kind: type, table: Mapping[str, Any]) -> dict[str, Any]:
    """A whole number where a dial is a fraction is that fraction."""
    real = {one.name for one in fields(kind) if isinstance(one.default, float)}
    return {name: float(value) if name in real else value for name, value in table.items()}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's basic strings, but for DEL
    return repr(value)
