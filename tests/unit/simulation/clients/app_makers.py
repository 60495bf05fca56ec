"""Messages and couriers with everything a test does not care about filled in."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from service.domain.geo import Point
from service.domain.ids import CourierId, JobId, OfferId, StopId
from service.domain.lifecycle import CourierStatus, JobStatus, OfferMode, StopKind, StopStatus
from service.domain.load import VEHICLE_CAPACITY
from service.domain.pricing import Pay
from service.domain.vocabulary import SizeClass, Vehicle
from service.simulation.behaviour import Answer, Reply
from service.simulation.clients.courier_app import Traits
from service.simulation.clients.trip import Visit
from service.simulation.motion import straight_line
from service.wire.courier_stream import AssignmentChanged, Hello, Notice, OfferMade, Snapshot
from service.wire.route import Assignment, RouteJob, RouteStop

NOW_S = 1_800_000_000.0
NOW = datetime.fromtimestamp(NOW_S, UTC)
HOME = Point(48.2082, 16.3738)
PATIENCE_S = 10.0
SPEED_MPS = 5.0
OFFER_ID = OfferId(UUID(int=1))
JOB_ID = JobId(UUID(int=2))
PICKUP_ID = StopId(UUID(int=3))
DROPOFF_ID = StopId(UUID(int=4))

path = partial(straight_line, detour_factor=1.0)


def point_east(metres: float) -> Point:
    """Return the point so far east of home, to a metre or so."""
    return Point(HOME.lat_deg, HOME.lng_deg + metres / 74_100.0)


def accepting(_offer: object) -> Reply:
    return Reply(Answer.ACCEPT, 3.0)


def make_traits(**changes: object) -> Traits:
    values = {
        "name": "Anna",
        "vehicle": Vehicle.BIKE,
        "capacity": VEHICLE_CAPACITY[Vehicle.BIKE],
        "abilities": (),
        "start": HOME,
        "speed_mps": SPEED_MPS,
        "path": path,
        "judge": accepting,
        "visiting": lambda _stop: Visit(service_s=20.0),
        "blur": lambda point: point,
        "moving_interval_s": 5.0,
        "standing_interval_s": 20.0,
        "patience_s": PATIENCE_S,
    }
    return Traits(**(values | changes))


def make_offer(**changes: object) -> OfferMade:
    values = {
        "seq": 1,
        "offer_id": OFFER_ID,
        "bundle_id": None,
        "mode": OfferMode.EXCLUSIVE,
        "job_ids": (JOB_ID,),
        "legs": (),
        "pay": Pay(base_cents=250, distance_cents=50, total_cents=300, currency="EUR"),
        "expires_in_ms": 30_000,
        "expires_at": NOW,
    }
    return OfferMade(**(values | changes))


def make_stop(**changes: object) -> RouteStop:
    place = changes.pop("place", HOME)
    values = {
        "stop_id": PICKUP_ID,
        "job_id": JOB_ID,
        "kind": StopKind.PICKUP,
        "status": StopStatus.ENROUTE,
        "lat_deg": place.lat_deg,
        "lng_deg": place.lng_deg,
        "address": "Graben 1",
        "contact_name": None,
        "contact_phone": None,
        "instructions": None,
        "service_s": 60,
        "ready_at": None,
        "due_at": None,
    }
    return RouteStop(**(values | changes))


def make_assignment(*stops: RouteStop, seq: int = 1) -> AssignmentChanged:
    job = RouteJob(
        job_id=JOB_ID,
        status=JobStatus.ENROUTE_TO_PICKUP,
        size_class=SizeClass.SMALL,
        weight_g=500,
        items_count=1,
        requirements=(),
        reference=None,
        pay_cents=300,
        currency="EUR",
    )
    status = CourierStatus.BUSY if stops else CourierStatus.ONLINE
    jobs = (job,) if stops else ()
    return AssignmentChanged(
        seq=seq, assignment=Assignment(status=status, jobs=jobs, stops=tuple(stops))
    )


def make_hello(*, time_scale: float = 1.0) -> Hello:
    return Hello(
        courier_id=CourierId(UUID(int=9)),
        market_id="vienna",
        epoch="a",
        seq=0,
        server_time=NOW,
        time_scale=time_scale,
        resume_within_ms=600_000,
        position_interval_ms=4_000,
        session_ms=900_000,
    )


def recovered() -> Snapshot:
    return Snapshot(epoch="a", seq=0, recovered=True, state=None)


def notice(status: CourierStatus) -> Notice:
    return Notice(seq=1, notice="status_changed", status=status)
