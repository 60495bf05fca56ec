"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.domain.keyring import IssuedKey
from service.domain.permission import Admission, Scope
from service.domain.vocabulary import CredentialKind, OperatorRole
from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("credentials")


class Credential(Struct, frozen=True, kw_only=True):
    """A secret's hash, its one principal, and what it may be used for."""

    id: str
    kind: CredentialKind
    secret_sha256: bytes
    scopes: tuple[Scope, ...]
    merchant_id: MerchantId | None
    courier_id: CourierId | None
    operator_id: OperatorId | None
    role: OperatorRole | None
    market_id: MarketId
    livemode: bool
    is_fresh: bool  # or it needs a new secret, as a device does every ten minutes
    admissions: tuple[Admission, ...]  # of an operator, to other markets of the same mode
    allowed_from: tuple[str, ...]  # networks, of a merchant's key; none: from anywhere


class RevokedKey(IssuedKey, frozen=True, kw_only=True):
    is_changed: bool  # or it was revoked before


class ChangedKey(IssuedKey, frozen=True, kw_only=True):
    former_allowed_from: tuple[str, ...]


class LogIn(Struct, frozen=True, kw_only=True):
    id: str


class EndedCredential(Struct, frozen=True, kw_only=True):
    id: str


class Restricted(Struct, frozen=True, kw_only=True):
    """A key that is good from these networks only."""

    id: str
    allowed_from: tuple[str, ...]


class EndedThere(Struct, frozen=True, kw_only=True):
    """What opens no door of a market any more; of an operator's it may open those of others."""

    id: str
    market_id: MarketId


async def create_credential(
    conn: Connection,
    *,
    credential_id: str,
    secret_sha256: bytes,
    merchant_id: MerchantId | None,
    courier_id: CourierId | None,
    operator_id: OperatorId | None,
    scopes: Sequence[Scope],
    name: str | None,
    expires_at: datetime | None,
    created_at: datetime | None,
    allowed_from: Sequence[str],
) -> None:
    await conn.execute(
        _SQL["create_credential"],
        credential_id,
        secret_sha256,
        merchant_id,
        courier_id,
        operator_id,
        scopes,
        name,
        expires_at,
        created_at,
        allowed_from,
    )


async def read_credentials(conn: Connection, *, credential_ids: Sequence[str]) -> list[Credential]:
    return to_structs(await conn.fetch(_SQL["read_credentials"], credential_ids), Credential)


async def list_ended(
    conn: Connection, *, credential_ids: Sequence[str], market_ids: Sequence[MarketId]
) -> list[EndedThere]:
    rows = await conn.fetch(_SQL["list_ended"], credential_ids, market_ids)
    return to_structs(rows, EndedThere)


async def list_restricted(conn: Connection, *, credential_ids: Sequence[str]) -> list[Restricted]:
    return to_structs(await conn.fetch(_SQL["list_restricted"], credential_ids), Restricted)


async def note_used(conn: Connection, *, credential_ids: Sequence[str]) -> None:
    await conn.execute(_SQL["note_used"], credential_ids)


async def revoke_credential(conn: Connection, *, credential_id: str) -> EndedCredential | None:
    row = await conn.fetchrow(_SQL["revoke_credential"], credential_id)
    return to_struct_or_none(row, EndedCredential)


async def list_merchant_keys(
    conn: Connection, *, merchant_id: MerchantId, limit_count: int
) -> list[IssuedKey]:
    rows = await conn.fetch(_SQL["list_merchant_keys"], merchant_id, limit_count)
    return to_structs(rows, IssuedKey)


async def revoke_merchant_key(
    conn: Connection, *, credential_id: str, merchant_id: MerchantId
) -> RevokedKey | None:
    row = await conn.fetchrow(_SQL["revoke_merchant_key"], credential_id, merchant_id)
    return to_struct_or_none(row, RevokedKey)


async def set_allowed_from(
    conn: Connection, *, credential_id: str, merchant_id: MerchantId, allowed_from: Sequence[str]
) -> ChangedKey | None:
    row = await conn.fetchrow(_SQL["set_allowed_from"], credential_id, merchant_id, allowed_from)
    return to_struct_or_none(row, ChangedKey)


async def create_device(
    conn: Connection,
    *,
    credential_id: str,
    secret_sha256: bytes,
    courier_id: CourierId,
    opened_by: str,
    access_s: int,
    log_in_s: int,
) -> LogIn | None:
    row = await conn.fetchrow(
        _SQL["create_device"],
        credential_id,
        secret_sha256,
        courier_id,
        opened_by,
        access_s,
        log_in_s,
    )
    return to_struct_or_none(row, LogIn)


async def renew_device(
    conn: Connection, *, credential_id: str, secret_sha256: bytes, access_s: int, log_in_s: int
) -> None:
    await conn.execute(_SQL["renew_device"], credential_id, secret_sha256, access_s, log_in_s)


async def revoke_old_devices(conn: Connection, *, courier_id: CourierId, kept_count: int) -> None:
    await conn.execute(_SQL["revoke_old_devices"], courier_id, kept_count)


async def end_log_in(conn: Connection, *, credential_id: str) -> LogIn | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["end_log_in"], credential_id), LogIn)


async def delete_old_log_ins(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_log_ins"], older_than_s, limit_count))


async def create_console(
    conn: Connection,
    *,
    credential_id: str,
    secret_sha256: bytes,
    operator_id: OperatorId,
    log_in_s: int,
) -> None:
    await conn.execute(_SQL["create_console"], credential_id, secret_sha256, operator_id, log_in_s)


async def end_consoles(conn: Connection, *, operator_id: OperatorId) -> None:
    await conn.execute(_SQL["end_consoles"], operator_id)
