"""The accounts of operators: created, given passwords, linked to an issuer, disabled."""

from collections.abc import Mapping

import structlog
from msgspec.structs import replace

from service.actions.log_in_operator import LOCAL_ISSUER
from service.actions.passwords import hash_password, new_password
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.errors import NotFoundError
from service.domain.ids import MarketId, OperatorId
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime, read_market
from service.store import audit_log, credentials, identities, operators
from service.store.connection import Connection
from service.store.identities import Account
from service.store.pool import UniqueViolationError

log = structlog.get_logger()

EMERGENCY_S = 14_400  # that an account for an emergency lasts


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
            entry = entry_of(
                operator_id, market_id, AuditAction.ADD_OPERATOR, origin, after={"role": role}
            )
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
            await audit_log.append(conn, broken(operator_id, market_id, role, reason))
    except UniqueViolationError:
        return None
    log.critical("glass_broken", market_id=market_id, operator_id=str(operator_id), role=role)
    return password


async def reset_password(runtime: Runtime, *, login: str, origin: Origin = SHELL) -> str:
    """Return a new password; whoever is logged in with the old one is logged out.

    Raises:
        NotFoundError: there is no such login.
    """
    password = new_password()
    async with runtime.pool.transaction() as conn:
        account = await read_account(conn, login)
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
            account = await read_account(conn, login)
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


async def unlink_operator(runtime: Runtime, *, login: str, origin: Origin = SHELL) -> int:
    """Let no issuer vouch for the operator any more; return how many links that were.

    Whoever is logged in to the account is logged out, by whatever way they came.

    Raises:
        NotFoundError: there is no such login.
    """
    async with runtime.pool.transaction() as conn:
        account = await read_account(conn, login)
        links_count = await identities.delete_links(
            conn, operator_id=account.operator_id, local_issuer=LOCAL_ISSUER
        )
        if links_count > 0:
            await credentials.end_consoles(conn, operator_id=account.operator_id)
            await audit_log.append(conn, _entry(account, AuditAction.UNLINK_OPERATOR, origin))
    return links_count


async def keep_program(
    runtime: Runtime, *, key_id: str, login: str, origin: Origin = SHELL
) -> None:
    """Say who has the key of a program of operators': they approve nothing that it proposes.

    Raises:
        NotFoundError: there is no such login, or no such key of a program.
    """
    async with runtime.pool.transaction() as conn:
        keeper = await read_account(conn, login)
        program = await operators.set_keeper(
            conn, credential_id=key_id, keeper_id=keeper.operator_id
        )
        if program is None:
            raise NotFoundError(f"no program of operators has a key {key_id} that is good")
        entry = entry_of(
            program.id,
            program.market_id,
            AuditAction.KEEP_PROGRAM,
            origin,
            after={"keeper": f"operator:{keeper.operator_id}"},
        )
        await audit_log.append(conn, entry)


async def disable_operator(runtime: Runtime, *, login: str, origin: Origin = SHELL) -> None:
    """End everything that the operator may do, log-ins and keys included.

    Raises:
        NotFoundError: there is no such login.
    """
    async with runtime.pool.transaction() as conn:
        account = await read_account(conn, login)
        await operators.disable_operator(conn, operator_id=account.operator_id)
        await audit_log.append(conn, _entry(account, AuditAction.DISABLE_OPERATOR, origin))


async def read_account(conn: Connection, login: str) -> Account:
    """Return the account of who logs in by this name.

    Raises:
        NotFoundError: there is none, or it is disabled.
    """
    account = await identities.read_identity(conn, issuer=LOCAL_ISSUER, subject=login)
    if account is None:
        raise NotFoundError(f"there is no operator {login}, or they are disabled")
    return account


def broken(
    operator_id: OperatorId, market_id: MarketId, role: OperatorRole, reason: str
) -> AuditEntry:
    """Return the entry of what one person does alone that takes two."""
    entry = entry_of(operator_id, market_id, AuditAction.BREAK_GLASS, SHELL, after={"role": role})
    return replace(entry, reason=reason)


def entry_of(
    operator_id: OperatorId,
    market_id: MarketId,
    action: AuditAction,
    origin: Origin,
    *,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> AuditEntry:
    """Return the entry of what is done to the account, in the chain of that market."""
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=action,
        subject=f"operator:{operator_id}",
        before=before or {},
        after=after or {},
    )


def _entry(account: Account, action: AuditAction, origin: Origin) -> AuditEntry:
    return entry_of(account.operator_id, account.market_id, action, origin)
