"""A blog -> the next version of a dataset: what is listed -> what changed -> its pages -> rows -> ``blog@4``.

Knows in which order this happens. What was read is kept post by post (``memory.py``), so that a run that was killed
goes on where it stopped and ends with the same rows.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

from blogsum.errors import UserError
from blogsum.files import digest
from blogsum.read import links
from blogsum.read.entries import Entry, joined
from blogsum.read.failures import Passing
from blogsum.read.web import Answer, Web
from blogsum.scrape.memory import Memory
from blogsum.scrape.posts import HARVESTED, NOT_A_POST, Skip, is_sure, needs_page, post
from blogsum.scrape.reading import Job, answers
from blogsum.scrape.sources import found
from blogsum.store import datasets
from blogsum.text.clean import RECIPE
from blogsum.types import Article, Page

Row = tuple[Entry, Article]
log = logging.getLogger("blogsum")
_SLOGAN = 3  # posts with one and the same teaser: then it is the blog's, not theirs


@dataclass(frozen=True)
class Wanted:
    """Which posts: not older than ``since`` (ISO date), the newest ``limit``, of addresses whose path matches one of
    ``include`` and none of ``exclude`` (shell patterns); ``refresh`` asks for all of them again.
    """

    since: str | None = None
    limit: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    refresh: bool = False


@dataclass
class Result:
    """What a run came to: the version, how many of its rows are new or changed, and why other posts are none."""

    version: datasets.Version | None = None
    taken: int = 0
    unchanged: int = 0
    skips: list[Skip] = field(default_factory=list)
    dead: list[Skip] = field(default_factory=list)

    def line(self) -> str:
        """One line for a person."""
        return f"taken {self.taken}, unchanged {self.unchanged}, {self.skipped()}"

    def skipped(self) -> str:
        """How many were skipped, and why."""
        text = f"skipped {len(self.skips)}"
        kinds = Counter(skip.kind for skip in self.skips).most_common()
        return text + (f" ({', '.join(f'{count} {kind}' for kind, count in kinds)})" if kinds else "")


class Progress:
    """The progress of a run that nobody watches."""

    def total(self, count: int) -> None:
        """How many posts there are to read."""

    def advance(self) -> None:
        """One post was read."""


def listed(names: Sequence[str], web: Web, wanted: Wanted) -> tuple[list[Job], list[Skip]]:
    """The posts the sources hold, the newest first, and those that are not wanted; UserError when no source answers."""
    jobs: dict[str, Job] = {}
    skips: list[Skip] = []
    dead: list[UserError] = []
    for name in names:
        try:
            here = found(name, web)
        except UserError as error:
            dead.append(UserError(f"{name}: {error}", hint=error.hint))
            skips.append(Skip(name, str(error), final=False))
            continue
        skips += [Skip(one.source, one.reason) for one in here.refused]
        for url, entry in here.posts.items():
            jobs[url] = (joined(jobs[url][0], entry), jobs[url][1]) if url in jobs else (entry, here.scope)
    if len(dead) == len(names):
        raise dead[0]
    chosen: list[Job] = []
    for job in jobs.values():
        if reason := _unwanted(job[0], wanted):
            skips.append(Skip(job[0].url, reason))
        else:
            chosen.append(job)
    chosen.sort(key=lambda job: job[0].url)
    chosen.sort(key=lambda job: job[0].date or "", reverse=True)
    return chosen, skips


def _unwanted(entry: Entry, wanted: Wanted) -> str | None:
    """Why a post is left alone before it is asked for."""
    path = urlsplit(entry.url).path if "://" in entry.url else entry.url
    names = (path, path.lstrip("/"))
    if wanted.include and not any(fnmatchcase(name, pattern) for name in names for pattern in wanted.include):
        return "not in --include"
    if any(fnmatchcase(name, pattern) for name in names for pattern in wanted.exclude):
        return "in --exclude"
    if entry.kind in ("sitemap", "link") and links.is_navigation(entry.url):
        return NOT_A_POST
    changed = entry.signals.get("sitemap", "")[:10]  # what did not change since then was not written since then
    return _too_old(entry.date or (changed if _is_day(changed) else None), wanted)


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _too_old(date: str | None, wanted: Wanted) -> str | None:
    return f"older than {wanted.since}" if wanted.since and date and date < wanted.since else None


def scrape(
    names: Sequence[str],
    name: str,
    wanted: Wanted,
    web: Web,
    progress: Progress | None = None,
    licence: str | None = None,
) -> Result:
    """Take the posts of the sources into the next version of the dataset ``name``, of ``licence`` if that is given.

    What the listings say has not changed is not asked for. UserError when no source answers or nothing was taken; what
    was read until then is kept for the next run.
    """
    root = web.settings.datasets
    datasets.check(root, name)
    with Memory(root / name) as memory:
        jobs, skips = listed(names, web, wanted)
        before = _latest(web, name)
        result = Result(skips=skips, dead=[skip for skip in skips if skip.id in names and not skip.final])
        rows = _rows(jobs, before, memory, wanted, web, progress or Progress(), result)
        merged = _merged(rows, before, memory, result)
        if not merged:
            hint = "blogsum read ADDRESS shows what is seen on one page"
            raise UserError(f"{', '.join(names)}: no post to take: {result.line()}", hint=hint)
        result.version = _add(root, name, merged, names, licence, result)
        memory.finish()
    return result


def pending(names: Sequence[str], name: str | None, wanted: Wanted, web: Web) -> tuple[list[Entry], list[Skip]]:
    """The posts that ``scrape`` would ask for now, the newest first, and what it would not, with the reason."""
    jobs, skips = listed(names, web, wanted)
    chosen = [entry for entry, _ in jobs][: wanted.limit]
    if name is not None:
        datasets.check(web.settings.datasets, name)
        before = _latest(web, name)
        if (web.settings.datasets / name).is_dir():
            with Memory(web.settings.datasets / name) as memory:
                chosen = [entry for entry in chosen if not _in_hand(entry, before, memory, wanted)]
    return chosen, skips


def _latest(web: Web, name: str) -> dict[str, Article]:
    """The rows of the latest version by id; none if there is no version yet."""
    root = web.settings.datasets
    if not datasets.versions(root, name):
        return {}
    return {article.id: article for article in datasets.articles(datasets.find(root, name))}


def _rows(
    jobs: Sequence[Job],
    before: dict[str, Article],
    memory: Memory,
    wanted: Wanted,
    web: Web,
    progress: Progress,
    result: Result,
) -> list[Row]:
    """The rows of the posts that are wanted, old ones included; those that are none go to the result's skips."""
    rows: list[Row] = []
    place = 0
    progress.total(len(jobs) if wanted.limit is None else min(wanted.limit, len(jobs)))
    while place < len(jobs) and (wanted.limit is None or len(rows) < wanted.limit):
        # with a limit in rounds, so that what is taken does not depend on which host answers first
        count = len(jobs) if wanted.limit is None else wanted.limit - len(rows)
        batch = jobs[place : place + count]
        place += count
        outcomes = _outcomes(batch, before, memory, wanted, web, progress)
        for entry, _ in batch:
            outcome = outcomes[entry.url]
            if isinstance(outcome, Skip):
                result.skips.append(outcome)
            elif reason := _too_old(outcome.date, wanted):
                result.skips.append(Skip(outcome.id, reason))
            else:
                rows.append((entry, outcome))
    return rows


