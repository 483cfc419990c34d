"""``blogsum models pull`` through the real client when hub, line or machine fail: nothing is half-installed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub", reason="pulling needs blogsum[mt5]")

from blogsum.store import bundles
from tests import loopback_hub
from tests.conftest import Run

ID, PIECE = "company/teaser", 10 * 1024 * 1024  # bytes that the client fetches before it writes them
FETCHED = (0, "teaser\n")
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and terminals")


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A bundle as a repository: the hub adds a file of its own to every one."""
    with bundles.making(tmp_path / "ready") as part:
        (part / "weights.bin").write_bytes(bytes(range(256)) * 400)
        (part / "README.md").write_text("# teaser\n\nA model.\n")
        bundles.seal(part, {"kind": "test", "name": "a", "languages": ["de"], "precision": "int8", "licence": "MIT"})
    (tmp_path / "ready" / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    return tmp_path / "ready"


@pytest.fixture
def hub(ready: Path) -> Iterator[loopback_hub.Hub]:
    with loopback_hub.serve({ID: ready}) as served:
        yield served


@pytest.fixture
def known(hub: loopback_hub.Hub, tmp_path: Path) -> dict[str, str]:
    """The environment in which the client finds the hub."""
    home = {"HF_HOME": str(tmp_path / "hf"), "BLOGSUM_HOME": str(tmp_path / "home")}
    return {"HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DOWNLOAD_TIMEOUT": "5", **home}


def installed(tmp_path: Path) -> list[str]:
    """All that stands in the folder of models, whatever its name."""
    folder = tmp_path / "home" / "models"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def errors(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("error: ")]


def test_of_a_bundle_only_its_own_files_are_fetched(
    run: Run, hub: loopback_hub.Hub, known: dict[str, str], tmp_path: Path
) -> None:
    done = run("models", "pull", ID, **known)
    assert (done.returncode, done.stdout) == FETCHED
    assert done.stderr == (
        "note: company/teaser: its card names no licence: ask before you publish what it writes\n"
        "note: fetching company/teaser\n"
    )
    assert not any("gitattributes" in one for one in hub.requests)
    assert sorted(path.name for path in (tmp_path / "home/models/teaser").iterdir()) == [
        "README.md",
        "bundle.json",
        "weights.bin",
    ]
    assert (tmp_path / "hf/hub/models--company--teaser").is_dir()


OTHER = bytes(reversed(range(256))) * 400
WRONG = [
    ("weights.bin", OTHER, "weights.bin is not what the hub lists: its hash differs"),
    ("weights.bin", OTHER[:-1], "Consistency check failed: file should be of size 102399 but has size 102400"),
    ("weights.bin", OTHER + b"x", "Consistency check failed: file should be of size 102401 but has size 102400"),
    ("README.md", b"# teaser\n\nA Model.\n", "README.md is not what the hub lists: its hash differs"),
    ("README.md", b"# teaser\n", "README.md has 19 bytes, the hub lists 9"),
    ("bundle.json", b"{}", "the hub lists 2"),
]


@pytest.mark.parametrize(
    ("file", "listed", "message"),
    [WRONG[0], *(pytest.param(*case, marks=pytest.mark.slow) for case in WRONG[1:])],
    ids=[why for _, _, why in WRONG],
)
def test_a_file_that_is_not_what_the_hub_lists_is_refused_and_fetched_again(
    run: Run, hub: loopback_hub.Hub, known: dict[str, str], tmp_path: Path, file: str, listed: bytes, message: str
) -> None:
    hub.listed[file] = listed
    done = run("models", "pull", ID, **known)
    assert (done.returncode, done.stdout) == (3, "")
    [error] = errors(done)
    assert message in error
    assert installed(tmp_path) == []
    hub.listed.clear()
    done = run("models", "pull", ID, **known)
    assert (done.returncode, done.stdout) == FETCHED, done.stderr


@pytest.mark.slow
def test_whom_the_hub_does_not_know_is_told_so(run: Run, hub: loopback_hub.Hub, known: dict[str, str]) -> None:
    hub.token = "hf_right"
    [error] = errors(run("models", "pull", ID, **known))
    assert error == f"error: {ID}: no such model on the hub (private ones need HF_TOKEN)"
    wrong = run("models", "pull", ID, "-vv", **known, HF_TOKEN="hf_wrong")
    assert errors(wrong)[0].startswith(f"error: cannot fetch {ID}: the hub does not accept the token")
    hub.gated.add(ID)
    right = run("models", "pull", ID, "-vv", **known, HF_TOKEN="hf_right")
    hint = "accept its terms on the hub and set HF_TOKEN"
    assert errors(right) == [f"error: {ID} is given only to who asked for it ({hint})"]
    hub.gated.clear()
    (Path(known["HF_HOME"])).mkdir(exist_ok=True)
    (Path(known["HF_HOME"]) / "token").write_text("hf_right")  # as `hf auth login` leaves it
    kept = run("models", "pull", ID, "-vv", **known)
    assert (kept.returncode, kept.stdout) == FETCHED
    assert not [done for done in (wrong, right, kept) if "hf_" in (done.stdout + done.stderr).replace("/hf_", "")]
    assert set(hub.elsewhere) == {None}  # the host of large files is told no token


@pytest.mark.slow
def test_without_the_hub_the_cache_answers_if_it_is_whole(
    run: Run, hub: loopback_hub.Hub, known: dict[str, str], tmp_path: Path
) -> None:
    offline = {**known, "HF_HUB_OFFLINE": "1"}
    hint = "(HF_HUB_OFFLINE is set: unset it to fetch the model)"
    assert errors(run("models", "pull", ID, **offline)) == [f"error: {ID} is not in the hub's cache {hint}"]
    hub.hidden.add("weights.bin")
    assert errors(run("models", "pull", ID, **known))[0].startswith(
        f"error: cannot fetch {ID}: weights.bin is listed and not there"
    )
    assert errors(run("models", "pull", ID, **offline)) == [f"error: {ID} is in the hub's cache only in part {hint}"]
    hub.hidden.clear()
    assert run("models", "pull", ID, "--name", "first", **known).returncode == 0
    asked = len(hub.requests)
    done = run("models", "pull", ID, **offline)
    assert (done.returncode, done.stdout) == FETCHED, done.stderr
    assert "offline, its licence is not known" in done.stderr
    assert len(hub.requests) == asked
    [blob] = [path for path in (tmp_path / "hf").rglob("blobs/*") if path.stat().st_size == 102_400]
    blob.write_bytes(OTHER)
    assert errors(run("models", "pull", ID, "--name", "third", **offline)) == [
        f"error: {ID}: weights.bin in the hub's cache is damaged {hint}"
    ]
    assert installed(tmp_path) == ["first", "teaser"]


def large(tmp_path: Path) -> Path:
    with bundles.making(tmp_path / "large") as part:
        (part / "weights.bin").write_bytes(bytes(range(256)) * 48_000)
        bundles.seal(part, {"kind": "test", "name": "a"})
    return tmp_path / "large"


@posix
def test_a_download_that_is_killed_goes_on(
    run: Run, hub: loopback_hub.Hub, known: dict[str, str], tmp_path: Path
) -> None:
    hub.repositories[ID] = large(tmp_path)
    hub.stall["weights.bin"] = PIECE + 500_000
    command = [sys.executable, "-m", "blogsum", "models", "pull", ID]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **known}, stdout=nowhere, stderr=nowhere)
    assert hub.stalled.wait(60)
    while not any(path.stat().st_size >= PIECE for path in (tmp_path / "hf").rglob("*.incomplete")):
        assert process.poll() is None
    process.kill()
    process.wait(60)
    hub.go_on.set()
    assert installed(tmp_path) == []
    hub.requests.clear()
    done = run("models", "pull", ID, **known)
    assert (done.returncode, done.stdout) == FETCHED, done.stderr
    assert [one for one in hub.requests if one.startswith("GET /large/")] == [
        f"GET /large/{ID}/weights.bin bytes={PIECE}-"
    ]
    assert run("models", "verify", **known).stdout == "teaser: 1 file, all as they were\n"
    assert not list((tmp_path / "hf").rglob("*.incomplete"))


