from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from blogsum import settings
from blogsum.data.thresholds import Thresholds, thresholds
from blogsum.errors import UserError


def test_they_come_from_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "blogsum.toml"
    file.write_text('[validate]\nlanguages = ["DE", "en"]\nmin_words = 120\nnear_duplicate = 0.7\n')
    found = thresholds(settings.load(file).validate)
    assert found == Thresholds(languages=("de", "en"), min_words=120, near_duplicate=0.7)


def test_none_given_are_the_defaults() -> None:
    assert thresholds({}) == Thresholds()


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ({"lead_share": 90}, "'lead_share' in [validate] must be at most 1", "it is 90"),
        ({"languages": ["deutsch"]}, "'languages' in [validate] holds 'deutsch'", 'write codes: ["de", "en"]'),
        ({"languages": [3]}, "'languages' in [validate] holds 3", 'write codes: ["de", "en"]'),
    ],
)
def test_a_value_that_cannot_be_one_is_named(table: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(UserError) as error:
        thresholds(table)
    assert (str(error.value), error.value.hint, error.value.code) == (message, hint, 2)


def test_the_readme_names_every_default() -> None:
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    [table] = re.findall(r"```toml\n\[validate\]\n(.+?)```", readme, re.DOTALL)
    values = {name: json.loads(value) for name, value in re.findall(r"^(\w+) = (\S+)", table, re.MULTILINE)}
    assert thresholds(values) == Thresholds()
    assert values.keys() == {field.name for field in fields(Thresholds)}
