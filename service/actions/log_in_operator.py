"""Log an operator in: somebody vouches for an identity, and the account behind it gets a console.

An issuer outside (`log_in_outside`) does as the password here does: it hands over a verified
identity. `open_console` does not ask how it was verified.
"""

import asyncio

from msgspec import Struct

from service.actions.keys import Key, new_credential_id, new_log_in
from service.actions.passwords import is_password
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.errors import UnauthenticatedError, UnavailableError
from service.domain.log_in import CONSOLE_S
from service.domain.vocabulary import Actor, CredentialKind
from service.runtime import Runtime
from service.store import audit_log, credentials, identities

LOCAL_ISSUER = "local"
TURN_S_MAX = 5.0  # that a log-in waits for others


class VerifiedIdentity(Struct, frozen=True, kw_only=True):
    """Whom an issuer vouches for. Make one only when that is proven."""

    issuer: str
    subject: str


async def verify_password(
    runtime: Runtime, *, login: str, password: str, turn: asyncio.Semaphore
) -> VerifiedIdentity:
    """Return the identity whose password this is.

    Args:
        runtime: of this process.
        login: the name of a local account.
        password: as typed.
        turn: bounds how many passwords are tried at once: each takes memory and a processor.

    Raises:
        UnauthenticatedError: no such account, disabled, another password, or passwords are off and
            this is no account for an emergency; neither the answer nor the time it takes says
            which.
        UnavailableError: Postgres is away, or too many passwords are being tried.
    """
    try:
        async with asyncio.timeout(TURN_S_MAX):
            await turn.acquire()
    except TimeoutError:
        raise UnavailableError("too many log in at once") from None
    try:
        async with runtime.pool.connection() as conn:
            account = await identities.read_identity(conn, issuer=LOCAL_ISSUER, subject=login)
        may = account is not None and (runtime.settings.ops_passwords or account.is_for_emergency)
        kept = account.password if account is not None and may else None
        is_right = await asyncio.to_thread(is_password, password, kept)
    finally:
        turn.release()
    if not is_right:
        raise UnauthenticatedError("the login or the password is not valid")
    return VerifiedIdentity(issuer=LOCAL_ISSUER, subject=login)


async def open_console(
    runtime: Runtime,
    identity: VerifiedIdentity,
    *,
    request_id: str | None = None,
    client_address: str | None = None,
) -> Key:
    """Return what opens the doors of the identity's account for a working day.

    Args:
        runtime: of this process.
        identity: whom the account belongs to.
        request_id: of the request that asks for it, for the audit log.
        client_address: where that comes from.

    Raises:
        UnauthenticatedError: the identity has no account here, or it is disabled.
    """
    console = new_log_in(CredentialKind.CONSOLE, new_credential_id())
    async with runtime.pool.transaction() as conn:
        account = await identities.read_identity(
            conn, issuer=identity.issuer, subject=identity.subject
        )
        if account is None:
            raise UnauthenticatedError("there is no account for this identity")
        await credentials.create_console(
            conn,
            credential_id=console.credential_id,
            secret_sha256=console.secret_sha256,
            operator_id=account.operator_id,
            log_in_s=CONSOLE_S,
        )
        origin = Origin(
            actor=Actor.OPS,
            principal_id=account.operator_id,
            credential_id=console.credential_id,
            request_id=request_id,
            client_address=client_address,
        )
        entry = AuditEntry(
            market_id=account.market_id,
            origin=origin,
            action=AuditAction.LOG_IN,
            subject=f"operator:{account.operator_id}",
        )
        await audit_log.append(conn, entry)
    return console
