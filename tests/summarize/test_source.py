"""What a model reads: everything while it fits, else the best sentences in order; what it misses is said."""

from __future__ import annotations

import pytest

from blogsum.summarize.source import source
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


@pytest.mark.parametrize("room", [8, 15, 25, 40])
def test_a_longer_one_is_read_in_part_and_the_rest_is_named(room: int) -> None:
    read = source(ARTICLE, words, room)
    assert 0 < words(read.text) <= room
    left = " ".join(TEXT[start:end] for start, end in read.left_out)
    prose = {word for word in TEXT.replace("- ", "").split() if word not in ("#", "##", "```")}
    assert {word for word in prose if word in read.text.split()} | set(left.split()) >= {"Druckerei", "Glatteis", "900"}
    for start, end in read.left_out:
        assert TEXT[start:end] not in read.text
    places = [TEXT.index(sentence) for sentence in read.text.replace(". ", ".\n").split("\n")]
    assert places == sorted(places)


def test_nothing_fits_where_there_is_no_room() -> None:
    assert source(ARTICLE, words, 1).text == ""
