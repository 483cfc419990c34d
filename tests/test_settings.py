"""blogsum.toml: found, checked, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from blogsum.errors import UserError
from blogsum.settings import load


def written(folder: Path, text: str) -> Path:
    path = folder / "blogsum.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLOGSUM_HOME", str(tmp_path / "home"))
    settings = load()
    assert (settings.length, settings.timeout, settings.max_bytes) == ("teaser", 20.0, 10_000_000)
    assert settings.cache == tmp_path / "home" / "pages"
    assert settings.file is None


def test_a_file_above_is_found_and_its_cache_is_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(
        tmp_path,
        """
        [summarize]
        length = "linkedin"
        [summarize.lengths.linkedin]
        chars = 700
        [read]
        timeout = 5
        cache = "seiten"
        """,
    )
    (tmp_path / "posts").mkdir()
    monkeypatch.chdir(tmp_path / "posts")
    settings = load()
    assert (settings.length, settings.timeout, settings.file) == ("linkedin", 5, path)
    assert settings.lengths == {"linkedin": {"chars": 700}}
    assert settings.cache == tmp_path / "seiten"


def test_the_search_ends_at_the_root_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "[summarize]\nlength = 'meta'\n")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    assert load().length == "teaser"


SECTIONS = "choose from summarize, read, data, models, finetune, scrape, validate, eval, azure"
MISTAKES = [
    ("[sumarize]\n", "unknown section [sumarize]", SECTIONS),
    ("length = 'meta'\n", "unknown section [length]", SECTIONS),
    ("[summarize]\nlenght = 'meta'\n", "unknown key 'lenght' in [summarize]", "choose from length, lengths, max_input"),
    ("[summarize]\nlength = 3\n", "'length' in [summarize] must be a text", "it is 3"),
    ("[summarize]\nmax_input = 15\n", "'max_input' in [summarize] must be at least 16", "it is 15"),
    ("[read]\ntimeout = 'soon'\n", "'timeout' in [read] must be a number", "it is 'soon'"),
    ("[read]\ntimeout = 0\n", "'timeout' in [read] must be above 0 and at most 86,400", "it is 0"),
    ("[read]\ntimeout = nan\n", "'timeout' in [read] must be above 0 and at most 86,400", "it is nan"),
    ('[read]\ncache = "a\\u0000"\n', "'cache' in [read] must not hold the character NUL", ""),
    ("[eval]\nadvisory = 'fluency'\n", "'advisory' in [eval] must be a list", "it is 'fluency'"),
    ("[eval]\nadvisory = [3]\n", "'advisory' in [eval] must be a list of texts", "it holds 3"),
    ("[azure]\ngpus = 65\n", "'gpus' in [azure] must be above 0 and at most 64", "it is 65"),
    ("[azure]\nhours = 'all'\n", "'hours' in [azure] must be a number", "it is 'all'"),
    ("[read]\nmax_bytes = true\n", "'max_bytes' in [read] must be a whole number", "it is True"),
]


@pytest.mark.parametrize(("text", "message", "hint"), MISTAKES, ids=[text for text, _, _ in MISTAKES])
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UserError) as caught:
        load(path)
    assert (str(caught.value), caught.value.hint, caught.value.code) == (f"{path}: {message}", hint, 2)


def test_broken_toml_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"blogsum.toml: cannot be read: ") as caught:
        load(written(tmp_path, "[summarize\n"))
    assert caught.value.code == 2
    with pytest.raises(UserError, match=r"other.toml: no such settings file"):
        load(tmp_path / "other.toml")


def test_sections_of_one_command_stay_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "[validate]\nmin_words = 80\n[scrape]\ndelay = 2.5\n[data]\ndatasets = 'sets'\n")
    settings = load(path)
    assert (settings.validate, settings.scrape) == ({"min_words": 80}, {"delay": 2.5})
    assert settings.datasets == tmp_path / "sets"
