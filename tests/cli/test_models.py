"""``blogsum models`` as its user types it, against a hub on loopback through the real client."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogsum.store import bundles
from tests import loopback_hub
from tests.conftest import Run

pytest.importorskip("huggingface_hub", reason="pulling needs blogsum[mt5]")

COMPANY = "company/teaser"


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A bundle of another kind: enough to be pulled."""
    with bundles.making(tmp_path / "ready") as part:
        (part / "weights.bin").write_bytes(bytes(range(256)) * 400)
        (part / "README.md").write_text("# teaser\n\nA model.\n")
        bundles.seal(part, {"kind": "test", "name": "a", "languages": ["de"], "precision": "int8", "licence": "MIT"})
    return tmp_path / "ready"


@pytest.fixture
def hub(ready: Path, tmp_path: Path) -> Iterator[loopback_hub.Hub]:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "config.json").write_text("{}")
    (bare / "tokenizer.json").write_text("{}")
    with loopback_hub.serve({COMPANY: ready, "company/bare": bare}) as served:
        yield served


def environment(hub: loopback_hub.Hub, tmp_path: Path, **more: str) -> dict[str, str]:
    return {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1", **more}


def test_a_ready_bundle_is_pulled_listed_and_removed(run: Run, hub: loopback_hub.Hub, tmp_path: Path) -> None:
    known = environment(hub, tmp_path)
    done = run("models", "pull", COMPANY, **known)
    assert (done.returncode, done.stdout) == (0, "teaser\n"), done.stderr
    assert run("models", "alias", "default", "teaser").returncode == 0
    assert run("models", "alias").stdout == "default teaser\n"
    listed = run("models", "list").stdout.splitlines()
    assert listed[0].split() == ["installed", "alias", "languages", "precision", "MB", "licence"]
    assert listed[1].split() == ["teaser", "default", "de", "int8", "0.1", "MIT"]
    assert listed[5] == "mt5-small-sum-de-mit-v1"
    assert run("models", "info", "default").stdout.startswith("# teaser\n\nA model.\n")
    assert run("models", "verify").stdout == "teaser: 2 files, all as they were\n"
    assert run("models", "remove", "teaser", text="n\n").returncode == 130
    (Path(os.environ["BLOGSUM_HOME"]) / "models" / "teaser" / "bundle.json").unlink()
    assert run("models", "verify", "teaser").stderr.startswith("error: teaser: no such model")
    assert run("models", "remove", "teaser", "--yes").returncode == 0
    assert run("models", "verify").stderr == "no model is installed\n"
    assert run("models", "alias").stderr == "no model has another name\n"
    assert run("models", "list").stdout.startswith("nothing installed")
    first = json.loads(run("models", "list", "--json").stdout.splitlines()[0])
    assert (first["installed"], first["name"]) == (False, "mt5-small-sum-de-mit-v1")


def test_a_damaged_model_does_not_hide_the_others(run: Run, ready: Path) -> None:
    for name in ("bad", "good"):
        run("models", "pull", str(ready), "--name", name)
    bad = Path(os.environ["BLOGSUM_HOME"], "models", "bad", "bundle.json")
    bad.write_text("{")
    done = run("models", "list")
    assert done.returncode == 4
    assert [line.split() for line in done.stdout.splitlines()[1:3]] == [
        ["bad", "-", "-", "-", "0.0", "damaged"],
        ["good", "-", "de", "int8", "0.1", "MIT"],
    ]
    assert done.stderr.startswith(f"error: {bad} cannot be read: ")
    assert done.stderr.count("\n") == 1


def test_a_cut_connection_goes_on_where_it_stopped(run: Run, hub: loopback_hub.Hub, tmp_path: Path) -> None:
    with bundles.making(tmp_path / "large") as part:
        (part / "weights.bin").write_bytes(bytes(range(256)) * 48_000)  # the client writes in pieces of 10 MiB
        bundles.seal(part, {"kind": "test", "name": "a"})
    hub.repositories[COMPANY] = tmp_path / "large"
    hub.cut["weights.bin"] = 11_000_000
    done = run("models", "pull", COMPANY, **environment(hub, tmp_path))
    if done.returncode:  # the client gave up: the same command goes on
        done = run("models", "pull", COMPANY, **environment(hub, tmp_path))
    assert (done.returncode, done.stdout) == (0, "teaser\n"), done.stderr
    assert any("bytes=10485760-" in one for one in hub.requests)


MISTAKES = [
    (["company/nothing"], {}, "company/nothing: no such model on the hub"),
    (["company/bare"], {}, "company/bare is no mT5 checkpoint: it has no spiece.model and no model.safetensors"),
    ([COMPANY], {"HF_HUB_OFFLINE": "1"}, f"{COMPANY} is not in the hub's cache"),
    ([COMPANY], {"HF_ENDPOINT": "http://127.0.0.1:9"}, f"cannot fetch {COMPANY}: "),
    (["nothing"], {}, "nothing: no such model"),
]


@pytest.mark.parametrize(("arguments", "more", "message"), MISTAKES, ids=[message for _, _, message in MISTAKES])
def test_what_cannot_be_pulled_is_one_line(
    run: Run, hub: loopback_hub.Hub, tmp_path: Path, arguments: list[str], more: dict[str, str], message: str
) -> None:
    done = run("models", "pull", *arguments, **environment(hub, tmp_path, **more))
    assert (done.returncode, done.stdout) == (3, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert errors[0].startswith(f"error: {message}")
    assert "Traceback" not in done.stderr
    assert run("models", "verify").stdout == ""


def test_a_token_is_needed_and_never_printed(run: Run, hub: loopback_hub.Hub, tmp_path: Path) -> None:
    hub.token = "hf_secret"
    done = run("models", "pull", COMPANY, **environment(hub, tmp_path, HF_TOKEN="hf_wrong"))
    assert done.returncode == 3
    assert "hf_wrong" not in done.stdout + done.stderr
    done = run("models", "pull", COMPANY, "-vv", **environment(hub, tmp_path, HF_TOKEN="hf_secret"))
    assert (done.returncode, done.stdout) == (0, "teaser\n"), done.stderr
    assert "hf_secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("fault", ["hidden", "swollen"])
def test_a_file_that_is_missing_or_short_is_one_line(
    run: Run, hub: loopback_hub.Hub, tmp_path: Path, fault: str
) -> None:
    getattr(hub, fault).add("weights.bin")
    done = run("models", "pull", COMPANY, **environment(hub, tmp_path, HF_HUB_DOWNLOAD_TIMEOUT="2"))
    assert (done.returncode, done.stdout) == (3, "")
    assert f"error: cannot fetch {COMPANY}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_bundle_is_refused(run: Run, hub: loopback_hub.Hub, ready: Path, tmp_path: Path) -> None:
    (ready / "weights.bin").write_bytes(bytes(256 * 400))
    done = run("models", "pull", COMPANY, **environment(hub, tmp_path))
    assert done.returncode == 3
    assert "weights.bin was changed" in done.stderr


def test_a_licence_that_is_not_for_everyone_is_asked_for(run: Run, hub: loopback_hub.Hub, tmp_path: Path) -> None:
    done = run("models", "pull", "mt5-multilingual-xlsum", text="n\n", **environment(hub, tmp_path))
    assert done.returncode == 130
    assert "not for business" in done.stderr
    assert hub.requests == []
    done = run("models", "pull", "mt5-multilingual-xlsum", "--accept-license", **environment(hub, tmp_path))
    assert "csebuetnlp/mT5_multilingual_XLSum: no such model on the hub" in done.stderr


def test_a_licence_on_a_card_counts_too(run: Run, hub: loopback_hub.Hub, tmp_path: Path) -> None:
    hub.tags = ["summarization", "license:cc-by-nc-sa-4.0"]
    done = run("models", "pull", COMPANY, text="n\n", **environment(hub, tmp_path))
    assert done.returncode == 130
    assert f"{COMPANY}: cc-by-nc-sa-4.0" in done.stderr
    assert not any("resolve" in one for one in hub.requests)
    assert run("models", "pull", COMPANY, "--accept-license", **environment(hub, tmp_path)).stdout == "teaser\n"


def test_a_zip_is_pulled(run: Run, ready: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "packed"), "zip", ready)
    assert run("models", "pull", "packed.zip", "--name", "mine").stdout == "mine\n"
    done = run("models", "pull", "packed.zip", "--name", "mine")
    assert done.returncode == 3
    assert "mine is installed already" in done.stderr


@pytest.mark.slow
def test_a_checkpoint_becomes_a_bundle_that_summarize_takes(
    run: Run, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loopback_hub.serve({"owner/tiny": bundle.parent / "tiny"}) as served:
        done = run("models", "pull", "owner/tiny", "--precision", "fp32", **environment(served, tmp_path))
    assert (done.returncode, done.stdout) == (0, "tiny\n"), done.stderr
    assert "Made from: owner/tiny" in run("models", "info", "tiny").stdout
    assert run("models", "alias", "default", "tiny").returncode == 0
    done = run("summarize", "-", text="Das Team fährt mit dem Rad. Die Räder halten lange.")
    assert (done.returncode, "the model's text was refused" in done.stderr) == (4, True)
    plain = run("summarize", "-", "--model", "extractive", text="Das Team fährt mit dem Rad. Die Räder halten lange.")
    assert (plain.returncode, plain.stderr) == (0, "")
