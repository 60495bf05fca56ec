"""A websocket client in words, and a courier who has gone on duty with it."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import websockets

from service.actions.authenticate import Principal
from service.api.callers import caller_of

PATIENCE_S = 10.0


def courier_of(offer):
    """Return whom the offer is for, as one who is let in."""
    return caller_of(
        Principal(
            credential_id="key",
            market_id=offer.market_id,
            livemode=False,
            courier_id=offer.courier_id,
        )
    )


class Talk:
    """A websocket connection in words: what was heard is kept, and may be waited for."""

    def __init__(self, connection):
        self.connection = connection
        self.heard = []

    async def say(self, type, **fields):
        await self.connection.send(json.dumps({"type": type, **fields}))

    async def hear(self, type, **fields):
        """Return the next message of this type with these fields; the others are kept as well."""
        return await self.hear_any(type, **fields)

    async def hear_any(self, *types, **fields):
        """Return the next message of one of these types with these fields."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = json.loads(await self.connection.recv())
                self.heard.append(message)
                if message["type"] in types and fields.items() <= message.items():
                    return message

    async def close_code(self):
        """Return the code with which the server closes; what comes before it is kept."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    self.heard.append(json.loads(await self.connection.recv()))
            except websockets.ConnectionClosed:
                return self.connection.close_code

    @property
    def seqs(self):
        """The numbers of the events heard; hello and snapshot bear that of the stream."""
        return [
            message["seq"]
            for message in self.heard
            if "seq" in message and message["type"] not in ("hello", "snapshot")
        ]


@asynccontextmanager
async def talking(address, path, key=None, **options):
    headers = {} if key is None else {"Authorization": f"Bearer {key.text}"}
    headers |= options.pop("headers", {})
    async with websockets.connect(
        f"ws://{address}{path}", additional_headers=headers, compression=None, **options
    ) as connection:
        yield Talk(connection)


@asynccontextmanager
async def resumed(address, path, key, *, epoch=None, after_seq=None, **options):
    """A connection that has asked to go on after an event, or from nothing."""
    async with talking(address, path, key, **options) as talk:
        hello = await talk.hear("hello")
        await talk.say("resume", epoch=epoch or hello["epoch"], after_seq=after_seq)
        await talk.hear("snapshot", recovered=after_seq is not None)
        yield talk


@asynccontextmanager
async def on_duty(runtime, address, key):
    """A courier's connection, resumed from nothing and online."""
    async with resumed(address, "/v1/courier", key) as talk:
        ends_at = runtime.clock.now() + timedelta(hours=4)
        await talk.say(
            "set_status",
            status="online",
            vehicle="bike",
            capacity={"weight_g": 16_000, "volume_l": 60, "jobs_count": 3},
            shift_ends_at=ends_at.isoformat(),
        )
        await talk.hear("notice", status="online")
        yield talk
