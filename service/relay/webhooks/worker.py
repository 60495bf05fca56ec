"""The worker that calls endpoints: as many at once as are due, each lane by one relay at a time."""

import asyncio
import random
from contextlib import suppress

import structlog

from service.domain.errors import DomainError
from service.domain.webhook_signature import read_keys, secret_of, signed_headers
from service.relay.webhooks.call import Call, Caller
from service.relay.webhooks.claiming import claim, finish
from service.runtime import Runtime
from service.store.webhook_lanes import Claim
from service.wire.webhooks import with_gap

log = structlog.get_logger()


class Worker:
    def __init__(self, runtime: Runtime, caller: Caller, *, rng: random.Random) -> None:
        self._runtime = runtime
        self._caller = caller
        self._rng = rng
        self._keys = read_keys(runtime.settings.webhook_keys)
        self._free_count = runtime.settings.webhook_calls_count_max
        self._has_finished = asyncio.Event()  # the next of its lane may be due

    async def run(self) -> None:
        """Call what is due, now and at the poll interval; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._has_finished.clear()
                for claimed in await self._claim():
                    self._free_count -= 1
                    group.create_task(self._deliver(claimed))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._runtime.settings.webhook_poll_s):
                        await self._has_finished.wait()

    async def _claim(self) -> list[Claim]:
        """Return what to send; nothing while Postgres is away, for calls under way go on."""
        if self._free_count == 0:
            return []
        try:
            return await claim(self._runtime, calls_count_max=self._free_count)
        except DomainError as error:
            log.warning("webhooks_waiting", error=repr(error))
            return []

    async def _deliver(self, claimed: Claim) -> None:
        """Send the head of a lane once; after a fault of ours it is sent when the lease ends."""
        try:
            attempted = await self._caller.call(self._signed(claimed))
            jitter = self._rng.uniform(-1.0, 1.0)
            if await finish(self._runtime, claimed, attempted, jitter=jitter):
                log.warning("webhook_disabled", endpoint=str(claimed.endpoint_id))
        except Exception as error:  # noqa: BLE001  # whatever is wrong, it is this lane's
            log.warning(
                "item_failed", task="webhook", item=str(claimed.delivery_id), error=repr(error)
            )
        finally:
            self._free_count += 1
            self._has_finished.set()

    def _signed(self, claimed: Claim) -> Call:
        body = with_gap(claimed.body) if claimed.has_gap else claimed.body
        return Call(
            url=claimed.url,
            headers=signed_headers(
                [secret_of(seed, self._keys) for seed in claimed.secret_seeds],
                event_id=claimed.event_id,
                timestamp_s=int(claimed.claimed_at.timestamp()),
                body=body,
            ),
            body=body,
            sent_at=claimed.claimed_at,
        )
