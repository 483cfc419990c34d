"""A neural judge in the place of a built-in criterion: what it reads of a long article, and what its answers add up to.

An entailment model answers for each sentence of the summary and each part of the article; the best part counts, and
the mean over the summary's sentences is the score (SummaC-ZS: Laban et al., 2022, doi.org/10.1162/tacl_a_00453). Other
models read the whole summary; the best part of the article counts for consistency, and for relevance the mean of all
parts, since a summary is about all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from blogsum.errors import USAGE, UserError
from blogsum.evaluate import METRICS, neural
from blogsum.evaluate.criterion import Criterion
from blogsum.evaluate.pair import Pair, pair
from blogsum.evaluate.recipe import CRITERIA, FILE, of_bundle, read
from blogsum.files import digest_of_folder
from blogsum.signature import build
from blogsum.types import Example, Finding, Score

VERSION = "1.0"
_DOUBT = 0.5  # a sentence whose best part makes it less likely than not is listed
_SHARE = 0.5  # of the tokens that the model reads, at most, for what stands beside the article


@dataclass(frozen=True)
class Part:
    """Some text of the summary, and where it stands."""

    text: str
    start: int
    end: int


class Judge:
    """The criterion of a recipe, judged by its model; the built-in findings stay, for people to look at."""

    def __init__(self, criterion: str, folder: Path) -> None:
        """UserError for a folder without a judge, or one of another criterion."""
        from blogsum.store import bundles

        if criterion not in CRITERIA:
            raise UserError(f"a judge may replace {' or '.join(CRITERIA)}, not '{criterion}'", code=USAGE)
        has_recipe = (folder / FILE).is_file()
        if not has_recipe and not bundles.is_bundle(folder):
            raise UserError(f"{folder}: is no judge", hint=f"it has no {FILE} and is no bundle")
        self._recipe = read(folder) if has_recipe else of_bundle(criterion)
        if self._recipe.criterion != criterion:
            raise UserError(f"{folder}: judges {self._recipe.criterion}, not {criterion}", code=USAGE)
        self.name, self._folder = criterion, folder
        self._model = neural.load(folder, self._recipe)
        self._hash = digest_of_folder(folder)[:12]
        self._tool = neural.tool()
        self._built_in = _built_in(criterion)

    def signature(self, lang: str = "any") -> str:
        """The recipe behind the number: the judge, exactly, and what runs it."""
        name = self._folder.resolve().name.replace("|", "-").replace(":", "-")
        known = {"judge": name, "hash": self._hash, "kind": self._recipe.kind, "text": "tidy1", "tool": self._tool}
        return build(self.name, lang=lang, refs=0, **known, version=VERSION)

    def score(self, example: Example) -> Score:
        """Judge one summary; an empty one is 0. UserError when there is no article to judge it by."""
        taken = pair(example)
        signature = self.signature(taken.lang)
        if not taken.summary.spans:
            return Score(self.name, 0.0, {}, (Finding("empty", ""),), signature)
        if not taken.has_source:
            name = example.article.id
            raise UserError(f"{self.name} of '{name}': there is no article to judge by", hint="add its text")
        parts = self._parts(taken)
        values = [self._value(part, taken) for part in parts]
        mean = round(fmean(values), 6)
        signals = {"judge": mean} | ({"weakest": round(min(values), 6)} if len(values) > 1 else {})
        findings = [*self._built_in.findings(taken), *self._doubts(parts, values)]
        findings.sort(key=lambda one: (one.start is None, one.start or 0, one.kind))
        return Score(self.name, mean, signals, tuple(findings), signature)

    def _parts(self, taken: Pair) -> list[Part]:
        """What is asked about: each sentence for entailment, else the whole summary."""
        if self._recipe.kind == "nli":
            return [Part(taken.text[start:end], start, end) for start, end in taken.summary.spans]
        return [Part(" ".join(taken.summary.sentences), 0, len(taken.text))]

    def _value(self, part: Part, taken: Pair) -> float:
        text = self._shortened(part.text)
        around = self._model.marks + sum(map(self._model.count, self._filled("", text)))
        answers = [
            self._model.answer(*self._filled(chunk, text))
            for chunk in chunks(taken.source.sentences, self._model, self._model.room - around, self._recipe.window)
        ]
        return fmean(answers) if self.name == "relevance" and self._recipe.kind != "nli" else max(answers)

    def _filled(self, article: str, summary: str) -> list[str]:
        return [text.format(article=article, summary=summary) for text in self._recipe.template]

    def _shortened(self, text: str) -> str:
        """The text, cut behind a word where it would leave too little room for the article."""
        words = text.split(" ")
        most = int(_SHARE * self._model.room)
        while len(words) > 1 and self._model.count(" ".join(words)) > most:
            words = words[: max(1, int(0.9 * len(words)))]
        return " ".join(words)

    def _doubts(self, parts: Sequence[Part], values: Sequence[float]) -> list[Finding]:
        """Sentences that no part of the article makes likely, and what the model did not get to read."""
        found = []
        for part, value in zip(parts, values, strict=True):
            if self._recipe.kind == "nli" and value < _DOUBT:
                found.append(Finding("unsupported", part.text, part.start, part.end))
            if len(rest := self._shortened(part.text)) < len(part.text):
                found.append(Finding("unread", part.text[len(rest) :].strip()))
        return found


def chunks(sentences: Sequence[str], model: neural.Model, room: int, window: int) -> list[str]:
    """The sentences joined to runs of at most ``room`` tokens and ``window`` sentences (0: any number).

    A sentence that is longer than the room is split between words: every word is read.
    """
    found: list[list[str]] = []
    used = 0
    for sentence in (piece for one in sentences for piece in _pieces(one, model, room)):
        size = model.count(sentence) + 1  # joined by a space, pieces may split otherwise by one
        if not found or used + size > room or len(found[-1]) == window:
            found.append([])
            used = 0
        found[-1].append(sentence)
        used += size
    return [" ".join(run) for run in found]


def _pieces(sentence: str, model: neural.Model, room: int) -> list[str]:
    words = sentence.split(" ")
    if len(words) == 1 or model.count(sentence) < room:
        return [sentence]
    halves = words[: len(words) // 2], words[len(words) // 2 :]
    return [piece for half in halves for piece in _pieces(" ".join(half), model, room)]


def _built_in(criterion: str) -> Criterion:
    from importlib import import_module

    module, attribute = METRICS[criterion].split(":")
    metric = getattr(import_module(module), attribute)()
    assert isinstance(metric, Criterion)  # noqa: S101 - CRITERIA are
    return metric
