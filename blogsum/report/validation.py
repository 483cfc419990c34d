"""What validation found, for a terminal, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from blogsum.report import safe

if TYPE_CHECKING:
    from blogsum.data.validate import Finding, Rule, Validation

SCHEMA = "blogsum/validation/1"
_SHOWN = 5  # findings of a rule in a terminal


def record(found: Validation, name: str) -> dict[str, Any]:
    """Everything as plain data of the schema above."""
    return {
        "schema": SCHEMA,
        "dataset": name,
        "rows": found.rows,
        "errors": found.count("error"),
        "warnings": found.count("warning"),
        "thresholds": asdict(found.limits),
        "rules": [
            {"name": rule.name, "severity": rule.severity, "says": rule.says, "findings": len(findings)}
            for rule, findings in _by_rule(found)
        ],
        "findings": [asdict(finding) for finding in found.findings],
    }


def text(found: Validation, name: str) -> str:
    """A block for each broken rule with its first rows, then the sum in one line."""
    lines = []
    for rule, findings in _by_rule(found):
        if findings:
            lines.append(f"{rule.severity} {rule.name}: {rule.says}: {_rows(len(findings))}{_share(findings, found)}")
            lines += [f"  {safe.line(one.id)}: {safe.line(one.detail)}" for one in findings[:_SHOWN]]
            if len(findings) > _SHOWN:
                lines.append(f"  … and {len(findings) - _SHOWN:,} more; --json lists all")
            lines.append("")
    return "\n".join([*lines, f"{safe.line(name)}: {verdict(found)}"]) + "\n"


def verdict(found: Validation) -> str:
    """One line: rows, errors, warnings."""
    errors, warnings = found.count("error"), found.count("warning")
    if not errors and not warnings:
        return f"{_rows(found.rows)}, nothing found"
    return f"{_rows(found.rows)}, {_many(errors, 'error')}, {_many(warnings, 'warning')}"


def markdown(found: Validation, name: str) -> str:
    """A table of the broken rules, then every finding below its rule."""
    title = safe.markdown(safe.line(name))
    lines = [f"# Validation of {title}", "", f"{verdict(found)}.", ""]
    broken = [(rule, findings) for rule, findings in _by_rule(found) if findings]
    if broken:
        lines += ["| rule | severity | rows | what it says |", "|---|---|---:|---|"]
        lines += [f"| {rule.name} | {rule.severity} | {len(rows):,} | {rule.says} |" for rule, rows in broken]
    for rule, findings in broken:
        lines += ["", f"## {rule.name}", ""]
        lines += [f"- {safe.markdown(safe.line(one.id))}: {safe.markdown(safe.line(one.detail))}" for one in findings]
    return "\n".join(lines).rstrip() + "\n"


def _by_rule(found: Validation) -> Iterator[tuple[Rule, list[Finding]]]:
    from blogsum.data.validate import RULES

    by_rule: dict[str, list[Finding]] = {}
    for finding in found.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule in RULES:
        yield rule, by_rule.get(rule.name, [])


def _share(findings: list[Finding], found: Validation) -> str:
    rows = len({finding.id for finding in findings})
    return f" ({100 * rows / found.rows:.1f} %)" if found.rows >= 100 else ""


def _rows(count: int) -> str:
    return f"{count:,} row" + "s" * (count != 1)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + "s" * (count != 1)
