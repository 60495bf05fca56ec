"""PURE. Supply, demand and wait by cell, at any coarser resolution."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from matching.cells import center_of, parent_of
from service.wire.watcher_stream import CellLoad


class CellLoads:
    """The state of a market at one instant; what was added up for one console serves the others.

    Args:
        couriers_count_of: by cell of the index.
        opened_at_of: of each open job, by cell of the index.
        now: market time.
    """

    def __init__(
        self,
        *,
        couriers_count_of: Mapping[int, int],
        opened_at_of: Mapping[int, Sequence[datetime]],
        now: datetime,
    ) -> None:
        self._couriers_count_of = couriers_count_of
        self._opened_at_of = opened_at_of
        self._now = now
        self._by_resolution: dict[int, Mapping[int, CellLoad]] = {}

    def at(self, resolution: int) -> Mapping[int, CellLoad]:
        """Return the loads of cells that have any, by cell of this resolution."""
        if resolution not in self._by_resolution:
            self._by_resolution[resolution] = self._added_up(resolution)
        return self._by_resolution[resolution]

    def _added_up(self, resolution: int) -> Mapping[int, CellLoad]:
        couriers_count_of = Counter[int]()
        for cell, count in self._couriers_count_of.items():
            couriers_count_of[parent_of(cell, resolution=resolution)] += count
        waits_s_of: defaultdict[int, list[float]] = defaultdict(list)
        for cell, opened_at in self._opened_at_of.items():
            waits_s = [max(0.0, (self._now - at).total_seconds()) for at in opened_at]
            waits_s_of[parent_of(cell, resolution=resolution)] += waits_s
        return {
            cell: _load(cell, couriers_count_of[cell], waits_s_of.get(cell, ()))
            for cell in sorted({*couriers_count_of, *waits_s_of})
        }


def _load(cell: int, couriers_count: int, waits_s: Sequence[float]) -> CellLoad:
    lat_deg, lng_deg = center_of(cell)
    return CellLoad(
        cell=f"{cell:x}",
        lat_deg=round(lat_deg, 5),
        lng_deg=round(lng_deg, 5),
        couriers_count=couriers_count,
        open_jobs_count=len(waits_s),
        longest_wait_s=round(max(waits_s, default=0.0)),
        mean_wait_s=round(sum(waits_s) / len(waits_s)) if waits_s else 0,
    )
