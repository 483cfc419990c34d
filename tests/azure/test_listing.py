"""``blogsum azure jobs | cancel``: the jobs of blogsum alone, their times, and the end of one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from blogsum.azure.listing import Listed
from blogsum.azure.place import commented
from blogsum.report.jobs import duration
from tests.azure.loopback import arm
from tests.azure.loopback.cloud import PLACE, SUBSCRIPTION, Azure
from tests.conftest import Blogsum

SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/summaries/providers/Microsoft.MachineLearningServices/workspaces"
TAGS = {"data": "blog@3", "code_sha256": "c" * 64}
OURS = "blogsum-my-model-0123456789ab"


@pytest.fixture
def office(azure: Azure, tmp_path: Path) -> Azure:
    """A workspace with four jobs of blogsum, of which one is a schedule's, and one of somebody else."""
    (tmp_path / "blogsum.toml").write_text(commented(PLACE))
    keep(azure, OURS, "Completed", 1, tags=TAGS, startTimeUtc="2026-11-20T10:00:00Z", endTimeUtc="2026-11-20T12:05:30Z")
    keep(
        azure,
        "blogsum-two-1",
        "Failed",
        2,
        tags=TAGS,
        startTimeUtc="2026-11-21T10:00:00Z",
        endTimeUtc="2026-11-21T10:00:45Z",
    )
    keep(azure, "blogsum-three-2", "Queued", 3, tags=TAGS)
    keep(azure, "sad_bean_x1", "Canceled", 4, tags={"code_sha256": "c" * 64}, jobType="Pipeline", jobs={})
    keep(azure, "theirs", "Running", 5, tags={"owner": "them"})
    return azure


def keep(azure: Azure, name: str, status: str, day: int, **properties: Any) -> None:
    """Let the workspace have a job."""
    studio = {"jobServiceType": "Studio", "endpoint": f"https://ml.azure.loopback/runs/{name}"}
    told = {"jobType": "Command", "command": "x", "environmentId": f"{SCOPE}/summaries-ml/environments/e/versions/1"}
    told |= {"displayName": "my-model", "experimentName": "Default", "status": status, "services": {"Studio": studio}}
    job = arm._resource(f"{SCOPE}/summaries-ml/jobs/{name}", name, "workspaces/jobs", {**told, **properties})
    job["systemData"]["createdAt"] = f"2026-11-{day:02}T12:00:00Z"
    azure.documents[f"jobs/{name}"] = job


def test_the_jobs_of_blogsum_are_a_table_the_newest_first(office: Azure, blogsum: Blogsum) -> None:
    done = blogsum("azure", "jobs")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (
        "job                            status     started (UTC)     took        data    model\n"
        "sad_bean_x1                    Canceled   -                 -           -       my-model\n"
        "blogsum-three-2                Queued     -                 -           blog@3  my-model\n"
        "blogsum-two-1                  Failed     2026-11-21 10:00  45 s        blog@3  my-model\n"
        f"{OURS}  Completed  2026-11-20 10:00  2 h 05 min  blog@3  my-model\n"
    )
    pages = [one.query for one in office.requests if one.path.endswith("/jobs")]
    assert [(one["tag"], one.get("$skip")) for one in pages] == [("code_sha256", None), ("code_sha256", "3")]
    # the history is asked of those that began, and of blogsum's alone
    begun = ("sad_bean_x1", "blogsum-two-1", OURS)
    assert [one.rpartition("/runs/")[2] for one in office.asked("details$")] == [f"{name}/details" for name in begun]


def test_json_has_all_that_is_known(office: Azure, blogsum: Blogsum) -> None:
    done = blogsum("azure", "jobs", "--json")
    first = [json.loads(line) for line in done.stdout.splitlines()][-1]
    assert first == {
        "name": OURS,
        "status": "Completed",
        "created": "2026-11-01T12:00:00+00:00",
        "started": "2026-11-20T10:00:00+00:00",
        "ended": "2026-11-20T12:05:30+00:00",
        "seconds": 7530,
        "data": "blog@3",
        "model": "my-model",
        "address": f"https://ml.azure.loopback/runs/{OURS}&tid=tenant",
    }


def test_no_more_than_asked_for(office: Azure, blogsum: Blogsum) -> None:
    assert len(blogsum("azure", "jobs", "--json", "--limit", "2").stdout.splitlines()) == 2
    assert len([one for one in office.requests if one.path.endswith("/jobs")]) == 1  # one page


def test_no_jobs_is_a_word_on_stderr(office: Azure, blogsum: Blogsum) -> None:
    office.documents.clear()
    done = blogsum("azure", "jobs")
    said = "note: no jobs of blogsum in workspace summaries-ml (blogsum finetune … --on azure sends one)\n"
    assert tuple(done) == (0, "", said)


NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "started", "ended", "seconds"),
    [
        ("Running", NOW - HOUR, None, 3600),
        ("Running", NOW + HOUR, None, 0),  # the clock of this machine is late
        ("Completed", NOW - 2 * HOUR, NOW - HOUR, 3600),
        ("Failed", NOW - HOUR, None, None),  # nobody knows when it ended
        ("Queued", None, None, None),
    ],
)
def test_how_long_a_job_took(
    status: str, started: datetime | None, ended: datetime | None, seconds: float | None
) -> None:
    assert Listed("a", status, None, started, ended, "", "", "").seconds(NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00 min"), (90000, "25 h 00 min")],
)
def test_a_time_is_said_as_people_do(seconds: float, said: str) -> None:
    assert duration(seconds) == said


REFUSALS = [
    (
        401,
        "InvalidAuthenticationToken",
        "Azure does not take the login for workspace summaries-ml: No (az login, then the",
    ),
    (
        403,
        "AuthorizationFailed",
        "this login may not {doing}: No (its owner can give the role: az role assignment create --",
    ),
    (
        429,
        "TooManyRequests",
        "Azure is asked too often: No (wait some minutes; the same command again goes on where this",
    ),
    (
        404,
        "ResourceGroupNotFound",
        "there is no workspace summaries-ml in summaries: No (az group list --subscription ",
    ),
    (503, "ServiceUnavailable", "Azure did not {doing}: No (the same command again goes on where this one stopped)"),
]
VERBS = [
    (["jobs"], "GET /jobs|workspaces/summaries-ml/jobs", "list the jobs"),
    (["cancel", OURS, "--yes"], f"GET /jobs/{OURS}", f"look for job {OURS}"),
    (["cancel", "blogsum-three-2", "--yes"], "POST /jobs/blogsum-three-2/cancel", "cancel job blogsum-three-2"),
]


@pytest.mark.parametrize(("status", "code", "said"), REFUSALS, ids=[str(case[0]) for case in REFUSALS])
@pytest.mark.parametrize(("arguments", "found", "doing"), VERBS, ids=["jobs", "look", "cancel"])
def test_what_azure_refuses_is_a_line(
    office: Azure, blogsum: Blogsum, arguments: list[str], found: str, doing: str, status: int, code: str, said: str
) -> None:
    office.fails(found, status, code, "No", Retry_After="0.01")
    done = blogsum("azure", *arguments)
    assert (done.code, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(f"error: {said.format(doing=doing)}")


def test_a_job_that_waits_is_cancelled_once(office: Azure, blogsum: Blogsum, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        office.machines, "cancel", lambda name: office.jobs[name]["properties"].update(status="Canceled")
    )
    asked = blogsum("azure", "cancel", "blogsum-three-2", text=b"n\n")
    assert (asked.code, asked.stdout) == (130, "")
    assert "End blogsum-three-2 (Queued) for good? [y/N]: " in asked.stderr
    assert "error: nothing was cancelled (--yes does not ask)\n" in asked.stderr
    assert office.asked("POST") == []
    done = blogsum("azure", "cancel", "blogsum-three-2", "--yes")
    said = "note: blogsum-three-2 is being cancelled (blogsum azure jobs shows how it stands)\n"
    assert tuple(done) == (0, "", said)
    assert office.asked("POST") == ["POST /jobs/blogsum-three-2/cancel"]
    assert office.bodies("POST") == [None]  # Azure wants no body
    assert office.status("blogsum-three-2") == "Canceled"
    again = blogsum("azure", "cancel", "blogsum-three-2", "--yes")
    said = "note: blogsum-three-2 has ended already: Canceled (there is nothing to cancel)\n"
    assert tuple(again) == (0, "", said)
    assert len(office.asked("POST")) == 1


NOT = [
    ("nobody", "workspace summaries-ml has no job nobody (blogsum azure jobs lists them)"),
    ("theirs", "job theirs is none of blogsum's (az ml job show --name theirs)"),
]


@pytest.mark.parametrize(("name", "said"), NOT)
def test_other_jobs_are_left_alone(office: Azure, blogsum: Blogsum, name: str, said: str) -> None:
    assert tuple(blogsum("azure", "cancel", name, "--yes")) == (3, "", f"error: {said}\n")
    assert office.asked("POST") == []


def test_the_last_job_is_the_newest(office: Azure, blogsum: Blogsum) -> None:
    done = blogsum("azure", "cancel", "last", "--yes")
    assert done.stderr == "note: sad_bean_x1 has ended already: Canceled (there is nothing to cancel)\n"
    office.documents.clear()
    done = blogsum("azure", "cancel", "last", "--yes")
    said = "error: workspace summaries-ml has no job of blogsum (blogsum finetune … --on azure)\n"
    assert tuple(done) == (3, "", said)
