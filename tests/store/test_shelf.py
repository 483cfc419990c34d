"""Installed models have names and aliases; archives unpack inside their folder or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.store import bundles, catalog, shelf


def made(target: Path) -> Path:
    with bundles.making(target) as part:
        (part / "a.bin").write_text("weights")
        bundles.seal(part, {"kind": "test", "name": "a"})
    return target


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made(tmp_path / "given")
    shelf.install(tmp_path / "models", "one", tmp_path / "given")
    return tmp_path / "models"


def test_a_model_is_found_by_name_alias_and_folder(root: Path) -> None:
    assert shelf.names(root) == ["one"]
    shelf.alias(root, "default", "one")
    assert shelf.aliases(root) == {"default": "one"}
    given = root.parent / "given"
    found = [shelf.find(root, reference) for reference in ("one", "default", str(given))]
    assert found == [root / "one", root / "one", given]


def test_what_is_not_there_is_said(root: Path) -> None:
    with pytest.raises(UserError, match="two: no such model") as caught:
        shelf.find(root, "two")
    assert caught.value.hint == "installed: one"
    assert shelf.names(root / "nowhere") == []
    with pytest.raises(UserError, match="no such model is installed"):
        shelf.alias(root, "default", "two")
    with pytest.raises(UserError, match="is no model bundle"):
        shelf.find(root, str(root))


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "default", "x" * 65])
def test_a_name_must_do(root: Path, name: str) -> None:
    with pytest.raises(UserError, match="is no name for a model"):
        shelf.place(root, name)


def test_a_name_is_given_once(root: Path) -> None:
    with pytest.raises(UserError, match="one is installed already"):
        shelf.install(root, "one", root.parent / "given")
    with pytest.raises(UserError, match="is no name for an alias"):
        shelf.alias(root, "one", "one")


def test_removing_takes_the_aliases_along(root: Path) -> None:
    shelf.install(root, "two", root.parent / "given")
    shelf.alias(root, "default", "one")
    shelf.alias(root, "teaser", "two")
    shelf.remove(root, "one")
    assert (shelf.names(root), shelf.aliases(root)) == (["two"], {"teaser": "two"})
    shelf.alias(root, "teaser", None)
    assert shelf.aliases(root) == {}
    with pytest.raises(UserError, match="one: no such model is installed"):
        shelf.remove(root, "one")


def zipped(path: Path, names: dict[str, bytes], link: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in names.items():
            file.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            file.writestr(info, "/etc/passwd")
    return path


@pytest.mark.parametrize("below", ["", "teaser/"])
def test_a_zip_of_a_bundle_is_one(root: Path, tmp_path: Path, below: str) -> None:
    given = tmp_path / "given"
    names = {below + path.name: path.read_bytes() for path in given.iterdir()}
    with shelf.unpacked(zipped(tmp_path / "teaser.zip", names)) as folder:
        shelf.install(root, "zipped", folder)
    assert not folder.exists()
    assert bundles.load(root / "zipped").manifest["name"] == "a"


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "a/../../out.txt", "C:/out.txt", "..\\out.txt"])
def test_a_member_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    archive = zipped(tmp_path / "bad.zip", {"ok.txt": b"", name: b"x"})
    with pytest.raises(UserError, match="leaves the folder"), shelf.unpacked(archive):
        pass


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "bad.zip", {}, link="passwd")
    with pytest.raises(UserError, match="leaves the folder"), shelf.unpacked(archive):
        pass


def test_what_is_no_zip_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_text("no zip")
    with pytest.raises(UserError, match="cannot read"), shelf.unpacked(tmp_path / "bad.zip"):
        pass


def test_the_catalogue_says_who_may_use_what() -> None:
    entries = catalog.entries()
    assert {entry.hub for entry in entries.values()} >= {"google/mt5-small", "csebuetnlp/mT5_multilingual_XLSum"}
    assert all(entry.licence and entry.trained and entry.bytes > 10**8 for entry in entries.values())
    assert catalog.find("google/mt5-base") == entries["mt5-base"]
    assert catalog.find("nothing") is None
    assert not entries["mt5-multilingual-xlsum"].commercial
