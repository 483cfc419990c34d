from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from blogsum.report.summaries import write
from blogsum.types import Article, Digest, Evidence, Summary, Unreadable, Unsupported

TEXT = "# Zug\n\nDer Zug kam spät. Er war <leer>.\n\n- Wasser für alle"
ARTICLE = Article("zug.md", TEXT, title="Zug & Zeit", lang="de", url="https://example.org/?a=1&b=2")
FIRST = Evidence("Der Zug kam spät.", 0, 7, 24, True)
SECOND = Evidence("Leer war er …", 1, 25, 39, False)
THIRD = Evidence("Um 7 Uhr.", None, None, None, False)
TEASER = Summary("zug.md", "Der Zug kam spät. Leer war er … Um 7 Uhr.", "teaser", "de", "test", (FIRST, SECOND, THIRD))
BULLETS = Summary("zug.md", "- Der Zug kam spät.\n- Leer war er …", "bullets", "de", "test", (FIRST, SECOND))
CHECKED = replace(TEASER, unsupported=(Unsupported("number", "7 Uhr", 35, 40),))
ONE = Digest(ARTICLE, (TEASER,))
TWO = Digest(ARTICLE, (CHECKED, BULLETS))
BAD = Digest(None, (), Unreadable("http://x", "not found", "try another"))


def shown(form: str, *digests: Digest, evidence: bool = False) -> str:
    return "".join(write(digests, form, evidence))


def test_one_summary_is_nothing_but_itself() -> None:
    assert shown("text", ONE) == "Der Zug kam spät. Leer war er … Um 7 Uhr.\n"
    assert shown("md", ONE) == "Der Zug kam spät. Leer war er … Um 7 Uhr.\n"
    assert shown("text", Digest(ARTICLE, (BULLETS,))) == "- Der Zug kam spät.\n- Leer war er …\n"


def test_several_are_told_apart() -> None:
    assert shown("text", TWO, BAD, ONE) == (
        "== Zug & Zeit ==\n\nteaser:\nDer Zug kam spät. Leer war er … Um 7 Uhr.\n\n"
        "bullets:\n- Der Zug kam spät.\n- Leer war er …\n\n"
        "== Zug & Zeit ==\n\nDer Zug kam spät. Leer war er … Um 7 Uhr.\n"
    )
    assert shown("md", TWO) == (
        "## teaser\n\nDer Zug kam spät. Leer war er … Um 7 Uhr.\n\n## bullets\n\n- Der Zug kam spät.\n- Leer war er …\n"
    )


def test_evidence_stands_under_each_sentence() -> None:
    assert shown("text", Digest(ARTICLE, (CHECKED,)), evidence=True) == (
        "Der Zug kam spät.\n    ↳ paragraph 1, sentence 1, characters 7–24\n"
        "Leer war er …\n    ↳ paragraph 1, sentence 2, characters 25–39: Er war <leer>.\n"
        "Um 7 Uhr.\n    ↳ no sentence of the article says this\n"
        "\n! number not in the article: 7 Uhr\n"
    )


def test_evidence_in_markdown() -> None:
    assert shown("md", Digest(ARTICLE, (CHECKED,)), evidence=True) == (
        "Der Zug kam spät.\n\n> paragraph 1, sentence 1, characters 7–24\n\n"
        "Leer war er …\n\n> paragraph 1, sentence 2, characters 25–39: Er war \\<leer>.\n\n"
        "Um 7 Uhr.\n\n> no sentence of the article says this\n\n"
        "**number not in the article:** 7 Uhr\n"
    )


