"""Summaries as one self-contained HTML page: no script, no address; sentences link to the place that carries them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from blogsum.report import safe
from blogsum.report.summaries import findings, where
from blogsum.text.blocks import blocks
from blogsum.types import Article, Block, Digest, Evidence, Summary

_STYLE = """
:root{color-scheme:light dark}
body{font:1.0625rem/1.55 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.25;margin:2rem 0 .25rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}
h3,h4{font-size:1.05rem;margin:1.25rem 0 .25rem}
.summary{border-inline-start:.25rem solid #3b73af;padding-inline-start:1rem}
.note{font-size:.875rem;opacity:.8;margin:.25rem 0}
.summary a{color:inherit;text-decoration:underline dotted;text-underline-offset:.2em}
.summary a:hover,.summary a:focus{text-decoration-style:solid}
.warn{border:1px solid #b3261e;border-radius:.4rem;padding:.5rem 1rem;margin:1rem 0}
mark{background:#ffe9a8;color:#1a1a1a;padding:.05em .1em}mark:target{background:#ffc400;outline:.15rem solid #7a5c00}
ul.summary{padding-inline-start:2.25rem}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
pre{overflow-x:auto;background:#8882;padding:.5rem}blockquote{margin-inline:1rem}
"""
_TAGS = {"paragraph": "p", "quote": "blockquote", "code": "pre", "table": "pre", "caption": "p"}


def page(digests: Iterable[Digest], evidence: bool = False) -> Iterator[str]:
    """The parts of the page, one ``article`` for each digest. Labels are English, texts carry their own language."""
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Summaries</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    for number, digest in enumerate(digests, 1):
        yield _digest(digest, f"a{number}", evidence)
    yield "</main>\n</body>\n</html>\n"


def _digest(digest: Digest, name: str, evidence: bool) -> str:
    article, error = digest.article, digest.error
    title = article.title or article.id if article else error.source if error else ""
    lines = [f'<article aria-labelledby="{name}">', f'<h1 id="{name}"{_lang(article)}>{_text(title)}</h1>']
    if article is not None and article.url and article.url.startswith(("http://", "https://")):
        lines.append(f'<p class="note"><a href="{_text(article.url)}">{_text(article.url)}</a></p>')
    if error is not None:
        hint = f" ({_text(error.hint)})" if error.hint else ""
        lines.append(f'<p class="warn" role="note">No summary: {_text(error.reason)}{hint}</p>')
    for summary in digest.summaries:
        lines += _summary(summary, article if evidence else None, name)
    if evidence and article is not None and digest.summaries:
        lines += source(article, [one for summary in digest.summaries for one in summary.evidence], name)
    return "\n".join([*lines, "</article>\n"])


def _summary(summary: Summary, article: Article | None, name: str) -> Iterator[str]:
    """One length: its text, each sentence a link where the article follows, its size and its findings."""
    yield f"<h2>{_text(summary.length)}</h2>"
    bullets = [line[2:] for line in summary.text.split("\n") if line.startswith("- ")]
    if article is not None and summary.evidence:
        parts = [_link(one, article, name) for one in summary.evidence]
    else:
        parts = [_text(part) for part in bullets or [summary.text]]
    lang = f' lang="{_text(summary.lang)}"' if summary.lang and summary.lang != "und" else ""
    if bullets:
        items = "\n".join(f"<li>{part}</li>" for part in parts)
        yield f'<ul class="summary"{lang}>\n{items}\n</ul>'
    else:
        yield f'<p class="summary"{lang}>{" ".join(parts)}</p>'
    yield f'<p class="note">{len(summary.text)} characters, {len(summary.text.split())} words</p>'
    if found := list(findings(summary.unsupported)):
        items = "\n".join(f"<li>{_text(one)}</li>" for one in found)
        yield f'<div class="warn" role="note"><ul>\n{items}\n</ul></div>'


def _link(one: Evidence, article: Article, name: str) -> str:
    place = _text(where(one, article))
    if one.sentence is None:
        return f'<span title="{place}">{_text(one.text)}</span>'
    return f'<a href="#{name}-s{one.sentence}" title="{place}">{_text(one.text)}</a>'


def source(
    article: Article, evidence: list[Evidence], name: str, label: str = "The article, with the sentences used"
) -> Iterator[str]:
    """The article itself, the sentences that carry a summary marked; their ids are ``name-s`` and their numbers."""
    yield f"<details open>\n<summary>{label}</summary>"
    yield f"<div{_lang(article)}>"
    spans = sorted(
        {
            (one.start, one.end, one.sentence)
            for one in evidence
            if one.start is not None and one.end is not None and one.sentence is not None
        }
    )
    previous = ""
    for block in blocks(article.text):
        if previous == "item" != block.kind:
            yield "</ul>"
        if block.kind == "item" != previous:
            yield "<ul>"
        inner = _marked(article.text, block, [span for span in spans if block.start <= span[0] < block.end], name)
        tag = "li" if block.kind == "item" else f"h{min(block.level + 1, 4)}" if block.level else _TAGS[block.kind]
        yield f"<{tag}>{inner}</{tag}>"
        previous = block.kind
    yield ("</ul>\n" if previous == "item" else "") + "</div>\n</details>"


def _marked(text: str, block: Block, spans: list[tuple[int, int, int]], name: str) -> str:
    parts, at = [], block.start
    for start, end, sentence in spans:
        parts.append(_text(text[at:start]))
        parts.append(f'<mark id="{name}-s{sentence}">{_text(text[start:end])}</mark>')
        at = end
    return "".join([*parts, _text(text[at : block.end])])


def _lang(article: Article | None) -> str:
    return f' lang="{_text(article.lang)}"' if article and article.lang and article.lang != "und" else ""


def _text(text: str) -> str:
    return escape(safe.plain(text))
