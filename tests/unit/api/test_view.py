"""A view tells what its console does not know, at its own pace, and never too much at once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from matching.cells import cell_of, center_of, disk
from service.api.cell_loads import CellLoads
from service.api.view import CELLS_COUNT_MAX, POSITIONS_COUNT_MAX, View
from service.api.viewport import Viewport
from service.domain.geo import Box
from service.domain.ids import CourierId
from service.live.keys import CELL_RESOLUTION
from service.live.records import LiveFix

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BLOCK = Box(south_deg=48.2, west_deg=16.36, north_deg=48.21, east_deg=16.38)
REGION = Box(south_deg=47.0, west_deg=15.0, north_deg=49.0, east_deg=18.0)
HERE = cell_of(48.205, 16.37, resolution=CELL_RESOLUTION)


def make_view(box: Box = BLOCK, *, zoom: float = 15.0, frames_per_s: float = 1.0) -> View:
    return View(Viewport(box=box, zoom=zoom, frames_per_s=frames_per_s), now_s=0.0)


def make_fix(number: int, *, lat_deg: float = 48.205, at_ms: int = 1_000) -> LiveFix:
    return LiveFix(
        courier_id=CourierId(UUID(int=number)),
        lat_deg=lat_deg,
        lng_deg=16.37,
        accuracy_m=5.0,
        received_at_ms=at_ms,
    )


def by_cell(*fixes: LiveFix) -> dict[int, list[LiveFix]]:
    found: dict[int, list[LiveFix]] = {}
    for fix in fixes:
        cell = cell_of(fix.lat_deg, fix.lng_deg, resolution=CELL_RESOLUTION)
        found.setdefault(cell, []).append(fix)
    return found


def make_loads(cells: Sequence[int], *, couriers_count: int = 1) -> CellLoads:
    counts = dict.fromkeys(cells, couriers_count)
    return CellLoads(couriers_count_of=counts, opened_at_of={}, now=NOW)


def numbers(ids: Sequence[CourierId]) -> list[int]:
    return [id.int for id in ids]


def test_first_all_in_the_box_then_who_has_reported_and_who_has_left() -> None:
    view = make_view()
    outside = make_fix(9, lat_deg=48.2115)
    first = view.tell_positions(by_cell(make_fix(1), make_fix(2), outside), now_s=0.0)
    assert first is not None
    assert first.is_whole
    assert numbers([one.courier_id for one in first.positions]) == [1, 2]
    moved = by_cell(make_fix(1, at_ms=2_000), make_fix(2, lat_deg=48.2115, at_ms=2_000))
    second = view.tell_positions(moved, now_s=1.0)
    assert second is not None
    assert not second.is_whole
    assert numbers([one.courier_id for one in second.positions]) == [1]
    assert numbers(second.gone) == [2]
    assert view.tell_positions(moved, now_s=2.0) is None


def test_a_courier_read_in_two_cells_is_where_the_newer_fix_is() -> None:
    here, there = make_fix(1), make_fix(1, lat_deg=48.2005, at_ms=2_000)
    told = make_view().tell_positions(by_cell(here) | {HERE: [here, there]}, now_s=0.0)
    assert told is not None
    assert [one.lat_deg for one in told.positions] == [48.2005]


def test_a_frame_of_positions_is_bounded_and_the_rest_follows() -> None:
    view = make_view()
    fixes = by_cell(*(make_fix(number) for number in range(POSITIONS_COUNT_MAX + 1)))
    frames = [view.tell_positions(fixes, now_s=0.0) for _ in range(3)]
    assert [None if frame is None else len(frame.positions) for frame in frames] == [500, 1, None]


def test_too_many_couriers_are_shown_as_cells() -> None:
    view = make_view()
    assert view.is_close({HERE: POSITIONS_COUNT_MAX})
    assert not view.is_close({HERE: POSITIONS_COUNT_MAX + 1})
    assert view.is_close({cell_of(48.1, 16.37, resolution=8): 9_999})  # none of its cells
    assert not make_view(REGION).is_close({})


def test_a_change_between_positions_and_cells_begins_anew() -> None:
    view, loads = make_view(), make_loads([HERE])
    view.tell_positions(by_cell(make_fix(1)), now_s=0.0)
    cells = view.tell_loads(loads, now_s=1.0)
    assert cells is not None
    assert cells.is_whole
    assert (cells.resolution, [load.cell for load in cells.cells]) == (8, [f"{HERE:x}"])
    positions = view.tell_positions(by_cell(make_fix(1)), now_s=2.0)
    assert positions is not None
    assert positions.is_whole


def test_far_out_only_cells_that_changed_are_told() -> None:
    view = make_view(REGION, zoom=9.0)
    first = view.tell_loads(make_loads([HERE]), now_s=0.0)
    assert first is not None
    assert (first.is_whole, first.resolution) == (True, 5)
    assert view.tell_loads(make_loads([HERE]), now_s=1.0) is None
    more = view.tell_loads(make_loads([HERE], couriers_count=2), now_s=2.0)
    assert more is not None
    assert (more.is_whole, [load.couriers_count for load in more.cells]) == (False, [2])
    none = view.tell_loads(make_loads([]), now_s=3.0)
    assert none is not None
    assert none.gone == (first.cells[0].cell,)


def test_too_many_cells_are_told_at_a_coarser_resolution() -> None:
    cells = disk(HERE, rings_count=13)
    assert len(cells) > CELLS_COUNT_MAX
    told = make_view(REGION, zoom=14.0).tell_loads(make_loads(cells), now_s=0.0)
    assert told is not None
    assert told.resolution == 7
    assert len(told.cells) <= CELLS_COUNT_MAX
    assert sum(load.couriers_count for load in told.cells) == len(cells)


def test_a_cell_whose_middle_is_just_outside_is_in_sight() -> None:
    lat_deg, lng_deg = center_of(HERE)
    beside = Box(
        south_deg=lat_deg,
        west_deg=lng_deg + 0.002,
        north_deg=lat_deg + 0.001,
        east_deg=lng_deg + 0.003,
    )
    told = make_view(beside).tell_loads(make_loads([HERE]), now_s=0.0)
    assert told is not None
    assert len(told.cells) == 1


def test_frames_come_at_the_pace_that_was_asked_for() -> None:
    view = make_view(frames_per_s=2.0)
    frames_s: list[float] = []
    for now_s in (0.0, 0.25, 0.5, 0.75, 1.0, 9.0, 9.25, 9.5, 9.75):
        if view.is_due(now_s=now_s):
            frames_s.append(now_s)
            view.tell_positions({}, now_s=now_s)
    assert frames_s == [0.0, 0.5, 1.0, 9.0, 9.25, 9.75]


def test_after_an_outage_the_frame_is_whole() -> None:
    view, fixes = make_view(), by_cell(make_fix(1))
    view.tell_positions(fixes, now_s=0.0)
    view.forget()
    told = view.tell_positions(fixes, now_s=1.0)
    assert told is not None
    assert told.is_whole
