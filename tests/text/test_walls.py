"""What stands instead of an article is refused by what it says; a post about it is not."""

from __future__ import annotations

import pytest

from blogsum.errors import UserError
from blogsum.text.html import extract

PARTNERS = "Wir und unsere 842 Partner speichern und greifen auf Informationen auf Ihrem Gerät zu. Sie können ablehnen."
INSTEAD = [
    ("a consent wall", f"<h2>Wir schätzen Ihre Privatsphäre</h2><p>{PARTNERS}</p><button>Ablehnen</button>"),
    ("a consent wall", "<p>We value your privacy</p><p>We and our partners store information on a device.</p>"),
    ("a consent wall", "<p>Diese Website verwendet Cookies. Durch die weitere Nutzung stimmen Sie zu.</p>"),
    (
        "asks for a person",
        "<h1>Just a moment</h1><p>Checking your browser before accessing example.org. Please wait.</p>",
    ),
    ("asks for a person", "<h1>Access denied</h1><p>You do not have permission to access this server. #18.2e</p>"),
    ("asks for a person", "<p>Bitte bestätigen Sie, dass Sie ein Mensch sind. Danach geht es weiter.</p>"),
]


@pytest.mark.parametrize(("what", "body"), INSTEAD, ids=[body[:40] for _, body in INSTEAD])
def test_what_stands_instead_of_an_article_is_not_summarised(what: str, body: str) -> None:
    with pytest.raises(UserError, match=what):
        extract(f"<!doctype html><html><head><title>Seite</title></head><body><div>{body}</div></body></html>")


def test_a_long_post_may_be_about_cookies() -> None:
    text = f"{PARTNERS} So beginnt heute fast jede Seite. " + "Wie viele Partner das sind, haben wir gezählt. " * 9
    assert (
        "haben wir gezählt"
        in extract(f"<html><body><article><h1>Banner</h1><p>{text}</p></article></body></html>").text
    )
