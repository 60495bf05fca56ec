"""What waits to be sent on one socket: events are never dropped, positions only if newer ones came.

Two lanes. The first is bounded in messages and in bytes, and full means that the reader is too
slow: the socket is closed, and the client resumes. In the second the newest value per key replaces
the one waiting.
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
        size_bytes = self._bytes + len(message)
        if len(self._messages) >= self._messages_count_max or size_bytes > self._bytes_max:
            return False
        self._messages.append(message)
        self._bytes = size_bytes
        return True

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
