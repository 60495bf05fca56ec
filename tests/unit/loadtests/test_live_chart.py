"""Charts of records; only where matplotlib is (dependency group `bench`)."""

from xml.etree import ElementTree as ET  # our own text is parsed

import msgspec
import pytest

from loadtests.live.chart import draw
from loadtests.live.outcome import Panel

pytest.importorskip("matplotlib")

PANELS = [
    Panel(
        title="by <rate>",
        across="a second",
        up="ms",
        lines={"api": [(1.0, 2.0), (2.0, 9.0)]},
        limits={"target": 5.0},
        is_logarithmic=True,
    ),
    Panel(title="each", across="process", up="microseconds", bars={"api": 3.0, "bare": 1.5}),
]


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "storm.json"
    fields = {"scenario": "storm", "question": "How many?", "panels": PANELS, "figures": {}}
    path.write_bytes(msgspec.json.encode(fields))
    return path


def test_titles_axes_and_limits_are_in_the_drawing(record):
    drawing = ET.parse(draw(record))  # noqa: S314 # our own text
    texts = {"".join(each.itertext()) for each in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"How many?", "by <rate>", "target", "microseconds"} <= texts


def test_the_same_record_gives_the_same_file(record):
    first = draw(record).read_bytes()
    assert draw(record).read_bytes() == first
