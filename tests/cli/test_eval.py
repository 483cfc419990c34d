"""``blogsum eval`` as its user runs it."""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import io
import json
import re
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from blogsum.evaluate import bertscore
from tests.cli.conftest import Call
from tests.conftest import Run
from tests.evaluate.test_bertscore import Scorer

ROWS = [
    {
        "id": "town",
        "text": "The town opens a library on Sundays. Many families had asked for it. It costs 38,000 euros a year.",
        "summary": "The town opens a library on Sundays. It costs 90,000 euros a year.",
        "references": ["The library opens on Sundays."],
    },
    {
        "id": "stadt",
        "text": "Die Stadt öffnet die Bücherei am Sonntag. Viele Familien fragten danach, sagt Leiterin Karin Ohlsen.",
        "summary": "Die Stadt öffnet die Bücherei am Sonntag.",
    },
]


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    path = tmp_path / "predictions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_one_screen_names_what_to_look_at_first(run: Run, predictions: Path) -> None:
    done = run("eval", str(predictions))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "2 summaries; scores run from 0 to 1, half of what people write reaches .80"
    assert [line.split()[0] for line in lines[3:7]] == ["coherence", "consistency", "fluency", "relevance"]
    assert lines[-2:] == ["to look at first", "  town: number “90,000”"]
    assert len(lines) < 24


