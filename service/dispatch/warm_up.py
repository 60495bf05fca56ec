"""A tiny tick before the first real one: it compiles the kernels, or loads them from the disk."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from matching.plan import Plan
from matching.snapshot import check
from matching.solve import solve
from service.dispatch.arrays import arrange
from service.dispatch.params import params_of
from service.dispatch.rows import Gathered, SeenCourier
from service.domain.ids import CourierId, JobId, StopId
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.live.records import LiveFix, OpenJob, RosterEntry, RosterStop

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_LATER = _NOW + timedelta(hours=1)
_LOAD = Load(1_000, 5, 1)


def warm_up() -> Plan:
    """Solve for two near jobs, and couriers of whom one is under way, so that every kernel runs."""
    gathered = Gathered(
        now=_NOW, jobs=(_job(1), _job(2)), couriers=(_courier(3, route=()), _courier(4, _ROUTE))
    )
    policy = Policy()
    return solve(check(arrange(gathered, policy).snapshot), params_of(policy, tick_s=1.0))


_ROUTE = (
    RosterStop(
        stop_id=StopId(UUID(int=5)),
        job_id=JobId(UUID(int=6)),
        kind=StopKind.DROPOFF,
        status=StopStatus.ENROUTE,
        lat_deg=0.01,
        lng_deg=0.0,
        ready_at=_NOW,
        due_at=_LATER,
        service_s=60,
        load=_LOAD,
        arrived_at=None,
    ),
)


def _job(number: int) -> OpenJob:
    return OpenJob(
        job_id=JobId(UUID(int=number)),
        version=1,
        pickup_lat_deg=0.0,
        pickup_lng_deg=0.0,
        dropoff_lat_deg=0.01,
        dropoff_lng_deg=0.0,
        ready_at=_NOW,
        due_at=_LATER,
        opened_at=_NOW,
        load=_LOAD,
        vehicles=(Vehicle.BIKE,),
        requirements=(),
        pickup_service_s=60,
        dropoff_service_s=60,
        search_round=0,
        refused_by=(CourierId(UUID(int=4)),) if number == 2 else (),
        fee_cents=500,
    )


def _courier(number: int, route: tuple[RosterStop, ...]) -> SeenCourier:
    courier_id = CourierId(UUID(int=number))
    return SeenCourier(
        entry=RosterEntry(
            courier_id=courier_id,
            version=1,
            vehicle=Vehicle.BIKE,
            capacity=Load(16_000, 60, 6),
            aboard=Load(_LOAD.weight_g * len(route), 5 * len(route), len(route)),
            abilities=(),
            shift_ends_at=_LATER,
            live_jobs_count=len(route),
            route=route,
        ),
        fix=LiveFix(
            courier_id=courier_id,
            lat_deg=0.0,
            lng_deg=0.001,
            accuracy_m=5.0,
            received_at_ms=int(_NOW.timestamp() * 1_000),
        ),
    )
