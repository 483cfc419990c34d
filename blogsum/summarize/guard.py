"""What a model writes is not yet a summary: the rules that refuse it, in words. Knows no model and no article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from blogsum.summarize.decoding import Written
from blogsum.text.language import detect

_SIZE = 3  # words of a run
_OFTEN = 3  # times that a run of words may not come
_FEWEST = 3  # words of a sentence
_SPELT = re.compile(r"<extra_id_\d+>")  # in pieces of the text, where a vocabulary lost the mark itself
# A run of up to three letters eight times over, or of up to forty four times: no word, in any script
_STUTTER = re.compile(r"([^\W\d_]{1,3}?)\1{7}|([^\W\d_]{4,40}?)\2{3}")
_CERTAIN = 8  # words from which the language of a text is known well enough to refuse it


def refusal(
    written: Written, text: str, lang: str | None, sentinels: Iterable[int], size: int, line_break: int | None = None
) -> str:
    """Why ``text``, decoded from ``written``, is no summary of an article in ``lang``; "" when it may be one.

    ``sentinels`` are ids that only pretraining uses, ``size`` is the number of pieces of the vocabulary; the
    ``line_break`` may lie beyond them.
    """
    ids = set(written.tokens) - {line_break}
    if any(one >= size for one in ids) or ids & set(sentinels) or _SPELT.search(text):
        return "it wrote a mark of its pretraining: the model was not trained to summarise"
    if not any(map(str.isalnum, text)):
        return "it wrote nothing"
    if "\ufffd" in text:
        return "it wrote broken characters"
    if text.isascii() and len(text.split()) < _FEWEST:  # other scripts need no spaces
        return "it wrote no sentence"
    if _repeats(text.casefold().split()) or _STUTTER.search(text.casefold()):
        return "it repeats itself without end"
    found = detect(text) if len(text.split()) >= _CERTAIN else None
    if lang and lang != "und" and found not in (None, "und", lang):
        return f"it wrote in '{found}', the article is in '{lang}'"
    return ""


def _repeats(words: Sequence[str]) -> bool:
    """Whether three words come three times in the same order, or one word four times in a row."""
    runs = Counter(zip(*(words[i:] for i in range(_SIZE)), strict=False))
    in_a_row = any(len(set(words[i : i + _OFTEN + 1])) == 1 for i in range(len(words) - _OFTEN))
    return in_a_row or any(count >= _OFTEN for count in runs.values())
