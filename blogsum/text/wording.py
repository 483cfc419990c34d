"""What the furniture of a page says, German and English first: tables of patterns for ``text/furniture.py``.

Every entry of ``LINES`` is matched against a whole line, every entry of ``SECTIONS`` against a whole heading, and every
entry of ``POINTERS`` against the start of a line made of links; upper and lower case are one. Repeats are bounded.
"""

from __future__ import annotations


def _any(*words: str) -> str:
    """One of these patterns; words may be given in one string, parted by a blank bar: ``"tags | labels"``."""
    return "(?:" + "|".join(word.strip() for entry in words for word in entry.split(" | ")) + ")"


_MONTH = _any(
    "jan(?:uar|uary)? | jänner | feb(?:ruar|ruary)? | mär(?:z)? | mar(?:ch)? | apr(?:il)? | ma[iy] | june? | juni",
    "enero | febrero | marzo | abril | mayo | junio | julio | agosto | septiembre | octubre | noviembre | diciembre",
    "janvier | février | mars | avril | juin | juillet | août | septembre | octobre | novembre | décembre",
    "july? | juli | aug(?:ust)? | sep(?:t|tember)? | o[ck]t(?:ober)? | nov(?:ember)? | de[zc](?:ember)?",
) + r"\.?"  # fmt: skip
_DAY = _any(
    "(?:mon|diens|donners|frei|sams|sonn)tag | mittwoch | (?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?",
    "mo | di | mi | do | fr | sa | so",
)
_DATE = rf"(?:{_DAY}[.,]*\s*(?:der|den|the)?\s*)?" + _any(
    rf"\d{{1,2}}\.?(?:st|nd|rd|th)?\s*(?:\.|of)?\s*{_MONTH},?\s*(?:\d{{4}})?",
    rf"\d{{1,2}} (?:de )?{_MONTH} (?:de |del )?\d{{4}}",
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}",
    rf"{_MONTH}\s+\d{{4}}",
    r"\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{4}|\d\d)?",
    r"\d{4}-\d\d-\d\d",
)
_TIME = r"(?:,?\s*(?:um|at|@|-|–|\|)?\s*\d{1,2}[:.]\d\d(?:\s*(?:uhr|h|am|pm))?)?"
_DATED = _any(
    "veröffentlicht | publiziert | erschienen | erstellt | geschrieben | gepostet | verfasst | stand | datum",
    r"aktualisiert | zuletzt\s\w+ | posted | published | updated | last\s\w+ | written | date",
    "publicado | actualizado | publié | mis à jour | el | le | du | on | am | vom | von | by",
)
_WRITTEN = _any("von | by | autor(?:in)? | text | author | written by | geschrieben von | posted by")
_AFTER_DATE = r"(?:\W*(?:(?:von|by|in|kategorie|category|autor|author|\||·|•|–|—|/)\W.{0,80}|\d+\s\w+))?"
_NAMES = _any("facebook | twitter | whatsapp | pinterest | linkedin | xing | telegram | pocket | e-?mail")
_SHARE = _any(f"teilen | weitersagen | share | tweet | twittern | drucken | print | merken | pin it | like | {_NAMES}")
_SHARED = _any(
    f"this | mit | auf | on | via | it | post | article | teilen | {_NAMES} | drucken | print | share | tweet",
    "sie | ihn | with | your | friends | freunden | deinen | ihren | mit",
    "wird geladen | loading | diesen? | beitrag | artikel | und | and",
)
_LOAD = _any(
    "mit dem (?:laden|abspielen|klick) | durch (?:klicken|anklicken|das laden) | klicken sie | click here to",
    "by (?:loading|clicking|playing)",
)
_ACCEPTED = _any(
    r"akzeptier\w* | datenschutz\w* | übertragen | einverstanden | externe\w* | inhalte?",
    "accept | agree | privacy | load",
)
_USES = _any(r"verwend\w+ | nutz\w+ | benutz\w+ | setz\w+ | einsatz von | speicher\w+")
_AGREED = _any("zustimm | stimm | einverstanden | nutzung | datenschutz | browser | web-?site | web-?seite | analys")
_SUPPORT = _any(r"unterstütz\w* | spende[nt]? | support | donate | help us")
_SUPPORTED = _any(
    r"uns | mich | unsere\w* | us | me | patreon | steady | paypal | kaffee | coffee | spende | euro | [€$] | arbeit",
    r"mitglied\w* | \d+,\d\d",
)
_PICTURE = _any(
    "fotos? | photos? | bild(?:er|quelle|nachweis|nachweise|rechte)? | (?:foto|photo|image)-?\\s?(?:credits?|by)",
    "illustration(?:en)? | illustrations? | image(?: source)? | credits? | titel(?:bild|foto) | beitragsbild",
    "portr[aä]t | aufmacherbild | featured image | header ?(?:bild|image) | abb(?:ildung|\\.)? | grafik | screenshot",
    "video",
)  # fmt: skip
_LABEL = _any(
    r"aufrufe | views? | hits | klicks | tags? | kategorien? | categor(?:y|ies) | rubrik | rating | bewertung",
    "kommentare | comments | autor(?:in)? | author | datum | date | hinzugefügt(?: von)? | added by | posted by",
)
_FEED = _any("newsletter | mailing ?list | feed | rss | kanal | channel | podcast")
_SUBSCRIBE = _any(r"abonnier\w* | anmeld\w* | eintrag\w* | bestell\w* | subscribe | sign up")
_COMMENT = _any("kommentare? | comments?")
_PRINTED = _any("beitrag | artikel | post | posts | article | beiträge | story | seite | page")

