"""A run on Azure as one frozen value: what is learned from what, with which code, where; writes nothing.

Two runs of the same data, base, code and recipe have the same name, so that no second one is ever started by accident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogsum import files
from blogsum.azure.place import Place, place
from blogsum.azure.wheel import Wheel, wheel
from blogsum.errors import USAGE, UserError
from blogsum.settings import Settings
from blogsum.store import datasets
from blogsum.train.recipe import Recipe, written

_SHORT = 12  # hexadecimal digits of a hash in a name
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Asset:
    """A folder that the workspace keeps under a name and a version, with the sha256 of its content."""

    name: str
    version: str
    sha256: str
    folder: Path

    @property
    def reference(self) -> str:
        """What Azure calls it."""
        return f"azureml:{self.name}:{self.version}"


@dataclass(frozen=True)
class Asked:
    """What ``blogsum finetune`` was asked for beside the recipe: the model's name, a bundle's, which study."""

    output: str
    bundle: str = ""
    study: tuple[str, ...] = ()  # the options that say so, as in --folds 5


@dataclass(frozen=True)
class JobSpec:
    """All that a run on Azure is made of. ``validate`` is that section of blogsum.toml, which the run obeys, too."""

    recipe: Recipe
    asked: Asked
    data: Asset
    base: Asset
    warm_up: Asset | None
    code: Wheel
    place: Place
    validate: Mapping[str, Any] = field(default_factory=dict)
    attempt: int = 1  # Azure keeps the name of a job that failed: another try has another one

    @property
    def name(self) -> str:
        """The name of the job: ``key``, and which attempt it is from the second on."""
        return self.key if self.attempt == 1 else f"{self.key}-{self.attempt}"

    @property
    def key(self) -> str:
        """The same for the same data, base, code and recipe, wherever it is computed."""
        assets = [one.sha256 for one in (self.data, self.base, self.warm_up) if one]
        told = (self.asked.bundle != "", self.asked.study, sorted(self.validate.items()))
        return f"blogsum-{self.asked.output}-{files.digest(assets, self.code.sha256, self.told, told)[:_SHORT]}"

    @property
    def told(self) -> str:
        """The recipe as the run reads it: no path of this machine; data and base are its inputs."""
        task = replace(self.recipe.task, data="", base="", warm_up_data="")
        return written(replace(self.recipe, task=task))

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras of blogsum that the run needs."""
        machine = self.recipe.machine
        asked = {"train": True, "mlflow": bool(machine.mlflow), "tensorboard": machine.tensorboard}
        return tuple(extra for extra, wanted in asked.items() if wanted)


def make(recipe: Recipe, asked: Asked, settings: Settings) -> JobSpec:
    """The run that a recipe and the settings mean; UserError for what is missing or cannot travel."""
    where = place(settings.azure)
    if not (where.compute or where.instance_type):
        hint = "blogsum azure init writes the section" if not settings.azure else "name one of the two"
        raise UserError("[azure] in blogsum.toml has neither compute nor instance_type", hint=hint, code=USAGE)
    for name in filter(None, (asked.output, asked.bundle)):
        if not _NAME.fullmatch(name):
            hint = "letters, digits, ., - and _, at most 64"
            raise UserError(f"'{name}' is no name for a model on Azure", hint=hint, code=USAGE)
    task = recipe.task
    for what in ("data", "base"):
        if not getattr(task, what):
            raise UserError(f"there is no {what}", hint=f"--{what}, or {what} in the recipe", code=USAGE)
    weak = _version(task.warm_up_data, settings) if task.warm_up_data else None
    return JobSpec(
        recipe, asked, _version(task.data, settings), _base(Path(task.base)), weak, wheel(), where, settings.validate
    )


def _version(reference: str, settings: Settings) -> Asset:
    """A version of a dataset, its rows compared with their hash."""
    root = settings.datasets
    if not (datasets.is_reference(reference) or reference in datasets.names(root)):
        hint = "blogsum data add makes one; Azure keeps data by name and version"
        raise UserError(f"{reference} is no version of a dataset", hint=hint, code=USAGE)
    version = datasets.find(root, reference)
    next(datasets.articles(version))
    return Asset(version.name, str(version.number), version.manifest["sha256"], version.folder)


def _base(folder: Path) -> Asset:
    """A checkpoint of a kind that can be trained; its weights are looked at where they are used."""
    from blogsum import jsonl
    from blogsum.summarize.mt5 import VOCABULARY
    from blogsum.train import weights

    try:
        weights.shape_of(jsonl.parse((folder / "config.json").read_bytes()))
        if not (folder / VOCABULARY).is_file():
            raise UserError(f"{folder} has no {VOCABULARY}", hint="add the one that the base was trained with")
        sha256 = files.digest_of_folder(folder)
    except FileNotFoundError as error:
        raise UserError(f"{folder} is no checkpoint: it has no config.json") from error
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {folder}: {error}") from error
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-_") or "base"
    return Asset(name[:64], sha256[:_SHORT], sha256, folder.resolve())
