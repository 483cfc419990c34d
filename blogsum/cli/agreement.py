"""``blogsum eval --agreement``: how well the scores agree with ratings of one's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from blogsum.cli import console
from blogsum.errors import UserError
from blogsum.read.records import ALIASES

if TYPE_CHECKING:
    from blogsum.evaluate.agreement import Rated
    from blogsum.types import Example

NO_JUDGES: Mapping[str, str] = MappingProxyType({})
_RATINGS = ("ratings", "human")
_MOST = 1_000_000  # squares of far larger numbers leave what a float can hold, and the correlations with them


def compare(
    name: str, lang: str | None, jobs: int, form: str, stand_ins: Mapping[str, str] = NO_JUDGES
) -> Iterator[str]:
    """The report on the rated summaries in a JSONL file; UserError names the first row that cannot be used.

    ``stand_ins`` say what to load instead of a criterion.
    """
    from blogsum.evaluate.agreement import table
    from blogsum.report.agreement import write

    yield from write(table(*rated(name, lang, jobs, stand_ins=stand_ins)), form)


def rated(
    name: str, lang: str | None, jobs: int, metrics: Sequence[str] = (), stand_ins: Mapping[str, str] = NO_JUDGES
) -> tuple[list[Rated], tuple[str, ...]]:
    """The rated summaries of a JSONL file, scored by ``metrics``, else by all that can be, controls included."""
    from blogsum.batch import ordered
    from blogsum.evaluate import judge
    from blogsum.evaluate.agreement import Rated

    rows = list(_rows(name, lang))
    names = tuple(metrics) or _measurable([example for example, _ in rows])
    loaded = tuple(stand_ins.get(one, one) for one in names)
    judged = ordered(partial(judge, metrics=loaded), (example for example, _ in rows), jobs)
    found = [
        Rated(one.example.article.id, one.example.system or "", {s.metric: s.value for s in one.scores}, ratings)
        for one, (_, ratings) in zip(judged, rows, strict=True)
    ]
    return found, names


def _measurable(examples: Sequence[Example]) -> tuple[str, ...]:
    """The criteria, and the controls that have what they need; what is missing for one is said."""
    from blogsum.evaluate import CRITERIA

    with_references = all(example.references for example in examples)
    with_source = all(example.article.text.strip() for example in examples)
    criteria = CRITERIA if with_source else ("relevance",)
    return (*criteria, *(_with_references() if with_references else ()), "length")


def _with_references() -> list[str]:
    from importlib.util import find_spec

    from blogsum.evaluate.bertscore import FOLDER

    found = ["rouge1", "rougeL"] if find_spec("rouge_score") else []
    if not found:
        console.warn("ROUGE is not compared", "pip install 'blogsum[eval]'")
    if os.environ.get(FOLDER) and find_spec("bert_score"):
        return [*found, "bertscore"]
    return found


def _rows(name: str, lang: str | None) -> Iterator[tuple[Example, Mapping[str, float]]]:
    """Each rated summary. Several systems may share an article: the id is the article's."""
    from blogsum import jsonl
    from blogsum.read.records import from_record
    from blogsum.text.clean import clean
    from blogsum.types import Example

    seen: set[tuple[str, str | None, str | None]] = set()
    for number, row in enumerate(jsonl.read(name), 1):
        place = f"{name}: row {number}"
        try:
            article = from_record(_known(row), place)
            ratings = _ratings(row)
        except ValueError as error:
            raise UserError(f"{place}: {error}", hint="each needs text, summary and ratings") from error
        if not (article.summary or "").strip():
            raise UserError(f"{place}: has no summary", hint="every row needs a field 'summary'")
        key = (article.id, article.system, article.summary)
        if key in seen:
            raise UserError(f"{place}: the same summary of '{article.id}' stands in an earlier row")
        seen.add(key)
        article = replace(article, text=clean(article.text), lang=lang or article.lang)
        yield Example(article, article.summary or "", article.references, article.system), ratings
    if not seen:
        raise UserError(f"{name}: has no rows")


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the names that public collections use; an article may be missing where there are references."""
    from ast import literal_eval

    found = {"id": row.get("doc_id"), **row}
    references = found.get("references")
    if isinstance(references, str) and references.startswith("["):
        with suppress(ValueError, SyntaxError):
            found["references"] = list(literal_eval(references))  # a list that was written as Python prints it
    if found.get("references") and not any(found.get(name) for name in ALIASES["text"]):
        found["text"] = "\n"
    return found


def _ratings(row: Mapping[str, Any]) -> dict[str, float]:
    found = next((row[field] for field in _RATINGS if row.get(field) is not None), None)
    if not isinstance(found, Mapping) or not found:
        raise ValueError("has no field 'ratings' such as {\"coherence\": 4}")
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"the rating '{name}' is not a number")
        if not abs(value) <= _MOST:
            raise ValueError(f"the rating '{name}' is on no scale: it is beyond {_MOST:,}")
    return {str(name): float(value) for name, value in found.items()}
