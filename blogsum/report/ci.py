"""The gate's answer for machines: JUnit XML, GitHub's and Azure DevOps' log commands. Foreign text is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from blogsum.evaluate.gate import Compared, Decision
from blogsum.report import safe

_LEVELS = {"failed": "error", "ask": "warning", "passed": "notice"}
_TITLES = {"failed": "blogsum gate failed", "ask": "blogsum gate asks a human", "passed": "blogsum gate passed"}


def junit(decision: Decision) -> str:
    """A suite with a case for each criterion and each article that broke; what asks a human is skipped, not failed."""
    failed = decision.verdict.outcome == "failed"
    cases = [
        (f"criterion {one.metric}", f"{one.difference.value:+.3f} ({one.said})", _result(one, failed))
        for one in decision.compared
    ]
    cases += [
        (f"article {one.id}", "; ".join(one.reasons), "failure" if failed else "skipped") for one in decision.broken
    ]
    counts = {kind: sum(result == kind for _, _, result in cases) for kind in ("failure", "skipped")}
    head = f'tests="{len(cases)}" failures="{counts["failure"]}" skipped="{counts["skipped"]}"'
    body = "".join(_case(name, message, result) for name, message, result in cases)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="blogsum gate" {head}>\n{body}</testsuite>\n'


def _result(one: Compared, failed: bool) -> str:
    if one.outcome not in ("worse", "unclear"):
        return ""
    return "failure" if one.outcome == "worse" and failed and not one.advisory else "skipped"


def _advisory(decision: Decision) -> Iterator[str]:
    """A line for each criterion that has no say."""
    for one in decision.compared:
        if one.advisory:
            yield f"{one.metric} is advisory: {one.difference.value:+.3f} ({one.outcome})"


def _case(name: str, message: str, result: str) -> str:
    inner = f"<{result} message={quoteattr(safe.line(message))}/>" if result else ""
    out = "" if result else f"<system-out>{escape(safe.line(message))}</system-out>"
    return f'  <testcase classname="blogsum" name={quoteattr(safe.line(name))}>{inner}{out}</testcase>\n'


def github(decision: Decision) -> str:
    """Annotations of a GitHub Actions run: the verdict, and a warning for each article that broke."""
    level = _LEVELS[decision.verdict.outcome]
    lines = [_github(level, _TITLES[decision.verdict.outcome], "; ".join(decision.verdict.reasons))]
    lines += [_github("notice", "blogsum gate", line) for line in _advisory(decision)]
    lines += [_github("warning", f"article {one.id}", "; ".join(one.reasons)) for one in decision.broken]
    return "".join(lines)


def _github(level: str, title: str, message: str) -> str:
    # https://docs.github.com/actions: data escapes %, CR and LF; a property also : and ,
    title = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={title}::{_data(message)}\n"


def _data(text: str) -> str:
    return safe.line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def azure(decision: Decision) -> str:
    """Log commands of an Azure pipeline: issues, and a result when it did not pass."""
    outcome = decision.verdict.outcome
    return "".join(_azure(decision, outcome))


def _azure(decision: Decision, outcome: str) -> Iterator[str]:
    kind = "error" if outcome == "failed" else "warning"
    message = f"{_TITLES[outcome]}: {'; '.join(decision.verdict.reasons)}"
    if outcome == "passed":
        yield f"{_plain(message)}\n"
    else:
        yield f"##vso[task.logissue type={kind}]{_plain(message)}\n"
    yield from (f"{_plain(line)}\n" for line in _advisory(decision))
    for one in decision.broken:
        yield f"##vso[task.logissue type=warning]{_plain(f'article {one.id}: ' + '; '.join(one.reasons))}\n"
    if outcome != "passed":
        result = "Failed" if outcome == "failed" else "SucceededWithIssues"
        yield f"##vso[task.complete result={result};]{_TITLES[outcome]}\n"


def _plain(text: str) -> str:
    """One line that holds no command of its own."""
    return safe.line(text).replace("##vso[", "## vso[").replace("##[", "## [")
