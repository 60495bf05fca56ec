"""Whatever colour a merchant chooses, what is written in it and on it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.colour import CONTRAST_MIN, accent_on, contrast, ink_on
from service.domain.errors import InvalidParamsError

PAGE_LIGHT, RAISED_DARK = "#eef1f5", "#18222d"
COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ff0000", "#ff0000") == 1.0


@given(COLORS, st.sampled_from([PAGE_LIGHT, RAISED_DARK]))
def test_an_accent_is_read_on_its_background_and_its_ink_upon_it(color, background):
    accent = accent_on(color, background)
    assert contrast(accent.color, background) >= CONTRAST_MIN
    assert contrast(accent.color, accent.ink) >= CONTRAST_MIN


@given(COLORS)
def test_a_colour_that_can_be_read_stays_as_it_was_chosen(color):
    if contrast(color, PAGE_LIGHT) >= CONTRAST_MIN:
        assert accent_on(color, PAGE_LIGHT).color == color


def test_ink_is_black_or_white():
    assert (ink_on("#ffff00"), ink_on("#000080")) == ("#000000", "#ffffff")


@pytest.mark.parametrize(
    "color", ["", "red", "#fff", "#GGGGGG", "#1234567", "#123456\n", "url(x)", "#AABBCC"]
)
def test_what_is_no_colour_is_refused(color):
    with pytest.raises(InvalidParamsError):
        accent_on(color, PAGE_LIGHT)
