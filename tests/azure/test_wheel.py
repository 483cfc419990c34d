"""The code that travels: a wheel of what runs here, the same bytes every time, and one that runs where it is put."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from blogsum import __version__, requirements
from blogsum.azure import wheel
from blogsum.errors import UserError

ROOT = Path(wheel.__file__).parents[1]


def test_it_holds_the_package_and_its_models_and_nothing_else() -> None:
    made = wheel.wheel()
    names = zipfile.ZipFile(io.BytesIO(made.data)).namelist()
    assert made.name == f"blogsum-{__version__}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {"blogsum", f"blogsum-{__version__}.dist-info"}
    assert {f"blogsum/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*.py")} <= set(names)
    assert {
        "blogsum/models/teaser/weights.npz",
        "blogsum/models/catalog.toml",
        "blogsum/models/words/de.txt.gz",
    } <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".part"))]


def test_the_same_code_is_the_same_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    one = wheel.wheel()
    assert wheel.wheel() == one
    real = wheel._package
    monkeypatch.setattr(wheel, "_package", lambda: {**real(), "blogsum/errors.py": b"# changed\n"})
    assert wheel.wheel().sha256 != one.sha256


def test_its_record_lists_every_file_with_its_size() -> None:
    with zipfile.ZipFile(io.BytesIO(wheel.wheel().data)) as archive:
        [record] = [name for name in archive.namelist() if name.endswith("RECORD")]
        rows = list(csv.reader(archive.read(record).decode().splitlines()))
        assert sorted(row[0] for row in rows) == sorted(archive.namelist())
        assert all(int(row[2]) == archive.getinfo(row[0]).file_size for row in rows if row[0] != record)


def test_unpacked_it_answers(tmp_path: Path) -> None:
    made = wheel.wheel()
    (tmp_path / made.name).write_bytes(made.data)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", made.name, "."], cwd=tmp_path, check=True)
    (tmp_path / "post.md").write_text("Die Druckerei liefert seit einem Jahr nur noch mit dem Lastenrad aus.\n" * 3)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    asked = [sys.executable, "-m", "blogsum", "summarize", "post.md", "--length", "meta"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Die Druckerei liefert seit einem Jahr nur noch mit dem Lastenrad aus.\n"
    assert (tmp_path / "blogsum" / "models" / "teaser").is_dir()


def test_what_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    with pytest.raises(UserError, match=r"cannot read blogsum's own files: .*Input/output error"):
        wheel.wheel()


SPELT = [
    ("PyYAML>=6.0", "pyyaml>=6.0"),
    ("optimum-onnx<0.2,>=0.1", "optimum-onnx<0.2,>=0.1"),
    ("optimum_onnx >=0.1, <0.2", "optimum-onnx<0.2,>=0.1"),
    ('tomli>=2.0; python_version < "3.11"', "tomli>=2.0; python_version < '3.11'"),
    ("ray[data]", "ray[data]"),
]


@pytest.mark.parametrize(("line", "expected"), SPELT)
def test_a_requirement_is_spelt_in_one_way(line: str, expected: str) -> None:
    assert requirements.normal(line) == expected


def test_what_a_run_needs_are_the_packages_and_those_of_its_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["numpy>=1", "torch>=2 ; extra == 'train'", "tomli>=2; python_version < '3.11' and extra == 'train'"]
    monkeypatch.setattr(requirements, "declared", lambda: [*lines, 'flask ; extra == "review"', "NumPy>=1"])
    assert requirements.needed() == ["numpy>=1"]
    assert requirements.needed(["train"]) == ["numpy>=1", "tomli>=2; python_version < '3.11'", "torch>=2"]


def test_every_requirement_of_blogsum_can_be_read() -> None:
    found = requirements.needed(["train", "mlflow", "tensorboard"])
    assert {"numpy", "torch", "mlflow", "tensorboard"} <= {line.split(">")[0].split("<")[0] for line in found}
    assert not [line for line in found if "extra" in line]
