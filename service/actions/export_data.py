"""Collect all that is kept of a courier, a recipient, a merchant or an operator, for them."""

from collections.abc import AsyncIterator
from typing import cast

import msgspec
from msgspec import Struct

from service.actions.find_deliveries import Sought, find_deliveries
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OperatorId, ProofId
from service.domain.recipient_data import SEALED_FIELDS
from service.domain.sealing import KeyChain, unseal
from service.runtime import Runtime
from service.store import audit_log, privacy, proofs

Data = dict[str, object]


class _Proof(Struct, frozen=True):
    id: ProofId
    picture: str | None  # the name of its file; a code has none


class _Delivery(Struct, frozen=True):
    job_id: JobId
    proofs: tuple[_Proof, ...] | None = None


class _Deliveries(Struct, frozen=True):
    deliveries: tuple[_Delivery, ...] = ()


async def export_courier(
    runtime: Runtime, *, courier_id: CourierId, origin: Origin = SHELL
) -> Data:
    """Return what is kept of the courier.

    Raises:
        NotFoundError: there is no such courier.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.export_courier(conn, courier_id=courier_id)
        if found is None:
            raise NotFoundError("there is no such courier")
        await audit_log.append(conn, _entry(found.market_id, f"courier:{courier_id}", origin))
    return found.data


async def export_merchant(
    runtime: Runtime, *, merchant_id: MerchantId, origin: Origin = SHELL
) -> Data:
    """Return what is kept of the merchant beside its jobs and its account.

    Raises:
        NotFoundError: there is no such merchant.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.export_merchant(conn, merchant_id=merchant_id)
        if found is None:
            raise NotFoundError("there is no such merchant")
        await audit_log.append(conn, _entry(found.market_id, f"merchant:{merchant_id}", origin))
    return found.data


async def export_operator(
    runtime: Runtime, *, operator_id: OperatorId, origin: Origin = SHELL
) -> Data:
    """Return what is kept of the operator, with what they did; not what it was done to says.

    Raises:
        NotFoundError: there is no such operator.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.export_operator(conn, operator_id=operator_id)
        if found is None:
            raise NotFoundError("there is no such operator")
        await audit_log.append(conn, _entry(found.market_id, f"operator:{operator_id}", origin))
    return found.data


async def export_recipient(
    runtime: Runtime,
    *,
    market_id: MarketId,
    sought: Sought,
    origin: Origin = SHELL,
) -> Data:
    """Return what is kept of deliveries to this phone, or person, or both; pictures by name only.

    `pictures_of` reads them one by one: of a phone with many deliveries they fill no memory.

    Raises:
        NotFoundError: there is no such delivery in the market.
    """
    async with runtime.pool.transaction() as conn:
        found = await find_deliveries(
            conn, market_id=market_id, sought=sought, chain=runtime.recipient_keys
        )
        if not found:
            raise NotFoundError("there is no delivery to them in this market")
        job_ids = [delivery.job_id for delivery in found]
        collected = await privacy.export_jobs(conn, job_ids=job_ids)
        entries = [_entry(market_id, f"job:{job_id}", origin) for job_id in job_ids]
        await audit_log.append(conn, *entries)
    return {name: _opened(value, runtime.recipient_keys) for name, value in collected.data.items()}


async def pictures_of(runtime: Runtime, data: Data) -> AsyncIterator[tuple[str, bytes]]:
    """Yield the name and the content of each picture that a recipient's data names.

    One that was deleted meanwhile, by its age, is left out.

    Raises:
        UnavailableError: Postgres is away.
    """
    for delivery in msgspec.convert(data, _Deliveries).deliveries:
        for proof in delivery.proofs or ():
            if proof.picture is None:
                continue
            async with runtime.pool.connection() as conn:
                found = await proofs.read_content(conn, proof_id=proof.id, job_id=delivery.job_id)
            if found is not None:
                yield proof.picture, found.content


def _opened(value: object, chain: KeyChain, field: str = "") -> object:
    """Return what was collected with the texts of sealed fields opened, however deep they stand."""
    match value:
        case dict():
            named = cast("dict[str, object]", value)
            return {name: _opened(one, chain, name) for name, one in named.items()}
        case list():
            return [_opened(one, chain, field) for one in cast("list[object]", value)]
        case str() if field in SEALED_FIELDS:
            return unseal(value, chain, field=field)
        case _:
            return value


def _entry(market_id: MarketId, subject: str, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=market_id, origin=origin, action=AuditAction.EXPORT_DATA, subject=subject
    )
