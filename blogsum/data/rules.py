"""The rules that look at one row: what is wrong with this article, or with its summary?

A rule yields what it saw, in words that a person can check against the row; nothing when all is well. Rules prefer to
miss a case over crying wolf: what they find on 3,415 real posts is in benchmarks/results/data.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from blogsum.data.coverage import human_summary
from blogsum.data.overlap import Overlap, is_cut_off, overlap
from blogsum.data.thresholds import Thresholds
from blogsum.summarize.evidence import new_facts
from blogsum.text.blocks import blocks
from blogsum.text.language import detect, small_words
from blogsum.text.sentences import words
from blogsum.types import Article, Unsupported

_SAYS = 30  # words from which on a text shows its language
_SUMMARY_SAYS = 15
_PARAGRAPH = 120  # characters
_MIXED = 0.25  # share of an article's prose in another language
_SHOWN = 40  # characters of a text that a finding quotes

# UTF-8 read as Windows-1252 or as MacRoman, characters lost for good, umlauts that became question marks
_MOJIBAKE = re.compile(
    r"\ufffd|ï¿½|ï»¿|[ÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€](?<!Â[»«°§])|â€[\u0080-\u00bf™œžš“”\"˜¦¢]|√[§∂º¼ü]|‚Äô|‚Äú"
    r"|\b(?:f\?r|k\?nn(?:en|te)|m\?ss(?:en|te)|w\?r(?:de|den)|gr\?\?e\w*)\b|(?<=\s)\?ber\b"
)
# tags that mark something up; one that only names itself ("das <h1>-Element") is what the summary is about
_TAG = re.compile(r"<(a|b|div|em|h[1-6]|i|li|small|span|strong|u)\b[^<>\n]{0,300}>[^<]{0,300}</\1>|<br\s?/?>|</?p>")
_ATTRIBUTE = re.compile(
    r"<(?:a|div|figure|font|iframe|img|p|script|span|style|table|td|ul)\s[^<>\n]{0,300}?\b(?:class|href|src|style|id|width)\s?="
)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|quot|lt|gt|[aouAOU]uml|szlig|hellip|[nm]dash|rsquo|[lr]dquo|#\d{2,6}|#x[0-9a-fA-F]{2,6});"
)
_CODES = r"(?:caption|gallery|embed|vc_\w+|et_pb_\w+|contact-form-7|sociable|su_\w+)"
_SHORTCODE = re.compile(
    rf"\[/?{_CODES}\s[^\]\n]{{1,300}}\]|\[/{_CODES}\]|^\[{_CODES}\]$"
    r"|\{\{[<%]\s?/?[\w-]+[^}\n]{0,300}[%>]\}\}|\{%-?\s?(?:include|raw|endraw|highlight|endhighlight|figure|youtube)\b",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Row:
    """An article with what several rules ask of it, each worked out once."""

    article: Article

    @cached_property
    def words(self) -> list[str]:
        """The article's words."""
        return words(self.article.text)

    @cached_property
    def summary(self) -> str:
        """The summary a human wrote, or nothing."""
        return human_summary(self.article) or ""

    @cached_property
    def summary_words(self) -> list[str]:
        """The summary's words."""
        return words(self.summary)

    @cached_property
    def shared(self) -> Overlap | None:
        """What article and summary share, when there are both."""
        return overlap(self.words, self.summary_words) if self.words and self.summary_words else None

    @cached_property
    def prose(self) -> list[str]:
        """Paragraphs, items and quotes: no headings, no code, no tables."""
        text = self.article.text
        kinds = ("paragraph", "item", "quote")
        return [text[block.start : block.end] for block in blocks(text) if block.kind in kinds]

    @cached_property
    def languages(self) -> dict[str, int]:
        """How many characters of the longer paragraphs are in which language, those that show none left out."""
        sizes: dict[str, int] = {}
        for paragraph in self.prose:
            if len(paragraph) >= _PARAGRAPH:
                lang = _language(paragraph, (self.article.lang or "")[:2])
                sizes[lang] = sizes.get(lang, 0) + len(paragraph)
        sizes.pop("und", None)
        return sizes

    @cached_property
    def lang(self) -> str:
        """The language that the text looks like; ``und`` for a short one."""
        if len(self.words) < _SAYS:
            return "und"
        total = sum(self.languages.values())
        clear = next((lang for lang, size in self.languages.items() if size > 0.7 * total), None)
        return clear or detect(self.article.text)

    @cached_property
    def cut_off(self) -> bool:
        """Whether the summary is an excerpt that a machine cut off."""
        return is_cut_off(self.summary, self.article.text)

    @cached_property
    def unsupported(self) -> Sequence[Unsupported]:
        """What the summary says and the article does not; a summary all of whose words stand there says nothing new."""
        if self.shared is None or not self.shared.novelty[0]:
            return ()
        return new_facts(self.summary, self.article)


def _language(paragraph: str, expected: str) -> str:
    """``detect``, but first a look whether one word in five is a small word of the language it should be in.

    Ten times as fast. German and English only: the words of neighbours (Danish, Norwegian) are too much alike.
    """
    if expected in ("de", "en"):
        found = words(paragraph)
        own = small_words(expected)
        if 5 * sum(word in own for word in found) >= len(found):
            return expected
    return detect(paragraph)


Check = Callable[[Row, Thresholds], Iterator[str]]


