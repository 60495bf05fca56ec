"""The people of a run are repeatable, and what they post is accepted by the wire."""

from datetime import UTC, datetime
from itertools import islice

import msgspec

from service.domain.geo import Point
from service.domain.vocabulary import ProofKind, Vehicle
from service.simulation.city.city import City
from service.simulation.public_day import PublicCourier, PublicDay, PublicOrder
from service.simulation.run import city_cast, day_cast
from service.simulation.run.posting import Errand
from service.wire.rest import PostJobBody

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def city_errands(city: City, *, seed: int, duration_s: float | None = 1_800.0) -> list[Errand]:
    stream = city_cast.errands(
        city, jobs_per_minute=4.0, duration_s=duration_s, starts_at=NOON, seed=seed
    )
    return list(islice(stream, 400))


def test_the_same_seed_posts_the_same_jobs(city: City) -> None:
    assert city_errands(city, seed=1) == city_errands(city, seed=1)
    assert city_errands(city, seed=1) != city_errands(city, seed=2)


def test_some_merchants_ask_for_proofs_and_most_do_not(city):
    bodies = [errand.body for errand in city_errands(city, seed=1)]
    asked = {
        kind
        for body in bodies
        for kind in (*body.pickup.required_proofs, *body.dropoff.required_proofs)
    }
    plain = [b for b in bodies if not (b.pickup.required_proofs or b.dropoff.required_proofs)]
    assert asked == set(ProofKind)
    assert len(plain) > len(bodies) / 2


def test_what_is_posted_is_what_the_wire_accepts(city: City) -> None:
    for errand in city_errands(city, seed=1):
        text = msgspec.json.encode(errand.body)
        assert msgspec.json.decode(text, type=PostJobBody) == errand.body


def test_an_endless_run_goes_on_after_an_hour_and_never_repeats_a_reference(city: City) -> None:
    endless = city_errands(city, seed=1, duration_s=None)
    assert len(endless) == 400
    assert (endless[-1].at - NOON).total_seconds() > 3_600.0
    assert len({errand.body.reference for errand in endless}) == 400
    assert [errand.at for errand in endless] == sorted(errand.at for errand in endless)


def test_jobs_are_spread_over_the_accounts(city: City) -> None:
    rows = {errand.merchant_index for errand in city_errands(city, seed=1, duration_s=None)}
    assert rows <= set(range(len(city_cast.merchant_entries(city))))
    assert len(rows) > 10


def make_day() -> PublicDay:
    stores = tuple(Point(3.4 + 0.01 * k, -76.5) for k in range(3))
    orders = tuple(
        PublicOrder(
            id=str(k),
            store_index=2 * k,
            dropoff=Point(3.45, -76.5),
            placed_s=40_000.0 + k,
            ready_s=41_000.0,
            expected_s=40_500.0,
        )
        for k in range(2)
    )
    courier = PublicCourier(id="c", vehicle=Vehicle.BIKE, start=stores[0], on_s=0.0, off_s=50_000.0)
    return PublicDay(stores=stores, orders=orders, couriers=(courier,))


def test_only_stores_that_sell_are_enrolled() -> None:
    stores = day_cast.stores_of(make_day())
    assert stores == {0: 0, 2: 1}
    assert len(day_cast.merchant_entries(stores)) == 2


def test_an_order_is_posted_at_its_time_with_what_was_recorded() -> None:
    day = make_day()
    midnight = NOON.replace(hour=0)
    first, second = day_cast.errands(day, day_cast.stores_of(day), midnight=midnight)
    assert (second.at - first.at).total_seconds() == 1.0
    assert (first.merchant_index, second.merchant_index) == (0, 1)
    assert (first.body.ready_at - midnight).total_seconds() == 41_000.0
    assert first.body.due_at > first.body.ready_at
    assert second.body.pickup.lat_deg == day.stores[2].lat_deg


def test_a_large_fleet_reports_less_often() -> None:
    assert day_cast.position_real_s(10) == day_cast.POSITION_REAL_S_MIN
    assert day_cast.position_real_s(1_500) == 5.0
