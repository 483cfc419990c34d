from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.read.markdown import fields, split
from blogsum.report.articles import markdown, write
from blogsum.types import Article, Unreadable

TEXT = """## Was war

Der Zug kam *spät*. Gut.

- Wasser
- Brot

> „Müde“, sagte sie.

```
x = a * b
```

Ende."""
ARTICLE = Article("zug.md", TEXT, title='Der "Zug": spät', author="Karin Wolters", date="2021-05-03", lang="de")
BAD = Unreadable("http://x", "not found", "try another")


def shown(form: str, *items: Article | Unreadable) -> str:
    return "".join(write(items, form))


def test_text_is_for_reading() -> None:
    assert shown("text", ARTICLE) == (
        'Der "Zug": spät\n\nWas war\n\nDer Zug kam *spät*. Gut.\n\n- Wasser\n- Brot\n\n'
        "„Müde“, sagte sie.\n\nx = a * b\n\nEnde.\n"
    )


def test_markdown_has_its_front_matter_and_shows_the_same_text() -> None:
    assert shown("md", ARTICLE) == (
        '---\ntitle: "Der \\"Zug\\": spät"\nauthor: "Karin Wolters"\ndate: "2021-05-03"\nlang: "de"\n---\n\n'
        "## Was war\n\nDer Zug kam \\*spät\\*. Gut.\n\n- Wasser\n- Brot\n\n> „Müde“, sagte sie.\n\n"
        "```\nx = a * b\n```\n\nEnde.\n"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_front_matter_reads_back(title: str) -> None:
    from blogsum.report import safe

    meta, _ = split(markdown(Article("x", "Text.", title=title)))
    if safe.line(title):
        assert meta["title"] == safe.line(title)


def test_fields_read_back() -> None:
    meta, body = split(shown("md", ARTICLE))
    assert fields(meta) == {"title": 'Der "Zug": spät', "author": "Karin Wolters", "date": "2021-05-03", "lang": "de"}
    assert body.strip().startswith("## Was war")


def test_json_has_the_fields_that_exist() -> None:
    assert json.loads(shown("json", ARTICLE)) == {
        "schema": "blogsum/article/1",
        "id": "zug.md",
        "title": 'Der "Zug": spät',
        "author": "Karin Wolters",
        "date": "2021-05-03",
        "lang": "de",
        "text": TEXT,
    }


def test_several_are_a_list_in_json_and_lines_in_jsonl() -> None:
    error = {"schema": "blogsum/article/1", "id": "http://x", "error": "not found", "hint": "try another"}
    assert json.loads(shown("json", ARTICLE, BAD))[1] == error
    assert [json.loads(line).get("error") for line in shown("jsonl", BAD, ARTICLE).splitlines()] == ["not found", None]
    assert json.loads(shown("json")) == []


@pytest.mark.parametrize("form", ["text", "md"])
def test_what_could_not_be_read_is_no_text(form: str) -> None:
    assert shown(form, BAD, ARTICLE) == shown(form, ARTICLE)
