"""A list in a TOML file is set anew and nothing else changes, whatever a person wrote around it."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.toml import parse, with_list, with_table

CASES = [
    ("an empty file", "", '[eval]\nadvisory = ["a"]\n'),
    ("no such table", "[read]\ntimeout = 5 # s", '[read]\ntimeout = 5 # s\n\n[eval]\nadvisory = ["a"]\n'),
    ("a value", '[eval]\nadvisory = [ "b" ] # why\n', '[eval]\nadvisory = ["a"] # why\n'),
    ("several lines", '[eval]\nadvisory = [\n  "b", # ]\n  "c",\n]\n# end\n', '[eval]\nadvisory = ["a"]\n# end\n'),
    ("a table without it", "[eval] # mine\n# more\n[read]\n", '[eval] # mine\nadvisory = ["a"]\n# more\n[read]\n'),
    ("a header at the end", "[eval]", '[eval]\nadvisory = ["a"]\n'),
    ("quoted names", "[ 'eval' ]\n\"advisory\"=[]\n", '[ \'eval\' ]\n"advisory"=["a"]\n'),
    ("a dotted key", "eval.advisory = []\n", 'eval.advisory = ["a"]\n'),
    ("a dotted neighbour", "eval.x = 1\ny = 2\n", 'eval.x = 1\neval.advisory = ["a"]\ny = 2\n'),
    ("a text that looks so", "[x]\ny = '''\n[eval]\nadvisory = []'''\n", None),
    ("a text that ends in quotes", 'y = """[eval]"""""\n', None),
    ("a comment that looks so", "# [eval]\n# advisory = []\n", None),
    ("a table below it", "[eval.deep]\nadvisory = []\n", None),
    ("a table of another", "[read.eval]\nadvisory = []\n", None),
    ("an array of tables", "[[read]]\nadvisory = []\n", None),
    ("line ends of Windows", "[eval]\r\nx = 1\r\n", '[eval]\r\nadvisory = ["a"]\r\nx = 1\r\n'),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_only_the_list_changes(text: str, expected: str | None) -> None:
    if expected is None:
        expected = text + '\n[eval]\nadvisory = ["a"]\n'
    assert with_list(text, "eval", "advisory", ["a"]) == expected
    assert with_list(expected, "eval", "advisory", ["a"]) == expected


@pytest.mark.parametrize("text", ["eval = { x = 1 }\n", "[[eval]]\nx = 1\n", "eval = 3\n", "[eval\n"])
def test_what_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises((ValueError, AttributeError)):
        with_list(text, "eval", "advisory", ["a"])


BLOCK = "# where\n[azure]\nhours = 1\n"


@pytest.mark.parametrize(("text", "gap"), [("", ""), ("a = 1", "\n\n"), ("[read]\n", "\n"), ("[read]\r\n", "\r\n")])
def test_a_table_is_put_at_the_end(text: str, gap: str) -> None:
    assert with_table(text, "azure", BLOCK) == text + gap + BLOCK.replace("\n", "\r\n" if "\r" in text else "\n")


@pytest.mark.parametrize("text", ["[azure]\n", "azure.x = 1\n", "[azure.a]\n", "azure = 3\n", "[azure\n", "x = '''\n"])
def test_a_table_that_is_there_and_no_toml_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        with_table(text, "azure", BLOCK)


STRINGS = st.sampled_from(
    ['"a # b"', "'c\\'", '"""\n[eval]\nadvisory = 1\n"""', "'''x''''", '"\\"]\\\\"', '"""a\\""""', "''", '"ä\\u00e4"']
)
ATOMS = STRINGS | st.sampled_from(["1", "-2.5e3", "true", "1979-05-27 07:32:00", "inf", "0xAF"])
SPACES = st.sampled_from(["", " ", "\n", " # ] , [eval]\n", "\t"])


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(st.tuples(SPACES, inner, SPACES), max_size=3)
    tables = st.lists(inner, max_size=2).map(
        lambda values: "{" + ", ".join(f"k{n} = {value}" for n, value in enumerate(values)) + "}"
    )
    return tables | parts.map(lambda values: "[" + ",".join("".join(part) for part in values) + "]")


VALUES = st.recursive(ATOMS, arrays, max_leaves=5)
TRAILS = st.sampled_from(["", " ", " # note [eval]", "\t#"])
KEYS = st.sampled_from(["key", "'advisory-2'", '"a.b"', "deep . inner", "x-y_9", "1"])
TABLES = st.sampled_from(["read", " read . deep ", "'eval'.\"x\"", "eval2", "evaluate.eval"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str]:
    """A TOML text and the list as it stands there, "" where it does not; names are made different by their number."""
    lines, value = [], ""
    blocks = draw(st.lists(TABLES, max_size=3))
    place = draw(st.none() | st.integers(0, len(blocks)))
    for number, table in enumerate(["", *blocks]):
        if number:
            lines.append(f"[t{number}.{table.strip()}]" + draw(TRAILS))
        for count, key in enumerate(draw(st.lists(KEYS, max_size=3))):
            lines.append(f"  k{count}.{key} = {draw(VALUES)}{draw(TRAILS)}")
        if place == number:
            lines.append("[eval]" + draw(TRAILS))
            lines += ["# mine", f"other = {draw(VALUES)}"] * draw(st.booleans())
            if draw(st.booleans()):
                value = draw(arrays(STRINGS))
                lines.append(f"advisory = {value}{draw(TRAILS)}")
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# end"])), value


def shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@given(documents(), st.lists(st.text(max_size=5), max_size=3))
def test_any_file_keeps_every_other_byte(document: tuple[str, str], values: list[str]) -> None:
    text, value = document
    before = parse(text)
    after = with_list(text, "eval", "advisory", values)
    assert parse(after) == {**before, "eval": {**before.get("eval", {}), "advisory": values}}
    assert with_list(after, "eval", "advisory", values) == after
    same = shared(text, after)
    behind = shared(text[same:][::-1], after[same:][::-1])
    replaced = text[same : len(text) - behind]
    assert replaced in value
    assert not replaced or "advisory = " in text[: same + 1]


@given(documents())
def test_a_table_more_keeps_every_byte_of_any_file(document: tuple[str, str]) -> None:
    after = with_table(document[0], "azure", BLOCK)
    assert after.startswith(document[0])
    assert parse(after) == {**parse(document[0]), "azure": {"hours": 1}}
