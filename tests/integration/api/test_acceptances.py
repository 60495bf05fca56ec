"""Acceptances of one process: who cannot be accepted with the others is accepted alone."""
# ruff: noqa: F811  # fixtures are imported by name, and named again where they are used

import asyncio

import pytest
from uuid_utils.compat import uuid7

from service.api.acceptances import Acceptances
from service.api.line import Line
from service.api.priority import LIMITS, Priority
from service.domain.errors import NotFoundError, OfferRevokedError
from tests.integration.actions.conftest import (  # noqa: F401  # pytest finds fixtures by name
    made,
    online,
    people,
    post,
)
from tests.integration.api.conftest import PATIENCE_S
from tests.integration.api.talk import courier_of


@pytest.fixture
async def taking(runtime):
    """Acceptances that are carried out as long as the test runs."""
    taking = Acceptances(runtime, Line(LIMITS[Priority.DECIDE]))
    running = asyncio.create_task(taking.run())
    yield taking
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def accept(taking, offer, *, offer_id=None):
    async with asyncio.timeout(PATIENCE_S):
        await taking.accept(courier_of(offer), offer_id or offer.id)


async def takers_count(conn):
    return await conn.fetchval("SELECT count(*) FROM assignment WHERE ended_at IS NULL")


async def test_all_are_accepted_but_the_unknown_one(taking, conn, made):
    strange = accept(taking, made[0], offer_id=uuid7())
    found, *others = await asyncio.gather(
        strange, *(accept(taking, offer) for offer in made[1:]), return_exceptions=True
    )
    assert isinstance(found, NotFoundError)
    assert others == [None] * len(made[1:])
    assert await takers_count(conn) == len(made) - 1


async def test_one_that_is_held_waits_for_its_turn_while_the_others_are_accepted(
    taking, conn, made
):
    first, *others = made
    async with asyncio.TaskGroup() as group, conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", first.job_ids[0])
        waiting = group.create_task(accept(taking, first))
        await asyncio.gather(*(accept(taking, offer) for offer in others))
        assert not waiting.done()
    assert await takers_count(conn) == len(made)


async def test_one_that_was_held_to_be_taken_back_is_refused(taking, conn, made):
    first = made[0]
    async with conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", first.job_ids[0])
        waiting = asyncio.create_task(accept(taking, first))
        await asyncio.gather(*(accept(taking, offer) for offer in made[1:]))
        await conn.execute("UPDATE offer SET status = 'revoked' WHERE id = $1", first.id)
    with pytest.raises(OfferRevokedError):
        await waiting
    assert await takers_count(conn) == len(made) - 1
