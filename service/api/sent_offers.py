"""When offers were written to their couriers' sockets, on its way to Postgres: some at once, later.

It is for the record only (was it late, or never sent?), so no transaction waits for it, and what
cannot be written is dropped and counted.
"""

import asyncio
from datetime import datetime

import structlog

from service.domain.errors import DomainError
from service.domain.ids import OfferId
from service.runtime import Runtime
from service.store import offers

log = structlog.get_logger()

FLUSH_S = 0.5
OFFERS_COUNT_MAX = 5_000  # that wait; some minutes of a large market


class SentOffers:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._waiting: dict[OfferId, datetime] = {}
        self._news = asyncio.Event()

    def note(self, offer_id: OfferId, *, at: datetime) -> None:
        """Note that the offer was sent, in market time; the first time counts."""
        if len(self._waiting) < OFFERS_COUNT_MAX:
            self._waiting.setdefault(offer_id, at)
            self._news.set()

    async def run(self) -> None:
        """Write what was noted, again and again; never returns."""
        while True:
            await self._news.wait()
            await asyncio.sleep(FLUSH_S)
            self._news.clear()
            sent, self._waiting = self._waiting, {}
            try:
                async with self._runtime.pool.connection() as conn:
                    ids = sorted(sent)  # one order for everybody: two writers never wait in a ring
                    await offers.mark_sent(conn, offer_ids=ids, sent_at=[sent[id_] for id_ in ids])
            except DomainError:
                log.warning("sent_offers_unwritten", count=len(sent))
