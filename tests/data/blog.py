"""A small blog of our own words, for the tests of what looks at whole datasets."""

from __future__ import annotations

from blogsum.types import Article

WHEELS = (
    "Die Stadt Kassel kauft zehn neue Lastenräder für ihre Schulen. Der Rat stimmte am Montag nach langer Debatte zu, "
    "weil die alten Räder rosten und niemand mehr mit ihnen fahren mag.\n\n"
    "Nun wird die Lieferung ausgeschrieben. Im Herbst soll alles fertig sein, sagt die Dezernentin, und wer mag, darf "
    "die Räder am Wochenende auch für den Einkauf oder einen Ausflug an die Fulda ausleihen.\n\n"
    "Bezahlt wird das aus dem Topf für den Klimaschutz, der in diesem Jahr noch gut gefüllt ist."
)
BAKERY = (
    "Seit dem Frühling backt Mehmet wieder selbst. Drei Jahre lang stand der Ofen kalt, weil die Miete zu hoch war und "
    "die Kundschaft ausblieb; jetzt duftet es morgens um fünf durch die ganze Straße.\n\n"
    "Das Mehl kommt aus einer Mühle im Nachbardorf, der Sauerteig ist älter als der Laden. Wer früh kommt, bekommt ein "
    "warmes Brot und einen Kaffee dazu, und manchmal erzählt der Bäcker, warum er noch einmal angefangen hat.\n\n"
    "Am Samstag ist bis mittags geöffnet, danach wird die Backstube geputzt."
)
GARDEN = (
    "We dug the pond by hand, because no digger fits through the gate. It took four weekends, two blisters and a lot "
    "of tea, and now there are newts in it although nobody brought them there.\n\n"
    "The neighbours laughed at first. Then they asked how deep a pond must be so that it does not freeze, and by the "
    "end of the summer there were three ponds in our street and a small war about frogs.\n\n"
    "Next year we will plant reeds along the edge and leave the rest to the wind and to the birds that visit us."
)
POSTS = (
    Article(
        "rad",
        WHEELS,
        "Zehn Räder",
        "Anna",
        "2024-03-02",
        "de",
        summary="Kassels Schulen dürfen bald radeln: zehn neue Gefährte, bezahlt vom Klimaschutz.",
    ),
    Article(
        "brot",
        BAKERY,
        "Der Ofen ist wieder warm",
        "Anna",
        "2024-05-10",
        "de",
        summary="Seit dem Frühling backt Mehmet wieder selbst.",
    ),
    Article(
        "pond",
        GARDEN,
        "A pond by hand",
        "Bea",
        "2024-05-30",
        "en",
        summary="We dug the pond by hand, because no digger fits through the gate. It took four weekends, two […]",
    ),
    Article("rad-neu", WHEELS.replace("zehn neue", "elf neue"), "Elf Räder", None, None, "de"),
)
