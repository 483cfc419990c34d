"""The lists of words that come with blogsum, and how they were counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.store.models import built_in
from blogsum.train.words import forms, languages, word_list
from models.words import count

POSTS = [
    {"repo": "a/a", "lang": "de", "article_text": "Das Rad-Wetter war gut, das geht's an 42 Tagen."},
    {"repo": "b/b", "lang": "de", "article_text": "Rad-Wetter! Gut war das. Geheimnisvoll."},
    {"repo": "b/b", "lang": "de", "article_text": "Geheimnisvoll ist es nicht; geht's gut."},
    {"repo": "c/c", "lang": "de", "article_text": "Es war gut."},
    {"repo": "c/c", "lang": "en", "article_text": "It was good."},
    {"repo": "d/d", "lang": "en", "article_text": "It was good too."},
]


def test_there_are_german_and_english_lists() -> None:
    assert languages() == ("de", "en")
    german, english = word_list("de"), word_list("en")
    assert {"und", "nicht", "Straße", "geht's"} <= {*german.common, *german.rare}
    assert {"and", "don't", "weather"} <= {*english.common, *english.rare}
    for one in (german, english):
        every = [*one.rare, *one.common]
        assert len(every) == len(set(every)) > 20_000
        assert 0.8 < one.covered < 1
        assert set(one.held_out()) | set(one.learned()) == set(every)
        assert not set(one.held_out()) & set(one.learned())
        assert 0.08 < len(one.held_out()) / len(one.rare) < 0.12


def test_the_card_has_the_figures_of_the_lists() -> None:
    card = " ".join((built_in("words") / "card.md").read_text(encoding="utf-8").split())
    for told in json.loads((built_in("words") / "manifest.json").read_text())["languages"].values():
        assert f"{told['words']:,}" in card
        assert f"{told['covered']:.0%}".replace("%", " %") in card


def test_a_language_without_a_list_is_refused() -> None:
    with pytest.raises(UserError, match="no list of words for 'fr', only for de, en") as caught:
        word_list("fr")
    assert caught.value.code == 2


def test_a_word_has_its_forms() -> None:
    assert list(forms(["Rad", "gut", "iPhone"])) == ["Rad", "rad", "gut", "Gut", "iPhone", "iphone", "IPhone"]


def test_words_that_one_host_alone_uses_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, name, rows in (("blog", "dev", POSTS), ("html", "blog_pages_half", [])):
        (tmp_path / folder).mkdir()
        with gzip.open(tmp_path / folder / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    monkeypatch.setattr(count, "HERE", tmp_path)
    monkeypatch.setattr("sys.argv", ["count.py", "--data", str(tmp_path)])
    count.main()
    first = (tmp_path / "de.txt.gz").read_bytes()
    assert gzip.decompress(first).decode() == "Rad-Wetter\ndas\ngeht's\n\ngut\nwar\n"
    count.main()
    assert (tmp_path / "de.txt.gz").read_bytes() == first
