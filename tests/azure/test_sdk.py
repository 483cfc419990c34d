"""Azure's own SDK takes the files: its parser and its offline validation, without a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum.azure import check, render
from tests.azure.specs import PLACES, fixed

ml = pytest.importorskip("azure.ai.ml", reason="validating with Azure's SDK needs blogsum[azure]")


@pytest.fixture
def rendered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    made = fixed(monkeypatch, request.param, tmp_path)
    for one in (made.data, made.base, made.warm_up):
        if one:
            one.folder.mkdir(parents=True)
    render.write(made, tmp_path / "job")
    return tmp_path / "job"


@pytest.mark.parametrize("rendered", PLACES, indirect=True)
def test_the_sdk_takes_every_file(rendered: Path) -> None:
    assert check.missing(check.read(rendered), rendered) == []
    for path in sorted(rendered.glob("*.yml")):
        kind = path.stem
        if kind in ("job", "pipeline"):
            result = ml.load_job(path)._validate()
            assert (result.passed, result.error_messages) == (True, {}), path
        elif kind == "schedule":
            from azure.ai.ml.entities._load_functions import load_schedule

            assert load_schedule(path).create_job.jobs.keys() == {"finetune"}
        else:
            load = {"environment": ml.load_environment, "base": ml.load_model}.get(kind, ml.load_data)
            assert load(path).version


@pytest.mark.parametrize("rendered", ["serverless"], indirect=True)
def test_the_sdk_reads_what_was_meant(rendered: Path) -> None:
    job = ml.load_job(rendered / "job.yml")
    assert (job.distribution.type, job.distribution.process_count_per_instance) == ("pytorch", 4)
    assert (job.resources["instance_count"], job.resources["instance_type"]) == (2, "Standard_NC24ads_A100_v4")
    assert (job.limits.timeout, job.compute) == (5400, None)
    assert {name: one.path for name, one in job.inputs.items()} == {
        "data": "azureml:blog:3",
        "base": "azureml:mt5-small:bbbbbbbbbbbb",
        "warm_up": "azureml:harvest:7",
    }
    pipeline = ml.load_job(rendered / "pipeline.yml")
    assert pipeline.inputs["data"].path in ("azureml:blog@latest", "blog@latest")


@pytest.mark.parametrize("rendered", ["serverless"], indirect=True)
def test_the_sdk_lets_pass_what_our_own_check_finds(rendered: Path) -> None:
    path = rendered / "job.yml"
    text = path.read_text().replace("${{inputs.base}}", "${{inputs.bse}}")
    path.write_text(text.replace("  instance_type: Standard_NC24ads_A100_v4\n", ""))
    assert ml.load_job(path)._validate().passed
    assert check.faults(check.read(rendered)) == [
        "job.yml: the command names ${{inputs.bse}}, which is not defined",
        "job.yml: there is no compute, and no instance_type in resources either",
    ]
