"""Azure's own SDK takes the files: its parser and its offline validation, without a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum.azure import check, render, sdk
from tests.azure.specs import PLACES, fixed
from tests.conftest import Run

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
    assets = {"data": "blog:3", "base": "mt5-small:bbbbbbbbbbbb", "warm_up": "harvest:7"}  # as the SDK says azureml:…
    assert {name: one.path for name, one in job.inputs.items()} == assets
    pipeline = ml.load_job(rendered / "pipeline.yml")
    assert pipeline.inputs["data"].path == "blog@latest"


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


BROKEN = [
    ("job.yml", "type: command", "type: comand", "job.yml: azure-ai-ml refuses it: "),
    ("job.yml", "  instance_count: 2", "  instance_count: two", "job.yml: azure-ai-ml refuses it: "),
    ("environment.yml", "image: ", "imag: ", "environment.yml: azure-ai-ml refuses it: "),
    ("schedule.yml", "create_job: pipeline.yml", "create_job: nothing.yml", "schedule.yml: azure-ai-ml refuses it: "),
]


@pytest.mark.parametrize("rendered", ["serverless"], indirect=True)
@pytest.mark.parametrize(("name", "old", "new", "said"), BROKEN, ids=[case[2] for case in BROKEN])
def test_what_the_sdk_refuses_is_a_line(
    rendered: Path, capfd: pytest.CaptureFixture[str], name: str, old: str, new: str, said: str
) -> None:
    names = list(check.read(rendered))
    assert sdk.faults(rendered, names) == []
    text = (rendered / name).read_text()
    assert old in text
    (rendered / name).write_text(text.replace(old, new))
    [found] = sdk.faults(rendered, names)
    assert found.startswith(said)
    assert "\n" not in found
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("rendered", ["serverless"], indirect=True)
def test_the_command_says_nothing_but_its_answer(run: Run, rendered: Path) -> None:
    done = run("azure", "check", "job")
    assert done.stdout.splitlines() == [
        f"[azure] has no {name}: blogsum azure init --help says what it is"
        for name in ("subscription", "resource_group", "workspace", "compute or instance_type")
    ]
    assert (done.returncode, done.stderr) == (1, "")
