"""What is written in any format reads back as the same articles; other programs read it too."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogsum import settings as settings_of_blogsum
from blogsum.errors import MissingExtra, UserError
from blogsum.read.records import FIELDS, SCHEMA, from_record, guarded, to_record, unguarded
from blogsum.read.sources import sources
from blogsum.store.formats import FORMATS, write
from blogsum.types import Article, Unreadable

FULL = Article(
    id="a/1",
    text="# Titel\n\nDer Text; mit \"Quotes\", 'anderen', Kommas.\n\n- ein Punkt\n\n```\n=1+1\n```",
    title='=HYPERLINK("http://example.org")',
    author="Anna, Bert; @carl",
    date="2024-05-01",
    lang="de",
    url="https://example.org/1",
    summary="-5 Grad.\nZweite Zeile.",
    references=('Eins; "zwei"\n', "[drei]", "=4"),
    system="+lead",
    summary_source="excerpt",
    split="fold-1",
)
PLAIN = Article("2", "'=x ist eine Formel.", lang="en")


def back(path: Path) -> list[Article | Unreadable]:
    return list(sources([str(path)], settings_of_blogsum.Settings()))


def place(folder: Path, form: str) -> Path:
    return folder / ("saved" if form == "hf" else f"rows.{form}")


@pytest.mark.parametrize("form", FORMATS)
def test_it_reads_back_as_it_was(tmp_path: Path, form: str) -> None:
    path = place(tmp_path, form)
    assert write(iter([FULL, PLAIN]), form, path) == 2
    assert back(path) == [FULL, PLAIN]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def normal(values: dict[str, Any]) -> Article:
    """The article that reading makes of these values: blanks around titles and empty fields are gone."""
    return from_record({name: value for name, value in values.items() if value not in (None, "", [])}, "row")


def letters(excluded: str) -> st.SearchStrategy[str]:
    wild = st.sampled_from([*"=+-@'\"`;,[]{}<>|\\\t\r\n\v\f\x1f\x85\u2028\ufeff€ß😀", "\r\n", "''=", '""', "sep=;"])
    return st.lists(st.characters(exclude_characters=excluded, exclude_categories=("Cs",)) | wild, max_size=8).map(
        "".join
    )


def articles(excluded: str = "") -> st.SearchStrategy[list[Article]]:
    text = letters(excluded)
    fields = {name: st.none() | text for name in FIELDS if name not in ("id", "text", "date", "lang", "references")}
    row = st.fixed_dictionaries(
        {
            "id": text.filter(str.strip),
            "text": text.filter(str.strip),
            "date": st.none() | st.dates().map(str),
            "lang": st.sampled_from([None, "de", "en"]),
            "references": st.lists(text.filter(str.strip), max_size=2),
            **fields,
        }
    )
    return st.lists(row.map(normal), min_size=1, max_size=4, unique_by=lambda one: one.id)


def in_splits(rows: list[Article]) -> list[Article]:
    """The rows as a folder of ``datasets`` has them: split by split."""
    order = list(dict.fromkeys(one.split for one in rows))
    return sorted(rows, key=lambda one: order.index(one.split))


def check(rows: list[Article], form: str, folder: Path) -> None:
    path = place(folder, form)
    write(rows, form, path, force=True)
    found = back(path)
    if form == "hf":
        assert sorted(map(repr, found)) == sorted(map(repr, rows))
    else:
        assert found == rows


HEAVY = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(articles(), st.sampled_from(["jsonl", "parquet"]))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_rows_it_reads_back(tmp_path: Path, rows: list[Article], form: str) -> None:
    check(rows, form, tmp_path)


@given(articles("\0"))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_loses_nothing(tmp_path: Path, rows: list[Article]) -> None:
    check(rows, "csv", tmp_path)


@given(articles())
@HEAVY
def test_a_folder_of_datasets_loses_nothing(tmp_path: Path, rows: list[Article]) -> None:
    check(rows, "hf", tmp_path)


@given(letters(""))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_in_full(tmp_path: Path) -> None:
    write([FULL, PLAIN], "csv", tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == (
        '"schema","id","url","title","author","date","lang","text","summary","summary_source","references","system",'
        '"split"\n'
        '"blogsum/article/1","a/1","https://example.org/1","\'=HYPERLINK(""http://example.org"")","Anna, Bert; @carl",'
        '"2024-05-01","de","# Titel\n\nDer Text; mit ""Quotes"", \'anderen\', Kommas.\n\n- ein Punkt\n\n```\n=1+1\n```",'  # noqa: E501
        '"\'-5 Grad.\nZweite Zeile.","excerpt","[""Eins; \\""zwei\\""\\n"", ""[drei]"", ""=4""]","\'+lead","fold-1"\n'
        '"blogsum/article/1","2","","","","","en","\'\'=x ist eine Formel.","","","","",""\n'
    )


def test_csv_of_others_keeps_its_apostrophes(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,text\n1,'-heimer' sagt man hier.\n", encoding="utf-8")
    assert back(tmp_path / "rows.csv") == [Article("1", "'-heimer' sagt man hier.")]


def test_csv_saved_again_by_a_spreadsheet_still_reads(tmp_path: Path) -> None:
    """Semicolons, Windows-1252, CRLF and quotes only where needed: a German Excel."""
    write([FULL], "csv", tmp_path / "rows.csv")
    with open(tmp_path / "rows.csv", encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))
    again = io.StringIO(newline="")
    csv.writer(again, delimiter=";", lineterminator="\r\n").writerows(cells)
    (tmp_path / "rows.csv").write_bytes(again.getvalue().encode("cp1252"))
    assert back(tmp_path / "rows.csv") == [FULL]


def test_half_characters_are_replaced_where_the_format_cannot_hold_them(tmp_path: Path) -> None:
    row = Article("1", "x", title="a\ud800b")
    for form in ("csv", "parquet", "hf"):
        write([row], form, place(tmp_path, form))
        assert back(place(tmp_path, form)) == [replace(row, title="a\ufffdb")]
    write([row], "jsonl", tmp_path / "rows.jsonl")
    assert back(tmp_path / "rows.jsonl") == [row]


def columns(rows: list[Article]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in FIELDS} | {"references": list(row.references)} for row in rows]


def test_pyarrow_reads_our_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write([FULL, PLAIN], "parquet", tmp_path / "rows.parquet")
    table = parquet.read_table(tmp_path / "rows.parquet")
    assert table.to_pylist() == columns([FULL, PLAIN])
    assert table.schema.metadata[b"blogsum"].decode() == SCHEMA


def test_pandas_reads_our_files(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    write([FULL, PLAIN], "parquet", tmp_path / "rows.parquet")
    frame = pandas.read_parquet(tmp_path / "rows.parquet")
    assert list(frame["text"]) == [FULL.text, PLAIN.text]
    assert list(frame["references"][0]) == list(FULL.references)
    write([FULL, PLAIN], "csv", tmp_path / "rows.csv")
    frame = pandas.read_csv(tmp_path / "rows.csv", dtype=str, keep_default_na=False)
    assert [unguarded(text) for text in frame["text"]] == [FULL.text, PLAIN.text]
    assert json.loads(frame["references"][0]) == list(FULL.references)


def test_datasets_reads_our_folder_and_our_parquet(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    write([FULL, PLAIN], "hf", tmp_path / "saved")
    saved = datasets.load_from_disk(str(tmp_path / "saved"))
    assert {name: part.to_list() for name, part in saved.items()} == {
        "fold_1": columns([FULL]),
        "unsplit": columns([PLAIN]),
    }
    write([FULL, PLAIN], "parquet", tmp_path / "rows.parquet")
    loaded = datasets.Dataset.from_parquet(str(tmp_path / "rows.parquet"), cache_dir=str(tmp_path / "cache"))
    assert loaded.to_list() == columns([FULL, PLAIN])


SPLITS = [
    ("none", [None], ["train"]),
    ("usual ones", ["train", "dev", "test"], ["train", "dev", "test"]),
    ("some without", ["train", None], ["train", "unsplit"]),
    ("two that are one for datasets", ["fold-1", "fold_1"], ["fold_1"]),
    ("a word that datasets keeps for itself", ["all"], ["all_"]),
    ("an author", ["Anna O'Hara / Team"], ["Anna_O_Hara___Team"]),
]


@pytest.mark.parametrize(("values", "expected"), [one[1:] for one in SPLITS], ids=[one[0] for one in SPLITS])
def test_each_split_is_one_of_datasets(tmp_path: Path, values: list[str | None], expected: list[str]) -> None:
    datasets = pytest.importorskip("datasets")
    rows = [Article(str(number), "x", split=split) for number, split in enumerate(values)]
    write(rows, "hf", tmp_path / "saved")
    assert list(datasets.load_from_disk(str(tmp_path / "saved"))) == expected
    assert back(tmp_path / "saved") == rows


def test_a_plain_dataset_of_others_reads(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    mine = datasets.Dataset.from_dict({"article": ["x", "y"], "likes": [1, 2], "published": ["2024-05-01", None]})
    mine.save_to_disk(str(tmp_path / "one"))
    name = str(tmp_path / "one")
    assert back(tmp_path / "one") == [Article(f"{name}:1", "x", date="2024-05-01"), Article(f"{name}:2", "y")]
    datasets.DatasetDict({"test": mine}).save_to_disk(str(tmp_path / "two"))
    assert [one.split for one in back(tmp_path / "two") if isinstance(one, Article)] == ["test", "test"]


def test_a_folder_as_the_hub_has_it_reads_with_its_splits(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n\n# My posts\n\nAll of them.\n", encoding="utf-8")
    write([Article("1", "x")], "parquet", tmp_path / "data" / "train-00000-of-00001.parquet")
    write([Article("2", "y", split="mine")], "jsonl", tmp_path / "data" / "test.jsonl")
    assert back(tmp_path) == [Article("2", "y", split="mine"), Article("1", "x", split="train")]


def test_a_readme_beside_posts_is_a_page_as_ever(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Mein Blog\n\nHier stehen alle Posts.\n", encoding="utf-8")
    (tmp_path / "post.md").write_text("Ein Post.\n", encoding="utf-8")
    write([Article("1", "x")], "jsonl", tmp_path / "rows.jsonl")
    assert len(back(tmp_path)) == 3


BROKEN = [
    ("cut in half", lambda data: data[: len(data) // 2], "is not a whole Parquet file"),
    ("only its first bytes", lambda data: data[:4], "is not a whole Parquet file"),
    ("a footer of lies", lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1", "is not a whole Parquet file"),
    ("a text", lambda data: b"hello", "is not a Parquet file"),
    ("empty", lambda data: b"", "is empty"),
]


@pytest.mark.parametrize(("damage", "reason"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_a_damaged_parquet_file_is_one_line(tmp_path: Path, damage: Any, reason: str) -> None:
    path = tmp_path / "rows.parquet"
    write([FULL], "parquet", path)
    path.write_bytes(damage(path.read_bytes()))
    [one] = back(path)
    assert isinstance(one, Unreadable)
    assert (one.source, one.reason) == (str(path), reason)


def test_a_parquet_file_without_texts_says_what_it_has(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"a": [1], "b": ["x"]}), tmp_path / "rows.parquet")
    [one] = back(tmp_path / "rows.parquet")
    assert isinstance(one, Unreadable)
    assert one.reason == "has no column 'text' (it has 'a', 'b')"


def test_a_damaged_folder_of_datasets_is_one_line(tmp_path: Path) -> None:
    write([FULL], "hf", tmp_path / "saved")
    for file in (tmp_path / "saved").rglob("*.arrow"):
        file.write_bytes(file.read_bytes()[:100])
    [one] = back(tmp_path / "saved")
    assert isinstance(one, Unreadable)
    assert one.reason == "is not a whole dataset of 'datasets'"


@pytest.mark.parametrize("form", FORMATS)
def test_a_failed_write_leaves_what_was_there(tmp_path: Path, form: str) -> None:
    path = place(tmp_path, form)
    write([FULL], form, path)

    def failing() -> Iterator[Article]:
        yield PLAIN
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError, match="No space left on device"):
        write(failing(), form, path, force=True)
    assert back(path) == [FULL]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_folder_is_replaced_only_when_told_and_only_if_it_is_one_of_datasets(tmp_path: Path) -> None:
    write([FULL], "hf", tmp_path / "saved")
    with pytest.raises(UserError, match="it is there already"):
        write([PLAIN], "hf", tmp_path / "saved")
    write([PLAIN], "hf", tmp_path / "saved", force=True)
    assert back(tmp_path / "saved") == [PLAIN]
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="it holds something else"):
        write([PLAIN], "hf", tmp_path / "home", force=True)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"
    (tmp_path / "new").mkdir()
    write([PLAIN], "hf", tmp_path / "new")
    assert back(tmp_path / "new") == [PLAIN]


MISSING = [("parquet", "pyarrow", "parquet"), ("hf", "datasets", "hf")]


@pytest.mark.parametrize(("form", "module", "extra"), MISSING)
def test_a_missing_library_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str, extra: str
) -> None:
    path = place(tmp_path, form)
    write([FULL], form, path)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet" if form == "parquet" else module, None)
    with pytest.raises(MissingExtra) as caught:
        write([PLAIN], form, path, force=True)
    assert (str(caught.value), caught.value.hint) == (
        f"this needs the package '{module}'",
        f"pip install 'blogsum[{extra}]'",
    )
    [one] = back(path)
    assert isinstance(one, Unreadable)
    assert one.reason == f"this needs the package '{module}'"


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    for form in FORMATS:
        with pytest.raises(UserError, match="cannot write"):
            write([FULL], form, tmp_path / "nowhere" / "x")
    with pytest.raises(UserError, match="it is a folder"):
        write([FULL], "jsonl", tmp_path)
    with pytest.raises(UserError, match="unknown format"):
        write([FULL], "xml", tmp_path / "x")
    with pytest.raises(UserError, match="there is no row"):
        write([], "hf", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_parquet_from_a_pipe_and_from_gzip(tmp_path: Path) -> None:
    import gzip

    write([FULL], "parquet", tmp_path / "rows.parquet")
    (tmp_path / "rows.parquet.gz").write_bytes(gzip.compress((tmp_path / "rows.parquet").read_bytes()))
    assert back(tmp_path / "rows.parquet.gz") == [FULL]


def test_many_rows_come_out_in_order(tmp_path: Path) -> None:
    rows = [Article(str(number), f"Text {number}.", split=f"fold-{number % 3}") for number in range(2500)]
    for form in FORMATS:
        assert write(iter(rows), form, place(tmp_path, form)) == 2500
        assert back(place(tmp_path, form)) == (in_splits(rows) if form == "hf" else rows)
    shutil.rmtree(tmp_path / "saved")
    assert to_record(rows[0])["split"] == "fold-0"
