"""Words that a sentence splitter must know, as data: abbreviations by behaviour, sentence openers, ordinal company.

Nothing here knows how sentences are found (``sentences.py``). An entry in lower case also matches with a capital
first letter; an entry with a capital matches only as written ("Sat." is a day, "sat." is a verb). Spaces inside
("z. B.") are closed up before the look-up, and the last dot is left out.
"""

from __future__ import annotations

from dataclasses import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Lexicon:
    """What one language knows of its full stops.

    ``inner`` never ends a sentence; ``numbered`` goes on before a number only ("Nr. 5"), ``dated`` beside one ("5. Okt.
    2019"), ``units`` behind one; ``soft`` ends when a word of ``starters`` follows (in a language without any: a
    capital), ``final`` before every capital. ``ordinals`` says that digits with a dot are ordinals, ``before`` and
    ``after`` which words stand around them; ``nouns_capital`` that a capital proves little.
    """

    inner: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    final: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    ordinals: bool = False
    nouns_capital: bool = False
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


# Titles and short forms that blogs in any Latin script use. What is also a word or a name ("Max", "mag", "Phil",
# "red") stands under ``soft``.
_INNER = _set("""
    Dr dr Drs Prof prof Dipl Mr Mrs Ms Mx Messrs capt lt sgt cmdr mme mlle vs cf ca approx e.g eg i.e ie viz resp
    incl excl
    """)
_NUMBERED = _set("no nos nr nrn p pp fig figs eq eqs sec ch vol art ed § tab abb op n°")
_DATED = _set("Jan Feb Apr Aug Sep Sept Oct Nov Jun Jul Dec")
_SOFT = _set("""
    inc ltd corp co bros llc plc jr sr ph.d m.d b.a m.a b.sc m.sc d.c u.s u.s.a u.k u.n e.u s.a s.p.a n.v b.v al
    ibid op.cit st ste hon gen col maj gov sen rep pres rev max min
    """)
_FINAL = _set("etc a.m p.m")

