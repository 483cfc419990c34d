"""Bytes come out as the text their author typed, whatever the page says about itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.read.charset import decode
from blogsum.types import Page

GERMAN = "Größere Städte – „Öl“ für 5 €: über Übermut, Maße und Füße."
SOFT = "Sil\xadben\xadtren\xadnung, größer"
FRENCH = "L’été dernier, une élève naïve a mangé des crêpes à Noël, où ça ?"
RUSSIAN = "Вчера вечером мы долго гуляли по набережной и говорили о погоде, о книгах и о том, что будет дальше."
POLISH = "Zażółć gęślą jaźń, wczoraj wieczorem poszliśmy na długi spacer, a później rozmawialiśmy o książkach."
JAPANESE = "昨日の夜、私たちは長い散歩をして、本や天気について話しました。明日もまた会いましょう。"


def html(text: str, head: str) -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body><p>{text}</p></body></html>"


CASES = [
    ("UTF-8, not declared", GERMAN.encode(), None, "text/html", GERMAN),
    ("UTF-8 with a byte order mark", b"\xef\xbb\xbf" + GERMAN.encode(), "iso-8859-1", "text/plain", GERMAN),
    ("UTF-16 with a byte order mark", GERMAN.encode("utf-16"), None, "text/plain", GERMAN),
    ("UTF-16, big-endian", b"\xfe\xff" + GERMAN.encode("utf-16-be"), "utf-8", "text/plain", GERMAN),
    ("UTF-32 with a byte order mark", GERMAN.encode("utf-32"), None, "text/plain", GERMAN),
    ("UTF-16 only declared", GERMAN.encode("utf-16-le"), "utf-16le", "text/plain", GERMAN),
    ("UTF-8 declared as ISO-8859-1", GERMAN.encode(), "ISO-8859-1", "text/html", GERMAN),
    ("UTF-8 declared as nonsense", GERMAN.encode(), "utf8mb4", "text/html", GERMAN),
    (
        "ISO-8859-1 declared by the server",
        "Möbel für Füße".encode("latin-1"),
        "iso-8859-1",
        "text/html",
        "Möbel für Füße",
    ),
    ("Windows quotes in ISO-8859-1", GERMAN.encode("cp1252"), "iso-8859-1", "text/html", GERMAN),
    ("ISO-8859-15 with its euro", "Größe: 5 €".encode("iso-8859-15"), "iso-8859-15", "text/html", "Größe: 5 €"),
    ("ISO-8859-1, not declared", GERMAN.encode("cp1252"), None, "text/html", GERMAN),
    ("ISO-8859-1, one letter", "Schöne neue Welt".encode("latin-1"), None, "text/plain", "Schöne neue Welt"),
    ("ISO-8859-1 declared as UTF-8", GERMAN.encode("cp1252"), "utf-8", "text/html", GERMAN),
    ("soft hyphens, not declared", SOFT.encode("cp1252"), None, "text/plain", SOFT),
    ("French, not declared", FRENCH.encode("cp1252"), None, "text/plain", FRENCH),
    ("Russian, not declared", RUSSIAN.encode("cp1251"), None, "text/plain", RUSSIAN),
    ("Russian, declared", RUSSIAN.encode("koi8-r"), "KOI8-R", "text/plain", RUSSIAN),
    ("Polish, declared", POLISH.encode("iso-8859-2"), "iso-8859-2", "text/plain", POLISH),
    ("Japanese, declared", JAPANESE.encode("shift_jis"), "Shift_JIS", "text/plain", JAPANESE),
    ("Japanese in seven bits", JAPANESE.encode("iso2022_jp"), "iso-2022-jp", "text/plain", JAPANESE),
    ("UTF-8 with one broken byte", GERMAN.encode() + b" \xff!", None, "text/plain", GERMAN + " \ufffd!"),
    ("UTF-8 cut in a letter", GERMAN.encode() + b"\xc3", "utf-8", "text/plain", GERMAN + "\ufffd"),
    ("a codec that is not for text", GERMAN.encode("cp1252"), "hex", "text/plain", GERMAN),
    ("a codec that runs escapes", b"\\u00fc \xfc", "unicode_escape", "text/plain", "\\u00fc ü"),
    ("UTF-7 is not believed", b"+ADw-script+AD4-", "utf-7", "text/html", "+ADw-script+AD4-"),
    ("plain ASCII", b"Hello", "us-ascii", "text/plain", "Hello"),
    ("ASCII that is not", "Grüße".encode("cp1252"), "us-ascii", "text/plain", "Grüße"),
    ("nothing", b"", None, "text/html", ""),
    ("a name with quotes", RUSSIAN.encode("cp1251"), "'windows-1251'", "text/plain", RUSSIAN),
]


@pytest.mark.parametrize(("content", "charset", "kind", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_decode(content: bytes, charset: str | None, kind: str, expected: str) -> None:
    assert decode(Page("x", content, kind, charset)) == expected


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=windows-1251>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<style>" + "a{}" * 3000 + "</style><meta charset='windows-1251' />",
    ],
)
def test_the_page_names_its_encoding(head: str) -> None:
    page = html(RUSSIAN[:20], head)
    assert decode(Page("x", page.encode("cp1251"), "text/html")) == page
    assert decode(Page("x", page.encode("cp1251"), "text/html", "utf-8")) == page


def test_an_xml_declaration_names_the_encoding() -> None:
    page = '<?xml version="1.0" encoding="windows-1251"?>' + html(RUSSIAN[:20], "")
    assert decode(Page("x", page.encode("cp1251"), "text/html")) == page


def test_only_html_is_searched_for_a_declaration() -> None:
    text = 'Man schreibt <meta charset="koi8-r"> für Russisch, größer als üblich.'
    assert decode(Page("x", text.encode("cp1252"), "text/markdown")) == text


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "utf-8", "utf-16", "hz", "idna", "x", "shift_jis", "\udcff", "a\0b"]),
)
def test_decode_never_fails(content: bytes, charset: str | None) -> None:
    decode(Page("x", content, "text/html", charset)).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=200))
def test_utf_8_always_comes_out_as_it_went_in(text: str) -> None:
    assert decode(Page("x", text.encode(), "text/plain", "iso-8859-1")) == text
