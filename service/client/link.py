"""What a client of a stream does, without the socket: frames and time in, effects out.

The shell (`connection`) opens a socket at `dials_at_ms`, hands in each frame, calls `tick` at
`wakes_at_ms`, carries out the effects in order, and says when the socket has ended. Times are
milliseconds of any clock that never jumps. The files in `tests/transcripts` tell the rules by
example; the same files hold for the client in JavaScript.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from service.client.backoff import DELAY_S_MAX, Next, after_close, delay_s
from service.client.sequence import SequenceCheck
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import (
    AssignmentChanged,
    Authenticated,
    Drain,
    Hello,
    JobMessage,
    JobUpdated,
    Notice,
    OfferMade,
    OfferRevoked,
    ServerMessage,
    Snapshot,
)
from service.wire.stream_cursor import Verdict
from service.wire.watcher_stream import (
    MerchantEvent,
    MerchantMessage,
    MerchantSnapshot,
    OpsEvent,
    OpsMessage,
    OpsSnapshot,
    WatchAuthenticate,
    WatchAuthenticated,
    WatchDrain,
    WatchHello,
    WatchResume,
)

M = TypeVar("M", ServerMessage, MerchantMessage, OpsMessage)

HANDSHAKE_MS_MAX = 10_000.0  # from the open socket to the snapshot
STEADY_MS = 5_000.0  # a connection that lives so long after its snapshot was no failure
RENEW_SHARE = 0.8  # of a session; then the client asks for a new one, give or take
RENEW_SPREAD = 0.1  # so that those who came together do not ask together
RENEW_AGAIN_MS = 10_000.0  # without an answer
LEAVING = 1000  # the close code of a client that goes by itself
NEVER_MS = float("inf")

NUMBERED = (
    *(OfferMade, OfferRevoked, AssignmentChanged, JobUpdated, JobMessage, Notice),
    *(MerchantEvent, OpsEvent),
)


class Transmit(Struct, frozen=True):
    """Write this message to the socket, as JSON text."""

    message: Struct


class Deliver(Struct, Generic[M], frozen=True):
    """Give this message to the app."""

    message: M


class FetchTicket(Struct, frozen=True):
    """Get a ticket, without keeping the frames waiting, and hand it to `renew`."""


class HangUp(Struct, frozen=True):
    """Close the socket; frames that still come are of no interest."""

    code: int = LEAVING


Effects = tuple[Transmit | Deliver[M] | FetchTicket | HangUp, ...]


class _Outline(Struct, frozen=True):
    """All that is read of a message of a type that this client does not know."""

    type: str
    seq: int | None = None


_decode_outline = msgspec.json.Decoder(_Outline).decode


class Link(Generic[M]):
    """One stream over any number of sockets."""

    def __init__(self, *, decode: Callable[[bytes], M], jitter: Callable[[], float]) -> None:
        """Begin unconnected.

        Args:
            decode: reads one frame.
            jitter: returns a random number from 0 up to 1.
        """
        self._decode, self._jitter = decode, jitter
        self.check = SequenceCheck()
        self.hello: Hello | WatchHello | None = None
        self.is_live = False  # between the snapshot and the end of a socket
        self.dials_at_ms = 0.0  # NEVER_MS: stay away
        self._is_open = False
        self._failures_count = 0  # sockets in a row that were not steady
        self._live_since_ms = NEVER_MS
        self._gives_up_at_ms = NEVER_MS  # unless the snapshot comes before
        self._renews_at_ms = NEVER_MS
        self._leaves_at_ms = NEVER_MS  # as a drain says
        self._silent_until_ms = 0.0

    @property
    def wakes_at_ms(self) -> float:
        """When `tick` is to be called."""
        if not self._is_open:
            return NEVER_MS
        return min(self._gives_up_at_ms, self._renews_at_ms, self._leaves_at_ms)

    def opened(self, *, now_ms: float) -> None:
        """Note that there is a socket; the server speaks first."""
        self._is_open = True
        self._gives_up_at_ms = now_ms + HANDSHAKE_MS_MAX

    def received(self, frame: bytes, *, now_ms: float) -> Effects[M]:
        """Return what one frame of the server asks for."""
        if not self._is_open:
            return ()
        try:
            message = self._decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._unknown(frame)
        deliver: Effects[M] = (Deliver[M](message),)
        if isinstance(message, NUMBERED):
            return self._numbered(message.seq, deliver)
        return self._unnumbered(message, deliver, now_ms)

    def tick(self, *, now_ms: float) -> Effects[M]:
        """Return what is due by now."""
        if not self._is_open:
            return ()
        if min(self._gives_up_at_ms, self._leaves_at_ms) <= now_ms:
            return self._hang_up()
        if self._renews_at_ms <= now_ms:
            self._renews_at_ms = now_ms + RENEW_AGAIN_MS
            return (FetchTicket(),)
        return ()

    def renew(self, ticket: str) -> Effects[M]:
        """Return what to say with the ticket that was fetched."""
        return (Transmit(WatchAuthenticate(ticket=ticket)),) if self.is_live else ()

    def send(self, message: Struct) -> Effects[M]:
        """Return the app's message to be sent; nothing when the link is not live.

        Nothing is kept for later. A position that waited is worth nothing; what matters is said
        again after the next snapshot if that still asks for it, and saying it twice is harmless.
        """
        return (Transmit(message),) if self.is_live else ()

    def cut(self, *, silent_ms: float, now_ms: float) -> None:
        """Hear no more of this socket, and stay silent for so long: an app put away."""
        self._silent_until_ms = now_ms + silent_ms
        self.dials_at_ms = max(self.dials_at_ms, self._silent_until_ms)
        self._is_open = self.is_live = False

    def closed(self, code: int | None, *, now_ms: float) -> None:
        """Note that the socket ended, or that none could be opened (None), and when to dial.

        After a drain that was obeyed it is at once: the server has spread its clients in time.
        """
        is_steady = now_ms - self._live_since_ms >= STEADY_MS
        self._failures_count = 1 if is_steady else self._failures_count + 1
        drains_at_ms = self._leaves_at_ms
        self._is_open = self.is_live = False
        self._live_since_ms = self._gives_up_at_ms = NEVER_MS
        self._renews_at_ms = self._leaves_at_ms = NEVER_MS
        if after_close(code) is Next.STAY_AWAY:
            self.dials_at_ms = NEVER_MS
        elif drains_at_ms <= now_ms:
            self.dials_at_ms = max(now_ms, self._silent_until_ms)
        else:
            asked_ms = 0.0 if drains_at_ms == NEVER_MS else drains_at_ms
            back_at_ms = now_ms + self._pause_ms(code)
            self.dials_at_ms = max(back_at_ms, asked_ms, self._silent_until_ms)

    def _pause_ms(self, code: int | None) -> float:
        jitter = self._jitter()
        if code == CloseCode.TOO_MANY_MESSAGES:
            return DELAY_S_MAX * (0.5 + 0.5 * jitter) * 1_000.0
        return delay_s(self._failures_count, jitter=jitter) * 1_000.0

    def _begin_session(self, session_ms: int, now_ms: float) -> None:
        share = RENEW_SHARE + RENEW_SPREAD * (self._jitter() - 0.5)
        self._renews_at_ms = now_ms + session_ms * share

    def _unnumbered(self, message: object, deliver: Effects[M], now_ms: float) -> Effects[M]:
        match message:
            case Hello() | WatchHello():
                self.hello = message
                self._begin_session(message.session_ms, now_ms)
                resume = WatchResume(epoch=self.check.epoch, after_seq=self.check.seq)
                return (Transmit(resume), *deliver)
            case Snapshot() | MerchantSnapshot() | OpsSnapshot():
                self.check.snapshot(
                    epoch=message.epoch, seq=message.seq, recovered=message.recovered
                )
                self.is_live, self._live_since_ms = True, now_ms
                self._gives_up_at_ms = NEVER_MS
            case Authenticated() | WatchAuthenticated():
                self._begin_session(message.session_ms, now_ms)
                return ()
            case Drain() | WatchDrain():
                self._leaves_at_ms = now_ms + message.reconnect_in_ms
                return ()
            case _:
                pass  # a refusal, or something that only the newest of counts
        return deliver

    def _numbered(self, seq: int, effects: Effects[M]) -> Effects[M]:
        """Return the effects if this is the next event; on a gap leave, to resume before it."""
        match self.check.event(seq):
            case Verdict.DELIVER:
                return effects
            case Verdict.DROP:
                return ()
            case Verdict.GAP:
                return self._hang_up()

    def _unknown(self, frame: bytes) -> Effects[M]:
        """Pass over a message of a newer server, but count it; leave whoever talks nonsense."""
        try:
            outline = _decode_outline(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._hang_up()
        return () if outline.seq is None else self._numbered(outline.seq, ())

    def _hang_up(self) -> Effects[M]:
        self._is_open = self.is_live = False
        return (HangUp(),)
