"""A model's batch through the command: order, codes, and what is refused is never printed as a summary."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

for _name in ("onnxruntime", "sentencepiece"):
    pytest.importorskip(_name, reason="running models needs blogsum[mt5]")

from blogsum.cli import writer
from blogsum.store import bundles
from blogsum.summarize.decoding import Written
from blogsum.summarize.mt5 import MT5
from tests.conftest import Blogsum

POST = "Das Team fährt mit dem Rad. Die Räder kosten wenig und halten lange."
Write = Callable[[MT5, list[int]], Written]


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Write], None]]:
    """Have the model write what a function makes of the tokens it reads, article by article."""

    def use(write: Write) -> None:
        monkeypatch.setattr(MT5, "_texts", lambda model, articles: [write(model, ids) for ids in articles])

    writer._loaded.cache_clear()
    yield use
    writer._loaded.cache_clear()


def said(text: str, ended: bool = True, *more: int) -> Write:
    return lambda model, _: Written((*model.tokens.encode(text)[:-1], *more), ended)


def sentinel(model: MT5, _: list[int]) -> Written:
    [mark, *_rest] = model._bundle.manifest["sentinels"]
    return Written((*model.tokens.encode("Die Räder kosten")[:-1], mark, *model.tokens.encode("wenig.")[:-1]), True)


REFUSED: dict[str, tuple[Write, str]] = {
    "a mark of pretraining": (sentinel, "it wrote a mark of its pretraining: the model was not trained to summarise"),
    "a row without a piece": (
        said("Die Räder kosten wenig.", True, 399),
        "it wrote a mark of its pretraining: the model was not trained to summarise",
    ),
    "nothing": (said(""), "it wrote nothing"),
    "only signs": (said("… – ."), "it wrote nothing"),
    "a word": (said("Rad"), "it wrote no sentence"),
    "a phrase without end": (said("das Rad ist gut, " * 5), "it repeats itself without end"),
    "a letter without end": (said("Das Rad ist guuuuuuuuuuuuuuut."), "it repeats itself without end"),
    "another language": (
        said("The team rides to work since spring and the weather was fine."),
        "it wrote in 'en', the article is in 'de'",
    ),
    "half a sentence": (said("Die Räder kosten", False), "it did not finish a sentence"),
}


@pytest.mark.parametrize(("write", "why"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_what_is_no_summary_is_answered_by_the_article_and_code_4(
    blogsum: Blogsum, bundle: Path, writes: Callable[[Write], None], write: Write, why: str, form: str
) -> None:
    writes(write)
    done = blogsum("summarize", "-", "--model", str(bundle), "--format", form, text=POST.encode())
    note = f"the model's text was refused ({why}); these are the article's own sentences"
    assert (done.code, done.stderr) == (4, f"note: -: {note}\n")
    if form == "text":
        assert done.stdout == POST + "\n"
        return
    record = json.loads(done.stdout)
    assert (record["system"], record["summaries"][0]["text"]) == ("blogsum-extractive", POST)
    assert record["summaries"][0]["note"] == note


def test_lines_are_no_marks(blogsum: Blogsum, bundle: Path, writes: Callable[[Write], None]) -> None:
    writes(said("Die Räder des Teams kosten wenig."))
    done = blogsum("summarize", "-", "--model", str(bundle), text=POST.encode())
    assert done == (0, "Die Räder des Teams kosten wenig.\n", "")


@pytest.mark.slow  # 100,000 words
def test_a_batch_of_eight_keeps_its_order_and_codes(
    blogsum: Blogsum, bundle: Path, tmp_path: Path, writes: Callable[[Write], None]
) -> None:
    long = "\n\n".join(
        f"Im Jahr {1000 + i} fährt das Team mit dem Rad, und die Räder halten lange." for i in range(7200)
    )
    assert len(long.split()) > 100_000
    rows = [json.dumps({"id": f"p{i}", "text": f"{POST} Es war Tag {i}."}) for i in range(8)]
    rows[2], rows[4], rows[6] = (
        '{"id": "p2", "text": ',
        json.dumps({"id": "p4", "text": ""}),
        json.dumps({"id": "p6", "text": long}),
    )
    (tmp_path / "posts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    read: list[int] = []

    def write(model: MT5, ids: list[int]) -> Written:
        read.append(len(ids))
        day = model.tokens.decode(ids[-4:-1])[-2:]  # each writes something of its own article
        return Written(tuple(model.tokens.encode(f"Die Räder des Teams kosten wenig. Tag {day}")[:-1]), True)

    writes(write)
    done = blogsum("summarize", "posts.jsonl", "--model", str(bundle), "-o", "out.jsonl")
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done.code == 4
    assert [record["id"] for record in records] == [
        "p0",
        "p1",
        "posts.jsonl:3",
        "p3",
        "posts.jsonl:5",
        "p5",
        "p6",
        "p7",
    ]
    assert [record.get("error", "")[:20] for record in records] == [
        "",
        "",
        "not JSON: expecting ",
        "",
        "has no field 'text'",
        "",
        "",
        "",
    ]
    for number in (0, 1, 3, 5, 7):
        assert records[number]["summaries"][0]["text"].endswith(f"Tag {number}.")
        assert "left_out" not in records[number]["summaries"][0]
    spans = records[6]["summaries"][0]["left_out"]
    assert max(read) <= 512
    assert sum(one["end"] - one["start"] for one in spans) > 0.9 * len(long)
    assert all(one["start"] < one["end"] for one in spans)


def test_shards_of_a_model_join_to_what_one_run_writes(blogsum: Blogsum, bundle: Path, tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"p{i}", "text": f"{POST * (1 + i % 3)} Es war Tag {i}."}) for i in range(7)]
    (tmp_path / "posts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    model = ("--model", str(bundle))
    for number in (2, 1):
        blogsum("summarize", "posts.jsonl", *model, "-o", "out.jsonl", "--shard", f"{number}/2")
    assert (tmp_path / "out.jsonl").read_text() == blogsum("summarize", "posts.jsonl", *model).stdout
    other = blogsum("summarize", "posts.jsonl", *model, "--max-input", "99", "-o", "out.jsonl", "--shard", "1/2")
    anew = "is of another run: other sources, another model or other options; it is made anew"
    assert anew in other.stderr
    prefixed = Path(shutil.copytree(bundle, tmp_path / "prefixed"))  # of the same weights, with the same signature
    facts = {name: value for name, value in bundles.facts(bundle).items() if name not in ("schema", "files")}
    (prefixed / bundles.MANIFEST).unlink()
    bundles.seal(prefixed, {**facts, "prefix": "lang: "})
    model = ("--model", str(prefixed), "--max-input", "99")
    assert anew in blogsum("summarize", "posts.jsonl", *model, "-o", "out.jsonl", "--shard", "1/2").stderr


def test_how_much_is_read_stands_in_the_settings_and_the_option_overrules(
    blogsum: Blogsum, bundle: Path, tmp_path: Path, writes: Callable[[Write], None]
) -> None:
    read: list[int] = []
    writes(lambda model, ids: (read.append(len(ids)), said("Die Räder des Teams kosten wenig.")(model, ids))[1])  # type: ignore[func-returns-value]
    text = "\n\n".join(f"{POST} Es war Tag {day}." for day in range(60)).encode()
    for options in ((), ("--max-input", "64"), ("--max-input", "4096")):
        blogsum("summarize", "-", "--model", str(bundle), *options, text=text)
    (tmp_path / "blogsum.toml").write_text("[summarize]\nmax_input = 128\n")
    for options in ((), ("--max-input", "64")):
        blogsum("summarize", "-", "--model", str(bundle), *options, text=text)
    whole = read[2]
    assert whole > 1024
    assert [512 - 40 < read[0] <= 512, read[1] <= 64, 64 < read[3] <= 128, read[4] <= 64] == [True] * 4