LINES: dict[str, tuple[str, ...]] = {
    "date": (
        rf"(?:{_DATED}\b[\s:]*){{0,3}}{_DATE}{_TIME}{_AFTER_DATE}",
        r"\d{1,2}:\d\d(?:\s?(?:am|pm|uhr))?",
        r"(?:lesezeit|reading time|geschätzte lesezeit|lesedauer)\b.{0,30}",
        r"\d+\s*min(?:uten|utes|\.)?\s*(?:lesezeit|lesedauer|read)?",
        rf"{_WRITTEN}\b:?\s(?:[\w.'-]+\s){{0,4}}(?:am|on|,|\||·)\s.{{0,12}}{_DATE}.{{0,40}}",
    ),
    "share": (
        rf"(?:jetzt |diesen? |den )?(?:artikel |beitrag )?{_SHARE}(?:\W+{_SHARED}){{0,10}}",
        r"(?:folgt|folgen?|follow|liken?|liked?)\s(?:mir|uns|me|us|sie uns)\b.{0,60}",
        r"(?:besuch\w*|find\w*|connect with) (?:sie )?(?:uns|us|me|mich)\b.{0,20}\b(?:facebook|instagram).{0,40}",
        r"(?:compartir|partager|condividi|compartilhar|delen|síguenos|suivez-nous|seguici)(?:\s.{0,40})?",
        r"(?:gefällt mir|like this|sei der erste|be the first)\b.{0,40}",
        r"pin(?:\s\d+)?",
        r"(?:link|url) (?:kopieren|kopiert)|copy link|copied|in die zwischenablage kopier\w+",
    ),
    "loading": (
        r"(?:wird geladen|loading|lade)",
        r".{0,40}\b(?:wird|werden) (?:geladen|vorbereitet)\b\W{0,5}(?:bitte warten)?",
        r"(?:bitte warten|please wait)\b.{0,80}",
        r"(?:druckdialog|print dialog)\b.{0,200}|der druckdialog\b.{0,200}",
    ),
    "comment": (
        rf"\d*\s*(?:{_COMMENT}|antworten|responses?|replies)(?:\s(?:insgesamt|zu|on|to|schreiben|deaktiviert)\b.{{0,60}})?"
        r"\W*\d*",
        r"\d*\s*thoughts? on\b.{0,90}",
        rf"{_COMMENT} zu (?:diesem|dem) (?:text|artikel|beitrag)\b.{{0,200}}",
        r"(?:schreib|lass|verrat|erzähl|teil|sag|hinterlass)\w*\b.{0,140}\b(?:in (?:die|den)|im|als) kommentar.{0,60}",
        r"(?:diese website verwendet|this site uses) akismet.*|.{0,60}felder sind mit \* markiert.{0,20}",
        r"comentarios?|commentaires?|(?:deja|dejar|laisser|lascia) un comment\w*\b.{0,40}",
        rf"{_COMMENT}\W{{0,3}}(?:insgesamt|sind|are|deaktiviert|geschlossen|closed|off)\b.{{0,60}}",
        r"(?:schreibe?n? (?:sie )?(?:einen?|den ersten|ihren|deinen)|hinterlasse?n?|kein|keine)\s.{0,20}"
        r"(?:kommentare?|antwort)\b.{0,60}",
        r"(?:leave|post|add|write) (?:a|your) (?:comment|reply)\b.{0,60}|(?:no|your) comments?\b.{0,40}",
        r"(?:let (?:us|me) know|tell (?:us|me)|please)\b.{0,120}\b(?:in the comments?|comments? below)\b.{0,60}",
        r"antworten(?: abbrechen)?|reply|cancel reply",
        r"(?:aufrufe|views|hits|klicks)\s*:?\s*\d*",
        r".{0,30}\b(?:nicht eingeloggt|nicht angemeldet|angemeldet sein|eingeloggt sein|logged in)\b.{0,80}",
        r"(?:deine|ihre) e-?mail-adresse wird nicht\b.*|your email address will not\b.*|trackback.{0,40}",
        r"tried this recipe\b.{0,200}",
    ),
    "newsletter": (
        rf".{{0,120}}\b(?:newsletter|mailing ?list|verteiler)\b.{{0,60}}\b{_SUBSCRIBE}\b.{{0,80}}",
        rf"(?:abonnier\w*|subscribe|sign up|melde?n?|jetzt|hol)\b.{{0,80}}\b{_FEED}\b.{{0,60}}",
        r"newsletter|get\b.{0,60}\b(?:by e-?mail|to your inbox|in your inbox)\b.{0,60}",
        r".{0,80}\b(?:app|podcast)\b.{0,60}\b(?:herunterladen|verfügbar|erhältlich|download\w*|available)\b.{0,60}"
        r"\b(?:app ?store|google play|android|ios)\b.{0,80}",
    ),
    "donation": (
        rf"{_SUPPORT}\b.{{0,100}}(?<!\w){_SUPPORTED}(?!\w).{{0,80}}",
        r".{0,80}\b(?:via|über|per|auf|on) (?:paypal|patreon|steady|ko-?fi)\b.{0,60}|buy me a coffee.{0,40}",
        r".{0,160}\b(?:spendenkonto|iban)\b.{0,20}\b[a-z]{2}\d\d(?:\s?\d{4}){3,}.{0,100}",
        r"(?:hat|haben|wenn) (?:dir|ihnen|euch) (?:der|dieser|mein|unser) (?:artikel|beitrag|text|post)\b.{0,40}"
        r"\b(?:gefallen|geholfen|gefällt)\b.{0,200}",
        r"(?:if you|did you|have you)?\s?(?:like|liked|enjoyed?|enjoying) (?:this|what you read|our|my)\b.{0,200}",
        r"war (?:dieser|der) (?:artikel|beitrag) hilfreich\b.{0,80}|was this (?:article|post|page) helpful\b.{0,80}",
        r"(?:dir|ihnen|euch) gefällt (?:dieser|unser|der|mein)\b.{0,160}\b(?:spende|unterstütz|abonnier)\w*\b.{0,100}",
    ),
    "license": (
        r".{0,90}\b(?:creative[ -]commons|cc[ -]by(?:[ -]\w\w)*)\b.{0,80}\b(?:lizenz\w*|licen[sc]e\w*|\d\.\d)\b.{0,80}",
        r"(?:dieses werk|dieser (?:text|artikel|beitrag)|this (?:work|article|post)).{0,30}"
        r"\b(?:lizenziert|licensed|lizenz)\b.{0,150}",
        r"(?:©|\(c\)|copyright)\s?.{0,80}|alle rechte vorbehalten.{0,30}|all rights reserved.{0,30}",
    ),
    "consent": (
        rf".{{0,60}}\b{_LOAD}\b.{{0,100}}\b{_ACCEPTED}\b.{{0,200}}",
        r"(?:video|inhalt|karte|tweet|post|beitrag|content|map)e?s? (?:laden|anzeigen|entsperren|aktivieren|load)",
        r"\w+ (?:immer entsperren|always unlock)|(?:alle )?cookies? (?:akzeptieren|zulassen|accept)",
        r".{0,60}externe[nrs]? inhalte?s?\b.{0,60}(?:angezeigt|geladen|anzeigen|laden).{0,150}",
        rf"(?:um|wir|diese)\b.{{0,140}}\b{_USES}\b.{{0,40}}\bcookies\b.{{0,80}}\b{_AGREED}.{{0,120}}",
        r"(?:we|this (?:web)?site|our (?:web)?site)\b.{0,30}\buses? cookies\b.{0,200}",
        r"mehr (?:informationen|erfahren)|learn more",
    ),
    "tags": (
        r"(?:tags?|schlag(?:wörter|worte|wort)|stichwort[e]?|stichwörter|labels?|kategorien?|categor(?:y|ies)|rubrik(?:en)?|themen|topics)"
        r"\s*:.{0,200}",
        r"(?:filed (?:under|in)|tagged(?: (?:with|as))?|posted in|veröffentlicht in|abgelegt unter"
        r"|kategorisiert (?:unter|in)|verschlagwortet (?:mit|als))\s*:.{0,200}",
        r"(?:filed under|tagged with|posted in|abgelegt unter|veröffentlicht in)\s.{0,160}",
        r"(?:#\w{2,40}[\s,|]{0,3}){2,20}",
        rf"{_LABEL}\s*:.{{0,60}}[|·•/]\s*{_LABEL}\s*:.{{0,150}}",
        rf"{_LABEL}\s*:.{{0,60}}[|·•/].{{0,60}}[|·•/]\s*{_LABEL}\s*:.{{0,150}}",
    ),
    "caption": (
        rf"{_PICTURE}(?:\s\d+)?(?:\s?/\s?{_PICTURE})?\s*(?:[:©]|via|by|von)\s?.{{0,160}}",
        r"quelle(?:\s\d+)?\s*(?:[:©]|via|by|von)\s?.{0,160}",
        r"image illustrative\b.{0,160}",
        r"(?:zum vergrößern|bild vergrößern|enlarge|click to enlarge)\b.{0,60}",
        r"(?:ein )?klick(?:en)? (?:auf|zum)\b.{0,20}\b(?:bild|foto)\b.{0,60}",
        r".{20,200}[.!?)“”\"]\s(?:foto|photo|bild|image|picture)(?:\scredit)?s?\s?:\s?[\w./©&' -]{3,60}",
    ),
    "affiliate": (
        r"\(?\W{0,3}(?:alle )?(?:mit (?:einem )?(?:stern|\*)\w* (?:gekennzeichnete|markierte)\w* )?links\b.{0,60}"
        r"\baffiliate-?\s?links?\b.{0,400}",
        r"(?:affiliate|werbe|partner|provisions)-?links?\b.{0,300}",
        r"(?:this post|this article|dieser (?:beitrag|artikel))\b.{0,40}\b(?:affiliate|provisions)-?\s?links?.{0,200}",
        r"(?:zum (?:angebot|shop)|in den warenkorb|jetzt (?:kaufen|bestellen|buchen|shoppen)|hier (?:kaufen|bestellen)"
        r"|add to (?:cart|basket)|buy now|shop now|order now)",
    ),
    "pager": (
        r"(?:←|«|‹|<|→)?\s*(?:zurück|weiter|vorheriger?|nächster?|previous|next|older|newer|ältere|neuere)"
        rf"(?:\s{_PRINTED})?\s*(?:→|»|›|>|…|\.\.\.|:)?",
        r"(?:home|startseite|nach oben|back to top|(?:seite|page) \d+|drucken)\s*:?",
        r"(?:anzeige|werbung|advertisement|sponsored)\s*:?",
        r"(?:vorheriger?|nächster?|previous|next) (?:beitrag|artikel|post|article|story)\s?:\s.{0,120}",
        r"(?:zurück )?(?:zur (?:übersicht|startseite)|zum (?:archiv|anfang))",
        r"(?:back|return) to (?:the )?(?:blog|overview|home)|(?:view|see|show) all (?:posts|articles)\b.{0,40}",
        r"alle (?:beiträge|artikel)(?: (?:von|anzeigen|ansehen)\b.{0,40})?",
        r".{0,40}\b(?:continues?|fortgesetzt|weiter)\b.{0,30}\b(?:advertisement|anzeige|werbung|ad)\b.{0,30}",
        r".{0,30}\b(?:nach der|below|after (?:the|this)) (?:anzeige|werbung|advertisement|ad)\b.{0,40}",
        r"publicidad|publicité|pubblicità|advertentie|reklama",
        r"(?:weiterlesen|read more|mehr lesen|continue reading)\s*(?:→|»|›|>|…|\.\.\.|:)?",
        r"(?:.{0,40}\s)?(?:als pdf|pdf-?(?:datei|download|version)?)\s?(?:herunterladen|drucken|download\w*|öffnen)",
        r"(?:auf|in) (?:dieser|diese) seite|on this page|skip to content|zum inhalt springen",
    ),
    "origin": (
        r"(?:dieser|der) (?:artikel|beitrag|text)\b.{0,30}\bzuerst\b.{0,160}",
        r"(?:this|the) (?:article|post|story)\b.{0,20}\b(?:originally|first) (?:appeared|published|posted)\b.{0,160}",
    ),
    "signature": (r"[—–-]{1,2}\s?.{1,60}\(@\w{1,30}\)\s.{0,12}\d{1,2}.{0,12}\d{4}",),  # of an embedded tweet
    "markup": (
        r"\[/?[a-z][a-z0-9_#-]{1,30}(?:\s[^\]]{0,200})?\]",  # a WordPress shortcode that nobody replaced
        r"(?:strict standards|warning|notice|deprecated|fatal error|parse error)\s?:\s.{1,400}\bon line \d+",
    ),
}

