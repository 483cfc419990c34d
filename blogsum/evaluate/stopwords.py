"""Words that say nothing about what a text is about, by language; for a language without a list there are none."""

from __future__ import annotations

from functools import lru_cache

from blogsum.summarize.lexicon import STOP
from blogsum.text.language import function_words

# Verbs of saying and the like: they follow from the genre, not from the subject. English news add "said" to any clause.
_MORE = {
    "en": """say says said one two also us would could new day year time week people thing an any does did done doing
        had having let ever never always yet per via am being he's it's i'm don't ll ve re'""",
    "de": """sagt sagte sagten heißt worden würde würden könnte könnten sollte sollten hätte wäre eins zwei neue neuen
        neuer heute jahr zeit war warst bin bist seid ihm ihn ihnen deren dessen denen jene jener jenes welche welcher
        dort wann warum weshalb jedoch allerdings außerdem deshalb daher während dadurch daran darin hin her""",
}


@lru_cache(maxsize=64)
def stopwords(lang: str) -> frozenset[str]:
    """Function words and their stems, lower case, of a language (ISO 639-1)."""
    return STOP.get(lang, frozenset(function_words(lang))) | frozenset(_MORE.get(lang, "").split())
