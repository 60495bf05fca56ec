"""A fact that the relay cannot tell stops no other: it is put aside, and ops are told."""

import msgspec
import pytest

from service.domain.vocabulary import ExceptionKind
from service.store import exceptions
from tests.integration.relay.streams import check_gapless, events_of

RECORD = """
INSERT INTO fact (market_id, type, actor, at, body)
VALUES ('vienna', $1, 'ops', now(), '{"type": "market", "id": "vienna", "is_paused": true}')
"""
OF_ANOTHER_RELEASE = "market.moved"


@pytest.fixture
def told(conn, market):
    async def types():
        return [event["event"]["type"] for event in await events_of(conn, f"market:{market}")]

    return types


@pytest.fixture
def opened(conn, market):
    """The exceptions about facts that were put aside."""

    async def list_opened():
        return await exceptions.list_exceptions(
            conn,
            market_id=market,
            only_open=True,
            kinds=[ExceptionKind.FACT_UNTOLD],
            severities=[],
            job_id=None,
            courier_id=None,
            before_id=None,
            limit_count=10,
        )

    return list_opened


async def test_a_fact_of_a_type_that_is_not_known_stops_no_other(conn, relay, told, opened):
    for type_ in ("market.paused", OF_ANOTHER_RELEASE, "market.resumed"):
        await conn.execute(RECORD, type_)
    await relay()
    assert await told() == ["market.paused", "market.resumed", "exception.opened"]
    (exception,) = await opened()
    assert (exception.severity, exception.job_id, exception.courier_id) == ("critical", None, None)
    await check_gapless(conn)


async def test_a_fact_with_a_strange_body_is_told_of_by_its_job(
    conn, post, relay, told, opened, people
):
    job_id, other_id = await post(), await post()
    spoil = "UPDATE fact SET body = body - 'fee_cents' WHERE job_id = $1 AND type = 'job.created'"
    await conn.execute(spoil, job_id)
    await relay()
    assert await told() == ["job.opened", "job.created", "job.opened", "exception.opened"]
    (exception,) = await opened()
    assert exception.job_id == job_id
    merchant = await events_of(conn, f"merchant:{people[0].merchant_id}")
    assert [event["event"]["data"]["id"] for event in merchant] == [
        str(job_id), str(other_id), str(other_id)
    ]  # fmt: skip


async def test_what_is_put_aside_stays_on_record(conn, relay):
    await conn.execute(RECORD, OF_ANOTHER_RELEASE)
    await relay()
    (row,) = await conn.fetch("SELECT type FROM fact WHERE type NOT LIKE 'exception.%'")
    assert row["type"] == OF_ANOTHER_RELEASE


async def test_a_fault_that_is_no_facts_puts_none_aside(conn, relay, told, opened):
    await conn.execute(RECORD, "market.paused")
    sound = "UPDATE policy SET parameters = parameters #- '{detour_factor}'"
    await conn.execute('UPDATE policy SET parameters = \'{"detour_factor": "far"}\'')
    with pytest.raises(msgspec.ValidationError):
        await relay()
    assert await opened() == []
    await conn.execute(sound)
    await relay()
    assert await told() == ["market.paused"]