def _outcomes(
    batch: Sequence[Job],
    before: dict[str, Article],
    memory: Memory,
    wanted: Wanted,
    web: Web,
    progress: Progress,
) -> dict[str, Article | Skip]:
    """What comes of each post of a batch: what is known, or what its page holds."""
    outcomes: dict[str, Article | Skip] = {}
    ask: list[Job] = []
    for entry, scope in batch:
        if outcome := _in_hand(entry, before, memory, wanted):
            outcomes[entry.url] = outcome
        elif needs_page(entry):
            ask.append((entry, scope))
            continue
        else:
            outcomes[entry.url] = outcome = _made(entry, None)
            memory.note(entry, outcome, validators=False)
        progress.advance()
    for entry, answer in answers(ask, web):
        outcomes[entry.url] = _answered(entry, answer, before, memory)
        progress.advance()
    return outcomes


def _in_hand(entry: Entry, before: dict[str, Article], memory: Memory, wanted: Wanted) -> Article | Skip | None:
    """What an earlier run, whole or interrupted, made of a post that has not changed since."""
    if entry.url in memory.read and memory.read[entry.url][0].signals == entry.signals:
        return memory.read[entry.url][1]
    known = memory.known.get(entry.url)
    if known is None or wanted.refresh or not known.is_current(entry):
        return None
    return before.get(known.id) if known.id else Skip(entry.url, str(known.skip))


