"""What the README and the help say is what the command does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path

import click
import pytest

from blogsum.cli.azure import AZURE
from blogsum.cli.data import DATA
from blogsum.cli.main import COMMANDS, main, root
from blogsum.cli.models import MODELS
from blogsum.cli.runs import RUNS

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.+?)```", re.DOTALL)
# the first command installs; what a test checks is what it runs then
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install --quiet . && "


def printed(command: str, both: bool = False, folder: Path = REPOSITORY) -> str:
    """What a README command prints, run in ``folder`` with this Python's blogsum; ``both`` with its stderr."""
    line = command.removeprefix(INSTALL).replace("blogsum ", f"{sys.executable} -m blogsum ")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    errors = subprocess.STDOUT if both else subprocess.PIPE
    done = subprocess.run(
        line, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=errors, env=environment, timeout=120
    )
    return done.stdout.decode()


@pytest.mark.parametrize(("command", "expected"), BLOCK.findall(README.read_text(encoding="utf-8")))
def test_the_readme_prints_what_the_command_prints(command: str, expected: str) -> None:
    assert printed(command) == expected


@pytest.fixture
def blog() -> Iterator[str]:
    """The address at which the example blog is served meanwhile."""
    handler = partial(Quiet, directory=str(REPOSITORY / "examples" / "blog"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"localhost:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def steps(number: int) -> list[tuple[str, str]]:
    """The commands of a path of the README, and what they print."""
    paths = re.findall(r"```shell-session\n(.+?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", paths[number], re.MULTILINE)


def test_the_path_from_a_blog_to_a_dataset_prints_what_the_readme_says(blog: str) -> None:
    assert [said for _, said in steps(0)] == [
        printed(command.replace("localhost:8000", blog), both=True).replace(blog, "localhost:8000")
        for command, _ in steps(0)
    ]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the examples and a tiny mT5 that has learned nothing."""
    for name in ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece", "rensa"):
        pytest.importorskip(name, reason="training needs blogsum[train]")
    from tests import tiny

    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    tiny.hub(tmp_path / "tiny-mt5", tiny.checkpoint(1, ending=9.0, vocab_size=400))
    return tmp_path


@pytest.mark.slow
def test_the_path_from_a_dataset_to_a_bundle_prints_what_the_readme_says(office: Path) -> None:
    named = re.compile(r"\d{8}-\d{6}-my-model-[0-9a-f]{4}")  # a run's name holds the time
    assert [named.sub("RUN", said) for _, said in steps(1)] == [
        named.sub("RUN", printed(command, both=True, folder=office)) for command, _ in steps(1)
    ]
    shutil.rmtree(office / "my-model")
    shutil.rmtree(office / "my-bundle")
    said = printed(f"{sys.executable} examples/finetune.py posts@2 tiny-mt5", both=True, folder=office)
    assert said.startswith("5 posts with a summary\nNOT SHOWN to be better: 1 post held out, too few to tell; against ")
    assert "these are the article's own sentences" in said.splitlines()[-1]
    assert (office / "my-bundle" / "bundle.json").is_file()


def test_the_readme_has_examples() -> None:
    assert len(BLOCK.findall(README.read_text(encoding="utf-8"))) >= 4


def test_the_notebook_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    [code] = re.findall(r"```python\n(.+?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(REPOSITORY)
    exec(code, {})
    assert len(capsys.readouterr().out) <= 161


@pytest.mark.parametrize(
    "name",
    [
        *COMMANDS,
        *(f"data {verb}" for verb in DATA),
        *(f"models {verb}" for verb in MODELS),
        *(f"runs {verb}" for verb in RUNS),
        *(f"azure {verb}" for verb in AZURE),
    ],
)
def test_every_command_is_documented_and_has_an_example(name: str) -> None:
    command: click.Command | None = root
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    assert f"`blogsum {name}" in README.read_text(encoding="utf-8")
    assert f"blogsum {name}" in (command.help or "")
    screen = click.Context(command, info_name=f"blogsum {name}", terminal_width=80, max_content_width=80)
    assert [line for line in command.get_help(screen).splitlines() if len(line) > 80] == []
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"


def test_doctor_knows_the_packages_without_installed_metadata(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    def names(screen: str) -> list[str]:  # metadata writes names in its own way
        return sorted(screen.lower().replace("_", "-").splitlines())

    main(["doctor"])
    installed = capsys.readouterr().out
    monkeypatch.setattr(metadata, "requires", missing)
    main(["doctor"])
    assert names(capsys.readouterr().out) == names(installed)
    assert "  ok  trafilatura " in installed
