"""A bundle is whole or it is refused, by name; half of one is never seen."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.store import bundles


def made(target: Path, content: str = "weights", force: bool = False) -> Path:
    with bundles.making(target, force) as part:
        (part / "a.bin").write_text(content)
        (part / "deep").mkdir()
        (part / "deep" / "b.txt").write_text("words")
        bundles.seal(part, {"kind": "test", "name": "näme"})
    return target


def test_a_bundle_is_what_was_put_in(tmp_path: Path) -> None:
    bundle = bundles.load(made(tmp_path / "one"))
    assert bundle.manifest["name"] == "näme"
    assert bundle.path("deep/b.txt").read_text() == "words"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"]
    assert (tmp_path / "one").stat().st_mode & 0o777 == (tmp_path / "one" / "deep").stat().st_mode & 0o777
    with pytest.raises(UserError, match=r"has no c\.bin"):
        bundle.path("c.bin")


def changed(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_a_changed_byte_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "one")
    changed(folder / "a.bin", "weights", "weightz")
    with pytest.raises(UserError, match=r"one/a\.bin was changed"):
        bundles.load(folder)
    (folder / "a.bin").write_text("weight")
    with pytest.raises(UserError, match=r"a\.bin has 6 bytes instead of 7"):
        bundles.load(folder)
    (folder / "a.bin").unlink()
    with pytest.raises(UserError, match=r"a\.bin is missing"):
        bundles.load(folder)


def test_a_file_too_many_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "one")
    (folder / "deep" / "c.py").write_text("")
    with pytest.raises(UserError, match=r"deep/c\.py is not part of the bundle") as raised:
        bundles.load(folder)
    assert raised.value.hint == "delete it, or export or pull it again"


def test_a_manifest_that_is_no_object_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "one")
    (folder / bundles.MANIFEST).write_text("[]")
    with pytest.raises(UserError, match="cannot be read: it is no JSON object"):
        bundles.load(folder)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "one")

    def refused(path: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(bundles, "_sha256", refused)
    with pytest.raises(UserError, match=r"cannot read .*one/a\.bin: Permission denied"):
        bundles.load(folder)
    monkeypatch.setattr(Path, "is_file", refused)  # as of a folder that may not be entered
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert bundles.is_bundle(folder)
    with pytest.raises(UserError, match=r"cannot read .*one/bundle\.json: Permission denied") as raised:
        bundles.load(folder)
    assert raised.value.hint == "check its rights and its disk"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"test"', '"tset"', "bundle.json was changed"),
        ("{", "[", "cannot be read"),
        ("blogsum/bundle/1", "blogsum/bundle/9", "written by another blogsum"),
        ('"files"', '"flies"', "cannot be read: it has no 'files'"),
        ('"sha256"', '"sha1"', "cannot be read: it has no 'sha256'"),
    ],
)
def test_a_changed_manifest_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = made(tmp_path / "one")
    changed(folder / bundles.MANIFEST, old, new)
    with pytest.raises(UserError, match=message):
        bundles.load(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd"])
def test_a_manifest_cannot_name_files_elsewhere(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path / "one")
    manifest = json.loads((folder / bundles.MANIFEST).read_text())
    del manifest["seal"]
    manifest["files"][name] = {"sha256": "0", "bytes": 1}
    (folder / bundles.MANIFEST).write_text(json.dumps({**manifest, "seal": bundles._seal(manifest)}))
    with pytest.raises(UserError, match="outside of the bundle"):
        bundles.load(folder)


def test_an_interrupted_bundle_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with bundles.making(tmp_path / "one") as part:
            (part / "a.bin").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".one.part-abc").mkdir()
    made(tmp_path / "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    folder = made(tmp_path / "one")
    with pytest.raises(UserError, match="is a bundle already"):
        made(folder, "new")
    made(folder, "new", force=True)
    assert bundles.load(folder).path("a.bin").read_text() == "new"
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "thesis.txt").write_text("important")
    for force in (False, True):
        with pytest.raises(UserError, match="exists and is no bundle"):
            made(tmp_path / "two", force=force)
    assert (tmp_path / "two" / "thesis.txt").read_text() == "important"


def test_a_folder_that_is_no_bundle_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no model bundle") as caught:
        bundles.load(tmp_path)
    assert "blogsum export" in caught.value.hint


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path) -> None:
    bundles.needs_room(tmp_path / "not" / "there", 1000)
    with pytest.raises(UserError, match="MB free, the bundle needs"):
        bundles.needs_room(tmp_path / "not" / "there", 10**18)
