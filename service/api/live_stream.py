"""One socket's place in its owner's numbered stream: live messages while they come in order.

Whatever does not come in order, or finds no room to wait in, is read from Postgres. So the bus may
lose, repeat and reorder, and a burst ends no connection.
"""

from collections.abc import Callable

from service.runtime import Runtime
from service.store import streams
from service.wire.stream_cursor import StreamCursor, Verdict

READ_COUNT_MAX = 50  # of one reading: less than a mailbox holds


class UnrecoverableGapError(Exception):
    """What comes next is no longer kept; the client has to begin anew."""


class LiveStream:
    """The stream of `owner`; `deliver` is called with each message once, in order.

    Only while there is room: what comes meanwhile is read later, by `catch_up`.
    """

    def __init__(
        self,
        owner: str,
        *,
        deliver: Callable[[bytes], None],
        has_room: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self.owner = owner
        self._deliver = deliver
        self._has_room = has_room
        self._wake = wake
        self._cursor: StreamCursor | None = None
        self._end_seq = 0  # of the last event that is known to exist

    @property
    def is_behind(self) -> bool:
        """Whether events exist that were not delivered, and do not come by themselves."""
        return self._cursor is not None and self._end_seq > self._cursor.seq

    def begin(self, *, after_seq: int) -> None:
        """Deliver what comes after this event; what was heard of meanwhile is read."""
        self._cursor = StreamCursor(seq=after_seq)
        if self.is_behind:
            self._wake()

    def hear(self, seq: int, message: bytes) -> None:
        """Take a message from the bus."""
        if self._cursor is None or not self._has_room():
            self.note_end(seq)
            return
        match self._cursor.judge(seq):
            case Verdict.DELIVER:
                self._deliver(message)
            case Verdict.GAP:
                self.note_end(seq)
            case Verdict.DROP:
                pass

    def end(self) -> None:
        """Let go of whoever listened: the two hold each other."""
        self._cursor = None
        self._deliver, self._has_room, self._wake = _nowhere, _no_room, _nobody

    def note_end(self, seq: int) -> None:
        """Note that the stream has come this far."""
        self._end_seq = max(self._end_seq, seq)
        if self.is_behind:
            self._wake()

    async def catch_up(self, runtime: Runtime) -> None:
        """Deliver the next few events from the record.

        Raises:
            UnrecoverableGapError: the next one is no longer there.
            UnavailableError: Postgres is away; nothing was delivered.
        """
        assert self._cursor is not None
        async with runtime.pool.connection() as conn:
            events = await streams.read_events(
                conn,
                owner=self.owner,
                after_seq=self._cursor.seq,
                limit_count=READ_COUNT_MAX,
            )
        if not events and self.is_behind:
            raise UnrecoverableGapError(self.owner)
        for event in events:
            if not self._has_room():
                return
            match self._cursor.judge(event.seq):
                case Verdict.DELIVER:
                    self._deliver(event.message)
                case Verdict.GAP:
                    raise UnrecoverableGapError(self.owner)
                case Verdict.DROP:  # the bus was faster
                    pass


def _nowhere(_: bytes) -> None: ...


def _no_room() -> bool:
    return False


def _nobody() -> None: ...
