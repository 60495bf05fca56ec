"""PURE. One console's view of the map: what it was told, and the next frame at its own pace."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.api.cell_loads import CellLoads
from service.api.present_ops import instant_of
from service.api.told import Told
from service.api.viewport import Viewport, cells_close_in, resolution_of, surroundings
from service.domain.ids import CourierId
from service.live.records import LiveFix
from service.wire.watcher_stream import CellLoad, CourierPosition, OpsCells, OpsPositions

POSITIONS_COUNT_MAX = 500  # of one view, 60 kB a frame; more couriers are shown as cells
CELLS_COUNT_MAX = 500  # of one view, 70 kB a frame; more are shown at a coarser resolution


class View:
    """Args: `now_s` is monotonic here and below; the first frame is due at once."""

    def __init__(self, viewport: Viewport, *, now_s: float) -> None:
        self.cells = cells_close_in(viewport)  # none when it is far out
        self._viewport = viewport
        self._due_s = now_s
        self._positions = Told[int, LiveFix]()  # by `UUID.int`: a UUID's own hash is slow
        self._loads = Told[int, CellLoad]()
        self._resolution = 0  # of the loads that were told

    def is_due(self, *, now_s: float) -> bool:
        """Whether it is time for a frame, if there is something to say."""
        return now_s >= self._due_s

    def is_close(self, couriers_count_of: Mapping[int, int]) -> bool:
        """Whether the next frame is of positions: close in, and of few enough couriers."""
        couriers_count = sum(couriers_count_of.get(cell, 0) for cell in self.cells)
        return bool(self.cells) and couriers_count <= POSITIONS_COUNT_MAX

    def forget(self) -> None:
        """Make the next frame a whole one."""
        self._positions.forget()
        self._loads.forget()

    def tell_positions(
        self, fixes_in: Mapping[int, Sequence[LiveFix]], *, now_s: float
    ) -> OpsPositions | None:
        """Return the frame that these fixes, by cell, are worth; None when it would be empty."""
        self._put_off(now_s)
        self._loads.forget()
        news = self._positions.tell(self._fixes(fixes_in), count_max=POSITIONS_COUNT_MAX)
        if news is None:
            return None
        return OpsPositions(
            is_whole=news.is_whole,
            positions=tuple(_position(fix) for fix in news.changed),
            gone=tuple(CourierId(UUID(int=number)) for number in news.gone),
        )

    def tell_loads(self, loads: CellLoads, *, now_s: float) -> OpsCells | None:
        """Return the frame that these loads are worth; None when it would be empty."""
        self._put_off(now_s)
        self._positions.forget()
        resolution, seen = self._seen_loads(loads)
        if resolution != self._resolution:
            self._loads.forget()
            self._resolution = resolution
        news = self._loads.tell(seen, count_max=CELLS_COUNT_MAX)
        if news is None:
            return None
        return OpsCells(
            resolution=resolution,
            is_whole=news.is_whole,
            cells=tuple(news.changed),
            gone=tuple(f"{cell:x}" for cell in news.gone),
        )

    def _put_off(self, now_s: float) -> None:
        """Keep the pace on average, though rounds fall between; longer delays are not made up."""
        interval_s = 1.0 / self._viewport.frames_per_s
        self._due_s = max(self._due_s + interval_s, now_s + interval_s / 2.0)

    def _fixes(self, fixes_in: Mapping[int, Sequence[LiveFix]]) -> dict[int, LiveFix]:
        seen: dict[int, LiveFix] = {}
        contains = self._viewport.box.contains
        for cell in self.cells:
            for fix in fixes_in.get(cell, ()):
                if not contains(fix.lat_deg, fix.lng_deg):
                    continue
                number = fix.courier_id.int
                known = seen.get(number)
                if known is None or known.received_at_ms < fix.received_at_ms:
                    seen[number] = fix
        return seen

    def _seen_loads(self, loads: CellLoads) -> tuple[int, dict[int, CellLoad]]:
        """Return the loads in sight at the finest resolution, up to the zoom's, that fits."""
        for resolution in range(resolution_of(self._viewport.zoom), 0, -1):
            seen = self._loads_at(loads, resolution)
            if len(seen) <= CELLS_COUNT_MAX:
                return resolution, seen
        return 0, self._loads_at(loads, 0)  # 122 cells are the whole earth

    def _loads_at(self, loads: CellLoads, resolution: int) -> dict[int, CellLoad]:
        around = surroundings(self._viewport.box, resolution=resolution)
        return {
            cell: load
            for cell, load in loads.at(resolution).items()
            if around.contains(load.lat_deg, load.lng_deg)
        }


def _position(fix: LiveFix) -> CourierPosition:
    return CourierPosition(
        courier_id=fix.courier_id,
        lat_deg=round(fix.lat_deg, 6),
        lng_deg=round(fix.lng_deg, 6),
        at=instant_of(fix.received_at_ms),
    )
