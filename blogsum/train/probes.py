"""Texts on which an exported model is compared with its original: German and English, in blogsum's own words."""

from __future__ import annotations

TEXTS = (
    "Seit dem Frühjahr liefert die Druckerei in der Innenstadt mit drei Lastenrädern aus. Zwei Lieferwagen wurden "
    "verkauft, einer wird bei großen Aufträgen gemietet. Das Team ist damit pünktlicher als früher, weil die Räder "
    "nicht im Stau stehen, und es spart im Monat rund 900 Euro. Nur bei Glatteis bleiben die Räder im Hof.",
    "Wir haben unsere Suche von einer relationalen Datenbank auf einen eigenen Index umgestellt. Anfragen, die vorher "
    "800 Millisekunden brauchten, dauern jetzt 40. Der Umbau kostete vier Wochen, davon zwei für Tests mit echten "
    "Anfragen. Wer nur wenige tausend Dokumente hat, braucht das nicht.",
    "Die Bibliothek öffnet sonntags wieder. Ehrenamtliche übernehmen die Ausleihe, die Stadt zahlt Heizung und "
    "Aufsicht. Im Probejahr kamen an Sonntagen mehr Familien als an jedem anderen Tag.",
    "Our build used to take forty minutes. We split the test suite by how often a file changes, cached what rarely "
    "does, and moved the slowest tests to the night. A change is now checked in six minutes. The price is a second "
    "queue that somebody has to watch, and one bug in ten is found a day later.",
    "Last month we moved the newsletter from a hosted service to our own server. Setting up the mail server took a "
    "weekend; getting accepted by the large providers took three weeks. Opening rates fell by four points and have "
    "recovered since. We would do it again, but not before a product launch.",
    "The community garden has doubled its beds. Rain water is now collected from the roof of the school, which covers "
    "about two thirds of what the plants need in summer.",
)
