import pytest

from service.domain import lifecycle
from service.domain.errors import InvalidStateTransitionError
from service.domain.lifecycle import (
    BUNDLE_LIFECYCLE,
    COURIER_LIFECYCLE,
    JOB_ENDS,
    JOB_LIFECYCLE,
    OFFER_LIFECYCLE,
    OFFER_OPEN,
    STOP_LIFECYCLE,
    STOP_UNFINISHED,
    JobStatus,
    JobStep,
    OfferStatus,
    StopStatus,
    next_status,
)

TABLES = [JOB_LIFECYCLE, OFFER_LIFECYCLE, COURIER_LIFECYCLE, STOP_LIFECYCLE, BUNDLE_LIFECYCLE]


def reachable(table, start):
    found, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for (status, _), after in table.items():
            if status == here and after not in found:
                found.add(after)
                frontier.append(after)
    return found


@pytest.mark.parametrize(
    ("table", "starts"),
    [
        (JOB_LIFECYCLE, [JobStatus.SCHEDULED]),
        (OFFER_LIFECYCLE, [OfferStatus.PENDING]),
        (COURIER_LIFECYCLE, [lifecycle.CourierStatus.OFFLINE]),
        (STOP_LIFECYCLE, [StopStatus.PENDING]),
        (BUNDLE_LIFECYCLE, [lifecycle.BundleStatus.OFFERED]),
    ],
)
def test_every_status_can_be_reached(table, starts):
    statuses = {status for key, after in table.items() for status in (key[0], after)}
    assert set().union(*(reachable(table, start) for start in starts)) == statuses
    assert statuses == set(type(starts[0]))


@pytest.mark.parametrize("table", TABLES)
def test_every_step_is_used(table):
    steps = {step for _, step in table}
    assert steps == set(type(next(iter(steps))))


@pytest.mark.parametrize("status", sorted(JOB_ENDS))
def test_nothing_follows_the_end_of_a_job(status):
    assert not [key for key in JOB_LIFECYCLE if key[0] is status]


def test_a_job_that_has_not_ended_has_a_way_on():
    alive = {status for status, _ in JOB_LIFECYCLE}
    assert alive == set(JobStatus) - JOB_ENDS


def test_only_open_offers_change():
    assert {status for status, _ in OFFER_LIFECYCLE} == OFFER_OPEN


def test_only_unfinished_stops_change():
    assert {status for status, _ in STOP_LIFECYCLE} == STOP_UNFINISHED


def test_a_step_that_the_table_lacks_is_refused():
    with pytest.raises(InvalidStateTransitionError, match="a job that is delivered cannot cancel"):
        next_status("job", JOB_LIFECYCLE, JobStatus.DELIVERED, JobStep.CANCEL)
