"""A courier is seen exactly while on this job's own errand, and hardly or not at all otherwise."""

import pytest

from service.domain.lifecycle import JOB_ENDS, JobStatus
from service.domain.sighting import SIGHT_BY_STATUS, Sight, sight_of

OWN_STOP_IN_HAND = {
    JobStatus.ENROUTE_TO_PICKUP,
    JobStatus.ARRIVED_AT_PICKUP,
    JobStatus.ENROUTE_TO_DROPOFF,
    JobStatus.ARRIVED_AT_DROPOFF,
}
ON_ANOTHER_ERRAND = {JobStatus.ASSIGNED, JobStatus.PICKED_UP}


@pytest.mark.parametrize("status", JobStatus)
def test_the_rule_is_this_table(status: JobStatus) -> None:
    if status in OWN_STOP_IN_HAND:
        assert sight_of(status) is Sight.EXACT
    elif status in ON_ANOTHER_ERRAND:
        assert sight_of(status) is Sight.AREA
    else:
        assert sight_of(status) is Sight.HIDDEN


def test_every_status_has_its_row() -> None:
    assert set(SIGHT_BY_STATUS) == set(JobStatus)


def test_nobody_is_seen_once_the_job_has_ended() -> None:
    assert {sight_of(status) for status in JOB_ENDS} == {Sight.HIDDEN}
