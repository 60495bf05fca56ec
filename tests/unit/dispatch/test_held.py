"""What a plan holds is told by ids, in the order of the courier's pickups."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np

from matching.plan import COMMITTED_STOP, NEW_DROPOFF, NEW_PICKUP
from service.dispatch.arrays import arrange
from service.dispatch.held import held_of
from service.dispatch.rows import HeldJob
from service.domain.policy import Policy
from tests.unit.dispatch.makers import decide_on, make_gathered, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, BEN, NOW


def test_a_bundle_that_is_offered_is_not_held_and_counts_in_the_rank():
    jobs, couriers = [make_open_job(n) for n in (1, 2, 3)], [make_seen(1), make_seen(2)]
    stops = [NEW_PICKUP, NEW_DROPOFF, COMMITTED_STOP, NEW_PICKUP, NEW_PICKUP]
    plan = SimpleNamespace(
        bundle_courier=np.array([1, 1]),
        bundle_start=np.array([0, 1, 3]),
        bundle_job=np.array([1, 2, 0]),
        is_held=np.array([False, True]),
        route_start=np.array([0, 2, 7]),
        route_kind=np.array([*stops[:2], *stops], np.int8),
        route_row=np.array([1, 1, 1, 1, 0, 2, 0]),
    )
    arranged = arrange(make_gathered(jobs, couriers), Policy())
    ben = couriers[1].entry.courier_id
    assert ben == BEN
    assert held_of(arranged, plan) == (
        HeldJob(jobs[2].job_id, ben, 1),
        HeldJob(jobs[0].job_id, ben, 2),
    )


def test_a_job_that_is_ready_later_is_held_for_its_courier():
    job = make_open_job(ready_at=NOW + timedelta(minutes=30))
    decided = decide_on([job], [make_seen(1)])
    assert decided.proposals == ()
    assert decided.held == (HeldJob(job.job_id, ANNA, 0),)
