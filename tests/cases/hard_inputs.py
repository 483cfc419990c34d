"""Bad inputs as files: what each is called, its bytes, what the command says of it and what it answers.

``problem`` is the line on stderr behind the file's name (with the row's number, where a row is meant), empty when all
went well; ``answer`` is the summary printed.
"""

# ruff: noqa: E501 - a case is read as one line
from __future__ import annotations

import gzip
import io
import random
import zipfile
from typing import NamedTuple

P = "Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt bis zu 200 Kilogramm und fährt mit Strom."
ARABIC = "بدأت المكتبة العامة في المدينة بإعارة الأدوات منذ شهر مارس. يمكن لأي شخص لديه بطاقة استعارة مثقاب لمدة ثلاثة أيام مجانا."
ENGLISH = "The town library has lent out tools since March. Anyone with a card can borrow a drill for three days."
CHINESE = "市立图书馆从三月开始出借工具。任何持卡人都可以免费借用电钻三天。"

NO_TEXT = "no text to read (the source is empty once markup is taken away)"
NO_PROSE = "there is no running text to summarise (the article holds only headings, code, tables or nothing)"
NO_SENTENCE = "there is no sentence to summarise (the article offers only fragments such as list items or captions)"
NO_ARTICLE = "no article found on this page (save the article's text to a file and give that)"
SAVE = "(save it as text or HTML and pass that)"
TOO_LARGE = "is larger than 10,000,000 bytes (--max-bytes raises the limit)"


class Hard(NamedTuple):
    """One bad input."""

    name: str
    content: str | bytes
    problem: str = ""
    answer: str = ""

    @property
    def line(self) -> str:
        """What the command says on stderr."""
        between = "" if self.problem.startswith(":") else ": "
        return f"error: {self.name}{between}{self.problem}\n" if self.problem else ""


