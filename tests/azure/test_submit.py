"""A run is sent once, followed, fetched and registered, whatever goes wrong meanwhile: one line, nothing by halves."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("azure.ai.ml", reason="sending to Azure needs blogsum[azure]")

from blogsum import files
from blogsum.azure import follow, jobs, rival
from blogsum.errors import UserError
from blogsum.settings import load
from blogsum.store import datasets, runs, shelf
from blogsum.summarize.lengths import Budget
from blogsum.types import Article, Summary
from tests.azure.left import POSTS, RUN, outputs
from tests.azure.loopback.answers import Fault
from tests.azure.loopback.blobs import refused
from tests.azure.loopback.cloud import PLACE, Azure
from tests.conftest import Blogsum, Said

ASKED = ("finetune", "--data", "blog@1", "--base", "mt5", "-o", "my-model", "--on", "azure")
BETTER = "Better than its base (ROUGE +1.00) and than the built-in summary (ROUGE +1.00) on 12 posts held out"
SENT = """\
sending blog:1
sending mt5:HASH
sending blogsum:HASH
blogsum-my-model-HASH: sent, https://ml.azure.loopback/runs/blogsum-my-model-HASH?wsid=blogsum-my-model-HASH&tid=tenant
"""
ASSETS = ["data/blog/versions/1", "environments/blogsum/versions/HASH", "models/mt5/versions/HASH"]
CODE = "codes/GUID/versions/1"
JOB = "jobs/blogsum-my-model-HASH"
MODEL = "models/my-model/versions/HASH"


@pytest.fixture
def office(blogsum: Blogsum, azure: Azure, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Path:
    """A dataset, what passes for a checkpoint, and the settings, in the folder where the command runs; nobody waits."""
    monkeypatch.setattr(follow, "pause", azure.pause)
    root = Path.cwd()
    datasets.add(load(None).datasets, "blog", POSTS, datasets.Origin())
    sizes = {"vocab_size": 9, "d_model": 4, "num_heads": 1, "d_kv": 4, "d_ff": 4, "num_layers": 1}
    config = {"model_type": "mt5", "feed_forward_proj": "gated-gelu", **sizes}
    (root / "mt5").mkdir()
    (root / "mt5" / "config.json").write_text(json.dumps(config))
    (root / "mt5" / "spiece.model").write_bytes(b"pieces")
    lines = [f'{name} = "{value}"' for name, value in {**PLACE, "compute": "gpu-cluster"}.items()]
    (root / "blogsum.toml").write_text("\n".join(["[azure]", *lines]) + "\n")
    azure.machines.instead = f"echo step 1; cp -R {outputs(root / 'left')}/. ../outputs/"
    return root


def home() -> Path:
    return Path(os.environ["BLOGSUM_HOME"])


def plain(text: str) -> str:
    """The text without what another version of the code changes."""
    guid = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID", text)
    return re.sub(r"\b[0-9a-f]{12}\b", "HASH", guid)


def there(azure: Azure) -> list[str]:
    """What the workspace keeps."""
    return sorted({plain(way) for way in azure.documents})


def last(done: Said) -> str:
    """The last line on stderr."""
    return plain(done.stderr.splitlines()[-1])


def test_a_run_is_sent_followed_fetched_and_registered(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    done = blogsum(*ASKED)
    assert done.code == 0, done.stderr
    [job] = azure.jobs
    assert done.stdout.startswith(f"{BETTER}\n\n          rouge")
    assert plain(done.stdout).endswith(f"\nmodel my-model, run {RUN}, registered as my-model:HASH\n")
    assert plain(done.stderr).startswith(SENT)
    assert {"  step 1", f"{job}: Completed"} <= set(done.stderr.splitlines())
    assert there(azure) == sorted([*ASSETS, CODE, JOB, MODEL])
    assert (office / "my-model" / "model.safetensors").read_bytes() == b"weights" * 1000
    [run] = runs.known(home() / "runs")
    told = {"job": job, "workspace": "summaries-ml", "resource_group": "summaries"}
    assert (run.facts["azure"], run.facts["output"]) == (told, str(office / "my-model"))
    [kept] = jobs.known(home() / "runs")
    assert (kept.facts["status"], kept.facts["job"], kept.facts["run"]) == ("Completed", job, RUN)
    assert sorted(path.name for path in kept.folder.iterdir()) == [".lock", "job", "job.json"]
    # where the outputs lie says the workspace, for report and model each
    assert len(azure.asked("POST /dataversion/batchGetResolvedUris$")) == 2
    # neither a token nor a signature is printed or written
    written = [path.read_bytes() for folder in (office, home()) for path in folder.rglob("*") if path.is_file()]
    assert len(azure.logins.given) > 0
    for secret in (b"eyJ", b"sig="):
        assert not any(secret in text for text in (*written, done.stdout.encode(), done.stderr.encode()))


def test_what_is_sent_is_what_is_rendered(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    import yaml

    assert blogsum(*ASKED, "--render", "job").code == 0
    assert blogsum(*ASKED).code == 0
    read = {
        name: yaml.safe_load(Path(f"job/{name}.yml").read_text()) for name in ("job", "data", "base", "environment")
    }
    [job] = azure.bodies("PUT /jobs/")
    sent = job["properties"]
    assert (sent["command"], sent["tags"]) == (read["job"]["command"], read["job"]["tags"])
    assert sent["computeId"].endswith("/computes/gpu-cluster")
    assert sent["environmentId"].endswith("/environments/blogsum/versions/" + read["environment"]["version"])
    assert sent["limits"] == {"jobLimitsType": "Command", "timeout": "P1D"}
    assert {name: one["uri"].partition("/workspaces/summaries-ml/")[2] for name, one in sent["inputs"].items()} == {
        "data": "data/blog/versions/1",
        "base": f"models/mt5/versions/{read['base']['version']}",
    }
    assert {one["mode"] for one in sent["outputs"].values()} == {"Upload"}
    [data] = azure.bodies("PUT /data/")
    assert data["properties"]["tags"] == read["data"]["tags"]
    [base] = azure.bodies("PUT /models/mt5/")
    assert base["properties"]["tags"] == {"sha256": files.digest_of_folder(office / "mt5")}
    [name] = [name for name in azure.blobs.containers if name.startswith("code-")]
    code = {f"code/{path.name}": path.read_bytes() for path in Path("job/code").iterdir()}
    assert {key: blob.data for key, blob in azure.blobs.containers[name].items()} == code
    [model] = azure.bodies("PUT /models/my-model/")
    tags = model["properties"]["tags"]
    assert tags == {
        "sha256": files.digest_of_folder(Path("my-model")),
        "job": next(iter(azure.jobs)),
        "run": RUN,
        "data": "blog@1",
        "data_sha256": read["data"]["tags"]["sha256"],
        "base_sha256": read["base"]["tags"]["sha256"],
        "recipe_sha256": read["job"]["tags"]["recipe_sha256"],
        "rouge": "1.0000",
        "posts": "12",
        "better_than": "lead-3, built-in, base",
        "blogsum": tags["blogsum"],
    }


def test_data_that_the_run_would_refuse_are_not_sent(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    datasets.add(load(None).datasets, "few", POSTS[:1], datasets.Origin())
    done = blogsum(*ASKED, "--data", "few@1")
    said = "1 group of related posts cannot fill 3 parts (fewer parts, or more posts)"
    assert (done.code, done.stderr, azure.requests) == (3, f"error: {said}\n", [])


def _refuses(way: str, status: int, code: str, message: str) -> Callable[[Azure], None]:
    return lambda azure: azure.fails(way, status, code, message, Retry_After="7")


def _no_login(azure: Azure) -> None:
    azure.logins.refused = "No managed identity was found."


def _full(azure: Azure) -> None:
    answer = refused(409, "AccountQuotaExceeded", "The quota of the account is used up.")
    azure.faults.append(Fault("PUT /store/.*/rows.jsonl", answer))


def _fails(azure: Azure) -> None:
    azure.machines.instead = "echo step 1; echo 'error: the GPU is out of memory' >&2; exit 3"


def _taken(azure: Azure, **tags: str) -> None:
    uri = "azureml://datastores/workspaceblobstore/paths/LocalUpload/x/1/"
    properties = {"dataType": "uri_folder", "dataUri": uri, "tags": tags, "isArchived": False, "isAnonymous": False}
    way = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/"
    azure.documents["data/blog/versions/1"] = {
        "id": f"{way}data/blog/versions/1",
        "name": "1",
        "properties": properties,
    }


WORKSPACE = "GET /subscriptions/.*/workspaces/summaries-ml$"
AGAIN = "the same command again goes on where this one stopped"
ROLE = (
    "its owner can give the role: az role assignment create --assignee WHO --role 'AzureML Data Scientist' --scope "
    "/subscriptions/GUID/resourceGroups/summaries/providers/Microsoft.MachineLearningServices/workspaces/summaries-ml"
)
LIST = "az ml workspace list --subscription GUID -g summaries --output table; then [azure] in"
NO_WORKSPACE = "The Resource 'Microsoft.MachineLearningServices/workspaces/summaries-ml' was not found."
NEXT = "the same command begins another attempt"
FAULTS: dict[str, tuple[Callable[[Azure], None], str, list[str]]] = {
    "there is no login": (
        _no_login,
        "Azure knows no login here: DefaultAzureCredential failed to retrieve a token from the included credentials. "
        "(az login, then the same command again)",
        [],
    ),
    "401": (
        _refuses(WORKSPACE, 401, "InvalidAuthenticationToken", "The access token is from the wrong issuer."),
        "Azure does not take the login for workspace summaries-ml: The access token is from the wrong issuer. (az "
        "login, then the same command again)",
        [],
    ),
    "403": (
        _refuses("PUT /data/", 403, "AuthorizationFailed", "No authorization to perform 'data/versions/write'."),
        f"this login may not register blog:1: No authorization to perform 'data/versions/write'. ({ROLE})",
        [],
    ),
    "404": (
        _refuses(WORKSPACE, 404, "ResourceNotFound", NO_WORKSPACE),
        f"there is no workspace summaries-ml in summaries: {NO_WORKSPACE} ({LIST} blogsum.toml)",
        [],
    ),
    "429 for ever": (
        _refuses("PUT /jobs/", 429, "TooManyRequests", "The request is being throttled."),
        f"Azure is asked too often: The request is being throttled. (wait some minutes; {AGAIN})",
        [*ASSETS, CODE],
    ),
    "no quota": (
        _refuses("PUT /jobs/", 400, "UserError", "Standard_NC4as_T4_v3 exceeds the quota of 0 cores."),
        "Azure has no quota for this: Standard_NC4as_T4_v3 exceeds the quota of 0 cores. (ask for more in Azure ML "
        "studio under Quota, or name a smaller machine in blogsum.toml)",
        [*ASSETS, CODE],
    ),
    "the upload is cut": (
        lambda azure: azure.cuts("PUT /store/.*/rows.jsonl"),
        "cannot reach Azure: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'"
        f")) (is there a network? {AGAIN})",
        [],
    ),
    "the storage is full": (
        _full,
        "Azure's storage is full: The quota of the account is used up. (make room in the workspace's storage account)",
        [],
    ),
    "the job failed": (
        _fails,
        "job blogsum-my-model-HASH failed on Azure: Execution failed. User process '/bin/bash' exited with status code "
        f"3. Please check log file 'std_log.txt' ({NEXT})",
        [*ASSETS, CODE, JOB],
    ),
    "the same version with other content": (
        lambda azure: _taken(azure, sha256="e" * 64),
        "blog:1 in workspace summaries-ml has other content: sha256 HASH instead of HASH (a dataset's next version has "
        "another number: blogsum data add)",
        ["data/blog/versions/1"],
    ),
    "the same version of unknown content": (
        lambda azure: _taken(azure),
        "blog:1 in workspace summaries-ml has other content: it says no sha256 (a dataset's next version has another "
        "number: blogsum data add)",
        ["data/blog/versions/1"],
    ),
    "the model cannot be registered": (
        _refuses("PUT /models/my-model/", 500, "InternalServerError", "Something went wrong."),
        f"Azure did not register the model my-model:HASH: Something went wrong. ({AGAIN})",
        [*ASSETS, CODE, JOB],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_and_the_command_can_be_repeated(
    blogsum: Blogsum, azure: Azure, office: Path, name: str
) -> None:
    fault, said, kept = FAULTS[name]
    instead = azure.machines.instead
    fault(azure)
    done = blogsum(*ASKED)
    assert (done.code, done.stdout, last(done)) == (3, "", f"error: {said}"), done.stderr
    assert there(azure) == sorted(kept)
    azure.faults.clear()
    azure.logins.refused = ""
    azure.machines.instead = instead
    if kept == ["data/blog/versions/1"]:
        azure.documents.clear()
    again = blogsum(*ASKED)
    assert (again.code, again.stdout.startswith(BETTER)) == (0, True), again.stderr
    tried = [JOB, f"{JOB}-2"] if name == "the job failed" else [JOB]
    registered = f"{MODEL}-2" if name == "the job failed" else MODEL
    assert there(azure) == sorted([*ASSETS, CODE, *tried, registered])
    assert len(azure.machines.started) == len(tried)


@pytest.mark.slow
def test_what_is_there_with_the_same_content_is_not_sent_again(
    blogsum: Blogsum, azure: Azure, office: Path, slept: list[float]
) -> None:
    azure.fails("PUT /jobs/", 429, "TooManyRequests", times=1, Retry_After="7")
    assert blogsum(*ASKED).code == 0
    assert slept == [7]  # as long as Azure asked for
    done = blogsum(*ASKED, "--rate", "0.001", "--force")
    assert done.code == 0, done.stderr
    there_already = "blog:1 is there already\nmt5:HASH is there already\nblogsum:HASH is there already\n"
    assert plain(done.stderr).startswith(there_already)
    assert [plain(one) for one in azure.asked("PUT /(data|models/mt5|environments)")] == [
        f"PUT /{way}" for way in ORDER
    ]
    assert len(azure.jobs) == len(set(azure.machines.started)) == 2


ORDER = ["data/blog/versions/1", "models/mt5/versions/HASH", "environments/blogsum/versions/HASH"]


@pytest.mark.slow
def test_a_repeated_command_follows_the_finished_job_and_sends_nothing(
    blogsum: Blogsum, azure: Azure, office: Path
) -> None:
    first = blogsum(*ASKED)
    sent = azure.asked("^(PUT|POST) /(data|models|environments|codes|jobs)/")
    again = blogsum(*ASKED)
    assert (again.code, again.stdout) == (0, first.stdout), again.stderr
    assert "note: blogsum-my-model-HASH is there already (Completed): nothing is sent again\n" in plain(again.stderr)
    assert azure.asked("^(PUT|POST) /(data|models|environments|codes|jobs)/") == sent
    other = blogsum(*ASKED, "--rate", "0.001")
    assert (other.code, last(other)) == (3, "error: my-model exists already (--force replaces it)")
    assert len(azure.jobs) == 1


@pytest.mark.slow
def test_a_job_cancelled_from_outside_is_said_and_tried_again_when_asked(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    azure.machines.open.clear()
    monkeypatch.setattr(follow, "pause", lambda _: azure.machines.cancel(next(iter(azure.jobs))))
    done = blogsum(*ASKED)
    said = "error: job blogsum-my-model-HASH was cancelled on Azure (the same command begins another attempt)"
    assert (done.code, last(done)) == (3, said), done.stderr
    assert there(azure) == sorted([*ASSETS, CODE, JOB])
    assert not (office / "my-model").exists()
    monkeypatch.setattr(follow, "pause", azure.pause)
    assert blogsum(*ASKED).code == 0
    assert there(azure) == sorted([*ASSETS, CODE, JOB, f"{JOB}-2", f"{MODEL}-2"])


@pytest.mark.slow
def test_a_failure_that_nobody_saw_is_shown_before_another_attempt(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    _fails(azure)
    monkeypatch.setattr(follow, "pause", interrupted)
    azure.machines.open.clear()
    done = blogsum(*ASKED)
    goes_on = "note: a job that was started goes on (the same command follows it again)"
    assert (done.code, done.stderr.splitlines()[-2:]) == (130, [goes_on, "error: interrupted"])
    azure.machines.open.set()
    azure.machines.wait(next(iter(azure.jobs)))
    done = blogsum(*ASKED)
    tail = ["note: the end of std_log.txt:", "note:   step 1", "note:   error: the GPU is out of memory"]
    assert (done.code, done.stderr.splitlines()[-4:-1]) == (3, tail)
    assert len(azure.jobs) == 1
    assert "error: job blogsum-my-model-HASH-2 failed" in plain(blogsum(*ASKED).stderr)


@pytest.mark.slow
def test_a_login_that_ends_during_the_wait_ends_the_wait_alone(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(_: float) -> None:
        azure.logins.refused = "The session has expired."
        azure.logins.forget()

    azure.logins.lifetime = 200  # less than the SDK wants of a token: it asks for a new one each time
    azure.machines.open.clear()
    monkeypatch.setattr(follow, "pause", ended)
    done = blogsum(*ASKED)
    said = (
        "error: Azure knows no login here: App Service managed identity configuration not found in environment. Token "
        "request error: (invalid_scope) 400, The session has expired. (az login, then the same command again; the job "
        "goes on, blogsum azure cancel blogsum-my-model-HASH ends it)"
    )
    assert (done.code, last(done)) == (3, said), done.stderr
    azure.logins.refused = ""
    azure.machines.open.set()
    monkeypatch.setattr(follow, "pause", azure.pause)
    again = blogsum(*ASKED)
    assert (again.code, len(azure.jobs), len(azure.machines.started)) == (0, 1, 1), again.stderr


@pytest.mark.slow
def test_tokens_are_renewed_during_the_wait(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    azure.logins.lifetime = 200
    assert blogsum(*ASKED).code == 0
    assert len(azure.logins.given) > 3


@pytest.mark.slow
def test_moments_of_azure_do_not_end_the_wait(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 4 + 1  # of the SDK, and then once more
    azure.fails("GET /runs/.*/details", 503, "ServiceUnavailable", "Try again.", times=tried)
    monkeypatch.setattr(follow, "pause", lambda _: azure.machines.wait(next(iter(azure.jobs))))
    done = blogsum(*ASKED)
    assert done.code == 0, done.stderr
    said = "note: Azure did not tell how job blogsum-my-model-HASH stands: Try again.; looking again"
    assert plain(done.stderr).count(said) == 1


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_by_halves(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full(_: float) -> None:
        azure.machines.open.set()
        azure.machines.wait(next(iter(azure.jobs)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))  # a file of 7,000 bytes does not fit

    azure.machines.open.clear()
    monkeypatch.setattr(follow, "pause", full)
    try:
        done = blogsum(*ASKED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    [kept] = jobs.known(home() / "runs")
    said = (
        f"cannot write {plain(str(kept.folder))}/fetched: File too large (make room; the same command fetches it again)"
    )
    assert (done.code, last(done)) == (3, f"error: {said}")
    assert not (office / "my-model").exists()
    assert runs.known(home() / "runs") == []
    assert sorted(path.name for path in kept.folder.iterdir()) == [".lock", "job", "job.json"]
    assert there(azure) == sorted([*ASSETS, CODE, JOB])
    monkeypatch.setattr(follow, "pause", azure.pause)
    assert (blogsum(*ASKED).code, len(azure.jobs)) == (0, 1)


def _other_weights(left: Path) -> str:
    (left / "model" / "my-model" / "model.safetensors").write_bytes(b"other")
    return "the model of job blogsum-my-model-HASH is not what the job wrote: its sha256 differs"


def _no_model(left: Path) -> str:
    shutil.rmtree(left / "model")
    return "job blogsum-my-model-HASH is done and has no model"


def _no_run(left: Path) -> str:
    shutil.rmtree(left / "report" / "runs")
    return "the report of job blogsum-my-model-HASH has 0 runs instead of one"


def _unfinished(left: Path) -> str:
    path = left / "report" / "runs" / RUN / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "status": "failed", "reason": "loss is NaN"}))
    return "the run of job blogsum-my-model-HASH is failed: loss is NaN"


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [_other_weights, _no_model, _no_run, _unfinished])
def test_what_is_spoiled_is_refused_and_in_the_end_computed_again(
    blogsum: Blogsum, azure: Azure, office: Path, spoil: Callable[[Path], str]
) -> None:
    shutil.copytree("left", "good")
    (office / "left" / "report" / "page.html").write_text("something always comes")
    said = f"error: {spoil(office / 'left')}"
    done = blogsum(*ASKED)
    assert (done.code, last(done)) == (3, f"{said} (the same command fetches it again)"), done.stderr
    again = blogsum(*ASKED)
    assert (again.code, last(again)) == (3, f"{said} ({NEXT})")
    assert (there(azure), (office / "my-model").exists()) == (sorted([*ASSETS, CODE, JOB]), False)
    assert runs.known(home() / "runs") == []
    shutil.rmtree("left")
    shutil.move("good", "left")
    assert blogsum(*ASKED).code == 0
    assert there(azure) == sorted([*ASSETS, CODE, JOB, f"{JOB}-2", f"{MODEL}-2"])


def test_two_commands_at_once_start_one_job(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    name = blogsum(*ASKED, "--render", "job").stderr.partition(": ")[2].partition(",")[0]
    with files.lock(home() / "runs" / "azure" / name / ".lock"):
        done = blogsum(*ASKED)
    said = "error: blogsum-my-model-HASH is followed by another process (wait for it)\n"
    assert (done.code, plain(done.stderr), azure.jobs) == (3, said, {})


@pytest.mark.slow
def test_a_command_killed_while_it_sends_is_repeated_and_one_job_exists(
    blogsum: Blogsum, azure: Azure, office: Path
) -> None:
    azure.machines.open.clear()
    killed = subprocess.Popen([sys.executable, "-m", "blogsum", *ASKED, "-q"], stderr=subprocess.PIPE)
    azure.when("PUT /jobs/", killed.kill)
    assert (killed.communicate(timeout=120)[1], killed.returncode) == (b"", -signal.SIGKILL)
    [job] = azure.jobs
    [kept] = jobs.known(home() / "runs")
    assert (kept.facts["job"], kept.facts["status"], kept.facts["output"]) == (job, "saved", str(office / "my-model"))
    azure.machines.open.set()
    again = blogsum(*ASKED)
    assert again.code == 0, again.stderr
    assert (azure.asked("PUT /jobs/"), azure.machines.started) == ([f"PUT /jobs/{job}"], [job])
    assert there(azure) == sorted([*ASSETS, CODE, JOB, MODEL])


KILLED = {  # the request at which the command dies -> the jobs that exist then
    "PUT /environments/": 0,
    "GET /jobs/": 0,
    "GET /store/.*/my-model/model.safetensors": 1,
    "PUT /models/my-model/": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize("way", KILLED)
def test_a_command_killed_anywhere_else_is_repeated(blogsum: Blogsum, azure: Azure, office: Path, way: str) -> None:
    killed = subprocess.Popen([sys.executable, "-m", "blogsum", *ASKED, "-q"], stderr=subprocess.PIPE)
    azure.when(way, killed.kill)
    assert (killed.communicate(timeout=120)[1], killed.returncode) == (b"", -signal.SIGKILL)
    assert len(azure.jobs) == KILLED[way]
    again = blogsum(*ASKED)
    assert (again.code, len(azure.jobs), len(azure.machines.started)) == (0, 1, 1), again.stderr
    assert there(azure) == sorted([*ASSETS, CODE, JOB, MODEL])
    left = [path.name for folder in (office, home() / "runs") for path in folder.rglob("*.part*")]
    assert (left, [run.name for run in runs.known(home() / "runs")]) == ([], [RUN])


@pytest.mark.slow
@pytest.mark.parametrize("step", range(3))
def test_what_is_put_in_place_by_halves_is_put_there_again(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    moved: list[Path] = []
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        if Path(target).name in (RUN, "my-model", "fetched"):
            moved.append(Path(target))
            if len(moved) == step + 1:
                raise OSError(errno.EIO, "Input/output error")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        done = blogsum(*ASKED)
    assert done.code == 3
    assert last(done).startswith("error: cannot write ")
    assert not (office / "my-model").exists()
    assert MODEL not in there(azure)
    again = blogsum(*ASKED)
    assert (again.code, len(azure.jobs)) == (0, 1), again.stderr
    assert [run.name for run in runs.known(home() / "runs")] == [RUN]


@pytest.mark.slow
def test_an_answer_that_is_lost_on_its_way_starts_no_second_job(blogsum: Blogsum, azure: Azure, office: Path) -> None:
    azure.loses("PUT /jobs/")
    done = blogsum(*ASKED)
    said = "note: blogsum-my-model-HASH was started, though Azure's answer did not come\n"
    assert (done.code, len(azure.jobs), azure.machines.started) == (0, 1, list(azure.jobs)), done.stderr
    assert said in plain(done.stderr)


@pytest.mark.slow
def test_the_model_is_compared_with_the_default_one(
    blogsum: Blogsum, azure: Azure, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Default:
        def __init__(self, folder: Path) -> None:
            assert folder == load(None).models / "house"

        def prepare(self, articles: list[Article]) -> None:
            self.count = len(articles)

        def summarize(self, article: Article, budget: Budget) -> Summary:
            if article.id == POSTS[0].id:
                raise UserError("it has nothing to offer")
            return Summary(article.id, article.summary or "", budget.name, "de", "house")

    models = load(None).models
    (models / "house").mkdir(parents=True)
    (models / "house" / "bundle.json").write_text("{}")
    shelf.alias(models, "default", "house")
    monkeypatch.setattr(rival, "load_bundle", Default)
    done = blogsum(*ASKED)
    assert (done.code, done.stdout.splitlines()[:2]) == (
        4,
        [BETTER, "NOT BETTER than the default model house (ROUGE +.08, −.01 to +.28)"],
    )
    tags = azure.bodies("PUT /models/my-model/")[0]["properties"]["tags"]
    assert tags["default"] == "house"
    assert re.fullmatch(r"\+0\.0833 \(.*\)", tags["against_default"])
