"""``blogsum azure logs``: the last lines of a job's logs, and all of them as they come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from blogsum.azure import follow
from blogsum.azure.place import commented
from tests.azure.loopback.cloud import PLACE, Azure
from tests.azure.test_listing import OURS, TAGS, keep
from tests.conftest import Blogsum

pytest.importorskip("azure.ai.ml", reason="asking Azure needs blogsum[azure]")

LOGS = f"ExperimentRun/dcid.{OURS}/user_logs/"
Write = Callable[..., None]


@pytest.fixture
def write(azure: Azure, tmp_path: Path) -> Write:
    """Let the job, which runs, write to one of its logs."""
    (tmp_path / "blogsum.toml").write_text(commented(PLACE))
    keep(azure, OURS, "Running", 1, tags=TAGS, startTimeUtc="2026-11-20T10:00:00Z")

    def append(text: str, log: str = "std_log.txt") -> None:
        azure.blobs.append(LOGS + log, text.encode())

    return append


def test_the_last_lines_are_shown(write: Write, blogsum: Blogsum) -> None:
    write("".join(f"step {n}\n" for n in range(100)))
    assert tuple(blogsum("azure", "logs", OURS, "--tail", "2")) == (0, "step 98\nstep 99\n", "")
    assert blogsum("azure", "logs", "last").stdout == "".join(f"step {n}\n" for n in range(50, 100))


def test_further_processes_come_after_the_one_that_leads(write: Write, blogsum: Blogsum) -> None:
    for rank in (1, 0):
        write("".join(f"rank {rank} {n}\n" for n in range(9)), f"std_log_process_{rank}.txt")
    write("", "std_log_process_2.txt")
    assert blogsum("azure", "logs", OURS, "--tail", "7").stdout.splitlines() == [
        "==> std_log_process_0.txt <==",
        *(f"rank 0 {n}" for n in range(2, 9)),
        "==> std_log_process_1.txt <==",
        *(f"rank 1 {n}" for n in range(4, 9)),
    ]


def test_a_log_cannot_take_over_the_terminal(write: Write, blogsum: Blogsum) -> None:
    write("a\tb \x1b[2Jc\x07 \u202eü\n")
    assert blogsum("azure", "logs", OURS).stdout == "a\tb  [2Jc   ü\n"


def test_no_log_yet_is_a_word_on_stderr(azure: Azure, write: Write, blogsum: Blogsum) -> None:
    azure.jobs[OURS]["properties"]["status"] = "Queued"
    said = f"note: {OURS} has no log: Queued (--follow waits for it)\n"
    assert tuple(blogsum("azure", "logs", OURS)) == (0, "", said)
    azure.jobs[OURS]["properties"]["status"] = "Canceled"
    assert blogsum("azure", "logs", OURS).stderr == f"note: {OURS} has no log: Canceled\n"


ENDS = [
    ("Completed", "", 0, ""),
    ("Canceled", "", 3, f"error: {OURS}: Canceled (its log is above)\n"),
    ("Failed", "Out of memory.", 3, f"error: {OURS}: Failed: Out of memory. (its log is above)\n"),
]


@pytest.mark.parametrize(("status", "reason", "code", "said"), ENDS, ids=[case[0] for case in ENDS])
def test_a_log_is_followed_to_its_end(
    azure: Azure,
    write: Write,
    blogsum: Blogsum,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    reason: str,
    code: int,
    said: str,
) -> None:
    azure.jobs[OURS]["properties"]["status"] = "Queued"
    steps = iter([("Running", "step 1\nste"), ("Running", "p 2\n"), (status, "the e"), (status, "nd")])

    def pause(_: float) -> None:
        now, text = next(steps)
        azure.jobs[OURS]["properties"].update(status=now, wrong=reason if now == "Failed" else "")
        write(text)
        if now == status:
            write(next(steps)[1])

    monkeypatch.setattr(follow.time, "sleep", pause)
    done = blogsum("azure", "logs", OURS, "--follow")
    assert (done.code, done.stdout) == (code, "step 1\nstep 2\nthe end\n")
    assert done.stderr == f"{OURS}: Queued\n{OURS}: Running\n{OURS}: {status}\n{said}"


def test_a_job_that_is_gone_is_not_waited_for(azure: Azure, write: Write, blogsum: Blogsum) -> None:
    azure.fails("/details$", 404, "NotFound", "No", times=2)
    azure.jobs[OURS]["properties"]["status"] = "Queued"
    done = blogsum("azure", "logs", OURS, "--follow")
    assert (done.code, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(
        f"error: Azure did not tell how job {OURS} stands: No (Azure answered 404 NotFound; the job"
    )


REFUSALS = [
    (401, "InvalidAuthenticationToken", "Azure does not take the login for workspace summaries-ml: No (az login, then"),
    (
        403,
        "AuthorizationFailed",
        "this login may not give the logs of job blogsum-my-model-0123456789ab: No (its owner",
    ),
    (
        404,
        "NotFound",
        "Azure did not give the logs of job blogsum-my-model-0123456789ab: No (Azure answered 404 NotFound",
    ),
    (429, "TooManyRequests", "Azure is asked too often: No (wait some minutes; "),
]


@pytest.mark.parametrize(("status", "code", "said"), REFUSALS, ids=[str(case[0]) for case in REFUSALS])
def test_what_azure_refuses_is_a_line(
    azure: Azure, write: Write, blogsum: Blogsum, status: int, code: str, said: str
) -> None:
    azure.jobs[OURS]["properties"]["status"] = "Queued"  # nothing is asked of its history but the log
    azure.fails("/details$", status, code, "No", Retry_After="0.01")
    done = blogsum("azure", "logs", OURS)
    assert (done.code, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(f"error: {said}")