POINTERS: tuple[str, ...] = (
    r"les(?:en|t) (?:sie |mehr |dazu )?(?:auch|dazu|mehr)|lies (?:auch|hier|mehr)|weiterlesen|siehe auch",
    r"auch interessant|mehr (?:dazu|zum thema|lesen|infos?|informationen)|passend dazu",
    r"das könnte (?:dich|sie|euch) auch",
    r"ähnlich\w*|verwandt\w*|weitere (?:artikel|beiträge|informationen|infos?|themen|news)|interessante links",
    r"hier geht(?:'|’)?s|zum (?:artikel|beitrag)|interessant dazu|mehr zu[mr]?\b",
    r"see also|read (?:also|more|next)|also read|related|more on|more from|you may also like|check out|don't miss",
    r"(?:te|le) puede interesar|lee (?:también|más)|leer (?:también|más)|más (?:información|noticias)|ver también",
    r"lire aussi|à lire aussi|voir aussi|pour aller plus loin|leggi anche|leia (?:também|mais)|veja também",
    r"lees ook|zobacz (?:też|także)|czytaj (?:też|także|więcej)|baca juga|läs (?:också|även|mer)|læs også|les også",
    r"čtěte (?:také|též)|přečtěte si|lue myös|citește și|olvassa el|читайте также|читайте також|διαβάστε επίσης",
)

