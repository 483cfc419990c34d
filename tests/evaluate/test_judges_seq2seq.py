"""An exported mT5 as a judge: the share of "1" in the chance of "1" and "0", as torch computes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.evaluate import load, stats
from blogsum.types import Article, Example
from tests.conftest import Blogsum

ARTICLE = Article("rad", "Das Team fährt mit dem Rad. Im Winter bleibt es im Hof.", lang="de")
SUMMARY = "Die Räder bleiben im Hof."


def by_torch(article: str, summary: str) -> float:
    """The same number from the checkpoint that the bundle was exported from."""
    import torch
    from sentencepiece import SentencePieceProcessor

    from tests import tiny

    pieces = SentencePieceProcessor()
    pieces.LoadFromSerializedProto(tiny.vocabulary())
    yes, no = (pieces.EncodeAsIds(answer) for answer in "10")
    same = next(place for place, (one, other) in enumerate(zip(yes, no, strict=True)) if one != other)
    read = torch.tensor([[*pieces.EncodeAsIds(f"premise: {article} hypothesis: {summary}"), 1]])
    model = tiny.torch_model(tiny.checkpoint(1, vocab_size=400))
    with torch.no_grad():
        logits = model(input_ids=read, decoder_input_ids=torch.tensor([[0, *yes[:same]]])).logits[0, -1]
    return float(torch.softmax(logits[[yes[same], no[same]]].double(), 0)[0])


def test_it_answers_as_torch_does(bundle: Path) -> None:
    expected = by_torch(ARTICLE.text, SUMMARY)
    for criterion in ("consistency", "relevance"):
        found = load(f"{criterion}={bundle}").score(Example(ARTICLE, SUMMARY))
        assert found.value == pytest.approx(expected, abs=2e-5)
        assert "|kind:seq2seq|" in found.signature


def test_a_long_article_is_read_in_parts(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "judge" / "bundle")
    recipe = 'criterion = "consistency"\nkind = "seq2seq"\nmax_length = 64\nwindow = 1\n'
    (tmp_path / "judge" / "judge.toml").write_text(recipe)
    found = load(f"consistency={tmp_path / 'judge'}").score(Example(ARTICLE, SUMMARY))
    parts = [by_torch(part, SUMMARY) for part in ("Das Team fährt mit dem Rad.", "Im Winter bleibt es im Hof.")]
    assert parts[0] != pytest.approx(parts[1], abs=1e-3)
    assert found.value == pytest.approx(max(parts), abs=2e-5)


def test_a_damaged_bundle_and_answers_that_are_one_are_said(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "judge" / "bundle")
    recipe = 'criterion = "consistency"\nkind = "seq2seq"\nanswers = ["1", "1 "]\n'
    (tmp_path / "judge" / "judge.toml").write_text(recipe)
    with pytest.raises(UserError, match=r"the judge's vocabulary does not tell 1 and 1 {2}apart"):
        load(f"consistency={tmp_path / 'judge'}")
    (tmp_path / "judge" / "bundle" / "step.onnx").write_bytes(b"")
    with pytest.raises(UserError, match=r"step.onnx has 0 bytes"):
        load(f"consistency={tmp_path / 'judge'}")


@pytest.mark.parametrize("place", ["installed", "folder"])
def test_the_command_takes_it_by_name_and_by_folder(blogsum: Blogsum, bundle: Path, tmp_path: Path, place: str) -> None:
    shutil.copytree(bundle, tmp_path / "models" / "seahorse")
    (tmp_path / "blogsum.toml").write_text('[models]\nmodels = "models"\n')
    rows = [{"id": "rad", "lang": "de", "text": ARTICLE.text, "summary": SUMMARY}]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    name = "seahorse" if place == "installed" else "models/seahorse"
    done = blogsum("eval", "p.jsonl", "--judge", f"consistency={name}", "-f", "json")
    assert done.code == 0
    found = json.loads(done.stdout)
    assert found["rows"][0]["scores"]["consistency"] == pytest.approx(by_torch(ARTICLE.text, SUMMARY), abs=2e-5)
    assert "|judge:seahorse|hash:" in found["signature"]["consistency"][0]
    assert "judge" not in found["signature"]["relevance"][0]
    assert blogsum("eval", "p.jsonl", "--baseline", "b.json", "--update-baseline", "-o", "s.csv").code == 0
    refused = blogsum("eval", "p.jsonl", "--judge", f"consistency={name}", "--baseline", "b.json", "--gate")
    assert refused.code == 3
    assert "signatures differ" in refused.stderr
    for arguments, message in (
        (("--judge", name), f"--judge {name}: says not which criterion it judges"),
        (("--judge", f"fluency={name}"), "takes the place of consistency or relevance, not of fluency"),
        (("--judge", f"relevance={name}", "--judge", f"relevance={name}"), "relevance has a judge already"),
        (("--judge", f"relevance={name}", "-m", "fluency"), "--judge: relevance is not among the metrics"),
        (("--judge", "consistency=nothing"), "nothing: no such model"),
    ):
        wrong = blogsum("eval", "p.jsonl", *arguments)
        assert wrong.code in (2, 3)
        assert message in wrong.stderr


def test_whether_a_judge_agrees_with_people_can_be_asked(blogsum: Blogsum, bundle: Path, tmp_path: Path) -> None:
    texts = [SUMMARY, "Das Team fährt Rad.", "Im Sommer schläft die Stadt.", "Räder kosten wenig.", "Der Hof ist groß."]
    rows = [
        {"id": f"a{n}", "lang": "de", "text": ARTICLE.text, "summary": text, "ratings": {"consistency": n % 4 + 1}}
        for n, text in enumerate(texts)
    ]
    (tmp_path / "rated.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ("eval", "rated.jsonl", "--agreement", "-f", "json")
    own, other = (
        {row["score"]: row["spearman"]["value"] for row in json.loads(blogsum(*more).stdout)["rows"]}
        for more in (arguments, (*arguments, "--judge", f"consistency={bundle}"))
    )
    assert own.keys() == other.keys() == {"consistency", "length"}
    assert own["length"] == other["length"]
    judge = load(f"consistency={bundle}")
    values = [judge.score(Example(Article(row["id"], row["text"], lang="de"), row["summary"])).value for row in rows]
    assert other["consistency"] == pytest.approx(stats.spearman(values, [n % 4 + 1 for n in range(5)]), abs=1e-5)
