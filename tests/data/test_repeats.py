from __future__ import annotations

import pytest

from blogsum.data.repeats import Paragraphs, Repeated

BOX = "Anna schreibt seit 2019 über Räder und Gärten in Kassel."


def repeated(posts: list[list[str]], least: int = 3, groups: list[list[int]] | None = None) -> list[Repeated]:
    found = Paragraphs()
    for row, paragraphs in enumerate(posts):
        found.add(row, paragraphs)
    return found.repeated(least, groups or [])


def test_a_box_below_every_post() -> None:
    posts = [[f"Absatz {word} steht nur hier und sonst nirgends.", BOX] for word in ("eins", "zwei", "drei", "vier")]
    assert repeated(posts) == [Repeated(row, BOX, 4, 1) for row in range(4)]


@pytest.mark.parametrize(
    ("paragraph", "repeats"),
    [
        (BOX, True),
        ("Teilen Facebook Twitter WhatsApp", True),  # short, but a share bar
        ("Lesezeit: {number} Minuten", True),  # a number is any number
        ("Diesen Beitrag haben schon {number} Menschen gelesen und geteilt.", True),
        ("Fazit und Ausblick", False),  # a heading that nobody marked
        ("Das Paket lässt sich mit diesem Befehl installieren:", False),  # leads over to code
        ("{word} steht mit eigenen Worten in jedem der Beiträge.", False),
    ],
)
def test_what_counts_as_repeated(paragraph: str, repeats: bool) -> None:
    words = ("Rad", "Brot", "Teich")
    posts = [[paragraph.format(number=number, word=word)] for number, word in enumerate(words, 4)]
    assert [one.row for one in repeated(posts)] == ([0, 1, 2] if repeats else [])


def test_it_must_stand_in_enough_posts_not_often_in_one() -> None:
    assert repeated([[BOX, BOX, BOX], [BOX], ["Nichts von alledem steht in diesem Beitrag."]]) == []
    assert len(repeated([[BOX, BOX, BOX], [BOX]], least=2)) == 2


def test_near_duplicate_posts_count_as_one() -> None:
    assert repeated([[BOX], [BOX], [BOX], []], groups=[[0, 1, 2]]) == []
    assert [one.posts for one in repeated([[BOX], [BOX], [BOX], [BOX]], groups=[[1, 2]])] == [3, 3, 3, 3]


def test_the_most_frequent_of_a_post_is_named_and_the_others_counted() -> None:
    rare = "Kassel liegt an der Fulda, wie schon gesagt wurde."
    assert repeated([[rare, BOX], [BOX, rare], [BOX, rare], [BOX]])[0] == Repeated(0, BOX, 4, 2)


def test_nothing_repeats_in_nothing() -> None:
    assert repeated([]) == repeated([[], []]) == []
