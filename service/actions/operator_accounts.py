"""The accounts of operators: created, given other roles, markets or passwords, disabled."""

import structlog
from msgspec.structs import replace

from service.actions.log_in_operator import LOCAL_ISSUER
from service.actions.passwords import hash_password, new_password
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.errors import ForbiddenError, InvalidParamsError, NotFoundError
from service.domain.ids import MarketId, OperatorId
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime, read_market
from service.store import audit_log, credentials, identities, operators
from service.store.connection import Connection
from service.store.identities import Account
from service.store.pool import UniqueViolationError

log = structlog.get_logger()

EMERGENCY_S = 14_400  # that an account for an emergency lasts
SECOND_PEOPLE_COUNT_MIN = 2  # from then on a role takes two of them


async def add_operator(
    runtime: Runtime,
    *,
    market_id: MarketId,
    name: str,
    role: OperatorRole,
    login: str,
    origin: Origin = SHELL,
) -> str | None:
    """Create an operator with a local account; return the password, or None if the login is taken.

    Raises:
        NotFoundError: there is no such market.
    """
    operator_id = OperatorId(runtime.new_id())
    password = new_password()
    try:
        async with runtime.pool.transaction() as conn:
            await read_market(conn, market_id)
            await operators.create_operator(
                conn, operator_id=operator_id, market_id=market_id, name=name, role=role
            )
            await identities.create_identity(
                conn,
                issuer=LOCAL_ISSUER,
                subject=login,
                operator_id=operator_id,
                password=hash_password(password),
            )
            added = Account(operator_id=operator_id, market_id=market_id, role=role, password=None)
            entry = _entry(added, AuditAction.ADD_OPERATOR, origin, after=role)
            await audit_log.append(conn, entry)
    except UniqueViolationError:
        return None
    return password


async def break_glass(
    runtime: Runtime, *, market_id: MarketId, name: str, login: str, reason: str
) -> str | None:
    """Create an account for an emergency: an admin for some hours; return as `add_operator` does.

    Raises:
        NotFoundError: there is no such market.
    """
    operator_id = OperatorId(runtime.new_id())
    password = new_password()
    role = OperatorRole.ADMIN
    try:
        async with runtime.pool.transaction() as conn:
            await read_market(conn, market_id)
            await operators.create_operator(
                conn, operator_id=operator_id, market_id=market_id, name=name, role=role
            )
            await operators.end_operator(conn, operator_id=operator_id, ends_in_s=EMERGENCY_S)
            await identities.create_identity(
                conn,
                issuer=LOCAL_ISSUER,
                subject=login,
                operator_id=operator_id,
                password=hash_password(password),
            )
            account = Account(
                operator_id=operator_id, market_id=market_id, role=role, password=None
            )
            await audit_log.append(conn, _broken(account, market_id, role, reason))
    except UniqueViolationError:
        return None
    log.critical("glass_broken", market_id=market_id, operator_id=str(operator_id), role=role)
    return password


async def change_role(
    runtime: Runtime,
    *,
    login: str,
    role: OperatorRole,
    breaks_glass: str | None = None,
    origin: Origin = SHELL,
) -> None:
    """Give the operator another role, which holds within seconds; open sockets go on.

    Where two people could do it by `propose_role` it takes both of them, or `breaks_glass`: the
    reason why not.

    Raises:
        NotFoundError: there is no such login.
        ForbiddenError: it takes two people.
    """
    async with runtime.pool.transaction() as conn:
        account = await _account(conn, login)
        await _check_alone(conn, account, account.market_id, role, breaks_glass)
        await operators.set_role(conn, operator_id=account.operator_id, role=role)
        entry = _entry(account, AuditAction.CHANGE_ROLE, origin, before=account.role, after=role)
        await audit_log.append(conn, entry)


async def reset_password(runtime: Runtime, *, login: str, origin: Origin = SHELL) -> str:
    """Return a new password; whoever is logged in with the old one is logged out.

    Raises:
        NotFoundError: there is no such login.
    """
    password = new_password()
    async with runtime.pool.transaction() as conn:
        account = await _account(conn, login)
        await identities.set_password(
            conn, issuer=LOCAL_ISSUER, subject=login, password=hash_password(password)
        )
        await credentials.end_consoles(conn, operator_id=account.operator_id)
        await audit_log.append(conn, _entry(account, AuditAction.RESET_PASSWORD, origin))
    return password


