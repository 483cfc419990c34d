"""Can this dataset be trusted? The table of all rules, and one pass over the rows that asks every one of them.

No text is kept: a row costs its sketch (``duplicates.py``), two hashes for each paragraph, its id and its findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from blogsum.data import rules
from blogsum.data.duplicates import Index, Pair, connected
from blogsum.data.repeats import Paragraphs
from blogsum.data.thresholds import Thresholds
from blogsum.types import Article, Unreadable

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Rule:
    """``says`` is what is wrong, in a line; ``check`` looks at one row, None for rules that need several."""

    name: str
    severity: str
    says: str
    check: rules.Check | None = None


RULES = (
    Rule("unreadable", ERROR, "the row cannot be read"),
    Rule("empty", ERROR, "the article has no words", rules.empty),
    Rule("duplicate-id", ERROR, "an earlier row has the same id"),
    Rule("duplicate-text", ERROR, "an earlier row has the same text"),
    Rule("leak", ERROR, "another split has this text, or nearly"),
    Rule("unexpected-language", ERROR, "the article is in a language that is not expected", rules.unexpected_language),
    Rule("summary-longer", ERROR, "the summary is longer than its article", rules.summary_longer),
    Rule("summary-cut-off", ERROR, "the summary is an excerpt that a machine cut off", rules.summary_cut_off),
    Rule("too-short", WARNING, "the article is very short", rules.too_short),
    Rule("near-duplicate", WARNING, "an earlier row has nearly the same text"),
    Rule("wrong-language", WARNING, "the row names another language than its text is in", rules.wrong_language),
    Rule("mixed-languages", WARNING, "the article is in several languages", rules.mixed_languages),
    Rule("summary-language", WARNING, "the summary is in another language", rules.summary_language),
    Rule("summary-share", WARNING, "the summary is hardly shorter than its article", rules.summary_share),
    Rule("summary-short", WARNING, "the summary is very short", rules.summary_short),
    Rule("summary-is-lead", WARNING, "the summary only repeats how the article opens", rules.summary_is_lead),
    Rule("unsupported-name", WARNING, "the summary has names that the article lacks", rules.unsupported_names),
    Rule("unsupported-number", WARNING, "the summary has numbers that the article lacks", rules.unsupported_numbers),
    Rule("mojibake", WARNING, "a wrong encoding broke characters", rules.mojibake),
    Rule("leftover-html", WARNING, "HTML or shortcodes are left", rules.leftover_html),
    Rule("boilerplate", WARNING, "paragraphs repeat from post to post"),
)
SEVERITY = {rule.name: rule.severity for rule in RULES}
_ORDER = {rule.name: place for place, rule in enumerate(RULES)}


@dataclass(frozen=True)
class Finding:
    """A rule that the row ``id`` breaks; ``detail`` says how."""

    rule: str
    severity: str
    id: str
    detail: str


@dataclass(frozen=True)
class Validation:
    """All findings in the order of the rules, then of the rows; ``rows`` counts those that could be read."""

    rows: int
    findings: tuple[Finding, ...]
    limits: Thresholds

    def count(self, severity: str) -> int:
        """How many findings are of this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def validate(items: Iterable[Article | Unreadable], limits: Thresholds | None = None) -> Validation:
    """Ask every rule of every row, in one pass. Raises MissingExtra without the library for near-duplicates."""
    limits = limits or Thresholds()
    rows = _Rows(limits)
    findings: list[Finding] = []
    for item in items:
        findings += rows.unreadable(item) if isinstance(item, Unreadable) else rows.add(item)
    findings += rows.together()
    findings.sort(key=lambda finding: _ORDER[finding.rule])  # stable: rows stay in order
    return Validation(len(rows.ids), tuple(findings), limits)


def _finding(rule: str, row: str, detail: str) -> Finding:
    return Finding(rule, SEVERITY[rule], row, detail)


class _Rows:
    """What must be known of earlier rows."""

    def __init__(self, limits: Thresholds) -> None:
        self.limits = limits
        self.ids: list[str] = []
        self.splits: list[str | None] = []
        self.known: set[str] = set()
        self.texts: dict[bytes, int] = {}  # of a text, the first row that has it
        self.same: dict[int, int] = {}  # row -> the first one with its text
        self.index, self.paragraphs = Index(), Paragraphs()

    def unreadable(self, item: Unreadable) -> Iterator[Finding]:
        # readers refuse a repeated id themselves
        rule = "duplicate-id" if item.reason.startswith("has the id ") else "unreadable"
        yield _finding(rule, item.source, item.reason)

    def add(self, article: Article) -> Iterator[Finding]:
        """What is wrong with this row by itself or against an earlier one's id and text."""
        row, place = rules.Row(article), len(self.ids)
        if article.id in self.known:
            yield _finding("duplicate-id", article.id, f"row {place + 1} has it, too")
        self.known.add(article.id)
        self.ids.append(article.id)
        self.splits.append(article.split)
        for rule in RULES:
            if rule.check is not None:
                yield from (_finding(rule.name, article.id, detail) for detail in rule.check(row, self.limits))
        if row.words:
            first = self.texts.setdefault(_digest(row.words), place)
            if first != place:
                self.same[place] = first
                yield _finding("duplicate-text", article.id, f"the same as {self.ids[first]}")
        self.index.add(article.text)
        self.paragraphs.add(place, row.prose)

    def together(self) -> Iterator[Finding]:
        """What shows only when all rows are known."""
        pairs = self.index.pairs(self.limits.near_duplicate)
        groups = connected(len(self.ids), pairs)
        yield from self._near(pairs)
        for group in groups:
            yield from self._leaks(group)
        for one in self.paragraphs.repeated(self.limits.repeated_posts, groups):
            more = f", and {one.paragraphs - 1} more like it" if one.paragraphs > 1 else ""
            yield _finding("boilerplate", self.ids[one.row], f"{rules.quoted(one.text)} is in {one.posts} posts{more}")

    def _near(self, pairs: Iterable[Pair]) -> Iterator[Finding]:
        """One finding a row: the earlier one that it is most like, unless their texts are the same."""
        best: dict[int, Pair] = {}
        for pair in pairs:
            if pair.second not in best or pair.similarity > best[pair.second].similarity:
                best[pair.second] = pair
        for place in sorted(best.keys() - self.same.keys()):
            pair = best[place]
            yield _finding("near-duplicate", self.ids[place], f"{pair.similarity:.2f} like {self.ids[pair.first]}")

    def _leaks(self, group: list[int]) -> Iterator[Finding]:
        """Rows of a group of near-duplicates whose first member in another split is named."""
        for place in group:
            split = self.splits[place]
            other = next((one for one in group if split and self.splits[one] not in (None, split)), None)
            if other is not None:
                yield _finding(
                    "leak", self.ids[place], f"in {split}, and like {self.ids[other]} in {self.splits[other]}"
                )


def _digest(found: list[str]) -> bytes:
    return blake2b("\n".join(found).encode("utf-8", "replace"), digest_size=16).digest()
