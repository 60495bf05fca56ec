"""The websockets of those who watch: a merchant's own events, and all that happens in a market."""

import asyncio

import msgspec
from litestar import websocket
from litestar.di import NamedDependency

from service.api.addresses import exact_address_of_request
from service.api.admission import admit
from service.api.callers import STREAM_PERMISSION, Audience, MerchantCaller, OpsCaller
from service.api.process import ApiProcess
from service.api.recovery import read_end, read_recovery
from service.api.renewal import renew
from service.api.sockets import AnyWebSocket, Socket
from service.api.watchers import MerchantWatcher, OpsWatcher, Watcher
from service.clock import monotonic_s
from service.domain.errors import (
    ForbiddenError,
    InvalidParamsError,
    InvalidStateTransitionError,
    UnauthenticatedError,
)
from service.wire.close_codes import CloseCode
from service.wire.incoming import InvalidMessage, read_watcher_message
from service.wire.session import TokenBucket
from service.wire.watcher_stream import (
    Unwatch,
    Watch,
    WatchAuthenticate,
    WatchAuthenticated,
    WatcherMessage,
    WatchHello,
    WatchRefused,
    WatchResume,
)

MESSAGES_PER_S_MAX = 4.0  # a map that is dragged tells where it is
MESSAGES_BURST_COUNT_MAX = 10.0


@websocket(
    "/v1/stream",
    opt={
        "audience": Audience.MERCHANT,
        "permission": STREAM_PERMISSION[Audience.MERCHANT],
    },
)
async def merchant_stream(socket: AnyWebSocket, api: NamedDependency[ApiProcess]) -> None:
    """Serve one connection of a merchant's."""
    caller = await admit(api, socket, Audience.MERCHANT)
    if isinstance(caller, MerchantCaller):
        watcher = MerchantWatcher(api.runtime, caller.id)
        await WatcherConnection(api, socket, caller, watcher).serve()


@websocket(
    "/v1/ops/feed",
    opt={"audience": Audience.OPS, "permission": STREAM_PERMISSION[Audience.OPS]},
)
async def ops_feed(socket: AnyWebSocket, api: NamedDependency[ApiProcess]) -> None:
    """Serve one console."""
    caller = await admit(api, socket, Audience.OPS)
    if isinstance(caller, OpsCaller):
        watcher = OpsWatcher(api.runtime, caller.market_id)
        await WatcherConnection(api, socket, caller, watcher).serve()


class WatcherConnection:
    def __init__(
        self,
        api: ApiProcess,
        websocket: AnyWebSocket,
        caller: MerchantCaller | OpsCaller,
        watcher: Watcher,
    ) -> None:
        self._api = api
        self._runtime = api.runtime
        self._fanout = api.fanout.market(caller.market_id)
        self._caller = caller
        self._watcher = watcher
        self._socket = Socket(
            websocket,
            api.runtime,
            owner=watcher.owner,
            credential_id=caller.credential_id,
            address=exact_address_of_request(websocket, trusted=api.trusted),
            dress=watcher.dress,
        )
        self._is_resumed = False
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
        until_s = monotonic_s() + self._runtime.settings.handshake_timeout_s
        while not self._is_resumed:
            try:
                async with asyncio.timeout(until_s - monotonic_s()):
                    text = await self._socket.receive()
            except TimeoutError:
                self._socket.close(CloseCode.TOO_SLOW)
                return
            await self._take(text)  # this may take longer: a snapshot comes as fast as it is read
        while True:
            await self._take(await self._socket.receive())

    async def _take(self, text: str) -> None:
        message = read_watcher_message(text)
        if not self._bucket.take(now_s=monotonic_s()):
            self._socket.close(CloseCode.TOO_MANY_MESSAGES)
            return
        try:
            await self._do(message)
        except (ForbiddenError, UnauthenticatedError) as error:
            self._refuse(error.code, str(error))

    async def _do(self, message: WatcherMessage | InvalidMessage) -> None:
        match message:
            case InvalidMessage():
                self._refuse(InvalidParamsError.code, message.detail)
            case WatchResume() if not self._is_resumed:
                await self._resume(message)
            case WatchResume():
                self._refuse(InvalidStateTransitionError.code, "this connection has resumed")
            case WatchAuthenticate():
                session_ms = await renew(self._api, self._socket, self._caller, message.ticket)
                self._socket.send(msgspec.json.encode(WatchAuthenticated(session_ms=session_ms)))
            case Watch() | Unwatch() if not self._is_resumed:
                self._refuse(InvalidStateTransitionError.code, "the first message is resume")
            case Watch() | Unwatch():
                self._watcher.look(self._socket, self._fanout, message)

    def _refuse(self, code: str, detail: str) -> None:
        self._socket.send(msgspec.json.encode(WatchRefused(code=code, detail=detail)))

    async def _say_hello(self) -> None:
        async with self._runtime.pool.connection() as conn:
            seq = await read_end(conn, owner=self._watcher.owner)
        hello = WatchHello(
            stream=self._watcher.stream,
            owner_id=self._watcher.owner.partition(":")[2],
            epoch=str(self._runtime.epoch),
            seq=seq,
            server_time=self._runtime.clock.now(),
            time_scale=self._runtime.clock.time_scale,
            resume_within_ms=int(self._runtime.settings.resume_within_s * 1_000),
            session_ms=int(self._runtime.settings.session_s * 1_000),
        )
        self._socket.send(msgspec.json.encode(hello))

    async def _resume(self, message: WatchResume) -> None:
        async with self._runtime.pool.connection() as conn:
            recovery = await read_recovery(
                conn,
                self._runtime,
                owner=self._watcher.owner,
                asked_epoch=message.epoch,
                after_seq=message.after_seq,
            )
        async for part in self._watcher.snapshot(recovery):
            self._socket.send(msgspec.json.encode(part))
            await self._socket.flushed()  # a large one is never held whole
        self._is_resumed = True
        self._socket.stream.note_end(recovery.seq)
        self._socket.stream.begin(after_seq=recovery.after_seq)
        self._watcher.resumed(self._socket, self._fanout)


HANDLERS = [merchant_stream, ops_feed]
