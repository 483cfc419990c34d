"""Judgement of summaries: scores against the article and what people wrote. Knows nothing about how they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Protocol, cast

from blogsum.types import Example, Judged, Score


class Metric(Protocol):
    """Judges one summary; says how, and points at the evidence."""

    name: str

    def signature(self, lang: str = "any") -> str:
        """The recipe behind its numbers."""

    def score(self, example: Example) -> Score:
        """The summary's value in [0, 1], a function of this example alone; UserError when it cannot be judged."""


CRITERIA = ("coherence", "consistency", "fluency", "relevance")
METRICS = {
    "coherence": "blogsum.evaluate.coherence:Coherence",
    "consistency": "blogsum.evaluate.consistency:Consistency",
    "fluency": "blogsum.evaluate.fluency:Fluency",
    "relevance": "blogsum.evaluate.relevance:Relevance",
    "rouge1": "blogsum.evaluate.references:Rouge1",
    "rouge2": "blogsum.evaluate.references:Rouge2",
    "rougeL": "blogsum.evaluate.references:RougeL",
    "bertscore": "blogsum.evaluate.bertscore:BERTScore",
    "length": "blogsum.evaluate.references:Length",
}


def load(name: str) -> Metric:
    """The metric ``name``, ready to use; raise UserError for a name that is not in ``METRICS``.

    ``consistency=FOLDER`` is that criterion, judged by the neural judge in a folder.
    """
    from blogsum.errors import USAGE, UserError

    if "=" in name:
        from pathlib import Path

        from blogsum.evaluate.judges import Judge

        criterion, _, folder = name.partition("=")
        return Judge(criterion, Path(folder))
    if name not in METRICS:
        raise UserError(f"no metric is called '{name}'", hint="choose from: " + ", ".join(METRICS), code=USAGE)
    module, attribute = METRICS[name].split(":")
    return cast(Metric, getattr(import_module(module), attribute)())


def evaluate(examples: Iterable[Example], metrics: Sequence[str] = CRITERIA, jobs: int = 1) -> Iterator[Judged]:
    """Each example with its scores, in order; ``jobs`` processes give the same numbers as one."""
    from blogsum.batch import ordered

    for name in metrics:
        load(name)  # a wrong name is said before any work is done
    yield from ordered(partial(judge, metrics=tuple(metrics)), examples, jobs)


def judge(example: Example, metrics: Sequence[str] = CRITERIA) -> Judged:
    """One example with its scores."""
    return Judged(example, tuple(loaded(name).score(example) for name in metrics))


_LOADED: dict[str, Metric] = {}


def loaded(name: str) -> Metric:
    """``load``, once a process."""
    if name not in _LOADED:
        _LOADED[name] = load(name)
    return _LOADED[name]
