"""Runs whose every part is fixed, so that their files can be compared letter by letter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum import requirements
from blogsum.azure import spec
from blogsum.azure.place import Place
from blogsum.azure.spec import Asked, Asset, JobSpec
from blogsum.azure.wheel import Wheel
from blogsum.train.recipe import Recipe

PLACES: dict[str, Place] = {
    "cluster": Place(compute="gpu-cluster"),
    "serverless": Place(
        subscription="01234567-89ab-cdef-0123-456789abcdef",
        resource_group="summaries",
        workspace="summaries-ml",
        instance_type="Standard_NC24ads_A100_v4",
        instances=2,
        gpus=4,
        hours=1.5,
        price_per_hour=4,
        schedule="0 3 * * 1",
    ),
    "existing": Place(compute="gpu-cluster", environment="azureml:pytorch:3", schedule="0 3 * * 1"),
}


def fixed(monkeypatch: pytest.MonkeyPatch, kind: str, root: Path, **changes: Any) -> JobSpec:
    """One of ``PLACES``' runs, with dials and packages that no later version of blogsum changes."""
    monkeypatch.setattr(spec, "written", lambda recipe: "[task]\n")
    monkeypatch.setattr(requirements, "needed", lambda extras: ["numpy>=1.26", *extras])
    asked = Asked("my-model", "my-bundle", ("--folds", "5")) if kind == "serverless" else Asked("my-model")
    weak = Asset("harvest", "7", "7" * 64, root / "home/datasets/harvest/7") if kind == "serverless" else None
    made = JobSpec(
        Recipe(),
        asked,
        Asset("blog", "3", "3" * 64, root / "home/datasets/blog/3"),
        Asset("mt5-small", "bbbbbbbbbbbb", "b" * 64, root / "mt5-small"),
        weak,
        Wheel("blogsum-0.1.0-py3-none-any.whl", "c" * 64, b"a wheel"),
        PLACES[kind],
        {"min_words": 80, "languages": ["de"]} if kind == "serverless" else {},
    )
    return replace(made, **changes)
