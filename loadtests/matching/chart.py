"""Curves on logarithmic axes, as an SVG file."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

Curve = Sequence[tuple[float, float]]

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 380, 320, 56, 34, 12, 44
COLOURS = ("#1b6ca8", "#d1495b", "#2e933c", "#8f5db7", "#e08e1b", "#3a3a3a", "#17a2a2", "#a05a2c")


class Panel(NamedTuple):
    """One pair of axes, and its curves by name."""

    title: str
    across: str
    up: str
    curves: Mapping[str, Curve]


class Axis(NamedTuple):
    """From a value's logarithm to a place, in pixels."""

    low: float
    high: float
    first_px: float
    last_px: float

    def place(self, value: float) -> float:
        """Return where a value is."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.first_px + share * (self.last_px - self.first_px)

    def decades(self) -> list[float]:
        """Return the powers of ten that are on the axis."""
        return [10.0**n for n in range(math.ceil(self.low), math.floor(self.high) + 1)]


def axis(values: Sequence[float], first_px: float, last_px: float) -> Axis:
    """Return an axis with room for positive values."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return Axis(low - 0.1, high + 0.1, first_px, last_px)


def chart(panels: Sequence[Panel]) -> str:
    """Return the panels side by side, and below them which colour is which curve."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.curves))
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    width, height = WIDTH * len(panels), HEIGHT + 22 * math.ceil(len(names) / 6)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for i, panel in enumerate(panels):
        parts += drawn(panel, i * WIDTH, colour)
    for i, name in enumerate(names):
        x, y = LEFT + (i % 6) * (width - LEFT) / 6, HEIGHT + 12 + 22 * (i // 6)
        parts.append(f'<rect x="{x:.0f}" y="{y - 9}" width="14" height="8" fill="{colour[name]}"/>')
        parts.append(text(x + 20, y, name))
    return "\n".join([*parts, "</svg>"]) + "\n"


def drawn(panel: Panel, left_px: float, colour: Mapping[str, str]) -> list[str]:
    """Return a panel's axes and curves."""
    points = [point for curve in panel.curves.values() for point in curve]
    across = axis([x for x, _ in points], left_px + LEFT, left_px + WIDTH - RIGHT)
    up = axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        text(left_px + LEFT, TOP - 14, panel.title, weight="bold"),
        text(left_px + WIDTH / 2, HEIGHT - 8, panel.across),
        text(left_px + 6, TOP - 14, panel.up),
    ]
    for value in across.decades():
        x = across.place(value)
        parts.append(line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(text(x - 8, HEIGHT - BOTTOM + 14, f"{value:g}"))
    for value in up.decades():
        y = up.place(value)
        parts.append(line(left_px + LEFT, y, left_px + WIDTH - RIGHT, y))
        parts.append(text(left_px + 18, y + 4, f"{value:g}"))
    for name, curve in panel.curves.items():
        places = " ".join(f"{across.place(x):.1f},{up.place(y):.1f}" for x, y in curve)
        parts.append(
            f'<polyline points="{places}" fill="none" stroke="{colour[name]}" stroke-width="2"/>'
        )
    return parts


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a thin line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def text(x: float, y: float, words: str, *, weight: str = "normal") -> str:
    """Return words that begin at a place."""
    return f'<text x="{x:.0f}" y="{y:.0f}" font-weight="{weight}">{escape(words)}</text>'
