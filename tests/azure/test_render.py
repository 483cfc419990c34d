"""A run as files: letter by letter, the same every time, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from blogsum.azure import check, render
from blogsum.azure.spec import Asked, Asset
from blogsum.azure.wheel import Wheel
from blogsum.errors import UserError
from tests.azure.specs import PLACES, fixed

GOLDEN = Path(__file__).parent / "golden"


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("kind", PLACES)
def test_the_files_are_these(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    made = fixed(monkeypatch, kind, tmp_path)
    render.write(made, tmp_path / "job")
    assert files(tmp_path / "job") == files(GOLDEN / kind)
    render.write(made, tmp_path / "job")  # over itself: the same again
    assert files(tmp_path / "job") == files(GOLDEN / kind)
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


@pytest.mark.parametrize("kind", PLACES)
def test_yaml_means_what_was_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    made = fixed(monkeypatch, kind, tmp_path)
    assert render.write(made, tmp_path / "job") == check.read(tmp_path / "job")
    assert check.faults(check.read(tmp_path / "job")) == []
    assert str(tmp_path) not in json.dumps(files(tmp_path / "job"))


CHANGES: list[dict[str, Any]] = [
    {"data": Asset("blog", "4", "4" * 64, Path("4"))},
    {"base": Asset("mt5-small", "a" * 12, "a" * 64, Path("mt5-small"))},
    {"code": Wheel("blogsum-0.1.0-py3-none-any.whl", "d" * 64, b"")},
    {"warm_up": Asset("weak", "1", "1" * 64, Path("1"))},
    {"asked": Asked("my-model", study=("--curve",))},
    {"validate": {"min_words": 9}},
]


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(change)) for change in CHANGES])
def test_another_run_has_another_name(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    one = fixed(monkeypatch, "cluster", Path("a"))
    assert replace(one, **change).name != one.name


def test_the_same_run_has_the_same_name_wherever_it_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    one = fixed(monkeypatch, "cluster", Path("a"))
    other = fixed(monkeypatch, "cluster", Path("b"), place=PLACES["serverless"])
    assert one.name == other.name == "blogsum-my-model-ccf03efbbeca"


def test_the_commands_stand_in_the_order_of_sending(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    flags = (
        "--subscription 01234567-89ab-cdef-0123-456789abcdef --resource-group summaries --workspace-name summaries-ml"
    )
    assert render.commands(fixed(monkeypatch, "serverless", tmp_path), Path("my job")) == [
        f"az ml data create --file 'my job/data.yml' {flags}",
        f"az ml data create --file 'my job/warm_up.yml' {flags}",
        f"az ml model create --file 'my job/base.yml' {flags}",
        f"az ml environment create --file 'my job/environment.yml' {flags}",
        f"az ml job create --file 'my job/job.yml' {flags}",
        f"az ml schedule create --file 'my job/schedule.yml' {flags}",
    ]


def test_a_job_that_would_fail_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = fixed(monkeypatch, "cluster", tmp_path)
    monkeypatch.setattr(render, "command", lambda spec: "blogsum finetune --data ${{inputs.posts}}")
    with pytest.raises(UserError, match=r"the job would fail: job\.yml: the command names ") as caught:
        render.write(made, tmp_path / "job")
    assert str(caught.value).endswith("${{inputs.posts}}, which is not defined")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = fixed(monkeypatch, "cluster", tmp_path)
    render.write(made, tmp_path / "job")
    before = files(tmp_path / "job")
    real, written = Path.write_text, []

    def write(path: Path, *arguments: Any, **options: Any) -> int:
        written.append(path.name)
        if path.name == "environment.yml":
            raise OSError(28, "No space left on device")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", write)
    with pytest.raises(UserError, match="No space left on device"):
        render.write(replace(made, asked=Asked("other")), tmp_path / "job")
    assert written[-1] == "environment.yml"
    assert files(tmp_path / "job") == before
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


def test_odd_values_survive_the_yaml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    odd = Asset("no", "1e3", "0" * 64, tmp_path / "Übung: #1")
    found = render.write(fixed(monkeypatch, "cluster", tmp_path, data=odd), tmp_path / "job")
    document = yaml.safe_load((tmp_path / "job" / "data.yml").read_text(encoding="utf-8"))
    assert document == found["data.yml"]
    assert (document["name"], document["version"], document["path"]) == ("no", "1e3", "../Übung: #1")