_GERMAN = Lexicon(
    inner=_INNER
    | _set("""
    z.b zb d.h dh bzgl i.d.r idr bzw vgl ggf ggfs evtl bspw bsp insb insbes inkl zzgl exkl lt gem sog ugs eigtl
    urspr fa hr hrn fr frl hll betr bearb hrsg übers verf begr verh verw gegr gez i.a i.v i.h.v i.s.v i.e.s i.w.s
    z.zt z.z zt z.t u.u m.e m.w a.d i.b i.br o.g wg z.hd zhd p.p einschl ausschl abzgl rd stellv dipl.-ing dipl.-kfm
    dipl.-psych priv.-doz h.c hc rer habil kath evang ahd mhd griech engl frz ital österr schweiz amerik südd nordd
    frhr gebr ggü jew jeweil mögl tägl wöchentl monatl jährl tlw teilw vlt vllt zusätzl versch entspr vermutl
    wahrsch urk v.a va o.b.d.a m.a.w mdl schriftl
    """),
    numbered=_NUMBERED
    | _set("""
    Art Abs S Bd Bde Kap Abb Tab Ziff Lit Anm Aufl Jg Hft H Bl Sp Z Rn Rdnr Rz Vers Ps Teilbd Az Ausg Kl Abschn tel
    Pos
    """),
    dated=_DATED | _set("Mär Mrz Jän Febr Okt Dez Mo Di Mi Do Fr Sa So"),
    units=_set("""
    min std sek stck stk mio mrd tsd bio jh jhd jahrh mill Min Std Sek Stk Pkt Proz proz Tsd Mio Mrd
    """),
    soft=_SOFT
    | _set("""
    s.o s.u u.a ua u.ä o.ä oä u.dgl u.dergl dgl u.a.m a.a.o ff f e.v ev v.chr n.chr v.u.z n.u.z jh jhs jhd jhdt p.a
    bd hbf str pl mwst o.k mio mrd tsd abt abk bhf flgh univ inst int zit ing Mag med phil jur nat theol pol mult
    red geb gest hg adr allg bes mind div ehem stv vorm nachm lat franz span zus zw od dt geg
    """),
    final=_FINAL | _set("usw u.s.w usf u.s.f uvm u.v.m u.v.a uva"),
    starters=_set("""
    Der Die Das Den Dem Des Ein Eine Einen Einem Einer Eines Er Sie Es Wir Ich Ihr Ihre Ihren Ihrem Ihrer Du Man
    Dies Diese Dieser Dieses Diesen Diesem Jene Jener Jenes Jeder Jede Jedes Jedem Jeden In Im Am An Auf Aus Bei
    Beim Bis Durch Für Gegen Mit Nach Ohne Seit Um Unter Von Vom Vor Zu Zum Zur Zwischen Über Während Wegen Trotz
    Statt Laut Neben Hinter Innerhalb Außerhalb Ab Als Wenn Weil Da Dann Dort Hier Heute Morgen Gestern Jetzt Nun So
    Auch Aber Und Oder Denn Doch Was Wer Wie Wo Warum Wann Wieso Weshalb Woher Wohin Wen Wem Wessen Welche Welcher
    Welches Welchen Nicht Nichts Kein Keine Keiner Keinen Alle Alles Allen Viele Vieles Vielen Einige Manche
    Manchmal Mehr Mehrere Wenige Daher Darum Deshalb Deswegen Danach Dabei Damit Dadurch Dafür Dagegen Daneben Daran
    Darauf Daraus Darin Darüber Darunter Davon Davor Dazu Außerdem Jedoch Allerdings Noch Schon Unser Unsere Unseren
    Unserem Unserer Mein Meine Meinen Meinem Meiner Dein Deine Deinen Sein Seine Seinen Seinem Seiner Euer Eure Mir
    Mich Dir Dich Ihm Ihn Ihnen Uns Euch Beide Beiden Sondern Sowohl Weder Entweder Zwar Nur Sogar Vielleicht
    Natürlich Leider Zuerst Zunächst Schließlich Endlich Später Früher Bald Immer Nie Niemals Oft Selten Meist
    Meistens Besonders Insbesondere Insgesamt Bisher Trotzdem Dennoch Somit Folglich Also Obwohl Sobald Solange
    Bevor Nachdem Damals Dass Ob Falls Sofern Sonst Zudem Hinzu Ferner Weiterhin Wobei Wodurch Womit Worauf Ja Nein
    Ist Sind War Waren Hat Haben Wird Werden Kann Können Soll Muss Gibt Etwas Jemand Niemand Wirklich Ganz Sehr
    Gerade Genau Etwa Rund Knapp Fast Ungefähr Bitte Danke Hallo Zurück Nebenbei Einmal Erst Erstens Zweitens
    Drittens Andere Anderer Anderen Andererseits Einerseits Stattdessen Daraufhin Währenddessen Inzwischen
    Mittlerweile Hierbei Hierfür Hierzu Dementsprechend Dazwischen Dahinter Dorthin Anschließend Anfangs Zuletzt
    Plötzlich Offenbar Offensichtlich Wahrscheinlich Möglicherweise Eigentlich Übrigens Tatsächlich Jedenfalls
    Mindestens Höchstens Sicher Sicherlich Gleichzeitig Gleich Kurz Lange Langsam Jahrelang Weiter Weitere Mehrmals
    Gibt's Ebenso Ebenfalls Genauso Dank Zweimal Zwei Drei Vier Fünf Sechs Sieben Acht Neun Zehn Bin Bist Seid Hatte
    Hatten Wäre Würde Könnte Sollte Müssen Wollen Will Möchte Macht Kommt Geht Steht Liegt Mag Darf Hätte Solche
    Solcher Eins Vorher Nachher Abends Morgens Mittags Nachts Überall Nirgends Irgendwann Irgendwo Dorther Ohnehin
    Seitdem Seither Vorerst Anders Anderswo Schade Schau Schaut Viel Siehe Klar Gut Genug Ach Oh Na Nee Tja
    """),
    ordinals=True,
    nouns_capital=True,
    before=_set("""
    am vom zum der die das dem den des im beim ab bis seit ein eine einen einem einer mein meine meinen dein sein
    seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere unseren unserem unserer euer jeder jede jedes
    jeden und oder zur ins ans dieser diese dieses diesen diesem erst bereits schon zirka ca auf als
    """),
    after=_set("""
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan Feb Febr Mär Mrz
    Apr Jun Jul Aug Sep Sept Okt Nov Dez Jahrhundert Jahrhunderts Jahrhunderte Jahrhunderten Jh Jhd Jhdt Jahrtausend
    Jahrtausends Jahrestag Geburtstag Hochzeitstag Todestag Quartal Quartals Klasse Klassen Semester Semesters
    Kapitel Platz Rang Auflage Ausgabe Bundesliga Liga Stock Stockwerk Etage Lebensjahr Lebensjahres Weltkrieg
    Weltkriegs Weltkrieges Legislaturperiode Tag Tages Runde Teil Mal Male Woche Monat Monats Jahr Jahres Artikel
    Absatz Schritt Folge Staffel Episode Spieltag Minute Stunde Sekunde Generation Bezirk Grad Grades Internationale
    Internationaler Internationalen Sitzung Version Mann Sinfonie Symphonie Tor Versuch Etappe Lesung Sieger Sieg
    Gebot Reihe Hälfte Halbzeit
    """),
)

