"""``blogsum export`` and ``summarize --model`` as their users type them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from blogsum.cli.main import main
from tests.conftest import Run

POST = "Das Team fährt mit dem Rad. Die Räder kosten wenig und halten lange.\n"


def test_what_is_no_checkpoint_is_one_line(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="exporting needs blogsum[train]")
    done = run("export", str(tmp_path), "-o", "bundle")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"error: {tmp_path} is no checkpoint: it has no config.json\n"


def test_a_missing_folder_is_said_before_a_missing_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib import util

    monkeypatch.setattr(util, "find_spec", lambda name: None)
    assert main(["export", str(tmp_path / "nope"), "-o", str(tmp_path / "bundle")]) == 3
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'nope'}: no such folder (")


WRONG = [
    (("--languages", "de,,en"), "error: --languages 'de,,en' names a language twice or not at all (as in de,en)\n"),
    (("--languages", "de,DE"), "error: --languages 'de,DE' names a language twice or not at all (as in de,en)\n"),
    (("--full-vocab", "--keep-vocab-from", "x"), "error: --full-vocab and --keep-vocab-from exclude each other\n"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=str)
def test_wrong_usage_is_said(
    options: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path), "-o", str(tmp_path / "bundle"), *options]) == 2
    assert capsys.readouterr().err == message


def test_a_language_without_words_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], bundle: Path) -> None:
    target = tmp_path / "new"
    assert main(["export", str(bundle.parent / "tiny"), "-o", str(target), "--languages", "de,fr"]) == 2
    assert capsys.readouterr().err == (
        "error: no list of words for 'fr', only for de, en (--keep-vocab-from keeps what your articles need, "
        "--full-vocab keeps everything)\n"
    )
    assert not target.exists()


@pytest.mark.slow
def test_articles_stand_in_for_a_language_without_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bundle: Path
) -> None:
    from tests.train.test_prune import TEXTS

    rows = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(TEXTS)]
    (tmp_path / "posts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = ["export", str(bundle.parent / "tiny"), "-o", str(tmp_path / "new"), "--languages", "de,fr"]
    assert main([*asked, "--keep-vocab-from", str(tmp_path / "posts.jsonl")]) == 0
    said = capsys.readouterr()
    assert said.err == "note: no list of words for fr: only what the articles need is kept\n"
    vocabulary = said.out.splitlines()[2]
    assert vocabulary.startswith("vocabulary: ")
    assert "rare words (de) held out" in vocabulary
    assert "(fr)" not in vocabulary


def test_a_missing_extra_explains_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib import util

    monkeypatch.setattr(util, "find_spec", lambda name: None)
    assert main(["export", str(tmp_path), "-o", str(tmp_path / "bundle")]) == 3
    assert capsys.readouterr().err == "error: this needs the package 'torch' (pip install 'blogsum[train]')\n"


def test_an_export_says_how_near_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str], bundle: Path) -> None:
    target = tmp_path / "new"
    asked = ["export", str(bundle.parent / "tiny"), "-o", str(target), "--licence", "MIT"]
    assert main([*asked, "--languages", "de", "--full-vocab"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{target}: tiny, fp32, 0.8 MB"
    assert second.startswith("against torch: logits differ by ")
    assert second.endswith("the same text 8 of 8 times greedy, 8 of 8 with 4 beams")
    card = (target / "README.md").read_text()
    assert "Licence: MIT" in card
    assert "Languages: de\n" in card
    assert "Vocabulary: 400 rows" in card
    assert main(["export", str(bundle.parent / "tiny"), "-o", str(target)]) == 3
    assert "is a bundle already (--force replaces it)" in capsys.readouterr().err


def test_a_refused_text_is_never_printed(run: Run, bundle: Path) -> None:
    done = run("summarize", "-", "--model", str(bundle), "--format", "json", text=POST)
    assert done.returncode == 4
    assert done.stderr.startswith("note: -: the model's text was refused (it ")
    [summary] = json.loads(done.stdout)["summaries"]
    assert summary["text"] == POST.strip()
    assert summary["note"].startswith("the model's text was refused")


def test_no_bundle_is_one_error(run: Run, tmp_path: Path) -> None:
    done = run("summarize", "-", "-", "--model", str(tmp_path), text=POST)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert "is no model bundle" in done.stderr


def test_a_model_runs_without_torch(bundle: Path) -> None:
    code = (
        "import sys; from blogsum.cli.main import main; main(['summarize', '-', '--model', sys.argv[1]]); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bundle)], input=POST, capture_output=True, text=True, timeout=60
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"onnxruntime", "sentencepiece"} <= loaded
    assert not loaded & {"torch", "transformers", "onnx", "google", "huggingface_hub", "requests"}
