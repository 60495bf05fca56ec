"""Whom ops are shown for an offer by hand: who could be asked now, the nearest first."""

import itertools
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.actions.assign_job import assign_job
from service.actions.decline_offer import decline_offer
from service.actions.set_status import Paused, set_status
from service.domain.vocabulary import Actor
from service.live import positions
from service.live.records import LiveFix
from service.relay.instants import ms_of
from tests.integration.api.test_exceptions import couriers  # noqa: F401  # found by name
from tests.integration.api.test_rest import check_problem


async def near(ops, job):
    answer = await ops.get(f"/v1/ops/jobs/{job['id']}/couriers")
    assert answer.status_code == 200, answer.text
    return answer.json()["couriers"]


@pytest.fixture
def seen(runtime, market):
    """Have a courier be seen at a latitude, so long ago."""
    numbers = itertools.count(1)

    async def see(courier_id, lat_deg, *, age_s):
        fix = LiveFix(
            courier_id=courier_id,
            lat_deg=lat_deg,
            lng_deg=16.3697,
            accuracy_m=5.0,
            seq=next(numbers),
            received_at_ms=ms_of(runtime.clock.now() - timedelta(seconds=age_s)),
        )
        await positions.write_fixes(runtime.redis, market, [fix])

    return see


async def test_the_nearest_who_take_offers_come_first(
    runtime,
    market,
    ops,
    post,
    ids,
    couriers,  # noqa: F811  # the fixture
):
    far, close = couriers
    job = await post()
    made = await assign_job(runtime, job_id=UUID(job["id"]), courier_id=far, market_id=market)
    assert [one["id"] for one in await near(ops, job)] == [str(close)]  # the other is asked
    await decline_offer(runtime, answer="", offer_id=made.id, by=far, market_id=market)
    first, second = await near(ops, job)
    assert [first["id"], second["id"]] == [str(close), str(far)]
    assert (first["has_refused"], second["has_refused"]) == (False, True)
    assert 200.0 < first["distance_m"] < 250.0
    assert first["name"] == "Cleo"
    assert first["can_carry"]
    assert str(ids[0]) not in {first["id"], second["id"]}  # who is off duty


async def test_who_cannot_be_asked_is_not_listed(
    runtime,
    market,
    ops,
    post,
    seen,
    couriers,  # noqa: F811  # the fixture
):
    job = await post()
    await set_status(
        runtime, courier_id=couriers[1], market_id=market, duty=Paused(), actor=Actor.OPS
    )
    await positions.forget(runtime.redis, market, [couriers[0]])
    await seen(couriers[0], 48.2090, age_s=3_600)  # of an hour ago: nobody knows where they are
    assert await near(ops, job) == []
    await seen(couriers[0], 48.2091, age_s=0)
    (only,) = await near(ops, job)
    assert only["id"] == str(couriers[0])


async def test_a_parcel_that_they_cannot_carry_is_said(
    ops,
    post,
    couriers,  # noqa: F811  # the fixture
):
    job = await post(item={"size_class": "large", "weight_g": 20_000})
    assert {one["can_carry"] for one in await near(ops, job)} == {False}
    assert len(couriers) == 2


async def test_of_an_unknown_job_nothing_is_told(ops):
    check_problem(await ops.get(f"/v1/ops/jobs/{uuid4()}/couriers"), 404, "not_found")
