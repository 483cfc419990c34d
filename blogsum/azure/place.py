"""Where on Azure a run is computed: section [azure] of blogsum.toml, its meaning, its limits, and its commented text.

A key stands here once; what ``blogsum azure init`` offers and writes is made from that. ``settings.py`` knows the
types, for it reads every section.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from blogsum.errors import USAGE, UserError

SECTION = "azure"
NEEDED = ("subscription", "resource_group", "workspace")  # before anything can be asked of Azure
EXISTING = "azureml:"  # what an environment of the workspace begins with; everything else is a container's image
# The pinned tag, so that a run of next year is computed in the system of this one's.
IMAGE = "mcr.microsoft.com/azureml/openmpi5.0-cuda12.4-ubuntu22.04:20260303.v5"


def _key(default: Any, says: str, example: Any = None, form: str = "") -> Any:
    """A field with its meaning, what it may look like, and the regular expression that it must match."""
    return field(default=default, metadata={"says": says, "example": example, "form": form})


@dataclass(frozen=True)
class Place:
    """The workspace, the machines in it, and when: what a file of settings says of Azure."""

    subscription: str = _key(
        "",
        "its id, as 'az account show --query id --output tsv' prints it",
        "00000000-0000-0000-0000-000000000000",
        r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    )
    resource_group: str = _key("", "the resource group of the workspace", "summaries", r"[\w.()-]{1,90}")
    workspace: str = _key("", "the Azure ML workspace", "summaries-ml", r"[A-Za-z0-9][\w-]{1,32}")
    compute: str = _key("", "a cluster of the workspace", "gpu-cluster", r"[A-Za-z][A-Za-z0-9-]{1,31}")
    instance_type: str = _key(
        "", "instead of a cluster: a serverless machine of this size", "Standard_NC4as_T4_v3", r"[A-Za-z]\w{1,63}"
    )
    environment: str = _key(
        IMAGE,
        "a container's image, or an environment that is there, azureml:NAME:VERSION",
        form=r"azureml:[\w.-]+(:[\w.-]+|@latest)|(?!azureml:)[a-z0-9][\w./:@-]*",
    )
    instances: int = _key(1, "machines that train together")
    gpus: int = _key(1, "processes on each of them: one for every GPU")
    hours: float = _key(24, "after so many a run is stopped")
    price_per_hour: float = _key(0, "of one machine, in your currency, for the most that a run can cost", 0.5)
    schedule: str = _key(
        "",
        "when a recurring run begins: minute, hour, day, month, weekday in UTC",
        "0 3 * * 1",
        r"([\d*/,-]+ ){4}[\d*/,-]+",
    )

    @property
    def processes(self) -> int:
        """How many processes train together."""
        return self.instances * self.gpus

    @property
    def most(self) -> float:
        """The most that a run can cost, in the currency of ``price_per_hour``; 0 when that is not known."""
        return self.price_per_hour * self.hours * self.instances


def keys() -> tuple[Field[Any], ...]:
    """Every key of the section, in the order of the file."""
    return fields(Place)


def place(table: Mapping[str, Any]) -> Place:
    """The place that a settings table means; UserError for a value that cannot be one."""
    known = {one.name: one for one in keys()}
    for name, value in table.items():
        form = known[name].metadata["form"]
        if not math.isfinite(value) if isinstance(value, float) else form and value and not re.fullmatch(form, value):
            raise _mistake(f"'{name}' in [{SECTION}] cannot be {value!r}", _expected(known[name]))
    found = Place(**table)
    if found.compute and found.instance_type:
        raise _mistake(f"[{SECTION}] has compute and instance_type", "a run is on a cluster or serverless: keep one")
    return found


def commented(values: Mapping[str, Any]) -> str:
    """The section as TOML with what every key means; one that has no value stands there as a comment."""
    given = place({name: value for name, value in values.items() if value is not None})
    lines = [
        "# Where 'blogsum finetune --on azure' trains. No secret belongs here: Azure's own login is used.",
        f"[{SECTION}]",
    ]
    for one in keys():
        value = getattr(given, one.name)
        lines.append(f"# {one.name}: {one.metadata['says']}")
        lines.append(f"{one.name} = {_toml(value)}" if value else f"#{one.name} = {_toml(one.metadata['example'])}")
    return "\n".join(lines) + "\n"


def _expected(one: Field[Any]) -> str:
    return f"{one.metadata['says']}, as in {one.metadata['example'] or one.default}"


def _toml(value: Any) -> str:
    return json.dumps(value)


def _mistake(what: str, hint: str) -> UserError:
    return UserError(what, hint=hint, code=USAGE)
