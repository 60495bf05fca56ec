"""All simulated people of one run: couriers, merchants and the operator, and what they saw."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

import httpx

from service.client.connection import Connection
from service.client.rest import Rest
from service.clock import Clock
from service.domain.facts import owner_of_courier, owner_of_market, owner_of_merchant
from service.domain.ids import CourierId, MarketId
from service.simulation.clients.courier import CourierClient
from service.simulation.clients.courier_app import CourierApp, Traits
from service.simulation.clients.merchant import MerchantClient
from service.simulation.clients.operator import OperatorClient
from service.simulation.clients.proving import Spoken
from service.simulation.clients.receiver import Receiver
from service.simulation.run.able import could_be_sent
from service.simulation.run.witness import (
    OfferAnswered,
    OfferHeard,
    StreamSeen,
    WebhooksSeen,
    Witness,
)
from service.stack import READY_TIMEOUT_S, StackFailedError
from service.wire.courier_stream import ServerMessage
from service.wire.rest import JobBody
from service.wire.watcher_stream import MerchantMessage, OpsMessage

READY_INTERVAL_S = 0.05

_AnyConnection = Connection[ServerMessage] | Connection[MerchantMessage] | Connection[OpsMessage]


class Crowd:
    """Who takes part; the tasks that let them act are the run's."""

    def __init__(
        self, http: httpx.AsyncClient, *, market_id: MarketId, operator_key: str, seed: int
    ) -> None:
        self._http, self._rng = http, random.Random(seed)
        self.market_id = market_id
        self._spoken = Spoken()
        self.operator = OperatorClient(self._rest(operator_key), rng=self._rng)
        self.merchants: list[MerchantClient] = []
        self.couriers: list[CourierClient] = []
        self.receivers: list[Receiver] = []

    def add_merchant(self, key: str) -> MerchantClient:
        """Add the merchant whose key this is."""
        merchant = MerchantClient(self._rest(key), rng=self._rng, spoken=self._spoken)
        self.merchants.append(merchant)
        return merchant

    async def add_receiver(self, merchant: MerchantClient) -> Receiver:
        """Give the merchant a server of its own, and have it told of everything.

        Raises:
            RefusedError, UnansweredError: it is not told.
        """
        receiver = Receiver(rng=self._rng)
        await receiver.open()
        receiver.secret = await merchant.listen_at(receiver.url)
        self.receivers.append(receiver)
        return receiver

    def add_courier(self, traits: Traits, key: str) -> CourierClient:
        """Add the courier whose key this is."""
        courier = CourierClient(
            CourierApp(traits), self._rest(key), rng=self._rng, spoken=self._spoken
        )
        self.couriers.append(courier)
        return courier

    async def wait_ready(self) -> Clock:
        """Wait until all watchers have their streams and the market ticks; return market time.

        Raises:
            StackFailedError: that takes too long.
        """
        watchers = [self.operator.connection, *(m.connection for m in self.merchants)]
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                while True:
                    if self.operator.feed.ticks_count > 0 and all(w.is_live for w in watchers):
                        assert self.operator.connection.clock is not None, "set before the snapshot"
                        return self.operator.connection.clock
                    await asyncio.sleep(READY_INTERVAL_S)
        except TimeoutError:
            raise StackFailedError(
                f"The market did not tick within {READY_TIMEOUT_S:.0f} s; the logs in the state "
                "folder say why."
            ) from None

    def rest(self) -> None:
        """Let the couriers stop working; everybody goes on listening."""
        for courier in self.couriers:
            courier.rest()

    def idle_couriers_for(self, job: JobBody) -> frozenset[CourierId]:
        """Return who is idle, connected, near and able to carry the job, as far as phones know."""
        now_s = self._now_s()
        return frozenset(
            courier.id
            for courier in self.couriers
            if courier.connection.is_live
            and courier.app.is_idle
            and could_be_sent(
                courier.app.traits,
                job,
                place=courier.app.trip.point_at(now_s),
                now_s=now_s,
                shift_ends_s=now_s + courier.app.shift_left_s(now_s),
            )
        )

    def refusals_count_by_code(self) -> dict[str, int]:
        """Return how often the couriers' messages were refused."""
        counts: Counter[str] = Counter()
        for courier in self.couriers:
            counts.update(courier.app.refusals_count_by_code)
        return dict(counts)

    def streams(self) -> list[StreamSeen]:
        """Return how far everybody who ever was connected is in their stream."""
        return [
            StreamSeen(
                owner=owner,
                seq=connection.check.seq,
                is_live=connection.is_live,
                restarts_count=connection.check.restarts_count,
                violations=tuple(connection.check.violations),
                close_code=connection.last_close_code,
            )
            for owner, connection in self._connections()
        ]

    def testify(self) -> Witness:
        """Return what everybody saw."""
        boards = [merchant.board for merchant in self.merchants]
        return Witness(
            posted=tuple(job for board in boards for job in board.posted),
            refused_count_by_code=dict(
                Counter(code for board in boards for code in board.refused_codes)
            ),
            unanswered_count=sum(len(board.unanswered_references) for board in boards),
            board_violations=tuple(text for board in boards for text in board.violations),
            streams=tuple(self.streams()),
            answered=tuple(_answered(self.couriers)),
            heard=tuple(
                OfferHeard(courier_id=courier.id, job_ids=offer.job_ids, heard_at=offer.heard_at)
                for courier in self.couriers
                for offer in courier.app.desk.seen.values()
            ),
            webhooks=tuple(
                WebhooksSeen(
                    url=receiver.url,
                    events=tuple(receiver.events),
                    unsigned_count=receiver.unsigned_count,
                )
                for receiver in self.receivers
            ),
            driven_m=sum(courier.app.trip.driven_m for courier in self.couriers),
        )

    def _connections(self) -> Iterator[tuple[str, _AnyConnection]]:
        """Yield the owner of the stream with each connection that ever was open."""
        for courier in self.couriers:
            if courier.connection.owner_id:
                yield owner_of_courier(courier.id), courier.connection
        for merchant in self.merchants:
            if merchant.connection.owner_id:
                yield owner_of_merchant(UUID(merchant.connection.owner_id)), merchant.connection
        if self.operator.connection.owner_id:
            yield owner_of_market(self.market_id), self.operator.connection

    def _rest(self, key: str) -> Rest:
        return Rest(self._http, key=key, rng=self._rng)

    def _now_s(self) -> float:
        clock = self.operator.connection.clock
        assert clock is not None, "jobs are posted after everybody is connected"
        return clock.now().timestamp()


def _answered(couriers: Iterable[CourierClient]) -> Iterator[OfferAnswered]:
    for courier in couriers:
        for offer in courier.app.desk.seen.values():
            if offer.is_accepted:
                yield OfferAnswered(
                    offer_id=offer.offer_id,
                    courier_id=courier.id,
                    job_ids=offer.job_ids,
                    is_assigned=offer.is_assigned,
                    refusal=offer.refusal,
                )
