"""The pipelines that ``blogsum azure init`` writes: YAML, real command lines, no secret, and the gate is obeyed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from blogsum.azure import pipelines
from blogsum.cli.main import root

SERVICES = list(pipelines.PLACES)


def parsed(service: str) -> dict[Any, Any]:
    found = yaml.safe_load(pipelines.text(service))
    assert isinstance(found, dict)
    return found


def steps(service: str) -> list[dict[str, Any]]:
    jobs = parsed(service)["jobs"]
    found: list[dict[str, Any]] = (jobs["train"] if service == "github" else jobs[0])["steps"]
    return found


def scripts(service: str) -> list[str]:
    """What the shell of the service gets, step by step."""
    found = (
        step.get("run") or step.get("script") or step.get("inputs", {}).get("inlineScript") for step in steps(service)
    )
    return [one for one in found if one]


def commands(service: str) -> Iterator[list[str]]:
    """Every command line of blogsum in a pipeline."""
    for script in scripts(service):
        for line in script.replace("\\\n", " ").splitlines():
            if line.strip().startswith("blogsum "):
                yield shlex.split(line.partition(" || ")[0])[1:]


@pytest.mark.parametrize("service", SERVICES)
def test_every_line_of_blogsum_is_one_that_the_command_takes(service: str) -> None:
    found = list(commands(service))
    assert [words[0] for words in found] == ["azure", "finetune", "eval"]
    for words in found:
        command: click.Command = root
        context = click.Context(root, info_name="blogsum")
        while isinstance(command, click.Group):
            name, command, words = command.resolve_command(context, words)  # type: ignore[assignment]
            context = click.Context(command, parent=context, info_name=name)
        command.make_context(name, list(words), parent=context.parent)


@pytest.mark.parametrize("service", SERVICES)
def test_they_hold_no_secret_and_wait_for_azure(service: str) -> None:
    text = pipelines.text(service)
    assert re.search(r"secrets\.|password|client-secret|creds|addSpnToEnvironment|sas", text, re.IGNORECASE) is None
    training = next(words for words in commands(service) if words[0] == "finetune")
    assert training[-2:] == ["--on", "azure"]
    assert "--export" in training


def test_github_logs_in_with_a_token_of_the_run() -> None:
    whole = parsed("github")
    assert whole["permissions"] == {"contents": "read", "id-token": "write"}
    assert set(whole[True]) == {"workflow_dispatch", "push"}  # YAML 1.1 reads 'on' as a truth
    [login] = [step for step in steps("github") if step.get("uses", "").startswith("azure/login@")]
    assert login["with"] == {
        f"{name}-id": f"${{{{ vars.AZURE_{name.upper()}_ID }}}}" for name in ("client", "tenant", "subscription")
    }
    assert set(whole["jobs"]["train"]["env"]) == {"AZURE_CLIENT_ID", "AZURE_TENANT_ID"}


def test_devops_keeps_the_packages_of_the_azure_cli_apart() -> None:
    [task] = [step for step in steps("devops") if step.get("task") == "AzureCLI@2"]
    assert task["env"] == {"SYSTEM_ACCESSTOKEN": "$(System.AccessToken)"}
    install, *after = scripts("devops")
    assert 'python -m venv "$(Agent.TempDirectory)/blogsum"' in install
    assert "-m pip install 'blogsum[azure,data,mt5]'" in install
    ours = [script for script in after if "blogsum " in script]
    assert len(ours) == 2
    for script in ours:
        assert script.startswith('set -e\nexport PATH="$(Agent.TempDirectory)/blogsum/bin:$PATH"\n')


def play(service: str, folder: Path, **codes: int) -> tuple[int, list[str]]:
    """The exit code of a pipeline's scripts, one after the other, and the verbs called, where each verb ends so."""
    shim = """
blogsum() {
  echo "$1" >> called
  case "$1" in finetune) return %d;; eval) echo report > gate.md; return %d;; azure) return %d;; esac
}
python() { :; }
"""
    shim %= (codes.get("finetune", 0), codes.get("eval", 0), codes.get("azure", 0))
    (folder / "blogsum" / "bin").mkdir(parents=True)
    (folder / "blogsum" / "bin" / "python").symlink_to("/bin/true")
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    code = 0
    for script in scripts(service):
        known = script.replace("$(Agent.TempDirectory)", str(folder))
        known = known.replace("$(System.DefaultWorkingDirectory)", str(folder))
        # GitHub runs a script with -e, Azure DevOps does not
        done = subprocess.run(
            ["bash", *(["-e"] if service == "github" else []), "-c", shim + known],
            cwd=folder,
            env=environment,
            timeout=60,
        )
        code = done.returncode
        if code:
            break
    return code, (folder / "called").read_text().split()


ALL = ["azure", "finetune", "eval"]
ENDS = [
    ({}, 0, ALL),
    ({"finetune": 4}, 0, ALL),
    ({"eval": 4}, 0, ALL),
    ({"eval": 1}, 1, ALL),
    ({"eval": 3}, 1, ALL),
    ({"finetune": 3}, 1, ALL[:2]),
    ({"azure": 1}, 1, ALL[:1]),
]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("codes", "code", "called"), ENDS, ids=[str(case[0]) for case in ENDS])
def test_a_pipeline_ends_as_its_gate_does(
    service: str, codes: dict[str, int], code: int, called: list[str], tmp_path: Path
) -> None:
    assert play(service, tmp_path, **codes) == (code, called)
