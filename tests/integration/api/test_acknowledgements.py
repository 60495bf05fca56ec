"""Acknowledgements of one process: no market and no offer waits for another that is held."""
# ruff: noqa: F811  # fixtures are imported by name, and named again where they are used

import asyncio
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from service.actions.create_market import MarketRequest, create_market
from service.api import acknowledgements as module
from service.api.acknowledgements import Acknowledgements
from service.domain.errors import NotFoundError, UnavailableError
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.runtime import open_runtime
from service.wire.courier_stream import Ack
from tests.integration.actions.conftest import (  # noqa: F401  # pytest finds fixtures by name
    made,
    online,
    people,
    post,
)
from tests.integration.api.conftest import PATIENCE_S
from tests.integration.api.talk import courier_of

GRAZ = MarketId("graz")


@pytest.fixture
async def runtime(database, redis):
    """A runtime that waits for a lock a moment only, and once."""
    hurried = replace(database, lock_timeout_ms=100, transaction_attempts_count_max=1)
    async with open_runtime(hurried) as runtime:
        yield runtime


@pytest.fixture
async def noting(runtime, monkeypatch):
    """Acknowledgements that are written as long as the test runs."""
    monkeypatch.setattr(module, "PAUSES_S", (0.01,) * 3)
    noting = Acknowledgements(runtime)
    running = asyncio.create_task(noting.run())
    yield noting
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def of_graz(runtime, conn, made):
    """One of the offers, moved to another market."""
    request = MarketRequest(
        market_id=GRAZ,
        name="Graz",
        currency="EUR",
        timezone="Europe/Vienna",
        center=Point(47.07, 15.44),
        service_radius_m=15_000.0,
        policy=Policy(),
    )
    assert await create_market(runtime, request)
    await conn.execute("UPDATE offer SET market_id = $2 WHERE id = $1", made[0].id, GRAZ)
    return replace(made[0], market_id=GRAZ)


@pytest.fixture
def status_of(runtime, conn):
    async def read(offer):
        return await conn.fetchval("SELECT status FROM offer WHERE id = $1", offer.id)

    return read


@asynccontextmanager
async def held(conn, table, id_):
    """Hold a row, as one whose transaction is under way."""
    async with conn.transaction():
        await conn.execute(f"SELECT FROM {table} WHERE id = $1 FOR UPDATE", id_)
        yield


async def note(noting, offer, *, offer_id=None):
    """Say on behalf of the courier that the offer, or the one named, is shown."""
    async with asyncio.timeout(PATIENCE_S):
        await noting.note(courier_of(offer), Ack(offer_id=offer_id or offer.id))


async def test_an_unknown_offer_is_not_found_while_the_others_are_noted(noting, made, status_of):
    strange = note(noting, made[0], offer_id=uuid7())
    found, *others = await asyncio.gather(
        strange, *(note(noting, offer) for offer in made), return_exceptions=True
    )
    assert isinstance(found, NotFoundError)
    assert others == [None] * len(made)
    assert {await status_of(offer) for offer in made} == {"seen"}


async def test_an_offer_that_is_held_delays_no_other_and_is_noted_when_free(
    noting,
    conn,
    made,
    status_of,
    monkeypatch,
):
    monkeypatch.setattr(module, "PAUSES_S", (0.01,) * 1_000)  # longer than anybody holds it
    first, *others = made
    async with asyncio.TaskGroup() as group, held(conn, "offer", first.id):
        waiting = group.create_task(note(noting, first))
        await asyncio.gather(*(note(noting, offer) for offer in others))
        assert not waiting.done()
        assert await status_of(first) == "pending"
    assert await status_of(first) == "seen"


async def test_an_offer_that_is_held_on_and_on_is_unavailable_not_unknown(noting, conn, made):
    async with held(conn, "offer", made[0].id):
        with pytest.raises(UnavailableError):
            await note(noting, made[0])
    await note(noting, made[0])


async def test_a_market_in_contention_is_unavailable_by_itself(
    noting,
    conn,
    made,
    of_graz,
    status_of,
):
    async with held(conn, "market", GRAZ):
        told = await asyncio.gather(
            note(noting, of_graz),
            *(note(noting, offer) for offer in made[1:]),
            return_exceptions=True,
        )
    assert isinstance(told[0], UnavailableError)
    assert told[1:] == [None] * len(made[1:])
    assert await status_of(of_graz) == "pending"
    assert {await status_of(offer) for offer in made[1:]} == {"seen"}
    await note(noting, of_graz)
    assert await status_of(of_graz) == "seen"
