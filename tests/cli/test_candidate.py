"""``blogsum eval --model``: summarised, then judged, with lead, the built-in summary and the base beside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogsum.settings import Settings
from tests.cli.conftest import Call

TEXT = (
    "Die Stadt öffnet die Bücherei am Sonntag. Viele Familien fragten lange danach, sagt Leiterin Karin Ohlsen. "
    "Der Rat gibt dafür {n}.000 Euro im Jahr aus. Im Winter bleibt das Haus bis acht Uhr offen."
)
POSTS = [
    {
        "id": f"p{n}",
        "title": "Bücherei",
        "text": TEXT.format(n=n + 10),
        "summary": "Die Bücherei öffnet am Sonntag.",
        "split": "test" if n % 2 else "train",
    }
    for n in range(6)
]


@pytest.fixture
def blog(call: Call, tmp_path: Path) -> Path:
    """A dataset ``blog@1`` of two parts."""
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in POSTS), encoding="utf-8")
    assert call("data", "add", "posts.jsonl", "--name", "blog").stdout == "blog@1\n"
    return tmp_path


def test_one_part_is_summarised_and_judged_with_its_controls(call: Call, blog: Path) -> None:
    done = call("eval", "--model", "extractive", "--data", "blog@1:test", "-f", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [row["id"] for row in found["rows"]] == ["p1", "p3", "p5"]
    assert {row["system"] for row in found["rows"]} == {"blogsum-extractive"}
    assert list(found["controls"]) == ["lead-3", "built-in"]
    means = {name: one["mean"] for name, one in found["summary"].items()}
    assert found["controls"]["built-in"] == pytest.approx(means)  # it is the built-in summary
    assert all("|refs:1|" in one for one in found["signature"]["relevance"])  # what a person wrote
    text = call("eval", "--model", "extractive", "--data", "blog@1:test").stdout
    assert text.splitlines()[2] == "              mean  95 % of means    lead-3  built-in  lowest"
    markdown = call("eval", "--model", "extractive", "blog@1:test", "--length", "meta", "-f", "md").stdout
    assert "| score | mean | 95 % interval | lead-3 | built-in | lowest |\n" in markdown
    page = call("eval", "--model", "extractive", "blog@1:test", "-f", "html", "--report-lang", "de").stdout
    assert page.count("eingebaut 0,") == 4


def test_without_a_model_the_dataset_s_own_summaries_are_judged(call: Call, blog: Path) -> None:
    found = json.loads(call("eval", "blog@1:train", "-f", "json").stdout)
    assert [row["id"] for row in found["rows"]] == ["p0", "p2", "p4"]
    assert "controls" not in found
    assert len(json.loads(call("eval", "posts.jsonl:test", "-f", "json").stdout)["rows"]) == 3


def test_what_summarize_wrote_is_judged_with_its_articles(call: Call, blog: Path) -> None:
    assert call("summarize", "posts.jsonl", "--model", "extractive", "-o", "made.jsonl").returncode == 0
    assert "has no field 'text'" in call("eval", "made.jsonl").stderr
    done = call("eval", "made.jsonl", "--articles", "blog@1", "-f", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [row["id"] for row in found["rows"]] == [post["id"] for post in POSTS]
    same = json.loads(call("eval", "--model", "extractive", "--data", "blog@1", "-m", "coherence", "-f", "json").stdout)
    assert found["summary"]["coherence"] == same["summary"]["coherence"]
    (blog / "made.jsonl").write_text((blog / "made.jsonl").read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert "the same summary of 'p0'" in call("eval", "made.jsonl", "--articles", "blog@1").stderr
    few = call("eval", "made.jsonl", "--articles", "blog@1:test")
    assert (few.returncode, few.stdout) == (2, "")
    assert "made.jsonl: row 1: 'p0' is not among the articles" in few.stderr


def test_a_model_has_a_baseline_and_a_gate_as_well(call: Call, blog: Path) -> None:
    arguments = ("eval", "--model", "extractive", "--data", "blog@1", "--baseline", "b.json")
    assert call(*arguments, "--update-baseline", "-o", "s.json").returncode == 0
    done = call(*arguments, "--gate")
    assert done.returncode == 0
    assert "candidate  baseline    lead-3  built-in  difference  interval\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--model", "extractive"), 2, "there is nothing to judge (--data names articles)"),
        (("--data", "blog@1"), 2, "--data goes with --model (summaries that are there are judged without)"),
        (("posts.jsonl", "--model", "extractive", "--data", "blog@1"), 2, "name either PREDICTIONS or --data"),
        (("posts.jsonl", "--model", "extractive", "--agreement"), 2, "--agreement needs summaries that people rated"),
        (("posts.jsonl", "--model", "extractive", "--length", "meta,teaser"), 2, "one length is judged at a time"),
        (("posts.jsonl", "--model", "no-such"), 3, "no-such: no such model"),
        (("blog@1:dev", "--model", "extractive"), 3, "blog@1:dev: blog@1 has no part 'dev' (it has test, train)"),
        (("blog@2:dev",), 3, "blog@2: no such version"),
        (("no.jsonl:dev",), 3, "no.jsonl:dev"),
        (("empty.jsonl", "--model", "extractive"), 3, "x: there is no running text to summarise"),
    ],
)
def test_what_is_wrong_is_said(call: Call, blog: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    (blog / "empty.jsonl").write_text(json.dumps({"id": "x", "text": "# Nur eine Zeile"}) + "\n", encoding="utf-8")
    done = call("eval", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def sealed(folder: Path, **more: Any) -> None:
    """Change what a bundle says of itself."""
    from blogsum.store import bundles

    facts = {name: value for name, value in bundles.facts(folder).items() if name not in ("schema", "files", "seal")}
    bundles.seal(folder, {**facts, **more})


@pytest.fixture
def models(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Settings]:
    """Installs copies of the tiny bundle, each with what its bundle.json says besides."""

    def install(**told: dict[str, Any]) -> Settings:
        root = tmp_path_factory.mktemp("shelf")
        for name, more in told.items():
            shutil.copytree(bundle, root / name)
            sealed(root / name, **{"name": name, **more})
        return Settings(models=root)

    return install


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("mother", "mother"),
        ("someone/mother", "mother"),
        ({"checkpoint": "google/mt5-small"}, "german"),
        ("google/mt5-small", "german"),
        ({"sha256": "f00"}, "german"),
        ("unknown", None),
        (None, None),
        ("child", None),
    ],
)
def test_the_base_is_found_by_name_hub_id_or_hash(
    models: Callable[..., Settings], base: object, expected: str | None
) -> None:
    from blogsum.cli.candidate import installed
    from blogsum.store import bundles

    german = {"source": {"checkpoint": "google/mt5-small", "sha256": "f00"}}
    settings = models(mother={}, german=german, child={"base": base})
    folder = settings.models / "child"
    found = installed(bundles.facts(folder), folder, settings)
    assert found == (None if expected is None else settings.models / expected)


def test_a_model_stands_beside_its_base_and_what_it_could_not_write_is_said(
    models: Callable[..., Settings], call: Call, blog: Path
) -> None:
    settings = models(mother={}, child={"base": "mother"})
    (blog / "blogsum.toml").write_text(f"[models]\nmodels = {json.dumps(str(settings.models))}\n", encoding="utf-8")
    done = call("eval", "--model", "child", "--data", "blog@1:test", "-f", "json")
    found = json.loads(done.stdout)
    assert list(found["controls"]) == ["lead-3", "built-in", "base mother"]
    means = {name: one["mean"] for name, one in found["summary"].items()}
    assert found["controls"]["base mother"] == pytest.approx(means)  # the same weights
    # random weights write no German: the article's own sentences stand in, and the exit code says so
    assert "the model's text was refused" in done.stderr
    assert done.returncode == 4
