"""The first line by itself: each query of a merchant's asks for its owner, whatever stands behind.

Row-level security would hide a filter that was forgotten; here everything is read by the service.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from service.actions.authenticate import authenticate
from service.actions.enroll import MerchantEntry, enroll
from service.domain.facts import owner_of_merchant
from service.domain.ids import DeliveryId, EndpointId, JobId
from service.store import credentials, jobs, transfers, webhook_deliveries, webhook_endpoints
from tests.integration.deliveries import deliver


@pytest.fixture
async def other_id(runtime, market):
    """The id of a merchant who has nothing."""
    (key,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    return (await authenticate(runtime, key_text=key.text)).merchant_id


@pytest.fixture
async def owner_id(runtime, keys):
    return (await authenticate(runtime, key_text=keys[0].text)).merchant_id


async def test_no_job_of_another_is_read_or_listed(runtime, post, owner_id, other_id):
    job_id = JobId(UUID((await post())["id"]))
    page = {"before_id": None, "limit_count": 10}
    async with runtime.pool.connection() as conn:
        for merchant_id, count in ((owner_id, 1), (other_id, 0)):
            whose = {"merchant_id": merchant_id}
            read = await jobs.read_job_of_merchant(conn, job_id=job_id, **whose)
            assert (read is not None) == bool(count)
            listed = await jobs.list_jobs_of_merchant(
                conn, **whose, **page, statuses=(), reference=None
            )
            live = await jobs.list_live_jobs_of_merchant(conn, **whose, **page)
            assert (len(listed), len(live)) == (count, count)


async def test_no_endpoint_of_another_is_read_listed_or_locked(
    runtime, merchant, owner_id, other_id
):
    made = await merchant.post(
        "/v1/webhook-endpoints",
        json={"url": "https://example.com/hooks"},
        headers={"Idempotency-Key": "e"},
    )
    endpoint_id = EndpointId(UUID(made.json()["endpoint"]["id"]))
    sent = (await merchant.post(f"/v1/webhook-endpoints/{endpoint_id}/test")).json()
    async with runtime.pool.transaction() as conn:
        for merchant_id, count in ((owner_id, 1), (other_id, 0)):
            whose = {"merchant_id": merchant_id}
            of_endpoint = whose | {"endpoint_id": endpoint_id}
            found = [
                await webhook_endpoints.read_endpoint(conn, **of_endpoint),
                await webhook_endpoints.lock_endpoint(conn, **of_endpoint),
                await webhook_deliveries.read_delivery(
                    conn, **of_endpoint, delivery_id=DeliveryId(UUID(sent["id"]))
                ),
            ]
            assert [one is not None for one in found] == [bool(count)] * 3
            listed = await webhook_endpoints.list_endpoints(conn, **whose)
            told = await webhook_deliveries.list_deliveries(
                conn, **of_endpoint, status=None, before_id=None, limit_count=10
            )
            assert (len(listed), len(told)) == (count, count)


async def test_no_money_of_another_is_listed_or_summed(
    runtime, market, post, ids, owner_id, other_id
):
    job_id = UUID((await post())["id"])
    await deliver(runtime, job_id=job_id, courier_id=ids[0], market_id=market)
    now = runtime.clock.now()
    period = {"from_at": now - timedelta(hours=1), "to_at": now + timedelta(hours=1)}
    async with runtime.pool.connection() as conn:
        for merchant_id, count in ((owner_id, 1), (other_id, 0)):
            account = owner_of_merchant(merchant_id)
            listed = await transfers.list_postings(
                conn, account=account, **period, after_at=None, after_id=None, limit_count=10
            )
            summed = await transfers.sum_postings(conn, account=account, **period)
            assert (len(listed), len(summed)) == (count, count)


async def test_no_key_of_another_is_listed(runtime, owner_id, other_id):
    async with runtime.pool.connection() as conn:
        listed = [
            {
                key.id
                for key in await credentials.list_merchant_keys(
                    conn, merchant_id=merchant_id, limit_count=10
                )
            }
            for merchant_id in (owner_id, other_id)
        ]
    assert [len(ids) for ids in listed] == [1, 1]
    assert not listed[0] & listed[1]
