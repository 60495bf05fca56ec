"""Who decides for a market: a lease in Postgres, renewed in time or given up.

The epoch fences: whoever writes under it checks in the same transaction that it is still in
force, so a holder that was stopped and woke late changes nothing (Kleppmann 2016, fencing tokens).
"""

import asyncio
from contextlib import suppress

import structlog

from service.clock import monotonic_s
from service.domain.errors import DomainError
from service.store import leases
from service.store.connection import Connection
from service.store.pool import Pool

log = structlog.get_logger()


class LostLeaseError(Exception):
    """Another process decides for this market now; what was begun is void."""


class Leadership:
    def __init__(self, pool: Pool, *, name: str, holder: str, ttl_s: float, renew_s: float) -> None:
        self._pool = pool
        self._name = name
        self._holder = holder
        self._ttl_s = ttl_s
        self._renew_s = renew_s
        self._epoch: int | None = None
        self._renewed_s = 0.0
        self._was_renewed = asyncio.Event()
        self._worked_s = self._told_s = 0.0  # when the work was last done, and what is known of it

    @property
    def epoch(self) -> int | None:
        """The epoch under which this process decides; None while another one does.

        A renewal that is late by the local clock counts as lost: the lease may be another's.
        """
        if self._epoch is None or monotonic_s() - self._renewed_s > self._ttl_s:
            return None
        return self._epoch

    async def until_leading(self) -> int:
        """Return the epoch, as soon as this process decides."""
        while (epoch := self.epoch) is None:
            self._was_renewed.clear()
            await self._was_renewed.wait()
        return epoch

    def note_work(self) -> None:
        """Note that the work of the leader was done just now; `keep` tells others."""
        self._worked_s = monotonic_s()

    async def keep(self) -> None:
        """Take the lease when it is free, and renew it; never returns."""
        while True:
            with suppress(DomainError):  # Postgres is away: the lease runs out by the local clock
                await self._renew()
                await self._tell_work()
            await asyncio.sleep(self._renew_s)

    async def _renew(self) -> None:
        asked_s = monotonic_s()  # before the question: the lease cannot last longer than this says
        async with self._pool.connection() as conn:
            lease = await leases.take_lease(
                conn, name=self._name, holder=self._holder, ttl_s=self._ttl_s
            )
        epoch = None if lease is None else lease.epoch
        if epoch != self._epoch:
            event = "lease_lost" if epoch is None else "lease_taken"
            log.info(event, lease=self._name, epoch=epoch)
        self._epoch, self._renewed_s = epoch, asked_s
        if epoch is not None:
            self._was_renewed.set()

    async def _tell_work(self) -> None:
        worked_s = self._worked_s
        if self._epoch is None or worked_s == self._told_s:
            return
        async with self._pool.connection() as conn:
            await leases.note_work(
                conn,
                name=self._name,
                holder=self._holder,
                worked_s_ago=monotonic_s() - worked_s,
            )
        self._told_s = worked_s

    async def release(self) -> None:
        """Let the next process in at once."""
        self._epoch = None
        with suppress(DomainError):  # it runs out by itself
            async with self._pool.connection() as conn:
                await leases.release_lease(conn, name=self._name, holder=self._holder)

    async def check(self, conn: Connection, *, epoch: int) -> None:
        """Hold the lease for this transaction.

        Raises:
            LostLeaseError: the epoch is no longer in force.
        """
        if await leases.check_lease(conn, name=self._name, epoch=epoch) is None:
            log.info("lease_refused", lease=self._name, epoch=epoch)
            raise LostLeaseError(self._name)
