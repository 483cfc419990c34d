"""What number, date or time a text names, in German or English spelling; values that are equal compare equal.

A value is a short string: ``1000`` a number, ``2021-05-03`` a date, ``05-03`` a day of a year, ``2021-05`` a month,
``t14:30`` a time. Spelling can be ambiguous (``1.000`` is a thousand or one), so a mention may have several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Number:
    """A mention at ``start:end``; ``values`` are its readings, ``implied`` what else it says (the year of a date)."""

    text: str
    start: int
    end: int
    values: frozenset[str]
    implied: frozenset[str] = frozenset()


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jänner jan",
            "februar february feber feb",
            "märz march mär mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted({m.capitalize() for m in _MONTHS}, key=len, reverse=True))
_DATES = [
    re.compile(r"(?<![\w.])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<![\w.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>\d{4}|\d\d(?!\d)))?(?![\d.]*\d)"),
    re.compile(r"(?<![\w.])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4}|\d\d)(?!\d)"),
    re.compile(
        rf"(?<![\w.,])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<n>{_MONTH})\b\.?(?:,?\s(?P<y>\d{{4}})(?!\d))?"
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\b\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d)(?:,?\s(?P<y>\d{{4}})(?!\d))?"),
    re.compile(rf"\b(?P<n>{_MONTH})\b\.?,?\s(?P<y>\d{{4}})(?!\d)"),
]
_SHORT = _DATES[1]
_FULL_YEAR = re.compile(rf"\b(?P<n>{_MONTH})\b\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})(?!\d)")
_TIME = re.compile(
    r"(?<![\w:.,])(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?\s?(?P<u>Uhr\b|[ap]\.m\.|[ap]m\b|AM\b|PM\b|o[’']clock\b)"
    r"|(?<![\w:.,])(?P<h2>[01]?\d|2[0-3]):(?P<m2>[0-5]\d)(?![\d:])"
)
_DIGITS = re.compile(
    r"(?<![\w.,])(?<![^\W\d_][-‑])[-−+±~$€£#]?(?P<n>\d{1,3}(?:[ \xa0\u202f\u2009]\d{3})+(?!\d)|\d+(?:[.,'’]\d+)*)"
    r"(?P<tail>(?:er|ern|s)\b)?"
    # letters at once behind digits make a name ("18F", "5G"), unless they are a unit
    r"(?!\d|[A-Z](?!B\b|b\b|W\b|Wh\b|Hz\b|\b)[^\W_]*|[FGD]\b)"
    r"(?:\s?[-‑]?(?P<scale>Tsd|Tausend|tausend|thousand|Mio|Mill|Millionen|Million|million|millions|m|Mrd|Milliarden|"
    r"Milliarde|billion|billions|bn|Billionen|trillion|k|K|M)\b\.?)?"
)
# billion is 10^9 in English; a German Billion is 10^12 (plural Billionen)
_SCALES = {"tsd": 3, "tausend": 3, "thousand": 3, "k": 3, "mio": 6, "mill": 6, "million": 6, "millionen": 6, "m": 6,
           "millions": 6, "mrd": 9, "milliarde": 9, "milliarden": 9, "billion": 9, "billions": 9, "bn": 9,
           "billionen": 12, "trillion": 12}  # fmt: skip

_ONES = {"zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
         "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16,
         "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
         "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
         "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
         "nineteen": 19, "dozen": 12, "dutzend": 12, "twice": 2}  # fmt: skip
_TENS = {"zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
         "achtzig": 80, "neunzig": 90, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
         "eighty": 80, "ninety": 90}  # fmt: skip
_HUNDREDS = {"hundert": 100, "hundred": 100, "tausend": 1000, "thousand": 1000}
_LARGE = {"million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "billion": 10**9}
# forms of a number word: "zweite", "dritten", "vierfach", "fünfköpfig" ; "third", "fifth"
_ORDINALS = {"zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "acht": 8, "neunt": 9,
             "zehnt": 10, "elft": 11, "zwölft": 12, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
             "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12}  # fmt: skip
_ORDINAL = re.compile(r"(zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt|elft|zwölft)(?:e[rnsm]?|ens)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TOKEN = re.compile("|".join(sorted({*_ONES, *_TENS, *_HUNDREDS, "ein", "und"}, key=len, reverse=True)))


def numbers(text: str, lang: str) -> list[Number]:
    """Every number, date and time that ``text`` names, in digits or words, in order; none overlaps another."""
    taken: list[tuple[int, int]] = []
    found: list[Number] = []
    for one in (*_dates(text, lang), *_times(text), *_numerals(text, lang), *_spelled(text)):
        if all(one.end <= start or end <= one.start for start, end in taken):
            taken.append((one.start, one.end))
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def says(known: frozenset[str], one: Number) -> bool:
    """Whether values found in an article hold this mention: as such, or a date as its day and its year."""
    if one.values & known:
        return True
    return any(len(value) == 10 and value[5:] in known and value[:4] in known for value in one.values)


def _dates(text: str, lang: str) -> Iterator[Number]:
    for pattern in (_FULL_YEAR, *_DATES):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            year = parts.get("y") or ""
            year = f"20{year}" if len(year) == 2 else year
            pairs = [(parts.get("m"), parts.get("d"))]
            if "n" in parts:
                pairs = [(str(_MONTHS[match["n"].lower()]), parts.get("d"))]
            elif "a" in parts:
                pairs = [(parts["a"], parts["b"]), (parts["b"], parts["a"])]
            values, implied = _calendar(year, pairs)
            if pattern is _SHORT and not year:  # "22.05." is a day in German, and everywhere a number before a stop
                if lang != "de":
                    continue
                values |= {f"{parts['d']}.{parts['m']}"}
            if values:
                yield Number(match[0], match.start(), match.end(), values, implied)


def _calendar(year: str, pairs: list[tuple[str | None, str | None]]) -> tuple[frozenset[str], frozenset[str]]:
    """Values and implied values of a date; none when there is no such day."""
    values, implied = set(), {year} if year else set()
    for month, day in pairs:
        m, d = int(month or 0), int(day or 0)
        if not 1 <= m <= 12 or d > 31 or (day is not None and d < 1):
            continue
        if day is None:
            values.add(f"{year}-{m:02}")
            continue
        values.add(f"{year}-{m:02}-{d:02}" if year else f"{m:02}-{d:02}")
        implied |= {f"{m:02}-{d:02}", str(d)} | ({f"{year}-{m:02}"} if year else set())
    return frozenset(values), frozenset(implied)


def _times(text: str) -> Iterator[Number]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["h"] or match["h2"]), match["m"] or match["m2"] or "00"
        unit = (match["u"] or "").lower().replace(".", "")
        hours = {hour % 12 + 12 * (unit == "pm")} if unit in ("am", "pm") else {hour}
        plain = frozenset({str(hour)}) if minute == "00" else frozenset()
        yield Number(match[0], match.start(), match.end(), frozenset(f"t{h}:{minute}" for h in hours), plain)


def _numerals(text: str, lang: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        end = match.end()
        scale = (match["scale"] or "").lower()
        if scale == "m" and match["scale"] == "m":  # metres, unless it is money
            scale, end = ("m", end) if text[match.start()] in "$€£" else ("", match.end("n"))
        values = {_plain(value.scaleb(_SCALES.get(scale, 0))) for value in _readings(match["n"], lang)}
        if scale == "billion" and lang == "de":
            values |= {_plain(value.scaleb(12)) for value in _readings(match["n"], lang)}
        if match["tail"] and len(match["n"]) == 2:  # the 90s, die 90er
            values |= {"19" + match["n"], "20" + match["n"]}
        parts = re.split(r"[ \xa0\u202f\u2009]", match["n"])
        implied = {_plain(Decimal(part)) for part in parts} if len(parts) > 1 else set()
        if scale:
            implied |= {_plain(value) for value in _readings(match["n"], lang)}
        start = match.start("n")
        yield Number(text[start:end], start, end, frozenset(values), frozenset(implied))


def _readings(digits: str, lang: str) -> Iterator[Decimal | _Version]:
    """What the digits may mean: a dot or comma before three digits separates thousands, or decimals too."""
    compact = re.sub(r"[ \xa0\u202f\u2009'’]", "", digits)
    marks = re.findall(r"[.,]", compact)
    if not marks:
        yield Decimal(compact)
        return
    groups = re.split(r"[.,]", compact)
    grouped = 1 <= len(groups[0]) <= 3 and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])
    if len(set(marks)) == 1 and grouped:
        yield Decimal("".join(groups))
        if len(marks) == 1 and marks[0] != ("." if lang == "de" else ","):
            yield Decimal(".".join(groups))
    elif len(marks) == 1:
        yield Decimal(".".join(groups))
    elif len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        yield Decimal("".join(groups[:-1]) + "." + groups[-1])
    else:
        yield _Version(compact)  # 3.11.2


class _Version(str):
    """Digits that are no amount; scaling leaves them alone."""

    def scaleb(self, _: int) -> _Version:
        return self


def _plain(value: Decimal | _Version) -> str:
    if isinstance(value, _Version):
        return str(value)
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).lstrip("0") or "0"


def _spelled(text: str) -> Iterator[Number]:
    open_: tuple[int, int, int] | None = None  # value, start, end of the number words so far
    for match in _WORD.finditer(text):
        value = _value(match[0].lower())
        joined = None
        if open_ and value is not None and text[open_[2] : match.start()].isspace():
            joined = _together(open_[0], value)
        if open_ and joined is None:
            yield from _word(text, *open_)
        if value is None:
            open_ = None
        elif open_ and joined is not None:
            open_ = (joined, open_[1], match.end())
        else:
            open_ = (value, match.start(), match.end())
    if open_:
        yield from _word(text, *open_)


def _together(before: int, value: int) -> int | None:
    """ "two hundred", "twenty five", "zwei Millionen" are one number; "zwei drei" are two."""
    if value >= 100 and before < value:
        return before * value
    small = value < 10 and before % 10 == 0 and before >= 20
    return before + value if small or (value < 100 and before % 100 == 0) else None


def _word(text: str, value: int, start: int, end: int) -> Iterator[Number]:
    if text[start:end].lower() not in _LARGE:  # "millions of readers" is no number
        yield Number(text[start:end], start, end, frozenset({str(value)}))


def _value(word: str) -> int | None:
    """The value of a number word: zwölf, einundzwanzig, dreihundert, dritte, twenty-five, hundred; None for others."""
    if word in _ONES or word in _TENS or word in _HUNDREDS or word in _LARGE:
        return {**_ONES, **_TENS, **_HUNDREDS, **_LARGE}[word]
    if word in _ORDINALS and word not in ("acht", "second"):
        return _ORDINALS[word]
    if match := _ORDINAL.fullmatch(word):
        return _ORDINALS[match[1]]
    stem = re.sub(
        r"(?:fach|mal|malig|köpfig|jährig|tägig|stündig|minütig|teilig|monatig|wöchig)(?:e[nrsm]?)?$", "", word
    )
    return _compound(stem.replace("-", ""))


def _compound(word: str) -> int | None:
    total, current, at = 0, 0, 0
    seen = False
    while at < len(word):
        match = _TOKEN.match(word, at)
        if not match:
            return None
        part, at = match[0], match.end()
        if part in _HUNDREDS:
            current = max(current, 1) * _HUNDREDS[part]
            total, current, seen = total + current, 0, True
        elif part == "ein":
            current += 1
        elif part != "und":
            current += _ONES.get(part) or _TENS[part]
            seen = True
    return total + current if seen else None
