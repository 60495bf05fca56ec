"""An offer has one end, whoever comes to it at the same time, through whichever process."""
# ruff: noqa: F811  # fixtures are imported by name, and named again where they are used

import asyncio
from contextlib import asynccontextmanager

import pytest

from service.actions.cancel_job import cancel_job
from service.actions.decline_offer import decline_offer
from service.actions.expire_offer import expire_offer
from service.api.acceptances import Acceptances
from service.api.line import Line
from service.api.priority import LIMITS, Priority
from service.domain.errors import OfferExpiredError, OfferRevokedError, OfferTakenError
from service.domain.vocabulary import ReasonCode
from service.runtime import open_runtime
from tests.integration.actions.conftest import (  # noqa: F401  # pytest finds fixtures by name
    offer,
    online,
    people,
    post,
)
from tests.integration.api.conftest import PATIENCE_S
from tests.integration.api.talk import courier_of

TOO_LATE = (OfferExpiredError, OfferRevokedError, OfferTakenError)


@asynccontextmanager
async def accepting(runtime):
    """What an api process carries out acceptances with."""
    taking = Acceptances(runtime, Line(LIMITS[Priority.DECIDE]))
    running = asyncio.create_task(taking.run())
    try:
        yield taking
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def apis(runtime, database):
    """The acceptances of two processes."""
    async with open_runtime(database) as other, accepting(runtime) as a, accepting(other) as b:
        yield a, b


@pytest.fixture
def race(runtime, market, apis):
    """Have all who may end an offer do so at once; return (end, what came of it) of each."""

    async def run(made, *, first):
        caller = courier_of(made)
        whose = {"offer_id": made.id, "market_id": market}
        ends = [
            ("accepted", apis[0].accept(caller, made.id)),
            ("declined", decline_offer(runtime, **whose, by=made.courier_id, answer="too far")),
            ("accepted", apis[1].accept(caller, made.id)),
            (
                "revoked",
                cancel_job(
                    runtime,
                    job_id=made.job_ids[0],
                    market_id=market,
                    merchant_id=None,
                    reason=ReasonCode.DUPLICATE_JOB,
                ),
            ),
            ("expired", expire_offer(runtime, **whose)),
        ]
        ends = ends[first:] + ends[:first]
        async with asyncio.timeout(PATIENCE_S):
            outcomes = await asyncio.gather(*(doing for _, doing in ends), return_exceptions=True)
        return [(end, outcome) for (end, _), outcome in zip(ends, outcomes, strict=True)]

    return run


def check(end, outcome, status):
    """Check that who came with this end was told what became of the offer."""
    if (
        end == "revoked"
    ):  # a job is canceled in either case: out of its offer, or of somebody's hands
        assert outcome.status == "canceled"
    elif end == "expired":
        assert outcome is (status == "expired")
    elif end == status:
        assert outcome is None
    else:
        assert isinstance(outcome, TOO_LATE), outcome


@pytest.mark.parametrize("left_ms", [-1.0, 0.0, 2.0, 5.0, 60_000.0])
async def test_an_offer_has_one_end(conn, online, post, offer, race, left_ms):
    for first in range(5):
        made = await offer(await post(), online[0])
        await conn.execute(
            "UPDATE offer SET expires_at = market_now() + $2 * interval '1 ms' WHERE id = $1",
            made.id,
            left_ms,
        )
        outcomes = await race(made, first=first)
        status = await conn.fetchval("SELECT status FROM offer WHERE id = $1", made.id)
        told = await conn.fetch(
            "SELECT type FROM fact WHERE offer_id = $1 AND type ~ '^offer' ORDER BY id", made.id
        )
        assert [row["type"] for row in told] == ["offer.made", "offer.seen", f"offer.{status}"]
        for end, outcome in outcomes:
            check(end, outcome, status)
        taken = await conn.fetch(
            "SELECT ended_at FROM assignment WHERE job_id = $1", made.job_ids[0]
        )
        assert len(taken) == (status == "accepted")
        assert all(row["ended_at"] is not None for row in taken)
