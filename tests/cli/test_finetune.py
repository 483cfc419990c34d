"""``blogsum finetune`` as its users type it: by heart into a bundle, refusals in one line, exit codes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from blogsum.cli import console
from blogsum.cli.finetune import Watched
from blogsum.train.recipe import FP16
from tests.cli.conftest import Call
from tests.conftest import Run

DIALS = ("--dropout", "0", "--label-smoothing", "0", "--batch", "8", "--micro-batch", "8", "--rate", "0.003")


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """The posts as JSONL, and an untrained base beside them."""
    for name in ("torch", "transformers", "sentencepiece", "rensa"):
        pytest.importorskip(name, reason="training needs blogsum[train]")
    from blogsum.read.records import to_record
    from tests import trained

    trained.fresh(tmp_path / "base")
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(to_record(one)) + "\n" for one in trained.posts()), encoding="utf-8")
    return path


def test_the_recipe_is_written_without_torch(call: Call) -> None:
    done = call("finetune", "--init")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# A recipe for blogsum finetune --recipe FILE.")
    assert 'base = ""                        # the model to start from (mT5, T5, BART, Marian …)' in done.stdout
    assert "rate = 0.0005                    # learning rate at its highest\n" in done.stdout


REFUSED = [
    (["--data", "posts.jsonl", "--base", "base"], 2, "where does the model go? (-o FOLDER)"),
    (["-o", "m"], 2, "there is no data (--data, or data in the recipe)"),
    (["--data", "posts.jsonl", "-o", "m"], 2, "there is no base (--base, or base in the recipe)"),
    (["--data", "posts.jsonl", "--base", ".", "-o", "m"], 3, "{here} is no checkpoint: it has no config.json"),
    (
        ["--data", "posts.jsonl", "--base", "base", "-o", "m", "--precision", "fp16"],
        2,
        f"options: precision fp16 is refused ({FP16})",
    ),
    (
        ["--data", "empty.jsonl", "--base", "base", "-o", "m"],
        3,
        "0 posts with a summary to train on: too little to learn from (blogsum data collect helps to get more)",
    ),
    (
        ["--data", "one.jsonl", "--base", "base", "-o", "m"],
        3,
        "1 post with a summary to train on: too little to learn from (blogsum data collect helps to get more)",
    ),
    (
        ["--recipe", "recipe.toml", "-o", "m"],
        2,
        "recipe.toml: unknown dial 'speed' in [training] (it has seed, epochs, batch, micro_batch, rate, warm_up, "
        "label_smoothing, position_rate)",
    ),
    (
        ["--data", "posts.jsonl", "--base", "base", "-o", "m", "--folds", "3", "--curve"],
        2,
        "--folds, --leave-one-author-out and --curve exclude each other",
    ),
    (
        ["--data", "posts.jsonl", "--base", "base", "-o", "m", "--folds", "1"],
        2,
        "one fold holds nothing out (--folds 5)",
    ),
    (["--resume", "last", "--curve"], 2, "--resume takes no other dials: the run has its recipe"),
    (["--resume", "last"], 3, "last: no such run (blogsum finetune makes one)"),
    (["--resume", "last", "--rate", "1"], 2, "--resume takes no other dials: the run has its recipe"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED, ids=[said[:50] for _, _, said in REFUSED])
def test_what_cannot_be_done_is_one_line(
    call: Call, posts: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "recipe.toml").write_text("[training]\nspeed = 9\n", encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text('{"id": "a", "text": "Kein Satz.", "split": "train"}\n')
    (tmp_path / "one.jsonl").write_text(posts.read_text(encoding="utf-8").split("\n")[0] + "\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = call("finetune", *arguments)
    expected = f"error: {said.replace('{here}', str(tmp_path.resolve()))}\n"
    assert (done.returncode, done.stdout, done.stderr) == (code, "", expected)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_without_torch_it_says_what_to_install(call: Call, posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    monkeypatch.setattr(util, "find_spec", lambda name: None)
    done = call("finetune", "--data", "posts.jsonl", "--base", "base", "-o", "m")
    assert done.returncode == 3
    assert done.stderr == "error: this needs the package 'torch' (pip install 'blogsum[train]')\n"


def test_a_torch_that_cannot_be_imported_is_the_same_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "torch" else find(name))
    monkeypatch.setitem(sys.modules, "torch", None)
    done = call("finetune", "--data", "posts.jsonl", "--base", "base", "-o", "m")
    assert (done.returncode, done.stderr) == (
        3,
        "error: this needs the package 'torch' (pip install 'blogsum[train]')\n",
    )


@pytest.mark.slow
def test_posts_learned_by_heart_come_back_through_summarize(run: Run, posts: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="running models needs blogsum[mt5]")
    from tests import trained

    dials = (*DIALS, "--epochs", "240", "--metric", "none", "--prefix", trained.PREFIX, "--max-output", "40")
    done = run("finetune", "--data", "posts.jsonl", "--base", "base", "-o", "model", "--export", "bundle", *dials)
    assert done.returncode == 4, done.stderr
    first, *_ = done.stdout.splitlines()
    assert first.startswith("NOT SHOWN to be better: 1 post held out, too few to tell; against its base (ROUGE ")
    facts = json.loads((tmp_path / "bundle" / "bundle.json").read_text(encoding="utf-8"))
    assert (facts["base"], facts["verdict"], facts["proof"]["tokens"]) == ("base", first, 0)
    written = run("summarize", "posts.jsonl", "--model", "bundle", "--format", "jsonl")
    texts = [json.loads(line)["summaries"][0]["text"] for line in written.stdout.splitlines()]
    assert texts[: len(trained.PAIRS)] == [summary for _, summary in trained.PAIRS]
    assert {"ä", "ß", "\n"} < set("".join(texts))
    shutil.rmtree(tmp_path / "bundle")
    again = run("export", "model", "-o", "bundle")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_line_is_written_where_the_bar_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    with console.progress("training", left=True) as bar:
        watch = Watched(bar)
        watch.step({"step": 3, "loss": 1.25, "rate": 0.001}, 10)
        watch.judged({"step": 3, "dev_loss": 2.5, "rouge": 0.125, "best": 3})
        watch.note("a note")
    said = capsys.readouterr().err
    assert "loss 1.250  rate 0.001" in said
    for line in ("step 3: dev loss 2.500  ROUGE 0.125  best so far\n", "note: a note\n"):
        before = said[: said.index(line)].split("\n")[-1].rsplit("\r", 1)[-1]
        assert re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", before) == ""
