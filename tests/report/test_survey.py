from __future__ import annotations

import json
from dataclasses import replace

import pytest

from blogsum.data.explore import survey
from blogsum.report import safe
from blogsum.report.survey import record, table, text, times
from blogsum.report.words import LANGUAGES, Words
from blogsum.types import Article
from tests.data.blog import POSTS

ENGLISH = """\
What is in blog@1

articles         4
words            343
languages        de 3, en 1
authors          2
dates            2024-03 to 2024-05, 1 without a date
near-duplicates  2 articles, groups: 1

summaries by humans
  usable         1  25 %
  only the lead  1  25 %
  cut off        1  25 %
  none           1  25 %

measure                mean  least  25 %  median  75 %  most
words of an article    85.8     81    81    81.5  86.2    99
words of a summary       12      7     9      11  14.5    18
compression            8.19   5.50  6.43    7.36  9.54  11.7
coverage               0.82   0.45  0.73       1     1     1
density                8.55   0.64  3.82       7  12.5    18
new words              0.18      0     0       0  0.27  0.55
new pairs of words     0.30      0     0       0  0.45  0.90
new triples of words   0.33      0     0       0  0.50     1
overlap with the lead  0.70   0.10  0.55       1     1     1

language  articles  words  usable  words of an article  words of a summary
de               3    244       1  81 (81–82)           9 (8–10)
en               1     99       0  99 (99–99)           18 (18–18)

author     articles  words  usable  words of an article  words of a summary
Anna              2    163       1  82 (81–82)           9 (8–10)
Bea               1     99       0  99 (99–99)           18 (18–18)
not given         1     81       0  81 (81–81)           –

articles over time
2024-03  1  ████████████████████
2024-04  0
2024-05  2  ████████████████████████████████████████

near-duplicates (similarity)
0.93
  rad  Zehn Räder
  rad-neu  Elf Räder

without a usable summary: 3
none           rad-neu        Elf Räder
cut off        pond     Bea   A pond by hand
only the lead  brot     Anna  Der Ofen ist wieder warm
"""
GERMAN = """\
Was in blog@1 steckt

Artikel                 4
Wörter                  343
Sprachen                de 3, en 1
Autorinnen und Autoren  2
Zeitraum                2024-03 bis 2024-05, 1 ohne Datum
Beinahe-Dubletten       2 Artikel, Gruppen: 1

Zusammenfassungen von Menschen
  brauchbar       1  25 %
  nur der Anfang  1  25 %
  abgeschnitten   1  25 %
  keine           1  25 %

Maß                        Mittel  kleinster  25 %  Median  75 %  größter
Wörter je Artikel            85,8         81    81    81,5  86,2       99
Wörter je Zusammenfassung      12          7     9      11  14,5       18
Verdichtung                  8,19       5,50  6,43    7,36  9,54     11,7
Abdeckung                    0,82       0,45  0,73       1     1        1
Dichte                       8,55       0,64  3,82       7  12,5       18
neue Wörter                  0,18          0     0       0  0,27     0,55
neue Wortpaare               0,30          0     0       0  0,45     0,90
neue Worttripel              0,33          0     0       0  0,50        1
Anteil aus dem Anfang        0,70       0,10  0,55       1     1        1

Sprache  Artikel  Wörter  brauchbar  Wörter je Artikel  Wörter je Zusammenfassung
de             3     244          1  81 (81–82)         9 (8–10)
en             1      99          0  99 (99–99)         18 (18–18)

Autor/in         Artikel  Wörter  brauchbar  Wörter je Artikel  Wörter je Zusammenfassung
Anna                   2     163          1  82 (81–82)         9 (8–10)
Bea                    1      99          0  99 (99–99)         18 (18–18)
nicht angegeben        1      81          0  81 (81–81)         –

Artikel im Lauf der Zeit
2024-03  1  ████████████████████
2024-04  0
2024-05  2  ████████████████████████████████████████

Beinahe-Dubletten (Ähnlichkeit)
0,93
  rad  Zehn Räder
  rad-neu  Elf Räder

ohne brauchbare Zusammenfassung: 3
keine           rad-neu        Elf Räder
abgeschnitten   pond     Bea   A pond by hand
nur der Anfang  brot     Anna  Der Ofen ist wieder warm
"""


@pytest.mark.parametrize(("lang", "expected"), [("en", ENGLISH), ("de", GERMAN)])
def test_a_survey_in_the_terminal(lang: str, expected: str) -> None:
    assert text(survey(POSTS), "blog@1", lang) == expected


def test_an_empty_dataset_says_so() -> None:
    assert text(survey([]), "blog@1") == "There are no articles.\n"


def test_long_lists_are_cut_and_say_so() -> None:
    posts = [replace(POSTS[0], id=str(n), author=f"Autorin {n}", summary=None, text=f"Text {n}") for n in range(30)]
    lines = text(survey(posts), "blog@1").splitlines()
    assert "… and 18 more; --json lists all" in lines
    assert lines[-1] == "… and 10 more; --json lists all"
    assert len(lines) < 70


def test_strangers_cannot_steer_the_terminal() -> None:
    evil = "\x1b[31mrot\x07\nzweite Zeile\u202e" + "x" * 100
    found = survey([Article(evil, "Ein Text.", evil, evil, "2024-01", evil)] * 2)
    for shown in (text(found, evil), text(found, evil, "de"), safe.dumps(record(found, evil))):
        assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert max(map(len, text(found, "blog").splitlines())) < 400


def test_the_record_is_the_whole_survey() -> None:
    found = json.loads(safe.dumps(record(survey(POSTS), "blog@1")))
    assert (found["schema"], found["dataset"], found["articles"]) == ("blogsum/survey/1", "blog@1", 4)
    assert found["lacking"][0] == {"id": "rad-neu", "title": "Elf Räder", "author": None, "state": "none"}
    assert found["measures"]["lead"]["most"] == 1
    assert sum(count for _, _, count in found["article_words"]["bins"]) == 4


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2024-11-03", "2025-02"], [("2024-11", 1), ("2024-12", 0), ("2025-01", 0), ("2025-02", 1)]),
        (["2021-11", "2024-01"], [("2021", 1), ("2022", 0), ("2023", 0), ("2024", 1)]),
        (["2024", "2024-05"], [("2024", 2)]),
        ([None], []),
    ],
)
def test_time_is_told_in_months_or_years(dates: list[str | None], expected: list[tuple[str, int]]) -> None:
    found = survey([replace(POSTS[0], id=str(place), date=date) for place, date in enumerate(dates)])
    assert times(found) == expected


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [(0, "0", "0"), (0.105, "0.10", "0,10"), (38.57, "38.6", "38,6"), (981.7, "982", "982"), (3415, "3,415", "3.415")],
)
def test_numbers_are_written_as_the_language_does(value: float, english: str, german: str) -> None:
    assert (Words("en").number(value), Words("de").number(value)) == (english, german)


def test_every_label_is_there_in_every_language() -> None:
    from blogsum.report.words import _LABELS

    assert all(len(forms) == len(LANGUAGES) and all(forms) for forms in _LABELS.values())


def test_columns_are_aligned() -> None:
    assert list(table([("a", "10"), ("bcd", "9")], "lr")) == ["a    10", "bcd   9"]
    assert list(table([], "lr")) == []
