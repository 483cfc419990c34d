"""What is known about single stems of a language: how rare they are, and how readily descriptions use them.

Knows nothing about sentences. A language that was never learned gets its rarities from the article itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

# Function words, stemmed where stems differ; the frequency lists do the rest.
STOP = {
    "de": frozenset(
        """
        der die das und oder aber denn doch ist sind war wird werd werden hat hab haben sein seine ihr ihre wir uns
        unser unsere ich du sie er es man mit von vom zu zum zur in im an am auf aus bei fur für uber über unter vor
        nach durch ohne um als wie so auch nur noch schon sich nicht kein keine mehr dass wenn weil ob was wer wo
        hier da dann dies diese dieser dieses diesem diesen einer einem eines einen ein eine den dem des konn konnen
        können kann muss mussen müssen soll sollt mal sehr etwa etwas gibt bzw beim bis dein mein alle all ander
        anderen viel wurd wurde waren worden mich mir dir dich euch euer ja damit dabei dafur dafür dazu davon
        daruber also jed jede sowi immer wieder ganz bereit hatt ware kannst konnt zwisch gegen seit wahrend wollen
        will lass gut neu
        """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
    ),
    "en": frozenset(
        """
        the a an of in on at to for and or but is are was were be been being has have had do doe did doing it he she
        they his her their them him this that these those with as by from who which what when where while will would
        can could may might not no nor so if than then there here into over after befor about up out off also i you
        we us our your my me s t re ve ll d m just like get one all ani more most some such onli own same too veri
        how whi becaus between through dure both each few other again further onc down under until against abov
        below make use go want need way even well much mani new now
        """.split()  # noqa: SIM905 - quoted one by one, nobody could read them
    ),
}


@dataclass(frozen=True)
class Lexicon:
    """The stems of one language: how many posts hold each (of ``posts``), and learned weights.

    ``uses`` is the logarithm of the odds that a description uses a stem its article has, against the average stem;
    ``styles`` weighs a stem in the sentences that good summaries are made of. Both are 0 for a stem not listed.
    """

    lang: str
    posts: int = 0
    seen: Mapping[str, float] = field(default_factory=dict)
    uses: Mapping[str, float] = field(default_factory=dict)
    styles: Mapping[str, float] = field(default_factory=dict)

    def rarity(self, stems: Sequence[str], counts: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """How telling each stem is (natural logarithm of the inverse share of posts) and whether it carries content.

        ``counts`` is lines × stems. An unknown language takes lines for posts, short frequent stems for function words.
        """
        if self.posts:
            total = math.log((self.posts + 1) / 1.5)
            values = [self.seen.get(stem, total) for stem in stems]
            stop = STOP.get(self.lang, frozenset())
            content = [len(stem) > 1 and not stem.isdigit() and stem not in stop for stem in stems]
            return np.array(values, np.float32), np.array(content)
        share = (counts > 0).mean(0)
        rarity = np.log((len(counts) + 1) / ((counts > 0).sum(0) + 0.5)) + 0.3
        long = np.array([len(stem) > 1 or ord(stem[:1] or "a") > 0x2E7F for stem in stems])
        plain = np.array([not stem.isdigit() for stem in stems])
        frequent = (share > 0.12) & np.array([len(stem) <= 4 for stem in stems]) if len(counts) > 5 else ~long
        return rarity.astype(np.float32), long & plain & ~frequent

    def style(self, stem: str) -> float:
        """How much ``stem`` speaks for a sentence."""
        return self.styles.get(stem, 0.0)

    def use(self, stem: str) -> float:
        """How readily a description takes ``stem`` over from its article."""
        return self.uses.get(stem, 0.0)
