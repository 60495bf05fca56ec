"""A merchant sees the couriers of its own jobs, exactly only while its own stop is in hand."""

from datetime import UTC, datetime
from uuid import UUID

from matching.cells import cell_of, center_of
from service.api.jobs_in_sight import JOBS_COUNT_MAX, SIGHTINGS_COUNT_MAX, JobsInSight
from service.domain.ids import CourierId, JobId
from service.domain.lifecycle import JobStatus
from service.live.records import LiveFix
from service.wire.rest import JobView

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = CourierId(UUID(int=1))
FIX = LiveFix(
    courier_id=ANNA, lat_deg=48.2012345, lng_deg=16.3765432, accuracy_m=5.0, received_at_ms=0
)
FIXES = {ANNA: FIX}


def make_job(
    status: JobStatus, *, number: int = 1, version: int = 1, courier_id: CourierId | None = ANNA
) -> JobView:
    return JobView(
        id=JobId(UUID(int=number)),
        status=status,
        version=version,
        attempt=1,
        reference=None,
        fee_cents=690,
        currency="EUR",
        created_at=NOON,
        ready_at=NOON,
        due_at=NOON,
        ended_at=None,
        courier_id=courier_id,
        bundle_id=None,
        ended_by=None,
        reason=None,
        stops=(),
        search=None,
    )


def test_the_place_is_exact_while_the_own_stop_is_in_hand() -> None:
    jobs = JobsInSight()
    jobs.note(make_job(JobStatus.ENROUTE_TO_PICKUP))
    (seen,) = jobs.sightings(FIXES).couriers
    assert (seen.lat_deg, seen.lng_deg, seen.is_exact) == (48.20123, 16.37654, True)
    assert (seen.job_id, seen.courier_id) == (JobId(UUID(int=1)), ANNA)


def test_before_that_it_is_the_middle_of_a_cell() -> None:
    jobs = JobsInSight()
    jobs.note(make_job(JobStatus.ASSIGNED))
    (seen,) = jobs.sightings(FIXES).couriers
    lat_deg, lng_deg = center_of(cell_of(FIX.lat_deg, FIX.lng_deg, resolution=8))
    assert (seen.lat_deg, seen.lng_deg) == (round(lat_deg, 5), round(lng_deg, 5))
    assert not seen.is_exact


def test_afterwards_nothing_is_seen_and_nothing_asked_for() -> None:
    jobs = JobsInSight()
    jobs.note(make_job(JobStatus.ARRIVED_AT_DROPOFF, version=1))
    assert jobs.courier_ids() == {ANNA}
    jobs.note(make_job(JobStatus.DELIVERED, version=2))
    assert jobs.courier_ids() == set()
    assert jobs.sightings(FIXES).couriers == ()


def test_an_older_state_of_a_job_changes_nothing() -> None:
    jobs = JobsInSight()
    jobs.note(make_job(JobStatus.ASSIGNED, version=5))
    jobs.note(make_job(JobStatus.ENROUTE_TO_PICKUP, version=4))
    (seen,) = jobs.sightings(FIXES).couriers
    assert not seen.is_exact


def test_a_job_without_courier_and_a_courier_without_fix_are_left_out() -> None:
    jobs = JobsInSight()
    jobs.note(make_job(JobStatus.OPEN, courier_id=None))
    assert jobs.courier_ids() == set()
    jobs.note(make_job(JobStatus.ENROUTE_TO_PICKUP, number=2))
    assert jobs.sightings({}).couriers == ()


def test_a_message_is_bounded_and_exact_places_come_first() -> None:
    jobs = JobsInSight()
    for number in range(JOBS_COUNT_MAX):
        jobs.note(make_job(JobStatus.ASSIGNED, number=number))
    last = make_job(JobStatus.ENROUTE_TO_DROPOFF, number=JOBS_COUNT_MAX - 1, version=2)
    jobs.note(last)
    seen = jobs.sightings(FIXES).couriers
    assert len(seen) == SIGHTINGS_COUNT_MAX
    assert seen[0].job_id == last.id
    jobs.note(make_job(JobStatus.ENROUTE_TO_DROPOFF, number=JOBS_COUNT_MAX))
    assert JobId(UUID(int=JOBS_COUNT_MAX)) not in {
        one.job_id for one in jobs.sightings(FIXES).couriers
    }
