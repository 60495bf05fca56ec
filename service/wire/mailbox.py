"""What waits to be sent on one socket: events are never dropped, positions only if newer ones came.

Two lanes. The first is bounded in messages and in bytes, though one message always fits; full means
that the reader is too slow: the socket is closed, and the client resumes. What can be read again
from the record is put only while there is room, which is sooner over. In the second lane the
newest value per key replaces the one waiting.
"""

from collections import deque
from collections.abc import Hashable


class Mailbox:
    def __init__(self, *, messages_count_max: int, bytes_max: int) -> None:
        self._messages_count_max = messages_count_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._messages: deque[bytes] = deque()
        self._latest: dict[Hashable, bytes] = {}

    def put(self, message: bytes) -> bool:
        """Return False when full: the reader is too slow, and the caller closes the socket."""
        is_full = (
            len(self._messages) >= self._messages_count_max
            or self._bytes + len(message) > self._bytes_max
        )
        if is_full and self._messages:
            return False
        self._messages.append(message)
        self._bytes += len(message)
        return True

    @property
    def has_room(self) -> bool:
        """Whether less than half of what may wait does."""
        return (
            2 * len(self._messages) < self._messages_count_max and 2 * self._bytes < self._bytes_max
        )

    def replace(self, key: Hashable, message: bytes) -> None:
        """Let the message wait in place of the one with the same key.

        The keys are a closed set of the caller's (kinds of conflated frames), so the lane is small.
        """
        self._latest[key] = message

    def is_waiting(self, key: Hashable) -> bool:
        """Whether the message with this key has not been taken yet."""
        return key in self._latest

    def take(self) -> bytes | None:
        """Return the next message: all events come before any conflated one."""
        if self._messages:
            message = self._messages.popleft()
            self._bytes -= len(message)
            return message
        if self._latest:
            return self._latest.pop(next(iter(self._latest)))
        return None

    def __len__(self) -> int:
        return len(self._messages) + len(self._latest)
