"""Does this article have a summary that a human wrote and that says something? If not, why not."""

from __future__ import annotations

from collections.abc import Sequence

from blogsum.data.overlap import Overlap, is_cut_off
from blogsum.data.thresholds import Thresholds
from blogsum.types import Article

# what a summary is, "usable" or the first reason why not
STATES = ("usable", "lead", "cut off", "short", "long", "machine", "none")
MACHINE = "machine"  # of Article.summary_source; "machine, edited" is a human's


def human_summary(article: Article) -> str | None:
    """The summary a human wrote: the article's own unless a machine's, else its first reference."""
    if article.summary and article.summary_source != MACHINE and not article.system:
        return article.summary
    return article.references[0] if article.references else None


def state(article: Article, summary: Sequence[str], shared: Overlap | None, limits: Thresholds) -> str:
    """One of ``STATES``; ``summary`` is the words of the human's summary, ``shared`` what it has of the article."""
    if not summary:
        return "machine" if article.summary else "none"
    if is_cut_off(human_summary(article) or "", article.text):
        return "cut off"
    if len(summary) < limits.min_summary_words:
        return "short"
    if shared is None or shared.compression * limits.max_summary_share < 1:
        return "long"
    return "lead" if shared.lead >= limits.lead_share else "usable"
