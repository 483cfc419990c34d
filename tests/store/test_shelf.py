"""Installed models have names and aliases; archives unpack inside their folder or not at all."""

from __future__ import annotations

import errno
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
    with pytest.raises(UserError, match="teaser: no such alias") as caught:
        shelf.alias(root, "teaser", None)
    assert caught.value.hint == "aliases: none"
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


def packed(given: Path, below: str = "") -> dict[str, bytes]:
    return {below + path.name: path.read_bytes() for path in given.iterdir()}


@pytest.mark.parametrize("below", ["", "teaser/"])
def test_a_zip_of_a_bundle_is_one(root: Path, tmp_path: Path, below: str) -> None:
    names = packed(tmp_path / "given", below) | {"__MACOSX/._a.bin": b"x", ".DS_Store": b"y"}
    shelf.install_zip(root, "zipped", zipped(tmp_path / "teaser.zip", names))
    assert bundles.load(root / "zipped").manifest["name"] == "a"
    assert sorted(path.name for path in (root / "zipped").iterdir()) == ["a.bin", "bundle.json"]


OUTSIDE = [
    "../out.txt",
    "/tmp/out.txt",
    "a/../../out.txt",
    "C:/out.txt",
    "..\\out.txt",
    "C:out.txt",
    "\\\\host\\out.txt",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("other", ["", "a\\..\\..\\out.txt"], ids=["first", "after another"])
def test_a_member_that_leaves_its_folder_is_refused(root: Path, tmp_path: Path, name: str, other: str) -> None:
    more = {name: b"x"} | ({other: b"x"} if other else {})
    archive = zipped(tmp_path / "bad.zip", packed(tmp_path / "given") | more)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match="leaves the folder"):
        shelf.install_zip(root, "bad", archive)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_a_zip_is_refused(root: Path, tmp_path: Path) -> None:
    archive = zipped(tmp_path / "bad.zip", packed(tmp_path / "given"), link="passwd")
    with pytest.raises(UserError, match="leaves the folder"):
        shelf.install_zip(root, "bad", archive)


def test_a_zip_that_swells_is_refused_unopened(root: Path, tmp_path: Path) -> None:
    with bundles.making(tmp_path / "zeros") as part:
        (part / "a.bin").write_bytes(bytes(30_000_000))
        bundles.seal(part, {"kind": "test", "name": "a"})
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path in (tmp_path / "zeros").iterdir():
            file.write(path, path.name)
    assert (tmp_path / "bomb.zip").stat().st_size < 100_000
    with pytest.raises(UserError, match="is refused: it unpacks to 30,000,000 bytes"):
        shelf.install_zip(root, "bomb", tmp_path / "bomb.zip")


def test_a_member_longer_than_listed_is_not_unpacked(root: Path, tmp_path: Path) -> None:
    archive = zipped(tmp_path / "bad.zip", packed(tmp_path / "given") | {"a.bin": bytes(10**6)})
    with pytest.raises(UserError, match=r"a\.bin has 1,000,000 bytes instead of 7"):
        shelf.install_zip(root, "bad", archive)
    archive = zipped(tmp_path / "bad.zip", packed(tmp_path / "given") | {"bundle.json": bytes(10**7 + 1)})
    with pytest.raises(UserError, match=r"bundle\.json has 10,000,001 bytes instead of 10,000,000"):
        shelf.install_zip(root, "bad", archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_changed_byte_in_a_zip_is_found_or_harmless(root: Path, tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "good.zip", "w", method) as file:
        for path in sorted((tmp_path / "given").iterdir()):
            file.write(path, path.name)
    good = (tmp_path / "good.zip").read_bytes()
    refused: list[str] = []
    for place in range(0, len(good), 9):
        (tmp_path / "bad.zip").write_bytes(good[:place] + bytes([good[place] ^ 0x5A]) + good[place + 1 :])
        try:
            shelf.install_zip(root, "changed", tmp_path / "bad.zip")
        except UserError as error:
            refused.append(str(error))
        else:  # a date, a flag: what was unpacked is what was packed
            assert bundles.load(root / "changed").path("a.bin").read_text() == "weights"
            shelf.remove(root, "changed")
    assert len(refused) > len(good) / 20
    assert [
        one for one in refused if str(tmp_path / "bad.zip") not in one or ".part-" in one or one.endswith(": ")
    ] == []
    assert shelf.names(root) == ["one"]


def test_what_is_no_zip_is_one_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_text("no zip")
    with pytest.raises(UserError, match="cannot read"):
        shelf.install_zip(root, "bad", tmp_path / "bad.zip")
    with pytest.raises(UserError, match=r"is no model bundle: it has no bundle\.json"):
        shelf.install_zip(root, "bad", zipped(tmp_path / "bad.zip", {"a.txt": b""}))
    names = packed(tmp_path / "given")
    del names["a.bin"]
    with pytest.raises(UserError, match=r"bad\.zip lacks a\.bin"):
        shelf.install_zip(root, "bad", zipped(tmp_path / "bad.zip", names))


def test_a_full_disk_is_no_fault_of_the_archive(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(tmp_path / "good.zip", packed(tmp_path / "given"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shelf.shutil, "copyfileobj", full)
    with pytest.raises(UserError, match=r"cannot write .*good: No space left on device") as caught:
        shelf.install_zip(root, "good", archive)
    assert caught.value.hint == "nothing was kept"
    assert sorted(path.name for path in root.iterdir()) == ["one"]


def test_a_folder_is_installed_whole_or_not_at_all(root: Path, tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / ".gitattributes").write_text("*.bin lfs")
    shelf.install(root, "cloned", given)
    assert sorted(path.name for path in (root / "cloned").iterdir()) == ["a.bin", "bundle.json"]
    (given / "a.bin").write_text("WEIGHTS")
    with pytest.raises(UserError, match=r"given/a\.bin was changed"):
        shelf.install(root, "changed", given)
    (given / "a.bin").unlink()
    with pytest.raises(UserError, match=r"given/a\.bin is missing"):
        shelf.install(root, "changed", given)
    assert sorted(path.name for path in root.iterdir()) == ["cloned", "one"]


def test_the_catalogue_says_who_may_use_what() -> None:
    entries = catalog.entries()
    assert {entry.hub for entry in entries.values()} >= {"google/mt5-small", "csebuetnlp/mT5_multilingual_XLSum"}
    assert all(entry.licence and entry.trained and entry.bytes > 10**8 for entry in entries.values())
    assert catalog.find("google/mt5-base") == entries["mt5-base"]
    assert catalog.find("nothing") is None
    assert not entries["mt5-multilingual-xlsum"].commercial
