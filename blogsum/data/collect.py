"""Summaries that posts lack: what to ask their authors, and how what comes back is taken in. Knows no files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from blogsum.data.coverage import MACHINE
from blogsum.data.overlap import is_cut_off
from blogsum.data.thresholds import Thresholds
from blogsum.errors import UserError
from blogsum.read.worksheets import Answer, same_words
from blogsum.text.blocks import blocks
from blogsum.types import Article

AUTHOR, TEAM, EDITED = "author", "team", "machine, edited"
FEWEST = Thresholds.min_summary_words  # fewer words are a note ("siehe oben")
ALIKE = 0.5  # share of words, in order, that an answer has in common with a machine's text that was edited
_LEAD_WORDS = 60
_KEPT = "\n\t\u200c\u200d"  # joiners make one emoji of several
_PROSE = ("paragraph", "item", "quote")

Propose = Callable[[Article], str]


@dataclass(frozen=True)
class Task:
    """One post to be summarised: how it begins, and a machine's proposal (empty if it has none)."""

    id: str
    title: str
    url: str
    lang: str
    lead: str
    proposal: str


@dataclass(frozen=True)
class Sheet:
    """The posts one author is asked about. ``author`` is empty for posts of nobody known; ``name`` fits a file."""

    author: str
    name: str
    lang: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one answer: ``kind`` is ``taken``, ``empty``, ``same`` (it is there
    already), ``unchanged`` (a machine's text), ``kept`` (the summary that is there) or ``refused``.

    ``source`` says who wrote a summary that was taken, ``reason`` why one was not.
    """

    kind: str
    place: str
    id: str
    source: str = ""
    reason: str = ""


def usable(article: Article) -> bool:
    """Whether the article has a summary that a person wrote and that is whole."""
    if article.references:
        return True
    text = article.summary or ""
    if len(text.split()) < FEWEST or article.summary_source == MACHINE:
        return False
    return not is_cut_off(text, article.text)


def sheets(articles: Iterable[Article], propose: Propose) -> list[Sheet]:
    """A worksheet for each author of posts without a usable summary, by name; the posts in their order."""
    wanted = defaultdict(list)
    spelled: dict[str, str] = {}
    for article in articles:
        if not usable(article):
            author = " ".join((article.author or "").split())
            spelled.setdefault(author.casefold(), author)
            wanted[author.casefold()].append(article)
    names = file_names([spelled[key] for key in sorted(wanted)])
    return [
        Sheet(
            spelled[key],
            names[spelled[key]],
            Counter(article.lang for article in wanted[key]).most_common(1)[0][0] or "und",
            tuple(_task(article, propose) for article in wanted[key]),
        )
        for key in sorted(wanted)
    ]


def file_names(authors: Sequence[str]) -> dict[str, str]:
    """A file name without suffix for each author, none of them alike on any system: ``anna-müller``."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for author in authors:
        stem = re.sub(r"\W+", "-", unicodedata.normalize("NFC", author).casefold()).strip("-_")
        while len(stem.encode()) > 80:
            stem = stem[:-1]
        stem = stem.strip("-_") or ("author" if author else "unknown")
        if re.fullmatch(r"con|prn|aux|nul|(?:com|lpt)\d", stem):  # Windows keeps these for itself
            stem += "-author"
        free, number = stem, 1
        while unicodedata.normalize("NFKD", free) in taken:
            number += 1
            free = f"{stem}-{number}"
        taken.add(unicodedata.normalize("NFKD", free))
        names[author] = free
    return names


def take(
    articles: Sequence[Article], given: Iterable[Answer], propose: Propose, by: str = "", force: bool = False
) -> tuple[list[Article], list[Outcome]]:
    """The articles with the summaries that were given, and what became of each answer.

    ``by`` (``author`` or ``team``) says who wrote them; without it, the author where the post has one, else the team.
    An answer near the machine's proposal is ``machine, edited``, one that repeats it is not taken. A usable summary is
    replaced only with ``force``.
    """
    known = {article.id: article for article in articles}
    find = _Finder(articles)
    summaries: dict[str, Article] = {}
    outcomes: list[Outcome] = []
    twice = _contradictions(found := [(answer, find(answer)) for answer in given])
    for answer, match in found:
        if isinstance(match, str):
            outcomes.append(Outcome("refused", answer.place, answer.id, reason=match))
            continue
        outcome = _outcome(known[match.id], answer, propose, by, force)
        if outcome.kind == "taken" and match.id in twice:
            outcome = replace(outcome, kind="refused", source="", reason=f"answered differently in {twice[match.id]}")
        if outcome.kind == "taken":
            summaries[match.id] = replace(match, summary=tidy(answer.text), summary_source=outcome.source)
        outcomes.append(outcome)
    return [summaries.get(article.id, article) for article in articles], outcomes


def tidy(text: str) -> str:
    """An answer as a summary: one line a paragraph or bullet, no invisible characters, no quotes' marks."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(one for one in text if one in _KEPT or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"))
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines = re.split(r"\n(?=[-*•] )", paragraph.strip())
        paragraphs.append("\n".join(" ".join(line.split()) for line in lines if line.strip()))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _task(article: Article, propose: Propose) -> Task:
    title, url = " ".join((article.title or "").split()), article.url or ""
    return Task(article.id, title, url, article.lang or "und", lead(article.text), _proposed(article, propose))


def lead(text: str) -> str:
    """The first words of an article's prose, cut at a word."""
    words: list[str] = []
    for block in blocks(text):
        if block.kind in _PROSE:
            words += text[block.start : block.end].split()
        if len(words) > _LEAD_WORDS:
            return " ".join(words[:_LEAD_WORDS]) + " …"
    return " ".join(words)


def _proposed(article: Article, propose: Propose) -> str:
    try:
        return tidy(propose(article))
    except UserError:
        return ""  # nothing to propose: the article is a list of links, say


class _Finder:
    """The article an answer is for: by id, else by its address, else by a title that only one has."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._ids = {article.id: article for article in articles}
        self._urls = _unique((article.url or "", article) for article in articles)
        self._titles = _unique((_title(article.title or ""), article) for article in articles)

    def __call__(self, answer: Answer) -> Article | str:
        """The article, or why there is none."""
        if answer.problem:
            return answer.problem
        article = self._ids.get(answer.id)
        title = self._titles.get(_title(answer.title))
        if article is None:
            article = self._urls.get(answer.url) or title
        if article is None:
            name = answer.id or answer.url or answer.title
            return f"no post has the id '{name}'" if name else "it does not say which post it is for"
        # a spreadsheet sorted by one column alone puts summaries beside wrong posts
        if title is not None and title.id != article.id and _title(article.title or "") != _title(answer.title):
            return f"its id is that of '{article.title}', its title that of another post"
        return article


def _unique(pairs: Iterable[tuple[str, Article]]) -> Mapping[str, Article]:
    found: dict[str, list[Article]] = defaultdict(list)
    for key, article in pairs:
        found[key].append(article)
    return {key: articles[0] for key, articles in found.items() if key and len(articles) == 1}


def _title(text: str) -> str:
    return " ".join(text.split()).casefold()


def _contradictions(found: Sequence[tuple[Answer, Article | str]]) -> dict[str, str]:
    """Where posts were answered more than once and not alike, by id."""
    written: dict[str, dict[str, str]] = defaultdict(dict)
    for answer, match in found:
        if isinstance(match, Article) and answer.text:
            written[match.id].setdefault(tidy(answer.text), answer.place)
    return {identity: " and ".join(texts.values()) for identity, texts in written.items() if len(texts) > 1}


def _outcome(article: Article, answer: Answer, propose: Propose, by: str, force: bool) -> Outcome:
    """What becomes of an answer for ``article``."""
    text = tidy(answer.text)
    if not text:
        return Outcome("empty", answer.place, article.id)
    proposals = [one for one in (answer.proposal, _proposed(article, propose)) if one]
    if any(same_words(text) == same_words(one) for one in proposals):
        return Outcome("unchanged", answer.place, article.id, reason="it is the machine's proposal, unchanged")
    if len(text.split()) < FEWEST:
        return Outcome("refused", answer.place, article.id, reason=f"'{text}' is too short for a summary")
    if usable(article) and not force:
        if article.summary == text:
            return Outcome("same", answer.place, article.id)
        return Outcome("kept", answer.place, article.id, reason="the post has a summary that a person wrote")
    if answer.started or any(_near(text, one) for one in proposals):
        return Outcome("taken", answer.place, article.id, EDITED)
    return Outcome("taken", answer.place, article.id, by or (AUTHOR if article.author else TEAM))


def _near(text: str, proposal: str) -> bool:
    one, other = text.casefold().split(), proposal.casefold().split()
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def counted(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, int]]:
    """How many answers became what, those that were taken by who wrote them."""
    yield from sorted(Counter(one.source or one.kind for one in outcomes).items())
