"""A public day of a real city as a virtual day, under three rules: its figures side by side."""

from collections.abc import Callable

import numpy as np

from matching.params import Params
from service.domain.geo import Point
from service.domain.load import VEHICLE_CAPACITY, load_of
from service.domain.load import Load as CarriedLoad
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import SizeClass
from service.simulation.baseline import run_baseline
from service.simulation.metrics import FinishedJob, Metrics, measure
from service.simulation.public_day import PublicDay
from service.simulation.run.day_metrics import BASELINE, SERVICE
from service.simulation.virtual.day import Courier, Day, Load, Order, StopTimes, travel_m
from service.simulation.virtual.journal import Journal
from service.simulation.virtual.world import Rules, play

ONE_TO_ONE = "one-to-one optimal matching"

_PARCEL = load_of(SizeClass.SMALL, 1_000)  # the record does not say what was ordered

Tell = Callable[[str], None]


def compare(day: PublicDay, policy: Policy, params: Params, *, tell: Tell) -> dict[str, Metrics]:
    """Return the metrics of the day under each rule, by the rule's name.

    Couriers accept everything and answer at once, in all three.
    """
    virtual = virtual_day_of(day, policy)
    metrics = {BASELINE: measure(run_baseline(day, policy), courier_hours=day.courier_hours)}
    alone = params._replace(bundle_jobs_max=1, reposition_couriers_max=0)
    for name, rules in (
        (ONE_TO_ONE, Rules(params=alone, live_orders_max=1)),
        (SERVICE, Rules(params=params, live_orders_max=policy.live_jobs_count_max)),
    ):
        tell(f"running: {name}")
        journal = play(virtual, rules).journal
        metrics[name] = measure(
            finished_jobs(virtual, journal),
            courier_hours=day.courier_hours,
            distance_m=driven_m(virtual, journal),
        )
    return metrics


def virtual_day_of(day: PublicDay, policy: Policy) -> Day:
    """Return the public day as a virtual one: straight lines, speeds and loads by vehicle."""
    row_of = dict[Point, int]()
    stores = tuple(_row(row_of, store) for store in day.stores)
    orders = tuple(
        Order(
            id=order.id,
            pickup=stores[order.store_index],
            dropoff=_row(row_of, order.dropoff),
            placed_s=order.placed_s,
            ready_s=order.ready_s,
            load=_numbers(_PARCEL),
        )
        for order in day.orders
    )
    couriers = tuple(
        Courier(
            id=courier.id,
            start=_row(row_of, courier.start),
            on_s=courier.on_s,
            off_s=courier.off_s,
            speed_mps=SPEED_MPS[courier.vehicle],
            capacity=_numbers(VEHICLE_CAPACITY[courier.vehicle]),
        )
        for courier in day.couriers
    )
    times = StopTimes(
        pickup_access_s=0.0,
        pickup_service_s=float(policy.pickup_service_s),
        dropoff_access_s=0.0,
        dropoff_service_s=float(policy.dropoff_service_s),
    )
    return Day(
        place_deg=np.array([(p.lat_deg, p.lng_deg) for p in row_of], np.float64).reshape(-1, 2),
        stores=stores,
        orders=orders,
        couriers=couriers,
        stop_times=times,
        is_unmixed=False,
        detour_factor=policy.detour_factor,
    )


def finished_jobs(day: Day, journal: Journal) -> list[FinishedJob]:
    """Return what became of each order, in the day's order; a stop is done when it is left."""
    left_s = dict[tuple[int, bool], float]()
    courier_of = dict[int, str]()
    for visit in journal.visits:
        left_s.update(((row, visit.is_pickup), visit.leave_s) for row in visit.orders)
        courier_of.update((row, day.couriers[visit.courier].id) for row in visit.orders)
    return [
        FinishedJob(
            placed_s=order.placed_s,
            ready_s=order.ready_s,
            offered_s=journal.first_offered_s.get(row),
            picked_up_s=left_s.get((row, True)),
            delivered_s=left_s.get((row, False)),
            courier=courier_of.get(row),
            offers_count=journal.offers_count.get(row, 0),
            bundle=str(journal.bundle_of[row]) if row in journal.bundle_of else None,
        )
        for row, order in enumerate(day.orders)
    ]


def driven_m(day: Day, journal: Journal) -> float:
    """Return what all couriers travelled, metres."""
    return sum(travel_m(day, m.courier, m.from_place, m.to_place) for m in journal.moves)


def _row(row_of: dict[Point, int], point: Point) -> int:
    return row_of.setdefault(point, len(row_of))


def _numbers(load: CarriedLoad) -> Load:
    return float(load.weight_g), float(load.volume_l), float(load.jobs_count)
