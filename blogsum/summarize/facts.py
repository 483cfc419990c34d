"""Names, quotes and negations of a summary and whether the article has them; numbers are in ``numbers.py``.

Capitals decide what is a name in English; in German every noun has one, so a word that the article lacks counts as a
name only by a further sign: odd capitals or digits, a title before it, a name beside it, a place or first name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from blogsum.summarize.gazetteer import FIRST_NAMES, PLACES
from blogsum.text.sentences import stems, words
from blogsum.types import Sentence

Span = tuple[int, int]

FLAT = str.maketrans("\xa0\u202f\u2009\t\n„“”«»‟‚‘’‹›–—‑", '     """"""\'\'\'\'\'---')
_TOKEN = re.compile(r"[^\W_](?:[\w’'&.+-]*[\w+])?")
_QUOTE = re.compile(r"„([^„“”\"]{1,600})[“”\"]|“([^“”]{1,600})”|»([^»«]{1,600})«|«([^»«]{1,600})»|\"([^\"]{1,600})\"")
_OMITTED = re.compile(r"\s*(?:\[\s?(?:…|\.\.\.)\s?\]|\(\s?(?:…|\.\.\.)\s?\)|…|\.\.\.)\s*")
_TITLES = frozenset(
    """dr prof herr herrn frau mr mrs ms sir lord präsident präsidentin kanzler kanzlerin bundeskanzler
    bundeskanzlerin minister ministerin professor professorin president chancellor senator""".split()  # noqa: SIM905
)
# capitalised in English for other reasons than being a name
_PLAIN_EN = frozenset(
    """i i'm i've i'll i'd the a an this that these those it he she we they you there here what when where why how who
    which if in on at by for from with without to of and or but nor so yet as our your his her its their my some any
    all many most few more each every both no not new only just also then now after before during since while until
    because although though however once first second finally today yesterday tomorrow is are was were be do does did
    can could will would should may might must let lets let's have has had one two three four five six seven eight
    nine ten part chapter section step figure table version internet web god mr mrs ms dr read learn discover find get
    use using make making learn meet join see explore introducing announcing check look come take try here's what's
    it's we're we've we'll you're you'll don't isn't can't""".split()  # noqa: SIM905
)
_FORMS = frozenset({"GmbH", "gGmbH", "AG", "KG", "eG", "Inc", "Ltd", "LLC", "Co", "OK"})
_AMOUNTS = frozenset(
    """anfang mitte ende stück tasse tassen glas gläser liter meter kilo kilometer gramm prozent euro dollar grad
    stunden minuten tage tagen wochen monate monaten jahr jahre jahren paar menge art sorte reihe gruppe million
    millionen milliarde milliarden teil seite kapitel montag dienstag mittwoch donnerstag freitag samstag
    sonntag""".split()  # noqa: SIM905
)
_DETERMINERS = re.compile(
    r"(?:der|die|das|den|dem|des|k?ein(?:e[nmrs]?)?|[mds]ein(?:e[nmrs]?)?|ihr(?:e[nmrs]?)?|unser(?:e[nmrs]?)?|"
    r"eure?[nmrs]?|dies(?:e[nmrs]?)|jed(?:e[nmrs]?)|all(?:e[nmrs]?)?|viele?[nr]?|wenige?[nr]?|mehr|einige?[nrs]?|"
    r"zum|zur|beim|vom|am|im|ins|ans|welche[nmrs]?|solche[nmrs]?|manche[nmrs]?|etwas|nichts)"
)
_NOUN_END = re.compile(
    r"(?:ung|heit|keit|schaft|tion|sion|tät|ismus|nis|tum|chen|lein|ling|ment|anz|enz|ik|ei|age|eur|ist|graf|loge|"
    r"ie|or|ant|ent|ner|ler)(?:en|e|s|es|in|innen|n|er)?$"
)
_PLACE_END = re.compile(r"^.{3,}(?:burg|stadt|hausen|heim|furt|bach|brücken?|ingen|stein|kirchen|hafen|walde)$")
_ODD = re.compile(r"^(?:.*[^\W\d_].*\d.*|.+[^\W\d_]?[a-zäöüß][A-ZÄÖÜ].*|[A-ZÄÖÜ][A-ZÄÖÜ&]+s?|.*\d.*[A-Za-z].*)$")
_NUMERIC = re.compile(r"^[\d.,:’'-]+(?:er|ern|st|nd|rd|th|s|k|km|m|kg|g|cm|mm|h|min|am|pm|mb|gb|tb|px|x|€|-?\w+)?$")
_NEGATIONS = {
    "de": r"nicht|nichts|nie|niemals|niemand(?:em|en)?|kein(?:e[nmrs]?|erlei)?|ohne|weder|nirgends|keineswegs",
    "en": r"not|\w+n['’]t|never|no|nobody|nothing|none|neither|nor|without|cannot|nowhere",
}
_NOT_ONLY = re.compile(r"\b(?:nicht (?:nur|zuletzt|allein)|not only|not just|no doubt|no\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Vocabulary:
    """An article's words, for asking whether it has a name."""

    text: str
    lang: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Folded words and the parts of hyphenated ones."""
        return frozenset(words(self.text)) | {fold(match[0]) for match in _TOKEN.finditer(self.text)}

    @cached_property
    def stems(self) -> frozenset[str]:
        """The words' stems."""
        return frozenset(stems(self.text, self.lang))

    @cached_property
    def joined(self) -> str:
        """All words in one string, each between line ends: for the parts of compounds."""
        return "\n" + "\n".join(sorted(self.words)) + "\n"

    @cached_property
    def initials(self) -> str:
        """First letters of the text's words in order, for acronyms that the article spells out."""
        return "".join(match[0][0].lower() for match in _TOKEN.finditer(self.text))

    def has(self, token: str) -> bool:
        """Whether the article has this word in some form: inflected, in a compound, as an acronym or spelled out."""
        word = fold(token)
        if word in self.words or f"{word}s" in self.words or set(stems(word, self.lang)) <= self.stems:
            return True
        if word in FIRST_NAMES:
            return False  # "Peter" is no part of "Petersen"
        if "-" in word or "/" in word:
            return all(self.has(part) for part in re.split(r"[-/]", word) if part)
        if token.isupper() and 2 <= len(token) <= 6:
            return word in self.initials
        if len(word) >= 4 and word in self.joined:
            return True  # a part of a compound: "Bahn" of "Bahnhof"
        return len(word) > 6 and f"\n{word[: max(5, len(word) - 3)]}" in self.joined  # "Berliner" of "Berlin"


def fold(token: str) -> str:
    """A word as it is compared: no case, no genitive mark."""
    word = token.casefold().replace("’", "'")
    return (re.sub(r"'s?$", "", word) if "'" in word else word).strip(".")


def names(summary: str, sentences: Sequence[Span], lang: str, known: Vocabulary) -> Iterator[Span]:
    """Where the summary names somebody or something that the article does not; neighbours make one name."""
    for start, end in sentences:
        tokens = [match.span() for match in _TOKEN.finditer(summary, start, end)]
        tokens = [_trimmed(summary, a, b) for a, b in tokens]
        strange = [_strange(summary, tokens, number, lang, known) for number in range(len(tokens))]
        yield from _runs(summary, tokens, strange)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without a genitive mark."""
    match = re.search(r"['’]s?$", text[start:end])
    return (start, end - len(match[0])) if match else (start, end)


def _runs(text: str, tokens: Sequence[Span], strange: Sequence[bool]) -> Iterator[Span]:
    run: Span | None = None
    for (start, end), odd in zip(tokens, strange, strict=True):
        if odd and run and text[run[1] : start] in (" ", "\xa0"):
            run = (run[0], end)
        elif odd:
            if run:
                yield run
            run = (start, end)
    if run:
        yield run


def _strange(text: str, tokens: Sequence[Span], number: int, lang: str, known: Vocabulary) -> bool:
    """Whether a token is a name that the article lacks."""
    token = _word(text, tokens, number)
    if not any(c.isupper() or c.isdigit() for c in token) or _NUMERIC.match(token):
        return False
    if len(token) < 2 or token in _FORMS or known.has(token):
        return _mixed(text, tokens, number, known)
    if _ODD.match(token) and not _shouted(text, tokens) and not re.search(r":?[*_]?[iI]nnen$", token):
        return True
    if not token[0].isupper():
        return False
    first = number == 0 or bool(re.search(r"[:!?.…–]\s*[\"„“»]?$|[\"„“»]$", text[: tokens[number][0]]))
    if fold(token) in PLACES | FIRST_NAMES:
        return not (first and fold(token) in ("essen", "mark", "grace", "will", "may"))
    return _named_de(text, tokens, number, first) if lang == "de" else _named(text, tokens, number, first)


def _named(text: str, tokens: Sequence[Span], number: int, first: bool) -> bool:
    """English and most others: a capital inside a sentence that is not all capitals."""
    token = _word(text, tokens, number)
    if fold(token) in _PLAIN_EN or _title_case(text, tokens):
        return False
    if not first:
        return True
    after = _word(text, tokens, number + 1)
    return after[:1].isupper() and _adjacent(text, tokens, number) and not re.search(r"(?:ing|ed|ly|s)$", token)


def _named_de(text: str, tokens: Sequence[Span], number: int, first: bool) -> bool:
    """German: a title before it, a first name beside it, or the end of a place name where no noun would stand."""
    token, before = _word(text, tokens, number), _word(text, tokens, number - 1) if number else ""
    if fold(before) in _TITLES or (fold(before) in FIRST_NAMES and before[:1].isupper()):
        return not _NOUN_END.search(token) or fold(before) != "frau"
    if first or "-" in token or fold(token) in _AMOUNTS or fold(before) in _AMOUNTS:
        return False
    if _PLACE_END.match(token.lower()) and fold(before) in ("in", "aus", "nach", "bei", "von", "und", "oder"):
        return True
    after = _word(text, tokens, number + 1) if _adjacent(text, tokens, number) else ""
    beside = [after] if after[:1].isupper() else []
    if number and before[:1].isupper() and _adjacent(text, tokens, number - 1) and number > 1:
        beside.append(before)
    if not beside or _NOUN_END.search(token) or before[-1:].isdigit():
        return False
    lead = _word(text, tokens, number - 1 - (before in beside)) if number > (before in beside) else ""
    return not _DETERMINERS.fullmatch(lead.lower()) and not any(_NOUN_END.search(word) for word in beside)


def _mixed(text: str, tokens: Sequence[Span], number: int, known: Vocabulary) -> bool:
    """A known surname behind a known first name, where the article gives that first name to other people only."""
    if not number or not _adjacent(text, tokens, number - 1):
        return False
    first, last = _word(text, tokens, number - 1), _word(text, tokens, number)
    if fold(first) not in FIRST_NAMES or not first[0].isupper() or not last[:1].isupper():
        return False
    behind = re.findall(rf"\b{re.escape(first)}\s+([A-ZÄÖÜ][\w’'-]+)", known.text)
    return bool(behind) and fold(last) not in {fold(name) for name in behind} and len(behind) == known.text.count(first)


def _word(text: str, tokens: Sequence[Span], number: int) -> str:
    return text[slice(*tokens[number])] if 0 <= number < len(tokens) else ""


def _adjacent(text: str, tokens: Sequence[Span], number: int) -> bool:
    """Whether only a space (or the dot of „Dr.“) parts a token from the next."""
    return number + 1 < len(tokens) and bool(re.fullmatch(r"\.?\s", text[tokens[number][1] : tokens[number + 1][0]]))


def _title_case(text: str, tokens: Sequence[Span]) -> bool:
    capital = [text[a].isupper() for a, b in tokens if b - a > 3]
    return len(capital) >= 4 and sum(capital) >= 0.7 * len(capital)


def _shouted(text: str, tokens: Sequence[Span]) -> bool:
    return len(tokens) >= 3 and sum(text[a:b].isupper() for a, b in tokens) >= 0.6 * len(tokens)


def quotes(summary: str, article: str) -> Iterator[Span]:
    """Quoted passages of two words or more that the article does not have word for word.

    Quote marks, spaces, case and end marks may differ; what an ellipsis leaves out is left out. One quoted word is
    irony or a term, not speech.
    """
    whole = _bare(article)
    for match in _QUOTE.finditer(summary):
        inside = next(group for group in match.groups() if group is not None)
        parts = [_bare(part) for part in _OMITTED.split(inside)]
        whole_summary = len(match[0]) > 0.9 * len(summary.strip())  # quoted by whoever stored it
        if len(words(inside)) > 1 and not whole_summary and not all(part in whole for part in parts):
            yield match.span()


def _bare(text: str) -> str:
    flat = re.sub(r"[\"'*_`\xad]", "", text.translate(FLAT)).casefold()
    return re.sub(r"\s+", " ", flat).strip(" .,;:!?-")


def negations(text: str, lang: str) -> list[Span]:
    """The words of a sentence that negate; „nicht nur“ does not."""
    cues = _NEGATIONS.get(lang, "|".join(_NEGATIONS.values()))
    hidden = _NOT_ONLY.sub(lambda match: "~" * len(match[0]), text)
    return [match.span() for match in re.finditer(rf"\b(?:{cues})\b", hidden, re.IGNORECASE) if match[0] != "Not"]


def turned(text: str, carrier: Sentence, source: Sequence[Sentence], lang: str) -> Span | None:
    """Where ``text`` negates what the article affirms or affirms what it negates, offsets in ``text``; None if not.

    Only what both sentences speak of counts: the words around the negation must stand in the other one.
    """
    own, other = negations(_unquoted(text), lang), negations(carrier.text, lang)
    if own and not other:
        about = _scope(text, own[0], lang)
        held = about & set(stems(carrier.text, lang))
        elsewhere = any(negations(s.text, lang) and len(about & set(stems(s.text, lang))) >= 2 for s in source)
        return own[0] if about and len(held) * 2 >= len(about) and not elsewhere else None
    other = negations(_unquoted(carrier.text), lang)
    if other and not negations(text, lang):
        about = _scope(carrier.text, other[0], lang)
        held = about & set(stems(text, lang))
        elsewhere = any(not negations(s.text, lang) and about <= set(stems(s.text, lang)) for s in source)
        question = text.rstrip().endswith("?")
        return (0, len(text)) if about and len(held) * 3 >= 2 * len(about) and not elsewhere and not question else None
    return _un(text, carrier.text, lang)


def _unquoted(text: str) -> str:
    """The text with what it quotes made invisible, at the same offsets."""
    return _QUOTE.sub(lambda match: "~" * len(match[0]), text)


def _scope(text: str, cue: Span, lang: str) -> set[str]:
    """Stems of the content words around a negation: two before, three behind, inside its clause."""
    before = re.split(r"[,;:–]", text[: cue[0]])[-1]
    behind = re.split(r"[,;:–]", text[cue[1] :])[0]
    near = [*[w for w in words(before) if len(w) > 3][-2:], *[w for w in words(behind) if len(w) > 3][:3]]
    return set(stems(" ".join(near), lang))


def _un(text: str, carrier: str, lang: str) -> Span | None:
    """„unfair“ where the article says „fair“, or the reverse."""
    own, other = words(text), set(words(carrier))
    for word in own:
        bare = word[2:] if word.startswith("un") and len(word) > 5 else ""
        twin = bare if bare else f"un{word}"
        if twin in other and word not in other and twin not in own and len(word) > 3:
            at = text.lower().find(word)
            return (at, at + len(word)) if at >= 0 else None
    return None