def test_json_says_where_each_sentence_stands() -> None:
    record = json.loads(shown("json", Digest(ARTICLE, (CHECKED,))))
    assert record == {
        "schema": "blogsum/summary/1",
        "id": "zug.md",
        "title": "Zug & Zeit",
        "url": "https://example.org/?a=1&b=2",
        "lang": "de",
        "system": "test",
        "summaries": [
            {
                "length": "teaser",
                "text": "Der Zug kam spät. Leer war er … Um 7 Uhr.",
                "chars": 41,
                "words": 11,
                "sentences": [
                    {"text": "Der Zug kam spät.", "sentence": 0, "start": 7, "end": 24, "exact": True},
                    {"text": "Leer war er …", "sentence": 1, "start": 25, "end": 39, "exact": False},
                    {"text": "Um 7 Uhr.", "sentence": None, "start": None, "end": None, "exact": False},
                ],
                "unsupported": [{"kind": "number", "text": "7 Uhr", "start": 35, "end": 40}],
            }
        ],
    }
    assert TEXT[25:39] == "Er war <leer>."


def test_json_with_evidence_has_the_source() -> None:
    sentences = json.loads(shown("json", ONE, evidence=True))["summaries"][0]["sentences"]
    assert [(one["paragraph"], one["source"]) for one in sentences] == [
        (1, "Der Zug kam spät."),
        (1, "Er war <leer>."),
        (None, None),
    ]


def test_an_error_is_a_record() -> None:
    error = {"schema": "blogsum/summary/1", "id": "http://x", "error": "not found", "hint": "try another"}
    assert json.loads(shown("json", BAD)) == error
    assert json.loads(shown("jsonl", ONE, BAD).splitlines()[1]) == error
    assert shown("text", BAD) == ""


def test_csv_has_a_row_for_each_summary_and_each_error() -> None:
    header, teaser, bullets, error = csv.reader(io.StringIO(shown("csv", TWO, BAD)))
    assert dict(zip(header, teaser, strict=True)) == {
        "id": "zug.md",
        "title": "Zug & Zeit",
        "url": "https://example.org/?a=1&b=2",
        "lang": "de",
        "system": "test",
        "length": "teaser",
        "text": TEASER.text,
        "chars": "41",
        "words": "11",
        "unsupported": "number 7 Uhr",
        "error": "",
        "hint": "",
    }
    assert bullets[6] == "'- Der Zug kam spät.\n- Leer war er …"
    assert [error[0], *error[-2:]] == ["http://x", "not found", "try another"]
    assert len({len(header), len(teaser), len(bullets), len(error)}) == 1


def test_csv_with_evidence_has_indices_and_offsets() -> None:
    header, row = csv.reader(io.StringIO(shown("csv", ONE, evidence=True)))
    values = dict(zip(header, row, strict=True))
    assert (values["sentences"], values["spans"]) == ("0 1", "7:24 25:39")


class Outline(HTMLParser):
    """Open elements, link targets, ids and all text of a page; fails on a tag that does not close the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("evidence", [False, True])
def test_the_page_is_whole_and_self_contained(evidence: bool) -> None:
    page = shown("html", TWO, BAD, ONE, evidence=evidence)
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert not {"script", "link", "img", "iframe"} & set(outline.tags)
    assert len(outline.ids) == len(set(outline.ids))
    inner = [link[1:] for link in outline.links if link.startswith("#")]
    assert set(inner) <= set(outline.ids)
    assert bool(inner) == evidence
    assert "<leer>" not in page
    assert 'lang="de"' in page


def test_links_lead_to_the_marked_sentence() -> None:
    page = shown("html", ONE, evidence=True)
    assert '<mark id="a1-s0">Der Zug kam spät.</mark> <mark id="a1-s1">Er war &lt;leer&gt;.</mark>' in page
    assert '<a href="#a1-s0" title="paragraph 1, sentence 1, characters 7–24">Der Zug kam spät.</a>' in page


def test_a_page_runs_no_address_of_a_stranger() -> None:
    page = shown("html", Digest(replace(ARTICLE, url="javascript:alert(1)", title='"><script>'), (TEASER,)))
    assert "javascript:" not in page
    assert "<script" not in page
