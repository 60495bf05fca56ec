"""Who could be sent to a job at once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from service.domain.geo import Point
from service.domain.ids import JobId, StopId
from service.domain.lifecycle import JobStatus, StopKind, StopStatus
from service.domain.load import VEHICLE_CAPACITY, Load
from service.domain.vocabulary import Requirement, SizeClass, Vehicle
from service.simulation.behaviour import Answer, Reply
from service.simulation.clients.courier_app import Traits
from service.simulation.clients.trip import Visit
from service.simulation.run.able import could_be_sent
from service.wire.rest import ItemBody, JobBody, StopBody

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR_S = 3_600.0
METRES_PER_DEGREE = 111_195.0

TRAITS = Traits(
    name="Anna",
    vehicle=Vehicle.BIKE,
    capacity=VEHICLE_CAPACITY[Vehicle.BIKE],
    abilities=(Requirement.FRAGILE,),
    start=Point(0.0, 0.0),
    speed_mps=4.5,
    path=lambda start, end: [start, end],
    judge=lambda _offer: Reply(Answer.ACCEPT, 3.0),
    visiting=lambda _stop: Visit(service_s=20.0),
    blur=lambda point: point,
    moving_interval_s=1.0,
    standing_interval_s=4.0,
    patience_s=2.0,
)


def make_stop(kind: StopKind, *, north_m: float) -> StopBody:
    return StopBody(
        id=StopId(UUID(int=1)),
        kind=kind,
        attempt=1,
        status=StopStatus.PENDING,
        lat_deg=north_m / METRES_PER_DEGREE,
        lng_deg=0.0,
        address="",
        contact=None,
        instructions=None,
        arrived_at=None,
        completed_at=None,
        failed_at=None,
        failure_reason=None,
    )


def make_job(**changes: object) -> JobBody:
    """Return a job whose drop-off is 1,000 m north of its pickup: 289 s by bike."""
    values = {
        "id": JobId(UUID(int=2)),
        "status": JobStatus.OPEN,
        "version": 1,
        "attempt": 1,
        "reference": None,
        "item": ItemBody(size_class=SizeClass.SMALL),
        "requirements": (Requirement.FRAGILE,),
        "vehicles": (Vehicle.BIKE, Vehicle.CAR),
        "is_unmixed": False,
        "fee_cents": 500,
        "currency": "EUR",
        "created_at": NOW,
        "ready_at": NOW,
        "due_at": NOW + timedelta(hours=1),
        "search_until": NOW + timedelta(hours=1),
        "ended_at": None,
        "courier_id": None,
        "bundle_id": None,
        "ended_by": None,
        "reason": None,
        "stops": (
            make_stop(StopKind.PICKUP, north_m=0.0),
            make_stop(StopKind.DROPOFF, north_m=1_000.0),
        ),
    }
    return JobBody(**(values | changes))


def is_able(
    job: JobBody, *, away_m: float = 0.0, shift_left_s: float = HOUR_S, **changes: object
) -> bool:
    return could_be_sent(
        msgspec.structs.replace(TRAITS, **changes),
        job,
        place=Point(-away_m / METRES_PER_DEGREE, 0.0),
        now_s=NOW.timestamp(),
        shift_ends_s=NOW.timestamp() + shift_left_s,
    )


@pytest.mark.parametrize(("away_m", "expected"), [(2_490.0, True), (2_510.0, False)])
def test_near_is_within_the_first_search_radius(*, away_m: float, expected: bool) -> None:
    assert is_able(make_job(), away_m=away_m) is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"vehicle": Vehicle.SCOOTER},
        {"abilities": ()},
        {"capacity": Load(500, 60, 6)},
    ],
)
def test_who_may_not_carry_the_job_is_not_able(changes: dict[str, object]) -> None:
    assert not is_able(make_job(), **changes)


@pytest.mark.parametrize(("left_s", "expected"), [(340.0, False), (360.0, True)])
def test_the_delivery_must_end_within_deadline_and_shift(*, left_s: float, expected: bool) -> None:
    assert is_able(make_job(due_at=NOW + timedelta(seconds=left_s))) is expected
    assert is_able(make_job(), shift_left_s=left_s) is expected
