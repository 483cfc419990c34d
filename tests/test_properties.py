"""What holds for any text and any bytes, over the public functions: limits, evidence, order, sameness, one error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import blogsum
from blogsum.errors import UserError
from blogsum.summarize.lengths import LENGTHS, Budget
from blogsum.types import Article, Summary, Unreadable
from tests.cases.hard_inputs import ARABIC, CHINESE, ENGLISH, P

# Real sentences, so that there is something to choose from, between everything that could tear them apart.
SENTENCES = [P, ENGLISH, ARABIC, CHINESE, "Diese Räder sparen Geld.", "However, it rains a lot in May.", "Warum nur?"]
SENTENCES += [
    "„Das lohnt sich“, sagt die Fahrerin Dr. Ö. Ünal am 3. Mai 2025.",
    "Das kostet z. B. 3.000 Euro (ca. 10 %).",
]
MARKS = [
    "# Eins\n\n",
    "\n\n",
    "\n",
    "- ",
    "> ",
    "```\n",
    "| a | b |\n",
    " ",
    "…",
    "“",
    "(",
    "1. ",
    "\u00a0",
    "\u200b",
    "\r\n",
]
MARKS += [
    "👩‍👩‍👧",
    "e\u0301",
    "\u202e",
    "Wort " * 90,
    "x" * 300,
    "**",
    "<b>",
    "&amp;",
    "https://example.org/a?b=c ",
    "\ud800",
    "\0",
]
TEXT = st.lists(st.sampled_from(SENTENCES) | st.sampled_from(MARKS) | st.text(max_size=20), max_size=24).map(" ".join)
ARTICLE = st.builds(
    Article,
    id=st.just("a"),
    text=TEXT,
    title=st.none() | st.sampled_from(["Räder", "", "# x\n"]) | st.text(max_size=9),
    lang=st.sampled_from([None, "de", "en", "ar", "und", "xx"]),
)
LIMIT = st.none() | st.integers(1, 9) | st.integers(10, 400)
ASKED = st.fixed_dictionaries({"length": st.sampled_from([None, *LENGTHS])})
ASKED |= st.fixed_dictionaries({"max_chars": LIMIT, "max_words": LIMIT, "sentences": st.none() | st.integers(1, 6)})


def least(*limits: int | None) -> float:
    return min((limit for limit in limits if limit is not None), default=float("inf"))


def summarized(source: Article | str, asked: dict[str, int]) -> Summary | None:
    """A summary; None where a UserError says in one line that there is none."""
    said = ""
    try:
        return blogsum.summarize(source, **asked)
    except UserError as error:
        said = str(error) + error.hint
    assert said
    assert "\n" not in said
    return None


def check(summary: Summary, article: Article, asked: dict[str, int], budget: Budget) -> None:
    text, lines = summary.text, summary.text.split("\n")
    assert text.strip() == text != ""
    assert len(text) <= least(asked.get("max_chars"), budget.chars)
    assert len(text.split()) <= least(asked.get("max_words"), budget.words)
    assert len(summary.evidence) <= least(asked.get("sentences"), budget.sentences)
    assert len(lines) <= (least(asked.get("sentences"), budget.sentences) if budget.bullets else 1)
    places = [one.start for one in summary.evidence]
    assert None not in places
    assert places == sorted(places)
    for one in summary.evidence:
        assert one.text in text.replace("\n- ", " ")
        source, said = (" ".join(words.split()) for words in (article.text[one.start : one.end], one.text))
        assert said == source or said.rpartition("…")[0].strip() in source  # as it stands, or shortened


@settings(max_examples=150)
@given(ARTICLE, ASKED)
@example(Article("a", P), {"length": "meta"})
@example(Article("a", "Wort " * 90, lang="de"), {"length": "bullets", "max_chars": 2})
@example(Article("a", f"“ 0 {CHINESE} 0 \n {CHINESE}"), {"length": None})  # the same sentence twice
@example(Article("a", f"{'Wort ' * 90} Diese Räder sparen Geld. {P}"), {"max_words": 1})
def test_any_article_is_summarised_within_every_limit_or_refused(article: Article, asked: dict[str, int]) -> None:
    summary = summarized(article, asked)
    if summary is None:
        return
    check(summary, article, asked, LENGTHS.get(asked.get("length") or "", Budget("own")))
    assert blogsum.summarize(article, **asked) == summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


HTML = [
    "<html><body>",
    "<p>",
    "</p>",
    "<article>",
    "<div class=x>",
    "<!--",
    "-->",
    "<script>",
    "<table><tr><td>",
    "&#0;",
]
ROWS = [
    '{"text": "',
    '"}\n',
    "{",
    "[",
    "\n",
    'id,text\n1,"',
    '"',
    ",",
    ";",
    "\ufeff",
    "---\ntitle: x\n---\n",
    ": &a [*a]\n",
]
BYTES = st.lists(
    st.binary(max_size=12) | st.sampled_from([*SENTENCES, *MARKS[:-2], *HTML, *ROWS]).map(str.encode), max_size=14
).map(b"".join)


@settings(max_examples=60)
@pytest.mark.parametrize("suffix", [".html", ".md", ".txt", ".jsonl", ".csv", ".json", ".rst", ".mhtml"])
@given(content=BYTES)
def test_any_bytes_are_read_or_refused(folder: Path, suffix: str, content: bytes) -> None:
    path = folder / f"any{suffix}"
    path.write_bytes(content)
    for item in blogsum.read_all(str(path)):
        if isinstance(item, Unreadable):
            assert item.reason
            assert "\n" not in item.reason + item.hint
        else:
            assert any(map(str.isalnum, item.text))
            item.text.encode("utf-8")
    summarized(str(path), {})
