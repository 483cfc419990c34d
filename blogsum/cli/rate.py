"""``blogsum rate``: an editor's own ratings, and which scores agree with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum import files, toml
from blogsum.cli import console, options, output
from blogsum.errors import DONE, USAGE, UserError
from blogsum.settings import FILE

if TYPE_CHECKING:
    from blogsum.cli.rating import Screen
    from blogsum.evaluate.rating import Trust
    from blogsum.settings import Settings

    Found = tuple[list[Trust], int]

FORMATS = ("text", "md", "json")
EPILOG = (
    "PREDICTIONS is a dataset such as blog@3, or JSONL or CSV with the columns text (the article) and summary, if you "
    "like id, title, lang and system. Name several files to compare systems: their order is shuffled and who wrote "
    "what stays hidden."
)


@click.command("rate", epilog=EPILOG)
@click.argument("predictions", nargs=-1)
@click.option(
    "--ratings",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("ratings.jsonl"),
    show_default=True,
    help="Where every answer is kept at once, in the form that eval --agreement reads.",
)
@click.option("--articles", multiple=True, metavar="SOURCE", help="The articles of predictions that hold none.")
@click.option("--count", type=click.IntRange(1), default=30, show_default=True, help="Stop with so many ratings.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number, another order.")
@click.option("--show", is_flag=True, help="Ask nothing, show how the scores agree with the ratings there are.")
@click.option("--update-config", is_flag=True, help="Name the advisory criteria in blogsum.toml, for the gate.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: by the suffix of -o.")
@output.option
@click.option(
    "--report-lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Language of questions."
)
@click.option("--lang", metavar="CODE", help="Language of the articles instead of the one found.")
@options.common
def command(
    predictions: tuple[str, ...],
    ratings: Path,
    articles: tuple[str, ...],
    count: int,
    seed: int,
    show: bool,
    update_config: bool,
    form: str | None,
    path: Path | None,
    report_lang: str,
    lang: str | None,
    **given: Any,
) -> int:
    """Rate summaries from 1 to 5 and learn which scores agree with you.

    \b
    blogsum rate teasers.jsonl
    blogsum rate ours.jsonl theirs.jsonl --report-lang de
    blogsum rate --show --update-config

    Answers are kept one by one; the same command goes on where you stopped. From 20 ratings on, each criterion's
    agreement with you is shown with an interval. One that may be zero is advisory: the gate does not use it.
    """
    from blogsum.cli.rating import Screen

    settings = options.settings(**given)
    if show == bool(predictions):
        hint = "blogsum rate PREDICTIONS asks, blogsum rate --show shows what was answered"
        raise UserError("name summaries to rate, or --show", hint=hint, code=USAGE)
    path = output.place(path, (*predictions, *articles, str(ratings)))
    form = output.form(form, path, (), FORMATS)
    screen = Screen(report_lang)
    if not show and not _session(predictions, articles, ratings, (count, seed), screen, settings, lang):
        return DONE
    found = _answer(ratings, form, path, report_lang, lang, update_config)
    _keep(found, update_config, show, given.get("config") or settings.file or Path(FILE), screen, settings)
    return DONE


def _session(
    predictions: tuple[str, ...],
    articles: tuple[str, ...],
    ratings: Path,
    wanted: tuple[int, int],
    screen: Screen,
    settings: Settings,
    lang: str | None,
) -> bool:
    """Ask for ratings; whether there are enough now to say how the scores agree."""
    from blogsum.cli.examples import several
    from blogsum.cli.rating import Kept, Session
    from blogsum.evaluate.rating import ENOUGH, shuffled

    count, seed = wanted
    if any(name == "-" for name in (*predictions, *articles)):
        raise UserError("standard input is where your answers come from", hint="name a file", code=USAGE)
    examples = shuffled(several(predictions, settings, lang, articles), seed)
    if not examples:
        raise UserError("there are no summaries to rate", hint="each row needs a text and a summary")
    with Kept(ratings) as kept:
        session = Session(examples, kept, screen, count)
        session.run()
    done = len(kept.done)
    if session.skipped:
        console.say(screen.words["skipped"].format(count=session.skipped))
    if done < ENOUGH:
        console.say(screen.words["left"].format(done=done, left=session.left, enough=ENOUGH))
    elif session.left and done >= count:
        console.say(screen.words["enough"].format(done=done, more=count + 10))
    return done >= ENOUGH


def _answer(ratings: Path, form: str, path: Path | None, report_lang: str, lang: str | None, strict: bool) -> Found:
    """Write how the scores agree with the ratings; UserError for too few when that is to be acted on (``strict``)."""
    from blogsum.cli.agreement import rated
    from blogsum.evaluate import CRITERIA
    from blogsum.evaluate.rating import ENOUGH, trust
    from blogsum.report.rating import write

    rows, _ = rated(str(ratings), lang, 1, CRITERIA)
    if strict and len(rows) < ENOUGH:
        raise UserError(f"{ratings}: {len(rows)} ratings are too few to decide by", hint=f"rate at least {ENOUGH}")
    found = trust(rows)
    output.write(write(found, len(rows), len({row.article for row in rows}), form, report_lang), path)
    return found, len(rows)


def _keep(found: Found, told: bool, show: bool, file: Path, screen: Screen, settings: Settings) -> None:
    """Name the advisory criteria in the settings file, if the editor wants it."""
    from blogsum.evaluate.rating import ENOUGH, advisory

    trusted, count = found
    names = advisory(trusted, settings.advisory)
    if count < ENOUGH or (names == list(settings.advisory) and not told):
        return
    if not told and not show and screen.is_terminal:
        told = (screen.ask(screen.words["write"].format(file=file)) or "").startswith(screen.words["yes"])
    elif not told:
        console.say(screen.words["hint"].format(file=file))
    if not told:
        return
    if names or settings.advisory:
        _write(file, names)
    console.say(f"{file}: [eval] advisory = [{', '.join(names)}]")


def _write(file: Path, names: list[str]) -> None:
    """Set the list in the settings file and leave every other byte of it alone."""
    try:
        text = file.read_bytes().decode("utf-8") if file.exists() else ""
        changed = toml.with_list(text, "eval", "advisory", names)
    except (OSError, ValueError, AttributeError) as error:
        hint = f"write there yourself: advisory = {names}"
        raise UserError(f"{file}: {getattr(error, 'strerror', None) or error}", hint=hint) from error
    if changed != text:
        files.replace(file, changed)
