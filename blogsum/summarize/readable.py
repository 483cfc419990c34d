"""Which sentences may stand in a summary at all, and which lean on the one before them. Knows no scores.

Every rule is about form and function words, none about a site; German and English have word lists, other
languages only the rules of form.
"""

from __future__ import annotations

import re

from blogsum.summarize.outline import FINAL, Line

_CLOSERS = "\"'”“’‘«»›‹)]】」』*_ "
_CASED = re.compile(r"[A-Za-zÀ-ÿĀ-žА-яΑ-ω]")
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")

_GREETING = re.compile(
    r"^\W*(hallo|hi|hey|hello|servus|moin|grüezi|liebe[rs]?\b(?=[^.!?]{0,60}[,!])|dear\b|guten (morgen|tag|abend)"
    r"|good (morning|evening)|(herzlich )?willkommen|welcome\b|vielen dank|danke\b|thank(s| you)\b"
    r"|(viel|ganz viel) (spaß|spass|freude|erfolg)|happy (coding|reading|hacking)|cheers|enjoy\b|bis (bald|dann|zum nächsten)"
    r"|(liebe|viele|beste|herzliche) grüße|stay tuned|see you|tschüss|schön,? dass (du|ihr|sie))",
    re.I,
)
_CALL = re.compile(
    r"\b(click here|hier klicken|klick(e|t|en sie)? (hier|auf)|read more|read on\b|weiterlesen|lesen sie (weiter|mehr)|lies (hier|weiter)"
    r"|subscribe|abonnier\w*|newsletter|follow (us|me)|folg(t|e|en sie)? (uns|mir)|let (us|me) know|contact us|kontaktier\w* (uns|mich)"
    r"|sign up|jetzt (anmelden|registrieren|kaufen|bestellen|lesen|testen|herunterladen|buchen)|meld(e|et|en sie) (dich|euch|sich)"
    r"|schreib(t|e|en sie)? (uns|mir|es|einen kommentar)|hinterlass\w*|leave a comment|in den kommentaren|in the comments|comment below"
    r"|teil(e|t|en sie) (diesen|den|deine|eure|ihre)|share (this|your)|feel free to|check out|get in touch|reach out|learn more"
    r"|mehr (erfahren|infos?|informationen)\b.{0,40}\b(hier|unter|auf)|schau(t|en sie)? (doch|mal|gern|euch|dir)|don't forget|vergiss nicht"
    r"|join us|try it (out|today|now)|download (it|the)|stay tuned|bleib(t|en sie)? dran|besuch(e|t|en sie) (uns|unsere)|spende(t|n sie)\b)",
    re.I,
)
_IMPERATIVE = re.compile(
    r"^\W*(please|bitte|note that|note:|hinweis|achtung|tipp|tip|ps|p\.s\.|update|edit|disclaimer|see|siehe|vgl\.|go to|open|install|run|click|visit"
    r"|download|try|check|use|create|add|remember|make sure|be sure|consider|imagine|let's|let us|stell dir|stellen sie sich)\b",
    re.I,
)
_CAPTION = re.compile(
    r"^\W*(foto|photo|bild(quelle|nachweis|er)?|image|figure|fig\.|abb(ildung|\.)|screenshot|quelle|source|video|grafik|chart|table|tabelle"
    r"|credit|copyright|©|picture|illustration|listing|stand|autor(in)?|author|editor|translator|transcreator|von|by|posted|published|veröffentlicht"
    r"|erschienen|lesezeit|reading time|kategorie|tags?|zuletzt|last (updated|modified))\b[^.!?]{0,40}([:©]|\d)",
    re.I,
)
_NAVIGATION = re.compile(
    r"(originally (published|posted|appeared)|(guest|gast)(beitrag| post)|cookie|datenschutzerkl|impressum|all rights reserved|alle rechte vorbehalten"
    r"|creative commons|siehe (auch|oben|unten)|see (also|above|below)|as shown (above|below|in)|(wie )?(oben|unten) (gezeigt|beschrieben|zu sehen)"
    r"|the following (image|figure|screenshot|code|table|command|example)|(folgende[rsnm]?|nachfolgende[rsnm]?) (bild|abbildung|screenshot|code|tabelle|befehl|beispiel)"
    r"|affiliate|werbung|anzeige\b|sponsored|in (part|teil) \d|(part|teil) \d of|(below|above|unten|oben)[.!]?$)",
    re.I,
)
_CODE = re.compile(r"(https?:|www\.|[{}<>|`\\]|\w\(\)|\w_\w|=>|->|==|::|\$\w|\bnpm \w|\bpip install|^\s*\$)")


