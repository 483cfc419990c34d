"""What the README and the help say is what the command does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from blogsum.cli.data import DATA
from blogsum.cli.main import COMMANDS, root
from blogsum.cli.models import MODELS

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.+?)```", re.DOTALL)
# the first command installs; what a test checks is what it runs then
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install --quiet . && "


def printed(command: str) -> str:
    """What a README command prints, run from the repository with this Python's blogsum."""
    line = command.removeprefix(INSTALL).replace("blogsum ", f"{sys.executable} -m blogsum ")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(line, shell=True, cwd=REPOSITORY, capture_output=True, env=environment, timeout=60)
    return done.stdout.decode()


@pytest.mark.parametrize(("command", "expected"), BLOCK.findall(README.read_text(encoding="utf-8")))
def test_the_readme_prints_what_the_command_prints(command: str, expected: str) -> None:
    assert printed(command) == expected


def test_the_readme_has_examples() -> None:
    assert len(BLOCK.findall(README.read_text(encoding="utf-8"))) >= 4


def test_the_notebook_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    [code] = re.findall(r"```python\n(.+?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(REPOSITORY)
    exec(code, {})
    assert len(capsys.readouterr().out) <= 161


@pytest.mark.parametrize(
    "name", [*COMMANDS, *(f"data {verb}" for verb in DATA), *(f"models {verb}" for verb in MODELS)]
)
def test_every_command_is_documented_and_has_an_example(name: str) -> None:
    command: click.Command | None = root
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    assert f"`blogsum {name}" in README.read_text(encoding="utf-8")
    assert f"blogsum {name}" in (command.help or "")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"
