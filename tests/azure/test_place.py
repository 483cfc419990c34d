"""Section [azure]: what it means, what it cannot be, and that the file written for a person says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blogsum import settings, toml
from blogsum.azure.place import IMAGE, Place, commented, keys, place
from blogsum.errors import UserError

ID = "01234567-89ab-cdef-0123-456789abcdef"
WRITTEN = f"""\
# Where 'blogsum finetune --on azure' trains. No secret belongs here: Azure's own login is used.
[azure]
# subscription: its id, as 'az account show --query id --output tsv' prints it
#subscription = "00000000-0000-0000-0000-000000000000"
# resource_group: the resource group of the workspace
resource_group = "summaries"
# workspace: the Azure ML workspace
#workspace = "summaries-ml"
# compute: a cluster of the workspace
#compute = "gpu-cluster"
# instance_type: instead of a cluster: a serverless machine of this size
instance_type = "Standard_NC4as_T4_v3"
# environment: a container's image, or an environment that is there, azureml:NAME:VERSION
environment = "{IMAGE}"
# instances: machines that train together
instances = 1
# gpus: processes on each of them: one for every GPU
gpus = 2
# hours: after so many a run is stopped
hours = 1.5
# price_per_hour: of one machine, in your currency, for the most that a run can cost
#price_per_hour = 0.5
# schedule: when a recurring run begins: minute, hour, day, month, weekday in UTC
#schedule = "0 3 * * 1"
"""


def test_the_commented_section_says_all_and_means_what_was_given() -> None:
    given = {"resource_group": "summaries", "instance_type": "Standard_NC4as_T4_v3", "gpus": 2, "hours": 1.5}
    assert commented({**given, "compute": None}) == WRITTEN
    assert place(toml.parse(WRITTEN)["azure"]) == Place(**given)  # type: ignore[arg-type]


def test_every_example_can_be_uncommented(tmp_path: Path) -> None:
    for left in ("compute", "instance_type"):  # one of the two
        lines = [line.removeprefix("#") if line[1:2] != " " else line for line in WRITTEN.splitlines()]
        (tmp_path / "blogsum.toml").write_text("\n".join(line for line in lines if not line.startswith(left)) + "\n")
        table = settings.load(tmp_path / "blogsum.toml").azure
        assert set(table) == {one.name for one in keys()} - {left}
        assert place(table).workspace == "summaries-ml"


@pytest.mark.parametrize(
    ("table", "processes", "most"),
    [
        ({}, 1, 0.0),
        ({"instances": 2, "gpus": 4, "hours": 10, "price_per_hour": 0.5}, 8, 10.0),
        ({"gpus": 4, "price_per_hour": 2}, 4, 48.0),
    ],
)
def test_processes_and_cost_are_counted(table: dict[str, Any], processes: int, most: float) -> None:
    assert (place(table).processes, place(table).most) == (processes, most)


GOOD = [
    ("subscription", ID),
    ("resource_group", "rg-1_(a).b"),
    ("environment", "azureml:pytorch:3"),
    ("environment", "azureml:AzureML-ACPT-2.2@latest"),
    ("environment", "registry.example.org:5000/train@sha256:00ff"),
    ("schedule", "*/5 0-6,20 1 * 1"),
    ("compute", ""),
]
BAD = [
    ("subscription", "my subscription", "its id, as 'az account show --query id --output tsv' prints it, as in "),
    ("resource_group", "${{inputs.x}}", "the resource group of the workspace, as in summaries"),
    ("workspace", "a", "the Azure ML workspace, as in summaries-ml"),
    ("compute", "azureml:gpu", "a cluster of the workspace, as in gpu-cluster"),
    (
        "instance_type",
        "Standard NC4",
        "instead of a cluster: a serverless machine of this size, as in Standard_NC4as_T4_v3",
    ),
    (
        "environment",
        "azureml:pytorch",
        "a container's image, or an environment that is there, azureml:NAME:VERSION, as in",
    ),
    (
        "schedule",
        "every monday",
        "when a recurring run begins: minute, hour, day, month, weekday in UTC, as in 0 3 * * 1",
    ),
    ("hours", float("nan"), "after so many a run is stopped, as in 24"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_azure_knows_is_taken(name: str, value: str) -> None:
    assert getattr(place({name: value}), name) == value


@pytest.mark.parametrize(("name", "value", "hint"), BAD, ids=[case[0] for case in BAD])
def test_what_azure_cannot_know_is_named(name: str, value: object, hint: str) -> None:
    with pytest.raises(UserError) as caught:
        place({name: value})
    assert str(caught.value) == f"'{name}' in [azure] cannot be {value!r}"
    assert caught.value.hint.startswith(hint)
    assert caught.value.code == 2
