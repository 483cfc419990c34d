"""Runs of training for people: a table of them, one in detail, several side by side, and a page with their curves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from blogsum.report import safe
from blogsum.report.plots import Curve, curves, text
from blogsum.report.survey_page import POLICY, STYLE

Facts = Mapping[str, Any]
Lines = Sequence[Mapping[str, Any]]

_HEAD = ("run", "status", "data", "base", "steps", "rouge", "base's", "built-in's", "better")
_SYSTEMS = ("tuned", "base", "built-in")
_SCORES = ("rouge", "coherence", "consistency", "fluency", "relevance")
_POINTS = 600  # of a curve; more are not seen
_CURVES = """
polyline{stroke:var(--bar);stroke-width:2;vector-effect:non-scaling-stroke}circle{fill:var(--bar)}
polyline.smooth{stroke:var(--mark)}circle.smooth{fill:var(--mark)}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""


def table(found: Iterable[Facts]) -> str:
    """One line a run, columns aligned."""
    return _aligned([_HEAD, *(_row(facts) for facts in found)])


def sheet(facts: Facts, metrics: Lines, samples: Lines) -> str:
    """A run in detail: what it was told, how it went, what came out, the last samples."""
    lines = [f"{name:<10} {safe.line(value)}" for name, value in _told(facts) if value]
    looks = [line for line in metrics if "dev_loss" in line]
    if looks:
        lines += ["", "step    dev loss  rouge"]
        lines += [_look(line) for line in looks]
    last = max((line["step"] for line in samples), default=0)
    for line in samples:
        if line["step"] == last:
            lines += ["", f"{safe.line(line['id'])}, step {last}", *(f"  {one}" for one in _lines(line["text"]))]
    return "\n".join(lines) + "\n"


def comparison(found: Sequence[Facts]) -> str:
    """What the runs were told otherwise, and what came of it; one column a run."""
    names = [str(facts["id"]) for facts in found]
    rows = [["", *names]]
    dials = [dict(_dials(facts)) for facts in found]
    for dial in dict.fromkeys(name for one in dials for name in one):
        values = [str(one.get(dial, "")) for one in dials]
        if len(set(values)) > 1:
            rows.append([dial, *values])
    for name in ("data", "base"):
        hashes = [str(facts[name].get("content", facts[name].get("sha256", "")))[-12:] for facts in found]
        if len(set(hashes)) > 1:
            rows.append([f"{name} hash", *hashes])
    rows.append(["status", *(str(facts["status"]) for facts in found)])
    rows += [[metric, *(_mean(facts, "tuned", metric) for facts in found)] for metric in _SCORES]
    note = "" if len({facts["data"]["content"] for facts in found}) == 1 else "other data: the scores do not compare\n"
    return _aligned(rows) + note


def page(found: Sequence[tuple[Facts, Lines, Lines]]) -> str:
    """A page with the curves of each run, its verdict and its last samples; no script, nothing fetched."""
    body = "\n".join(part for number, one in enumerate(found) for part in _section(number, *one))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<link rel="icon" href="data:,">\n<title>Runs</title>\n<style>{STYLE}{_CURVES}</style>\n</head>\n<body>\n'
        f"<main>\n<h1>Runs</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(number: int, facts: Facts, metrics: Lines, samples: Lines) -> Iterator[str]:
    yield f"<h2>{text(facts['id'])}</h2>\n<p>{text(facts.get('verdict') or facts['status'])}</p>"
    figures = list(_figures(number, metrics))
    yield f'<div class="plots">{"".join(figures)}</div>'
    yield f"<details><summary>In detail</summary><pre>{text(sheet(facts, metrics, samples))}</pre></details>"


def _figures(number: int, metrics: Lines) -> Iterator[str]:
    steps = [(float(line["step"]), float(line["loss"])) for line in metrics if "norm" in line]
    looks = [(float(line["step"]), float(line["dev_loss"])) for line in metrics if "dev_loss" in line]
    rouge = [(float(line["step"]), float(line["rouge"])) for line in metrics if "rouge" in line]
    if steps:
        last = f"last {steps[-1][1]:.3f} at step {steps[-1][0]:.0f}"
        both = [Curve("loss of a batch", _thinned(steps)), Curve("dev loss", looks, "smooth")]
        about = f"blue: each batch, {last}; red: dev" if looks else f"each batch, {last}"
        yield _figure(f"r{number}-loss", "Loss a token", about, both)
    if rouge:
        step, best = max(rouge, key=lambda point: point[1])
        about = f"mean of ROUGE-1, -2 and -L on dev; best {best:.3f} at step {step:.0f}"
        yield _figure(f"r{number}-rouge", "ROUGE on dev", about, [Curve("ROUGE", rouge)])


def _figure(key: str, title: str, about: str, found: Sequence[Curve]) -> str:
    picture = curves(key, title, about, found)
    return f"<figure><figcaption><h3>{text(title)}</h3><p>{text(about)}</p></figcaption>\n{picture}</figure>"


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most so many of the points, the last among them."""
    every = -(-len(points) // _POINTS)
    return [*points[:-1:every], points[-1]]


def _row(facts: Facts) -> tuple[str, ...]:
    better = facts.get("evaluation", {}).get("better", {})
    verdict = "-" if not better else "yes" if better["base"] and better["built-in"] else "no"
    return (
        str(facts["id"]),
        str(facts["status"]),
        str(facts["data"]["source"]),
        str(facts["base"]["source"]).rstrip("/").rsplit("/", 1)[-1],
        str(facts.get("result", {}).get("steps", "-")),
        *(_mean(facts, system, "rouge") for system in _SYSTEMS),
        verdict,
    )


def _mean(facts: Facts, system: str, metric: str) -> str:
    found = facts.get("evaluation", {}).get("systems", {}).get(system, {}).get(metric)
    return f"{found['mean']:.3f}" if found else "-"


def _told(facts: Facts) -> Iterator[tuple[str, str]]:
    data, hardware = facts["data"], facts["hardware"]
    yield "run", facts["id"]
    yield "status", f"{facts['status']}: {facts['reason']}" if facts.get("reason") else facts["status"]
    yield "verdict", facts.get("verdict", "")
    yield "data", f"{data['source']}: {data['train']} train, {data['dev']} dev, {data['test']} test, {data['content']}"
    yield "base", f"{facts['base']['source']}, sha256 {facts['base']['sha256'][:16]}"
    yield "model", facts["output"]
    yield "dials", ", ".join(f"{name} {value}" for name, value in _dials(facts) if value not in ("", False))
    yield (
        "machine",
        f"{hardware['cpu']}, {hardware['device']}, {hardware['precision']}, {hardware['processes']} processes",
    )
    yield "versions", ", ".join(f"{name} {value}" for name, value in facts["libraries"].items())
    yield "code", f"blogsum {facts['code']['blogsum']}, sha256 {facts['code']['sha256'][:16]}"
    for note in data["notes"]:
        yield "note", note


def _dials(facts: Facts) -> Iterator[tuple[str, Any]]:
    for table in facts["recipe"].values():
        yield from ((name, value) for name, value in table.items() if name not in ("data", "base"))


def _look(line: Mapping[str, Any]) -> str:
    rouge = f"{line['rouge']:.3f}" if "rouge" in line else "-"
    return f"{line['step']:<6}  {line['dev_loss']:<8.3f}  {rouge}{'  best' if line['best'] == line['step'] else ''}"


def _lines(value: str) -> list[str]:
    return safe.plain(value).split("\n")


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    shown = [[safe.line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in shown)
    return "".join(line.rstrip() + "\n" for line in lines)
