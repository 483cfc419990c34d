"""Words and phrases that tell what a German or English sentence does; looked up, never searched with patterns.

Other languages simply match none of them. Phrases are lower case and split as ``text.sentences.words`` splits
("let s", "z b"). A lookup per word costs 0.1 ms an article; the same lists as regular expressions cost 16 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blogsum.summarize.lexicon import STOP

# Announces what the article is about.
ANNOUNCE = """
in diesem beitrag|in diesem artikel|in diesem blogbeitrag|in diesem blogartikel|in diesem blogpost|in diesem post
in diesem text|in diesem blog|in diesem tutorial|in diesem guide|in diesem ratgeber|in dieser anleitung
in dieser serie|in dieser artikelserie|in dieser folge|in dieser reihe|in diesem video|in diesem kapitel
in unserem beitrag|in unserem artikel|in unserem blog|in meinem beitrag|in meinem artikel|im folgenden|im heutigen
in folgendem|dieser beitrag|dieser artikel|dieser blogbeitrag|dieser blogpost|dieser post|dieser text|dieses tutorial
diese anleitung|der beitrag|der artikel|dieser ratgeber|erfährst du|erfahrt ihr|erfahren sie|erfahre|zeige ich
zeigen wir|stelle ich|stellen wir|geht es um|geht es darum|erkläre ich|erklären wir|beschreibe ich|beschreiben wir
möchte ich|möchten wir|will ich|wollen wir|werde ich|werden wir|gebe ich|geben wir|handelt von|beschäftigt sich mit
befasst sich mit|dreht sich um|ich zeige|wir zeigen|wir erklären|ich erkläre|in this post|in this article|in this blog
in this tutorial|in this guide|in this series|in this piece|in this release|in this paper|in this blog post|this post
this article|this blog|this blog post|this tutorial|this guide|this series|this piece|this release|this document
this page|we show|we explain|we describe|we explore|we discuss|we introduce|we look|we cover|we share|we walk|we ll
we will|i ll|i will|i show|i explain|i describe|i discuss|i share|i want to|i would like to|you ll learn
you will learn|learn how|learn about|find out|take a look|take a closer look|let s look|let s see|let s explore
here s how|here is how|here are|how to|walk you through|walk through|an overview of|an introduction to
"""
# Concludes.
CONCLUDE = """
fazit|zusammenfassend|zusammengefasst|zusammenfassung|insgesamt|abschließend|letztlich|schlussendlich|letztendlich
kurz gesagt|kurzum|unterm strich|im grunde|alles in allem|in summary|in conclusion|to sum up|to summarize|overall
conclusion|in short|the bottom line|takeaway|takeaways|tl dr|tldr|all in all|ultimately
"""
# Says that something matters, or why.
IMPORTANT = """
ziel|ziele|wichtig|wichtige|wichtigen|wichtiger|wichtigste|wichtigsten|zentral|zentrale|zentralen|problem|probleme
problemen|lösung|lösungen|frage|fragen|grund|gründe|ergebnis|ergebnisse|aufgabe|aufgaben|herausforderung
herausforderungen|vorteil|vorteile|idee|thema|zweck|bedeutet|entscheidend|hilft|ermöglicht|bietet|goal|goals|aim
important|key|problems|solution|solutions|challenge|challenges|result|results|question|questions|reason|reasons|main
purpose|idea|topic|benefit|benefits|means|helps|enables|provides|allows|offers
"""
# Tells news.
NEWS = """
freuen uns|freue mich|stolz|ab sofort|heute|endlich|veröffentlicht|veröffentlichen|veröffentlichung|vorstellen
vorgestellt|präsentieren|präsentiert|ankündigen|verfügbar|neu|neue|neuen|neuer|neues|erstmals|erste|ersten|gestartet
startet|kürzlich|excited|happy|pleased|proud|thrilled|delighted|announce|announces|announcing|announced|introduce
introduces|introducing|introduced|today|release|releases|released|launch|launched|launches|available|new|first
recently|just
"""
WE = "wir|uns|unser|unsere|unserem|unseren|unserer|unseres|we|us|our|ours|we re|we ve"
I = "ich|mich|mir|mein|meine|meinem|meinen|meiner|meines|i|me|my|mine|myself"  # noqa: E741 - the word itself
YOU = """
du|dich|dir|dein|deine|deinem|deinen|deiner|deines|ihr|euch|euer|eure|eurem|euren|eurer|you|your|yours|yourself
"""
# Never part of a summary: what the page asks for, points at, or says about itself.
CALL = """
starte jetzt|starten sie jetzt|jetzt starten|jetzt mitmachen|jetzt bewerben|jetzt spenden|follow along|viel spaß mit
viel spass mit|check out|mehr dazu|get in touch|abonniert|abonnieren|abonniere|subscribed to|subscribe|anmeldung unter
anmeldung hier|read on to|subscribe to|subscribe now|please subscribe|jetzt abonnieren|get in touch with us
get in touch with me|get in touch if|follow us on|follow me on|for more information|find more information
mehr informationen findest|mehr informationen finden|weitere informationen findest|weitere informationen finden
weitere informationen gibt es|weitere infos gibt es|mehr infos gibt es|weitere informationen zu|mehr informationen zu
for more details see|please check out|reach out to us|please reach out|reach out if|be sure to check
feel free to contact|feel free to reach|feel free to ask|feel free to leave|unbedingt weiterlesen|please read on
tune in|klicken sie hier|lesen sie mehr|lesen sie weiter|folgen sie uns|melden sie sich|schreiben sie uns
teilen sie diesen|besuchen sie uns|besuchen sie unsere|bleiben sie dran|viel spaß beim|viel spass beim
viel freude beim|have fun with|have fun reading|see the link|the link below|links below|under the link|unter dem link
unter folgendem link|you can find it|you can find the|you can find more|can be found here|is available here|click here
hier klicken|klick hier|klicke hier|klicke auf|read more|weiterlesen|weiter lesen|mehr lesen|our newsletter
my newsletter|the newsletter|unser newsletter|unseren newsletter|unserem newsletter
zum newsletter|den newsletter|newsletter anmelden|newsletter abonnieren|newsletter signup|follow us
follow me|folge uns|folgt uns|folge mir|folgt mir|let us know|let me know|contact us|contact me|kontaktiere uns
kontaktiert uns|kontaktieren sie|kontaktiere mich|sign up|jetzt anmelden|jetzt registrieren|jetzt kaufen
jetzt bestellen|jetzt lesen|jetzt testen|jetzt herunterladen|jetzt buchen|melde dich|meldet euch|schreib uns
schreibt uns|schreibe uns|schreib mir|schreibt mir|schreibe mir|hinterlasse|hinterlasst|hinterlassen sie
leave a comment|in den kommentaren|in the comments|comments below|comment below|einen kommentar|teile diesen
teilt diesen|share this|share your|check it out|stay tuned|bleib dran|bleibt dran|don t forget|vergiss nicht
vergesst nicht|join us|try it out|besuche uns|besucht uns|spendet|schau mal|schaut mal|schau doch|schaut doch
schaut euch|schau dir|erfahren sie mehr|erfahre mehr|mehr erfahren|learn more|drop us|drop me|email us|ping us
if you have any questions|if you have questions|bei fragen|fragen sie uns|wir freuen uns auf|wir freuen uns über euer
wir freuen uns über eure|wir freuen uns über jede
we d love to hear|we would love to hear|we look forward to|i look forward to|looking forward to|happy to hear
your feedback|dein feedback|euer feedback|ihr feedback|eure fragen|deine fragen|ihre fragen|viel erfolg|happy coding
please contact|please email|register here|register now|register today|hier geht s|hier findet ihr|hier findest du
hier finden sie|findet ihr hier|findest du hier|finden sie hier|here you can find|apply now|bewirb dich|bewerbt euch
bewerben sie|download here|hier herunterladen|this link|diesem link|diesen link|folgenden link|folgendem link
"""
NAVIGATION = """
wurde zuletzt|zuletzt aktualisiert|last updated on|was last updated|was updated on|see also our|see also the
affiliate link|affiliate links|enthält werbung|creative commons attribution|is a guest post|ein gastbeitrag von
originally published|originally posted|originally appeared|guest post|datenschutzerklärung|impressum
all rights reserved|alle rechte vorbehalten|siehe auch|siehe oben|siehe unten|see above|see below|as shown|shown above
shown below|oben gezeigt|unten gezeigt|the following image|the following figure|the following screenshot
the following code|the following table|the following command|the following example|the following diagram
the following snippet|the following lines|looks like this|look like this|sieht so aus|sieht wie folgt aus
wie folgt aus|sieht dann so aus|folgendes bild|folgende abbildung|folgender code|folgenden code|folgende tabelle
folgender befehl|folgenden befehl|folgendem befehl|folgendes beispiel|following screenshot|following image
the image below|the screenshot below|the figure below|the diagram below|the code below|the table below
the example below|the picture below|image above|screenshot above|figure above|example above|code above|diese abbildung
verfasst von|übersetzt von|translated by|photo by|foto von|bild von|image by|image credit|photo credit
is licensed under|this entry|tagged with|cross posted|crossposted
"""
# Only as a sentence's first words.
GREETING = """
i m|i am|ich bin|liebe|lieber|hallo|hi|hey|hello|servus|moin|grüezi|guten morgen|guten tag|guten abend|good morning
good evening|willkommen|herzlich willkommen|welcome|vielen dank|danke|dankeschön|herzlichen dank|thank you|thanks
many thanks|special thanks|big thanks|cheers|liebe leser|liebe leserinnen|liebe freunde|liebe freundinnen
liebe community|liebe kunden|liebe kundinnen|liebe kolleginnen|liebe kollegen|liebe mitglieder|liebe interessierte
liebe besucher|liebe alle|liebe eltern|lieber leser|sehr geehrte|dear|liebe grüße|viele grüße|beste grüße
herzliche grüße|see you|bis bald|bis dann|bis zum nächsten|tschüss|happy new year|merry christmas|frohe weihnachten
frohes neues|schön dass du|schön dass ihr|schön dass sie|enjoy|congratulations|herzlichen glückwunsch|hurra
mein name ist|my name is|ich heiße|ich heisse
"""
# English base forms and German imperatives that open an instruction or a call.
IMPERATIVE = """
sehen wir|schauen wir|werfen wir|kommen wir|fangen wir|press the|press ctrl|press enter|press any|ask us|ask your
ask yourself|never forget|always remember|feel free|share your|share this|watch the|watch this|stay tuned|stay up
stay safe|write to|write us|save the|contact us|contact me|contact the|contact your|contact our|notice that|notice how
add the|add a|add your|keep in mind|keep reading|keep an|replace the|select the|discover the
tell us|give it|give us|apply now|apply here|apply for|apply to|replace it|select your|select a
keep your|mach dich|mach dir|mach mit|geh auf|geh zu|tune in|explore the|explore how|save your|please|bitte|note that
hinweis|achtung|ps|disclaimer|see|siehe|vgl|go to|go ahead|install|click|visit|download|try|check|create|remember
make sure|be sure|consider|let s|let us|let|join|read|register|subscribe|follow|listen|email|send|choose|enter
copy|paste|take|look|enjoy|grab|head over|head to|think about|get|find|start by|start with|use the
use this|use your|open the|run the|set the|set up|now open|type the|suppose|assume|recall|don t|do not|explore
navigate|klicke|klickt|klick|lade|ladet|melde|meldet|schau|schaut|schaue|lies|lest|besuche|besucht|öffne|öffnet
installiere|gib|gebt|wähle|wählt|nutze|nutzt|probiere|probiert|denk|denkt|denke|stelle|stellt|macht|geht auf
gehe|hol|holt|nimm|nehmt|achte|achtet|starte|vergiss|vergesst|beachte|beachtet|hör|hört|abonniere|teile|teilt|schreib
schreibt|schreibe|kommt|komm|sei|seid|lass|lasst|entdecke|entdeckt|lerne|lernt|finde heraus|füge
erstelle|bereite
"""
# Begins with a label rather than a sentence.
LABEL = """
foto|fotos|photo|photos|bild|bildquelle|bildnachweis|image|figure|fig|abb|abbildung|screenshot|quelle|quellen|source
sources|grafik|credit|credits|copyright|illustration|listing|author|authors|editor|editors|translator|transcreator
autor|autorin|veröffentlicht|erschienen|published|posted|lesezeit|reading time|kategorie|kategorien|category|tags
zuletzt|last updated|last modified|stand|video|titelbild|beitragsbild|abstract|datum|date|ort|location|wann|wo|when
where|uhrzeit
"""
# Points back when it opens a sentence.
LEAN = """
bei solchen|in solchen|mit solchen|für solche|auf solche|durch solche|bei solch|in such|with such|for such|wenn ja
wenn nein|wenn nicht|falls ja|falls nicht|if so|if not|if yes|the first one|the last one|the second one|the other one
die erste davon|der erste davon|besides|da ist|da sind|da war|da waren|da hat|da haben|da kann|da wird|da gibt|da muss
da kommt|da geht|noch besser|noch schlimmer|noch einen|noch eine|noch ein|nicht nur das|kurz davor|now that this
nur so|nur dann|because of|while these|unlike this|unlike these|diese|dieser|dieses|diesen|diesem|dies|jene|jener
jenes|jenen|jenem|dabei|damit|dadurch|daher|darum|deshalb|deswegen|dafür|dazu|danach|davon|darin|daraus|darauf|darüber
daran|darunter|dagegen|daneben|daraufhin|dementsprechend|demnach|demzufolge|demgegenüber|hierbei|hierfür|hierzu
hiermit|hierdurch|hierin|hier|er|sie|es|ihn|ihm|ihnen|ihr|ihre|ihrer|ihrem|ihren|ihres|sein|seine|seiner|seinem|seinen
seines|dort|dorthin|solche|solcher|solches|solchen|solchem|solch|so|dann|außerdem|ausserdem|jedoch|allerdings|aber|und
oder|denn|doch|zudem|auch|ebenso|ebenfalls|weiterhin|ferner|trotzdem|dennoch|nichtsdestotrotz|stattdessen|natürlich
also|somit|folglich|zum beispiel|beispielsweise|insbesondere|vor allem|gleichzeitig|zugleich|schließlich|schliesslich
letztere|letzterer|letzteres|erstere|ersterer|ersteres|beide|beides|beiden|weitere|weiterer|weiteres|zweitens|drittens
erstens|genau|ja|nein|tatsächlich|zusätzlich|andererseits|einerseits|vielmehr|immerhin|übrigens|hingegen|wiederum
entsprechend|sondern|sprich|kein wunder|aus diesem|aus diesen|mit diesem|mit dieser|mit diesen|in diesem fall
in diesem zusammenhang|in diesem sinne|in diesen|bei diesem|bei dieser|bei diesen|durch diese|durch diesen
durch dieses|für diese|für diesen|für dieses|auf diese|auf diesem|auf dieser|zu diesem|zu dieser|zu diesen|von diesem
von diesen|von dieser|nach diesem|nach dieser|an dieser|an diesem|neben diesen|neben dieser|neben diesem|alle diese
all dies|all das|das heißt|das heisst|d h|z b|ein weiterer|ein weiteres|eine weitere|einen weiteren|ein anderer
ein anderes|eine andere|der andere|die andere|das andere|die anderen|der zweite|die zweite|das zweite|der dritte
die dritte|das dritte|anschließend|anschliessend|im gegensatz dazu|im anschluss|darüber hinaus|des weiteren
in der folge|zum einen|zum anderen|zum schluss|zu guter letzt|als nächstes|als letztes|kurz darauf|seitdem|seither
nachher|später|this|that|these|those|it|its|he|him|she|they|his|her|their|them|theirs|there|here|such|then|thus
therefore|hence|however|but|and|or|nor|moreover|furthermore|additionally|instead|still|yet|nevertheless|nonetheless
for example|for instance|in addition|because of this|because of that|as a result|as such|of course|similarly|likewise
meanwhile|otherwise|again|second|third|next|finally|secondly|thirdly|lastly|firstly|another|both|the former|the latter
in other words|in particular|especially|specifically|in fact|indeed|consequently|accordingly|after that|after this
afterwards|at the same time|on the other hand|on the one hand|on top of|yes|no|well|ok|okay|the other|the second
the third|either|neither|each of these|all of these|all of this|all this|all these|some of these|many of these
most of these|one of these|any of these|none of these|both of these|with this|with that|with these|with those|for this
for that|for these|for those|from this|from these|from there|from here|by this|by doing|in this case|in these
in this way|in that case|in doing so|in those|to this|to that|to these|to do this|to do that|to do so
to accomplish this|to achieve this|to solve this|to fix this|to make this|to address this|to avoid this
to address these|to help with this|given this|given these|given that|based on this|based on these|like this|like these
despite this|despite these|despite that|due to this|due to these|since then|until then|since this|even so|even better
even worse|not only|not only that|even though|then again|that s|that is|it s|there s|here s|the same|same|anyway|too
further|later|soon|subsequently
"""
# Points back from within the first words.
LEAN_INSIDE = """
auch|ebenfalls|ebenso|wiederum|hingegen|dagegen|jedoch|allerdings|aber|außerdem|ausserdem|zudem|deshalb|daher|trotzdem
dennoch|dabei|dadurch|dafür|dazu|davon|darauf|daraus|daran|darüber|hierbei|hierfür|stattdessen|somit|also|too|however
therefore|instead|then|thus|furthermore|nevertheless|though|noch einen|noch eine|noch ein|dritten|zweiten|another
these|those|diese|dieser|dieses|diesem|diesen
"""
# What points back anywhere but where the article begins: there it opens a thought.
OPENING = """
es|it s|it seems|it feels|it would|it takes|it took|it is no|it is not|it is easy|it is hard|it is time|it is true
it has been|there|here at|here in|next week|next month|next year|next generation|the other day|for this article
for this post|auch in diesem jahr|auch dieses jahr
"""
# The part of these that no reader passes over when what they refer to is missing.
CONTRAST = """
wiederum|hingegen|dagegen|jedoch|allerdings|aber|außerdem|ausserdem|zudem|deshalb|daher|trotzdem|dennoch|stattdessen
somit|however|therefore|instead|furthermore|nevertheless
"""
# What a demonstrative may stand before without pointing back: the article itself, or the time of its writing.
ITSELF = frozenset(
    """
    beitrag artikel post blog blogpost blogbeitrag blogartikel text tutorial anleitung woche jahr monat tage tagen
    article guide page week year month
    """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
)
_DEMONSTRATIVES = frozenset("this dieser diese dieses diesem diesen".split())  # noqa: SIM905
_DEFINITE = frozenset("das der die den dem denen dessen deren".split())  # noqa: SIM905


class Phrases:
    """Word sequences looked up at any place of a token list, or only at its first."""

    def __init__(self, *lists: str) -> None:
        """Each list is a category, counted apart; entries are divided by ``|`` or a new line."""
        self.size = len(lists)
        self._table: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for category, phrases in enumerate(lists):
            for phrase in phrases.replace("\n", "|").split("|"):
                first, *rest = phrase.split() or [""]
                if first:
                    self._table.setdefault(first, []).append((tuple(rest), category))

    def counts(self, tokens: Sequence[str]) -> list[int]:
        """How often each category occurs in ``tokens``."""
        found = [0] * self.size
        for i, token in enumerate(tokens):
            for rest, category in self._table.get(token, ()):
                if not rest or tuple(tokens[i + 1 : i + 1 + len(rest)]) == rest:
                    found[category] += 1
        return found

    def opens(self, tokens: Sequence[str]) -> bool:
        """Whether ``tokens`` begin with one of the phrases."""
        return (
            any(tuple(tokens[1 : 1 + len(rest)]) == rest for rest, _ in self._table.get(tokens[0], ()))
            if tokens
            else False
        )


CUES = Phrases(ANNOUNCE, CONCLUDE, IMPORTANT, NEWS, WE, I, YOU)
CUE_NAMES = ("announce", "conclude", "important", "news", "we", "i", "you")
NEVER = Phrases(CALL, NAVIGATION)
_GREETS, _ORDERS, _LABELS = Phrases(GREETING), Phrases(IMPERATIVE), Phrases(LABEL)
_LEANS, _LEANS_INSIDE, _CONTRASTS = Phrases(LEAN), Phrases(LEAN_INSIDE), Phrases(CONTRAST)
_OPENING = Phrases(OPENING)
_THANKED = frozenset(("you", "all", "everyone", "everybody", "our", "my", "guest", "both"))


def greets(tokens: Sequence[str]) -> bool:
    """Whether a sentence opens with a greeting, thanks or a leave-taking; "Thanks to open data, …" thanks nobody."""
    if tuple(tokens[:2]) == ("thanks", "to") and len(tokens) > 2:
        return tokens[2] in _THANKED
    return _GREETS.opens(tokens)


def orders(tokens: Sequence[str]) -> bool:
    """Whether a sentence is an imperative: "Klicke …", "Click …", "Lesen Sie …", "Jetzt Karten kaufen!".

    "Erfahren Sie, wie …" and "Learn how …" only announce, as teasers do.
    """
    polite = len(tokens) > 1 and tokens[1] == "sie" and tokens[0].endswith(("en", "rn", "ln"))
    polite = polite and tokens[0] != "erfahren"
    if len(tokens) > 1 and tokens[1] == "man":  # "Schaut man genauer hin, …"
        return False
    button = tuple(tokens[:1]) == ("jetzt",) and tokens[-1].endswith("en")  # "Jetzt Karten für Mai kaufen!"
    button = button and len(tokens) > 2 and tokens[1] not in _VERBS and not tokens[1].endswith(("t", "te"))
    return polite or button or _ORDERS.opens(tokens)


def labels(tokens: Sequence[str]) -> bool:
    """Whether a sentence opens with a word that labels pictures, sources or dates."""
    return _LABELS.opens(tokens)


def leans(tokens: Sequence[str], capitals: Iterable[bool] = ()) -> bool:
    """Whether a sentence's first words point back: "Diese …", "However …", "Das ist …", "Mit diesen …".

    ``capitals`` says which tokens are written with a capital: "Das Projekt" is an article, "Das geht" points back.
    """
    if not tokens:
        return False
    upper = list(capitals)[:6]
    if tokens[0] in _DEFINITE and len(upper) > 1:
        article = any(upper[1:4]) and not (len(tokens) > 1 and tokens[1] in _VERBS)
        return not article
    if not _LEANS.opens(tokens):
        return False
    reach = 2 if tokens[0] == "this" else 3
    return tokens[0] not in _DEMONSTRATIVES or not any(token in ITSELF for token in tokens[1:reach])


# Finite verbs after "Das/Die/Der" that make it a pronoun even when a noun follows: "Das macht Sinn".
_VERBS = frozenset(
    """
    ist sind war waren wird werden hat haben hatte hatten kann können konnte soll sollte sollen muss müssen darf
    will wollen macht machen geht gehen heißt heisst bedeutet zeigt zeigen gilt gibt liegt liegen kommt kommen
    bringt führt hilft klingt hört sieht lässt bietet ermöglicht sorgt erfordert spart kostet funktioniert dauert
    reicht stimmt passt würde wäre hätte könnte habe hab sorgten bieten haben's ging kam gab
    """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
)


def opens_thought(tokens: Sequence[str]) -> bool:
    """Whether first words that would point back elsewhere do not where nothing stands before them: "Es gibt …"."""
    return _OPENING.opens(tokens)


def is_small(word: str) -> bool:
    """Whether a word is a function word, which no product is called by."""
    return any(word in words for words in STOP.values())


def is_foreign(tokens: Sequence[str], lang: str) -> bool:
    """Whether a sentence of a German article is English by its function words, or the other way round."""
    if lang not in STOP:
        return False
    own, other = (sum(token in STOP[one] for token in tokens) for one in (lang, "en" if lang == "de" else "de"))
    return other >= 3 and other > 2 * own


def contrasts(tokens: Sequence[str]) -> bool:
    """Whether its second to sixth word sets it against something said before: "Der Aufwand liegt aber …"."""
    return any(_CONTRASTS.counts(tokens[1:6]))


def leans_inside(tokens: Sequence[str]) -> bool:
    """Whether a sentence points back from its second to sixth word: "Die Idee ist auch …"."""
    return any(_LEANS_INSIDE.counts(tokens[1:6])) and not any(token in ITSELF for token in tokens[1:7])
