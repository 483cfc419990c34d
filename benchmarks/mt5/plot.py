"""Lines on a grid as one SVG; used by benchmarks/mt5_cost.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blogsum.report.plots import scale

WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 720, 380, 60, 50, 150, 20
COLOURS = ("#0b6e4f", "#0b6e4f", "#b5541c", "#b5541c")
DASHES = ("", "6 4", "", "6 4")


def plot(lines: Mapping[str, Sequence[tuple[int, float]]], across: str, up: str) -> str:
    """``lines`` by name, points ``(x, y)``; the axes start at 0 and carry their titles."""
    widest = max(x for points in lines.values() for x, _ in points)
    ticks = scale(max(y for points in lines.values() for _, y in points))
    room, height = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + room * x / widest, TOP + height * (1 - y / ticks[-1])

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{up} against {across}</title><rect width="100%" height="100%" fill="white"/>'
    ]
    for tick in ticks:
        x, y = place(0, tick)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for at in sorted({x for points in lines.values() for x, _ in points}):
        x, y = place(at, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{at:,}</text>')
    for points, colour, dash in zip(lines.values(), COLOURS, DASHES, strict=False):
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        parts.append(
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
    ends = sorted((place(*points[-1]), name) for name, points in lines.items())
    below = 0.0
    for (x, y), name in sorted(ends, key=lambda end: end[0][1]):
        below = max(y + 4, below + 15)  # names must not stand on each other
        parts.append(f'<text x="{x + 8:.1f}" y="{below:.1f}">{name}</text>')
    parts.append(f'<text x="{LEFT + room / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    middle = TOP + height / 2
    parts.append(
        f'<text x="14" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 14 {middle:.0f})">{up}</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"
