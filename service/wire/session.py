"""The courier protocol without the socket: a message in, effects out.

What it knows: that `resume` comes first, that positions are in order, and how many messages a
well-behaved app sends. Everything else is decided by the actions.
"""

from msgspec import Struct

from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    LockContentionError,
    OverloadedError,
    PositionOutOfOrderError,
    RateLimitedError,
    UnavailableError,
)
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import ClientMessage, Done, Refused, ReportPosition, Resume
from service.wire.incoming import InvalidMessage

MESSAGES_PER_S_MAX = 30.0
MESSAGES_BURST_COUNT_MAX = 60.0
REFUSALS_COUNT_MAX = 100  # in a row; an app that gets this far is broken
RETRY_MS_MIN, RETRY_MS_MAX = 500, 8_000  # doubling, until something succeeds

# Refusals that say "not now", which is no fault of the app.
PASSING = frozenset(
    error.code for error in (UnavailableError, OverloadedError, LockContentionError)
)


class Send(Struct, frozen=True):
    message: Refused | Done


class Do(Struct, frozen=True):
    message: ClientMessage


class Close(Struct, frozen=True):
    code: CloseCode


Reply = Send | Close
Effect = Reply | Do
Received = ClientMessage | InvalidMessage


class TokenBucket:
    """Allows `rate_per_s` in the long run, and `burst_count` at once. Time is passed in."""

    def __init__(self, *, rate_per_s: float, burst_count: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst_count = burst_count
        self._tokens = burst_count
        self._at_s: float | None = None

    def take(self, *, now_s: float) -> bool:
        if self._at_s is not None:
            grown = self._tokens + (now_s - self._at_s) * self._rate_per_s
            self._tokens = min(self._burst_count, grown)
        self._at_s = now_s
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class CourierSession:
    """Protocol state of one connection."""

    def __init__(self) -> None:
        self.is_resumed = False
        self._position_seq = -1
        self._refusals_count = 0
        self._retry_in_ms = RETRY_MS_MIN  # of the next refusal that will pass
        self._bucket = TokenBucket(
            rate_per_s=MESSAGES_PER_S_MAX, burst_count=MESSAGES_BURST_COUNT_MAX
        )
        self._is_warned = False

    def receive(self, message: Received, *, now_s: float) -> tuple[Effect, ...]:
        """Return the effects of one client message, in order.

        Args:
            message: as read.
            now_s: monotonic seconds.
        """
        if not self._bucket.take(now_s=now_s):
            return self._too_many(message)
        self._is_warned = False
        match message:
            case InvalidMessage():
                return self.refuse(InvalidParamsError.code, message.detail, message)
            case Resume():
                if self.is_resumed:
                    return self.refuse(
                        InvalidStateTransitionError.code, "this connection has resumed", message
                    )
                self.is_resumed = True
            case _ if not self.is_resumed:
                return self.refuse(
                    InvalidStateTransitionError.code, "the first message is resume", message
                )
            case ReportPosition() if message.seq <= self._position_seq:
                return self.refuse(
                    PositionOutOfOrderError.code, f"seq {message.seq} is not newer", message
                )
            case ReportPosition():
                self._position_seq = message.seq
            case _:
                pass
        return (Do(message),)

    def succeed(self, message: ClientMessage) -> tuple[Reply, ...]:
        """Return the answer to a message that was carried out, if it wants one."""
        self._refusals_count, self._retry_in_ms = 0, RETRY_MS_MIN
        return () if message.ref is None else (Send(Done(ref=message.ref)),)

    def refuse(self, code: str, detail: str, message: Received) -> tuple[Reply, ...]:
        """Return the refusal of a message, and the close when there were too many in a row."""
        if code in PASSING:
            return (self._put_off(code, detail, message),)
        self._refusals_count += 1
        if self._refusals_count > REFUSALS_COUNT_MAX:
            return (Close(CloseCode.TOO_MANY_MESSAGES),)
        retry_in_ms = RETRY_MS_MIN if code == RateLimitedError.code else None
        return (Send(_refused(code, detail, message, retry_in_ms)),)

    def _put_off(self, code: str, detail: str, message: Received) -> Send:
        """Ask for the same again later, and later still if it has to be put off again."""
        retry_in_ms = self._retry_in_ms
        self._retry_in_ms = min(RETRY_MS_MAX, 2 * retry_in_ms)
        return Send(_refused(code, detail, message, retry_in_ms))

    def _too_many(self, message: Received) -> tuple[Reply, ...]:
        """Warn once; an app that goes on is closed."""
        if self._is_warned:
            return (Close(CloseCode.TOO_MANY_MESSAGES),)
        self._is_warned = True
        return self.refuse(RateLimitedError.code, "too many messages", message)


def _refused(code: str, detail: str, message: Received, retry_in_ms: int | None) -> Refused:
    return Refused(code=code, detail=detail, ref=message.ref, retry_in_ms=retry_in_ms)
