"""Find the deliveries to somebody: by what is sealed, so each is opened and looked at."""

from uuid import UUID

from msgspec import Struct

from service.domain.ids import JobId, MarketId
from service.domain.recipient_data import opened_texts
from service.domain.sealing import KeyChain, can_unseal
from service.settings import UnfitError
from service.store import privacy
from service.store.connection import Connection

PAGE_COUNT = 1_000
_FIRST = UUID(int=0)


class Sought(Struct, frozen=True, kw_only=True):
    """Who is looked for: by phone, by name (however it is capitalised), or by both."""

    phone: str | None
    name: str | None


class Delivery(Struct, frozen=True, kw_only=True):
    job_id: JobId
    has_ended: bool


async def find_deliveries(
    conn: Connection, *, market_id: MarketId, sought: Sought, chain: KeyChain
) -> list[Delivery]:
    """Return the deliveries to them by job, out of all in the market that have not been erased.

    Raises:
        UnfitError: whose some of them are cannot be read with these keys, so nobody knows.
    """
    found: dict[JobId, Delivery] = {}
    unreadable_count, last_id = 0, _FIRST
    while page := await privacy.list_doors(
        conn, market_id=market_id, after_id=last_id, limit_count=PAGE_COUNT
    ):
        last_id = page[-1].stop_id
        for door in page:
            texts = {"contact_name": door.contact_name, "contact_phone": door.contact_phone}
            contact = opened_texts(texts, chain)
            unreadable_count += any(
                text is not None and not can_unseal(text, chain, field=name)
                for name, text in texts.items()
            )
            if _is_sought(contact, sought):
                found[door.job_id] = Delivery(job_id=door.job_id, has_ended=door.has_ended)
    if unreadable_count > 0:
        raise UnfitError(f"whose {unreadable_count} deliveries are cannot be read with these keys")
    return sorted(found.values(), key=lambda delivery: delivery.job_id)


def _is_sought(contact: dict[str, str | None], sought: Sought) -> bool:
    name, phone = contact["contact_name"], contact["contact_phone"]
    if sought.phone is not None and phone != sought.phone:
        return False
    return sought.name is None or (name is not None and name.lower() == sought.name.lower())
