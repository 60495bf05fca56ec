"""The line of one class of requests: so many are served, so many wait, each only so long.

While a line that goes first has no free place, nobody of the lines behind it is begun: what is
under way there ends soon, and then everything that the process can do is done for the first. If
nothing ends there for a while, it waits for something else than the process, such as the lock of
a row, and those behind are let in.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from service.api.priority import Limits
from service.clock import monotonic_s
from service.domain.errors import OverloadedError

STILL_S = 0.25  # with too much to do something ends every few milliseconds


class Line:
    """Args: its limits; the line that goes first, behind those which go before that."""

    def __init__(self, limits: Limits, *, ahead: "Line | None" = None) -> None:
        self._limits = limits
        self._free_count = limits.served_count_max
        self._waiting: dict[asyncio.Future[None], None] = {}  # in the order in which they came
        self._ahead = ahead
        self._behind: Line | None = None
        self._moved_s = 0.0  # when a place was taken or given back
        self._looking: asyncio.TimerHandle | None = None  # again, while somebody waits
        if ahead is not None:
            ahead.go_before(self)

    @property
    def is_busy(self) -> bool:
        """Whether this line, or one that goes first, has no free place, and moves."""
        is_full = self._free_count == 0 and monotonic_s() - self._moved_s < STILL_S
        return is_full or self._is_busy_ahead

    def go_before(self, line: "Line") -> None:
        """Let the other line in whenever there is a free place here."""
        self._behind = line

    def check(self) -> None:
        """Refuse at once who could not even wait.

        Raises:
            OverloadedError: so many wait already.
        """
        if len(self._waiting) >= self._limits.waiting_count_max:
            raise OverloadedError("too many wait already")

    async def enter(self) -> None:
        """Wait for a place, and take it; who takes it gives it back by `leave`.

        Raises:
            OverloadedError: too many wait, or it took too long; nothing was begun.
        """
        self.check()
        if not self._waiting and self._has_place():
            self._take()
            return
        asked_s = monotonic_s()
        await self._wait()
        if monotonic_s() - asked_s > self._limits.wait_s_max:  # the loop was late, not the place
            self.leave()
            raise _too_late()

    def leave(self) -> None:
        """Give the place back, to who has waited longest."""
        self._free_count += 1
        self._moved_s = monotonic_s()
        self.call()

    def call(self) -> None:
        """Let in whose turn it is: here, then in the lines that go after this one."""
        while self._waiting and self._has_place():
            turn = next(iter(self._waiting))
            del self._waiting[turn]
            if not turn.cancelled():
                self._take()
                turn.set_result(None)
        if self._behind is not None:
            self._behind.call()

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Keep a place while the block runs.

        Raises:
            OverloadedError: as `enter` says.
        """
        await self.enter()
        try:
            yield
        finally:
            self.leave()

    async def _wait(self) -> None:
        """Return when the turn has come, with the place taken."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        self._look_again()
        try:
            async with asyncio.timeout(self._limits.wait_s_max):
                await turn
        except BaseException as error:
            if turn.cancelled():  # its turn has not come, and those behind need not wait for it
                self._waiting.pop(turn, None)
                self.call()
            else:
                self.leave()
            if isinstance(error, TimeoutError):
                raise _too_late() from None
            raise

    @property
    def _is_busy_ahead(self) -> bool:
        return self._ahead is not None and self._ahead.is_busy

    def _has_place(self) -> bool:
        return self._free_count > 0 and not self._is_busy_ahead

    def _take(self) -> None:
        self._free_count -= 1
        self._moved_s = monotonic_s()

    def _look_again(self) -> None:
        """Look now and then whether a line ahead stands still: of that nobody tells."""
        if self._ahead is not None and self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(STILL_S, self._look)

    def _look(self) -> None:
        self._looking = None
        self.call()
        if self._waiting:
            self._look_again()


def lines_of(limits: Sequence[Limits]) -> tuple[Line, ...]:
    """Return a line for each of the limits; those before it go first."""
    lines, ahead = list[Line](), None
    for one in limits:
        ahead = Line(one, ahead=ahead)
        lines.append(ahead)
    return tuple(lines)


def _too_late() -> OverloadedError:
    return OverloadedError("it was not begun in time")
