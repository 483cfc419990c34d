"""Which lines of a page are not its article, told by what they say; knows nothing about names of elements.

Patterns for German and English, anchored at a line's ends and bounded in length: a sentence *about* newsletters stays.
"""

# ruff: noqa: E501 - tables of words and patterns: broken or quoted one by one they could not be read
from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uar|uary)?|jänner|feb(?:ruar|ruary)?|mär(?:z)?|mar(?:ch)?|apr(?:il)?|ma[iy]|june?|juni|july?|juli|aug(?:ust)?"
    r"|sep(?:t|tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[zc](?:ember)?)\.?"
)
_DAY = r"(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|mo|di|mi|do|fr|sa|so"
_DATE = (
    rf"(?:(?:{_DAY})[.,]*\s*(?:der|den|the)?\s*)?(?:\d{{1,2}}\.?(?:st|nd|rd|th)?\s*(?:\.|of)?\s*{_MONTH},?\s*(?:\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?(?:\d{{4}}|\d\d)?|\d{{4}}-\d\d-\d\d|{_MONTH}\s+\d{{4}})"
)
_TIME = r"(?:,?\s*(?:um|at|@|-|–|\|)?\s*\d{1,2}[:.]\d\d(?:\s*(?:uhr|h|am|pm))?)?"
_LINES = {
    "date": rf"(?:(?:veröffentlicht|publiziert|erschienen|erstellt|geschrieben|gepostet|verfasst|stand|datum|aktualisiert|zuletzt\s\w+|posted|published|updated"
    rf"|last\s\w+|written|date|on|am|vom|von|by)\b[\s:]*){{0,3}}{_DATE}{_TIME}(?:\W*(?:(?:von|by|in|kategorie|category|autor|author|\||·|•|–|—|/)\W.{{0,80}}|\d+\s\w+))?"
    r"|\d{1,2}:\d\d(?:\s?(?:am|pm|uhr))?|(?:lesezeit|reading time|geschätzte lesezeit)\b.{0,30}|\d+\s*min(?:uten|\.)?\s*(?:lesezeit|read)?"
    r"|(?:von|by|autor(?:in)?|text|author|written by|geschrieben von|posted by)\b:?\s(?:[\w.'-]+\s){0,4}(?:am|on|,|\||·)\s.{0,12}" + _DATE + ".{0,40}",
    "share": r"(?:jetzt |diesen? |den )?(?:artikel |beitrag )?(?:teilen|weitersagen|share|tweet|twittern|drucken|print|e-?mail|whatsapp|facebook|twitter|pinterest|linkedin|xing|telegram|pocket"
    r"|merken|pin it|like|gefällt mir)(?:\W+(?:this|mit|auf|on|via|it|post|article|teilen|facebook|twitter|whatsapp|pinterest|linkedin|xing|e-?mail|drucken|print|share|tweet|telegram|pocket"
    r"|wird geladen|loading|diesen?|beitrag|artikel|und|and)){0,10}\W*|(?:folge|follow|like)[tn]?\s(?:mir|uns|me|us|sie uns)\b.{0,60}|(?:wird geladen|loading|lade)\W*"
    r"|(?:gefällt mir|like this|sei der erste|be the first)\b.{0,40}",
    "comment": r"\d*\s*(?:kommentare?|comments?|antworten|responses?|replies|thoughts? on\b.{0,90})(?:\s(?:insgesamt|zu|on|to|schreiben|deaktiviert)\b.{0,60})?\W*\d*"
    r"|(?:kommentare?|comments?)\W{0,3}(?:insgesamt|sind|are|deaktiviert|geschlossen|closed|off)\b.{0,60}|(?:schreibe?n? (?:sie )?(?:einen?|den ersten|ihren|deinen)|hinterlasse?n?|kein|keine)\s.{0,20}(?:kommentare?|antwort)\b.{0,60}"
    r"|(?:leave|post|add|write) (?:a|your) (?:comment|reply)\b.{0,60}|(?:no|your) comments?\b.{0,40}|antworten(?: abbrechen)?|reply|cancel reply|(?:aufrufe|views|hits|klicks)\s*:?\s*\d*"
    r"|.{0,30}\b(?:nicht eingeloggt|nicht angemeldet|angemeldet sein|eingeloggt sein|logged in)\b.{0,80}|(?:deine|ihre) e-?mail-adresse wird nicht\b.*|your email address will not\b.*|trackback.{0,40}",
    "newsletter": r".{0,120}\b(?:newsletter|mailing ?list|verteiler)\b.{0,60}\b(?:abonnier\w*|anmeld\w*|eintrag\w*|bestell\w*|subscribe|sign up)\b.{0,80}|(?:abonnier\w*|subscribe|sign up|melde?n?|jetzt|hol)\b.{0,80}\b(?:newsletter|mailing ?list|feed|rss|kanal|channel|podcast)\b.{0,60}"
    r"|newsletter|get\b.{0,60}\b(?:by e-?mail|to your inbox|in your inbox)\b.{0,60}",
    "donation": r"(?:unterstütz\w*|spende[nt]?|support|donate|help us)\b.{0,100}\b(?:uns|mich|unsere\w*|us|me|patreon|steady|paypal|kaffee|coffee|spende|euro|[€$]|arbeit|mitglied\w*|\d+,\d\d)\b.{0,80}|.{0,80}\b(?:via|über|per|auf|on) (?:paypal|patreon|steady|ko-?fi)\b.{0,60}|buy me a coffee.{0,40}",
    "license": r".{0,90}\b(?:creative[ -]commons|cc[ -]by(?:[ -]\w\w)*)\b.{0,80}\b(?:lizenz\w*|licen[sc]e\w*|\d\.\d)\b.{0,80}|(?:dieses werk|dieser (?:text|artikel|beitrag)|this (?:work|article|post)).{0,30}\b(?:lizenziert|licensed|lizenz)\b.{0,150}|(?:©|\(c\)|copyright)\s?.{0,80}|alle rechte vorbehalten.{0,30}|all rights reserved.{0,30}",
    "consent": r".{0,60}\b(?:mit dem (?:laden|abspielen|klick)|durch (?:klicken|anklicken|das laden)|by (?:loading|clicking|playing)|klicken sie|click here to)\b.{0,100}\b(?:akzeptier\w*|datenschutz\w*|übertragen|einverstanden|accept|agree|privacy|externe\w*|inhalte?|load)\b.{0,200}"
    r"|(?:video|inhalt|karte|tweet|post|beitrag|content|map)e?s? (?:laden|anzeigen|entsperren|aktivieren|load)|\w+ (?:immer entsperren|always unlock)|(?:alle )?cookies? (?:akzeptieren|zulassen|accept)|.{0,60}externe[nrs]? inhalte?s?\b.{0,60}(?:angezeigt|geladen|anzeigen|laden).{0,150}|mehr (?:informationen|erfahren)|learn more",
    "tags": r"(?:tags?|schlag(?:wörter|worte)|kategorien?|categor(?:y|ies)|rubrik(?:en)?|filed (?:under|in)|tagged(?: (?:with|as))?|stichwort[e]?|labels?|posted in|veröffentlicht in|abgelegt unter|themen|topics)\s*:.{0,200}|(?:filed under|tagged with|posted in|abgelegt unter|veröffentlicht in)\s.{0,160}",
    "caption": r"(?:fotos?|photos?|bild(?:er|quelle|nachweis|rechte)?|image(?: credit| source)?|credits?|titel(?:bild|foto)|beitragsbild|featured image|header ?(?:bild|image)|abb(?:ildung|\.)?|grafik|screenshot|quelle)(?:\s\d+)?\s*(?:[:©]|via|by|von)\s?.{0,160}|image illustrative",
    "pager": r"(?:←|«|‹|<|→)?\s*(?:zurück|weiter|vorheriger?|nächster?|previous|next|older|newer|ältere|neuere|home|startseite|nach oben|back to top|seite \d+|page \d+|weiterlesen|read more|mehr lesen|continue reading|drucken|anzeige|werbung|advertisement|sponsored)(?:\s(?:beitrag|artikel|post|posts|article|beiträge|story|seite|page))?\s*(?:→|»|›|>|…|\.\.\.|:)?",
}  # fmt: skip
_PATTERNS = [(kind, re.compile(rf"\W*(?:{pattern})\W*", re.I)) for kind, pattern in _LINES.items()]
_POINTER = re.compile(
    r"\W*(?:lesen? (?:sie |mehr|dazu )?(?:auch|dazu|mehr)|lies (?:auch|hier|mehr)|mehr (?:dazu|zum thema|lesen|infos?|informationen)|siehe auch|see also|read (?:also|more|next)|also read|related|weiterlesen"
    r"|auch interessant|passend dazu|das könnte (?:dich|sie|euch) auch|ähnlich\w*|verwandt\w*|weitere (?:artikel|beiträge|informationen|infos?|themen|news)|interessante links|more on|more from|you may also like|hier geht(?:'|’)?s|zum (?:artikel|beitrag))\b.{0,200}",
    re.I,
)  # fmt: skip
_SECTION = re.compile(
    r"\W*(?:(?:das könnte|könnte|auch|vielleicht)\b.{0,30}\b(?:auch|interess\w*|gefallen)\b.{0,20}|(?:das )?(?:könnte|interessiert)\b.{0,20}\bauch\b.{0,30}|ähnliche\w*(?: \w+)?|verwandte\w*(?: \w+)?|weitere (?:artikel|beiträge|themen|posts|news|meldungen|nachrichten|interessante)\b.{0,50}"
    r"|mehr (?:zum thema|von|aus|zu|artikel|beiträge|news)\b.{0,50}|related\b.{0,30}|similar (?:posts|articles)|(?:you )?(?:might|may) (?:also )?(?:like|enjoy|be interested)\b.{0,20}|you (?:might|may) (?:also )?(?:like|enjoy)\b.{0,20}|more (?:from|on|posts|articles|stories)\b.{0,40}|read (?:more|next|also)"
    r"|lesen sie auch|auch interessant|lesetipps?|(?:neueste|letzte|aktuelle|beliebte)\w* (?:beiträge|artikel|posts|kommentare|news)|(?:recent|latest|popular|top) (?:posts|articles|news|stories|comments)|meistgelesen\w*|most (?:read|popular)|trending"
    r"|über (?:den|die|das) (?:autor|autorin|autoren|verfasser)\w*\b.{0,40}|(?:about|meet) the authors?\b.{0,40}|zur person|autor(?:in)?|about (?:me|us)|über mich|inhaltsverzeichnis|inhaltsübersicht|table of contents|contents|(?:auf einen blick: )?in diesem (?:artikel|beitrag)\b.{0,30}"
    r"|(?:vorschau|ausblick) auf (?:den|das) nächste\w* (?:artikel|beitrag|teil|folge)|\W*(?:\d+ )?(?:kommentare?|comments?|antworten|responses?|diskussion)\b.{0,40}|(?:schreibe|hinterlasse|verfasse)\w* .{0,30}(?:kommentar|antwort)|leave a (?:reply|comment)|kommentar (?:verfassen|schreiben|hinterlassen)|trackbacks?\b.{0,30}"
    r"|pingbacks?|(?:beitrag|artikel|seite)?\s?teilen(?: mit)?|share (?:this|on)\b.{0,20}|teilen mit|gefällt mir\b.{0,10}|like this|newsletter\b.{0,40}|(?:unterstütz\w*|spende\w*|support|donate)\b.{0,50}|kategorien|categories|schlagwörter|tags|schlagworte|archive?|folge (?:mir|uns)\b.{0,30}|follow (?:me|us)\b.{0,30}"
    r"|(?:beitrags|artikel)-?navigation|post navigation|werbung|anzeige|advertisement)\W*",
    re.I,
)  # fmt: skip
_MOST = 320  # characters: a longer line is prose


def line(text: str) -> str | None:
    """What kind of furniture this line is (a date line, a share bar …), None if it may belong to the article."""
    if len(text) > _MOST:
        return None
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return kind
    return None


def points_elsewhere(text: str) -> bool:
    """Whether a line mostly made of links sends the reader away: "Lesen Sie auch: …"."""
    return len(text) <= _MOST and bool(_POINTER.fullmatch(text))


def opens_section(text: str) -> bool:
    """Whether a heading opens something that is not the article: related posts, the author, comments, contents."""
    return len(text) <= 90 and bool(_SECTION.fullmatch(text))


def is_prose(text: str) -> bool:
    """Whether a line reads like a sentence of an article: eight words, an end mark."""
    return len(text.split()) >= 8 and bool(re.search(r"[.!?…:][\"“”«»')\]]*$", text))


def key(text: str) -> str:
    """``text`` as letters and digits only, folded: two lines with one key say the same."""
    return re.sub(r"\W+", "", text).casefold()
