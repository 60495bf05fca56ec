"""The policy of the market as ops read and change it, with all its versions."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.actions.change_policy import change_policy
from service.api.callers import OpsCaller
from service.api.cursors import (
    PAGE_COUNT_DEFAULT,
    Cursor,
    Limit,
    number_of_cursor,
)
from service.api.errors import problems
from service.api.present_ops import policy_body, policy_page
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import policies
from service.wire.decisions import ChangePolicyBody, PolicyBody, PolicyPage

PATH = "/v1/ops/market/policy"


@get(
    PATH,
    operation_id="getPolicy",
    summary="Read the policy",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def read_one(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> PolicyBody:
    """Read the policy that the market follows now, and who set it."""
    async with runtime.pool.connection() as conn:
        (today, *_) = await policies.list_policies(
            conn, market_id=caller.market_id, before_version=None, limit_count=1
        ) or (None,)
    if today is None:
        raise NotFoundError("there is no such market")
    return policy_body(today)


@put(
    PATH,
    operation_id="changePolicy",
    summary="Change the policy",
    opt={"permission": Right.OPS_POLICY},
    responses=problems(404, 409, 413, 415),
)
async def change_one(
    data: JSONBody[ChangePolicyBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> PolicyBody:
    """Set the whole policy, as a new version that dispatch follows from its next tick on.

    What is left out takes its default: read the policy, change it, and send it back with the
    version that was read. 409 says that somebody else has changed it meanwhile.
    """
    changed = await change_policy(
        runtime,
        market_id=caller.market_id,
        policy=data.policy.plain(),
        based_on_version=data.based_on_version,
        operator_id=caller.id,
        origin=origin,
    )
    return policy_body(changed)


@get(
    PATH + "/versions",
    operation_id="listPolicies",
    summary="List the versions of the policy, newest first",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> PolicyPage:
    """List every policy that the market has followed, with when and by whom it was set."""
    before_version = number_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await policies.list_policies(
            conn, market_id=caller.market_id, before_version=before_version, limit_count=limit
        )
    return policy_page(found, limit_count=limit)


HANDLERS = [read_one, change_one, list_all]
