"""Relevance: are the article's important things kept? With references, also: is it what people wrote?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from statistics import fmean

from blogsum.evaluate import repeats, salience
from blogsum.evaluate.criterion import Criterion, Signal
from blogsum.evaluate.pair import Pair, pair
from blogsum.evaluate.rouge import longest, of_stems
from blogsum.text.sentences import stems
from blogsum.types import Example, Finding, Score

# What references count beside the article. One is one of many good summaries: on Newsroom a half for it lowered
# agreement from .58 to .28; eleven say what people find important: on SummEval .3 raised it from .40 to .44.
_EACH, _MOST = 0.03, 0.3


class Relevance(Criterion):
    """Focus, key terms, opening and likeness of subjects; nothing grows with length alone."""

    name = "relevance"
    version = "1.0"
    signals = (
        Signal("focus", 0.2, 0.9, 1.0, "weight of its terms in shares of the best choice of as many terms"),
        Signal("key_terms", 0.0, 0.8, 1.0, "weight of the article's twenty key terms that it takes up"),
        Signal("opening", 0.0, 0.8, 1.0, "agreement with the first sentences, where authors say what it is about"),
        Signal("subjects", 0.05, 0.5, 1.0, "likeness of the two texts' words, rare ones not weighted up"),
        Signal("economy", 0.08, 0.0, 1.0, "repeated pairs of words: room that something else needed"),
        Signal("support", 0.0, 1.0, 0.5, "what is not in the article cannot be what matters in it"),
        Signal("density", 0.05, 0.45, 1.0, "mean weight of its terms: few words for much"),
    )

    def score(self, example: Example) -> Score:
        """Judge by the article, by the references, or by both, whatever there is."""
        if not example.references:
            return super().score(example)
        taken = pair(example)
        likeness = round(fmean(_likeness(taken, reference) for reference in example.references), 6)
        signature = self.signature(taken.lang).replace("|refs:0|", f"|refs:{len(example.references)}|")
        if not taken.has_source:
            return Score(self.name, likeness, {"references": likeness}, (), signature)
        alone = super().score(example)
        share = min(_MOST, _EACH * len(example.references))
        value = round((1 - share) * alone.value + share * likeness, 6)
        return replace(alone, value=value, signals={**alone.signals, "references": likeness}, signature=signature)

    def measure(self, pair: Pair) -> Mapping[str, float]:
        """The signals; none without an article."""
        if not pair.has_source:
            return {}
        return {
            "focus": salience.focus(pair),
            "key_terms": salience.coverage(pair),
            "opening": salience.opening(pair)[1],
            "subjects": salience.likeness(pair),
            "economy": repeats.share(pair.summary.all_stems, 2),
            "support": min(one.phrases for one in pair.alignment),
            "density": salience.density(pair),
        }

    def findings(self, pair: Pair) -> tuple[Finding, ...]:
        """The key terms that are missing, the heaviest first."""
        if not pair.has_source:
            return ()
        missing = [term for term in salience.key_terms(pair) if term not in pair.summary.content_set]
        return tuple(Finding("missing", salience.spelled(term, pair)) for term in missing)


def _likeness(taken: Pair, reference: str) -> float:
    """Mean of ROUGE-1 and ROUGE-L: words, and words in order. ROUGE-2 added nothing on German ratings."""
    own, wanted = taken.summary.all_stems, stems(reference, taken.lang)
    return (of_stems(own, wanted)[0] + longest(own, wanted)) / 2
