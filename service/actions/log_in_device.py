"""Log a courier's device in with the courier's key, and keep it logged in with single-use tokens.

Access tokens are opaque, and looked up like keys: a revoked one ends within seconds, one secret
format and one check serve all callers, and there are no signing keys to keep and to rotate.
"""

import asyncio

import structlog
from msgspec import Struct

from service.actions.keys import is_same, new_credential_id, new_log_in
from service.actions.refresh_tokens import (
    NextTokens,
    RefreshToken,
    first_refresh_token,
    parse_refresh_token,
)
from service.domain.errors import ForbiddenError, UnauthenticatedError
from service.domain.ids import CourierId
from service.domain.log_in import (
    ACCESS_S,
    DEVICES_COUNT_MAX,
    REFRESH_S,
    RefreshLine,
    Verdict,
    check_device_key,
    is_by_device,
    judge,
    renewed,
)
from service.domain.vocabulary import CredentialKind
from service.runtime import Runtime
from service.store import credentials, refresh_lines
from service.store.connection import Connection

log = structlog.get_logger()


class DeviceTokens(Struct, frozen=True, kw_only=True):
    """What a device holds until it comes for more; shown once and not kept."""

    access_token: str
    refresh_token: str

    def __repr__(self) -> str:
        return "DeviceTokens()"


async def log_in_device(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    credential_id: str,
    device_key: bytes | None = None,
) -> DeviceTokens:
    """Log a device in; when the courier has too many, the oldest is logged out.

    Args:
        runtime: of this process.
        courier_id: whose device it is.
        credential_id: of the key that it logs in with.
        device_key: public, of which the device keeps the other half; None: it has none.

    Raises:
        InvalidParamsError: the device's key is none.
        ForbiddenError: the credential is no key, but a log-in itself.
    """
    if device_key is not None:
        check_device_key(device_key)
    access = new_log_in(CredentialKind.DEVICE, new_credential_id())
    refresh = first_refresh_token(access.credential_id)
    async with runtime.pool.transaction() as conn:
        created = await credentials.create_device(
            conn,
            credential_id=access.credential_id,
            secret_sha256=access.secret_sha256,
            courier_id=courier_id,
            opened_by=credential_id,
            access_s=ACCESS_S,
            log_in_s=REFRESH_S,
        )
        if created is None:
            raise ForbiddenError("log in with the key, not with the token of a log-in")
        await credentials.revoke_old_devices(
            conn, courier_id=courier_id, kept_count=DEVICES_COUNT_MAX
        )
        await refresh_lines.create_line(
            conn,
            credential_id=access.credential_id,
            line_sha256=refresh.hashes.line_sha256,
            token_sha256=refresh.hashes.token_sha256,
            device_key=device_key,
        )
    return DeviceTokens(access_token=access.text, refresh_token=refresh.text)


async def refresh_device(
    runtime: Runtime, *, refresh_token: str, proof: bytes | None = None
) -> DeviceTokens:
    """Return new tokens for this one, which is spent; the access token of before ends.

    One that is brought again soon, or by the device's key before the next one was, brings the same
    again. When a spent token comes otherwise, it is in two hands: the log-in ends for both. Who has
    the token without the device's key gets nothing, and spends nothing.

    Raises:
        UnauthenticatedError: the token is unknown or spent, its log-in is over, or the device's key
            has not signed it.
    """
    brought = parse_refresh_token(refresh_token)
    tokens = None
    if brought is not None:
        async with runtime.pool.transaction() as conn:
            tokens = await _refresh(conn, brought, proof)
    if tokens is None:  # said after the commit: that the log-in has ended is to last
        raise UnauthenticatedError("the token is not valid")
    return tokens


async def _refresh(
    conn: Connection, brought: RefreshToken, proof: bytes | None
) -> DeviceTokens | None:
    id_ = brought.credential_id
    line = await refresh_lines.lock_line(conn, credential_id=id_)
    log_in = await refresh_lines.read_now(conn, credential_id=id_)  # after the lock
    if line is None or not log_in.is_open:
        return None
    verdict = judge(line, brought.hashes, now=log_in.now)
    if verdict is Verdict.UNKNOWN:
        return None
    if verdict is Verdict.STOLEN:
        log.warning("log_in_stolen", credential=id_)
        await credentials.end_log_in(conn, credential_id=id_)
        return None
    if verdict is Verdict.AHEAD and line.device_key is None:
        log.info("log_in_ahead", credential=id_)  # maybe its device, and nothing tells
        await credentials.end_log_in(conn, credential_id=id_)
        return None
    # Some milliseconds of arithmetic, for whoever has brought a good token.
    if not await asyncio.to_thread(is_by_device, line, brought.text, proof):
        log.warning("device_key_missed", credential=id_)
        return None
    given = _again(line, brought) if verdict is Verdict.LATE else None
    sealed = line.next_sealed
    if given is None:
        given = brought.next()
        sealed = None if verdict is Verdict.LATE else brought.seal(given)
    after = renewed(
        line,
        verdict,
        brought=brought.hashes,
        token_sha256=given.refresh.hashes.token_sha256,
        next_sealed=sealed,
        now=log_in.now,
    )
    return await _give(conn, given, after)


def _again(line: RefreshLine, brought: RefreshToken) -> NextTokens | None:
    """Return what the token has brought before, if that was kept."""
    if line.next_sealed is None:
        return None
    given = brought.again(line.next_sealed)
    return given if is_same(given.refresh.hashes.token_sha256, line.token_sha256) else None


async def _give(conn: Connection, given: NextTokens, line: RefreshLine) -> DeviceTokens:
    id_ = given.refresh.credential_id
    await refresh_lines.renew_line(
        conn,
        credential_id=id_,
        token_sha256=line.token_sha256,
        former_sha256=line.former_sha256,
        renewed_at=line.renewed_at,
        next_sealed=line.next_sealed,
    )
    await credentials.renew_device(
        conn,
        credential_id=id_,
        secret_sha256=given.access.secret_sha256,
        access_s=ACCESS_S,
        log_in_s=REFRESH_S,
    )
    return DeviceTokens(access_token=given.access.text, refresh_token=given.refresh.text)