def empty(row: Row, limits: Thresholds) -> Iterator[str]:
    """No word at all."""
    if not row.words:
        yield "no words"


def too_short(row: Row, limits: Thresholds) -> Iterator[str]:
    """Fewer words than ``min_words``."""
    if 0 < len(row.words) < limits.min_words:
        yield f"{len(row.words)} words, at least {limits.min_words} expected"


def unexpected_language(row: Row, limits: Thresholds) -> Iterator[str]:
    """A language that is not one of ``languages``."""
    lang = row.lang if row.lang != "und" else row.article.lang or "und"
    if limits.languages and lang != "und" and lang not in limits.languages:
        yield f"is {lang}, expected {' or '.join(limits.languages)}"


def wrong_language(row: Row, limits: Thresholds) -> Iterator[str]:
    """The row names another language than its text is in."""
    said = (row.article.lang or "und")[:2]
    share = row.languages.get(said, 0) / max(1, sum(row.languages.values()))
    if "und" not in (said, row.lang) and said != row.lang and share < _MIXED:  # else it is mixed, not wrong
        yield f"says {said}, looks like {row.lang}"


def mixed_languages(row: Row, limits: Thresholds) -> Iterator[str]:
    """A good part of the text is in another language."""
    whole = row.languages
    total, own = sum(whole.values()), max(whole.values(), default=0)
    if total and total - own >= _MIXED * total:
        parts = sorted(whole.items(), key=lambda pair: -pair[1])
        yield ", ".join(f"{lang} {100 * size / total:.0f} %" for lang, size in parts[:3])


def summary_language(row: Row, limits: Thresholds) -> Iterator[str]:
    """The summary is in another language than its article."""
    if len(row.summary_words) >= _SUMMARY_SAYS and row.lang != "und":
        lang = detect(row.summary)
        if lang not in ("und", row.lang):
            yield f"the article is {row.lang}, its summary {lang}"


def summary_longer(row: Row, limits: Thresholds) -> Iterator[str]:
    """The summary has at least as many words as the article."""
    if row.words and len(row.summary_words) >= len(row.words):
        yield f"{len(row.summary_words)} words for an article of {len(row.words)}"


def summary_share(row: Row, limits: Thresholds) -> Iterator[str]:
    """The summary is longer than ``max_summary_share`` of the article."""
    size, whole = len(row.summary_words), len(row.words)
    if limits.max_summary_share * whole < size < whole:
        share, most = 100 * size / whole, 100 * limits.max_summary_share
        yield f"{size} words are {share:.0f} % of the article, at most {most:.0f} %"


def summary_short(row: Row, limits: Thresholds) -> Iterator[str]:
    """Fewer words than ``min_summary_words``."""
    if 0 < len(row.summary_words) < limits.min_summary_words:
        yield f"{len(row.summary_words)} words, at least {limits.min_summary_words} expected: {quoted(row.summary)}"


def summary_cut_off(row: Row, limits: Thresholds) -> Iterator[str]:
    """An excerpt that stops in mid-sentence."""
    if row.cut_off:
        yield f"ends with {quoted(row.summary, last=True)}"


def summary_is_lead(row: Row, limits: Thresholds) -> Iterator[str]:
    """The summary only repeats how the article opens."""
    if row.shared and row.shared.lead >= limits.lead_share and row.shared.compression > 1 and not row.cut_off:
        yield f"{100 * row.shared.lead:.0f} % of its word pairs open the article"


def unsupported_names(row: Row, limits: Thresholds) -> Iterator[str]:
    """Names in the summary that the article lacks."""
    yield from _lacking(row, "name")


def unsupported_numbers(row: Row, limits: Thresholds) -> Iterator[str]:
    """Numbers in the summary that the article lacks."""
    yield from _lacking(row, "number")


def _lacking(row: Row, kind: str) -> Iterator[str]:
    found = [quoted(one.text) for one in row.unsupported if one.kind == kind]
    if found:
        yield f"not in the article: {', '.join(found)}"


def mojibake(row: Row, limits: Thresholds) -> Iterator[str]:
    """Characters broken by a wrong encoding, in title, text or summary."""
    for place, text in _texts(row):
        if found := _MOJIBAKE.search(text):
            yield f"{place}: {quoted(text[max(0, found.start() - 15) : found.end() + 15])}"


def leftover_html(row: Row, limits: Thresholds) -> Iterator[str]:
    """Tags with attributes, entities or shortcodes outside of code; in a summary any tag."""
    for place, text in _texts(row):
        patterns = [_ATTRIBUTE, _ENTITY, _SHORTCODE] + [_TAG] * (place == "summary")
        found = next((match for pattern in patterns if (match := pattern.search(text))), None)
        if found:
            yield f"{place}: {quoted(text[found.start() : found.end() + 25])}"


def _texts(row: Row) -> Iterator[tuple[str, str]]:
    yield "title", row.article.title or ""
    yield "text", "\n".join(row.prose)
    yield "summary", row.article.summary or ""


def quoted(text: str, last: bool = False) -> str:
    """The text on one line between quotes, cut to its first words or, with ``last``, to its last."""
    line = " ".join(text.split())
    if len(line) > _SHOWN:
        line = "…" + line[1 - _SHOWN :].lstrip() if last else line[: _SHOWN - 1].rstrip() + "…"
    return f"“{line}”"