def why_barred(line: Line) -> str | None:
    """The reason that keeps a sentence out of every summary, or None: one word, for tests and for reading failures."""
    text = line.text.strip()
    checks = (
        ("item", line.block == "item" and line.of == 1 and line.words < 8),
        ("question", text.rstrip(_CLOSERS).endswith(("?", "？", "؟")) or "? " in text),
        ("fragment", is_fragment(text)),
        ("unbalanced", is_unbalanced(text)),
        ("greeting", bool(_GREETING.search(text))),
        ("call", bool(_CALL.search(text)) or bool(_IMPERATIVE.search(text))),
        ("caption", bool(_CAPTION.search(text))),
        ("navigation", bool(_NAVIGATION.search(text))),
        ("code", bool(_CODE.search(text))),
    )
    return next((name for name, holds in checks if holds), None)


def is_fragment(text: str) -> bool:
    """Too short, without an end, announcing a list, beginning in the middle, or more digits and signs than letters."""
    letters = sum(map(str.isalpha, text))
    if letters < 0.6 * len(text.replace(" ", "")) or not FINAL.search(text):
        return True
    if _CJK.search(text):
        return letters < 8
    first = next((c for c in text if c.isalnum()), "")
    if first.islower() and not re.match(r"\W*[a-z]{1,2}[A-Z]", text):
        return True
    return len(text.split()) < 4 or text.endswith((":", "...", "…"))


def is_unbalanced(text: str) -> bool:
    """Whether a bracket or a quotation mark has lost its partner: „…“, “…”, «…», »…«, "…", (…), […]."""
    if any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}", "«»", "‹›", "「」", "『』")):
        return True
    low, left, right = text.count("„"), text.count("“"), text.count("”")
    curly = low != left + right if low else left != right
    return curly or text.count('"') % 2 == 1 or text.count("‚") > text.count("‘") + text.count("’")


_LEAN = re.compile(
    r"^\W*(diese[rsnm]?|dies|jene[rsnm]?|dabei|damit|dadurch|daher|darum|deshalb|deswegen|dafür|dazu|danach|davon|davor|darin|daraus|darauf|darüber"
    r"|daran|dagegen|daneben|daraufhin|dementsprechend|demnach|hierbei|hierfür|hierzu|hiermit|hierdurch|er|sie|es|ihn|ihm|ihnen|ihre?[rsnm]?|seine?[rsnm]?|dort|dorthin"
    r"|solche[rsnm]?|solch|so|dann|außerdem|ausserdem|jedoch|allerdings|aber|und|oder|denn|doch|zudem|auch|ebenso|ebenfalls|weiterhin|ferner|trotzdem|dennoch"
    r"|stattdessen|natürlich|also|somit|folglich|zum beispiel|beispielsweise|insbesondere|vor allem|gleichzeitig|zugleich|schließlich|schliesslich|zuletzt|letztere[rsnm]?|erstere[rsnm]?|beide[rsnm]?"
    r"|weitere[rsnm]?|zweitens|drittens|erstens|noch|nun|jetzt|genau|ja|nein|tatsächlich|leider|zusätzlich|darüber hinaus|andererseits|einerseits|vielmehr|immerhin|übrigens|hingegen|dagegen"
    r"|this|that|these|those|it|its|it's|he|she|they|his|her|their|them|there|here|such|so|then|thus|therefore|hence|however|but|and|or|nor|also|moreover|furthermore"
    r"|additionally|instead|still|yet|nevertheless|nonetheless|for example|for instance|in addition|because of this|as a result|of course|similarly|likewise|meanwhile|otherwise|again"
    r"|second|third|next|finally|secondly|thirdly|lastly|first|firstly|another|both|the former|the latter|in other words|in particular|especially|specifically|in fact|indeed|consequently"
    r"|accordingly|after that|to (do|accomplish|achieve) (this|that|so)|with (this|that|these|those)|by doing|at the same time|on the other hand|on top of (this|that)|besides|plus|sure|yes|no|well|ok|okay|now|sadly|unfortunately)\b",
    re.I,
)
_DAS = re.compile(r"^\W*(das|der|die|den|dem|denen|dessen|deren)\s+(?=[a-zäöüß])", re.I)


def leans(text: str) -> bool:
    """Whether a sentence begins with a word that points back: "Diese …", "However …", "Das ist …"."""
    return bool(_LEAN.match(text) or _DAS.match(text))
