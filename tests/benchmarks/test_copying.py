"""The task and the training behind the quality table: what is trained is what is asked, the same every time."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

pytest.importorskip("sentencepiece", reason="vocabularies need blogsum[mt5]")
pytest.importorskip("google.protobuf", reason="making vocabularies needs blogsum[train]")

from blogsum.summarize.tokens import Tokens
from models.copying import task, train

WORDS = {
    "de": "Rad Weg Stadt Haus Fest Tag Wald Fluss alt neu groß klein fährt baut findet sieht am im der die das",
    "en": "bike road town house party day wood river old new large small rides builds finds sees at in the a",
}


def row(number: int, lang: str) -> dict[str, str]:
    words = WORDS[lang].split()
    lines = []
    for line in range(4):
        of_line = [words[(number * 7 + line * 5 + i * (3 + line)) % len(words)] for i in range(14)]
        lines.append(f"{' '.join(of_line[:7]).capitalize()}. {' '.join(of_line[7:]).capitalize()}.")
    text = "\n".join([*lines, "Look at https://example.org for more.", "* no sentence"])
    return {"id": f"{lang}{number}", "lang": lang, "article_text": text}


@pytest.fixture
def posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[task.Post]:
    monkeypatch.setattr(task, "PIECES", 400)
    (tmp_path / "blog").mkdir()
    with gzip.open(tmp_path / "blog" / "dev.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row(number, lang)) + "\n" for number in range(60) for lang in WORDS)
    return task.posts(tmp_path)


def tokens_of(posts: list[task.Post]) -> Tokens:
    vocabulary = task.vocabulary(posts)
    return Tokens(vocabulary, task.EOS, Tokens(vocabulary, task.EOS).id(task.BREAK))


def test_only_prose_is_read_and_some_posts_are_kept_apart(posts: list[task.Post]) -> None:
    assert len(posts) == 120
    assert not any("example.org" in one or "*" in one for post in posts for one in post.sentences)
    assert 4 <= sum(post.unseen for post in posts) <= 25


def test_what_is_trained_is_what_a_text_becomes(posts: list[task.Post]) -> None:
    tokens = tokens_of(posts)
    assert tokens.size == 400
    passages = task.Passages([post for post in posts if not post.unseen], tokens, 1)
    several = 0
    for _ in range(60):
        source, target = passages.draw(80)
        assert tokens.encode(tokens.decode(source[:-1])) == source
        assert tokens.encode_lines(tokens.decode(target[:-1])) == target
        several += "\n" in tokens.decode(target[:-1])
    assert several > 5
    source, target = passages.draw(60, at_random=1.0)
    assert {*target} <= {*source, tokens.id(task.BREAK), task.EOS}


def test_passages_to_judge_by_are_unseen_and_the_same_every_time(posts: list[task.Post]) -> None:
    tokens = tokens_of(posts)
    cases = task.cases(posts, tokens, "de", 20, 5)
    assert cases == task.cases(posts, tokens, "de", 20, 5)
    assert {case.post for case in cases} <= {post.id for post in posts if post.unseen and post.lang == "de"}
    assert len({case.source for case in cases}) == 20
    for case in cases:
        marked = [part.split(task.CLOSE)[0].strip() for part in case.source.split(task.OPEN)[1:]]
        assert case.target == "\n".join(marked) if marked else case.source.startswith(case.target)


@pytest.mark.slow
def test_training_makes_the_same_weights_every_time(posts: list[task.Post], tmp_path: Path) -> None:
    for name in ("torch", "transformers"):
        pytest.importorskip(name, reason="training needs blogsum[train]")
    hashes, said = [], list[str]()
    for name in ("one", "two"):
        told = train.train(posts, tmp_path / name, 4, said.append)
        hashes.append(hashlib.sha256((tmp_path / name / "model.safetensors").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1]
    assert told["loss"] < 9
    assert (tmp_path / "one" / "blogsum.json").is_file()
