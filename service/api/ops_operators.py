"""Who looks after the market, and what they may do: one proposes a role, another approves."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.propose_role import decide_role, propose_role
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey
from service.api.present_proposals import role_change_body
from service.domain.audit_log import Origin
from service.domain.four_eyes import WAITING_COUNT_MAX
from service.domain.ids import OperatorId, ProposalId
from service.domain.permission import Right
from service.domain.vocabulary import ProposalKind
from service.runtime import Runtime
from service.store import operators, proposals
from service.wire.identity import (
    ChangeRoleBody,
    ColleagueBody,
    ColleagueList,
    RoleChangeBody,
    RoleChangeList,
)

PATH = "/v1/ops/role-changes"
OPERATORS_COUNT_MAX = 500  # listed


@get(
    "/v1/ops/operators",
    operation_id="listOperators",
    summary="List who looks after the market",
    opt={"permission": Right.OPS_OPERATORS},
    responses=problems(),
)
async def list_operators(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> ColleagueList:
    """List the operators of the market, with their roles in it."""
    async with runtime.pool.connection() as conn:
        found = await operators.list_colleagues(
            conn, market_id=caller.market_id, limit_count=OPERATORS_COUNT_MAX
        )
    return ColleagueList(
        operators=tuple(
            ColleagueBody(operator_id=one.id, name=one.name, role=one.role, is_person=one.is_person)
            for one in found
        )
    )


@post(
    "/v1/ops/operators/{operator_id:uuid}/role-changes",
    operation_id="proposeRole",
    summary="Propose another role for an operator",
    opt={"permission": Right.OPS_OPERATORS},
    responses=problems(404, 409, 413, 415, 422),
)
async def propose_one(
    *,
    operator_id: FromPath[UUID],
    data: JSONBody[ChangeRoleBody],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> RoleChangeBody:
    """Propose a role in this market, which the operator has when somebody else approves, in a day.

    The same key for the same operator proposes once.
    """
    proposed = await propose_role(
        runtime,
        operator_id=OperatorId(operator_id),
        market_id=caller.market_id,
        role=data.role,
        key=idempotency_key,
        by=caller.id,
        origin=origin,
    )
    return role_change_body(proposed, now=runtime.clock.now())


@get(
    PATH,
    operation_id="listWaitingRoleChanges",
    summary="List changes of roles that wait for a second person",
    opt={"permission": Right.OPS_OPERATORS},
    responses=problems(),
)
async def list_all(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> RoleChangeList:
    """List what was proposed and is to be approved or declined."""
    async with runtime.pool.connection() as conn:
        found = await proposals.list_waiting(
            conn,
            market_id=caller.market_id,
            kind=ProposalKind.ROLE_CHANGE,
            limit_count=WAITING_COUNT_MAX,
        )
    return RoleChangeList(
        role_changes=tuple(role_change_body(one, now=runtime.clock.now()) for one in found)
    )


@post(
    PATH + "/{change_id:uuid}/approval",
    operation_id="approveRole",
    summary="Approve another role",
    status_code=200,
    opt={"permission": Right.OPS_OPERATORS},
    responses=problems(404, 409, 415),
)
async def approve_one(
    change_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> RoleChangeBody:
    """Give an operator the role that somebody else has proposed; again changes nothing.

    Only people approve, no programs, and nobody what they have proposed or is about them (403).
    """
    return await _decide(change_id, caller, runtime, origin, approves=True)


@post(
    PATH + "/{change_id:uuid}/refusal",
    operation_id="declineRole",
    summary="Decline another role",
    status_code=200,
    opt={"permission": Right.OPS_OPERATORS},
    responses=problems(404, 409, 415),
)
async def decline_one(
    change_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> RoleChangeBody:
    """Decline another role, also one that was one's own idea; again changes nothing."""
    return await _decide(change_id, caller, runtime, origin, approves=False)


async def _decide(
    change_id: UUID, caller: OpsCaller, runtime: Runtime, origin: Origin, *, approves: bool
) -> RoleChangeBody:
    decided = await decide_role(
        runtime,
        proposal_id=ProposalId(change_id),
        market_id=caller.market_id,
        by=caller.id,
        approves=approves,
        origin=origin,
    )
    return role_change_body(decided, now=runtime.clock.now())


HANDLERS = [list_operators, propose_one, list_all, approve_one, decline_one]
