"""A merchant's colour on the page of a delivery, so that what is written in it can be read.

Contrast by WCAG 2.2: the ratio of relative luminances, 4.5 for text.
"""

import re

from msgspec import Struct

from service.domain.errors import InvalidParamsError

COLOR_PATTERN = r"#[0-9a-f]{6}"
CONTRAST_MIN = 4.5
_COLOR = re.compile(COLOR_PATTERN)
_BLACK, _WHITE = "#000000", "#ffffff"
_STEPS_COUNT = 100  # from the colour to black or white


class Accent(Struct, frozen=True, kw_only=True):
    """A colour for what stands out, and the one of what is written upon it."""

    color: str
    ink: str


def accent_on(color: str, background: str) -> Accent:
    """Return the accent that comes nearest to the colour and can be read on the background.

    It is the colour itself if that has the contrast; or else as much darker on a light background,
    or lighter on a dark one, as it takes.

    Raises:
        InvalidParamsError: the colour is not `#rrggbb`.
    """
    towards = _BLACK if contrast(background, _BLACK) > contrast(background, _WHITE) else _WHITE
    mixtures = (_mixed(color, towards, step / _STEPS_COUNT) for step in range(_STEPS_COUNT + 1))
    accent = next(one for one in mixtures if contrast(one, background) >= CONTRAST_MIN)
    return Accent(color=accent, ink=ink_on(accent))


def ink_on(color: str) -> str:
    """Return black or white, whichever is read better on the colour: at least 4.58 to 1."""
    return max((_WHITE, _BLACK), key=lambda ink: contrast(color, ink))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255.0) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _mixed(color: str, other: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    if _COLOR.fullmatch(color) is None:
        raise InvalidParamsError("a colour is #rrggbb, in small letters", field="/color")
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
