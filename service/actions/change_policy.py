"""Set a market's policy: a new version, and the fact of who changed what."""

from collections.abc import Iterable

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.facts import Fact, FactType, PolicyChange, PolicySnapshot
from service.domain.ids import MarketId, OperatorId
from service.domain.policy import Policy, check_policy, differences
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import audit_log, changes, deployment, policies
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.policies import PolicyVersion


async def change_policy(
    runtime: Runtime,
    *,
    market_id: MarketId,
    policy: Policy,
    based_on_version: int,
    operator_id: OperatorId | None,
    origin: Origin = SHELL,
) -> PolicyVersion:
    """Return the new version, or the one of today where it says the same.

    Args:
        runtime: of this process.
        market_id: whose policy it is.
        policy: the whole set.
        based_on_version: of the policy that was read before it was changed.
        operator_id: who changes it; None for the shell of the deployment.
        origin: the same, with the request.

    Raises:
        InvalidParamsError: the parameters do not fit each other.
        NotFoundError: there is no such market.
        InvalidStateTransitionError: somebody else has changed it meanwhile; nothing was done.
    """
    check_policy(policy)

    async def work(conn: Connection) -> PolicyVersion:
        if await policies.lock_market(conn, market_id=market_id) is None:
            raise NotFoundError("there is no such market")
        (today,) = await policies.list_policies(
            conn, market_id=market_id, before_version=None, limit_count=1
        )
        if today.parameters == policy:
            return today  # the answer was lost on the way, or there was nothing to do
        if today.version != based_on_version:
            raise InvalidStateTransitionError(
                "policy", f"at version {today.version}", f"be changed from {based_on_version}"
            )
        changed = PolicyVersion(
            version=today.version + 1,
            created_at=(await deployment.read_market_time(conn)).now,
            actor=Actor.OPS,
            operator_id=operator_id,
            parameters=policy,
        )
        await _save(conn, market_id, changed)
        await changes.save(conn, Changes(facts=(_fact(market_id, today, changed),)))
        await audit_log.append(conn, _entry(market_id, today, changed, origin))
        return changed

    return await runtime.transact(market_id, work)


async def _save(conn: Connection, market_id: MarketId, changed: PolicyVersion) -> None:
    await policies.insert_policy(
        conn,
        market_id=market_id,
        version=changed.version,
        parameters=changed.parameters,
        created_at=changed.created_at,
        actor=changed.actor,
        operator_id=changed.operator_id,
    )


def _entry(
    market_id: MarketId, before: PolicyVersion, after: PolicyVersion, origin: Origin
) -> AuditEntry:
    names = differences(before.parameters, after.parameters)
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=AuditAction.CHANGE_POLICY,
        subject=f"market:{market_id}",
        before={"version": before.version, **_values(before.parameters, names)},
        after={"version": after.version, **_values(after.parameters, names)},
    )


def _values(policy: Policy, names: Iterable[str]) -> dict[str, Value]:
    return {name: getattr(policy, name) for name in names}


def _fact(market_id: MarketId, before: PolicyVersion, after: PolicyVersion) -> Fact:
    return Fact(
        type=FactType.MARKET_POLICY_CHANGED,
        market_id=market_id,
        actor=after.actor,
        at=after.created_at,
        body=PolicySnapshot(
            version=after.version,
            operator_id=after.operator_id,
            changes=tuple(
                PolicyChange(
                    name=name,
                    before=getattr(before.parameters, name),
                    after=getattr(after.parameters, name),
                )
                for name in differences(before.parameters, after.parameters)
            ),
        ),
    )
