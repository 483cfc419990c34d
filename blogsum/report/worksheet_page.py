"""A worksheet as one HTML form that works from disk, without a network, and saves the answers as a file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from blogsum.data.collect import Sheet, Task
from blogsum.read.worksheets import ANSWERS
from blogsum.report import safe
from blogsum.report.worksheet import heading, labels, link

_STYLE = """
:root{color-scheme:light dark}
body{font:1.0625rem/1.55 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem 1rem 6rem}
body{overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.2rem;line-height:1.3;margin:0 0 .25rem}
section{border:1px solid #8886;border-radius:.5rem;padding:1rem;margin:1.5rem 0}
.note{font-size:.9rem;opacity:.85;margin:.25rem 0}
blockquote{margin:.25rem 0 1rem;padding-inline-start:1rem;border-inline-start:.25rem solid #8886}
.machine{border:1px dashed #b06a00;border-radius:.4rem;padding:.5rem .75rem;margin:0 0 1rem}
.machine strong{color:#a85f00}.machine p{margin:.25rem 0}
@media (prefers-color-scheme:dark){.machine strong{color:#ffb84d}}
label{font-weight:600;display:block}
textarea{box-sizing:border-box;width:100%;min-height:7rem;font:inherit;padding:.5rem;border-radius:.4rem}
button{font:inherit;padding:.4rem .9rem;border-radius:.4rem;cursor:pointer}
footer{position:fixed;inset:auto 0 0 0;background:Canvas;border-top:1px solid #8886}
footer{padding:.6rem 1rem;text-align:center}
footer output{margin-inline-start:1rem}
"""
# Answers are kept in the browser too (localStorage), for a page closed by mistake; where that is forbidden, nothing is.
_SCRIPT = """
'use strict';
const form = document.querySelector('form'), bar = document.querySelector('footer output');
const sections = [...document.querySelectorAll('section')];
const key = 'blogsum:' + form.dataset.key;
let unsaved = false;
const field = s => s.querySelector('textarea');
const count = text => (text.match(/\\S+/g) || []).length;
const answered = () => sections.filter(s => field(s).value.trim()).length;
const say = text => text.replace('{n}', answered()).replace('{all}', sections.length);
function show(s) {
  s.querySelector('.count').textContent = count(field(s).value);
  bar.textContent = say(form.dataset.open);
}
function keep() {
  try {
    const rows = sections.map(s => [s.dataset.id, field(s).value, s.dataset.started || '']);
    localStorage.setItem(key, JSON.stringify(rows));
  } catch (error) { /* private window: the file is the only copy */ }
}
function back() {
  try {
    const kept = new Map((JSON.parse(localStorage.getItem(key)) || []).map(([id, ...rest]) => [id, rest]));
    for (const s of sections) if (kept.has(s.dataset.id)) {
      [field(s).value, s.dataset.started] = kept.get(s.dataset.id);
    }
  } catch (error) { /* nothing was kept */ }
}
for (const s of sections) {
  field(s).addEventListener('input', () => { unsaved = true; show(s); keep(); });
  const start = s.querySelector('button');
  if (start) start.addEventListener('click', () => {
    if (!field(s).value.trim()) { field(s).value = s.dataset.proposal; s.dataset.started = 'yes'; }
    field(s).focus(); unsaved = true; show(s); keep();
  });
}
form.addEventListener('submit', event => {
  event.preventDefault();
  const answers = sections.map(s => ({
    id: s.dataset.id, title: s.dataset.title, url: s.dataset.url, proposal: s.dataset.proposal,
    started: s.dataset.started === 'yes', summary: field(s).value
  }));
  const content = JSON.stringify({schema: form.dataset.schema, author: form.dataset.author, answers}, null, 1);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content + '\\n'], {type: 'application/json'}));
  link.download = form.dataset.file;
  document.body.append(link); link.click(); link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  unsaved = false; bar.textContent = say(form.dataset.saved);
});
addEventListener('beforeunload', event => { if (unsaved) event.preventDefault(); });
back(); sections.forEach(show);
"""


def page(sheet: Sheet, lang: str | None = None) -> Iterator[str]:
    """The parts of the form; ``lang`` instead of the language the author mostly writes in."""
    words = labels(lang or sheet.lang)
    shown = "de" if words is labels("de") else "en"
    title = heading(sheet, words)
    # no address can be reached from it, whatever a title holds; only this script runs
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield (
        f'<!doctype html>\n<html lang="{shown}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n<p>{words['ask']}</p>\n<p>{words['machine']}</p>\n<p>{words['form']}</p>\n"
        f"<noscript><p><strong>{words['script']}</strong></p></noscript>\n"
    )
    key = hashlib.sha256(repr((sheet.author, [task.id for task in sheet.tasks])).encode("utf-8", "replace")).hexdigest()
    data = {
        "schema": ANSWERS,
        "author": sheet.author,
        "file": f"{sheet.name}.json",
        "key": key[:16],
        "open": words["open"],
        "saved": words["saved"],
    }
    yield f"<form{_data(data)}>\n"
    for number, task in enumerate(sheet.tasks, 1):
        yield _section(task, number, words)
    yield (
        f'<footer><button type="submit">{words["save"]}</button><output></output></footer>\n'
        f"</form>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(task: Task, number: int, words: dict[str, str]) -> str:
    lang = f' lang="{_text(task.lang)}"' if task.lang != "und" else ""
    facts = {"id": task.id, "title": task.title, "url": task.url, "proposal": task.proposal}
    lines = [
        f"<section{_data(facts)}>",
        f"<h2{lang}>{number}. {_text(safe.line(task.title) or words['untitled'])}</h2>",
    ]
    if address := link(task.url):
        lines.append(f'<p class="note"><a href="{_text(address)}" rel="noreferrer">{_text(address)}</a></p>')
    if task.lead:
        lines.append(f'<p class="note">{words["lead"]}:</p>\n<blockquote{lang}>{_text(task.lead)}</blockquote>')
    if task.proposal:
        lines.append(
            f'<div class="machine"><p><strong>{words["proposal"]}:</strong></p>\n<p{lang}>{_text(task.proposal)}</p>\n'
            f'<p><button type="button">{words["start"]}</button></p></div>'
        )
    else:
        lines.append(f'<p class="note">{words["none"]}</p>')
    lines.append(
        f'<label for="t{number}">{words["answer"]}</label>\n<textarea id="t{number}"{lang} rows="4"></textarea>\n'
        f'<p class="note"><span class="count">0</span> {words["words"]}</p>\n</section>\n'
    )
    return "\n".join(lines)


def _data(facts: dict[str, str]) -> str:
    """Attributes that carry the facts as they are: line ends too, which a browser would else change."""
    shown = {name: escape(_whole(value)).replace("\r", "&#13;").replace("\n", "&#10;") for name, value in facts.items()}
    return "".join(f' data-{name}="{value}"' for name, value in shown.items())


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _text(text: str) -> str:
    return escape(safe.plain(text))
