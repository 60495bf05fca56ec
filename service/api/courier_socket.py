"""The courier's websocket: the session decides what a message means, the actions do it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from litestar import websocket
from litestar.di import NamedDependency
from msgspec.structs import replace

from service.actions.set_status import set_status
from service.api.admission import admit
from service.api.callers import STREAM_PERMISSION, Audience, CourierCaller
from service.api.courier_actions import carry_out, duty_of
from service.api.courier_state import read_courier_state, read_standing
from service.api.priority import PRIORITY_OF_MESSAGE, Priority
from service.api.process import ApiProcess
from service.api.recovery import Recovery, read_recovery, recover
from service.api.renewal import renew
from service.api.sockets import AnyWebSocket, Socket
from service.clock import monotonic_s
from service.domain.courier import Fix, accept_fix
from service.domain.doubt import Visit
from service.domain.errors import (
    DomainError,
    InvalidStateTransitionError,
    UnavailableError,
)
from service.domain.facts import owner_of_courier
from service.domain.geo import Point
from service.domain.ids import OfferId
from service.domain.lifecycle import CourierStatus
from service.domain.vocabulary import Actor
from service.live.records import LiveFix
from service.store.couriers import Door
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    AssignmentChanged,
    Authenticate,
    Authenticated,
    ClientMessage,
    CourierState,
    Hello,
    Notice,
    OfferMade,
    ReportPosition,
    Resume,
    SetStatus,
    Snapshot,
    decode_server_message,
    encode,
)
from service.wire.incoming import read_client_message, read_position
from service.wire.opening import opened_assignment, opened_legs
from service.wire.session import Close, CourierSession, Do, Reply, Send, TokenBucket
from service.wire.stamping import stamp_offer

POSITIONS_BURST_S = 5.0  # what a phone has kept in a tunnel comes at once


@websocket(
    "/v1/courier",
    opt={"audience": Audience.COURIER, "permission": STREAM_PERMISSION[Audience.COURIER]},
)
async def courier_socket(socket: AnyWebSocket, api: NamedDependency[ApiProcess]) -> None:
    """Serve one courier's connection."""
    caller = await admit(api, socket, Audience.COURIER)
    if isinstance(caller, CourierCaller):
        await CourierConnection(api, caller, socket).serve()


