"""What Azure's own validation lets pass is found, with the file and the name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogsum.azure import check, render
from blogsum.errors import UserError
from tests.azure.specs import fixed

Documents = dict[str, Any]


def without(name: str, *keys: str) -> Callable[[Documents], None]:
    def change(documents: Documents) -> None:
        place = documents[name]
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return change


def having(name: str, value: Any, *keys: str) -> Callable[[Documents], None]:
    def change(documents: Documents) -> None:
        place = documents[name]
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


HOMELESS = "there is no compute, and no instance_type in resources either"
CASES: list[tuple[str, Callable[[Documents], None], list[str]]] = [
    (
        "an input that is not defined",
        without("job.yml", "inputs", "base"),
        ["job.yml: the command names ${{inputs.base}}, which is not defined"],
    ),
    (
        "an output that is not defined",
        without("job.yml", "outputs", "report"),
        ["job.yml: the command names ${{outputs.report}}, which is not defined"],
    ),
    (
        "a typing mistake, with blanks",
        having("job.yml", "python x.py ${{ inputs.dta }} ${{inputs.dta}}", "command"),
        ["job.yml: the command names ${{inputs.dta}}, which is not defined"],
    ),
    (
        "no inputs at all",
        having("job.yml", None, "inputs"),
        [
            f"job.yml: the command names ${{{{inputs.{name}}}}}, which is not defined"
            for name in ("data", "base", "warm_up")
        ],
    ),
    ("no machine", without("job.yml", "resources", "instance_type"), [f"job.yml: {HOMELESS}"]),
    ("a cluster is a machine", having("job.yml", "azureml:gpu", "compute"), []),
    (
        "no machine for a step",
        without("pipeline.yml", "jobs", "finetune", "resources", "instance_type"),
        [f"pipeline.yml: finetune: {HOMELESS}"],
    ),
    (
        "a step bound to nothing",
        without("pipeline.yml", "inputs", "warm_up"),
        ["pipeline.yml: finetune: inputs.warm_up names ${{parent.inputs.warm_up}}, which is not defined"],
    ),
    (
        "a step bound to a step that is none",
        having("pipeline.yml", "${{parent.jobs.clean.outputs.data}}", "jobs", "finetune", "inputs", "data"),
        ["pipeline.yml: finetune: inputs.data names ${{parent.jobs.clean.outputs.data}}, which is not defined"],
    ),
    (
        "an output bound to nothing",
        without("pipeline.yml", "outputs", "model"),
        ["pipeline.yml: finetune: outputs.model names ${{parent.outputs.model}}, which is not defined"],
    ),
    (
        "another version than the folder's",
        having("job.yml", "azureml:blog:2", "inputs", "data", "path"),
        ["job.yml: azureml:blog:2 is named, but the folder has blog:3"],
    ),
    (
        "a schedule of nothing",
        lambda documents: documents.pop("pipeline.yml"),
        ["schedule.yml: a schedule starts a pipeline, and there is no pipeline.yml"],
    ),
]


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Documents:
    return render.documents(fixed(monkeypatch, "serverless", tmp_path), tmp_path / "job")


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_faults_are_named(documents: Documents, change: Callable[[Documents], None], expected: list[str]) -> None:
    assert check.faults(documents) == []
    changed = copy.deepcopy(documents)
    change(changed)
    assert check.faults(changed) == expected


def test_what_is_not_on_this_machine_is_named(documents: Documents, tmp_path: Path) -> None:
    (tmp_path / "job" / "code").mkdir(parents=True)
    (tmp_path / "mt5-small").mkdir()
    assert check.missing(documents, tmp_path / "job") == [
        "data.yml: path ../home/datasets/blog/3 is not there",
        "warm_up.yml: path ../home/datasets/harvest/7 is not there",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("job.yml", "a: [", "job.yml cannot be read: while parsing"),
        ("job.yml", "- a\n", "job.yml cannot be read: it is no mapping"),
        ("job.yml", "a: \0", "job.yml cannot be read: "),
        ("data.yml", "a: 1\n", " has no job.yml"),
    ],
)
def test_what_is_no_job_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError) as caught:
        check.read(tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
