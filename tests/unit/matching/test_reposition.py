"""Hints send idle couriers to where jobs are likely, the nearest first, and nobody else."""

import numpy as np
import pytest

from matching.ground import survey
from matching.params import Params
from matching.reposition import reposition, slots_of
from matching.walk import settle
from tests.unit.matching.snapshots import Courier, Stop, degrees, snapshot_of

NOBODY = np.empty(0, np.int64)


def hints_of(couriers, demand, *, planned=NOBODY, **params):
    """Return (courier, place) of each hint; demand is places with jobs an hour."""
    snapshot = snapshot_of(couriers, [])._replace(
        demand_deg=degrees([at for at, _ in demand]),
        demand_per_h=np.array([per_h for _, per_h in demand], np.float64),
    )
    policy = Params(**params)
    ground = survey(snapshot, policy)
    settle(ground)
    found = reposition(snapshot, ground, planned, policy)
    return list(zip(found.courier.tolist(), found.demand.tolist(), strict=True))


def test_the_nearest_idle_courier_goes_where_a_job_is_likely() -> None:
    couriers = [Courier(at=(-2_000.0, 0.0)), Courier(at=(0.0, 0.0))]
    assert hints_of(couriers, [((1_500.0, 0.0), 1.0)], reposition_slots_per_place_max=1) == [(1, 0)]


@pytest.mark.parametrize(
    "courier",
    [
        Courier(at=(1_400.0, 0.0)),  # is there already, nearly
        Courier(at=(-90_000.0, 0.0)),  # would ride for too long
        Courier(stops=(Stop((0.0, 500.0)),)),  # has something to do
        Courier(jobs_room=0),
        Courier(position_age_s=31.0),
        Courier(shift_end_s=200.0),  # goes home before
    ],
)
def test_nobody_else_gets_a_hint(courier) -> None:
    assert hints_of([courier], [((1_500.0, 0.0), 30.0)]) == []


def test_who_is_planned_for_gets_no_hint() -> None:
    planned = np.array([0])
    assert hints_of([Courier()], [((1_500.0, 0.0), 30.0)], planned=planned) == []


def test_a_courier_who_will_be_there_soon_takes_the_place_of_one_who_would_have_to_go() -> None:
    ends_there = Courier(at=(1_400.0, 0.0), stops=(Stop((1_500.0, 0.0)),))
    demand = [((1_500.0, 0.0), 4.0)]
    assert hints_of([ends_there, Courier()], demand, reposition_slots_per_place_max=1) == []
    assert hints_of([ends_there, Courier()], demand, reposition_slots_per_place_max=2) == [(1, 0)]


def test_unlikely_jobs_are_not_waited_for() -> None:
    assert hints_of([Courier()], [((1_500.0, 0.0), 0.01)]) == []


@pytest.mark.parametrize(("reposition_slot_s", "hints"), [(200.0, []), (4_000.0, [(0, 0)])])
def test_a_ride_is_worth_no_more_than_the_slot_that_it_fills(reposition_slot_s, hints) -> None:
    demand = [((1_500.0, 0.0), 30.0)]
    limits = {"reposition_s_max": 2_700.0, "reposition_slot_s": reposition_slot_s}
    assert hints_of([Courier()], demand, **limits) == hints


def test_a_slot_has_the_chance_of_at_least_so_many_jobs() -> None:
    params = Params(
        reposition_horizon_s=3_600.0, reposition_chance_min=0.0, reposition_slots_per_place_max=2
    )
    place, chance = slots_of(np.array([2.0]), params)
    assert place.tolist() == [0, 0]
    assert chance == pytest.approx([1.0 - np.exp(-2.0), 1.0 - 3.0 * np.exp(-2.0)])


def test_no_couriers_or_no_demand_are_no_hints() -> None:
    assert hints_of([], [((0.0, 0.0), 9.0)]) == []
    assert hints_of([Courier()], []) == []
    assert hints_of([Courier()], [((1_500.0, 0.0), 30.0)], reposition_couriers_max=0) == []
