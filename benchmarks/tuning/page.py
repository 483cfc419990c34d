"""The report of benchmarks/finetune.py: tables, curves and examples from what two runs left. Strings; runs nothing."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.mt5.plot import plot
from benchmarks.tuning.start import PIECES, SIZES
from blogsum.evaluate import stats
from blogsum.report import tuning
from blogsum.text.sentences import sentences, words
from blogsum.train.looking import rouge
from blogsum.types import Article

Facts = Mapping[str, Any]
Lines = Sequence[Mapping[str, Any]]
PERSON = "a person"
_LANGUAGES = {"de": "German", "en": "English"}
_POINTS = 10  # of a curve of the loss


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of the processor."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class Stage:
    """A finished run: its facts, its metrics, what was written (``rows``) about which posts ``held`` out, what it took.

    A post's own text stands in its ``references``.
    """

    facts: Facts
    metrics: Lines
    rows: Lines
    held: Mapping[str, Article]
    spent: Spent


def write(stages: Sequence[Stage], copied: Mapping[str, str], prepared: Spent, repositories: int) -> str:
    """The report in Markdown; the last stage was judged on posts from so many ``repositories``.

    ``copied`` is what the model of the first stage wrote about these posts, by their id.
    """
    copying, choosing, last = stages
    facts = last.facts
    return "\n".join(
        [
            *_head(stages, prepared),
            *_material(stages, repositories),
            f"**{tuning.verdict(facts['evaluation'])}.**\n",
            tuning.markdown(facts["evaluation"]),
            "",
            *_by_run(last, copied),
            *_by_language(last),
            *_wording(last),
            *_curve(facts),
            *_copying(copying),
            *_choosing(choosing),
            *_describing(last),
        ]
    )


def _head(stages: Sequence[Stage], prepared: Spent) -> Iterator[str]:
    facts = stages[-1].facts
    versions = ", ".join(f"{name} {facts['libraries'][name]}" for name in ("torch", "transformers"))
    clock = [prepared.clock / 60, sum(stage.spent.clock for stage in stages) / 60]
    cpu = [prepared.cpu / 60, sum(stage.spent.cpu for stage in stages) / 60]
    yield "# A small mT5, trained with `blogsum finetune`\n"
    yield (
        f"`python benchmarks/finetune.py --data DIR` · {sum(clock):.0f} minutes beside other work, {sum(cpu):.0f} of "
        f"one core: {cpu[0]:.0f} to prepare, {cpu[1]:.0f} in `finetune`, judging included · {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions} · seed "
        f"{facts['recipe']['training']['seed']}, recipes benchmarks/finetune.toml and benchmarks/tuning/\n"
    )


def _material(stages: Sequence[Stage], repositories: int) -> Iterator[str]:
    copying, choosing, last = (stage.facts for stage in stages)
    shape = ", ".join(f"{name} {value}" for name, value in SIZES.items())
    held = stages[-1].held
    many = Counter(article.lang for article in held.values())
    yield (
        f"An mT5 of random weights ({shape}, {PIECES:,} pieces) learned in three runs: to copy the marked sentences of "
        f"{copying['data']['weak']['train']:,} short and {copying['data']['train']:,} longer passages; to write, of "
        f"what it reads of a post, the sentences nearest to the description in the front matter "
        f"({choosing['data']['train']:,} weak pairs: descriptions of any quality, posts several times with sentences "
        f"left out); and {last['data']['train']} good descriptions. {last['data']['dev']} others chose the weights to "
        f"keep. Judged once, on {len(held)} posts of {repositories} other repositories ({many['de']} German, "
        f"{many['en']} English).\n"
    )
    yield (
        "A ranker fitted without the repositories held out stands in for the shipped one, which knows these posts. It "
        f"makes the built-in summary, and chooses the {last['recipe']['task']['max_input']} tokens that the model "
        "reads: what the model knows to choose comes on top of that. `base` is the model after the second run.\n"
    )


def _by_run(stage: Stage, copied: Mapping[str, str]) -> Iterator[str]:
    """What each run brought, on the posts that the last one is judged on."""
    after = []
    for row in stage.rows:
        article, scores = stage.held[row["id"]], row["scores"]
        first = rouge(copied[row["id"]], article.references, article.lang)
        after.append((first, scores["base"]["rouge"], scores["tuned"]["rouge"]))
    yield "| on these posts, after the run | `rouge` | more than before |\n|---|---|---|"
    for number, name in enumerate(("copying", "choosing", "descriptions")):
        gain = _cell([one[number] - one[number - 1] for one in after], sign="+") if number else "–"
        yield f"| {name} | {_cell([one[number] for one in after])} | {gain} |"
    yield ""


def _by_language(stage: Stage) -> Iterator[str]:
    """ROUGE of each system in each language, and what the trained model has over the others there."""
    rows, held = stage.rows, stage.held
    systems = list(rows[0]["scores"])
    others = systems[:-1]
    yield "`rouge` by language, and what `tuned` has more than the others, paired:\n"
    yield f"| | {' | '.join(systems)} | {' | '.join(f'more than {system}' for system in others)} |"
    yield f"|---|{'---|' * (len(systems) + len(others))}"
    for lang, name in _LANGUAGES.items():
        own = [row["scores"] for row in rows if held[row["id"]].lang == lang]
        if own:
            cells = [_cell([one[system]["rouge"] for one in own]) for system in systems]
            cells += [_cell([one["tuned"]["rouge"] - one[each]["rouge"] for one in own], sign="+") for each in others]
            yield f"| {name}, {len(own)} posts | {' | '.join(cells)} |"
    yield ""


def _wording(stage: Stage) -> Iterator[str]:
    """How much is copied, said twice, left unfinished."""
    rows, held = stage.rows, stage.held
    yield "## What the texts are made of\n"
    yield (
        "Sentences that stand in the post word for word; four words in a row that the post has; pairs of words "
        "that the text had before; texts that do not end with a sentence's mark; empty ones. Per cent, means over "
        "posts.\n"
    )
    yield "| system | sentences copied | fours of the post | said twice | unfinished | empty |"
    yield "|---|---|---|---|---|---|"
    for system in (*rows[0]["text"], PERSON):
        texts = [
            (held[row["id"]], held[row["id"]].references[0] if system == PERSON else row["text"][system])
            for row in rows
        ]
        measured = [wording(article, text) for article, text in texts if text.strip()]
        means = [f"{100 * fmean(column):.0f}" for column in zip(*measured, strict=True)] or ["–"] * 4
        empty = sum(not text.strip() for _, text in texts) / len(texts)
        yield f"| {system} | {' | '.join(means)} | {100 * empty:.0f} |"
    yield ""


def wording(article: Article, text: str) -> tuple[float, float, float, float]:
    """Shares of a text, 0 to 1: sentences and fours of words that the article has, pairs said twice, unfinished."""
    lang = article.lang or "und"
    whole = " ".join(article.text.split())
    lines = [text[start:end] for start, end in sentences(text, lang)] or [text]
    copied = fmean(" ".join(line.split()) in whole for line in lines)
    own, its = _plain(text), _plain(article.text)
    fours, pairs = _runs(own, 4), _runs(own, 2)
    there = set(_runs(its, 4))
    found = fmean(four in there for four in fours) if fours else float(copied)
    twice = 1 - len(set(pairs)) / len(pairs) if pairs else 0.0
    return copied, found, twice, float(not text.rstrip().rstrip("\"'“”»«)").endswith((".", "!", "?", "…", ":")))


def _plain(text: str) -> list[str]:
    return [word.lower() for word in words(text)]


def _runs(items: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(items[start:] for start in range(size)), strict=False))


def _curve(facts: Facts) -> Iterator[str]:
    yield "## More posts\n"
    yield (
        "The same last run with an eighth, a quarter, a half and all of the good descriptions "
        "(`blogsum finetune --curve`), judged on the same posts:\n"
    )
    yield "| posts | ROUGE | gain over the line above |\n|---|---|---|"
    for one in facts["curve"]:
        gain = _span(one["gain"], "+") if one["gain"] else "–"
        yield f"| {one['posts']} | {_span(one['rouge'])} | {gain} |"
    yield "\n![ROUGE by the number of posts](finetune.svg)\n"


def pictures(stages: Sequence[Stage]) -> dict[str, str]:
    """ROUGE by the number of posts, and how the loss fell, as SVG; by the ends of their names."""
    facts = stages[-1].facts
    found, systems = facts["curve"], facts["evaluation"]["systems"]
    lines = {"tuned": [(one["posts"], one["rouge"]["mean"]) for one in found]}
    for name in ("built-in", "lead-3", "base"):
        lines[name] = [(one["posts"], systems[name]["rouge"]["mean"]) for one in found]
    falls = {
        name: [(number, fmean(line["loss"] for line in part)) for number, part in enumerate(_parts(stage), 1)]
        for name, stage in zip(("copying", "choosing"), stages[:2], strict=True)
    }
    return {
        "": plot(lines, "good descriptions learned from", "ROUGE on posts held out"),
        "_loss": plot(falls, "tenth of the run", "loss a token"),
    }


def _parts(stage: Stage) -> list[Lines]:
    """The steps of a run in ten parts."""
    steps = [line for line in stage.metrics if "norm" in line]
    size = max(1, -(-len(steps) // _POINTS))
    return [steps[start : start + size] for start in range(0, len(steps), size)]


def _copying(stage: Stage) -> Iterator[str]:
    right = Counter[str]()
    every = Counter[str]()
    for row in stage.rows:
        article = stage.held[row["id"]]
        every[article.lang or ""] += 1
        right[article.lang or ""] += row["text"]["tuned"] == article.references[0]
    shares = ", ".join(
        f"{right[lang] / every[lang]:.0%} of {every[lang]} in {name}"
        for lang, name in _LANGUAGES.items()
        if every[lang]
    )
    yield "## The first run: copying\n"
    yield "![Loss by tenths of the first two runs](finetune_loss.svg)\n"
    yield f"Of passages of posts not trained on, the model writes exactly what was marked in {shares}.\n"
    yield from _losses(stage)


def _choosing(stage: Stage) -> Iterator[str]:
    yield "\n## The second run: choosing\n"
    yield (
        "Judged on what it was to learn, of the posts held out: the sentences nearest to the description, of those "
        f"that it reads. `base` only copies. **{tuning.verdict(stage.facts['evaluation'])}.**\n"
    )
    yield tuning.markdown(stage.facts["evaluation"])
    yield ""
    yield from _losses(stage)


def _describing(stage: Stage) -> Iterator[str]:
    result = stage.facts["result"]
    yield "\n## The last run: descriptions\n"
    yield f"{result['steps']:,} steps on all posts, kept those of step {result['best_step']:,}.\n"
    yield "| step | dev loss | ROUGE on dev |\n|---|---|---|"
    for line in stage.metrics:
        if "dev_loss" in line:
            yield f"| {line['step']} | {line['dev_loss']:.3f} | {line.get('rouge', 0):.3f} |"
    yield ""


def _losses(stage: Stage) -> Iterator[str]:
    """The mean loss of each tenth of the steps, and what dev said meanwhile."""
    looks = [line for line in stage.metrics if "dev_loss" in line]
    yield f"Loss a token (nats), in steps of {stage.facts['recipe']['training']['batch']}:\n"
    yield "| steps | loss | dev loss | ROUGE on dev |\n|---|---|---|---|"
    for part in _parts(stage):
        begun, end = part[0]["step"], part[-1]["step"]
        seen = [line for line in looks if begun <= line["step"] <= end]
        losses = ", ".join(f"{line['dev_loss']:.3f}" for line in seen) or "–"
        rouges = ", ".join(f"{line['rouge']:.3f}" for line in seen if "rouge" in line) or "–"
        yield f"| {begun:,}–{end:,} | {fmean(line['loss'] for line in part):.3f} | {losses} | {rouges} |"


def _cell(values: Sequence[float], sign: str = "") -> str:
    found = stats.widened(stats.mean(values), len(values))
    return _span({"mean": found.value, "low": found.low, "high": found.high}, sign)


def _span(one: Mapping[str, float], sign: str = "") -> str:
    return f"{one['mean']:{sign}.3f} ({one['low']:{sign}.3f} to {one['high']:{sign}.3f})".replace("-", "−")