_ENGLISH = Lexicon(
    inner=_INNER | _set("assn bldg adj govt intl natl pvt cpl pfc lieut supt"),
    numbered=_NUMBERED | _set("Art Abs cap chap par para pt Pt pl ver vv bk app ex n nn l ll"),
    dated=_DATED | _set("Mar Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun"),
    units=_set("in mi yd yds gal mo mos yr yrs hr hrs ms min mins sec secs lb lbs oz ft cal"),
    soft=_SOFT | _set("v dept est mt ave blvd rd hwy sq mfg adv misc esq b.c a.d b.c.e c.e l.a n.y s.f"),
    final=_FINAL,
    starters=_set("""
    The A An He She It We I You They This That These Those There Here In On At For From With To By As If When While
    After Before But And Or So However What Who How Why Where Our My Your His Her Their Its Then Also No Not All
    Some Many Most More Once Since Although Though Because Until Unless Despite During Through Under Over Between
    Among Without Within Instead Meanwhile Moreover Furthermore Therefore Thus Hence Still Yet Now Today Tomorrow
    Yesterday Perhaps Maybe Please Let Both Each Every Either Neither Another Other Others Such Only Even Just
    Sometimes Often Usually Finally First Second Next Later Nobody Everyone Everything Nothing Something Someone Is
    Are Was Were Do Does Did Can Could Should Would Will Has Have Had Which Whether Of Yes Well I'm I've I'd I'll
    It's That's There's We're We've You're They're Don't Doesn't Can't According Additionally Besides Otherwise
    Nevertheless Unlike Like Thanks Thank OK Okay See Check Use Try Note Read Make Take Go Get Come Feel Ask Look
    Click Learn Find Keep Join Imagine Consider Suppose Remember Start Stay Visit Contact Follow Send Tell Give Call
    Open Run Whenever Wherever Whoever Whatever Above Below Across Along Around Behind Beyond Near Against About
    Together Soon Much Few Several Two Three Four Five Any Anyone Anything None Never Always Almost Nearly Rather
    Quite Apparently Back Again Except Given Based Being Having Am Might May Must
    """),
)

# French, Spanish, Italian, Dutch, Portuguese, Polish, Scandinavian: the short forms met most, together. These
# languages write nouns small, so that a capital after a soft form opens a sentence.
_OTHER = Lexicon(
    inner=_INNER
    | _set("""
    st ste sr mgr p.ex sra srta srs dra dña ud uds p.ej sig sigg sig.ra dott dott.ssa ad.es dhr mevr mw bijv bv
    o.l.v d.w.z m.b.t t.a.v evt bl.a bla t.ex tex f.eks feks p.g.a pga mht np tzn tj prof.ssa avda apdo env c.-à-d
    """),
    numbered=_NUMBERED | _set("pag pág págs núm num nº str rys hfst kap s r tel av"),
    dated=_DATED | _set("janv févr avr juil déc ene abr dic mai maj"),
    soft=_SOFT | _set("a.c d.c s.r.l o.a"),
    final=_FINAL | _set("ecc enz osv itd itp m.m"),
)

LEXICONS = {"de": _GERMAN, "en": _ENGLISH}
OTHER = _OTHER

# Names that carry their exclamation mark with them.
SHOUTED = frozenset({"Yahoo", "Joomla", "Jeopardy", "Kahoot", "Wham", "Panic", "Fritz", "FRITZ", "useR"})
# Nouns in front of a letter or number that is not an initial: "Vitamin C.", "World War II."
LABELS = _set("""
    Vitamin Vitamins Plan Hepatitis Typ Punkt Klasse Option Team Gruppe Variante Buchstabe Group Type Class Grade
    Point Section Appendix War Kapitel Teil Band Part Chapter Anhang Note
    """)
# What may follow "10 a.m." in the same sentence although it has a capital.
AFTER_CLOCK = _set("""
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday EST EDT ET CST CDT CT MST MT PST PDT PT GMT UTC BST CET
    CEST Eastern Central Pacific Uhr
    """)