def archive(*names: str) -> bytes:
    """A zip file with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


def page(body: str, head: str = "<title>Räder</title>") -> str:
    return f'<!DOCTYPE html><html lang="de"><head>{head}</head><body>{body}</body></html>'


def yaml_bomb() -> str:
    """Nine lists, each of nine times the one before: 9 ** 9 elements."""
    lines = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)]
    return "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *lines])


TEXTS = [
    Hard("empty.md", "", "is empty (there is nothing to read)"),
    Hard("mark.txt", b"\xef\xbb\xbf", "is empty (there is nothing to read)"),
    Hard("blank.txt", " \n\t\n\u00a0\u200b", NO_TEXT),
    Hard("only_marks.txt", "…!!! --- ??? ***", NO_TEXT),
    Hard("emoji.txt", "😀😃👩‍👩‍👧🎉" * 5, NO_TEXT),
    Hard("one_word.txt", "Hallo", NO_PROSE),
    Hard("one_sentence.txt", "Die Werkstatt kaufte drei Räder.", answer="Die Werkstatt kaufte drei Räder."),
    Hard("nul.txt", "Das ist \0 ein Text.", f"is binary data, not an article {SAVE}"),
    Hard("nul_far_down.txt", f"{P}\n" * 200 + "\0", answer=P),
    Hard("code.md", "```\nfor x in y:\n    print(x)\n```\n", NO_PROSE),
    Hard("list.md", "- Äpfel\n- Birnen\n- Milch\n", NO_SENTENCE),
    Hard("headings.md", "# Eins\n\n## Zwei\n\n### Drei\n", NO_PROSE),
    Hard("table.md", "| a | b |\n|---|---|\n| 1 | 2 |\n", NO_PROSE),
    Hard("questions.txt", "Was kostet das Rad? Wer fährt es? Wo steht es?", answer="Was kostet das Rad?"),
    Hard("languages.txt", f"{P}\n\n{ENGLISH}", answer=P),
    Hard("arabic.txt", ARABIC, answer=ARABIC),
    Hard("chinese.txt", CHINESE, answer=CHINESE.replace("。", "。 ").strip()),
    Hard("accents.txt", P.replace("a", "á" + "\u0301" * 500), answer=P.replace("a", "á" + "\u0301" * 500)),
    Hard("one_long_word.txt", "x" * 100_000, NO_SENTENCE),
    Hard("one_long_line.txt", "a: " * 50_000, NO_SENTENCE),
    Hard("many_short_lines.txt", "a\n" * 25_000, NO_SENTENCE),
    Hard("carriage_returns.txt", P.replace(". ", ".\r\r"), answer=P),
    Hard(
        "escapes.md",
        f'---\ntitle: "\\e]0;böse\\a\\e[31mRot"\n---\n\nDer Text \x1b[2J\x1b[31m ist rot.\x07 {P}',
        answer=P,
    ),
    Hard(
        "right_to_left_override.txt",
        f"Das Wort \u202egnusi\u202c steht hier. {P}",
        answer=f"Das Wort gnusi steht hier. {P}",
    ),
    Hard("quotes.md", ">" * 5000 + " " + P, NO_TEXT),
    Hard("brackets.md", "[" * 20_000, NO_TEXT),
    Hard("half_links.md", "[a](" * 5000, NO_SENTENCE),
    Hard("nested_list.md", "".join("  " * n + "- x\n" for n in range(1000)), NO_SENTENCE),
    Hard("open_fence.md", f"```\n{P}", NO_PROSE),
]

FRONT_MATTER = [
    Hard("broken_front_matter.md", f"---\ntitle: [kaputt\nauthor: : :\n---\n\n{P}", answer=P),
    Hard("open_front_matter.md", f"---\ntitle: x\n\n{P}", answer=P),
    Hard("yaml_bomb.md", f"---\n{yaml_bomb()}\n---\n\n{P}", answer=P),
    Hard("yaml_code.md", f"---\ntitle: !!python/object/apply:os.system ['touch owned']\n---\n\n{P}", answer=P),
    Hard("deep_front_matter.md", f"---\ntitle: {'[' * 3000}\n---\n\n{P}", answer=P),
    Hard("front_matter_alone.md", "---\ntitle: Räder\n---\n", NO_TEXT),
]

PAGES = [
    Hard("broken.html", f"<html><body><p>{P}<div><b>Offen <i>bleibt</b> alles<p>{P}", answer=P),
    Hard("nested.html", "<html><body>" + "<div>" * 10_000 + f"<p>{P}", NO_ARTICLE),
    Hard("nested_tables.html", "<html><body>" + "<table><tr><td>" * 3000 + P, NO_ARTICLE),
    Hard("menu.html", page("<nav><a href=/a>A</a><a href=/b>B</a></nav>"), NO_ARTICLE),
    Hard(
        "consent.html",
        page(
            "<h1>Einwilligung</h1><p>Wir verwenden Cookies und Tracking. Mit Ihrer Zustimmung zeigen wir Werbung. "
            "Mehr in der Datenschutzerklärung.</p><button>Alle akzeptieren</button>"
        ),
        "this page shows a consent wall instead of its article "
        "(save the page from a browser after consenting and give that file)",
    ),
    Hard(
        "script.html",
        page("<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
        "this page shows its article only with JavaScript (save the page from a browser and give that file)",
    ),
    Hard(
        "attributes.html",
        f"<html><body {' '.join(f'a{n}=1' for n in range(40_000))}><p>{P}",
        "a tag of this page has too many attributes (save the article's text to a file and give that)",
    ),
    Hard("open_tag.html", "<html><body><p " + "<" * 100_000, NO_ARTICLE),
    Hard("open_comment.html", "<html><!--" + "-" * 200_000 + P, NO_ARTICLE),
    Hard("entities.html", "<html><body><article><p>" + "&amp;" * 100_000, NO_ARTICLE),
    Hard("random.html", b"<html>" + random.Random(1).randbytes(5000).replace(b"\0", b"a"), NO_ARTICLE),
    Hard(
        "foreign_file.html",
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<html><body><article><p>{P} &x;</p></article></body></html>",
        answer=f"{P}",
    ),
    Hard("wrong_charset.html", page(f"<p>{P}</p>", '<meta charset="utf-8">').encode("latin-1"), answer=P),
    Hard("utf_16.txt", P.encode("utf-16"), answer=P),
    Hard("latin_1.txt", P.encode("latin-1"), answer=P),
]

NOT_ARTICLES = [
    Hard("report.txt", b"%PDF-1.7\n%\xe2\xe3", f"is a PDF document, not an article {SAVE}"),
    Hard("photo.md", b"\x89PNG\r\n\x1a\n", f"is an image, not an article {SAVE}"),
    Hard("files.html", archive("a.txt"), f"is an archive or an office document, not an article {SAVE}"),
    Hard("letter.txt", archive("[Content_Types].xml", "word/document.xml"), f"is a Word document, not an article {SAVE}"),
    Hard("random.txt", random.Random(1).randbytes(5000), f"is binary data, not an article {SAVE}"),
    Hard("post.adoc", "= T\n\nText", "is AsciiDoc, which is not read (convert it: asciidoctor -o post.html post.adoc)"),
    Hard("feed.xml", '<?xml version="1.0"?><rss version="2.0"></rss>', "is a feed, not an article (pass the address of one post)"),
    Hard("bomb.html.gz", gzip.compress(b"a" * 50_000_000), TOO_LARGE),
    Hard("bomb_in_bomb.gz", gzip.compress(gzip.compress(b"a" * 5_000_000)), f"is a compressed file, not an article {SAVE}"),
    Hard("half.txt.gz", gzip.compress(P.encode())[:-9], "is damaged: its compression is broken"),
    Hard("no_pages.mhtml", "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n",
         "is a saved page without a text (save it in your browser as HTML and pass that)"),
    Hard("long_paragraph.rst", "`a " * 10_000, "is too large to be read as reStructuredText (convert it: rst2html5 post.rst post.html)"),
]  # fmt: skip

RECORDS = [
    Hard("broken.jsonl", "kaputt\n", ":1: not JSON: expecting value at column 1"),
    Hard("empty.jsonl", "\n", "is empty (there is nothing to read)"),
    Hard("deep.json", '{"text": ' + "[" * 100_000, "nested too deeply"),
    Hard("no_text.csv", "titel,inhalt\na,b\n", "has no column 'text' (it has 'titel', 'inhalt') (the first line names the columns)"),
    Hard("header.csv", "id,text\n", "has no rows below its header"),
    Hard("open_quote.csv", 'id,text\n1,"offen\n', ":2: has a quote that is never closed"),
    Hard("utf_16.jsonl", '{"text": "a"}'.encode("utf-16"), "is UTF-16, and records must be UTF-8 (save it as UTF-8)"),
]  # fmt: skip

CASES = [*TEXTS, *FRONT_MATTER, *PAGES, *NOT_ARTICLES, *RECORDS]
