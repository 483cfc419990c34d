"""``blogsum azure`` as its users type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum import files
from blogsum.azure.place import commented
from tests.cli.conftest import Call


@pytest.mark.parametrize("before", ["", "# mine\n[read]\ntimeout = 5 # s", "[read]\r\ntimeout = 5\r\n"])
def test_init_adds_the_section_and_nothing_else_changes(call: Call, tmp_path: Path, before: str) -> None:
    file = tmp_path / "blogsum.toml"
    if before:
        file.write_bytes(before.encode())
    done = call("azure", "init", "--workspace", "summaries-ml", "--gpus", "2")
    said = "[azure] is written; fill in what is commented out\n"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(said)
    after = file.read_bytes().decode()
    assert after.startswith(before)
    assert after.removeprefix(before).replace("\r\n", "\n").lstrip("\n") == commented(
        {"workspace": "summaries-ml", "gpus": 2}
    )
    assert ("\r\n" in after) == ("\r\n" in before)
    again = call("azure", "init")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.endswith("blogsum.toml has [azure] already (change it there)\n")
    assert file.read_bytes().decode() == after


REFUSED = [
    (["--hours", "nan"], 2, "'hours' in [azure] cannot be nan (after so many a run is stopped, as in 24)"),
    (["--gpus", "0"], 2, "Invalid value for '--gpus': 0 is not in the range 1<=x<=64. (blogsum azure init --help sho"),
    (
        ["--compute", "a1", "--instance-type", "b2"],
        2,
        "[azure] has compute and instance_type (a run is on a cluster or",
    ),
    (["--workspace", "a b"], 2, "'workspace' in [azure] cannot be 'a b' (the Azure ML workspace, as in summaries-ml)"),
    (["--config", "other.toml"], 2, "other.toml: no such settings file (check --config)"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED, ids=[said[:30] for _, _, said in REFUSED])
def test_init_refuses_in_one_line_and_writes_nothing(
    call: Call, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = call("azure", "init", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(f"error: {said}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["azure = {}\n", "[[azure]]\n"])
def test_init_leaves_a_section_of_another_form_alone(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "blogsum.toml").write_text(text)
    done = call("azure", "init")
    assert done.returncode in (2, 3)
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "blogsum.toml").read_text() == text


def test_init_that_cannot_write_leaves_the_file_whole(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blogsum.toml").write_text("[read]\ntimeout = 5\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    done = call("azure", "init")
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["blogsum.toml"]
    assert (tmp_path / "blogsum.toml").read_text() == "[read]\ntimeout = 5\n"
