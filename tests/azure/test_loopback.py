"""The unmodified SDK takes the loopback Azure for the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum.azure import render, sdk
from blogsum.azure.place import place
from tests.azure.loopback.cloud import PLACE, Azure
from tests.azure.specs import fixed

pytest.importorskip("azure.ai.ml", reason="sending to Azure needs blogsum[azure]")


def test_the_workspace_its_machines_and_its_quota(azure: Azure) -> None:
    client = sdk.client(place(PLACE))
    found = client.workspaces.get(PLACE["workspace"])
    assert (found.name, found.location) == ("summaries-ml", "westeurope")
    assert [one.name for one in client.compute.list()] == ["gpu-cluster"]
    cluster = client.compute.get("gpu-cluster")
    assert (cluster.size, cluster.max_instances) == ("Standard_NC4as_T4_v3", 2)
    [usage] = client.compute.list_usage(location="westeurope")
    # 1.35 keeps the name of the wire: usage.current_value is None
    assert (vars(usage)["currentValue"], usage.limit) == (4, 24)
    assert [one.name for one in client.compute.list_sizes(location="westeurope")] == ["Standard_NC4as_T4_v3"]
    assert list(client.jobs.list()) == []
    assert set(azure.logins.given) == {azure.url}


def test_a_request_without_a_token_is_refused(azure: Azure) -> None:
    client = sdk.client(place(PLACE))
    azure.logins.knows = lambda header: False  # type: ignore[method-assign]
    with pytest.raises(Exception, match="access token"):
        client.workspaces.get(PLACE["workspace"])


def test_a_job_is_run_logged_listed_and_cancelled(
    azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azure.ai import ml

    client = sdk.client(place(PLACE))
    made = rendered(monkeypatch, tmp_path)
    azure.machines.instead = "echo step 1; test -f blogsum-0.1.0-py3-none-any.whl && sleep 300"
    with sdk.quiet():
        client.data.create_or_update(ml.load_data(made / "data.yml"))
        client.models.create_or_update(ml.load_model(made / "base.yml"))
        client.environments.create_or_update(ml.load_environment(made / "environment.yml"))
        job = client.jobs.create_or_update(ml.load_job(made / "job.yml"))
    while not azure.logs(job.name):
        azure.pause(0)
    assert azure.logs(job.name) == "step 1\n"
    assert [(one.name, one.status) for one in client.jobs.list()] == [(job.name, "Running")]
    client.jobs.begin_cancel(job.name)
    assert client.jobs.get(job.name).status == "Canceled"


def rendered(monkeypatch: pytest.MonkeyPatch, root: Path) -> Path:
    """The files of a run whose data and base are a file each."""
    from dataclasses import replace

    made = fixed(monkeypatch, "cluster", root)
    made = replace(made, place=place({**PLACE, "compute": "gpu-cluster"}))
    for one in (made.data, made.base):
        one.folder.mkdir(parents=True)
        (one.folder / "file").write_text(one.name)
    render.write(made, root / "job")
    return root / "job"
