"""Plots as inline SVG: bars over a scale, bars and ranges by name, curves. No script; colours are the page's style.

Each has a title and a description for those who do not see it; each bar names itself when pointed at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from blogsum.report import safe

WIDTH = 640  # units of the picture; it scales with the page
_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 240, 56, 20, 12, 34
_DOTTED = 40  # points; with fewer each is shown
_ROW, _NAMES, _NAME = 28, 200, 23  # height of a named bar, room for names, characters of a name


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands on the scale or what it is called, its size, and what it says when pointed at."""

    label: str
    value: float
    says: str


@dataclass(frozen=True)
class Range:
    """From the lower to the upper quartile, with the median."""

    label: str
    lower: float
    median: float
    upper: float
    says: str


@dataclass(frozen=True)
class Curve:
    """A line through points ``(x, y)``, x ascending, what it is called, and its class in the page's style."""

    label: str
    points: Sequence[tuple[float, float]]
    kind: str = "curve"


def columns(key: str, title: str, about: str, bars: Sequence[Bar], ticks: Sequence[str], mark: float = -1) -> str:
    """Upright bars side by side; ``ticks`` label the borders between them, one more than bars; empty ones are not set.

    ``mark`` is a place among the bars (2.5: the middle of the third) at which a line is drawn: the median.
    """
    most = max((bar.value for bar in bars), default=0) or 1
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(bars))
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    parts = [_grid(most, floor, room)]
    for place, bar in enumerate(bars):
        height = max(1.0, room * bar.value / most) if bar.value else 0
        x = _LEFT + place * step
        parts.append(
            f'<rect class="bar" x="{x + 0.75:.1f}" y="{floor - height:.1f}" width="{max(1, step - 1.5):.1f}" '
            f'height="{height:.1f}" rx="1.5"><title>{text(bar.says)}</title></rect>'
        )
    for place, tick in enumerate(ticks):
        if tick:
            parts.append(
                f'<text x="{_LEFT + place * step:.1f}" y="{floor + 22}" text-anchor="middle">{text(tick)}</text>'
            )
    if mark >= 0:
        x = _LEFT + mark * step
        parts.append(f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{floor}"/>')
    return _picture(key, title, about, _HEIGHT, parts)


def rows(key: str, title: str, about: str, bars: Sequence[Bar]) -> str:
    """Lying bars, one below the other, each with its name before and its number behind it."""
    most = max((bar.value for bar in bars), default=0) or 1
    room = WIDTH - _NAMES - 130
    parts = []
    for place, bar in enumerate(bars):
        y = place * _ROW + 4
        width = max(1.5, room * bar.value / most) if bar.value else 0
        parts.append(
            f'<text x="{_NAMES - 8}" y="{y + 15}" text-anchor="end">{text(_short(bar.label))}</text>'
            f'<rect class="bar" x="{_NAMES}" y="{y}" width="{width:.1f}" height="{_ROW - 8}" rx="2">'
            f"<title>{text(bar.label)}: {text(bar.says)}</title></rect>"
            f'<text x="{_NAMES + width + 6:.1f}" y="{y + 15}">{text(bar.says)}</text>'
        )
    return _picture(key, title, about, len(bars) * _ROW + 8, parts)


def ranges(key: str, title: str, about: str, found: Sequence[Range], scale: Sequence[tuple[float, str]]) -> str:
    """Ranges by name on one scale that starts at 0; ``scale`` holds its values and their labels, in order."""
    most = scale[-1][0] or 1
    room = WIDTH - _NAMES - 36
    height = len(found) * _ROW + 30
    parts = []
    for value, label in scale:
        x = _NAMES + room * value / most
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 24}"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle">{text(label)}</text>')
    for place, one in enumerate(found):
        y = place * _ROW + 13
        low, middle, high = (_NAMES + room * min(v, most) / most for v in (one.lower, one.median, one.upper))
        parts.append(
            f'<text x="{_NAMES - 8}" y="{y + 5}" text-anchor="end">{text(_short(one.label))}</text>'
            f'<rect class="range" x="{low:.1f}" y="{y - 6}" width="{max(2.0, high - low):.1f}" height="12" rx="3">'
            f"<title>{text(one.label)}: {text(one.says)}</title></rect>"
            f'<rect class="bar" x="{middle - 2:.1f}" y="{y - 8}" width="4" height="16" rx="1"/>'
        )
    return _picture(key, title, about, height, parts)


def curves(key: str, title: str, about: str, found: Sequence[Curve]) -> str:
    """Lines over one pair of scales, x from 0, y from 0 or the lowest value; single points are dots."""
    places = [point for curve in found for point in curve.points]
    right = max((x for x, _ in places), default=0) or 1
    bottom = min((0.0, *(y for _, y in places)))
    top = max((y for _, y in places), default=0)
    top = top if top > bottom else bottom + 1
    floor, room, width = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP, WIDTH - _LEFT - _RIGHT

    def at(x: float, y: float) -> str:
        return f"{_LEFT + width * x / right:.1f},{floor - room * (y - bottom) / (top - bottom):.1f}"

    parts = []
    for value in scale(top - bottom):
        if value <= top - bottom:
            y = floor - room * value / (top - bottom)
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 5:.1f}" text-anchor="end">{value + bottom:.3g}</text>')
    for value in scale(right):
        if value <= right:
            x = _LEFT + width * value / right
            parts.append(f'<text x="{x:.1f}" y="{floor + 22}" text-anchor="middle">{value:g}</text>')
    for curve in found:
        named = f"<title>{text(curve.label)}</title>"
        line = " ".join(at(x, y) for x, y in curve.points)
        parts.append(f'<polyline class="{curve.kind}" fill="none" points="{line}">{named}</polyline>')
        if len(curve.points) < _DOTTED:
            spots = (at(x, y).split(",") for x, y in curve.points)
            parts += [f'<circle class="{curve.kind}" cx="{x}" cy="{y}" r="3">{named}</circle>' for x, y in spots]
    return _picture(key, title, about, _HEIGHT, parts)


def scale(most: float) -> list[float]:
    """Round values from 0 to at least ``most``, two to six of them; 0 and 1 for less than a millionth."""
    if most < 1e-6:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(most))
    step = next(power * part for part in (0.2, 0.25, 0.5, 1, 2, 5) if power * part * 5 >= most)
    return [round(place * step, 9) for place in range(math.ceil(most / step - 1e-9) + 1)]


def text(value: str) -> str:
    """Foreign text inside of the page: harmless, whatever it holds."""
    return escape(safe.plain(value))


def _grid(most: float, floor: float, room: float) -> str:
    """Lines at round counts, with their numbers."""
    parts = []
    for value in scale(most):
        if value <= most and value == int(value):
            y = floor - room * value / most
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 5:.1f}" text-anchor="end">{value:.0f}</text>')
    return "".join(parts)


def _picture(key: str, title: str, about: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-labelledby="{key}-t {key}-d" viewBox="0 0 {WIDTH} {height}">'
        f'<title id="{key}-t">{text(title)}</title><desc id="{key}-d">{text(about)}</desc>{"".join(parts)}</svg>'
    )


def _short(label: str) -> str:
    line = safe.line(label)
    return line if len(line) <= _NAME else line[: _NAME - 1].rstrip() + "…"
