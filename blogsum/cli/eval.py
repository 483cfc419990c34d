"""``blogsum eval``: how good are these summaries?"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, output
from blogsum.cli.gate import FORMATS, Asked, answer, check
from blogsum.errors import DONE, GATE_FAILED, LOOK, USAGE, UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.types import Example, Judged

EPILOG = (
    "PREDICTIONS is JSONL or CSV with the columns text (the article) and summary, if you like id, title, lang, system "
    "and references; or a dataset such as blog@3, whose own summaries are judged."
)


@click.command("eval", epilog=EPILOG)
@click.argument("predictions", required=False)
@click.option(
    "--model", metavar="NAME|FOLDER", help="Summarise --data with this model ('extractive', 'default', …), then judge."
)
@click.option("--data", metavar="SOURCE", help="The articles for --model, such as blog@3, or blog@3:test of a split.")
@click.option("--articles", multiple=True, metavar="SOURCE", help="The articles of PREDICTIONS that hold none.")
@click.option("--length", metavar="NAME", help="What --model writes: meta, teaser, …  [default: as summarize]")
@click.option("-m", "--metric", "metrics", multiple=True, metavar="NAME", help="Only this metric; may be repeated.")
@click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="[CRITERION=]MODEL",
    help="A neural model, instead of the built-in consistency or relevance: a folder with judge.toml, or a bundle.",
)
@click.option("--self-test", is_flag=True, help="Spoil summaries of our own in known ways and show which score falls.")
@click.option("--agreement", is_flag=True, help="Compare the scores with people's ratings in a field 'ratings'.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Scores to compare with, a file kept in git.")
@click.option("--gate", is_flag=True, help="Exit with 0 passed, 1 failed or 4 ask a human, against --baseline.")
@click.option("--update-baseline", is_flag=True, help="Write these scores to --baseline.")
@click.option("--advisory", multiple=True, metavar="NAME", help="A metric that the gate shows but does not obey.")
@click.option(
    "--margin",
    type=click.FloatRange(0, 1),
    callback=options.number,
    help="What a mean may lose unnoticed.  [default: 0.02]",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: by the suffix of -o, else text.")
@output.option
@click.option(
    "--report-lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Labels of the HTML page."
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to use.")
@click.option("--lang", metavar="CODE", help="Language of the articles, or of the self-test, instead of the one found.")
@options.common
def command(
    predictions: str | None,
    model: str | None,
    data: str | None,
    articles: tuple[str, ...],
    length: str | None,
    metrics: tuple[str, ...],
    judges: tuple[str, ...],
    self_test: bool,
    agreement: bool,
    baseline: Path | None,
    gate: bool,
    update_baseline: bool,
    advisory: tuple[str, ...],
    margin: float | None,
    form: str | None,
    path: Path | None,
    report_lang: str,
    jobs: int,
    lang: str | None,
    **given: Any,
) -> int:
    """Score summaries against their articles: coherence, consistency, fluency and relevance, offline.

    \b
    blogsum eval summaries.jsonl
    blogsum eval blog@3:test --format json -o scores.json
    blogsum eval --model default --data blog@3:test
    blogsum eval summaries.csv --metric consistency --metric rouge1
    blogsum eval summaries.jsonl --baseline eval-baseline.json --gate
    blogsum eval rated.jsonl --agreement
    blogsum eval --self-test --lang de

    Each score is a function of one article and one summary alone and comes with what it is made of and the places
    behind it; JSON has it all.
    """
    from blogsum.cli.judges import with_judges

    settings = options.settings(**given)
    if self_test and (predictions or model or data):
        raise UserError("--self-test judges summaries of its own", hint="leave the others away", code=USAGE)
    if self_test:
        return _self_test(lang)
    source = _source(predictions, model, data, agreement)
    path = output.place(path, (source, *([str(baseline)] if baseline else [])))
    if agreement:
        return _agreement(source, lang, jobs, form, path, judges, settings)
    asked = Asked(baseline, gate, update_baseline, advisory, margin, settings.advisory)
    form = output.form(form, path, (), FORMATS)
    check(asked, form)
    names = with_judges(metrics, judges, settings)
    if model is None:
        found = _examples(source, articles, settings, lang)
        return answer(asked, _judged(found, names, jobs), form, path, report_lang)
    from blogsum.cli.candidate import candidate

    written = candidate(model, source, length, settings, lang, jobs)
    code = answer(asked, _judged(written.examples(), names, jobs), form, path, report_lang, written.controls)
    return LOOK if written.refused and code == DONE else code  # what was judged is not all the model's


def _agreement(
    source: str,
    lang: str | None,
    jobs: int,
    form: str | None,
    path: Path | None,
    judges: tuple[str, ...],
    settings: Settings,
) -> int:
    from blogsum.cli.agreement import compare
    from blogsum.cli.judges import stand_ins

    form = output.form(form, path, (), ("text", "md", "json"))
    output.write(compare(source, lang, jobs, form, stand_ins(judges, settings)), path)
    return DONE


def _examples(source: str, articles: tuple[str, ...], settings: Settings, lang: str | None) -> Iterable[Example]:
    from blogsum.cli.examples import examples, with_articles

    return with_articles(source, articles, settings, lang) if articles else examples(source, settings, lang)


def _source(predictions: str | None, model: str | None, data: str | None, agreement: bool) -> str:
    """What is read; UserError where that is not clear."""
    if model is not None and agreement:
        raise UserError("--agreement needs summaries that people rated, not a model", code=USAGE)
    if model is None and data is not None:
        raise UserError("--data goes with --model", hint="summaries that are there are judged without", code=USAGE)
    if predictions is not None and data is not None:
        raise UserError("name either PREDICTIONS or --data", code=USAGE)
    source = predictions or data
    if source is None:
        hint = "--data names articles" if model else "name a file of PREDICTIONS, or try --self-test"
        raise UserError("there is nothing to judge", hint=hint, code=USAGE)
    return source


def _judged(examples: Iterable[Example], names: tuple[str, ...], jobs: int) -> list[Judged]:
    from blogsum.batch import ordered
    from blogsum.evaluate import judge

    rows = []
    with console.progress("judged") as progress:
        for judged in ordered(partial(judge, metrics=names), examples, jobs):
            rows.append(judged)
            progress.advance()
    if not rows:
        raise UserError("there are no rows to judge", hint="each needs a text and a summary")
    return rows


def _self_test(lang: str | None) -> int:
    """Print the matrix of the languages there are articles for; 1 when a score does not do what it should."""
    from blogsum.evaluate.perturb import cases, self_test
    from blogsum.report.evaluation import matrix

    known = sorted({case.article.lang or "" for case in cases()})
    if lang is not None and lang not in known:
        raise UserError(f"there is no self-test for '{lang}'", hint=f"choose from {', '.join(known)}", code=USAGE)
    rows = {one: self_test(one) for one in ([lang] if lang else known)}
    sys.stdout.write("mean change of each score; * should fall, the others much less\n\n")
    sys.stdout.write("\n".join(matrix(found, one) for one, found in rows.items()))
    return DONE if all(row.passed for found in rows.values() for row in found) else GATE_FAILED
