"""The exceptions queue over REST and the feed: filters, what is suggested, and what is decided."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.assign_job import assign_job
from service.actions.decline_offer import decline_offer
from service.actions.set_status import Online, set_status
from service.domain.ids import ExceptionId
from service.domain.lifecycle import StopKind
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ExceptionKind, Severity, Vehicle
from service.live import positions
from service.live.records import LiveFix
from service.relay.index import MarketIndex
from service.relay.instants import ms_of
from service.store import deployment, jobs
from service.store.told_exceptions import open_and_tell
from tests.integration.api.test_rest import check_problem
from tests.integration.deliveries import deliver

FAR, NEAR = 48.2689, 48.2109  # of a pickup at 48.2089


@pytest.fixture
def opened(runtime, market):
    """Open an exception; return the path to it."""

    async def open_one(kind, *, severity=Severity.WARNING, due_at=None, **subject):
        exception_id = ExceptionId(uuid4())
        async with runtime.pool.transaction() as conn:
            await open_and_tell(
                conn,
                exception_id=exception_id,
                market_id=market,
                kind=kind,
                severity=severity,
                due_at=due_at,
                now=runtime.clock.now(),
                **({"job_id": None, "courier_id": None} | subject),
            )
        return f"/v1/ops/exceptions/{exception_id}"

    return open_one


@pytest.fixture
async def couriers(runtime, market, ids):
    """Two couriers on bikes on duty, and in the index: the first is far from the pickup."""
    found = ids[1:3]
    for courier_id, lat_deg in zip(found, (FAR, NEAR), strict=True):
        now = runtime.clock.now()
        duty = Online(
            vehicle=Vehicle.BIKE,
            capacity=Load(16_000, 60, 6),
            shift_ends_at=now + timedelta(hours=4),
        )
        await set_status(
            runtime, courier_id=courier_id, market_id=market, duty=duty, actor=Actor.COURIER
        )
        fix = LiveFix(
            courier_id=courier_id,
            lat_deg=lat_deg,
            lng_deg=16.3697,
            accuracy_m=5.0,
            received_at_ms=ms_of(now),
        )
        await positions.write_fixes(runtime.redis, market, [fix])
    await MarketIndex(runtime, market).apply(job_ids=set(), courier_ids=set(found))
    return found


async def test_the_queue_is_filtered(ops, post, opened):
    job = await post()
    late = await opened(ExceptionKind.LATE_RISK, job_id=job["id"], severity=Severity.CRITICAL)
    drift = await opened(ExceptionKind.INDEX_DRIFT)

    async def found(query):
        answer = await ops.get(f"/v1/ops/exceptions?{query}")
        assert answer.status_code == 200, answer.text
        return {f"/v1/ops/exceptions/{one['id']}" for one in answer.json()["exceptions"]}

    assert await found("") == {late, drift}
    assert await found("kind=late_risk") == {late}
    assert await found("kind=late_risk&kind=index_drift") == {late, drift}
    assert await found("severity=critical") == {late}
    assert await found(f"job_id={job['id']}") == {late}
    assert await found(f"courier_id={job['id']}") == set()
    check_problem(await ops.get("/v1/ops/exceptions?kind=nonsense"), 400, "invalid_params")


async def test_what_is_suggested_says_what_it_would_bring(
    runtime, market, ops, post, opened, couriers
):
    job = await post()
    made = await assign_job(
        runtime, job_id=UUID(job["id"]), courier_id=couriers[0], market_id=market
    )
    await accept_offer(runtime, offer_id=made.id, by=couriers[0], market_id=market)
    path = await opened(ExceptionKind.LATE_RISK, job_id=job["id"])
    suggested = (await ops.get(f"{path}/suggestion")).json()
    assert suggested["action"] == "reassign"
    effect = suggested["effect"]
    assert effect["courier_id"] == str(couriers[1])
    assert 1_500 < effect["gain_s"] < 2_500  # 6.4 km by bike
    assert effect["lateness_s"] < 0.0
    assert effect["pickup_at"] < effect["door_at"] < effect["otherwise_at"]
    answer = await ops.post(f"{path}/resolution", json={"resolution": "reassign"})
    assert (answer.status_code, answer.json()["resolution"]) == (200, "reassign")
    reopened = (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()
    assert (reopened["status"], reopened["attempt"]) == ("open", 2)
    assert reopened["opened_at"] > reopened["created_at"]  # it waits since then
    events = (await ops.get(f"/v1/ops/jobs/{job['id']}/events")).json()["events"]
    assert events[-1]["data"]["opened_at"] == reopened["opened_at"]


async def test_an_open_job_is_offered_to_who_is_named(ops, post, opened, couriers):
    job = await post()
    path = await opened(ExceptionKind.NO_COURIER_NEAR, job_id=job["id"])
    suggested = (await ops.get(f"{path}/suggestion")).json()
    assert (suggested["action"], suggested["effect"]["courier_id"]) == ("offer", str(couriers[1]))
    body = {"courier_id": suggested["effect"]["courier_id"]}
    assert (await ops.post(f"/v1/ops/jobs/{job['id']}/assignment", json=body)).status_code == 201


async def test_who_has_declined_is_not_named_again(runtime, market, ops, post, opened, couriers):
    job = await post()
    made = await assign_job(
        runtime, job_id=UUID(job["id"]), courier_id=couriers[1], market_id=market
    )
    await decline_offer(runtime, answer="", offer_id=made.id, by=couriers[1], market_id=market)
    path = await opened(ExceptionKind.NO_COURIER_NEAR, job_id=job["id"])
    effect = (await ops.get(f"{path}/suggestion")).json()["effect"]
    assert effect["courier_id"] == str(couriers[0])
    async with runtime.pool.connection() as conn:  # as the matching sees it
        (offered,) = await jobs.read_unoffered(conn, market_id=market, job_ids=[UUID(job["id"])])
        refusers = await jobs.list_refusers(conn, job_id=UUID(job["id"]))
    assert [one.courier_id for one in refusers] == list(offered.refused_by) == [couriers[1]]


async def test_who_has_declined_is_not_named_for_a_job_that_somebody_has(
    runtime, market, ops, post, opened, couriers
):
    job = await post()
    job_id = UUID(job["id"])
    made = await assign_job(runtime, job_id=job_id, courier_id=couriers[1], market_id=market)
    await decline_offer(runtime, answer="", offer_id=made.id, by=couriers[1], market_id=market)
    made = await assign_job(runtime, job_id=job_id, courier_id=couriers[0], market_id=market)
    await accept_offer(runtime, offer_id=made.id, by=couriers[0], market_id=market)
    path = await opened(ExceptionKind.LATE_RISK, job_id=job["id"])
    suggested = (await ops.get(f"{path}/suggestion")).json()
    assert (suggested["action"], suggested["effect"]["courier_id"]) == ("wait", None)


async def test_where_a_courier_was_long_ago_says_nothing(
    runtime, market, ops, post, opened, couriers
):
    job = await post()
    made = await assign_job(
        runtime, job_id=UUID(job["id"]), courier_id=couriers[0], market_id=market
    )
    await accept_offer(runtime, offer_id=made.id, by=couriers[0], market_id=market)
    path = await opened(ExceptionKind.LATE_RISK, job_id=job["id"])
    assert (await ops.get(f"{path}/suggestion")).json()["effect"]["otherwise_at"] is not None
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_market_time(conn)).now
        later = now + timedelta(seconds=1.0 + Policy().position_age_s_max)
        await deployment.set_time(conn, market_at=later, time_scale=1.0)
    assert (await ops.get(f"{path}/suggestion")).json() == {"action": "wait", "effect": None}


async def test_who_is_suspended_is_not_sent_to_the_door_again(runtime, market, ops, post, ids):
    job_id = UUID((await post())["id"])
    whose = {"market_id": market, "courier_id": ids[0]}
    await deliver(runtime, job_id=job_id, **whose, until=StopKind.PICKUP)
    answer = await ops.post(
        f"/v1/ops/couriers/{ids[0]}/suspension",
        json={"reason": "conduct", "jobs_in_hand": "reassign"},
    )
    assert answer.status_code == 200, answer.text
    (exception,) = (await ops.get("/v1/ops/exceptions")).json()["exceptions"]
    assert (exception["kind"], exception["job_id"]) == ("attempt_failed", str(job_id))
    suggested = (await ops.get(f"/v1/ops/exceptions/{exception['id']}/suggestion")).json()
    assert suggested["action"] == "call_courier"


async def test_where_nobody_is_seen_nothing_is_predicted(runtime, ops, post, opened, couriers):
    await runtime.redis.execute("FLUSHALL")
    job = await post()
    path = await opened(ExceptionKind.NO_COURIER_NEAR, job_id=job["id"])
    assert (await ops.get(f"{path}/suggestion")).json() == {"action": "wait", "effect": None}


@pytest.mark.parametrize("kind", [ExceptionKind.COURIER_NOT_MOVING, ExceptionKind.COURIER_SILENT])
async def test_a_courier_with_nothing_in_hand_is_to_be_called(ops, opened, couriers, kind):
    path = await opened(kind, courier_id=couriers[0])
    answer = await ops.get(f"{path}/suggestion")
    assert answer.json() == {"action": "call_courier", "effect": None}


@pytest.mark.parametrize(
    ("kind", "action"),
    [(ExceptionKind.INDEX_DRIFT, "wait"), (ExceptionKind.WEBHOOK_FAILING, "call_merchant")],
)
async def test_about_what_no_job_is_part_of_nothing_is_predicted(ops, opened, kind, action):
    path = await opened(kind)
    assert (await ops.get(f"{path}/suggestion")).json() == {"action": action, "effect": None}


async def test_there_is_nothing_to_suggest_about_what_is_not_there(ops, market):
    path = f"/v1/ops/exceptions/{uuid4()}/suggestion"
    check_problem(await ops.get(path), 404, "not_found")
