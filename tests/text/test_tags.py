"""Pages whose tags alone would keep the parser busy for minutes are known before they are parsed."""

from __future__ import annotations

import time

import pytest

from blogsum.text.tags import too_many_attributes

PAGES = [
    ("an ordinary long page", '<p class="a b" id=c>Text <b>fett</b>.</p>' * 50_000, False),
    ("a few thousand attributes", f"<p {'a=1 ' * 5000}>" + "x" * 100_000, False),
    ("forty thousand attributes", f"<p {' '.join(f'a{n}' for n in range(40_000))}>", True),
    ("hidden behind a quoted angle bracket", f"<p a='>' b=\">\" {' '.join(f'a{n}=1' for n in range(40_000))}>", True),
    ("hidden behind a quote in a name", f'<p a" b=">" {" ".join(f"a{n}=1" for n in range(40_000))}>', True),
    ("divided by slashes", "<p" + "/a" * 60_000, True),
    ("many tags of some", f"<p {'a ' * 4000}>" * 80, True),
    ("a long value", f"<p a='{'b ' * 100_000}'>", False),
]


@pytest.mark.parametrize(("page", "many"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES])
def test_what_would_take_minutes_is_known(page: str, many: bool) -> None:
    assert too_many_attributes(page) is many


@pytest.mark.parametrize("part", ["<p ", "<p a='", '<p a="', "<a<", "<p a=b>", "</", "< ", "<p" + " " * 9, "'\"="])
def test_counting_is_linear(part: str) -> None:
    start = time.process_time()
    too_many_attributes(part * (2_000_000 // len(part)))
    assert time.process_time() - start < 2
