"""What recipients ask for: at the drop-off only, in time only."""

import pytest
from msgspec.structs import replace

from service.domain.errors import InvalidStateTransitionError
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.recipient_wish import RecipientWish, can_be_wished, wished
from tests.unit.domain.makers import make_job

WISH = RecipientWish(instructions="ring long", safe_place=None)
IN_TIME = {
    JobStatus.SCHEDULED,
    JobStatus.OPEN,
    JobStatus.ASSIGNED,
    JobStatus.ENROUTE_TO_PICKUP,
    JobStatus.ARRIVED_AT_PICKUP,
    JobStatus.PICKED_UP,
}


@pytest.mark.parametrize("status", JobStatus)
def test_there_is_time_until_the_leg_to_the_door_begins(status):
    job = replace(make_job(), status=status)
    assert can_be_wished(job) == (status in IN_TIME)
    if status not in IN_TIME:
        with pytest.raises(InvalidStateTransitionError):
            wished(job, WISH)


def test_it_is_put_at_the_drop_off_beside_what_the_merchant_says():
    job = make_job()
    after = wished(job, WISH)
    was, now = job.latest(StopKind.DROPOFF), after.latest(StopKind.DROPOFF)
    assert now == replace(was, recipient_instructions="ring long")
    assert after.latest(StopKind.PICKUP) == job.latest(StopKind.PICKUP)


def test_the_same_again_changes_nothing_and_less_takes_back():
    once = wished(make_job(), WISH)
    assert wished(once, WISH) is once
    nothing = RecipientWish(instructions=None, safe_place=None)
    assert wished(once, nothing) == make_job()
