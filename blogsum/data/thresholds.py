"""From when on something is too short, too alike, too often: section [validate] of blogsum.toml, with its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from blogsum.errors import USAGE, UserError

_SHARES = ("max_summary_share", "lead_share", "near_duplicate")


@dataclass(frozen=True)
class Thresholds:
    """What ``explore`` and ``validate`` measure against.

    ``languages`` are the ones expected (none given: any, as long as each article is in its own); ``min_words`` of an
    article and ``min_summary_words`` of a summary; ``max_summary_share`` words of a summary for each of its article;
    ``lead_share`` of a summary's word pairs in the article's opening: from here on it is the lead; ``near_duplicate``
    Jaccard similarity of two texts; ``repeated_posts`` in how many posts a paragraph must stand to be boilerplate.
    """

    languages: tuple[str, ...] = ()
    min_words: int = 50
    min_summary_words: int = 5
    max_summary_share: float = 0.5
    lead_share: float = 0.9
    near_duplicate: float = 0.8
    repeated_posts: int = 5


def thresholds(table: Mapping[str, Any]) -> Thresholds:
    """Those of a settings table, the defaults for the rest; UserError for a value that cannot be one."""
    values = {field.name: table[field.name] for field in fields(Thresholds) if field.name in table}
    if "languages" in values:
        values["languages"] = tuple(_code(value) for value in values["languages"])
    for name in _SHARES:
        if values.get(name, 1) > 1:
            raise UserError(f"'{name}' in [validate] must be at most 1", hint=f"it is {values[name]!r}", code=USAGE)
    return Thresholds(**values)


def _code(value: object) -> str:
    if isinstance(value, str) and value.isalpha() and len(value) in (2, 3):
        return value.lower()
    raise UserError(f"'languages' in [validate] holds {value!r}", hint='write codes: ["de", "en"]', code=USAGE)
