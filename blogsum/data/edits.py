"""What the cleaning recipe changes in one text, step by step; knows nothing of where the text came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from blogsum.text.clean import steps

_PASSES = 8  # as text/clean.py: what one pass uncovers the next one cleans
_AROUND = 24  # characters shown before and behind what changed
_NEAR = 2 * _AROUND  # changes of a line that are nearer than that are shown as one


@dataclass(frozen=True)
class Edit:
    """One place that a step changed: ``before`` and ``after`` with some characters around, ``line`` from 1, before.

    ``number`` is the pass of the recipe, from 1.
    """

    step: str
    number: int
    line: int
    before: str
    after: str


def edits(text: str) -> Iterator[Edit]:
    """Every change that cleaning makes, in the order in which it makes them; none for a text that is clean."""
    for number in range(1, _PASSES + 1):
        begin = text
        for step, after in steps(text):
            if after != text:
                for line, *places in _places(text, after):
                    yield Edit(step, number, line, *places)
            text = after
        if text == begin:
            return


def _places(before: str, after: str) -> Iterator[tuple[int, str, str]]:
    """Line, what stood there and what stands there now, for each place that two texts do not share."""
    old, new = before.split("\n"), after.split("\n")
    for _, start, end, there, until in _changed(SequenceMatcher(None, old, new, autojunk=False)):
        if end - start == until - there:
            for offset in range(end - start):
                yield from ((start + offset + 1, *pair) for pair in _within(old[start + offset], new[there + offset]))
        else:
            yield start + 1, "\n".join(old[start:end]), "\n".join(new[there:until])


def _within(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The changed stretches of one line, each with what surrounds it."""
    begin = _alike(old, new)
    tail = _alike(old[begin:][::-1], new[begin:][::-1])
    middle, other = old[begin : len(old) - tail], new[begin : len(new) - tail]
    spans: list[list[int]] = []
    for _, start, end, there, until in _changed(SequenceMatcher(None, middle, other, autojunk=len(middle) > 2000)):
        if spans and start - spans[-1][1] < _NEAR:
            spans[-1][1], spans[-1][3] = end, until
        else:
            spans.append([start, end, there, until])
    for start, end, there, until in spans:
        yield _excerpt(old, begin + start, begin + end), _excerpt(new, begin + there, begin + until)


def _changed(matcher: SequenceMatcher[str]) -> Iterator[tuple[str, int, int, int, int]]:
    return (code for code in matcher.get_opcodes() if code[0] != "equal")


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _excerpt(line: str, start: int, end: int) -> str:
    left, right = max(0, start - _AROUND), min(len(line), end + _AROUND)
    return ("…" if left else "") + line[left:right] + ("…" if right < len(line) else "")
