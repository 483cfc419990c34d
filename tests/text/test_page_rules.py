"""Every rule on a page where it must fire and, where it could go wrong, on one where it must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blogsum.text.html import extract

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "page_rules.jsonl").read_text(encoding="utf-8").splitlines()
]
FIRST = (
    "Der Verein hat im Frühjahr die alte Mühle am Fluss gekauft und seither jeden Samstag daran gearbeitet. Das Dach"
    " ist inzwischen dicht, die Fenster sind eingesetzt."
)
SECOND = (
    "Im nächsten Schritt soll das Mahlwerk wieder laufen. Dafür sucht der Vorstand Menschen, die mit Holz umgehen"
    " können und an Wochenenden Zeit haben."
)
THIRD = (
    "Wer die Mühle sehen möchte, kann am ersten Sonntag im Monat vorbeikommen. Dann gibt es Kaffee, eine Führung und"
    " einen Blick in die Werkstatt."
)
PAGE = """<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Die alte Mühle läuft bald wieder</title>
<meta name="author" content="Ada Beispiel"><meta property="og:site_name" content="Mühlenblatt"></head>
<body><nav><a href="/">Start</a> <a href="/blog">Blog</a></nav><main><article>
<h1>Die alte Mühle läuft bald wieder</h1><div class="entry-content">{}</div></article></main>
<footer>Impressum und Datenschutz</footer></body></html>"""
AT = {"start": 0, "middle": 2, "end": 3}


def _joined(place: str, piece: str, *paragraphs: str) -> list[str]:
    parts = list(paragraphs)
    parts.insert(AT[place], piece)
    return [part for part in parts if part]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_rule_takes_what_it_should_and_nothing_else(case: dict[str, str]) -> None:
    paragraphs = (FIRST, SECOND, THIRD)
    html = PAGE.format("\n".join(_joined(case["place"], case["html"], *(f"<p>{text}</p>" for text in paragraphs))))
    assert extract(html).text == "\n\n".join(_joined(case["place"], case["kept"], *paragraphs))