def test_json_has_everything_and_two_workers_say_the_same(run: Run, predictions: Path, tmp_path: Path) -> None:
    assert run("eval", str(predictions), "-o", "one.json").returncode == 0
    assert run("eval", str(predictions), "--jobs", "2", "--format", "json", "-o", "two.json").returncode == 0
    text = (tmp_path / "one.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "two.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["schema"] == "blogsum/eval/1"
    assert set(found["summary"]) == set(found["rows"][0]["scores"]) == set(found["signature"])
    assert [row["id"] for row in found["rows"]] == ["town", "stadt"]
    [number] = [one for one in found["rows"][0]["evidence"] if one["kind"] == "number"]
    assert ROWS[0]["summary"][number["start"] : number["end"]] == number["text"] == "90,000"  # type: ignore[index]
    assert any("|refs:1|" in one for one in found["signature"]["relevance"])


def test_csv_and_one_metric(run: Run, predictions: Path) -> None:
    done = run("eval", str(predictions), "--metric", "consistency", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(table[0]) == ["id", "lang", "system", "consistency", "findings"]
    assert [row["findings"] for row in table] == ["number 1", ""]


def test_markdown_for_a_pull_request(run: Run, predictions: Path) -> None:
    out = run("eval", str(predictions), "-f", "md").stdout
    assert out.startswith("## Scores of 2 summaries\n\n| score | mean | 95 % interval | lowest |\n|---|---|---|---|\n")
    assert "- `coherence|lang:de|" in out


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "x", "summary": "No text."}, "predictions.jsonl:3: has no field 'text'"),
        ({"id": "x", "text": "A text."}, "predictions.jsonl: 'x' has no summary"),
        ({"id": "x", "text": "A text.", "summary": "  "}, "predictions.jsonl: 'x' has no summary"),
        (
            {"id": "town", "text": "A text.", "summary": "S."},
            "predictions.jsonl:3: has the id 'town' of an earlier row",
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    run: Run, predictions: Path, tmp_path: Path, row: dict[str, str], message: str
) -> None:
    predictions.write_text(predictions.read_text(encoding="utf-8") + json.dumps(row) + "\n", encoding="utf-8")
    done = run("eval", predictions.name, "-o", "scores.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert message in done.stderr
    assert not (tmp_path / "scores.json").exists()


def test_the_self_test_prints_its_matrix(run: Run) -> None:
    done = run("eval", "--self-test", "--lang", "de")
    assert done.returncode == 0
    assert done.stdout.count(" right\n") == 13
    assert "WRONG" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "error: there is nothing to judge (name a file of PREDICTIONS, or try --self-test)\n"),
        (("--self-test", "--lang", "fr"), "error: there is no self-test for 'fr' (choose from de, en)\n"),
        (("--self-test", "x.jsonl"), "error: --self-test judges summaries of its own (leave the others away)\n"),
        (("x.jsonl", "--margin", "nan"), "error: Invalid value for '--margin': 'nan' is not a number. (blogsum"),
        (("x.jsonl", "-m", "bleu"), "error: no metric is called 'bleu'"),
    ],
)
def test_wrong_usage_is_said(run: Run, arguments: tuple[str, ...], message: str) -> None:
    done = run("eval", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(message)


def test_the_gate_passes_what_did_not_change_and_fails_what_did(run: Run, tmp_path: Path) -> None:
    rows = [{**ROWS[number % 2], "id": f"{number}"} for number in range(12)]
    write = (tmp_path / "p.jsonl").write_text
    write("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run("eval", "p.jsonl", "--baseline", "b.json", "--update-baseline", "-o", "s.json").returncode == 0
    done = run("eval", "p.jsonl", "--baseline", "b.json", "--gate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "gate: PASSED\n  no criterion lost 0.02 or more\n" in done.stdout
    assert "candidate  baseline    lead-3  built-in  difference  interval\n" in done.stdout
    whole = (tmp_path / "b.json").read_text(encoding="utf-8")
    for bad in ("NaN", "1e400", '"0.5"', "null"):
        (tmp_path / "bad.json").write_text(re.sub(r'("fluency": )0\.\d+', rf"\g<1>{bad}", whole), encoding="utf-8")
        done = run("eval", "p.jsonl", "--baseline", "bad.json", "--gate")
        assert (done.returncode, done.stderr) == (3, "error: bad.json: is damaged (--update-baseline writes it anew)\n")
    worse = [{**row, "summary": "Der Ä Ã¼ 77 the of the"} for row in rows]
    write("".join(json.dumps(row) + "\n" for row in worse), encoding="utf-8")
    done = run("eval", "p.jsonl", "--baseline", "b.json", "--gate", "-o", "s.csv")
    assert done.returncode == 1
    assert done.stdout.startswith("gate: FAILED\n  coherence worse: ")
    assert "12 articles broke" in done.stdout
    assert run("eval", "p.jsonl", "--baseline", "b.json", "-f", "github").stdout.startswith(
        "::error title=blogsum gate "
    )
    assert json.loads(run("eval", "p.jsonl", "--baseline", "b.json", "-f", "json").stdout)["gate"]["broken"]
    assert run("eval", "p.jsonl", "-f", "azure").returncode == 2
    few = run(
        "eval", "p.jsonl", "--baseline", "b.json", "--gate", *(f"--advisory={name}" for name in NAMES), "-f", "md"
    )
    assert few.returncode == 4
    assert run("eval", "p.jsonl", "--gate").returncode == 2
    assert "no.json: No such file" in run("eval", "p.jsonl", "--baseline", "no.json", "--gate").stderr


def test_advice_of_the_settings_file_stands_in_every_report(call: Call, tmp_path: Path) -> None:
    rows = [{**ROWS[number % 2], "id": f"{number}"} for number in range(12)]
    write = (tmp_path / "p.jsonl").write_text
    write("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call("eval", "p.jsonl", "--baseline", "b.json", "--update-baseline", "-o", "s.json").returncode == 0
    write("".join(json.dumps({**row, "summary": "Der Ä Ã¼ 77 the of the"}) + "\n" for row in rows), encoding="utf-8")
    settings = tmp_path / "blogsum.toml"
    settings.write_text('[eval]\nadvisory = ["coherence", "fluency"] # ours\n', encoding="utf-8")
    gate = ("eval", "p.jsonl", "--baseline", "b.json", "--gate")
    said = call(*gate)
    assert said.returncode == 1
    assert "\nadvisory: coherence, fluency\n" in said.stdout
    assert said.stdout.count("  worse, advisory\n") == 2
    assert "coherence worse" not in said.stdout
    assert "| fluency (advisory) |" in call(*gate, "-f", "md").stdout
    found = json.loads(call(*gate, "-f", "json").stdout)
    assert found["advisory"] == ["coherence", "fluency"]
    assert [one["advisory"] for one in found["gate"]["compared"]] == [True, False, True, False]
    assert call(*gate, "-f", "html").stdout.count("advisory: the gate does not use it") == 6  # all, de, en
    assert call(*gate, "-f", "junit").stdout.count("(worse, advisory)") == 2
    assert call(*gate, "-f", "azure").stdout.count("is advisory") == 2
    settings.write_text(f"[eval]\nadvisory = {json.dumps(NAMES)}\n", encoding="utf-8")
    asked = call(*gate, "-f", "github")
    assert asked.returncode == 4
    assert "every criterion is advisory" in asked.stdout
    settings.write_text("[eval]\nadvisory = ['flow']\n", encoding="utf-8")
    wrong = call(*gate)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "blogsum.toml: 'advisory' in [eval] names 'flow' (choose from: coherence" in wrong.stderr


@pytest.mark.slow
def test_agreement_with_ratings_of_ones_own(run: Run, tmp_path: Path) -> None:
    summaries = [ROWS[0]["summary"], "Families families asked. asked families 77", "The town opens a library.", "Cats."]
    rows = [
        {
            **ROWS[0],
            "id": f"a{article}",
            "system": f"s{place}",
            "summary": text,
            "ratings": {"consistency": 4 - place % 3},
        }
        for article in range(4)
        for place, text in enumerate(summaries)
    ]
    path = tmp_path / "rated.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run("eval", "rated.jsonl", "--agreement")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1][:3] == ["consistency", "consistency", "summary"]
    assert lines[1][-2:] == ["4", "0"]
    assert {line[1] for line in lines[1:-2]} == {"consistency", "rouge1", "rougeL", "length"}
    found = json.loads(run("eval", "rated.jsonl", "--agreement", "-f", "json").stdout)
    assert found["schema"] == "blogsum/agreement/1"
    path.write_text(json.dumps({**rows[0], "ratings": {"consistency": "good"}}), encoding="utf-8")
    done = run("eval", "rated.jsonl", "--agreement")
    assert done.returncode == 3
    assert "rated.jsonl: row 1: the rating 'consistency' is not a number" in done.stderr
    for beyond in ("1e400", "-2e6", "9" * 400):
        path.write_text(json.dumps({**rows[0], "ratings": {"consistency": 0}}).replace(": 0}", f": {beyond}}}"))
        done = run("eval", "rated.jsonl", "--agreement")
        message = "rated.jsonl: row 1: the rating 'consistency' is on no scale: it is beyond 1,000,000"
        assert (done.returncode, done.stderr.count("\n")) == (3, 1)
        assert message in done.stderr


def test_controls_stand_in_the_table_where_their_packages_are(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {**ROWS[0], "id": f"a{n}", "summary": f"{'The town. ' * (n % 3)}Nine.", "ratings": {"relevance": n}}
        for n in range(9)
    ]
    (tmp_path / "rated.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def compared() -> list[str]:
        return [
            row["score"] for row in json.loads(call("eval", "rated.jsonl", "--agreement", "-f", "json").stdout)["rows"]
        ]

    assert compared() == ["relevance", "rouge1", "rougeL", "length"]
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    (encoder / "config.json").write_text('{"num_hidden_layers": 3}')
    module = ModuleType("bert_score")
    module.__spec__ = ModuleSpec("bert_score", None)
    module.BERTScorer = Scorer  # type: ignore[attr-defined]
    version = importlib.metadata.version
    monkeypatch.setitem(sys.modules, "bert_score", module)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0" if name == "bert-score" else version(name))
    monkeypatch.setenv("BLOGSUM_BERTSCORE", str(encoder))
    bertscore._scorer.cache_clear()
    assert compared() == ["relevance", "rouge1", "rougeL", "bertscore", "length"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = call("eval", "rated.jsonl", "--agreement")
    assert done.stderr == "note: ROUGE is not compared (pip install 'blogsum[eval]')\n"
    assert "rouge" not in done.stdout


NAMES = ("coherence", "consistency", "fluency", "relevance")
