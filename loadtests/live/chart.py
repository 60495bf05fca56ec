"""The chart of a record, drawn from its panels alone: the same record gives the same file.

python -m loadtests.live.chart loadtests/live/results/idle_sockets.json ...
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from loadtests.live.outcome import Panel

if TYPE_CHECKING:
    from matplotlib.container import BarContainer

WIDTH_IN, HEIGHT_IN = 5.2, 3.8  # of one panel
LIMIT_COLOUR = "#b3261e"


class _Axes(Protocol):
    """The part of matplotlib's axes that is used here: its own types leave out the keywords."""

    def plot(
        self, across: Sequence[float], up: Sequence[float], /, *, label: str, marker: str | None
    ) -> object: ...
    def bar(
        self, across: Sequence[str], up: Sequence[float], /, *, width: float
    ) -> "BarContainer": ...
    def bar_label(self, drawn: "BarContainer", /, *, fmt: str) -> object: ...
    def axhline(
        self, up: float, /, *, color: str, linestyle: str, linewidth: float, label: str
    ) -> object: ...
    def set_yscale(self, name: str, /) -> object: ...
    def set_ylim(self, *, bottom: float) -> object: ...
    def set(self, *, title: str, xlabel: str, ylabel: str) -> object: ...
    def grid(self, *, visible: bool, color: str, linewidth: float) -> object: ...
    def set_axisbelow(self, is_below: bool, /) -> object: ...  # noqa: FBT001 # theirs
    def legend(self, *, fontsize: int) -> object: ...


class _Figure(Protocol):
    """As above, of its figure."""

    def suptitle(self, text: str, /, *, fontsize: int) -> object: ...
    def savefig(
        self,
        path: Path,
        /,
        *,
        format: str,
        metadata: dict[str, str | None],  # theirs
    ) -> object: ...


class _Record(msgspec.Struct):
    scenario: str
    question: str
    panels: tuple[Panel, ...]


def can_draw() -> bool:
    """Whether matplotlib is installed, which is in the dependency group `bench`."""
    return importlib.util.find_spec("matplotlib") is not None


def draw(record_path: Path) -> Path:
    """Draw the panels of a record into an SVG file beside it; return where."""
    from matplotlib import style  # only who draws needs it
    from matplotlib.figure import Figure  # as above

    record = msgspec.json.decode(record_path.read_bytes(), type=_Record)
    path = record_path.with_suffix(".svg")
    settings = {"svg.hashsalt": record.scenario, "svg.fonttype": "none", "font.size": 9}
    with style.context(settings):
        size_in = (WIDTH_IN * len(record.panels), HEIGHT_IN)
        figure = Figure(figsize=size_in, layout="constrained")
        for axes, panel in zip(
            figure.subplots(1, len(record.panels), squeeze=False)[0], record.panels, strict=True
        ):
            _draw_panel(axes, panel)
        _finish(figure, record.question, path)
    return path


def _finish(figure: _Figure, question: str, path: Path) -> None:
    figure.suptitle(question, fontsize=10)
    figure.savefig(path, format="svg", metadata={"Date": None})


def _draw_panel(axes: _Axes, panel: Panel) -> None:
    for name, points in panel.lines.items():
        across, up = [x for x, _ in points], [y for _, y in points]
        axes.plot(across, up, label=name, marker="." if len(points) < 40 else None)
    if panel.bars:
        drawn = axes.bar(list(panel.bars), list(panel.bars.values()), width=0.6)
        axes.bar_label(drawn, fmt="{:.4g}")
    for name, value in panel.limits.items():
        axes.axhline(value, color=LIMIT_COLOUR, linestyle="--", linewidth=1.0, label=name)
    if panel.is_logarithmic:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0.0)
    axes.set(title=panel.title, xlabel=panel.across, ylabel=panel.up)
    axes.grid(visible=True, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    if panel.lines or panel.limits:
        axes.legend(fontsize=8)


def main() -> None:
    """Draw the charts of the records that are named."""
    for name in sys.argv[1:]:
        draw(Path(name))


if __name__ == "__main__":
    main()
