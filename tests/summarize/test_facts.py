from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blogsum.summarize.evidence import unsupported
from blogsum.types import Article

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "facts.jsonl").read_text(encoding="utf-8").splitlines()
]
TEXTS = {line["article"]: line["text"] for line in LINES if "text" in line}
CASES = [line for line in LINES if "summary" in line]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_finds_what_the_article_does_not_say(case: dict[str, Any]) -> None:
    article = Article("case", TEXTS[case["article"]], lang=case["lang"])
    found = unsupported(case["summary"], article)
    assert [[one.kind, one.text] for one in found] == case["expected"]
    assert all(case["summary"][one.start : one.end] == one.text for one in found)