def _answered(entry: Entry, answer: Answer | Exception, before: dict[str, Article], memory: Memory) -> Article | Skip:
    """The row of a post whose page was asked for; kept at once."""
    if isinstance(answer, Exception):
        if entry.page is None or not isinstance(answer, UserError):
            kind = "" if isinstance(answer, UserError) else f"internal error: {type(answer).__name__}: "
            return Skip(entry.url, f"{kind}{answer}", final=False)
        outcome = _made(entry, None)  # the page does not answer, but the feed has the post
        if isinstance(answer, Passing):
            return outcome
        validators = False
    else:
        validators = bool({"etag", "last-modified"} & answer.headers.keys())
        known = memory.known.get(entry.url)
        same = answer.unchanged and known is not None and known.recipe == RECIPE and known.id in before
        outcome = before[known.id or ""] if same and known else _made(entry, answer.page)
    memory.note(entry, outcome, validators)
    return outcome


def _made(entry: Entry, page: Page | None) -> Article | Skip:
    """The row of a post; a bug of ours on one page must not cost the others."""
    try:
        return post(entry, page)
    except Exception as error:
        log.debug("%s: %r", entry.url, error)
        return Skip(entry.url, f"internal error: {type(error).__name__}: {error}", final=False)


def _merged(rows: Iterable[Row], before: dict[str, Article], memory: Memory, result: Result) -> list[Article]:
    """The rows of the next version: the latest's with the new and changed ones in their place, by date and id.

    Of two posts with one address or one text the one of a feed stays before one of a sitemap, then the older one.
    """
    merged = dict(before)
    texts = {digest(article.text): article.id for article in before.values()}
    seen: set[str] = set()
    for entry, article in sorted(rows, key=lambda row: (not is_sure(row[0]), *_order(row[1]), row[0].url)):
        twin = article.id if article.id in seen else texts.get(digest(article.text), article.id)
        if article.id in seen or (twin != article.id and twin in merged):
            skip = Skip(entry.url, f"duplicate of {twin}")
            result.skips.append(skip)
            memory.correct(entry.url, skip)
            continue
        seen.add(article.id)
        old = before.get(article.id)
        merged[article.id] = _kept(old, article) if old else article
        texts[digest(article.text)] = article.id
    final = sorted(_without_slogans(merged.values()), key=_order)
    result.taken = sum(row != before.get(row.id) for row in final if row.id in seen)
    result.unchanged = len(seen) - result.taken
    return final


def _kept(old: Article, new: Article) -> Article:
    """The new row with what people added to the old one: its split, its references, a teaser written for it."""
    written = old.summary is not None and old.summary_source not in HARVESTED
    return replace(
        new,
        split=old.split,
        references=old.references,
        system=old.system,
        summary=old.summary if written else new.summary,
        summary_source=old.summary_source if written else new.summary_source,
    )


def _without_slogans(rows: Iterable[Article]) -> Iterator[Article]:
    """The rows without teasers that several posts share: those describe the blog."""
    listed = list(rows)
    shared = Counter(row.summary for row in listed if row.summary and row.summary_source in HARVESTED)
    for row in listed:
        slogan = shared[row.summary or ""] >= _SLOGAN and row.summary_source in HARVESTED
        yield replace(row, summary=None, summary_source=None) if slogan else row


def _order(article: Article) -> tuple[str, str]:
    return article.date or "9999", article.id


def _add(
    root: Path, name: str, rows: Sequence[Article], names: Sequence[str], licence: str | None, result: Result
) -> datasets.Version:
    """The version of these rows; its manifest says what was skipped and why, and what its parent was made of."""
    parents = datasets.versions(root, name)
    parent = parents[-1].manifest if parents else {}
    reasons = dict(Counter(skip.kind for skip in result.skips).most_common())
    details = {
        "scrape": {"taken": result.taken, "unchanged": result.unchanged, "skipped": reasons},
        "skipped": [{"id": skip.id, "reason": skip.reason} for skip in sorted(result.skips, key=lambda one: one.id)],
    }
    sources = tuple(dict.fromkeys([*parent.get("sources", ()), *names]))
    origin = datasets.Origin(sources, RECIPE, licence or parent.get("licence"), details=details)
    version, _ = datasets.add(root, name, rows, origin)
    return version
