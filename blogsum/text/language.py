"""Which language is this? By script, small words and endings; reads a bounded part of the text and no data file.

Own lists rather than py3langid 0.4.0 (BSD, 4.5 MB, maintained): its model takes 0.32-0.46 s to load on first use and
130 MB, more than a whole summary may take (0.25 s); this takes 2 ms and tells what blogsum must know, German from
English, within a point as often (``benchmarks/sentences.py`` prints both). It knows 28 languages, py3langid 97.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_SAMPLE = 2500  # characters read at each of three places
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_NO_LETTER = re.compile(r"[\W\d_]+")
_CODE = re.compile(r"[{}()\[\];=<>_|\\$&/*#@]")
_LINK = re.compile(r"(?:https?://|www\.)\S{1,500}|@\S{1,80}")

# Scripts that (nearly) name the language; the Han characters of a text with kana are Japanese.
_SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "zh": "\u4e00-\u9fff\u3400-\u4dbf",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "ru": "\u0400-\u04ff",
    "he": "\u0590-\u05ff",
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
}
_OF_SCRIPT = {language: re.compile(f"[{letters}]") for language, letters in _SCRIPTS.items()}
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")

_WORDS = {
    "de": """der die das und ist nicht ein eine mit den dem des von zu auf für im sich auch es an als ich wir sie wie
        oder aber bei wird sind aus nach noch nur zum zur einen einer einem haben hat war man werden kann wenn so über
        dass wurde mehr sein seine durch bis vor unter um am in ihr ihre euch uns mir mich dich du er was wer wo warum
        hier jetzt schon sehr dann doch kein keine alle alles immer wieder gibt geht ganz zwischen ohne gegen seit
        diese dieser dieses heute neue neuen neues viel viele beim vom ob weil damit dafür dabei etwas müssen können
        soll ja nein gut jahr jahre zwei drei mal nun denn also dürfen rest
        kostenlos folgende folgender unternehmen nutzen bietet außerdem zusätzlich gerne bild tage wenig seite beispiel
        einfach dank großen weiter dazu daran selbst""",
    "en": """the and of to is in that it for you with on this are as be was have not at by from or but an your can we
        they which will what if has all more their so when my do how about there its i he she his her our who why where
        would could should been were out up one new just like get than then them these those some any into over also
        only other us me here now because very don't it's i'm how's no yes make use using need after before most many
        first two day way want know work time a
        well while using version between through where each both much every such same still multiple please another
        always complete tools data team great thanks private contains requires however""",
    "fr": """le la les des et est une que qui dans pour pas sur avec ce il elle nous vous au aux du je ne se sont plus
        par mais ou cette son sa ses être un en de à l'on c'est n'est d'un d'une qu'il j'ai été fait comme tout bien
        très leur même aussi où ces si y sans deux quand""",
    "es": """el los las que y en un una es por con para no se del su al lo como más pero sus este esta son ha muy
        también porque cuando sobre de la hay está todo ser nos me si ya qué fue desde entre hasta donde sin años""",
    "it": """il lo gli che di è un una per non con del della sono le si da come più anche ma nel alla questo questa dei
        delle ha essere sul e i la in al mi ci se tutto molto era nella dal ho perché dopo quando fra""",
    "nl": """de het een en van is dat niet op te zijn voor met die in aan er maar ook om als bij wordt naar je we ze
        hebben heeft deze dit worden kan nog wel ik hij uit over door geen meer wat hoe dan tot al veel moet was""",
    "pt": """o os que não uma um do da em para com por mais como mas foi ao são dos das na no seu sua isso também ele
        ela muito está você e de se as eu nos à pela pelo já ser tem quando sem entre depois até""",
    "pl": """i w nie na się z do to jest że o jak ale co po tak za od czy już tylko jego przez dla są być może który
        ich oraz jej było ma bardzo gdy pod przed też mnie można lub""",
    "da": """og er det en at på til af for ikke der med den har som de et var jeg vi kan han men fra hvis om så også
        blev være skal meget hvad havde hun efter eller nogle blive noget hvor bliver mig dig""",
    "no": """og er det en på til av for ikke som med den har de et var jeg vi kan han men fra hvis om så også ble være
        skal hva seg etter eller noe hvor mye hadde hun blir meg deg å""",
    "sv": """och är det en att på till av för inte som med den har de ett var jag vi kan han men från om så också blev
        vara ska vad när sig efter eller något hur mycket hade hon blir mig dig där här över""",
    "fi": """ja on ei se että oli hän en ovat mutta kun niin ole tai myös olen jos mitä joka minä sen kuin vain nyt
        tämä hyvin jo kaikki siitä sitä olla ne mikä""",
    "cs": """a je v se na že to s z do jsem by ale jako si tak za už pro co po jsou bylo nebo který jeho také být byl
        při jen od jak aby ve ke když""",
    "hu": """a az és hogy nem is egy van de meg csak ez már még azt volt mint ha vagy minden mert nagyon lehet ezt el
        kell majd pedig itt én""",
    "ro": """și este nu în la de cu pe care din un o pentru mai că sunt au fost ce dar sau prin după ale fi ca acest
        această foarte""",
    "tr": """bir ve bu için ile de da çok ne gibi daha ama en var olarak sonra kadar değil ben sen biz o olan ki ya
        mi her şey""",
    "ca": """el la els les i de que és un una amb per no en al del són més com aquest aquesta però molt també hi ha
        ser quan""",
}
_ENDINGS = {
    "de": "ung ungen keit heit lich liche lichen isch ische ischen schaft chen ieren iert tion tionen",
    "en": "ing tion ness ment ly ed ity ous ful less ble 's n't",
    "fr": "tion ment eux euse ité ance oire",
    "es": "ción ciones dad mente ando iendo ado ados",
    "it": "zione zioni mente ità ando endo ato ati",
    "nl": "ing ingen heid lijk lijke aar tje tjes",
    "pt": "ção ções dade mente ando endo inho",
    "pl": "ość ego emu ych ach owy owa ować ski",
    "sv": "ning ningar het lig liga ande are arna",
    "da": "ning hed lig lige else ende erne",
    "no": "ning het lig lige else ende ene",
    "fi": "ssa ssä sta stä lla llä nen ksi iin",
}
_LETTERS = {
    "de": "ßäöü", "fr": "éèêàçœùîô", "es": "ñ¿¡áíóú", "it": "èàòùì", "pt": "ãõçáéê", "pl": "łżźśćńęą", "da": "øæå",
    "no": "øæå", "sv": "åäö", "fi": "äö", "cs": "řěůčšž", "hu": "őűáé", "ro": "șțăîâşţ", "tr": "ğşıçöü",
    "ca": "·çàò",
}  # fmt: skip
# Runs of letters, for lines with no small word in them.
_RUNS = {
    "de": re.compile(r"sch|cht|pf|tz|äu|zw|ück"), "en": re.compile(r"th|wh|ght|sh|ea|oo|[bcdfglmnprst]y\b"),
    "nl": re.compile(r"ij|oe|aa|uu|sch"), "pl": re.compile(r"sz|cz|rz"), "hu": re.compile(r"gy|sz|ny|cs"),
    "fr": re.compile(r"eau|oux|ez\b|qu"), "it": re.compile(r"gli|zz|cch|cc[aio]"), "fi": re.compile(r"aa|kk|uu|ii|ää"),
}  # fmt: skip


def function_words(language: str) -> list[str]:
    """The frequent small words of a language by which it is told; none for a language that is told by its script."""
    return _WORDS.get(language, "").split()


def detect(text: str) -> str:
    """ISO 639-1 code of the language most of ``text`` is in, or ``und`` when it does not show one."""
    sample = unicodedata.normalize("NFC", _LINK.sub(" ", _sample(text)))
    if max(sample, default="") < "\u0370":  # nothing but Latin letters
        return _latin(sample)
    letters = _NO_LETTER.sub("", sample)
    counts = {language: len(own.findall(letters)) for language, own in _OF_SCRIPT.items()}
    if counts["ja"] * 5 > counts["zh"]:
        counts["ja"], counts["zh"] = counts["ja"] + counts["zh"], 0
    script = max(counts, key=lambda language: counts[language])
    # one Han character, kana or Hangul syllable says about as much as three letters
    weight = 3 if script in ("zh", "ja", "ko") else 1
    if counts[script] * weight > len(_LATIN.findall(letters)):
        return _cyrillic(sample) if script == "ru" else script
    return _latin(sample)


@lru_cache(maxsize=4)
def small_words(lang: str) -> frozenset[str]:
    """The frequent words by which ``detect`` knows a language; empty for one that it knows by its script."""
    return frozenset(_WORDS.get(lang, "").split())


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return " ".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


def _cyrillic(sample: str) -> str:
    letters = Counter(sample.lower())
    if letters["і"] + letters["ї"] + letters["є"] > letters["ы"] + letters["э"]:
        return "uk"
    return "bg" if letters["ъ"] > letters["ы"] + letters["э"] else "ru"


def _latin(sample: str) -> str:
    lower = sample.lower().replace("’", "'")
    found = _WORD.findall(lower)
    words, endings = _evidence()
    score: dict[str, float] = dict.fromkeys(_WORDS, 0.0)
    for word in found:
        for language, points in words.get(word, ()):
            score[language] += points
        for length in (2, 3, 4, 5):
            for language, points in endings.get(word[-length:], ()) if len(word) > length + 2 else ():
                score[language] += points
    letters = Counter(lower)
    for language, own in _LETTERS.items():
        score[language] += 0.15 * sum(letters[letter] for letter in own)
    for language, runs in _RUNS.items():
        score[language] += 0.12 * len(runs.findall(lower))
    best = max(score, key=lambda language: score[language])
    # program text is full of English words: it must show a good deal more of them
    code = len(_CODE.findall(sample)) > 0.06 * len(sample)
    needed = max(0.5, (0.3 if code else 0.06) * len(found))
    return best if score[best] >= needed else "und"


@lru_cache(maxsize=1)
def _evidence() -> tuple[dict[str, list[tuple[str, float]]], dict[str, list[tuple[str, float]]]]:
    """Words and endings, each with the languages it speaks for: the fewer, the more each gets."""
    tables = []
    for lists, worth in ((_WORDS, 1.0), (_ENDINGS, 0.35)):
        sharing: dict[str, list[str]] = {}
        for language, listed in lists.items():
            for form in listed.split():
                sharing.setdefault(form, []).append(language)
        tables.append({form: [(one, worth / len(who)) for one in who] for form, who in sharing.items()})
    return tables[0], tables[1]
