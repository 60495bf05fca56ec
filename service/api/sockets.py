"""An accepted websocket: one bounded mailbox, one writer, one way to close it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import TypeAlias

import structlog
from litestar import WebSocket
from litestar.connection.base import empty_receive, empty_send
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect

from service.api.callers import Caller
from service.api.guard import take_nothing, tap_of
from service.api.live_stream import LiveStream, UnrecoverableGapError
from service.clock import monotonic_s
from service.domain.allow_list import Address
from service.domain.errors import UnavailableError
from service.runtime import Runtime
from service.wire.close_codes import CloseCode
from service.wire.incoming import MalformedMessageError
from service.wire.mailbox import Mailbox

log = structlog.get_logger()

AnyWebSocket: TypeAlias = WebSocket[object, Caller, State]


class HangupError(Exception):
    """The connection is over, whoever ended it."""


class ClosingError(Exception):
    """The connection is about to be closed: what still comes is not carried out."""


def untie(websocket: AnyWebSocket) -> None:
    """Undo the circle of a websocket that is over: its functions hold it, and all of uvicorn's."""
    websocket.receive, websocket.send = empty_receive, empty_send


class Socket:
    """`stream` is the numbered stream of its owner; each message of it passes through `dress`.

    It lasts until `expires_s` (monotonic) and as long as the credential that opened it; whoever
    holds the sockets closes it then.
    """

    def __init__(
        self,
        websocket: AnyWebSocket,
        runtime: Runtime,
        *,
        owner: str,
        credential_id: str,
        address: Address | None = None,
        dress: Callable[[bytes], bytes] = lambda message: message,
    ) -> None:
        self._websocket = websocket
        self._runtime = runtime
        self._mailbox = Mailbox(
            messages_count_max=runtime.settings.mailbox_messages_count_max,
            bytes_max=runtime.settings.mailbox_bytes_max,
        )
        self._news = asyncio.Event()
        self._close_code: CloseCode | None = None
        self._is_over = False
        self._flushing: asyncio.Future[None] | None = None  # waited for, until all is written
        self._is_listening = False
        self._newest_number = 0  # of a connection of the same device that was heard of
        self.id = str(runtime.new_id())
        self.number = 0  # among those of its device, the highest is the newest; 0: not resumed
        self.credential_id = credential_id
        self.address = (
            address  # from where, of one whose key may be bound to networks; None: not known
        )
        self.expires_s = 0.0
        self.renew(credential_id)
        self.stream = LiveStream(
            owner,
            deliver=lambda message: self.send(dress(message)),
            has_room=lambda: self._mailbox.has_room,
            wake=self._news.set,
        )

    def renew(self, credential_id: str) -> None:
        """Let the connection last for another session, by this credential."""
        self.credential_id = credential_id
        self.expires_s = monotonic_s() + self._runtime.settings.session_s

    def set_number(self, number: int) -> None:
        """Note which connection of its device this is; a newer one may have been heard of."""
        self.number = number
        self.hear_of(self._newest_number)

    def hear_of(self, number: int) -> None:
        """Close if this is an older connection of the device than the one with this number."""
        self._newest_number = max(self._newest_number, number)
        if 0 < self.number < self._newest_number:
            self.close(CloseCode.REPLACED)

    def tap(self, take: Callable[[str], bool]) -> None:
        """Let `take` deal with what comes while nothing before it is being dealt with.

        Args:
            take: returns whether it did; if not, `receive` returns the text. It never waits.
        """
        tap_of(self._websocket.scope).take = lambda text: (
            self._is_listening and self._close_code is None and take(text)
        )

    def send(self, message: bytes) -> None:
        """Put the message into the mailbox; a full one means a reader too slow.

        Once the connection is to be closed nothing more is put there: the client resumes after what
        it has heard.
        """
        if self._close_code is not None:
            return
        if not self._mailbox.put(message):
            self.close(CloseCode.TOO_SLOW)
        self._news.set()

    def replace(self, key: Hashable, message: bytes) -> None:
        """Let the message wait in place of the one with the same key."""
        self._mailbox.replace(key, message)
        self._news.set()

    def is_waiting(self, key: Hashable) -> bool:
        """Whether a message with this key has not been sent yet."""
        return self._mailbox.is_waiting(key)

    async def flushed(self) -> None:
        """Wait until all that was put into the mailbox has been written.

        Raises:
            HangupError: the connection ended before.
        """
        if not self._is_over and len(self._mailbox) > 0:
            self._flushing = asyncio.get_running_loop().create_future()
            await self._flushing
        if self._is_over:
            raise HangupError

    def close(self, code: CloseCode) -> None:
        """Close the connection when what waits has been sent; the first reason counts."""
        if self._close_code is None:
            self._close_code = code
        self._news.set()

    async def receive(self) -> str:
        """Return the next text frame.

        Raises:
            HangupError: there will be none.
            ClosingError: it is too late for it.
            MalformedMessageError: it is a binary frame, which no message of ours is.
        """
        if self._is_over:
            raise HangupError
        if self._close_code is not None:
            raise ClosingError
        self._is_listening = True
        event = await self._websocket.receive()
        self._is_listening = False
        if event["type"] != "websocket.receive":
            raise HangupError
        if self._close_code is not None:
            raise ClosingError
        text = event.get("text")
        if text is None:
            raise MalformedMessageError("a binary frame")
        return text

    async def serve(self, read: Callable[[], Awaitable[None]]) -> None:
        """Run the reader and the writer until the connection ends.

        A message that is being carried out is carried out, even if nobody waits for the answer.
        """
        log.info("socket_opened", socket=self.id, owner=self.stream.owner)
        try:
            async with asyncio.TaskGroup() as group:
                reader = group.create_task(self._read(read))
                await self._write()
                self._is_over = True
                self._tell_flushed()
                if self._is_listening:
                    reader.cancel()
        except* Exception as error:  # a fault of ours: this connection ends, the others do not
            log.error("socket_failed", socket=self.id, exc_info=error)  # noqa: TRY400  # it is there
            await self._give_up()
        finally:
            self._untie()
        log.info("socket_closed", socket=self.id, code=self._close_code)

    def _untie(self) -> None:
        """Undo the circles, so that what is over goes at once and not with the garbage."""
        self.stream.end()
        tap_of(self._websocket.scope).take = take_nothing
        untie(self._websocket)

    async def _give_up(self) -> None:
        with suppress(OSError, WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(self._runtime.settings.send_timeout_s):
                await self._websocket.close(CloseCode.FAILED)

    async def _read(self, read: Callable[[], Awaitable[None]]) -> None:
        try:
            await read()
        except HangupError:
            self._is_over = True
            self._news.set()
        except ClosingError:
            pass  # the writer ends it, when what waits has been sent
        except MalformedMessageError:
            self.close(CloseCode.MALFORMED)
        except UnavailableError:
            self.close(CloseCode.UNAVAILABLE)

    async def _write(self) -> None:
        try:
            while not self._is_over:
                self._news.clear()
                message = self._mailbox.take()
                if message is None:
                    self._tell_flushed()
                if message is not None:
                    async with asyncio.timeout(self._runtime.settings.send_timeout_s):
                        await self._websocket.send_data(message.decode())
                elif self._close_code is not None:
                    async with asyncio.timeout(self._runtime.settings.send_timeout_s):
                        await self._websocket.close(self._close_code)
                    return
                elif self.stream.is_behind:
                    await self._catch_up()
                else:
                    await self._news.wait()
        except TimeoutError:  # nothing can be sent any more, and no close frame either
            self._close_code = CloseCode.TOO_SLOW
        except (OSError, WebSocketDisconnect):  # the connection was lost under the writer
            pass

    def _tell_flushed(self) -> None:
        if self._flushing is not None and not self._flushing.done():
            self._flushing.set_result(None)

    async def _catch_up(self) -> None:
        try:
            await self.stream.catch_up(self._runtime)
        except UnrecoverableGapError:
            self.close(CloseCode.TOO_SLOW)
        except UnavailableError:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._runtime.settings.stream_check_s):
                    await self._news.wait()
