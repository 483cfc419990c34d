"""A model that was trained to be asked for a length is asked for the nearest one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from blogsum.summarize.lengths import LENGTHS, Budget
from blogsum.summarize.prompts import prompt
from blogsum.types import Article

NEAREST = [
    (LENGTHS["teaser"], "<teaser> "),
    (LENGTHS["meta"], "<teaser> "),
    (LENGTHS["short"], "<paragraph> "),
    (LENGTHS["paragraph"], "<paragraph> "),
    (LENGTHS["bullets"], "<paragraph> "),
    (LENGTHS["long"], "<long> "),
    (Budget("linkedin", chars=700, sentences=5), "<paragraph> "),
    (Budget("custom", words=1000), "<long> "),
    (Budget("custom", sentences=2), "<teaser> "),
    (Budget("custom", words=1), "<teaser> "),
]


@pytest.mark.parametrize(("budget", "asked"), NEAREST, ids=[str(budget) for budget, _ in NEAREST])
def test_the_nearest_length_is_asked_for(budget: Budget, asked: str) -> None:
    assert prompt(budget) == asked


def test_each_length_is_written_once_for_all_articles(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogsum.store import bundles
    from blogsum.summarize import mt5

    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    facts = {key: value for key, value in json.loads((copy / "bundle.json").read_text()).items() if key != "seal"}
    (copy / "bundle.json").unlink()
    bundles.seal(copy, {**facts, "prompts": True})
    model, calls = mt5.MT5(copy), list[list[str]]()
    texts = mt5.MT5._texts

    def spied(self: mt5.MT5, articles: list[list[int]]) -> object:
        calls.append([self.tokens.decode(ids[:-1])[:20] for ids in articles])
        return texts(self, articles)

    monkeypatch.setattr(mt5.MT5, "_texts", spied)
    posts = [Article(f"a{number}", f"Das Team fährt Rad. Es war Tag {number}.", lang="de") for number in range(3)]
    model.prepare(posts)
    assert calls == []
    for post in posts:
        for length in ("meta", "teaser", "long"):
            model.summarize(post, LENGTHS[length])
    assert calls == [["kurz: <teaser> Das T"] * 3, ["kurz: <long> Das Tea"] * 3]
    model.summarize(Article("b", "Die Räder kosten wenig.", lang="de"), LENGTHS["long"])
    assert calls[2] == ["kurz: <long> Die Räd"]
