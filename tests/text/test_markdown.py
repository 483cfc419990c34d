# ruff: noqa: E501 - tables of words and patterns: broken or quoted one by one they could not be read
from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.text.markdown import to_light

CASES = [
    ("emphasis and links", "Ein **fetter** und *schräger* [Link](https://a.de) hier.", "Ein fetter und schräger Link hier."),
    ("headings and items", "# Eins\n\nText\n\n* a\n* b\n", "# Eins\n\nText\n\n- a\n- b"),
    ("underlined heading", "Eins\n====\n\nText", "# Eins\n\nText"),
    ("AsciiDoc heading", "== Eins\n\nText", "## Eins\n\nText"),
    ("wrapped lines", "eins\nzwei\n\ndrei", "eins zwei\n\ndrei"),
    ("quote", "> Ein Satz\n> geht weiter.", "> Ein Satz geht weiter."),
    ("fenced code keeps its marks", "```js\nlet a = {{ b }};\n```", "```\nlet a = {{ b }};\n```"),
    ("Jekyll highlight", "{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```\nputs 1\n```"),
    ("Jekyll include", "Vorher {% include a.html x='1' %}nachher.", "Vorher nachher."),
    ("Liquid output", "Version {{ site.version }}ist da.", "Version ist da."),
    ("Hugo shortcode", '{{< note title="x" >}}\nInnen bleibt.\n{{< /note >}}', "Innen bleibt."),
    ("kramdown attribute", "Text hier.\n{: .lead}", "Text hier."),
    ("MDX import and component", "import A from './a'\n\n<Box kind=\"x\">\n\nInnen.\n\n</Box>", "Innen."),
    ("generic type", "Ein Vec<String> hier.", "Ein Vec<String> hier."),
    ("footnotes", "Das stimmt.[^1]\n\n[^1]: Eine Quelle.", "Das stimmt."),
    ("image", "Vorher.\n\n![Ein Bild](a.png)\n\nNachher.", "Vorher.\n\nNachher."),
    ("reference link", "Der [Text][1] bleibt.\n\n[1]: https://a.de", "Der Text bleibt."),
    ("more mark", "Eins.\n\n<!--more-->\n\nZwei.", "Eins.\n\nZwei."),
    ("raw HTML", '<div class="x"><p>Ein <b>Wort</b>.</p></div>\n\nZwei.', "Ein Wort.\n\nZwei."),
    ("script", "Eins.\n\n<script>alert(1)</script>\n\nZwei.", "Eins.\n\nZwei."),
    ("frame", 'Eins.\n\n<iframe src="x">Alt</iframe>\n\nZwei.', "Eins.\n\nZwei."),
    ("table", "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"),
    ("bold line is a heading", "Eins.\n\n**Der Titel**\n\nZwei.", "Eins.\n\n## Der Titel\n\nZwei."),
    ("emoji code", "Toll :smile: hier.", "Toll hier."),
    ("link with blanks in its address", "Ein [Link](http://a b c) hier.", "Ein Link hier."),
    ("link with a bracket too few", "Ein [Link](https://a.de/b(c) hier.", "Ein Link hier."),
    ("link that is not closed", "Ein [Link](https://a.de/b", "Ein Link"),
    ("link over two paragraphs", "[Eins\n\nzwei](https://a.de)", "Eins\n\nzwei"),
    ("image with blanks in its address", "Vorher ![Bild](/img/ein bild.png) nachher.", "Vorher nachher."),
    ("brackets and parentheses that are no link", "Der Wert a[0](siehe unten) bleibt.", "Der Wert a[0](siehe unten) bleibt."),
    ("link in code stays", "```\n[a](b c)\n```", "```\n[a](b c)\n```"),
    ("nothing", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_markdown_becomes_light(body: str, expected: str) -> None:
    assert to_light(body) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["{%", "%}", "{{", "}}", "<div>", "[a](", "```\n", "> ", "- ", "|", "\n", "**", "<!--"]) | st.text(max_size=5), max_size=30).map("".join))  # fmt: skip
def test_any_text_is_accepted(body: str) -> None:
    assert isinstance(to_light(body), str)


@pytest.mark.parametrize("part", ["> ", "- a\n", "[", "{% a ", "**a", "<div>", "[a](", "](http://x", "[a](http://x("])
def test_long_bodies_end_in_bounded_time(part: str) -> None:
    start = time.process_time()
    to_light(part * (20_000 // len(part)))
    assert time.process_time() - start < 20
