"""Every late job is told with what became of the couriers who could have been sent."""

from uuid import UUID

import pytest
from run_makers import ANNA, BEN, JOB_ID, at, make_heard, make_posted, make_witness

from service.domain.ids import CourierId, JobId
from service.simulation.run.late import Cause, late_jobs
from service.simulation.run.witness import OfferHeard

OTHER_ID = JobId(UUID(int=99))
CARL = CourierId(UUID(int=13))
BOTH_IDLE = make_posted(idle_courier_ids=frozenset({ANNA, BEN}))


def elsewhere(courier_id: CourierId, *, after_s: float) -> OfferHeard:
    return make_heard(courier_id=courier_id, job_ids=(OTHER_ID,), heard_at=at(after_s))


@pytest.mark.parametrize(("wait_s", "count"), [(1.15, 0), (1.16, 1)])
def test_late_is_later_than_a_tick_and_its_allowance(wait_s: float, count: int) -> None:
    late = late_jobs(make_witness(heard=(make_heard(heard_at=at(wait_s)),)), tick_real_s=1.0)
    assert (late.longer_than_ms, late.count) == (1_150.0, count)


@pytest.mark.parametrize(
    ("heard", "cause"),
    [
        ([elsewhere(ANNA, after_s=0.3), elsewhere(BEN, after_s=0.0)], Cause.COURIER_LOST),
        ([elsewhere(ANNA, after_s=0.3)], Cause.UNEXPLAINED),  # Ben could still have been sent
        ([elsewhere(ANNA, after_s=0.3), elsewhere(BEN, after_s=9.0)], Cause.UNEXPLAINED),
        ([], Cause.UNEXPLAINED),
    ],
)
def test_a_courier_is_lost_to_an_offer_between_the_answer_and_the_own_one(
    heard: list[OfferHeard], cause: Cause
) -> None:
    own = make_heard(heard_at=at(5.0))
    witness = make_witness(posted=(BOTH_IDLE,), heard=(*heard, own))
    assert late_jobs(witness, tick_real_s=1.0).count_by_cause == {cause: 1}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"job_ids": (JOB_ID, OTHER_ID)}, Cause.BUNDLED),
        ({"courier_id": CARL}, Cause.OTHER_COURIER),
        ({"courier_id": CARL, "job_ids": (OTHER_ID, JOB_ID)}, Cause.BUNDLED),
    ],
)
def test_what_the_matching_chose_instead_is_told(changes: dict[str, object], cause: Cause) -> None:
    witness = make_witness(posted=(BOTH_IDLE,), heard=(make_heard(heard_at=at(5.0), **changes),))
    assert late_jobs(witness, tick_real_s=1.0).count_by_cause == {cause: 1}


def test_jobs_that_were_never_offered_are_counted_apart() -> None:
    late = late_jobs(make_witness(heard=()), tick_real_s=1.0)
    assert (late.count, late.never_offered_count) == (0, 1)
