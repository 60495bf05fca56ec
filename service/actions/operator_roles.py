"""Roles of operators by the shell: changed, or given with one more market, and taken with it.

Where two people could change a role by `propose_role` it takes both, also of who was withdrawn and
comes back; or `breaks_glass`, the reason why not. Locks are taken in the order of `decide_role`:
proposals, then the operator, at last the head of the audit log.
"""

from collections.abc import Sequence

import structlog
from msgspec import Struct

from service.actions.log_in_operator import LOCAL_ISSUER
from service.actions.operator_accounts import broken, entry_of, read_account
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.errors import (
    ForbiddenError,
    InvalidParamsError,
    LockContentionError,
    NotFoundError,
)
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime, read_market
from service.settings import Settings
from service.store import audit_log, operators, proposals
from service.store.connection import Connection
from service.store.operators import Operator

log = structlog.get_logger()

SECOND_PEOPLE_COUNT_MIN = 2  # from then on a role takes two of them


class _Given(Struct, frozen=True, kw_only=True):
    """A role that was given, and the entry of the glass that was broken for it."""

    operator_id: OperatorId
    market_id: MarketId
    broken: AuditEntry | None = None


async def change_role(
    runtime: Runtime,
    *,
    login: str,
    role: OperatorRole,
    breaks_glass: str | None = None,
    origin: Origin = SHELL,
) -> None:
    """Give the operator another role, which holds within seconds; open sockets go on.

    Role changes that wait about them, or by them, wait no longer.

    Raises:
        NotFoundError: there is no such login.
        ForbiddenError: it takes two people.
    """

    async def work(conn: Connection) -> _Given:
        account = await read_account(conn, login)
        market_id = account.market_id
        locked, waiting = await _lock(conn, account.operator_id, market_id)
        glass = await _check_alone(
            conn,
            runtime.settings,
            operator_id=locked.id,
            market_id=market_id,
            former=locked.role,
            role=role,
            breaks_glass=breaks_glass,
        )
        await operators.set_role(conn, operator_id=locked.id, role=role)
        await proposals.end_proposals(conn, proposal_ids=waiting)
        entry = entry_of(
            locked.id,
            market_id,
            AuditAction.CHANGE_ROLE,
            origin,
            before={"role": locked.role},
            after=_after(role, waiting),
        )
        await audit_log.append(conn, *([glass] if glass else []), entry)
        return _Given(operator_id=locked.id, market_id=market_id, broken=glass)

    _tell(await runtime.attempt(work), role)


async def admit_operator(
    runtime: Runtime,
    *,
    login: str,
    market_id: MarketId,
    role: OperatorRole,
    breaks_glass: str | None = None,
    origin: Origin = SHELL,
) -> None:
    """Let the operator look after one more market, or give them another role there.

    Another role than they have there takes two people or a reason, and so does another than they
    had when they were withdrawn.

    Raises:
        NotFoundError: there is no such login, or no such market.
        InvalidParamsError: it is the market of the account, or one of the other mode: who wants
            both live and test markets has two accounts.
        ForbiddenError: it takes two people.
    """

    async def work(conn: Connection) -> _Given:
        account = await read_account(conn, login)
        home = await read_market(conn, account.market_id)
        market = await read_market(conn, market_id)
        if home.id == market.id or home.livemode != market.livemode:
            raise InvalidParamsError(f"{login} is of {home.id}, and cannot be admitted to that")
        locked, waiting = await _lock(conn, account.operator_id, market_id)
        former = await _role_there(conn, locked.id, market_id)
        glass, ended = None, []
        if former is not None and former is not role:
            glass = await _check_alone(
                conn,
                runtime.settings,
                operator_id=locked.id,
                market_id=market_id,
                former=former,
                role=role,
                breaks_glass=breaks_glass,
            )
            ended = waiting
            await proposals.end_proposals(conn, proposal_ids=ended)
        await operators.admit_operator(conn, operator_id=locked.id, market_id=market_id, role=role)
        entry = entry_of(
            locked.id,
            market_id,
            AuditAction.ADMIT_OPERATOR,
            origin,
            before={} if former is None else {"role": former},
            after=_after(role, ended),
        )
        await audit_log.append(conn, *([glass] if glass else []), entry)
        return _Given(operator_id=locked.id, market_id=market_id, broken=glass)

    _tell(await runtime.attempt(work), role)