async def link_operator(
    runtime: Runtime, *, login: str, issuer: str, subject: str, origin: Origin = SHELL
) -> bool:
    """Let an issuer vouch for the operator under this subject; False if it does for somebody.

    Raises:
        NotFoundError: there is no such login.
    """
    try:
        async with runtime.pool.transaction() as conn:
            account = await _account(conn, login)
            await identities.create_identity(
                conn,
                issuer=issuer,
                subject=subject,
                operator_id=account.operator_id,
                password=None,
            )
            await audit_log.append(conn, _entry(account, AuditAction.LINK_OPERATOR, origin))
    except UniqueViolationError:
        return False
    return True


async def disable_operator(runtime: Runtime, *, login: str, origin: Origin = SHELL) -> None:
    """End everything that the operator may do, log-ins and keys included.

    Raises:
        NotFoundError: there is no such login.
    """
    async with runtime.pool.transaction() as conn:
        account = await _account(conn, login)
        await operators.disable_operator(conn, operator_id=account.operator_id)
        await audit_log.append(conn, _entry(account, AuditAction.DISABLE_OPERATOR, origin))


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

    Another role takes two people or a reason, as `change_role` says.

    Raises:
        NotFoundError: there is no such login, or no such market.
        InvalidParamsError: it is the market of the account, or one of the other mode: who wants
            both live and test markets has two accounts.
        ForbiddenError: it takes two people.
    """
    async with runtime.pool.transaction() as conn:
        account = await _account(conn, login)
        home = await read_market(conn, account.market_id)
        market = await read_market(conn, market_id)
        if home.id == market.id or home.livemode != market.livemode:
            raise InvalidParamsError(f"{login} is of {home.id}, and cannot be admitted to that")
        is_there = await operators.lock_colleague(
            conn, operator_id=account.operator_id, market_id=market_id
        )
        if is_there is not None:
            await _check_alone(conn, account, market_id, role, breaks_glass)
        await operators.admit_operator(
            conn, operator_id=account.operator_id, market_id=market_id, role=role
        )
        entry = _entry(account, AuditAction.ADMIT_OPERATOR, origin, after=role)
        await audit_log.append(conn, replace(entry, market_id=market_id))


async def withdraw_operator(
    runtime: Runtime, *, login: str, market_id: MarketId, origin: Origin = SHELL
) -> None:
    """Let the operator look after a market no more; open sockets end within a minute.

    Raises:
        NotFoundError: there is no such login, or they were not admitted there.
    """
    async with runtime.pool.transaction() as conn:
        account = await _account(conn, login)
        ended_count = await operators.withdraw_operator(
            conn, operator_id=account.operator_id, market_id=market_id
        )
        if ended_count == 0:
            raise NotFoundError(f"{login} is not admitted to {market_id}")
        entry = _entry(account, AuditAction.WITHDRAW_OPERATOR, origin)
        await audit_log.append(conn, replace(entry, market_id=market_id))


async def _account(conn: Connection, login: str) -> Account:
    account = await identities.read_identity(conn, issuer=LOCAL_ISSUER, subject=login)
    if account is None:
        raise NotFoundError(f"there is no operator {login}, or they are disabled")
    return account


async def _check_alone(
    conn: Connection,
    account: Account,
    market_id: MarketId,
    role: OperatorRole,
    breaks_glass: str | None,
) -> None:
    """Check that the shell may give another role alone; note it where two people could have."""
    people = await operators.count_second_people(conn, market_id=market_id)
    if people.people_count < SECOND_PEOPLE_COUNT_MIN:
        return
    if breaks_glass is None:
        raise ForbiddenError(
            "two people who may change roles are there: let them (POST /v1/ops/operators/"
            f"{account.operator_id}/role-changes), or give a reason (--break-glass)"
        )
    await audit_log.append(conn, _broken(account, market_id, role, breaks_glass))
    log.critical(
        "glass_broken", market_id=market_id, operator_id=str(account.operator_id), role=role
    )


def _broken(account: Account, market_id: MarketId, role: OperatorRole, reason: str) -> AuditEntry:
    entry = _entry(account, AuditAction.BREAK_GLASS, SHELL, after=role)
    return replace(entry, market_id=market_id, reason=reason)


def _entry(
    account: Account,
    action: AuditAction,
    origin: Origin,
    *,
    before: OperatorRole | None = None,
    after: OperatorRole | None = None,
) -> AuditEntry:
    def role(value: OperatorRole | None) -> dict[str, Value]:
        return {} if value is None else {"role": value}

    return AuditEntry(
        market_id=account.market_id,
        origin=origin,
        action=action,
        subject=f"operator:{account.operator_id}",
        before=role(before),
        after=role(after),
    )
