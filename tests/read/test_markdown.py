"""Front matter in every form people write it, broken ones included."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.read.markdown import fields, iso_date, language, split

BODY = "Der Text.\n\n---\n\nMehr.\n"
SPLIT = [
    ("YAML", "---\ntitle: Ein Titel\ntags: [a, b]\n---\n" + BODY, {"title": "Ein Titel", "tags": ["a", "b"]}, BODY),
    ("YAML ended by dots", "---\ntitle: Ein Titel\n...\n" + BODY, {"title": "Ein Titel"}, BODY),
    ("Windows line ends", "---\r\ntitle: Ein Titel\r\n---\r\nText\r\n", {"title": "Ein Titel"}, "Text\r\n"),
    ("byte order mark", "\ufeff---\ntitle: x\n---\nText", {"title": "x"}, "Text"),
    ("blank lines before", "\n \n---\ntitle: x\n---\nText", {"title": "x"}, "Text"),
    ("spaces after the marks", "---  \ntitle: x\n--- \nText", {"title": "x"}, "Text"),
    ("key order", "---\nz: 1\na: 2\nm: 3\n---\n", {"z": 1, "a": 2, "m": 3}, ""),
    ("empty", "---\n---\nText", {}, "Text"),
    ("only blank lines", "---\n\n---\nText", {}, "Text"),
    ("nothing but front matter", "---\ntitle: x\n---", {"title": "x"}, ""),
    ("TOML", '+++\ntitle = "x"\n[extra]\na = 1\n+++\nText', {"title": "x", "extra": {"a": 1}}, "Text"),
    ("JSON", '{\n  "title": "x",\n  "draft": false\n}\n\nText', {"title": "x", "draft": False}, "Text"),
    ("an aliased value", "---\na: &x Eins\nb: *x\n---\nText", {"a": "Eins", "b": "Eins"}, "Text"),
    (
        "a colon in a title",
        "---\ntitle: Teil 1: Anfang\ndate: 2024-05-01\n---\nText",
        {"title": "Teil 1: Anfang", "date": "2024-05-01"},
        "Text",
    ),
    ("a tab", "---\ntitle:\tx\nlist:\n\t- a\n---\nText", {"title": "x"}, "Text"),
    ("an unknown tag", "---\ntitle: x\na: !include b.yml\n---\nText", {"title": "x", "a": "!include b.yml"}, "Text"),
    (
        "a template",
        "---\ntitle: {{ page.title }}\nlang: de\n---\nText",
        {"title": "{{ page.title }}", "lang": "de"},
        "Text",
    ),
    ("an impossible date", "---\ntitle: x\ndate: 2024-13-45\n---\nText", {"title": "x", "date": "2024-13-45"}, "Text"),
    ("broken TOML", '+++\ntitle = "x"\nbroken = \n+++\nText', {"title": "x"}, "Text"),
    ("quotes left open", '---\ntitle: "x\nlang: de\n---\nText', {"title": "x", "lang": "de"}, "Text"),
    ("a rule, not front matter", "---\nEin Absatz.\n---\nText", {}, "---\nEin Absatz.\n---\nText"),
    ("a list, not front matter", "---\n- a\n- b\n---\nText", {}, "---\n- a\n- b\n---\nText"),
    ("never closed", "---\ntitle: x\n\nText", {}, "---\ntitle: x\n\nText"),
    ("a rule further down", "Text\n\n---\ntitle: x\n---\n", {}, "Text\n\n---\ntitle: x\n---\n"),
    ("four dashes", "----\ntitle: x\n----\n", {}, "----\ntitle: x\n----\n"),
    (
        "dashes inside a value",
        "---\ntitle: x\nline: |\n  a\n  --- b\n---\nText",
        {"title": "x", "line": "a\n--- b\n"},
        "Text",
    ),
    ("a brace, not JSON", "{{< toc >}}\nText", {}, "{{< toc >}}\nText"),
    ("JSON that goes on", '{"a": 1} ist JSON.', {}, '{"a": 1} ist JSON.'),
    ("broken JSON", '{\n"title": x\n}\nText', {}, '{\n"title": x\n}\nText'),
    (
        "Pelican",
        "Title: Ein Titel\nDate: 2024-05-01\nTags:\n\nText",
        {"Title": "Ein Titel", "Date": "2024-05-01"},
        "Text",
    ),
    ("Hexo", "title: Teil 1: x\ndate: 2024-05-01\n---\nText", {"title": "Teil 1: x", "date": "2024-05-01"}, "Text"),
    ("one line is no front matter", "Title: x\n\nText", {}, "Title: x\n\nText"),
    ("a conversation", "Anna: Hallo.\nBert: Hallo.\n\nText", {}, "Anna: Hallo.\nBert: Hallo.\n\nText"),
    (
        "a conversation about a title",
        "Title: x\nAnna: a\nBert: b\nCleo: c\n\nT",
        {},
        "Title: x\nAnna: a\nBert: b\nCleo: c\n\nT",
    ),
    ("plain text", "Text", {}, "Text"),
    ("nothing", "", {}, ""),
]


@pytest.mark.parametrize(("text", "meta", "body"), [case[1:] for case in SPLIT], ids=[case[0] for case in SPLIT])
def test_split(text: str, meta: dict[str, object], body: str) -> None:
    found, rest = split(text)
    assert (found, list(found), rest) == (meta, list(meta), body)


def bomb(mark: str) -> str:
    lines = ["a0: &a0 {x: 1}" if mark == "<<" else 'a0: &a0 ["lol", "lol"]']
    for at in range(1, 40):
        again = ", ".join([f"*a{at - 1}"] * 9)
        lines.append(f"a{at}: &a{at} {{<<: [{again}]}}" if mark == "<<" else f"a{at}: &a{at} [{again}]")
    return "---\ntitle: Bombe\n" + "\n".join(lines) + "\n---\nText"


@pytest.mark.parametrize(
    "text",
    [
        bomb("["),
        bomb("<<"),
        "---\ntitle: Tief\na: " + "[" * 20_000 + "\n---\nText",
        "---\ntitle: Tief\na: " + "{a: " * 9_000 + "\n---\nText",
        '{"title": "Tief", "a": ' + "[" * 20_000 + "\n\nText",
    ],
    ids=["laughs", "merges", "lists", "tables", "JSON"],
)
def test_a_bomb_costs_little_and_the_body_stays(text: str) -> None:
    start = time.process_time()
    meta, body = split(text)
    assert time.process_time() - start < 2
    assert body.endswith("Text")
    assert meta.get("title") in ("Bombe", "Tief", None)


def test_a_long_document_between_two_rules_is_searched_only_so_far() -> None:
    text = "---\n" + "wort " * 200_000 + "\n---\n"
    assert split(text) == ({}, text)


@given(
    st.text("-+{}[]:\"' ab&*<>\n\r\t|!#%", max_size=80),
    st.sampled_from(["---\n{}\n---\nText", "+++\n{}\n+++\nText", "{}"]),
)
def test_split_never_fails_and_never_loses_the_body(inner: str, form: str) -> None:
    meta, body = split(form.replace("{}", inner, 1))
    assert isinstance(meta, dict)
    assert form == "{}" or body.endswith("Text")


FIELDS = [
    ({"title": " Ein\n Titel ", "draft": True}, {"title": "Ein Titel"}),
    ({"Title": "x", "Date": "2024-05-01"}, {"title": "x", "date": "2024-05-01"}),
    ({"title": 1984}, {"title": "1984"}),
    ({"title": ["a"], "headline": "b"}, {"title": "b"}),
    ({"title": True, "author": None}, {}),
    ({"author": "Anna"}, {"author": "Anna"}),
    ({"authors": ["Anna", "Bert"]}, {"author": "Anna, Bert"}),
    ({"authors": [{"name": "Anna", "email": "a@b"}, "Bert"]}, {"author": "Anna, Bert"}),
    ({"author": {"name": "Anna", "url": "x"}}, {"author": "Anna"}),
    ({"lang": "de-DE"}, {"lang": "de"}),
    ({"locale": "en_US"}, {"lang": "en"}),
    ({"language": "Deutsch"}, {"lang": "de"}),
    ({"description": "D", "excerpt": "E"}, {"summary": "E"}),
    ({"teaser": "", "description": "D"}, {"summary": "D"}),
    ({"subtitle": "S"}, {"summary": "S"}),
    ({"url": "/2024/x/", "canonical_url": "https://example.org/x"}, {"url": "https://example.org/x"}),
    ({"permalink": "/x/", "slug": "x"}, {}),
    ({"publish-date": "1. Mai 2024"}, {"date": "2024-05-01"}),
    ({"date": "demnächst", "published": "2024-05-01T10:00"}, {"date": "2024-05-01"}),
    ({}, {}),
]


@pytest.mark.parametrize(("meta", "expected"), FIELDS)
def test_fields(meta: dict[str, object], expected: dict[str, str]) -> None:
    assert fields(meta) == expected


def test_dates_of_yaml_become_iso() -> None:
    meta, _ = split("---\ndate: 2024-05-01 23:30:00 +0200\n---\n")
    assert fields(meta) == {"date": "2024-05-01"}
    meta, _ = split("---\ndate: 2024-05-01\n---\n")
    assert fields(meta) == {"date": "2024-05-01"}
    meta, _ = split("+++\ndate = 2024-05-01T23:30:00Z\n+++\n")
    assert fields(meta) == {"date": "2024-05-01"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-5-1", "2024-05-01"),
        ("2024/05/01", "2024-05-01"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01"),
        ("2024-05-01 10:00:00 +0200", "2024-05-01"),
        ("20240501", "2024-05-01"),
        ("01.05.2024", "2024-05-01"),
        ("1. 5. 2024", "2024-05-01"),
        ("1. Mai 2024", "2024-05-01"),
        ("Mittwoch, 1. Mai 2024", "2024-05-01"),
        ("3. März 2024, 14:00 Uhr", "2024-03-03"),
        ("31. Dez. 2023", "2023-12-31"),
        ("May 1, 2024", "2024-05-01"),
        ("1st of May 2024", "2024-05-01"),
        ("Wed, 01 May 2024 10:00:00 GMT", "2024-05-01"),
        ("Sept. 9, 2024", "2024-09-09"),
        ("2024-02-30", None),
        ("05/06/2024", None),
        ("Mai 2024", None),
        ("gestern", None),
        ("", None),
        (20240501, None),
        (None, None),
    ],
)
def test_iso_date(value: object, expected: str | None) -> None:
    assert iso_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de_CH.UTF-8", "de"),
        ("gsw", "gsw"),
        ("Englisch", "en"),
        ("mehrsprachig", None),
        ("", None),
        (["de"], None),
    ],
)
def test_language(value: object, expected: str | None) -> None:
    assert language(value) == expected
