"""``blogsum models pull`` of checkpoints shaped like the hub's, through the real client, export included.

One process pulls them all, one command after the other: torch is imported once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

for _name in ("torch", "transformers", "safetensors", "onnx", "onnxruntime", "sentencepiece", "huggingface_hub"):
    pytest.importorskip(_name, reason="pulling a checkpoint needs blogsum[train]")

from blogsum.store import bundles
from tests import loopback_hub, repositories, tiny

pytestmark = pytest.mark.slow

# Every command line of the arguments through the command itself; what it said goes to standard output as JSON.
SEVERAL = """
import contextlib, io, json, sys
from blogsum.cli.main import main
for line in sys.argv[1:]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
# Killed at once where a function is called for the nth time.
KILLED = """
import os, signal, sys
from blogsum.cli.main import main
from blogsum.store import bundles
left, seal = [int(sys.argv[1])], bundles.seal
def dying(*given):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return seal(*given)
bundles.seal = dying
sys.exit(main(sys.argv[2:]))
"""


class Said(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    stdout: str
    stderr: str


class Pulled(NamedTuple):
    """Every repository pulled: what was said about each, where they lie, and what the hub was asked."""

    said: dict[str, Said]
    home: Path
    hub: loopback_hub.Hub

    def bundle(self, name: str) -> bundles.Bundle:
        return bundles.load(self.home / "models" / name)

    def environment(self) -> dict[str, str]:
        more = {"BLOGSUM_HOME": str(self.home), "HF_HOME": str(self.home / "hf"), "HF_ENDPOINT": self.hub.url}
        return {**os.environ, **more, "HF_HUB_DISABLE_XET": "1", "OMP_NUM_THREADS": "1", "HF_TOKEN": "hf_secret"}

    def start(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment(),
            timeout=300,
        )


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulled]:
    folder, home = tmp_path_factory.mktemp("hub"), tmp_path_factory.mktemp("home")
    kinds = (*repositories.SHAPES, *repositories.FAULTS)
    served = {f"shapes/{kind}": repositories.repository(folder / kind, kind) for kind in kinds}
    with loopback_hub.serve(served) as hub:
        hub.token = "hf_secret"
        found = Pulled({}, home, hub)
        hub.hidden.add("model-00003-of-00003.safetensors")
        for kinds in (repositories.FAULTS, repositories.SHAPES):
            lines = [json.dumps(["models", "pull", f"shapes/{kind}", "--precision", "fp32"]) for kind in kinds]
            done = found.start(SEVERAL, *lines)
            assert (done.returncode, done.stderr) == (0, "")
            said = [Said(*json.loads(line)) for line in done.stdout.splitlines()]
            found.said.update(zip(kinds, said, strict=True))
            hub.hidden.clear()
        yield found


@pytest.mark.parametrize("kind", repositories.SHAPES)
def test_a_repository_of_any_shape_becomes_a_bundle(pulled: Pulled, kind: str) -> None:
    said, bundle = pulled.said[kind], pulled.bundle(kind)
    assert said[:2] == (0, f"{kind}\n"), said.stderr
    assert said.stderr.splitlines() == [
        f"note: shapes/{kind}: its card names no licence: ask before you publish what it writes",
        f"note: fetching shapes/{kind}",
    ]
    assert bundle.path("step.onnx").read_bytes() == pulled.bundle("safetensors").path("step.onnx").read_bytes()
    assert bundle.manifest["source"]["checkpoint"] == f"shapes/{kind}"
    wanted = {"beams": 4, "max_tokens": 23, "length_penalty": 0.6, "no_repeat_ngram": 2}
    assert wanted.items() <= bundle.manifest["options"].items()


def test_of_two_kinds_of_weights_the_pickle_is_not_fetched(pulled: Pulled) -> None:
    fetched = {one.split("/")[-1] for one in pulled.hub.requests if "GET /large/shapes/both/" in one}
    assert fetched == {"spiece.model", "model.safetensors"}
    assert not any("README" in one or "gitattributes" in one for one in pulled.hub.requests)


REFUSED = {
    "evil": (3, "pytorch_model.bin is refused: it would run posix.system (nothing of it was run)"),
    "truncated": (
        3,
        "model.safetensors: Error while deserializing header: incomplete metadata, file not fully covered",
    ),
    "version5": (3, "was saved by transformers 5.0.0, which is not read here (its head may be lost"),
    "no-vocabulary": (3, "shapes/no-vocabulary is no mT5 checkpoint: it has no spiece.model"),
    "lost-shard": (3, "shapes/lost-shard has no model-00002-of-00003.safetensors, which it needs"),
    "hidden-shard": (3, "cannot fetch shapes/hidden-shard: model-00003-of-00003.safetensors is listed and not there"),
    "bad-vocabulary": (3, "the model's vocabulary cannot be read"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_wrong_is_one_line_and_nothing_is_installed(pulled: Pulled, kind: str) -> None:
    code, message = REFUSED[kind]
    said = pulled.said[kind]
    assert said[:2] == (code, "")
    [error] = [line for line in said.stderr.splitlines() if line.startswith("error: ")]
    assert message in error
    assert "Traceback" not in said.stderr
    assert not list((pulled.home / "models").glob(f"*{kind}*"))


def test_nothing_of_a_pickle_was_run(pulled: Pulled) -> None:
    assert not list(pulled.home.rglob("owned"))


def test_the_token_went_to_the_hub_alone_and_was_not_printed(pulled: Pulled) -> None:
    assert pulled.hub.elsewhere
    assert set(pulled.hub.elsewhere) == {None}
    assert not any("hf_secret" in said.stdout + said.stderr for said in pulled.said.values())


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_export_that_is_killed_is_made_anew(pulled: Pulled) -> None:
    models = pulled.home / "models"
    arguments = ("models", "pull", "shapes/safetensors", "--precision", "fp32", "--name", "killed")
    before = len(pulled.hub.elsewhere)
    for call in "12":  # before the proof, and after it
        assert pulled.start(KILLED, call, *arguments).returncode == -signal.SIGKILL
        assert len(list(models.glob(".killed.part-*"))) == 1
        assert not (models / "killed").exists()
    done = pulled.start(KILLED, "0", *arguments)
    assert (done.returncode, done.stdout) == (0, "killed\n"), done.stderr
    assert len(pulled.hub.elsewhere) == before  # nothing was fetched again
    assert not list(models.glob(".*part*"))
    assert pulled.bundle("killed").path("step.onnx").read_bytes()


def test_a_tiny_vocabulary_is_what_was_exported(pulled: Pulled) -> None:
    assert pulled.bundle("pickle").path("spiece.model").read_bytes() == tiny.vocabulary()
