"""Plain frozen data that every floor speaks of: standard library only, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """Something read but not yet understood: bytes and what their carrier said of them.

    ``source`` is the name as the user gave it, ``media_type`` one of ``text/html``, ``text/markdown``,
    ``text/x-rst``, ``text/plain``; ``charset`` what the carrier declared, if it did; ``url`` the address after
    redirects.
    """

    source: str
    content: bytes
    media_type: str
    charset: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """A source that gave no article, with the reason: a value, so that one bad page does not stop the rest."""

    source: str
    reason: str
    hint: str = ""


@dataclass(frozen=True)
class Article:
    """One blog post. ``text`` is its cleaned body in *light Markdown* (see ``text/blocks.py``).

    Paragraphs are separated by a blank line and each is one line; headings start with ``#``, list items with
    ``- ``, quotes with ``> ``; code stands between fences. No inline markup. All character offsets that blogsum
    reports count code points in this string. ``summary`` is the teaser a human wrote, if the source had one, and
    ``summary_source`` says where it stood (``og:description``, ``excerpt``, ``feed`` …) or who wrote it. ``split`` is
    the part of a dataset that the article was put into (``train``, ``dev``, ``test``, ``fold-1`` …).
    """

    id: str
    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str | None = None
    url: str | None = None
    summary: str | None = None
    references: tuple[str, ...] = ()
    system: str | None = None
    summary_source: str | None = None
    split: str | None = None


@dataclass(frozen=True)
class Block:
    """A run of an article's text, ``text[start:end]`` without its mark.

    ``kind`` is ``heading``, ``paragraph``, ``item`` (of a list), ``quote``, ``code``, ``table`` or ``caption``;
    ``level`` is a heading's depth (1–6), else 0.
    """

    kind: str
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True)
class Sentence:
    """``text`` is ``article.text[start:end]``; ``index`` counts the sentences, ``block`` the blocks, from 0."""

    text: str
    start: int
    end: int
    index: int
    block: int


@dataclass(frozen=True)
class Evidence:
    """Which part of the article carries one sentence of a summary.

    ``text`` is the summary's sentence; ``sentence`` the index of the source sentence, ``start`` and ``end`` its
    character offsets in ``article.text``, all None when nothing carries it. ``exact`` says that the words are the
    article's own, shortened at most.
    """

    text: str
    sentence: int | None
    start: int | None
    end: int | None
    exact: bool


@dataclass(frozen=True)
class Unsupported:
    """Something a summary says that its article does not: ``kind`` is ``name``, ``number``, ``quote`` or ``negation``.

    ``start`` and ``end`` are character offsets in the summary.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Summary:
    """A summary of the article ``id``: its text, the length it was asked for, and what carries each sentence.

    ``note`` says what a person should know of how it came about, such as a model's text that was refused; ``left_out``
    are the spans of the article that a model did not get to read.
    """

    id: str
    text: str
    length: str
    lang: str
    system: str
    evidence: tuple[Evidence, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    note: str = ""
    left_out: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Digest:
    """All that was made of one source: its article, a summary for each length asked for, or why there is none.

    ``article`` is None when the source could not be read; ``error`` is None when all went well.
    """

    article: Article | None
    summaries: tuple[Summary, ...] = ()
    error: Unreadable | None = None


@dataclass(frozen=True)
class Example:
    """What is judged: a summary beside its article and, if there are any, references that people wrote.

    ``system`` says who or what wrote the summary. An article without text can be judged by references alone.
    """

    article: Article
    summary: str
    references: tuple[str, ...] = ()
    system: str | None = None


@dataclass(frozen=True)
class Finding:
    """Something in a summary that a score stands on: ``kind`` in one word, the text, its offsets in the summary.

    ``start`` and ``end`` are None for what is missing (a key term of the article).
    """

    kind: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Score:
    """How one metric judges one summary: ``value`` in [0, 1], higher is better, and what it is made of.

    ``signals`` are the named parts, each in [0, 1], higher is better; ``evidence`` the places behind them. Scores with
    different ``signature`` must not be compared.
    """

    metric: str
    value: float
    signals: Mapping[str, float]
    evidence: tuple[Finding, ...]
    signature: str


@dataclass(frozen=True)
class Judged:
    """An example with its scores, in the order of the metrics that were asked for."""

    example: Example
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Verdict:
    """What a gate says: ``passed``, ``failed`` or ``ask`` (a human), and why, a line each."""

    outcome: str
    reasons: tuple[str, ...]
