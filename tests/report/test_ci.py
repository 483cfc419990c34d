"""The gate's answer for machines, with text that would break out if it could."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from blogsum.evaluate.gate import Broken, Compared, Decision
from blogsum.evaluate.stats import Interval
from blogsum.report import ci
from blogsum.types import Verdict

WORSE = Compared("fluency", 0.6, 0.7, Interval(-0.1, -0.12, -0.08), "worse", 9)
SAME = Compared("coherence", 0.7, 0.7, Interval(0.0, 0.0, 0.0), "same", 1)
EVIL = Broken('a"<b>\n##vso[task.complete]::error::x\x1b[31m', ("fluency -0.30", "100 % & more"))


def decision(outcome: str) -> Decision:
    return Decision(Verdict(outcome, ("fluency worse: -0.100",)), (WORSE, SAME), (EVIL,))


@pytest.mark.parametrize(("outcome", "failures", "skipped"), [("failed", 2, 0), ("ask", 0, 2)])
def test_junit_is_xml_that_counts_right(outcome: str, failures: int, skipped: int) -> None:
    root = ElementTree.fromstring(ci.junit(decision(outcome)))
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", str(failures), str(skipped))
    assert len(root.findall(".//failure")) == failures
    assert [case.get("name") for case in root][2] == 'article a"<b> ##vso[task.complete]::error::x'


def test_github_gets_one_command_a_line() -> None:
    assert ci.github(decision("failed")).splitlines() == [
        "::error title=blogsum gate failed::fluency worse: -0.100",
        '::warning title=article a"<b> ##vso[task.complete]%3A%3Aerror%3A%3Ax::fluency -0.30; 100 %25 & more',
    ]


def test_azure_gets_its_commands_and_no_others() -> None:
    assert ci.azure(decision("ask")).splitlines() == [
        "##vso[task.logissue type=warning]blogsum gate asks a human: fluency worse: -0.100",
        '##vso[task.logissue type=warning]article a"<b> ## vso[task.complete]::error::x: fluency -0.30; 100 % & more',
        "##vso[task.complete result=SucceededWithIssues;]blogsum gate asks a human",
    ]
    assert ci.azure(decision("passed")).startswith("blogsum gate passed: ")


ADVICE = replace(WORSE, metric="relevance", advisory=True)


def test_what_is_advisory_is_said_and_fails_nothing() -> None:
    found = Decision(Verdict("failed", ("fluency worse: -0.100",)), (WORSE, ADVICE), ())
    root = ElementTree.fromstring(ci.junit(found))
    assert [[child.tag for child in case] for case in root] == [["failure"], ["skipped"]]
    assert 'message="-0.100 (worse, advisory)"' in ci.junit(found)
    assert ci.github(found).splitlines()[1:] == [
        "::notice title=blogsum gate::relevance is advisory: -0.100 (worse)",
    ]
    assert "relevance is advisory: -0.100 (worse)\n" in ci.azure(found)
