"""Curves on logarithmic axes."""

from xml.etree import ElementTree as ET  # our own text is parsed

import pytest

from loadtests.matching.chart import Panel, axis, chart
from loadtests.matching.growth import slopes

SVG = "{http://www.w3.org/2000/svg}"


def test_every_curve_of_every_panel_is_drawn():
    panels = [
        Panel("by <jobs>", "jobs", "ms", {"a": [(1.0, 2.0), (10.0, 20.0)], "b": [(1.0, 5.0)]}),
        Panel("by couriers", "couriers", "ms", {"a": [(3.0, 1.0), (9.0, 4.0)]}),
    ]
    drawing = ET.fromstring(chart(panels))  # noqa: S314 # our own text
    assert len(drawing.findall(f"{SVG}polyline")) == 3
    assert "by <jobs>" in {text.text for text in drawing.findall(f"{SVG}text")}


def test_equal_factors_are_equally_far_apart():
    across = axis([1.0, 1_000.0], 0.0, 320.0)
    first, second, third = (across.place(value) for value in (2.0, 20.0, 200.0))
    assert second - first == pytest.approx(third - second)
    assert across.decades() == [1.0, 10.0, 100.0, 1_000.0]


def test_what_grows_with_the_square_has_slope_two():
    rows = [{"jobs": n, "stage": 0.5 * n**2} for n in (10.0, 20.0, 40.0)]
    assert slopes(rows, "jobs")["stage"] == pytest.approx(2.0)
