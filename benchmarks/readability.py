"""Count what makes a summary read badly: dangling starts, questions, headings, greetings, open quotes, remains of code.

    python benchmarks/readability.py --data DIR [--n 200] [--lang de,en] [--seed 0] [--length teaser]

DIR holds ``blog/dev.jsonl.gz``, one post a line with ``article_text``, ``article_markdown``, ``lang``, ``title``,
``repo``, ``license``. The rules here are their own: none is taken from the summariser, so that it cannot fool them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "readability.md"

_DANGLING_DE = re.compile(
    r"(?:Dies(?:e[rnms]?|er)?\b(?! (?:\w+ )?(?:Woche|Jahr|Monat|Artikel|Beitrag|Blogartikel|Blogbeitrag|Text|Post|Tage|"
    r"Anleitung))|"
    r"Jene[rsmn]?\b|Solche[rsmn]?\b|Sie (?:ist|sind|hat|haben|war|wird|werden|kann|können)\b|Er (?:ist|hat|war|"
    r"wird|kann)\b|"
    r"Dadurch\b|Deshalb\b|Daher\b|Darum\b|Deswegen\b|Somit\b|Dazu\b|Damit (?!\w+ (?:wir|sie|man))|Dafür\b|"
    r"Dabei\b|Davon\b|"
    r"Danach\b|Darauf|Daraus\b|Daran\b|Darin\b|Darunter\b|Darüber\b|Hierbei\b|Hierfür\b|Hierzu\b|Dennoch\b|"
    r"Trotzdem\b|"
    r"Allerdings\b|Jedoch\b|Außerdem\b|Zudem\b|Ferner\b|Weiterhin\b|Insbesondere\b|Ebenso\b|Aber\b|Doch\b|"
    r"Denn\b|Und\b|"
    r"Oder\b|Sondern\b|Also\b|Beide\b|Letztere|Erstere|Zweitens\b|Drittens\b|Anschließend\b|Stattdessen\b|"
    r"Andererseits\b|"
    r"So (?:ist|war|hat|wird|kann|können|konnte|sind)\b|Das (?:ist|war|heißt|bedeutet|hat|führt|zeigt|macht|"
    r"liegt|geht)\b|"
    r"Auch (?:hier|dies|das|die|der)\b)"
)
_DANGLING_EN = re.compile(
    r"(?:This\b(?! (?:post|article|week|year|month|blog|tutorial|guide|page|is a (?:guest|post|blog)))|"
    r"These\b(?! days)|Those\b|They\b|Them\b|He\b|She\b|It (?:is|was|has|does|can|will|also|uses|runs|"
    r"makes)\b(?! \w+ (?:to|that)\b)|"
    r"Its\b|Their\b|However\b|Therefore\b|Thus\b|Hence\b|Moreover\b|Furthermore\b|Additionally\b|Also\b|But\b|"
    r"And\b|Or\b|"
    r"So\b(?! far)|Then\b|Instead\b|Otherwise\b|Nevertheless\b|Nonetheless\b|Consequently\b|Similarly\b|Likewise\b|"
    r"Meanwhile\b|Besides\b|Both\b(?! \w+ and)|Another\b|Such\b|That(?:'s|’s| is| was| means)\b|Secondly\b|Thirdly\b|"
    r"Second,|Third,|Finally,|Next,|To (?:do|accomplish|achieve|solve) (?:this|that|so)\b|As (?:a result|such)\b|"
    r"For (?:example|instance)\b|In (?:addition|contrast|other words)\b|On the other hand\b)"
)
_GREETING = re.compile(
    r"^(?:Hallo\b|Hi\b|Hey\b|Hello\b|Liebe[rs]? |Moin\b|Servus\b|Guten (?:Tag|Morgen)|Dear |Welcome\b|Willkommen\b|"
    r"Herzlich willkommen|Good (?:morning|evening)|Ich bin |Ich heiße |Mein Name ist|My name is|I'm |I am |Viel Spaß|"
    r"Thanks for|Danke )",
)
_CALL = re.compile(
    r"\b(?:subscribe|sign up|click here|follow (?:us|me|along)|get in touch|contact us|stay tuned|share this|"
    r"read more|"
    r"leave a comment|let (?:us|me) know|learn more|check out|register (?:now|here)|abonnier\w*|folgt? (?:uns|mir)|"
    r"klick(?:e|t)? (?:hier|auf)|mehr (?:dazu|erfahren|lesen)|weiterlesen|jetzt (?:anmelden|lesen|kaufen)|"
    r"melde(?:t)? (?:dich|euch)|"
    r"schreib(?:t)? (?:uns|mir)|kontaktier\w* uns|hinterlass\w*|anmeldung (?:hier|unter)|hier geht(?:'s|’s| es) )",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^(?:Abb(?:ildung)?\.?|Fig(?:ure)?\.?|Bild(?:quelle|nachweis)?|Foto|Photo|Quelle|Source|Credit|Image|"
    r"Tabelle|Table)\b[^:]{0,20}[:©]|©|^(?:Photo|Image|Foto) (?:by|von|credit)"
)
_REMAINS = re.compile(
    r"https?://|www\.|```|`|</?[a-z]+[ >/]|\{\{|\{%|%\}|\]\(|!\[|&[a-z]+;|\*\*|\w+\(\)\s*[;{]|=>|:\w+:(?=\s|$)|"
    r"\\n|\[\^\d+\]"
)
_END = re.compile(r"[.!?…][\"'”“’‘»«›‹)\]]*(?:\s*[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f])*$")
_PAIRS = [("(", ")"), ("[", "]"), ("„", '“”"'), ("»", "«"), ("{", "}")]


@dataclass(frozen=True)
class Defect:
    """One thing wrong with one sentence of a summary."""

    kind: str
    sentence: str


def defects(sentences: list[tuple[str, int | None]], lang: str, headings: frozenset[str] = frozenset()) -> list[Defect]:
    """What is wrong with a summary, given its sentences with their numbers in the article.

    A sentence dangles if it begins with a word that points back and the sentence before it in the article is not the
    one before it in the summary.
    """
    dangling = _DANGLING_DE if lang == "de" else _DANGLING_EN
    found = []
    before: int | None = None
    for text, number in sentences:
        follows = before is not None and number == before + 1
        if dangling.match(text.lstrip('„“"»«(')) and not follows:
            found.append(Defect("dangling start", text))
        found += [Defect(kind, text) for kind in _of_one(text, headings)]
        before = number
    return found


def _of_one(text: str, headings: frozenset[str]) -> Iterator[str]:
    """What is wrong with a sentence by itself."""
    if re.search(r"\?[\"'”“’»«)]*$", text):
        yield "question"
    if _CAPTION.search(text) or _bare(text) in headings:
        yield "caption or heading"
    if text.rstrip().endswith(":") or re.match(r"(?:[-*•]|\d{1,2}[.)])\s", text) or len(text.split()) < 3:
        yield "fragment"
    if _GREETING.search(text):
        yield "greeting"
    if _CALL.search(text):
        yield "call to action"
    if not _balanced(text):
        yield "unbalanced"
    if not _END.search(text.strip()):
        yield "no end mark"
    if _REMAINS.search(text):
        yield "code or address"


def _balanced(text: str) -> bool:
    if text.count('"') % 2 and "„" not in text and not re.search(r'\d"', text):
        return False
    text = re.sub(r"[:;=]-?[()]|^\w{1,2}\)", "", text)  # smileys, "a)"
    for opening, closing in _PAIRS:
        if opening == "»" and text.find("«") < text.find("»") and "«" in text:
            opening, closing = closing, opening
        if text.count(opening) != sum(text.count(one) for one in closing if one != '"' or opening == "„"):
            if opening == "„" and "„" not in text and text.count("“") == text.count("”"):
                continue
            return False
    return True


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _posts(data: Path, lang: str, n: int, seed: int) -> list[dict[str, Any]]:
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["lang"] == lang]
    return random.Random(seed).sample(rows, min(n, len(rows)))


def _judge(row: dict[str, Any], field: str, length: str) -> tuple[str, list[Defect]]:
    """Summarise one post through the public API and look at the result; "" when there is no summary."""
    import blogsum
    from blogsum import pipeline
    from blogsum.text.blocks import blocks
    from blogsum.types import Article, Page, Unreadable

    if field == "article_text":
        item: Any = Article(row["id"], row["article_text"], title=row["title"], lang=row["lang"])
    else:
        item = Page(row["id"], row["article_markdown"].encode("utf-8"), "text/markdown", charset="utf-8")
    article = pipeline.understand(item, row["lang"])
    if isinstance(article, Unreadable):
        return "", []
    try:
        summary = blogsum.summarize(article, length=length)
    except blogsum.UserError:
        return "", []
    bare = {_bare(article.text[b.start : b.end]) for b in blocks(article.text) if b.kind == "heading"}
    sentences = [(one.text, one.sentence) for one in summary.evidence]
    return summary.text, defects(sentences, row["lang"], frozenset({*bare, _bare(row["title"] or "")} - {""}))


def main() -> None:
    """Judge, print every defect, write the table and ten examples that may be quoted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--lang", default="de,en")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--length", default="teaser")
    options = parser.parse_args()
    table, examples = [], []
    for lang in options.lang.split(","):
        rows = _posts(options.data, lang, options.n, options.seed)
        for field in ("article_text", "article_markdown"):
            kinds: Counter[str] = Counter()
            bad = made = 0
            for row in rows:
                text, found = _judge(row, field, options.length)
                made += bool(text)
                bad += bool(found)
                kinds.update({one.kind for one in found})
                for one in found:
                    print(f"{lang} {field} {row['id']} {one.kind}: {one.sentence}")
                if text and re.match(r"LICENSE\S*: CC(?:0|-BY(?!-))", row["license"]) and field == "article_text":
                    examples.append((lang, f"{row['repo']}, {row['license']}", row["title"], text, found))
            detail = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"
            table.append(f"| {lang} | {field} | {made} | {bad} | {100 * bad / max(made, 1):.1f} % | {detail} |")
            print(table[-1])
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(_report(options, table, examples), encoding="utf-8")


def _report(options: argparse.Namespace, table: list[str], examples: list[Any]) -> str:
    drawn = random.Random(options.seed).sample(examples, min(10, len(examples)))
    lines = [
        "# Readability",
        "",
        f"`python benchmarks/readability.py --data DIR --n {options.n} --lang {options.lang} --seed {options.seed} "
        f"--length {options.length}`",
        "",
        "| language | field | summaries | with a defect | share | kinds (summaries) |",
        "|---|---|---|---|---|---|",
        *table,
        "",
        f"## {len(drawn)} examples, drawn by seed among posts under CC0 or CC BY",
        "",
    ]
    for lang, repo, title, text, found in drawn:
        judged = ", ".join(sorted({one.kind for one in found})) or "no defect"
        lines += [f"**{title}** ({repo}; {lang}; {judged})", "", f"> {text}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