class CourierConnection:
    """One connection: the socket, the session, and what is known of the courier."""

    def __init__(self, api: ApiProcess, courier: CourierCaller, websocket: AnyWebSocket) -> None:
        self._api = api
        self._runtime = api.runtime
        self._courier = courier
        self._owner = owner_of_courier(courier.id)
        self._socket = Socket(
            websocket,
            api.runtime,
            owner=self._owner,
            credential_id=courier.credential_id,
            dress=self._dress,
        )
        self._session = CourierSession()
        per_s_max = self._runtime.settings.courier_positions_per_s_max
        self._passed_on = TokenBucket(
            rate_per_s=per_s_max, burst_count=POSITIONS_BURST_S * per_s_max
        )
        self._drawing: asyncio.Future[int] = asyncio.Future()  # its number among the courier's
        self._status = CourierStatus.OFFLINE
        self._fix: Fix | None = None  # the last one that was believed
        self._fixes_count = 0
        self._acknowledged_at: dict[OfferId, datetime] = {}  # of the one offer that may be open

    async def serve(self) -> None:
        """Serve the connection until it ends."""
        fanout = self._api.fanout.market(self._courier.market_id)
        fanout.add(self._socket)  # first of all: from here on nothing is missed
        self._drawing = asyncio.create_task(self._draw_number())  # now: it tells which is newer
        try:
            self._socket.tap(self._take_position)
            await self._socket.serve(self._read)
        finally:
            self._drawing.cancel()
            fanout.remove(self._socket)

    async def _read(self) -> None:
        door = await self._api.doors.read(self._courier.id)
        self._say_hello(door)
        until_s = monotonic_s() + self._runtime.settings.handshake_timeout_s
        while not self._session.is_resumed:
            try:
                async with asyncio.timeout(until_s - monotonic_s()):
                    text = await self._socket.receive()
            except TimeoutError:
                self._socket.close(CloseCode.TOO_SLOW)
                return
            await self._take_message(text, door)  # which may take longer: that is our doing
        while True:
            await self._take_message(await self._socket.receive(), door)

    async def _take_message(self, text: str, door: Door) -> None:
        message = read_client_message(text)
        for effect in self._session.receive(message, now_s=monotonic_s()):
            match effect:
                case Do():
                    await self._try(effect.message, door)
                case Send() | Close():
                    self._reply(effect)

    def _take_position(self, text: str) -> bool:
        """Deal with a position on the spot: it asks nobody, so no task need be woken for it."""
        message = read_position(text)
        if message is None:
            return False
        for effect in self._session.receive(message, now_s=monotonic_s()):
            match effect:
                case Do():
                    self._try_report(message)
                case Send() | Close():
                    self._reply(effect)
        return True

    async def _try(self, message: ClientMessage, door: Door) -> None:
        try:
            await self._do(message, door)
        except DomainError as error:
            if isinstance(message, Resume):
                raise UnavailableError("there is nothing to resume") from error
            self._reply_all(self._session.refuse(error.code, str(error), message))
        else:
            self._reply_all(self._session.succeed(message))

    def _try_report(self, message: ReportPosition) -> None:
        try:
            self._report(message)
        except DomainError as error:
            self._reply_all(self._session.refuse(error.code, str(error), message))
        else:
            self._reply_all(self._session.succeed(message))

    def _reply_all(self, replies: Iterable[Reply]) -> None:
        for reply in replies:
            self._reply(reply)

    def _reply(self, reply: Reply) -> None:
        match reply:
            case Send():
                self._socket.send(encode(reply.message))
            case Close():
                self._socket.close(reply.code)

    async def _do(self, message: ClientMessage, door: Door) -> None:
        line = self._api.lines.get(PRIORITY_OF_MESSAGE[type(message)])
        if line is None or isinstance(message, AcceptOffer | Ack):  # these share transactions
            await self._carry_out(message, door)
            return
        async with line.place():
            await self._carry_out(message, door)

    async def _carry_out(self, message: ClientMessage, door: Door) -> None:
        deciding = self._api.serving(Priority.DECIDE)
        match message:
            case Resume():
                await self._resume(message, door)
                await self._replace_older()  # now that it is of use
            case Authenticate():
                session_ms = await renew(self._api, self._socket, self._courier, message.ticket)
                self._socket.send(encode(Authenticated(session_ms=session_ms)))
            case ReportPosition():
                self._report(message)
            case SetStatus():
                courier = await set_status(
                    deciding.runtime,
                    courier_id=self._courier.id,
                    market_id=self._courier.market_id,
                    duty=duty_of(message),
                    actor=Actor.COURIER,
                )
                self._status = courier.status
            case Ack():
                now = self._runtime.clock.now()
                self._acknowledged_at = {
                    message.offer_id: self._acknowledged_at.get(message.offer_id, now)
                }
                await self._api.acknowledgements.note(self._courier, message)
            case AcceptOffer():
                await self._api.acceptances.accept(self._courier, message.offer_id)
            case _:
                done = await carry_out(deciding.runtime, self._courier, message, fix=self._fix)
                if done is not None:
                    at = self._runtime.clock.now()
                    self._api.tracks.note_visit(self._courier, Visit(at.timestamp(), done.point))

    def _say_hello(self, door: Door) -> None:
        settings, clock = self._runtime.settings, self._runtime.clock
        hello = Hello(
            courier_id=self._courier.id,
            market_id=self._courier.market_id,
            epoch=str(self._runtime.epoch),
            seq=door.last_seq,
            server_time=clock.now(),
            time_scale=clock.time_scale,
            session_ms=int(settings.session_s * 1_000),
            resume_within_ms=int(settings.resume_within_s * 1_000),
            position_interval_ms=settings.position_interval_ms,
        )
        self._socket.send(encode(hello))

    async def _draw_number(self) -> int:
        market_id, id_ = self._courier.market_id, self._courier.id
        return await self._api.doors.draw_number(market_id, id_, socket_id=self._socket.id)

    async def _replace_older(self) -> None:
        """Make this the device's connection: it has answered on it, so it has not given it up."""
        market_id, number = self._courier.market_id, await self._drawing
        newest = await self._api.doors.replace_older(market_id, self._courier.id, number)
        self._api.fanout.market(market_id).replace_older(self._socket, number, newest)

    async def _resume(self, message: Resume, door: Door) -> None:
        """Go on where the client was, by what the door says if that will do."""
        recovery = recover(
            self._runtime,
            seq=door.last_seq,
            first_kept_seq=door.first_kept_seq,
            asked_epoch=message.epoch,
            after_seq=message.after_seq,
        )
        self._learn(door.status, door.offer_id, door.acknowledged_at)
        state = None
        if not recovery.is_recovered:
            recovery, state = await self._begin_anew(message)
        snapshot = Snapshot(
            epoch=str(self._runtime.epoch),
            seq=recovery.seq,
            recovered=recovery.is_recovered,
            state=state,
        )
        self._socket.send(encode(snapshot))
        self._socket.stream.note_end(recovery.seq)
        self._socket.stream.begin(after_seq=recovery.after_seq)

    async def _begin_anew(self, message: Resume) -> tuple[Recovery, CourierState | None]:
        """Read the whole state; but first how far the stream is, so nothing falls between."""
        async with self._runtime.pool.connection() as conn:
            recovery = await read_recovery(
                conn,
                self._runtime,
                owner=self._owner,
                asked_epoch=message.epoch,
                after_seq=message.after_seq,
            )
            standing = await read_standing(conn, courier_id=self._courier.id)
            state = None
            if not recovery.is_recovered:
                state = await read_courier_state(conn, self._runtime, standing)
        offer = standing.offer
        self._learn(
            standing.courier.status,
            None if offer is None else offer.id,
            None if offer is None else offer.acknowledged_at,
        )
        return recovery, state

    def _learn(
        self,
        status: CourierStatus,
        offer_id: OfferId | None,
        acknowledged_at: datetime | None,
    ) -> None:
        self._status = status
        if offer_id is not None and acknowledged_at is not None:
            self._acknowledged_at = {offer_id: acknowledged_at}

    def _report(self, message: ReportPosition) -> None:
        if self._status is CourierStatus.OFFLINE:
            raise InvalidStateTransitionError("courier", self._status, "report_position")
        now = self._runtime.clock.now()
        point = Point(message.lat_deg, message.lng_deg)
        fix = Fix(point=point, accuracy_m=message.accuracy_m, received_at=now)
        # Those that are not believed too: they say most.
        self._api.tracks.note(self._courier, fix, fixed_at=message.fixed_at)
        self._fix = accept_fix(self._fix, fix)
        number, self._fixes_count = self._fixes_count, self._fixes_count + 1
        is_wanted = self._api.sampling.passes(number)
        if not is_wanted or not self._passed_on.take(now_s=monotonic_s()):
            return  # the next one is as good
        self._api.positions.put(
            self._courier.market_id,
            LiveFix(
                courier_id=self._courier.id,
                lat_deg=message.lat_deg,
                lng_deg=message.lng_deg,
                accuracy_m=message.accuracy_m,
                received_at_ms=int(now.timestamp() * 1_000),
                connection=self._socket.number,
                seq=message.seq,
            ),
        )

    def _dress(self, kept: bytes) -> bytes:
        """Return an event as it is to be sent now, having learnt from it."""
        message = decode_server_message(kept)
        match message:
            case OfferMade():
                stamped = stamp_offer(
                    message,
                    now=self._runtime.clock.now(),
                    time_scale=self._runtime.clock.time_scale,
                    acknowledged_at=self._acknowledged_at.get(message.offer_id),
                )
                self._api.sent_offers.note(message.offer_id, at=self._runtime.clock.now())
                legs = opened_legs(stamped.legs, self._runtime.recipient_keys)
                return encode(replace(stamped, legs=legs))
            case Notice():
                self._status = message.status
            case AssignmentChanged():
                self._status = message.assignment.status
                keys = self._runtime.recipient_keys
                assignment = opened_assignment(message.assignment, keys)
                return encode(replace(message, assignment=assignment))
            case _:
                pass
        return kept


HANDLERS = [courier_socket]
