"""Adding up loses nobody: a coarser cell has what its own cells have."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.cells import cell_of, disk, parent_of
from service.api.cell_loads import CellLoads

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CELLS = disk(cell_of(48.2, 16.37, resolution=8), rings_count=4)


def at(*waits_s: float) -> list[datetime]:
    return [NOW - timedelta(seconds=wait_s) for wait_s in waits_s]


def test_a_cell_tells_supply_demand_and_wait() -> None:
    here, there = CELLS[:2]
    loads = CellLoads(
        couriers_count_of={here: 3}, opened_at_of={here: at(30, 90), there: at(-5)}, now=NOW
    ).at(8)
    assert set(loads) == {here, there}
    told = loads[here]
    assert (told.cell, told.couriers_count, told.open_jobs_count) == (f"{here:x}", 3, 2)
    assert (told.longest_wait_s, told.mean_wait_s) == (90, 60)
    # a clock that is a little behind makes no negative wait
    assert (loads[there].couriers_count, loads[there].longest_wait_s) == (0, 0)


@given(
    couriers=st.dictionaries(st.sampled_from(CELLS), st.integers(1, 9)),
    waits=st.dictionaries(st.sampled_from(CELLS), st.lists(st.integers(0, 900), min_size=1)),
    resolution=st.integers(0, 8),
)
def test_a_coarser_cell_has_what_its_own_cells_have(couriers, waits, resolution) -> None:
    opened_at_of = {cell: at(*waits_s) for cell, waits_s in waits.items()}
    loads = CellLoads(couriers_count_of=couriers, opened_at_of=opened_at_of, now=NOW).at(resolution)
    assert set(loads) == {parent_of(cell, resolution=resolution) for cell in {*couriers, *waits}}
    for parent, load in loads.items():
        own = [cell for cell in CELLS if parent_of(cell, resolution=resolution) == parent]
        waits_s = [wait_s for cell in own for wait_s in waits.get(cell, ())]
        assert load.couriers_count == sum(couriers.get(cell, 0) for cell in own)
        assert load.open_jobs_count == len(waits_s)
        assert load.longest_wait_s == max(waits_s, default=0)


def test_what_was_added_up_once_is_shared() -> None:
    loads = CellLoads(couriers_count_of={CELLS[0]: 1}, opened_at_of={}, now=NOW)
    assert loads.at(6) is loads.at(6)
