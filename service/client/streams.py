"""The three streams, each as an async iterator of messages: the way into this package.

    async with open_http("https://hexhaul.example") as http:
        async with CourierStream(Rest(http, key=key, rng=rng), rng=rng) as stream:
            async for message in stream:
                match message:
                    case Snapshot(state=CourierState() as state):
                        ...  # forget what you had: this is the truth
                    case OfferMade():
                        await stream.send(Ack(offer_id=message.offer_id))
                    case _:
                        ...

The stream connects, resumes where it was, renews its session before that ends, leaves when the
server drains, comes back after a growing pause, and ends only when coming back would change
nothing. What the app has to do:

- **Snapshot**: with a state, draw the screen from it. With or without one, say again what has not
  been `done` yet: the answer to an offer, a stop completed. Saying it twice changes nothing.
- **send** returns False while there is no live socket, and keeps nothing: a position that waited
  is worth nothing.
- **Done**: the message with this `ref` was carried out for good.
- **Refused**: nothing changed; `ref` tells which message, `code` why. With `retry_in_ms` it means
  "not now" (and after `unavailable` nobody knows whether it was done): say it again after so long,
  spread by half.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Generic, Self

import msgspec

from service.client.connection import Connection
from service.client.link import M
from service.client.rest import Rest
from service.wire.courier_stream import ServerMessage, decode_server_message
from service.wire.watcher_stream import (
    MerchantMessage,
    OpsMessage,
    decode_merchant_message,
    decode_ops_message,
)

INBOX_MESSAGES_COUNT_MAX = 64  # then nothing more is read until the app has caught up


def courier_connection(
    rest: Rest, *, hear: Callable[[ServerMessage], Awaitable[None]], rng: random.Random
) -> Connection[ServerMessage]:
    """Return the connection of a courier's app, which shows a ticket."""
    ticket_path = "/v1/courier/tickets"
    return Connection[ServerMessage](
        dial=lambda: rest.address_with_ticket("/v1/courier", ticket_path=ticket_path),
        fetch_ticket=lambda: rest.ticket(ticket_path),
        decode=decode_server_message,
        hear=hear,
        rng=rng,
    )


def merchant_connection(
    rest: Rest, *, hear: Callable[[MerchantMessage], Awaitable[None]], rng: random.Random
) -> Connection[MerchantMessage]:
    """Return the connection of a merchant's server, which shows its key."""
    return Connection[MerchantMessage](
        dial=lambda: rest.address_with_key("/v1/stream"),
        fetch_ticket=lambda: rest.ticket("/v1/tickets"),
        decode=decode_merchant_message,
        hear=hear,
        rng=rng,
    )


def ops_connection(
    rest: Rest, *, hear: Callable[[OpsMessage], Awaitable[None]], rng: random.Random
) -> Connection[OpsMessage]:
    """Return the connection of a console at ops, which shows its key."""
    return Connection[OpsMessage](
        dial=lambda: rest.address_with_key("/v1/ops/feed"),
        fetch_ticket=lambda: rest.ticket("/v1/ops/tickets"),
        decode=decode_ops_message,
        hear=hear,
        rng=rng,
    )


class Stream(Generic[M]):
    """A connection that runs inside `async with`, and whose messages are iterated over."""

    def __init__(self, connect: Callable[[Callable[[M], Awaitable[None]]], Connection[M]]) -> None:
        self.connection = connect(self._hear)
        self._inbox: deque[M] = deque()
        self._stirred = asyncio.Event()  # there is a message, or the connection is over
        self._has_room = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to connect."""
        self._running = asyncio.create_task(self.connection.run())
        self._running.add_done_callback(lambda _: self._stirred.set())
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave for good."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def __aiter__(self) -> AsyncIterator[M]:
        """Yield each message; end when the server says not to come back."""
        assert self._running is not None, "a stream is iterated over inside `async with`"
        while True:
            if self._inbox:
                yield self._inbox.popleft()
                self._has_room.set()
            elif self._running.done():
                self._running.result()  # raises what went wrong
                return
            else:
                self._stirred.clear()
                await self._stirred.wait()

    async def send(self, message: msgspec.Struct) -> bool:
        """Send a message; False when there is no live socket, and nothing was sent."""
        return await self.connection.send(message)

    async def _hear(self, message: M) -> None:
        while len(self._inbox) >= INBOX_MESSAGES_COUNT_MAX:
            self._has_room.clear()
            await self._has_room.wait()
        self._inbox.append(message)
        self._stirred.set()


class CourierStream(Stream[ServerMessage]):
    """What a courier's app hears and says."""

    def __init__(self, rest: Rest, *, rng: random.Random) -> None:
        super().__init__(lambda hear: courier_connection(rest, hear=hear, rng=rng))


class MerchantStream(Stream[MerchantMessage]):
    """Every event of one merchant's jobs."""

    def __init__(self, rest: Rest, *, rng: random.Random) -> None:
        super().__init__(lambda hear: merchant_connection(rest, hear=hear, rng=rng))


class OpsStream(Stream[OpsMessage]):
    """All that happens in a market."""

    def __init__(self, rest: Rest, *, rng: random.Random) -> None:
        super().__init__(lambda hear: ops_connection(rest, hear=hear, rng=rng))
