"""Offers as ops see them, and why the dispatcher made them."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from service.api.callers import OpsCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_ops import decision_body, ops_offer_page
from service.domain.errors import NotFoundError
from service.domain.ids import JobId, OfferId
from service.domain.lifecycle import OfferStatus
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import offers, ticks
from service.wire.decisions import DecisionBody
from service.wire.rest import OpsOfferPage


@get(
    "/v1/ops/offers",
    operation_id="listOffers",
    summary="List offers, newest first",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[list[OfferStatus] | None, QueryParameter(description="repeatable")] = None,
    job_id: Annotated[UUID | None, QueryParameter(description="offers of this job")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsOfferPage:
    """List the market's offers, optionally of some statuses or of one job."""
    before_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await offers.list_offers_of_market(
            conn,
            market_id=caller.market_id,
            statuses=status or (),
            job_id=None if job_id is None else JobId(job_id),
            before_id=None if before_id is None else OfferId(before_id),
            limit_count=limit,
        )
    return ops_offer_page(found, limit_count=limit)


@get(
    "/v1/ops/offers/{offer_id:uuid}/decision",
    operation_id="getDecision",
    summary="Read why an offer was made",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def read_decision(
    offer_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> DecisionBody:
    """Read the dispatcher's own record; direct offers have none."""
    async with runtime.pool.connection() as conn:
        decision = await ticks.read_decision(
            conn, offer_id=OfferId(offer_id), market_id=caller.market_id
        )
    if decision is None:
        raise NotFoundError("there is no decision about such an offer")
    return decision_body(decision)


HANDLERS = [list_all, read_decision]
