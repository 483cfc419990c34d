"""``blogsum azure check`` asks Azure before anything is sent: every fault is a line with the next command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from blogsum import files
from blogsum.azure import preflight, render
from blogsum.azure.place import commented
from tests.azure.loopback import arm
from tests.azure.loopback.cloud import PLACE, SUBSCRIPTION, Azure
from tests.azure.specs import fixed
from tests.azure.test_submit import ASKED, office  # noqa: F401
from tests.conftest import Blogsum, Said

Check = Callable[..., Said]
GONE = "31234567-89ab-cdef-0123-456789abcdef"
HERE = f"--resource-group summaries --workspace-name summaries-ml --subscription {SUBSCRIPTION}"
SIZE = "machines of the size Standard_NC4as_T4_v3 have 1 GPU"
QUOTA = "Standard NCASv3_T4 Family Cluster Dedicated vCPUs in westeurope: 24 allowed, 4 in use, the run takes"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/summaries/providers/Microsoft.MachineLearningServices/workspaces"
PORTAL = "Azure ML studio (https://ml.azure.com) > Quota > Request quota"
AGAIN = "the same command again goes on where this one stopped"


@pytest.fixture
def check(azure: Azure, blogsum: Blogsum, tmp_path: Path) -> Check:
    """The command, with the loopback's workspace and other values in [azure]."""

    def start(*arguments: str, **values: Any) -> Said:
        (tmp_path / "blogsum.toml").write_text(commented({**PLACE, "compute": "gpu-cluster", **values}))
        return blogsum("azure", "check", *arguments)

    return start


def test_all_is_well(check: Check, azure: Azure) -> None:
    done = check(price_per_hour=0.5, hours=10)
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "workspace summaries-ml in westeurope",
        SIZE,
        f"{QUOTA} 4",
        "at most 10 h and 5.00 of your currency, as [azure] says",
        "nothing is wrong, as far as Azure tells",
    ]
    assert {one.method for one in azure.requests} == {"GET"}  # it changes nothing


def test_a_serverless_machine_is_looked_up_by_its_size(check: Check, azure: Azure) -> None:
    done = check(compute=None, instance_type="standard_nc4AS_t4_v3", instances=2)
    assert (done.code, done.stdout) == (0, "")
    assert f"{QUOTA} 8" in done.stderr
    assert azure.asked("computes") == []


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    (
        "no such workspace",
        {"workspace": "nowhere"},
        "there is no workspace nowhere in summaries: "
        "The Resource 'Microsoft.MachineLearningServices/workspaces/nowhere' under resource group 'summaries' was not "
        f"found: az ml workspace list --subscription {SUBSCRIPTION} -g summaries --output table; "
        "then [azure] in blogsum.toml",
    ),
    (
        "no such group",
        {"resource_group": "nowhere"},
        "there is no workspace summaries-ml in nowhere: Resource group 'nowhere' could not be found: "
        f"az group list --subscription {SUBSCRIPTION} --output table; then [azure] in blogsum.toml",
    ),
    (
        "no such subscription",
        {"subscription": GONE},
        f"there is no workspace summaries-ml in summaries: The subscription '{GONE}' could not be found: "
        "az account list --output table; then [azure] in blogsum.toml",
    ),
    (
        "no such cluster",
        {"compute": "big-cluster", "instances": 3},
        "workspace summaries-ml has no compute big-cluster: az ml compute create --type AmlCompute --name big-cluster "
        f"--size Standard_NC4as_T4_v3 --min-instances 0 --max-instances 3 {HERE}",
    ),
    (
        "too few machines",
        {"instances": 3},
        "compute gpu-cluster has at most 2 machines, and the run takes 3: "
        f"az ml compute update --name gpu-cluster --max-instances 3 {HERE}",
    ),
    ("too few GPUs", {"gpus": 2}, f"{SIZE}, and the run takes 2: gpus = 1 in [azure] of blogsum.toml"),
    (
        "no such size",
        {"compute": None, "instance_type": "Standard_ND96"},
        "westeurope has no machines of the size Standard_ND96: "
        "az ml compute list-sizes --location westeurope --output table",
    ),
    (
        "too small a quota",
        {"compute": None, "instance_type": "Standard_NC4as_T4_v3", "instances": 7},
        f"{QUOTA} 28: ask for 28 at {PORTAL}, or name a smaller machine in [azure]",
    ),
    (
        "no such environment",
        {"environment": "azureml:torch:3"},
        f"workspace summaries-ml has no environment azureml:torch:3: az ml environment list --output table {HERE}",
    ),
]


