"""A trained model in words: whether it is better, beside what; its card. Strings from plain data; computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blogsum.report import safe

_HEADLINE = "rouge"
_COLUMNS = ("rouge", "rouge1", "rouge2", "rougeL", "coherence", "consistency", "fluency", "relevance")
_SHOWN = ("rouge", "coherence", "consistency", "fluency", "relevance")  # on a screen
_CALLED = {"base": "its base", "built-in": "the built-in summary"}


def verdict(found: Mapping[str, Any]) -> str:
    """One line: whether the model is better than its base and than the built-in summary, with the differences."""
    said = {name: f"{_CALLED[name]} ({_difference(found['against'][name][_HEADLINE])})" for name in _CALLED}
    count = f"{found['n']} {'post' if found['n'] == 1 else 'posts'} {found['method']}"
    if not found["enough"]:
        return f"NOT SHOWN to be better: {count}, too few to tell; against {' and '.join(said.values())}"
    better = [said[name] for name in _CALLED if found["better"][name]]
    not_better = [said[name] for name in _CALLED if not found["better"][name]]
    if not not_better:
        return f"Better than {' and than '.join(better)} on {count}{_worse(found)}"
    rest = f"; better than {better[0]}" if better else ""
    return f"NOT BETTER than {' nor than '.join(not_better)}{rest}, on {count}{_worse(found)}"


def beside(found: Mapping[str, Any]) -> str:
    """One line: how the model did against the installed one that has the alias 'default'."""
    said = f"the default model {found['model']} ({_difference(found['against']['default'][_HEADLINE])})"
    if not found["enough"]:
        return f"Too few posts to tell it from {said}"
    return f"{'Better' if found['better']['default'] else 'NOT BETTER'} than {said}"


def table(found: Mapping[str, Any]) -> str:
    """The systems and what was measured, with intervals, as columns of text."""
    head = ["", *_SHOWN, "words"]
    rows = [head]
    for name, means in found["systems"].items():
        cells = [f"{_number(means[one]['mean'])}{_span(means[one])}" for one in _SHOWN]
        rows.append([name, *cells, f"{means['words']['mean']:.0f}"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def curve(found: Sequence[Mapping[str, Any]]) -> str:
    """ROUGE by the number of posts learned from, and in words what the last step to more of them brought."""
    lines = ["posts  rouge"]
    lines += [f"{one['posts']:<5}  {_number(one['rouge']['mean'])}{_span(one['rouge'])}" for one in found]
    if len(found) > 1:
        before, last = found[-2], found[-1]
        gain = _difference(last["gain"])
        lines += ["", f"from {before['posts']} to {last['posts']} posts: {gain}; {_promise(last)}"]
    return "\n".join(lines) + "\n"


def _promise(last: Mapping[str, Any]) -> str:
    gain = last["gain"]
    if not last["enough"]:
        return "too few posts held out to tell"
    if gain["low"] > 0:
        return "as many again should bring about that or less"
    return "more posts did harm" if gain["high"] < 0 else "more posts are not shown to help"


def card(facts: Mapping[str, Any]) -> str:
    """The card of a trained model, in Markdown, from what its run knows."""
    data, base, found, hardware = facts["data"], facts["base"], facts["evaluation"], facts["hardware"]
    training = facts["recipe"]["training"]
    lines = [
        f"# {safe.markdown(facts['name'])}",
        "",
        f"**{verdict(found)}.**",
        "",
        f"A summariser trained by `blogsum finetune` on {data['train']} posts of {_code(data['source'])}.",
        "",
        f"- Base: {_code(base['source'])}, weights sha256 `{base['sha256'][:16]}`",
        f"- Licence of the base: {safe.markdown(base.get('licence') or 'not stated')}",
        f"- Data: {data['train']} train, {data['dev']} dev, {data['test']} test; content `{data['content'][7:23]}`",
        f"- Trained: {facts['result']['steps']} steps of {training['batch']}, the weights of step "
        f"{facts['result']['best_step'] or facts['result']['steps']}; seed {training['seed']}",
        f"- Machine: {safe.markdown(hardware['cpu'])}, {hardware['device']}, {hardware['precision']}, "
        f"{hardware['processes']} {'process' if hardware['processes'] == 1 else 'processes'}",
        f"- Versions: {', '.join(f'{name} {one}' for name, one in facts['libraries'].items())}",
        f"- Run: `{facts['id']}`",
        *(f"- Note: {safe.markdown(note)}" for note in data["notes"]),
        "",
        "## Judged on posts held out",
        "",
        markdown(found),
        "",
        "Mean with 95 % interval (bootstrap over posts, widened as t). `rouge` is the mean of ROUGE-1, -2 and -L",
        "against what a person wrote, and alone decides what is called better. Coherence, consistency, fluency and",
        "relevance look at article and summary alone; they favour copied sentences.",
        "",
        "## Limits",
        "",
        "It writes in its own words and may say what the article does not: `blogsum summarize --evidence` shows what",
        "carries each sentence.",
    ]
    return "\n".join(lines) + "\n"


def markdown(found: Mapping[str, Any]) -> str:
    """All systems and metrics with their intervals, as a table in Markdown."""
    rows = [f"| system | {' | '.join(_COLUMNS)} | words |", f"|---|{'---|' * len(_COLUMNS)}---|"]
    for name, means in found["systems"].items():
        cells = " | ".join(f"{_number(means[one]['mean'])}{_span(means[one])}" for one in _COLUMNS)
        rows.append(f"| {name} | {cells} | {means['words']['mean']:.0f} |")
    return "\n".join(rows)


def _worse(found: Mapping[str, Any]) -> str:
    """Criteria in which the model is clearly below its base."""
    names = ("coherence", "consistency", "fluency", "relevance")
    below = [name for name in names if found["against"]["base"][name]["high"] < 0]
    return f"; below its base in {', '.join(below)}" if below else ""


def _difference(one: Mapping[str, float]) -> str:
    span = f", {_number(one['low'], '+')} to {_number(one['high'], '+')}" if one["low"] < one["high"] else ""
    return f"ROUGE {_number(one['mean'], '+')}{span}"


def _span(one: Mapping[str, float]) -> str:
    """The interval; nothing for a single post, which has none."""
    return f" ({_number(one['low'])}–{_number(one['high'])})" if one["low"] < one["high"] else ""


def _number(value: float, sign: str = "") -> str:
    text = f"{value:{sign}.2f}".replace("-", "−")
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def _code(text: str) -> str:
    return f"`{safe.line(text).replace('`', '')}`"
