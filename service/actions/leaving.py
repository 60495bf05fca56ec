"""The shape shared by what takes from a courier by hand what is in hand, mostly with the shift."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from service.actions.failed_attempts import tell_failed_attempts
from service.domain import offer as offers_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin, traits_of
from service.domain.drop_out import Fate
from service.domain.errors import LockContentionError, NotFoundError
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.vocabulary import Actor, ReasonCode
from service.domain.work import Work
from service.runtime import Runtime
from service.store import couriers, deployment, offers
from service.store.connection import Connection
from service.store.open_offers import OpenedOffer, save_answer
from service.store.works import OpenedWork, open_work, save_work


async def open_leaving(
    conn: Connection, *, courier_id: CourierId, market_id: MarketId, answer: str = "off_duty"
) -> OpenedWork:
    """Lock and read all that the courier has in hand, and take back the offer that is out.

    `answer` says why it is taken back.

    Raises:
        NotFoundError: the market has no such courier.
        LockContentionError: an offer was made meanwhile; begin again.
    """
    seen = await couriers.read_courier(conn, courier_id=courier_id)
    if seen is None or seen.market_id != market_id:
        raise NotFoundError("there is no such courier")
    offer = await offers.find_open_offer(conn, courier_id=courier_id)
    offer_id = None if offer is None else offer.id
    opened = await open_work(conn, courier_id=courier_id, offer_id=offer_id)
    if opened.offer is not None:
        offered = OpenedOffer(offer=opened.offer, jobs=tuple(opened.asked.values()))
        now = (await deployment.read_market_time(conn)).now
        revoked = offers_domain.revoke(opened.offer, answer=answer, now=now)
        await save_answer(conn, offered, revoked, actor=Actor.OPS, now=now)
    if await offers.find_open_offer(conn, courier_id=courier_id) is not None:
        raise LockContentionError("an offer was made meanwhile")
    return opened


async def save_leaving(
    conn: Connection, runtime: Runtime, opened: OpenedWork, after: Work, *, now: datetime
) -> None:
    """Write what has changed, and ask ops about each parcel that stays on board."""
    await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
    await tell_failed_attempts(conn, runtime, before=opened.work, after=after, now=now)


def entries_of(
    before: Work,
    after: Work,
    fates: Mapping[JobId, Fate],
    *,
    action: AuditAction,
    origin: Origin,
    reason: ReasonCode,
) -> Iterator[AuditEntry]:
    """Yield what is noted of each job that is decided with its courier."""
    for job_id, fate in fates.items():
        if fate is not Fate.KEPT:
            yield AuditEntry(
                market_id=after.courier.market_id,
                origin=origin,
                action=action,
                subject=f"job:{job_id}",
                before=traits_of(before.jobs[job_id]),
                after=traits_of(after.jobs[job_id]),
                reason=reason,
            )