@pytest.mark.parametrize(("values", "said"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_fault_is_a_line_with_the_next_command(check: Check, values: dict[str, Any], said: str) -> None:
    done = check(**values)
    assert (done.code, done.stdout.splitlines()) == (1, [said])


WORKSPACE = "GET /subscriptions/.*/workspaces/summaries-ml$"
WRONG = f"It must match the tenant 'https://sts.windows.net/{GONE}/' associated with this subscription."
WHO = f"The client 'a@b.org' with object id '{GONE}' does not have authorization."
REFUSALS: list[tuple[str, str, int, str, str, str]] = [
    (
        "a login for another tenant",
        WORKSPACE,
        401,
        "InvalidAuthenticationTokenTenant",
        WRONG,
        f"Azure does not take the login for workspace summaries-ml: {WRONG[:-1]}: "
        f"az login --tenant {GONE}, then the same command again",
    ),
    (
        "no role in the workspace",
        WORKSPACE,
        403,
        "AuthorizationFailed",
        WHO,
        f"this login may not show the workspace: {WHO[:-1]}: its owner can give the role: az role assignment create "
        f"--assignee {GONE} --role 'AzureML Data Scientist' --scope {SCOPE}/summaries-ml",
    ),
    (
        "no right to see the cluster",
        "GET /computes/gpu-cluster",
        403,
        "AuthorizationFailed",
        "No.",
        "this login may not show the compute: No: its owner can give the role: az role assignment create "
        f"--assignee WHO --role 'AzureML Data Scientist' --scope {SCOPE}/summaries-ml",
    ),
    (
        "asked too often",
        WORKSPACE,
        429,
        "TooManyRequests",
        "Slower.",
        f"Azure is asked too often: Slower: wait some minutes; {AGAIN}",
    ),
]


@pytest.mark.parametrize(
    ("found", "status", "code", "words", "said"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_refusal_is_a_line_with_the_next_command(
    check: Check, azure: Azure, found: str, status: int, code: str, words: str, said: str
) -> None:
    azure.fails(found, status, code, words, **({"Retry_After": "0.01"} if status == 429 else {}))
    done = check()
    assert (done.code, done.stdout.splitlines()) == (1, [said])


def test_nobody_is_logged_in(check: Check, azure: Azure) -> None:
    azure.logins.refused = "no identity here"
    done = check()
    start = "Azure knows no login here: DefaultAzureCredential failed to retrieve a token from the included credentials"
    assert (done.code, done.stdout) == (1, f"{start}: az login, then the same command again\n")
    assert azure.asked("workspaces") == []


def test_a_role_in_the_workspace_alone_is_no_fault(check: Check, azure: Azure) -> None:
    azure.fails("/locations/", 403, "AuthorizationFailed")
    done = check()
    assert (done.code, done.stdout) == (0, "")
    assert f"this login may not see sizes and quotas of the subscription; {PORTAL} shows them" in done.stderr


NOTES: list[tuple[str, Callable[[Azure], Any], str]] = [
    (
        "busy",
        lambda azure: azure.usages[0].update(currentValue=22),
        "22 in use, the run takes 4; the job may have to wait",
    ),
    ("no limit", lambda azure: azure.usages[0].update(limit=-1), "no limit is set, 4 in use, the run takes 4"),
    (
        "unknown quota",
        lambda azure: azure.usages.clear(),
        "Azure does not say how many cores of standardNCASv3_T4Family",
    ),
    (
        "no GPU",
        lambda azure: azure.sizes[0].update(gpus=0),
        "have no GPU: the run trains on their processors, many times slower",
    ),
    (
        "low priority",
        lambda azure: azure.computes["gpu-cluster"]["properties"].update(vmPriority="LowPriority"),
        "compute gpu-cluster is of low priority: a job may be stopped; its quota is not looked at",
    ),
    (
        "a single machine",
        lambda azure: azure.computes["gpu-cluster"].update(computeType="VirtualMachine", properties={}),
        "compute gpu-cluster is no cluster but virtualmachine: its size and quota are unknown",
    ),
]


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in NOTES], ids=[case[0] for case in NOTES])
def test_what_is_no_fault_is_said_on_stderr(
    check: Check, azure: Azure, change: Callable[[Azure], Any], said: str
) -> None:
    change(azure)
    done = check()
    assert (done.code, done.stdout) == (0, "")
    assert said in done.stderr


def test_a_cluster_that_failed_is_a_fault(check: Check, azure: Azure) -> None:
    azure.computes["gpu-cluster"]["provisioningState"] = "Failed"
    assert (
        check().stdout == f"compute gpu-cluster is not ready but Failed: az ml compute show --name gpu-cluster {HERE}\n"
    )


def keep(azure: Azure, kind: str, name: str, version: str, **properties: Any) -> None:
    """Let the workspace have an asset."""
    way = f"{kind}/{name}/versions/{version}"
    azure.documents[way] = arm._resource(f"{SCOPE}/summaries-ml/{way}", version, f"workspaces/{kind}", properties)


def test_an_environment_that_is_there_is_found_by_version_and_as_the_latest(check: Check, azure: Azure) -> None:
    keep(azure, "environments", "torch", "3", image="ubuntu")
    for name in ("azureml:torch:3", "azureml:torch@latest"):
        done = check(environment=name)
        assert (done.code, done.stdout) == (0, "")
        assert f"environment {name} is there" in done.stderr


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The files of a run whose data and base are there."""
    made = fixed(monkeypatch, "cluster", tmp_path)
    for one in (made.data, made.base):
        one.folder.mkdir(parents=True)
    render.write(made, tmp_path / "job")
    return tmp_path / "job"


def test_assets_are_pushed_kept_or_refused(check: Check, azure: Azure, job: Path) -> None:
    def said() -> tuple[int, list[str], list[str]]:
        done = check(str(job))
        return done.code, done.stdout.splitlines(), [line for line in done.stderr.splitlines() if ".yml" in line]

    new = ["data.yml: blog:3 will be pushed", "base.yml: mt5-small:bbbbbbbbbbbb will be pushed"]
    assert said() == (0, [], new)
    for kind, name, version, sha256 in (("data", "blog", "3", "3" * 64), ("models", "mt5-small", "b" * 12, "b" * 64)):
        place = {f"{kind.removesuffix('s')}Uri": "azureml://datastores/workspaceblobstore/paths/x"}
        more = {"dataType": "uri_folder", "properties": {}, "flavors": {}}  # the SDK takes no model without them
        keep(azure, kind, name, version, **place, **more, tags={"sha256": sha256})
    assert said() == (0, [], [line.replace("will be pushed", "is there already") for line in new])
    azure.documents["data/blog/versions/3"]["properties"]["tags"]["sha256"] = "4" * 64
    fault = (
        "data.yml: workspace summaries-ml has another blog:3, with other content: "
        f"az ml data show --name blog --version 3 {HERE} tells whose; blogsum data add makes a new version"
    )
    assert said() == (1, [fault], [new[1].replace("will be pushed", "is there already")])


def test_a_run_that_was_sent_is_said(check: Check, azure: Azure, job: Path) -> None:
    name = yaml.safe_load((job / "job.yml").read_text())["name"]
    assert "was sent already" not in check(str(job)).stderr
    told = {"jobType": "Command", "command": "x", "environmentId": f"{SCOPE}/summaries-ml/environments/e/versions/1"}
    properties = {**told, "status": "Running", "services": {}}
    way = f"jobs/{name}"
    azure.documents[way] = arm._resource(f"{SCOPE}/summaries-ml/{way}", name, "workspaces/jobs", properties)
    done = check(str(job))
    assert (done.code, done.stdout) == (0, "")
    assert f"job.yml: {name} was sent already: Running\n" in done.stderr


def test_what_this_machine_would_take_is_said(check: Check, job: Path, tmp_path: Path) -> None:
    from blogsum.settings import load

    root = load(None).runs
    for name, source, hours in (("20261101-120000-a-0001", "blog@3", 7.5), ("20261102-120000-b-0002", "blog@2", 1.0)):
        (root / name).mkdir(parents=True)
        facts = {"schema": "blogsum/run/1", "id": name, "data": {"source": source}}
        facts["expected"] = {"seconds": hours * 3600, "device": "cpu"}
        files.replace(root / name / "run.json", json.dumps(facts))
    (root / "20261103-120000-c-0003").mkdir()
    (root / "20261103-120000-c-0003" / "run.json").write_text("broken")
    done = check(str(job), price_per_hour=2, instances=2)
    assert (
        "20261101-120000-a-0001 was expected to take 7.5 h here, on cpu, which there would be 30.00 of your currency; "
        "a GPU is faster\n"
    ) in done.stderr


@pytest.mark.usefixtures("office")
def test_a_run_is_refused_before_anything_is_pushed(azure: Azure, blogsum: Blogsum) -> None:
    azure.usages[0]["limit"] = 3
    done = blogsum(*ASKED)
    assert (done.code, done.stdout) == (3, "")
    text = f"{QUOTA} 4".replace("24 allowed", "3 allowed")
    assert done.stderr == f"error: {text} (ask for 4 at {PORTAL}, or name a smaller machine in [azure])\n"
    assert (azure.documents, azure.transfers, azure.asked("PUT")) == ({}, [], [])


def test_the_cores_of_a_whole_region_have_a_limit_too(check: Check, azure: Azure) -> None:
    total = "Total Cluster Dedicated Regional vCPUs"
    azure.usages.append(arm.usage(total, 1, 4))
    assert check().code == 0
    azure.usages[-1]["limit"] = 3
    said = f"{total} in westeurope: 3 allowed, 1 in use, the run takes 4: ask for 4 at {PORTAL}, or name a smaller"
    assert check().stdout == f"{said} machine in [azure]\n"


def test_without_machines_in_the_section_none_are_looked_for(check: Check, azure: Azure) -> None:
    done = check(compute=None)
    said = "[azure] has no compute or instance_type: blogsum azure init --help says what it is\n"
    assert (done.code, done.stdout) == (1, said)
    assert azure.asked("/locations/") == []


def test_offline_asks_nothing(check: Check, azure: Azure, job: Path) -> None:
    done = check(str(job), "--offline", compute="big-cluster")
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr == "nothing is wrong, as far as this machine can tell; Azure was not asked\n"
    assert azure.requests == []


@pytest.mark.parametrize("name", ["standardNCASv3_T4Family", "Standard NCASv3_T4 Family Cluster Dedicated vCPUs"])
def test_sizes_and_quotas_name_a_family_in_two_ways(name: str) -> None:
    assert preflight._family(name) == "standardncasv3t4"
