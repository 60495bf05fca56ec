"""The worker: it calls as many endpoints at once as are due, each lane by one process at a time."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import structlog

from service.clock import monotonic_s
from service.domain.errors import DomainError, OverloadedError
from service.domain.ids import MerchantId
from service.domain.vocabulary import AttemptOutcome
from service.domain.webhook import Attempted
from service.domain.webhook_signature import read_keys, secrets_of, signed_headers
from service.metrics import WEBHOOK_ATTEMPTS
from service.runtime import Runtime
from service.store.webhook_lanes import Claim
from service.tasks import Stop
from service.webhooks.call import Call, Caller
from service.webhooks.claiming import claim
from service.webhooks.finishing import finish
from service.wire.webhooks import with_gap

CLAIMS_IN_A_ROW_MAX = 5  # of which no end was heard: perhaps the call ends the process

log = structlog.get_logger()


class _EndlessError(Exception):
    """So many calls of a lane have begun and were not heard to end."""


FINISHES_COUNT_MAX = 4  # within the lease, with what each waits for a connection
CLAIM_INTERVAL_S_MIN = 0.025  # calls that end closely together are followed by one look


class Worker:
    """Claims, calls and records until it is told to stop."""

    def __init__(self, runtime: Runtime, caller: Caller, *, rng: random.Random) -> None:
        self._runtime = runtime
        self._caller = caller
        self._rng = rng
        self._keys = read_keys(runtime.settings.webhook_keys)
        self._calls = dict[asyncio.Task[None], MerchantId]()
        self._look = asyncio.Event()  # set when the next of a lane may be due

    async def run(self, stop: Stop) -> None:
        """Call what is due, now and at the poll interval, until `stop` is set.

        Calls under way then have `webhook_stop_s` to end, unless it hurries. What is cut off is
        sent again when its lease is over.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_at(stop))
            while not stop.is_set():
                self._look.clear()
                for claimed in await self._claim():
                    call = group.create_task(self._deliver(claimed))
                    self._calls[call] = claimed.merchant_id
                    call.add_done_callback(self._calls.pop)
                await self._pause()
            await self._settle(stop, group)

    async def _look_at(self, stop: Stop) -> None:
        await stop.wait()
        self._look.set()

    async def _pause(self) -> None:
        await asyncio.sleep(CLAIM_INTERVAL_S_MIN)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._runtime.settings.webhook_poll_s):
                await self._look.wait()

    async def _settle(self, stop: Stop, group: asyncio.TaskGroup) -> None:
        """Let calls under way end, for a while; then cut them off."""
        calls = set(self._calls)
        if not calls:
            return
        hurrying = group.create_task(stop.at_once.wait())
        ending = group.create_task(asyncio.wait(calls))
        await asyncio.wait(
            {hurrying, ending},
            timeout=self._runtime.settings.webhook_stop_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in (hurrying, ending, *calls):
            task.cancel()

    async def _claim(self) -> list[Claim]:
        """Return what to send; nothing while that cannot be said, for calls under way go on."""
        free_count = self._runtime.settings.webhook_calls_count_max - len(self._calls)
        if free_count <= 0:
            return []
        try:
            under_way = Counter(self._calls.values())
            return await claim(self._runtime, calls_count_max=free_count, calls_under_way=under_way)
        except Exception as error:  # noqa: BLE001  # whatever it is, the loop goes on
            log.warning("webhooks_waiting", error=repr(error))
            return []

    async def _deliver(self, claimed: Claim) -> None:
        """Send the head of a lane once, and record how that went."""
        try:
            attempted = await self._attempt(claimed)
            WEBHOOK_ATTEMPTS.labels(outcome=attempted.outcome).inc()
            await self._record(claimed, attempted)
        finally:
            self._look.set()

    async def _attempt(self, claimed: Claim) -> Attempted:
        """Sign and call. A fault of ours is an attempt too: else it would come back for ever."""
        began_s = monotonic_s()
        try:
            if claimed.claims_count > CLAIMS_IN_A_ROW_MAX:
                raise _EndlessError(claimed.claims_count - 1)  # noqa: TRY301  # as any other fault
            return await self._caller.call(self._signed(claimed))
        except Exception as error:  # noqa: BLE001  # whatever is wrong, it is this lane's
            _log_fault(claimed, error)
            return _fault(duration_ms=round(1_000.0 * (monotonic_s() - began_s)))

    async def _record(self, claimed: Claim, attempted: Attempted) -> None:
        """Record the attempt, or that this was a fault of ours.

        While Postgres is away nothing is recorded, and the same is sent when the lease is over.
        """
        jitter = self._rng.uniform(-1.0, 1.0)
        try:
            if await self._finish(claimed, attempted, jitter=jitter):
                log.warning("webhook_disabled", endpoint=str(claimed.endpoint_id))
        except DomainError as error:
            _log_fault(claimed, error)
        except Exception as error:  # noqa: BLE001  # whatever is wrong, it is this lane's
            _log_fault(claimed, error)
            if not attempted.is_fault:
                await self._record(claimed, _fault(duration_ms=attempted.duration_ms))

    async def _finish(self, claimed: Claim, attempted: Attempted, *, jitter: float) -> bool:
        """Where many calls end at once, a connection is long in coming: nothing was done then."""
        for _ in range(FINISHES_COUNT_MAX - 1):
            with suppress(OverloadedError):
                return await finish(self._runtime, claimed, attempted, jitter=jitter)
        return await finish(self._runtime, claimed, attempted, jitter=jitter)

    def _signed(self, claimed: Claim) -> Call:
        body = with_gap(claimed.body) if claimed.has_gap else claimed.body
        return Call(
            url=claimed.url,
            headers=signed_headers(
                secrets_of(claimed.secret_seeds, self._keys),
                event_id=claimed.event_id,
                timestamp_s=int(claimed.claimed_at.timestamp()),
                body=body,
            ),
            body=body,
            sent_at=claimed.claimed_at,
        )


def _fault(*, duration_ms: int) -> Attempted:
    return Attempted(outcome=AttemptOutcome.INTERNAL, duration_ms=duration_ms)


def _log_fault(claimed: Claim, error: Exception) -> None:
    log.warning("item_failed", task="webhook", item=str(claimed.delivery_id), error=repr(error))
