"""What a model reads: everything while it fits, else the best of its sections; what it misses is said."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from blogsum.summarize.source import source
from blogsum.text.blocks import blocks
from blogsum.text.sentences import of_article
from blogsum.types import Article

TEXT = """# Räder statt Wagen

Die Druckerei liefert seit dem Frühjahr mit drei Lastenrädern aus. Zwei Lieferwagen wurden verkauft.

## Kosten

- Ein Rad kostet im Jahr 900 Euro.
- Ein Wagen kostet im Jahr 6000 Euro.

```
print("no prose")
```

Bei Glatteis bleiben die Räder im Hof. Dann fährt ein gemieteter Wagen. Das kam im Winter viermal vor."""
ARTICLE = Article("a", TEXT, lang="de")


def words(text: str) -> int:
    return len(text.split())


def test_an_article_that_fits_is_read_whole_but_for_its_code() -> None:
    read = source(ARTICLE, words, 500)
    assert read.left_out == ()
    assert read.text.startswith("Räder statt Wagen Die Druckerei liefert")
    assert read.text.endswith("Das kam im Winter viermal vor.")
    assert "print" not in read.text


LONGER = """Die Druckerei liefert seit dem Frühjahr mit drei Lastenrädern aus. Zwei Lieferwagen wurden verkauft.

## Kosten

Ein Rad kostet im Jahr 900 Euro. Ein Wagen kostet im Jahr 6000 Euro. So spart die Druckerei viel Geld.

## Wetter

Bei Glatteis bleiben die Räder im Hof. Dann fährt ein gemieteter Wagen. Das kam im Winter viermal vor.

## Dank

Vielen Dank fürs Lesen. Schreibt gern einen Kommentar."""
SEEN = [
    (12, "Zwei Lieferwagen wurden verkauft. Kosten Ein Rad kostet im Jahr 900 Euro."),
    (
        25,
        "Die Druckerei liefert seit dem Frühjahr mit drei Lastenrädern aus. Zwei Lieferwagen wurden verkauft. "
        "Kosten Ein Rad kostet im Jahr 900 Euro.",
    ),
]


@pytest.mark.parametrize(("room", "text"), SEEN, ids=[str(room) for room, _ in SEEN])
def test_a_longer_one_is_read_by_sections_under_their_headings(room: int, text: str) -> None:
    assert source(Article("a", LONGER, lang="de"), words, room).text == text


@pytest.mark.parametrize("count", [words, len, lambda text: len(text) // 3], ids=["words", "characters", "thirds"])
@pytest.mark.parametrize("text", [TEXT, LONGER], ids=["short", "longer"])
def test_what_is_read_and_what_is_left_out_are_the_article(text: str, count: Callable[[str], int]) -> None:
    article = Article("a", text, lang="de")
    spans = [(block.start, block.end) for block in blocks(text) if block.kind == "heading"]
    spans = sorted([*spans, *((one.start, one.end) for one in of_article(text, "de"))])
    for room in range(0, count(text), 1 + count(text) // 40):
        read = source(article, count, room)
        assert count(read.text) <= room or not read.text
        if not read.left_out:
            continue
        left = [span for span in spans if any(start <= span[0] and span[1] <= end for start, end in read.left_out)]
        assert " ".join(text[start:end] for start, end in spans if (start, end) not in left) == read.text
        assert {start for start, _ in read.left_out} <= {start for start, _ in left}
        gaps = [text[end:start] for (_, end), (start, _) in pairwise(read.left_out)]
        assert all(gap.strip(" \n#-") for gap in gaps)  # neighbours are one span


def test_a_heading_is_never_read_without_a_sentence_of_its_section() -> None:
    article = Article("a", LONGER, lang="de")
    for room in range(words(LONGER)):
        read = source(article, words, room).text
        for heading, behind in (
            ("Kosten", ("Ein", "So")),
            ("Wetter", ("Bei", "Dann", "Das")),
            ("Dank", ("Vielen", "Schreibt")),
        ):
            _, found, rest = f" {read}".partition(f" {heading} ")
            assert not found or rest.startswith(behind)
            assert not read.endswith(heading)


def test_an_article_of_fifty_thousand_words_is_read_in_part() -> None:
    text = "\n\n".join(
        f"## Jahr {year}\n\nIm Jahr {year} fährt das Team mit dem Rad durch die Stadt." for year in range(4000)
    )
    read = source(Article("a", text, lang="de"), words, 500)
    assert 400 < words(read.text) <= 500
    assert sum(end - start for start, end in read.left_out) > 0.95 * len(text)


def test_without_prose_the_opening_is_not_made_up() -> None:
    listing = "```\n" + "print(1)\n" * 50 + "```"
    assert source(Article("a", listing, lang="de"), words, 5).text == ""
    headings = "\n\n".join(f"## Kapitel {number}" for number in range(30))
    assert source(Article("a", headings, lang="de"), words, 5).text == ""


def test_nothing_fits_where_there_is_no_room() -> None:
    assert source(ARTICLE, words, 1).text == ""
