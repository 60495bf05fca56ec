"""The websockets of those who watch: a merchant's own events, and all that happens in a market."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from litestar import websocket
from litestar.di import NamedDependency

from service.api.admission import admit
from service.api.callers import Audience, MerchantCaller, OpsCaller
from service.api.process import ApiProcess
from service.api.recovery import Recovery, read_end, read_recovery
from service.api.sockets import AnyWebSocket, Socket
from service.clock import monotonic_s
from service.domain import job as jobs_domain
from service.domain.errors import InvalidStateTransitionError
from service.domain.facts import owner_of_market, owner_of_merchant
from service.domain.ids import MarketId
from service.store import jobs
from service.store.connection import Connection
from service.wire.close_codes import CloseCode
from service.wire.event import job_view
from service.wire.incoming import MalformedMessageError, read_watcher_message
from service.wire.session import TokenBucket
from service.wire.watcher_stream import (
    MerchantSnapshot,
    OpsSnapshot,
    WatchHello,
    WatchRefused,
    WatchResume,
)

LIVE_JOBS_COUNT_MAX = 1_000  # of one snapshot
MESSAGES_PER_S_MAX = 1.0  # a watcher has nothing to say
MESSAGES_BURST_COUNT_MAX = 10.0

ReadSnapshot = Callable[[Connection, Recovery], Awaitable[msgspec.Struct]]


@websocket("/v1/stream", opt={"audience": Audience.MERCHANT})
async def merchant_stream(socket: AnyWebSocket, api: NamedDependency[ApiProcess]) -> None:
    """Serve one connection of a merchant's."""
    caller = await admit(api, socket, Audience.MERCHANT)
    if not isinstance(caller, MerchantCaller):
        return
    merchant_id = caller.id

    async def read_snapshot(conn: Connection, recovery: Recovery) -> MerchantSnapshot:
        views = None
        if not recovery.is_recovered:
            live = await jobs.list_live_jobs_of_merchant(
                conn, merchant_id=merchant_id, limit_count=LIVE_JOBS_COUNT_MAX
            )
            views = tuple(job_view(jobs_domain.snapshot(job)) for job in live)
        return MerchantSnapshot(
            epoch=str(api.runtime.epoch),
            seq=recovery.seq,
            recovered=recovery.is_recovered,
            jobs=views,
        )

    await WatcherConnection(
        api,
        socket,
        market_id=caller.market_id,
        owner=owner_of_merchant(merchant_id),
        credential_id=caller.credential_id,
        stream="merchant",
        read_snapshot=read_snapshot,
    ).serve()


@websocket("/v1/ops/feed", opt={"audience": Audience.OPS})
async def ops_feed(socket: AnyWebSocket, api: NamedDependency[ApiProcess]) -> None:
    """Serve one console."""
    caller = await admit(api, socket, Audience.OPS)
    if not isinstance(caller, OpsCaller):
        return

    async def read_snapshot(_: Connection, recovery: Recovery) -> OpsSnapshot:
        return OpsSnapshot(
            epoch=str(api.runtime.epoch), seq=recovery.seq, recovered=recovery.is_recovered
        )

    await WatcherConnection(
        api,
        socket,
        market_id=caller.market_id,
        owner=owner_of_market(caller.market_id),
        credential_id=caller.credential_id,
        stream="ops",
        read_snapshot=read_snapshot,
    ).serve()


class WatcherConnection:
    def __init__(
        self,
        api: ApiProcess,
        websocket: AnyWebSocket,
        *,
        market_id: MarketId,
        owner: str,
        credential_id: str,
        stream: Literal["merchant", "ops"],
        read_snapshot: ReadSnapshot,
    ) -> None:
        self._runtime = api.runtime
        self._fanout = api.fanout.market(market_id)
        self._socket = Socket(websocket, api.runtime, owner=owner, credential_id=credential_id)
        self._owner = owner
        self._stream: Literal["merchant", "ops"] = stream
        self._read_snapshot = read_snapshot
        self._bucket = TokenBucket(
            rate_per_s=MESSAGES_PER_S_MAX, burst_count=MESSAGES_BURST_COUNT_MAX
        )

    async def serve(self) -> None:
        """Serve the connection until it ends."""
        self._fanout.add(self._socket)  # first of all: from here on nothing is missed
        try:
            await self._socket.serve(self._read)
        finally:
            self._fanout.remove(self._socket)

    async def _read(self) -> None:
        await self._say_hello()
        try:
            async with asyncio.timeout(self._runtime.settings.handshake_timeout_s):
                await self._resume()
        except TimeoutError:
            self._socket.close(CloseCode.TOO_SLOW)
            return
        while True:
            read_watcher_message(await self._socket.receive())
            if not self._bucket.take(now_s=monotonic_s()):
                self._socket.close(CloseCode.TOO_MANY_MESSAGES)
                return
            refused = WatchRefused(
                code=InvalidStateTransitionError.code, detail="this connection has resumed"
            )
            self._socket.send(msgspec.json.encode(refused))

    async def _say_hello(self) -> None:
        async with self._runtime.pool.connection() as conn:
            seq = await read_end(conn, owner=self._owner)
        hello = WatchHello(
            stream=self._stream,
            owner_id=self._owner.partition(":")[2],
            epoch=str(self._runtime.epoch),
            seq=seq,
            server_time=self._runtime.clock.now(),
            time_scale=self._runtime.clock.time_scale,
            resume_within_ms=int(self._runtime.settings.resume_within_s * 1_000),
            session_ms=int(self._runtime.settings.session_s * 1_000),
        )
        self._socket.send(msgspec.json.encode(hello))

    async def _resume(self) -> None:
        message = read_watcher_message(await self._socket.receive())
        if not isinstance(message, WatchResume):
            raise MalformedMessageError("the first message is resume")
        async with self._runtime.pool.connection() as conn:
            recovery = await read_recovery(
                conn,
                self._runtime,
                owner=self._owner,
                asked_epoch=message.epoch,
                after_seq=message.after_seq,
            )
            snapshot = await self._read_snapshot(conn, recovery)
        self._socket.send(msgspec.json.encode(snapshot))
        self._socket.stream.note_end(recovery.seq)
        self._socket.stream.begin(after_seq=recovery.after_seq)


HANDLERS = [merchant_stream, ops_feed]
