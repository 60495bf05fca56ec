"""Merchants whose own servers misbehave: they have them called, and look how each call ended."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import NamedTuple, Self
from uuid import UUID

import httpx
import msgspec

from loadtests.hostile.manners import MANNERS
from loadtests.hostile.patience import open_patient
from loadtests.hostile.servers import Servers
from loadtests.hostile.tally import Tally
from service.wire.webhooks import NewWebhookEndpoint, WebhookDelivery, WebhookDeliveryDetail

PATH = "/v1/webhook-endpoints"
LANES_COUNT = 8  # of each merchant, who may have ten endpoints
LOOK_S = 0.1
PATIENCE_S = 60.0

_decode_new = msgspec.json.Decoder(NewWebhookEndpoint).decode
_decode_sent = msgspec.json.Decoder(WebhookDelivery).decode
_decode_detail = msgspec.json.Decoder(WebhookDeliveryDetail).decode


class Visit(NamedTuple):
    """An endpoint that is opened, called so often, and deleted; `key` is for its creation."""

    name: str
    key: str
    calls_count: int


class HookFailedError(Exception):
    """Something that ought to work did not; the message says what."""


class Hooks:
    """Merchants with bad servers, in a process of their own.

    Args:
        url: of the service.
        keys: of the merchants.
        timeout_s: how long the service waits for an answer.
    """

    def __init__(self, *, url: str, keys: Sequence[str], timeout_s: float) -> None:
        self._http = open_patient(url, timeout_s=PATIENCE_S)
        self._keys = keys
        self._servers = Servers(timeout_s=timeout_s)

    async def __aenter__(self) -> Self:
        await self._servers.__aenter__()
        return self

    async def __aexit__(self, *ending: object) -> None:
        await self._http.aclose()
        await self._servers.__aexit__(*ending)

    async def call(self, *, count: int, seed: int) -> Tally:
        """Have so many calls made, at least; return how they ended."""
        lanes = [key for key in self._keys for _ in range(LANES_COUNT)]
        visits = draw_visits(seed, count)
        tally = Tally()
        async with asyncio.TaskGroup() as group:
            for row, key in enumerate(lanes):
                group.create_task(self._visit_all(key, visits[row :: len(lanes)], tally))
        if self._servers.trapped_count:
            tally.surprised(f"{self._servers.trapped_count} calls went where they were sent")
        return tally

    async def _visit_all(self, key: str, visits: Sequence[Visit], tally: Tally) -> None:
        for visit in visits:
            try:
                await self._visit(key, visit, tally)
            except (HookFailedError, httpx.HTTPError, TimeoutError) as error:
                tally.surprised(f"{visit.name}: {error!r}")

    async def _visit(self, key: str, visit: Visit, tally: Tally) -> None:
        """Open an endpoint, have it called, look how that ended, and delete it."""
        name = visit.name
        body = {"url": self._servers.url(name), "events": ["job.canceled"]}
        created = await self._ask("POST", PATH, key, body, once=visit.key)
        endpoint = f"{PATH}/{_decode_new(created).endpoint.id}"
        sent = [
            _decode_sent(await self._ask("POST", f"{endpoint}/test", key)).id
            for _ in range(visit.calls_count)
        ]
        for delivery_id in sent:
            detail = await self._called(key, endpoint, delivery_id)
            outcome = detail.attempts[-1].outcome  # the first: newer ones come before it
            tally.tried(name, outcome)
            if outcome not in MANNERS[name].outcomes:
                tally.surprised(f"{name}: {outcome}, {detail.attempts[-1]}")
        await self._ask("DELETE", endpoint, key)

    async def _called(self, key: str, endpoint: str, delivery_id: UUID) -> WebhookDeliveryDetail:
        """Return a delivery once it was tried, or will not be: its endpoint may be gone."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                text = await self._ask("GET", f"{endpoint}/deliveries/{delivery_id}", key)
                detail = _decode_detail(text)
                if detail.attempts:
                    return detail
                await asyncio.sleep(LOOK_S)

    async def _ask(
        self, method: str, path: str, key: str, body: object = None, *, once: str = ""
    ) -> bytes:
        headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": once} if once else {})
        answer = await self._http.request(method, path, json=body, headers=headers)
        if not answer.is_success:
            raise HookFailedError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.content


def draw_visits(seed: int, count: int) -> list[Visit]:
    """Return visits with so many calls in all, always the same ones for a seed."""
    random, visits = Random(seed), list[Visit]()
    while (left_count := count - sum(visit.calls_count for visit in visits)) > 0:
        name = random.choice(list(MANNERS))
        calls_count = min(left_count, MANNERS[name].calls_count_max)
        visits.append(Visit(name, f"{seed}-{len(visits)}", calls_count))
    return visits
