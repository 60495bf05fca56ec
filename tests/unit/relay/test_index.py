"""Rows as the index holds them: nothing is lost but what the matching does not ask for."""

from datetime import timedelta
from uuid import UUID

from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import Load
from service.domain.vocabulary import Requirement, SizeClass, Vehicle
from service.live.records import OpenJob, RosterEntry, RosterStop
from service.relay.index import open_job, roster_entry
from service.store.couriers import Aboard, AvailableCourier, AvailableStop
from service.store.jobs import UnofferedJob
from tests.unit.domain.makers import ANNA, BEN, NOW

LATER = NOW + timedelta(hours=1)
JOB = UUID(int=1_000)

AS_BOTH = {
    "job_id": JOB,
    "version": 3,
    "pickup_lat_deg": 48.21,
    "pickup_lng_deg": 16.37,
    "dropoff_lat_deg": 48.2,
    "dropoff_lng_deg": 16.36,
    "ready_at": NOW,
    "due_at": LATER,
    "opened_at": NOW,
    "vehicles": (Vehicle.BIKE, Vehicle.CAR),
    "requirements": (Requirement.FRAGILE,),
    "pickup_service_s": 60,
    "dropoff_service_s": 90,
    "search_round": 2,
    "fee_cents": 690,
    "refused_by": (BEN,),
    "is_unmixed": True,
}


def test_a_job_weighs_what_its_size_and_weight_say():
    row = UnofferedJob(size_class=SizeClass.LARGE, weight_g=4_000, **AS_BOTH)
    assert open_job(row) == OpenJob(load=Load(4_000, 60, 1), **AS_BOTH)


def stop(kind):
    return AvailableStop(
        stop_id=UUID(int=1_001),
        job_id=JOB,
        kind=kind,
        status=StopStatus.ENROUTE,
        lat_deg=48.21,
        lng_deg=16.37,
        service_s=60,
        arrived_at=None,
        ready_at=NOW,
        due_at=LATER,
        size_class=SizeClass.SMALL,
        weight_g=300,
        is_unmixed=True,
    )


def roster_stop(kind, *, ready_at, due_at):
    return RosterStop(
        stop_id=UUID(int=1_001),
        job_id=JOB,
        kind=kind,
        status=StopStatus.ENROUTE,
        lat_deg=48.21,
        lng_deg=16.37,
        ready_at=ready_at,
        due_at=due_at,
        service_s=60,
        load=Load(300, 5, 1),
        arrived_at=None,
        is_unmixed=True,
    )


def test_a_courier_brings_the_route_and_what_is_aboard():
    aboard = (
        Aboard(size_class=SizeClass.SMALL, weight_g=300),
        Aboard(size_class=SizeClass.MEDIUM, weight_g=2_000),
    )
    as_both = {
        "courier_id": ANNA,
        "version": 5,
        "vehicle": Vehicle.BIKE,
        "abilities": (Requirement.COLD_BAG,),
        "shift_ends_at": LATER,
        "live_jobs_count": 3,
    }
    row = AvailableCourier(
        capacity_weight_g=16_000,
        capacity_volume_l=60,
        capacity_jobs_count=6,
        route=(stop(StopKind.PICKUP), stop(StopKind.DROPOFF)),
        aboard=aboard,
        **as_both,
    )
    assert roster_entry(row) == RosterEntry(
        capacity=Load(16_000, 60, 6),
        aboard=Load(2_300, 25, 2),
        route=(
            roster_stop(StopKind.PICKUP, ready_at=NOW, due_at=None),
            roster_stop(StopKind.DROPOFF, ready_at=None, due_at=LATER),
        ),
        **as_both,
    )
