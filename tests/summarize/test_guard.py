"""What a model writes is refused for a reason, or it is a summary."""

from __future__ import annotations

import pytest

from blogsum.summarize.decoding import Written
from blogsum.summarize.guard import refusal

GOOD = "Die Druckerei liefert seit dem Frühjahr mit drei Rädern aus und spart dabei Geld."
CASES = [
    ("a summary", GOOD, "de", ""),
    ("two lines", "Die Räder kosten wenig.\nSie halten lange und sind schnell.", "de", ""),
    ("nothing", "", "de", "it wrote nothing"),
    ("only marks", "… – .", "de", "it wrote nothing"),
    ("broken bytes", "Die R\ufffdder kosten wenig", "de", "it wrote broken characters"),
    ("a word", "Fahrrad", "de", "it wrote no sentence"),
    ("a phrase three times", "Das Rad ist gut, das Rad ist gut, das Rad ist schön.", "de", "it repeats itself"),
    ("one word on and on", "Das ist sehr sehr sehr sehr gut und schön.", "de", "it repeats itself"),
    ("a word without end", "Das Rad ist guuuuuuuuut.", "de", "it repeats itself"),
    ("a syllable without end", "Das ist lalalalalalalalalalala schön.", "de", "it repeats itself"),
    ("no spaces", "自転車で配達自転車で配達自転車で配達自転車で配達", "ja", "it repeats itself"),
    ("a large number", "Das Rad kostet 1000000000000 Euro im Jahr.", "de", ""),
    ("a long word", "Die Donaudampfschifffahrtsgesellschaft fährt wieder.", "de", ""),
    ("a mark in plain letters", "Das Team <extra_id_7> fährt Rad.", "de", "it wrote a mark of its pretraining"),
    ("a phrase twice", "Das Rad ist gut. Das Rad ist gut für alle.", "de", ""),
    ("English of a German article", "The print shop has delivered with three bikes since spring.", "de", "it wrote in"),
    ("German of a German article", GOOD, "und", ""),
    ("too short to tell", "The team rides on.", "de", ""),
    ("another script", "印刷店は自転車で配達している。", "ja", ""),
]


@pytest.mark.parametrize(("text", "lang", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_text_is_refused_for_a_reason(text: str, lang: str, reason: str) -> None:
    found = refusal(Written((5, 6, 7), True), text, lang, [90], 100)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


@pytest.mark.parametrize("token", [90, 100, 250_111])
def test_a_mark_of_pretraining_is_no_summary(token: int) -> None:
    assert "pretraining" in refusal(Written((5, token), True), GOOD, "de", [90], 100)
