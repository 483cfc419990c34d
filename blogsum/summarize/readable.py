"""Which sentences may stand in a summary at all, and which lean on the one before them. Knows no scores.

Rules of form hold for every language; what words do is looked up in ``cues`` (German and English).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from blogsum.summarize import cues
from blogsum.summarize.outline import FINAL, Line

_CLOSERS = "\"'”“„’‘«»›‹)]】」』*_ "
_OPENERS = "\"'„“”‚‘»«›‹([{*_-–—• "
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
_CODE = re.compile(
    r"\]\(|:[a-z_]{2,}:|&[a-z]+;|\*\*|"
    r"https?:|www\.|[{}<>|`\\^]|~(?!\d)|=>|->|==|(?<!\w)::|::(?!\w)|\$[A-Za-z_{(]|&&|[a-z](?:(?![a-z])[\w-])*/\w+/\w|"
    r"^\s*[$#](?!\w)|\b[A-Za-z_]\w*\(\w.*?\("
)
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_LABELLED = re.compile(r"^[^.!?:]{2,60}:\s")
_WORD = re.compile(r"\w+")
_COMPOUND = re.compile(r"\W*\w+-\w")  # "Hi-fidelity", "Well-executed": the first word does not stand by itself
_SMILEY = re.compile(r"[:;]-?[()]")
# a name in small letters may begin a sentence: "iPhone", "medRxiv", "login.gov", "#Hashtag"
_SMALL_NAME = re.compile(r"\W*(?:[a-z]{1,2}[A-Z]|[a-z]+[A-Z][a-z]|[a-z\d-]+\.(?:de|com|org|net|gov|io|ch|at|eu)\s)")


def why_barred(line: Line, names: Collection[str] = (), headings: Collection[tuple[str, ...]] = ()) -> str | None:
    """The reason that keeps a sentence out of every summary, one word, or None.

    ``names`` may begin it in lower case: the words of the title, where "dplyr" or "curl" are called by name.
    ``headings`` are the words of the title and the headings: a sentence that only repeats one is none.
    """
    text = line.text.strip()
    if text.rstrip(_CLOSERS).endswith(("?", "？", "؟", ";")) or "? " in text or "?!" in text:
        return "question"
    if line.words in headings:
        return "heading"
    if is_fragment(text, names if line.place == 0 else ()):
        return "fragment"
    if is_unbalanced(text):
        return "unbalanced"
    if _CODE.search(text):
        return "code"
    words = line.words
    if cues.greets(words) and not _COMPOUND.match(text):
        return "greeting"
    if cues.labels(words) and _LABELLED.match(text):
        return "caption"
    call, navigation = cues.NEVER.counts(words)
    if call or cues.orders(words):
        return "call"
    return "navigation" if navigation else None


def is_fragment(text: str, names: Collection[str] = ()) -> bool:
    """Too short, without an end, announcing a list, beginning in the middle, or more digits and signs than letters."""
    letters = sum(map(str.isalpha, text))
    if letters < 0.65 * (len(text) - text.count(" ")) or not FINAL.search(text):
        return True
    if _UNSPACED.search(text):
        return letters < 8
    if _NUMBERED.match(text):
        return True
    first = text.lstrip(_OPENERS)[:1]
    if first.islower() and not _SMALL_NAME.match(text) and not _is_name(text, names):
        return True
    return (
        not first.isalnum()
        or text.startswith("*")
        or text.endswith("*")
        or len(text.split()) < 4
        or text.rstrip(_CLOSERS).endswith((":", "...", "…", ",", ".."))
    )


def _is_name(text: str, names: Collection[str]) -> bool:
    first = _WORD.search(text)
    return first is not None and len(first.group()) > 1 and first.group() in names and not cues.is_small(first.group())


def is_unbalanced(text: str) -> bool:
    """Whether a bracket or a quotation mark has lost its partner: „…“, “…”, «…», »…«, "…", (…), […]."""
    text = _SMILEY.sub("", text)
    if any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}", "«»", "‹›", "「」", "『』", "（）")):
        return True
    low, left, right = text.count("„"), text.count("“"), text.count("”")
    straight = text.count('"')
    if low > left + right:  # „KOKOMO" closes with the typewriter's mark
        low, straight = low - min(low - left - right, straight), straight - min(low - left - right, straight)
    curly = low != left + right if low else left != right
    return curly or straight % 2 == 1 or text.count("‚") > text.count("‘") + text.count("’")


def leans(line: Line) -> bool:
    """Whether a sentence begins with words that point back, so that it reads only behind its predecessor."""
    text = line.text
    if text[:1] in "([–—-":
        return True
    capitals = [match.group()[:1].isupper() for match in _WORD.finditer(text[:80])]
    if _COMPOUND.match(text):
        return False
    if line.sentence.index == 0 and cues.opens_thought(line.words):
        return False
    # the article's own first sentence sets itself against what every reader thinks, not against a sentence
    return cues.leans(line.words, capitals) or (line.sentence.index > 0 and cues.contrasts(line.words))


def leans_inside(line: Line) -> bool:
    """Whether it points back a few words later: "Die Idee ist auch …"."""
    return cues.leans_inside(line.words)
