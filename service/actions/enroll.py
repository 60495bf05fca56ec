"""Enroll a merchant, a courier or an operator, and hand out the one key that opens their door."""

from collections.abc import Sequence

from msgspec import Struct

from service.actions.keys import Key, new_key
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.domain.vocabulary import Requirement, Vehicle
from service.runtime import Runtime
from service.store import couriers, credentials, merchants, operators
from service.store.connection import Connection


class MerchantEntry(Struct, frozen=True, kw_only=True):
    name: str


class CourierEntry(Struct, frozen=True, kw_only=True):
    name: str
    vehicle: Vehicle
    abilities: tuple[Requirement, ...] = ()


class OperatorEntry(Struct, frozen=True, kw_only=True):
    name: str


Entry = MerchantEntry | CourierEntry | OperatorEntry


async def enroll(runtime: Runtime, *, market_id: MarketId, entries: Sequence[Entry]) -> list[Key]:
    """Enroll everybody in one transaction; return their keys in order. A key is shown only here."""
    keys = [new_key(livemode=runtime.settings.livemode) for _ in entries]

    async def work(conn: Connection) -> list[Key]:
        for entry, key in zip(entries, keys, strict=True):
            await _enroll(runtime, conn, market_id, entry, key)
        return keys

    async with runtime.pool.transaction() as conn:
        return await work(conn)


async def _enroll(
    runtime: Runtime, conn: Connection, market_id: MarketId, entry: Entry, key: Key
) -> None:
    id_ = runtime.new_id()
    merchant_id, courier_id, operator_id = None, None, None
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
            await operators.create_operator(
                conn, operator_id=operator_id, market_id=market_id, name=entry.name
            )
    await credentials.create_credential(
        conn,
        credential_id=key.credential_id,
        secret_sha256=key.secret_sha256,
        merchant_id=merchant_id,
        courier_id=courier_id,
        operator_id=operator_id,
    )
