"""Lazy commitment decides by the moment at which the courier must leave."""

import numpy as np
import pytest

from matching.bundles import laid, matched
from matching.commit import decide_by_s, held
from matching.ground import survey
from matching.insertion import quote
from matching.params import Params
from matching.walk import settle
from tests.unit.matching.groups import units_of
from tests.unit.matching.snapshots import Courier, Job, Stop, snapshot_of

POLICY = Params(tick_s=10.0, offer_s=30.0)


def by_s_of(courier, jobs, groups=None):
    """Return when each job must be decided at last, all of them being for one courier."""
    snapshot = snapshot_of([courier], jobs)
    ground = survey(snapshot, POLICY)
    settle(ground)
    units = units_of(groups or [list(range(len(jobs)))])
    pairs = np.arange(len(units.start) - 1), np.zeros(len(units.start) - 1, np.int64)
    tours = laid(ground, matched(ground, units, quote(ground, units, *pairs)))
    return decide_by_s(ground, tours).tolist()


@pytest.mark.parametrize(
    ("courier", "job", "by_s"),
    [
        (Courier(), Job(), 0.0),  # free now, ready now: go
        (Courier(free_s=50.0), Job(), 50.0),
        (Courier(), Job(ready_s=500.0), 300.0),  # 200 s before it is ready
        (Courier(), Job(ready_s=500.0, pickup_access_s=20.0), 280.0),
        (Courier(stops=(Stop((0.0, 500.0), service_s=30.0),)), Job((0.0, 1_000.0)), 130.0),
    ],
)
def test_a_courier_leaves_when_free_and_to_be_there_when_the_parcel_is_ready(
    courier, job, by_s
) -> None:
    assert by_s_of(courier, [job]) == pytest.approx([by_s], abs=0.01)


def test_a_pickup_promised_anyway_takes_more_until_the_courier_is_served_there() -> None:
    at = (1_000.0, 0.0)
    promised = Stop(at, is_pickup=True, ready_s=400.0, load=(1_000.0, 5.0, 1.0))
    courier = Courier(stops=(promised, Stop((2_000.0, 0.0))), load=(0.0, 0.0, 0.0))
    assert by_s_of(courier, [Job(at, ready_s=300.0)])[0] in (200.0, pytest.approx(300.0, abs=1.0))


def test_parcels_of_one_leg_are_decided_together_and_the_next_leg_later() -> None:
    near = Job((1_000.0, 0.0), (1_500.0, 0.0))
    later = Job((1_500.0, 0.0), (2_000.0, 0.0), ready_s=5_000.0)
    courier = Courier(jobs_room=4)
    by_s = by_s_of(courier, [near, near, later])
    assert by_s[:2] == [0.0, 0.0]
    assert by_s[2] == pytest.approx(5_000.0, abs=1.0)


def test_a_job_in_no_tour_need_never_be_decided() -> None:
    assert by_s_of(Courier(), [Job(), Job()], groups=[[0]])[1] == np.inf


@pytest.mark.parametrize(("by_s", "is_held"), [(0.0, False), (39.9, False), (40.0, True)])
def test_a_job_is_held_while_the_next_tick_can_still_decide_it(by_s, is_held) -> None:
    assert held(np.array([by_s]), np.array([False]), POLICY).tolist() == [is_held]


def test_what_somebody_waits_for_is_not_held() -> None:
    assert held(np.array([440.0]), np.array([True]), POLICY).tolist() == [False]
