"""Enroll a merchant, a courier or an operator, and hand out the one key that opens their door."""

from collections.abc import Sequence

from msgspec import Struct

from service.actions.keys import Key, new_key
from service.actions.operator_accounts import read_account
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.domain.permission import Scope
from service.domain.vocabulary import OperatorRole, Requirement, Vehicle
from service.runtime import Runtime, read_market
from service.store import audit_log, couriers, credentials, merchants, operators
from service.store.connection import Connection


class MerchantEntry(Struct, frozen=True, kw_only=True):
    name: str


class CourierEntry(Struct, frozen=True, kw_only=True):
    name: str
    vehicle: Vehicle
    abilities: tuple[Requirement, ...] = ()


class OperatorEntry(Struct, frozen=True, kw_only=True):
    """A program. Nobody approves what it proposes unless its keeper is known."""

    name: str
    role: OperatorRole = OperatorRole.ADMIN
    keeper: str | None = None  # the log-in of who has its key


Entry = MerchantEntry | CourierEntry | OperatorEntry

_OWNER_OF = {MerchantEntry: "merchant", CourierEntry: "courier", OperatorEntry: "operator"}


async def enroll(
    runtime: Runtime, *, market_id: MarketId, entries: Sequence[Entry], origin: Origin = SHELL
) -> list[Key]:
    """Enroll everybody in one transaction; return their keys in order. A key is shown only here.

    A merchant's first key has every scope: it is the one that makes the others.

    Raises:
        NotFoundError: there is no such market, or no such keeper.
    """
    async with runtime.pool.transaction() as conn:
        market = await read_market(conn, market_id)
        keys = [new_key(livemode=market.livemode) for _ in entries]
        whose = [
            await _enroll(runtime, conn, market_id, entry, key)
            for entry, key in zip(entries, keys, strict=True)
        ]
        told = [
            AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.CREATE_KEY,
                subject=f"key:{key.credential_id}",
                after=owner,
            )
            for key, owner in zip(keys, whose, strict=True)
        ]
        await audit_log.append(conn, *told)
    return keys


async def _enroll(
    runtime: Runtime, conn: Connection, market_id: MarketId, entry: Entry, key: Key
) -> dict[str, Value]:
    """Enroll one; return what the audit log tells of whose the key is."""
    id_ = runtime.new_id()
    merchant_id, courier_id, operator_id = None, None, None
    whose: dict[str, Value] = {"owner": f"{_OWNER_OF[type(entry)]}:{id_}"}
    match entry:
        case MerchantEntry():
            merchant_id = MerchantId(id_)
            await merchants.create_merchant(
                conn, merchant_id=merchant_id, market_id=market_id, name=entry.name
            )
        case CourierEntry():
            courier_id = CourierId(id_)
            await couriers.create_courier(
                conn,
                courier_id=courier_id,
                market_id=market_id,
                name=entry.name,
                vehicle=entry.vehicle,
                abilities=entry.abilities,
            )
        case OperatorEntry():
            operator_id = OperatorId(id_)
            keeper_id = None
            if entry.keeper is not None:
                keeper_id = (await read_account(conn, entry.keeper)).operator_id
                whose["keeper"] = f"operator:{keeper_id}"
            await operators.create_operator(
                conn,
                operator_id=operator_id,
                market_id=market_id,
                name=entry.name,
                role=entry.role,
                keeper_id=keeper_id,
            )
    await credentials.create_credential(
        conn,
        credential_id=key.credential_id,
        secret_sha256=key.secret_sha256,
        merchant_id=merchant_id,
        courier_id=courier_id,
        operator_id=operator_id,
        scopes=tuple(Scope) if merchant_id is not None else (),
        name=None,
        expires_at=None,
        created_at=None,
        allowed_from=(),
    )
    return whose
