"""A courier with a phone: the real link over simulated sockets, and an app that does its work."""

import asyncio

from service.client.link import NEVER_MS, Deliver, HangUp, Link, Transmit
from service.domain.errors import (
    LockContentionError,
    OverloadedError,
    RateLimitedError,
    UnavailableError,
)
from service.domain.lifecycle import CourierStatus, StopStatus
from service.domain.vocabulary import ReasonCode, Vehicle
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ArriveAtStop,
    AssignmentChanged,
    Capacity,
    CompleteStop,
    DeclineOffer,
    Done,
    FailStop,
    Notice,
    OfferMade,
    OfferRevoked,
    Refused,
    ReportPosition,
    SetStatus,
    Snapshot,
    decode_server_message,
    encode,
)

LATER = frozenset(
    {
        error.code
        for error in (LockContentionError, OverloadedError, RateLimitedError, UnavailableError)
    }
)
ANSWER_S_MAX = 5.0  # then the same is said again
WAIT_S_MIN = 1e-6  # less may be lost in rounding: then no time goes by at all
CAPACITY = Capacity(weight_g=16_000, volume_l=60, jobs_count=4)


class Phone:
    """What it knows is what it was told; it asks nobody else."""

    def __init__(self, world, courier_id, *, context, shift_ends_at):
        self.world, self.courier_id, self.context = world, courier_id, context
        self._rng, self._shift_ends_at = world.rng(f"phone {courier_id}"), shift_ends_at
        self.restarts_count, self.violations = 0, []
        self._open_app()
        self.line = None

    def _open_app(self):
        """Begin with an empty screen and no memory."""
        self.link = Link(decode=decode_server_message, jitter=self._rng.random)
        self.status, self.route, self.offer_id = None, (), None
        self._refs_count = self._position_seq = 0
        self._said = None  # (message, when it was said last)
        self._answer = None  # (message, when to say it)
        self._busy_until_s = 0.0

    @property
    def _now_s(self):
        return self.world.loop.time()

    # ------------------------------------------------------------------ the connection
    async def run(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_connected())
            group.create_task(self._work())

    async def _keep_connected(self):
        while True:
            if self.link.dials_at_ms == NEVER_MS:  # sent away for good: the courier opens it anew
                await asyncio.sleep(self._rng.uniform(1.0, 5.0))
                self.forget()
            pause_s = self.link.dials_at_ms / 1_000.0 - self._now_s
            if pause_s > 0.0:
                await asyncio.sleep(max(WAIT_S_MIN, pause_s))
                continue
            code = await self._listen_once(self.link)
            self.line = None
            self.link.closed(code, now_ms=self._now_s * 1_000.0)

    def forget(self):
        """Kill the app: the next one begins without a memory."""
        self.violations += self.link.check.violations
        self.restarts_count += 1
        if self.line is not None:
            self.line.cut()
        self._open_app()

    async def _listen_once(self, link):
        await asyncio.sleep(self._rng.uniform(0.01, 0.2))
        self.line = line = self.world.dial(self)
        if line is None:
            return None
        link.opened(now_ms=self._now_s * 1_000.0)
        while link is self.link:
            left_s = max(WAIT_S_MIN, link.wakes_at_ms / 1_000.0 - self._now_s)
            try:
                async with asyncio.timeout(None if link.wakes_at_ms == NEVER_MS else left_s):
                    item = await line.phone.get()
            except TimeoutError:
                effects = link.tick(now_ms=self._now_s * 1_000.0)
            else:
                if not isinstance(item, str):
                    return item
                effects = link.received(item.encode(), now_ms=self._now_s * 1_000.0)
            self._carry_out(effects)
            if any(isinstance(effect, HangUp) for effect in effects):
                break
        line.cut()
        return None

    def _carry_out(self, effects):
        for effect in effects:
            match effect:
                case Transmit() if self.line is not None:
                    try:
                        self.line.send(self.line.server, encode(effect.message).decode())
                    except OSError:
                        return
                case Deliver():
                    self._hear(effect.message)
                case _:
                    pass

    # ------------------------------------------------------------------ the screen
    def _hear(self, message):
        match message:
            case Snapshot():
                self._said = None  # whatever was not answered is said again
                if message.state is not None:
                    self._show(message.state)
            case OfferMade():
                self._show_offer(message.offer_id)
            case OfferRevoked() if message.offer_id == self.offer_id:
                self.offer_id = self._answer = None
            case AssignmentChanged():
                self.status, self.route = message.assignment.status, message.assignment.stops
            case Notice():
                self.status = message.status
            case Done() | Refused() if self._said is not None:
                self._hear_answer(message, self._said[0])
            case _:
                pass

    def _hear_answer(self, answer, said):
        if answer.ref != said.ref:
            return
        if isinstance(answer, Done):
            self.world.judge.done(self.courier_id, said)
            self._finish()
        elif answer.code not in LATER:
            self._finish()

    def _show(self, state):
        self.status, self.route = state.status, state.assignment.stops
        self.offer_id = self._answer = None
        if state.offer is not None:
            self._show_offer(state.offer.offer_id)

    def _show_offer(self, offer_id):
        self.offer_id = offer_id
        self._carry_out(self.link.send(Ack(offer_id=offer_id)))
        draw = 0.0 if self.world.is_closing else self._rng.random()
        if draw < 0.75:
            self._answer = AcceptOffer, self._now_s + self._rng.uniform(0.5, 20.0)
        elif draw < 0.9:
            self._answer = DeclineOffer, self._now_s + self._rng.uniform(0.5, 20.0)

    def _finish(self):
        said, self._said = self._said[0], None
        # The news of it are on their way.
        self._busy_until_s = max(self._busy_until_s, self._now_s + 1.0)
        if isinstance(said, AcceptOffer | DeclineOffer) and said.offer_id == self.offer_id:
            self.offer_id = self._answer = None

    # ------------------------------------------------------------------ the work
    async def _work(self):
        while True:
            await asyncio.sleep(self._rng.uniform(0.3, 1.0))
            if not self.link.is_live:
                continue
            if self._said is not None:
                message, said_s = self._said
                if self._now_s - said_s > ANSWER_S_MAX:
                    self._say(message)
            elif self._now_s >= self._busy_until_s:
                self._do_next()

    def _say(self, message):
        if self.link.is_live:
            self._said = message, self._now_s
            self._carry_out(self.link.send(message))

    def _ref(self):
        self._refs_count += 1
        return f"r{self._refs_count}"

    def _do_next(self):
        if self.status is CourierStatus.OFFLINE:
            self._say(self._online())
        elif self._answer is not None and self._now_s >= self._answer[1]:
            kind, _ = self._answer
            self._say(kind(offer_id=self.offer_id, ref=self._ref()))
        elif self.route:
            self._go_on(self.route[0])
        elif self.world.is_closing and self.status is not CourierStatus.ONLINE:
            self._say(self._online())
        elif self._rng.random() < 0.01 and not self.world.is_closing:
            status = self._rng.choice(("paused", "offline", "online"))
            self._say(
                self._online() if status == "online" else SetStatus(status=status, ref=self._ref())
            )

    def _online(self):
        return SetStatus(
            status="online",
            vehicle=Vehicle.BIKE,
            capacity=CAPACITY,
            shift_ends_at=self._shift_ends_at,
            ref=self._ref(),
        )

    def _go_on(self, stop):
        """Work on the first stop of the route: go there, and do what is to be done."""
        self._position_seq += 1
        position = ReportPosition(
            seq=self._position_seq, lat_deg=stop.lat_deg, lng_deg=stop.lng_deg, accuracy_m=10.0
        )
        self._carry_out(self.link.send(position))
        if stop.status is not StopStatus.ARRIVED:
            self._say(ArriveAtStop(stop_id=stop.stop_id, ref=self._ref()))
        elif self._rng.random() < 0.06 and not self.world.is_closing:
            reason = ReasonCode.RECIPIENT_UNREACHABLE
            self._say(FailStop(stop_id=stop.stop_id, reason=reason, ref=self._ref()))
        else:
            self._say(CompleteStop(stop_id=stop.stop_id, ref=self._ref()))
        self._busy_until_s = self._now_s + self._rng.uniform(2.0, 15.0)
