"""Is this teaser a person's, or the opening of the article, cut off by a machine? Knows nothing of where it stood."""

from __future__ import annotations

import re

_TRUNCATED = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;)\]?\s*)?"
    r"(?:\[?\(?(?:weiterlesen|mehr lesen|read more|continue reading)\)?\]?[\s.…»→]*)$|(?:…|\.\.\.)\]?$",
    re.IGNORECASE,
)
_CUT = r"\[(?:…|\.\.\.|&hellip;)\]"
_MORE = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?\s*)?[\[(]?\s*(?:weiterlesen|weiter lesen|mehr lesen"
    r"|(?:lesen sie|lies) (?:hier )?(?:mehr|weiter)|zum (?:ganzen )?(?:artikel|beitrag)"
    rf"|read (?:more|on)|continue reading|keep reading)\b[^.!?]{{0,120}}$|\s*{_CUT}\s*$",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\s*(?:…|\.\.\.|&hellip;)\s*$")
_END = re.compile(r"[.!?…:]['\"”“»«›‹’)\]]*$")
_SHARE = 0.7  # of the article's words: above it is the article again, as feeds give it


def human_teaser(summary: str | None, text: str) -> str | None:
    """``summary``, but None when it says that it was cut ("…", "[weiterlesen]") and is the opening of ``text``."""
    if not summary or not (match := _TRUNCATED.search(summary)):
        return summary
    kept = _letters(summary[: match.start()])
    return None if not kept or kept[:80] in _letters(text[: 4 * len(summary) + 2000]) else summary


def kept_teaser(summary: str | None, text: str) -> str | None:
    """``summary`` as it may be kept, without a link to read on; None when a machine made it.

    Stricter than ``human_teaser``, because nobody looks at what is kept. A machine's is the opening of ``text`` cut in
    the middle ("…", "[weiterlesen]", or no sentence's end at all), or nearly all of ``text``.
    """
    if not summary:
        return None
    more = _MORE.search(summary)
    kept = (summary[: more.start()] if more else summary).strip()
    bare = _DOTS.sub("", kept)
    if not _letters(bare) or len(kept.split()) > _SHARE * len(text.split()) > 0:
        return None
    opening = text[: 4 * len(summary) + 2000]
    opened = _letters(bare)[:80] in _letters(opening)
    whole = _END.search(bare) is not None or _is_paragraph(bare, opening)
    if opened and (more or bare != kept or not whole):
        return None
    return kept if whole or not more else None


def _is_paragraph(words: str, text: str) -> bool:
    """Whether a line of ``text`` ends as ``words`` do: a subtitle has no full stop, and nothing was cut off it."""
    end = _letters(words)[-60:]
    return any(_letters(line).endswith(end) for line in text.split("\n"))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
