from __future__ import annotations

import json

from blogsum.data.thresholds import Thresholds
from blogsum.data.validate import Finding, Validation, validate
from blogsum.report import safe
from blogsum.report.validation import markdown, record, text, verdict
from tests.data.blog import POSTS

TEXT = """\
error summary-cut-off: the summary is an excerpt that a machine cut off: 1 row
  pond: ends with “…he gate. It took four weekends, two […]”

warning near-duplicate: an earlier row has nearly the same text: 1 row
  rad-neu: 0.93 like rad

warning summary-is-lead: the summary only repeats how the article opens: 1 row
  brot: 100 % of its word pairs open the article

blog@1: 4 rows, 1 error, 2 warnings
"""
MARKDOWN = """\
# Validation of blog@1

4 rows, 1 error, 2 warnings.

| rule | severity | rows | what it says |
|---|---|---:|---|
| summary-cut-off | error | 1 | the summary is an excerpt that a machine cut off |
| near-duplicate | warning | 1 | an earlier row has nearly the same text |
| summary-is-lead | warning | 1 | the summary only repeats how the article opens |

## summary-cut-off

- pond: ends with “…he gate. It took four weekends, two […]”

## near-duplicate

- rad-neu: 0.93 like rad

## summary-is-lead

- brot: 100 % of its word pairs open the article
"""


def many(count: int, rows: int, detail: str = "no words") -> Validation:
    return Validation(rows, tuple(Finding("empty", "error", f"a{n}", detail) for n in range(count)), Thresholds())


def test_findings_in_the_terminal_and_as_markdown() -> None:
    found = validate(POSTS)
    assert text(found, "blog@1") == TEXT
    assert markdown(found, "blog@1") == MARKDOWN


def test_nothing_found() -> None:
    found = validate(POSTS[:1])
    assert text(found, "blog@1") == "blog@1: 1 row, nothing found\n"
    assert markdown(found, "blog@1") == "# Validation of blog@1\n\n1 row, nothing found.\n"


def test_many_findings_are_cut_in_the_terminal_only() -> None:
    found = many(1200, 2400)
    lines = text(found, "blog").splitlines()
    assert lines[0] == "error empty: the article has no words: 1,200 rows (50.0 %)"
    assert lines[6] == "  … and 1,195 more; --json lists all"
    assert markdown(found, "blog").count("\n- ") == 1200
    assert verdict(found) == "2,400 rows, 1,200 errors, 0 warnings"


def test_the_record_names_every_rule_and_the_thresholds() -> None:
    found = json.loads(safe.dumps(record(validate(POSTS), "blog@1")))
    assert (found["schema"], found["rows"], found["errors"], found["warnings"]) == ("blogsum/validation/1", 4, 1, 2)
    assert {rule["name"]: rule["findings"] for rule in found["rules"] if rule["findings"]} == {
        "summary-cut-off": 1,
        "near-duplicate": 1,
        "summary-is-lead": 1,
    }
    assert len(found["rules"]) == 21
    assert found["thresholds"]["near_duplicate"] == 0.8
    assert found["findings"][1] == {
        "rule": "near-duplicate",
        "severity": "warning",
        "id": "rad-neu",
        "detail": "0.93 like rad",
    }


def test_strangers_cannot_steer_terminal_or_markdown() -> None:
    found = many(1, 1, "\x1b[31m<img src=x>\n# Heading **bold** | cell")
    assert "\x1b" not in text(found, "a\x1b[2Jb\nc")
    assert "- a0: \\<img src=x> # Heading \\*\\*bold\\*\\* | cell\n" in markdown(found, "blog")
