"""The record of a job on this machine: written before anything is sent, read whole or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum.azure import jobs
from blogsum.errors import UserError


def test_what_is_told_is_known_the_oldest_first(tmp_path: Path) -> None:
    assert jobs.known(tmp_path) == []
    late, early = jobs.kept(tmp_path, "blogsum-a-2"), jobs.kept(tmp_path, "blogsum-b-1")
    assert late.facts == {}
    late.tell(job="blogsum-a-2", created="2026-11-23T12:00:01+00:00")
    early.tell(job="blogsum-b-1-2", created="2026-11-23T12:00:00+00:00")
    early.tell(status="sent")
    assert [one.name for one in jobs.known(tmp_path)] == ["blogsum-b-1", "blogsum-a-2"]
    facts = {"schema": jobs.SCHEMA, "created": "2026-11-23T12:00:00+00:00", "job": "blogsum-b-1-2", "status": "sent"}
    assert early.facts == facts


BROKEN = [
    ("{", "cannot be read: "),
    ("[1]", "cannot be read: "),
    ("", "cannot be read: "),
    ('{"schema": "blogsum/azure-job/9"}', "was written by another blogsum"),
    ("{}", "was written by another blogsum"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_damaged_record_is_refused(tmp_path: Path, text: str, said: str) -> None:
    one = jobs.kept(tmp_path, "blogsum-a-1")
    one.tell(job="blogsum-a-1")
    (one.folder / jobs.FACTS).write_text(text)
    for act in (lambda: one.facts, lambda: one.tell(status="sent")):
        with pytest.raises(UserError, match=said) as error:
            act()
        assert str(one.folder / jobs.FACTS) in str(error.value)


def test_a_record_is_held_by_one(tmp_path: Path) -> None:
    one = jobs.kept(tmp_path, "blogsum-a-1")
    with (
        jobs.held(one),
        pytest.raises(UserError, match=r"^blogsum-a-1 is followed by another process$"),
        jobs.held(one),
    ):
        pass
    with jobs.held(one):
        one.tell(job="x")
    assert one.facts["job"] == "x"


def test_without_a_home_there_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no folder for runs"):
        jobs.kept(Path(), "blogsum-a-1")


def test_a_record_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "azure").write_text("a file stands in the way")
    with pytest.raises(UserError, match="cannot write"):
        jobs.kept(tmp_path, "blogsum-a-1").tell(job="x")
