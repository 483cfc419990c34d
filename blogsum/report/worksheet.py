"""Worksheets that ask an author for summaries, as Markdown and CSV: strings that ``read/worksheets.py`` reads back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from blogsum.data.collect import Sheet, Task
from blogsum.read.records import guarded
from blogsum.read.worksheets import ANSWER, COLUMNS, POST, PROPOSAL, same_words
from blogsum.report import safe

# every word that an author reads, in the two languages that blogsum speaks
LABELS: dict[str, dict[str, str]] = {
    "de": {
        "title": "Zusammenfassungen gesucht",
        "for": "für",
        "nobody": "Beiträge ohne Autorenangabe",
        "ask": "Diesen Beiträgen fehlt eine Zusammenfassung: zwei bis vier Sätze, höchstens 60 Wörter, die zum Lesen "
        "einladen und nichts sagen, was nicht im Beitrag steht.",
        "machine": "Der Vorschlag stammt von einer Maschine und ist ungeprüft. Sie dürfen ihn verbessern; unverändert "
        "wird er nicht übernommen.",
        "markdown": "Schreiben Sie unter die Zeile, in der `blogsum:answer` steht, und lassen Sie diese Zeilen stehen. "
        "Was leer bleibt, bleibt offen.",
        "lead": "So beginnt der Beitrag",
        "proposal": "Vorschlag einer Maschine, ungeprüft",
        "none": "Die Maschine hat hierzu keinen Vorschlag.",
        "answer": "Ihre Zusammenfassung",
        "untitled": "Ohne Titel",
        "start": "Mit dem Vorschlag beginnen",
        "words": "Wörter",
        "save": "Antworten als Datei speichern",
        "saved": "Gespeichert: {n} von {all} Beiträgen beantwortet. Bitte die Datei zurückschicken.",
        "open": "{n} von {all} beantwortet",
        "form": "Die Antworten bleiben auf diesem Rechner, bis Sie die Datei speichern und zurückschicken.",
        "script": "Dieses Formular braucht JavaScript. Ohne geht es mit der Markdown- oder CSV-Datei gleichen Namens.",
    },
    "en": {
        "title": "Summaries wanted",
        "for": "for",
        "nobody": "posts without an author",
        "ask": "These posts lack a summary: two to four sentences, 60 words at most, that invite to read and say "
        "nothing that the post does not.",
        "machine": "The proposal was made by a machine and nobody checked it. You may improve it; it is not accepted "
        "unchanged.",
        "markdown": "Write below the line that says `blogsum:answer`, and leave those lines as they are. What stays "
        "empty stays open.",
        "lead": "How the post begins",
        "proposal": "Proposal of a machine, unchecked",
        "none": "The machine has no proposal for this one.",
        "answer": "Your summary",
        "untitled": "Untitled",
        "start": "Start from the proposal",
        "words": "words",
        "save": "Save the answers as a file",
        "saved": "Saved: {n} of {all} posts answered. Please send the file back.",
        "open": "{n} of {all} answered",
        "form": "Your answers stay on this computer until you save the file and send it back.",
        "script": "This form needs JavaScript. Without it, use the Markdown or CSV file of the same name.",
    },
}


def labels(lang: str) -> dict[str, str]:
    """The words for authors who write in ``lang``: German, else English."""
    return LABELS.get(lang, LABELS["en"])


def heading(sheet: Sheet, words: dict[str, str]) -> str:
    """What the worksheet is called, on one line."""
    return (
        f"{words['title']} {words['for']} {safe.line(sheet.author)}"
        if sheet.author
        else f"{words['title']}: {words['nobody']}"
    )


def markdown(sheet: Sheet, lang: str | None = None) -> Iterator[str]:
    """The parts of a worksheet in Markdown; ``lang`` instead of the language the author mostly writes in."""
    words = labels(lang or sheet.lang)
    yield f"# {safe.markdown(heading(sheet, words))}\n\n{words['ask']}\n\n{words['machine']}\n\n{words['markdown']}\n"
    for number, task in enumerate(sheet.tasks, 1):
        yield _section(task, number, words)


def table(sheet: Sheet, lang: str | None = None) -> Iterator[str]:
    """The lines of a worksheet as CSV that a spreadsheet opens by a double click.

    A byte order mark tells Excel that it is UTF-8; German ones expect semicolons, others commas.
    """
    german = labels(lang or sheet.lang) is LABELS["de"]
    separator = ";" if german else ","
    names = [names[-1 if german else 0] for names in COLUMNS.values()]
    yield "\ufeff" + _row([name[:1].upper() + name[1:] if name != "id" else name for name in names], separator)
    for task in sheet.tasks:
        shown = (safe.line(cell) for cell in (task.title, task.url, task.lead, task.proposal))
        yield _row([*map(guarded, (task.id, *shown)), ""], separator)


def link(url: str) -> str:
    """The address if it is one to follow, else nothing: ``javascript:`` is none."""
    address = safe.line(url)
    return address if address.startswith(("https://", "http://")) and not set(address) & set(' <>"\\^`{|}') else ""


def _section(task: Task, number: int, words: dict[str, str]) -> str:
    facts = {"id": task.id} | ({"proposal": same_words(task.proposal)} if task.proposal else {})
    # escapes instead of < > and line ends, so that no id can end the comment
    marker = json.dumps(facts).replace("<", "\\u003c").replace(">", "\\u003e")
    title = safe.markdown(safe.line(task.title) or words["untitled"])
    parts = [f"\n{POST} {marker} -->\n\n---\n\n## {number}. {title}"]
    if address := link(task.url):
        parts.append(f"<{address}>")
    parts += [f"{words['lead']}:", _quoted(task.lead)] if task.lead else []
    parts += [f"{words['proposal'] if task.proposal else words['none']}:"[: None if task.proposal else -1]]
    parts += [PROPOSAL, _quoted(task.proposal)] if task.proposal else []
    parts += [f"{words['answer']}:", ANSWER]
    return "\n\n".join(parts) + "\n\n\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {safe.markdown(line)}".rstrip() for line in safe.plain(text).split("\n"))


def _row(cells: list[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()