KILLED = """
import os, shutil, signal, sys
from blogsum.cli.main import main
copy = shutil.copyfileobj
def dying(source, written, *size):
    if str(written.name).endswith("weights.bin"):
        os.kill(os.getpid(), signal.SIGKILL)
    return copy(source, written, *size)
shutil.copyfileobj = dying
main(sys.argv[1:])
"""


@posix
@pytest.mark.slow
def test_a_copy_that_is_killed_is_made_anew(run: Run, known: dict[str, str], tmp_path: Path) -> None:
    killed = [sys.executable, "-c", KILLED, "models", "pull", ID]
    done = subprocess.run(killed, env={**os.environ, **known}, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert run("models", "list", **known).stdout.startswith("nothing installed")
    assert [name for name in installed(tmp_path) if name.startswith(".teaser.part-")]
    done = run("models", "pull", ID, **known)
    assert (done.returncode, done.stdout) == FETCHED
    assert installed(tmp_path) == ["teaser"]


def test_nobody_there_to_accept_a_licence(run: Run, hub: loopback_hub.Hub, known: dict[str, str]) -> None:
    hub.tags = ["license:cc-by-nc-4.0"]
    done = run("models", "pull", ID, text="", **known)
    assert done.returncode == 130
    assert errors(done) == ["error: nobody answered, nothing was installed (--accept-license does not ask)"]
    assert not any("resolve" in one for one in hub.requests)
    done = run("models", "pull", ID, text="y\n", **known)
    assert (done.returncode, done.stdout) == FETCHED


@pytest.mark.slow
def test_the_licence_in_a_bundle_is_asked_for_too(run: Run, known: dict[str, str], ready: Path, tmp_path: Path) -> None:
    facts = json.loads((ready / bundles.MANIFEST).read_text())
    (ready / ".gitattributes").unlink()
    bundles.seal(ready, {"kind": "test", "name": facts["name"], "licence": "CC BY-NC 4.0: not for business"})
    done = run("models", "pull", ID, text="n\n", **known)
    assert (done.returncode, installed(tmp_path)) == (130, [])
    assert "CC BY-NC 4.0: not for business" in done.stderr
    assert run("models", "pull", ID, "--accept-license", **known).returncode == 0


@posix
@pytest.mark.slow
def test_progress_is_shown_to_a_person_alone(
    run: Run, hub: loopback_hub.Hub, known: dict[str, str], tmp_path: Path
) -> None:
    import fcntl
    import pty
    import struct
    import termios

    hub.repositories[ID] = large(tmp_path)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-m", "blogsum", "models", "pull", ID]
    environment = {**os.environ, **known, "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so when nobody writes any more
            break
        if not part:
            break
        shown += part
    assert process.wait(60) == 0
    os.close(ours)
    assert b"weights.bin" in shown
    assert b"100%" in shown
    assert "%" not in run("models", "pull", ID, "--name", "again", **known).stderr


WITHOUT = """
import sys
for name in ("torch", "transformers", "safetensors", "onnx", "tokenizers", "accelerate"):
    sys.modules[name] = None  # its import fails
from blogsum.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_bundle_is_pulled_and_writes_without_torch(
    hub: loopback_hub.Hub, known: dict[str, str], bundle: Path, tmp_path: Path
) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITHOUT, *arguments]
        (tmp_path / "post.txt").write_text("Das Team fährt mit dem Rad. Die Räder halten lange.")
        return subprocess.run(command, env={**os.environ, **known}, cwd=tmp_path, capture_output=True, text=True)

    hub.repositories[ID] = bundle
    done = run("models", "pull", ID)
    assert (done.returncode, done.stdout) == FETCHED, done.stderr
    done = run("summarize", "post.txt", "--model", "teaser", "--format", "jsonl")
    assert done.returncode == 4, done.stderr  # of random weights nobody expects a summary
    assert "the model's text was refused" in done.stdout
    hub.repositories["company/checkpoint"] = bundle.parent / "tiny"
    done = run("models", "pull", "company/checkpoint")
    assert done.returncode == 3
    assert "pip install 'blogsum[train]'" in done.stderr
    assert installed(tmp_path) == ["teaser"]