SECTIONS: dict[str, tuple[str, ...]] = {
    "related": (
        r"(?:das könnte|könnte|auch|vielleicht)\b.{0,30}\b(?:auch|interess\w*|gefallen)\b.{0,20}",
        r"(?:das )?(?:könnte|interessiert)\b.{0,20}\bauch\b.{0,30}|lesen sie auch|auch interessant|lesetipps?",
        r"ähnliche\w*(?: \w+)?|verwandte\w*(?: \w+)?|mehr (?:zum thema|von|aus|zu|artikel|beiträge|news)\b.{0,50}",
        r"weitere (?:artikel|beiträge|themen|posts|news|meldungen|nachrichten|interessante)\b.{0,50}",
        r"related\b.{0,30}|similar (?:posts|articles)|more (?:from|on|posts|articles|stories)\b.{0,40}",
        r"(?:you )?(?:might|may) (?:also )?(?:like|enjoy|be interested)\b.{0,20}|read (?:more|next|also)",
        r"(?:neueste|letzte|aktuelle|beliebte)\w* (?:blog-?)?(?:beiträge|artikel|posts|kommentare|news)",
        r"(?:recent|latest|popular|top) (?:posts|articles|news|stories|comments)|most (?:read|popular)|trending",
        r"meistgelesen\w*",
        r"(?:vorschau|ausblick) auf (?:den|das) nächste\w* (?:artikel|beitrag|teil|folge)|noch mehr",
        r"te puede interesar|también te puede\b.{0,30}|lee también|à lire aussi|leggi anche|lees ook",
        r"zobacz (?:też|także)|czytaj (?:też|także)|baca juga|läs (?:också|även)|læs også|les også|lue myös",
    ),
    "author": (
        r"über (?:den|die|das) (?:autor|autorin|autoren|verfasser)\w*\b.{0,40}|zur person|autor(?:in)?|über mich",
        r"(?:presse-?)?kontakt|ansprechpartner(?:in|innen)?|(?:press|media) contacts?|pressekontakte?|contact",
        r"(?:about|meet) the authors?\b.{0,40}|about (?:me|us)",
    ),
    "contents": (
        r"inhalt|inhaltsverzeichnis|inhaltsübersicht|table of contents|contents",
        r"(?:auf einen blick: )?in diesem (?:artikel|beitrag)\b.{0,30}",
    ),
    "comments": (
        rf"(?:\d+ )?(?:{_COMMENT}|antworten|responses?|diskussion)\b.{{0,40}}|leave a (?:reply|comment)",
        r"(?:schreibe|hinterlasse|verfasse)\w* .{0,30}(?:kommentar|antwort)",
        r"kommentar (?:verfassen|schreiben|hinterlassen)",
        r"trackbacks?\b.{0,30}|pingbacks?",
    ),
    "asks": (
        r"(?:beitrag|artikel|seite)?\s?teilen(?: mit)?|share (?:this|on)\b.{0,20}|gefällt mir\b.{0,10}|like this",
        r"newsletter\b.{0,40}|(?:unterstütz\w*|spende\w*|support|donate)\b.{0,50}",
        r"folge (?:mir|uns)\b.{0,30}|follow (?:me|us)\b.{0,30}",
    ),
    "places": (
        r"kategorien|categories|schlagwörter|tags|schlagworte|archive?|post navigation",
        r"(?:beitrags|artikel)-?navigation",
    ),
}

# what closes a text and supports it: a list of sources is no prose
SOURCES: tuple[str, ...] = (
    r"quellen(?:angaben?|verzeichnis|nachweise?)?(?: und \w+)?|einzelnachweise|fußnoten|fussnoten|belege|endnoten",
    r"literatur(?:verzeichnis|angaben|hinweise|liste)?|weblinks|(?:weiterführende|nützliche) (?:links|literatur)",
    r"references|sources|footnotes|endnotes|bibliography|works cited|further reading|external links|useful links",
)
