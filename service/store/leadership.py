"""Who decides for a market: a lease in Postgres, renewed in time or given up.

The epoch fences: whoever writes under it checks in the same transaction that it is still in
force, so a holder that was stopped and woke late changes nothing (Kleppmann 2016, fencing tokens).

Who holds it and fails at its work, because it alone lost its way to Redis say, lets others try.
"""

import asyncio
from contextlib import suppress
from math import inf

import structlog

from service.clock import monotonic_s
from service.domain.errors import DomainError
from service.store import leases
from service.store.connection import Connection
from service.store.pool import Pool

ASIDE_RENEWALS_COUNT = 3  # pauses between two questions: in one of them each of the others asks
PATIENCE_FACTOR_MAX = 8.0

log = structlog.get_logger()


class LostLeaseError(Exception):
    """Another process decides for this market now; what was begun is void."""


class Leadership:
    """The lease of one name, as one process sees it.

    It is given up when the work has failed for `failing_s_max` of real time, from the first failure
    to the last and with nothing done in between; each time that this helps nobody, the next one
    takes twice as long, up to eight times.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        name: str,
        holder: str,
        ttl_s: float,
        renew_s: float,
        failing_s_max: float = inf,
    ) -> None:
        self._pool = pool
        self._name = name
        self._holder = holder
        self._ttl_s = ttl_s
        self._renew_s = renew_s
        self._epoch: int | None = None
        self._renewed_s = 0.0
        self._was_renewed = asyncio.Event()
        self._worked_s = self._told_s = 0.0  # when the work was last done, and what is known of it
        self._failing_s_max = self._patience_s = failing_s_max
        self._failures_s: tuple[float, float] | None = None  # the first and the last since then

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
        """Note that the work of the leader was done just now; `keep` tells others.

        Who does not lead has done none.
        """
        if self.epoch is None:
            return
        self._worked_s = monotonic_s()
        self._failures_s, self._patience_s = None, self._failing_s_max

    def note_failure(self) -> None:
        """Note that the work of the leader failed just now; `keep` looks for how long it has."""
        if self.epoch is None:
            return
        failed_s = monotonic_s()
        first_s = failed_s if self._failures_s is None else self._failures_s[0]
        self._failures_s = (first_s, failed_s)

    async def keep(self) -> None:
        """Take the lease when it is free, and renew it while the work is done; never returns."""
        while True:
            if self._is_failing():
                await self._step_aside()
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
            self._failures_s = None
        self._epoch, self._renewed_s = epoch, asked_s
        if epoch is not None:
            self._was_renewed.set()

    def _is_failing(self) -> bool:
        if self._failures_s is None:
            return False
        first_s, last_s = self._failures_s
        return last_s - first_s >= self._patience_s

    async def _step_aside(self) -> None:
        """Let go for so long that whoever else asks has the lease then."""
        log.warning("lease_given_up", lease=self._name, epoch=self._epoch)
        self._failures_s = None
        self._patience_s = min(2.0 * self._patience_s, PATIENCE_FACTOR_MAX * self._failing_s_max)
        await self.release()
        await asyncio.sleep(ASIDE_RENEWALS_COUNT * self._renew_s)

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
