"""From the wheel into an empty environment, on every Python we promise: what is in it, how large it is, that it works.

Needs an index of packages (as ``pip install`` does); runs with ``-m install``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.hard_inputs import P
from tests.test_docs import BLOCK, README, REPOSITORY

pytestmark = pytest.mark.install
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
MOST_INSTALLED, MOST_WEIGHTS = 250_000_000, 1_000_000  # bytes
EXAMPLE = "examples/lastenrad.md"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), str(REPOSITORY)], check=True, timeout=600)
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def test_the_wheel_holds_the_package_and_its_models_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        sizes = {info.filename: info.file_size for info in wheel.infolist()}
    assert {name.partition("/")[0].partition("-")[0] for name in sizes} == {"blogsum"}
    code = {str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "blogsum").rglob("*.py")}
    assert code <= set(sizes)
    models = {path for path in (REPOSITORY / "models").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    shipped = {f"blogsum/{path.relative_to(REPOSITORY)}" for path in models if path.suffix != ".py"}
    assert {name for name in sizes if name.startswith("blogsum/models/")} == shipped
    assert {"weights.npz", "manifest.json", "card.md", "de.txt.gz", "en.txt.gz"} <= {
        Path(name).name for name in shipped
    }
    assert sum(size for name, size in sizes.items() if name.endswith(".npz")) <= MOST_WEIGHTS
    assert any(name.endswith("licenses/LICENSE") for name in sizes)


def test_the_sdist_holds_how_the_weights_were_made_and_the_tests(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"models/teaser/train.py", "models/teaser/weights.npz", "tests/test_install.py", EXAMPLE, "LICENSE"} <= names
    assert not {name for name in names if "__pycache__" in name or name.startswith((".venv", "dist/", ".git/"))}


def interpreter(version: str) -> str | None:
    """A CPython of this minor version on the PATH or among pyenv's."""
    found = [shutil.which(f"python{version}"), *sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))]
    for candidate in filter(None, found):
        asked = [str(candidate), "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
        if done.stdout.strip() == version:
            return str(candidate)
    return None


@pytest.fixture(scope="module", params=VERSIONS)
def place(
    request: pytest.FixtureRequest, built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """An environment with nothing but blogsum and what it needs, at the versions of constraints.txt."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"no CPython {request.param} with venv on this machine")
    folder = tmp_path_factory.mktemp(f"python{request.param}") / "venv"
    subprocess.run([python, "-m", "venv", str(folder)], check=True, timeout=300)
    pip = [str(folder / "bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", str(built[1]), "-c", str(REPOSITORY / "constraints.txt")], check=True, timeout=900)
    subprocess.run([*pip, "check"], check=True, timeout=300)
    yield folder
    shutil.rmtree(folder)


def say(place: Path, *arguments: str) -> str:
    """What the installed command prints, started from the folder of the environment and knowing no other package."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(place / "bin/blogsum"), *arguments], cwd=place, capture_output=True, env=environment, timeout=120
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def test_it_answers_as_the_readme_says(place: Path) -> None:
    from blogsum import __version__

    assert say(place, "--version") == f"blogsum {__version__}\n"
    [(_, printed), *_] = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert say(place, "summarize", str(REPOSITORY / EXAMPLE)) == printed


def test_doctor_finds_every_package_and_says_its_version(place: Path) -> None:
    screen = say(place, "doctor")
    assert "BAD" not in screen
    packages = screen.partition("packages\n")[2].partition("extras\n")[0].splitlines()
    assert len(packages) >= 11
    assert all(line.startswith("  ok ") and line.split()[-1][0].isdigit() for line in packages)
    assert "hashes match" in screen


def test_it_reads_a_page_too(place: Path) -> None:
    (place / "post.html").write_text(
        f"<!doctype html><html lang=de><title>Räder</title><body><article><h1>Räder</h1><p>{P}</p></article></html>",
        encoding="utf-8",
    )
    assert say(place, "summarize", "post.html") == f"{P}\n"


def test_it_judges_and_knows_its_catalogue(place: Path) -> None:
    assert say(place, "eval", "--self-test", "--lang", "de").count(" right\n") == 13
    assert "mt5-small" in say(place, "models", "list")


def test_it_is_small(place: Path) -> None:
    [packages] = place.glob("lib/python*/site-packages")
    tools = ("pip", "setuptools", "pkg_resources", "_distutils_hack")  # the environment's own
    files = (path for path in packages.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(path.stat().st_size for path in files if not path.relative_to(packages).parts[0].startswith(tools))
    assert size <= MOST_INSTALLED
