"""A look at dev while training: what the weights at hand write, and how near that is to what people wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from blogsum.evaluate.rouge import longest, of_stems
from blogsum.store.runs import SAMPLES, Run
from blogsum.text.sentences import stems
from blogsum.train.loop import StopAskedError
from blogsum.train.material import Pair, Parts, Reader, length_of, summaries
from blogsum.train.network import Network
from blogsum.train.stop import Stop
from blogsum.types import Article

_SHOWN = 3  # articles whose summaries are kept at every look, always the same
_MOST = 200  # posts of dev that are looked at


@dataclass(frozen=True)
class Looker:
    """Judges the weights of ``network`` on dev by ``metric``: ``rouge`` or ``loss``."""

    network: Network
    reader: Reader
    articles: tuple[Article, ...]
    samples: tuple[Article, ...]
    pairs: tuple[Pair, ...]
    metric: str
    run: Run
    stop: Stop

    def __call__(self, step: int) -> dict[str, Any]:
        """The mean loss a token, ROUGE where it is asked for, and ``value``: what chooses the best."""
        loss = self.network.mean_loss(self.pairs)
        scores = {"dev_loss": round(loss, 6)}
        wanted = list(self.samples)
        if self.metric == "rouge":
            wanted += [article for article in self.articles if article not in self.samples]
        texts = dict(zip(wanted, self._write(wanted), strict=True))
        if self.network.team.leads:
            for article in self.samples:
                self.run.append(SAMPLES, {"step": step, "id": article.id, "text": texts[article]})
        if self.metric == "rouge":
            scores["rouge"] = round(fmean(rouge(texts[one], summaries(one), one.lang) for one in self.articles), 6)
        return {**scores, "value": scores.get("rouge", -loss)}

    def _write(self, articles: Sequence[Article]) -> list[str]:
        return write(self.network, self.reader, articles, go_on=self._go_on)

    def _go_on(self) -> None:
        """Leave the look at once when a signal came; several processes must stay together and finish it."""
        if self.stop.code and self.network.team.size == 1:
            raise StopAskedError


def looker(network: Network, reader: Reader, parts: Parts, metric: str, run: Run, stop: Stop) -> Looker | None:
    """Who looks at dev; None when there is none, or nothing is to be chosen by it."""
    articles = parts.dev[:_MOST]
    if metric == "none" or not articles:
        return None
    pairs, _ = reader.pairs(articles)
    if not pairs:
        return None
    return Looker(network, reader, articles, articles[:_SHOWN], tuple(pairs), metric, run, stop)


def write(network: Network, reader: Reader, articles: Sequence[Article], beams: int = 1, **options: Any) -> list[str]:
    """What the model writes about each article; asked for the length of the summary that a person wrote."""
    sources = [reader.read(article, length_of(summaries(article)[0])) for article in articles]
    texts = network.write(sources, reader.max_output, beams, **options)
    return [reader.tokens.decode(text) for text in texts]


def rouge(text: str, references: Sequence[str], lang: str | None) -> float:
    """The mean F1 of ROUGE-1, -2 and -L against the nearest of the references."""
    own = stems(text, lang or "und")
    return max(_rouge(own, stems(reference, lang or "und")) for reference in references)


def _rouge(own: list[str], other: list[str]) -> float:
    return fmean((*of_stems(own, other), longest(own, other)))
