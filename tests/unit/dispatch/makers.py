"""Makers of what a tick gathers: every field has a sensible default."""

from datetime import timedelta
from uuid import UUID

from service.dispatch.arrays import arrange
from service.dispatch.decide import plan
from service.dispatch.params import params_of
from service.dispatch.rows import Gathered, SeenCourier
from service.dispatch.travel import StraightLine
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import NOTHING, Load
from service.domain.vocabulary import Vehicle
from service.live.records import LiveFix, OpenJob, RosterEntry, RosterStop
from tests.unit.domain.makers import GRABEN, NASCHMARKT, NOW, make_market

LOAD = Load(2_000, 5, 1)


def make_open_job(number=1, **changes):
    """Return a job at the Graben; its id is that of `make_job(number)` of the domain."""
    values = {
        "job_id": UUID(int=1_000 * number),
        "version": 2,
        "pickup_lat_deg": GRABEN.lat_deg,
        "pickup_lng_deg": GRABEN.lng_deg,
        "dropoff_lat_deg": NASCHMARKT.lat_deg,
        "dropoff_lng_deg": NASCHMARKT.lng_deg,
        "ready_at": NOW,
        "due_at": NOW + timedelta(hours=1),
        "opened_at": NOW,
        "load": LOAD,
        "vehicles": (Vehicle.BIKE, Vehicle.CAR),
        "requirements": (),
        "pickup_service_s": 60,
        "dropoff_service_s": 60,
        "search_round": 0,
        "refused_by": (),
        "fee_cents": 1_000,
    }
    return OpenJob(**(values | changes))


def make_stop(number=1, kind=StopKind.DROPOFF, **changes):
    """Return a stop of `make_job(number)` of the domain, on a courier's route."""
    place = GRABEN if kind is StopKind.PICKUP else NASCHMARKT
    values = {
        "stop_id": UUID(int=1_000 * number + (1 if kind is StopKind.PICKUP else 2)),
        "job_id": UUID(int=1_000 * number),
        "kind": kind,
        "status": StopStatus.PENDING,
        "lat_deg": place.lat_deg,
        "lng_deg": place.lng_deg,
        "ready_at": NOW if kind is StopKind.PICKUP else None,
        "due_at": None if kind is StopKind.PICKUP else NOW + timedelta(hours=1),
        "service_s": 60,
        "load": LOAD,
        "arrived_at": None,
    }
    return RosterStop(**(values | changes))


def make_seen(number=1, *, north_m=0.0, east_deg=0.0, fixed_at=NOW, **changes):
    """Return a courier on a bike, so far from the Graben."""
    courier_id = UUID(int=number)
    values = {
        "courier_id": courier_id,
        "version": 1,
        "vehicle": Vehicle.BIKE,
        "capacity": Load(16_000, 60, 6),
        "aboard": NOTHING,
        "abilities": (),
        "shift_ends_at": NOW + timedelta(hours=4),
        "live_jobs_count": 0,
        "route": (),
    }
    fix = LiveFix(
        courier_id=courier_id,
        lat_deg=GRABEN.lat_deg + north_m / 111_195.0,
        lng_deg=GRABEN.lng_deg + east_deg,
        accuracy_m=5.0,
        received_at_ms=int(fixed_at.timestamp() * 1_000),
    )
    return SeenCourier(entry=RosterEntry(**(values | changes)), fix=fix)


def make_gathered(jobs=(), couriers=(), *, now=NOW, **changes):
    return Gathered(now=now, jobs=tuple(jobs), couriers=tuple(couriers), **changes)


def decide_on(jobs=(), couriers=(), *, now=NOW, market=None, left_out=(), **changes):
    """Return what a tick decides about these jobs and couriers."""
    market = market or make_market()
    gathered = make_gathered(jobs, couriers, now=now, **changes)
    arranged = arrange(gathered, market.policy, left_out=left_out)
    params = params_of(market.policy, tick_s=market.policy.tick_s)
    travel = StraightLine(market.policy)
    return plan(arranged, market, params=params, travel=travel, left_out=left_out)