async def withdraw_operator(
    runtime: Runtime, *, login: str, market_id: MarketId, origin: Origin = SHELL
) -> None:
    """Let the operator look after a market no more; open sockets end within a minute.

    Raises:
        NotFoundError: there is no such login, or they were not admitted there.
    """

    async def work(conn: Connection) -> None:
        account = await read_account(conn, login)
        locked, waiting = await _lock(conn, account.operator_id, market_id)
        withdrawn = await operators.withdraw_operator(
            conn, operator_id=locked.id, market_id=market_id
        )
        if withdrawn is None:
            raise NotFoundError(f"{login} is not admitted to {market_id}")
        await proposals.end_proposals(conn, proposal_ids=waiting)
        entry = entry_of(
            locked.id,
            market_id,
            AuditAction.WITHDRAW_OPERATOR,
            origin,
            before={"role": withdrawn.role},
        )
        await audit_log.append(conn, entry)

    await runtime.attempt(work)


async def _lock(
    conn: Connection, operator_id: OperatorId, market_id: MarketId
) -> tuple[Operator, list[ProposalId]]:
    """Lock the role changes that wait about the operator or by them, then the operator.

    Raises:
        LockContentionError: one more was proposed meanwhile; who decides about it may hold it now,
            and wait for the operator.
    """
    held = await proposals.lock_waiting_of(conn, market_id=market_id, operator_id=operator_id)
    operator = await operators.lock_operator(conn, operator_id=operator_id)
    if operator is None:
        raise NotFoundError("there is no such operator")
    waiting = await proposals.list_waiting_of(conn, market_id=market_id, operator_id=operator_id)
    if {one.id for one in waiting} - {one.id for one in held}:
        raise LockContentionError("another role was proposed meanwhile")
    return operator, [one.id for one in held]


async def _role_there(
    conn: Connection, operator_id: OperatorId, market_id: MarketId
) -> OperatorRole | None:
    """Return the role that the operator has in the market, or had; the account is locked."""
    who = await operators.find_colleague(conn, operator_id=operator_id, market_id=market_id)
    if who is not None:
        return who.role
    former = await operators.find_former_role(conn, operator_id=operator_id, market_id=market_id)
    return None if former is None else former.role


async def _check_alone(
    conn: Connection,
    settings: Settings,
    *,
    operator_id: OperatorId,
    market_id: MarketId,
    former: OperatorRole,
    role: OperatorRole,
    breaks_glass: str | None,
) -> AuditEntry | None:
    """Check that the shell may change the role alone; return the entry of the glass it breaks."""
    people = await operators.count_second_people(
        conn, market_id=market_id, issuers=_issuers(settings)
    )
    if people.people_count < SECOND_PEOPLE_COUNT_MIN:
        return None
    if breaks_glass is None:
        raise ForbiddenError(
            f"the role there is {former}, and two people who may change it are there: let them"
            f" (POST /v1/ops/operators/{operator_id}/role-changes), or give a reason"
            " (--break-glass)"
        )
    return broken(operator_id, market_id, role, breaks_glass)


def _issuers(settings: Settings) -> list[str]:
    """Return by whose word people log in here: without passwords not by ours."""
    ours = [LOCAL_ISSUER] if settings.ops_passwords else []
    return ours + ([settings.oidc_issuer] if settings.oidc_issuer else [])


def _after(role: OperatorRole, ended: Sequence[ProposalId]) -> dict[str, Value]:
    after: dict[str, Value] = {"role": role}
    if ended:
        after["ended_proposals_count"] = len(ended)
    return after


def _tell(given: _Given, role: OperatorRole) -> None:
    if given.broken is not None:
        log.critical(
            "glass_broken",
            market_id=given.market_id,
            operator_id=str(given.operator_id),
            role=role,
        )
