"""The card beside a model: what it is, who may use it, how near it is to its original. A string; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blogsum.train.prune import said as report


def write(facts: Mapping[str, Any]) -> str:
    """The card of a bundle, in Markdown, from what its ``bundle.json`` says."""
    source, options, proof = facts["source"], facts["options"], facts["proof"]
    lines = [
        f"# {facts['name']}",
        "",
        "A summariser for `blogsum summarize --model`, exported by `blogsum export`.",
        "",
        *([f"**{facts['verdict']}.**", ""] if facts.get("verdict") else []),
        *([f"- Fine-tuned from: {facts['base']}"] if facts.get("base") else []),
        f"- Made from: {source['checkpoint']}, weights sha256 `{source['sha256'][:16]}`",
        f"- Licence: {facts['licence'] or 'not stated: ask whoever trained it before you publish its texts'}",
        f"- Languages: {', '.join(facts['languages']) or 'not stated'}",
        f"- Precision: {facts['precision']}",
        f"- Vocabulary: {facts['sizes']['vocabulary']:,} rows",
        f"- Reads: `{facts['prefix']}` and up to {facts['max_input']:,} tokens",
        f"- Writes: up to {options['max_tokens']} tokens, {_search(options)}",
        f"- Line breaks: {'kept' if facts['line_break'] is not None else 'none: one line a summary'}",
        f"- Signature: `{facts['signature']}`",
        f"- Made with: {', '.join(f'{name} {version}' for name, version in facts['tools'].items())}",
        "",
        "## Proof",
        "",
        f"Against torch in float32 on {proof['probes']} probes: {said(proof)}.",
        "",
        *_mixed(facts.get("mixed")),
        *_vocabulary(facts.get("pruning")),
        "## Limits",
        "",
        "It writes in its own words and may say what the article does not: `blogsum summarize --evidence` shows what "
        "carries each sentence. Texts that repeat themselves, are empty or in another language are refused.",
    ]
    return "\n".join(lines) + "\n"


def _mixed(mixed: Mapping[str, Any] | None) -> list[str]:
    """Which layers were kept from 8 bits."""
    return [f"{kept(mixed)}.", ""] if mixed else []


def kept(mixed: Mapping[str, Any]) -> str:
    """Which layers were kept from 8 bits, in words."""
    return (
        f"8 bits everywhere change the logits by {mixed['everywhere']:.2g} standard deviations; kept in float32: "
        f"{', '.join(mixed['exact']) or 'nothing'}; so they change by {mixed['chosen']:.2g} (aim {mixed['limit']:g})"
    )


def _vocabulary(pruning: Mapping[str, Any] | None) -> list[str]:
    """What a smaller vocabulary changed."""
    if pruning is None:
        return []
    return ["## Vocabulary", "", f"{pruned(pruning)}.", ""]


def pruned(pruning: Mapping[str, Any]) -> str:
    """What a smaller vocabulary changed, in words."""
    agreed = pruning["agreement"]
    return (
        f"{report(pruning)}; of {agreed['of']} articles {agreed['comparable_greedy']} can be compared with the full "
        f"model greedily, {agreed['same_greedy']} have the same text; with 4 beams {agreed['same_beam']} of "
        f"{agreed['comparable_beam']}"
    )


def said(proof: Mapping[str, Any]) -> str:
    """A proof in words."""
    return (
        f"logits differ by {proof['logits']:.2g} standard deviations (allowed {proof['allowed']:g}), "
        f"{proof['tokens']} of {proof['of']} tokens; the same text {proof['same_greedy']} of {proof['probes']} times "
        f"greedy, {proof['same_beam']} of {proof['probes']} with 4 beams"
    )


def _search(options: Mapping[str, Any]) -> str:
    return "greedy" if options["beams"] == 1 else f"{options['beams']} beams"
