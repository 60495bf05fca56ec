"""How the server's end of a console's connection looked, and from when it cost something."""

from msgspec import Struct

from loadtests.live.queues import Queue

COST_BYTES = 4_096  # waiting for the peer: more than one who reads leaves lying


class Watched(Struct, kw_only=True):
    """One connection, as the server's end of it looked from time to time."""

    kind: str
    came_at_s: float
    costs_at_s: float | None = None
    gone_at_s: float | None = None
    queued_bytes_max: int = 0

    def look(self, queue: Queue | None, *, now_s: float) -> None:
        """Note what the server's end is like now; None when it is closed."""
        if self.gone_at_s is not None:
            return
        if queue is None:
            self.gone_at_s = now_s
            return
        self.queued_bytes_max = max(self.queued_bytes_max, queue.unsent_bytes)
        if self.costs_at_s is None and queue.unsent_bytes >= COST_BYTES:
            self.costs_at_s = now_s

    @property
    def gone_after_s(self) -> float | None:
        """How long it cost something; None while it is there, 0 if it never did."""
        if self.gone_at_s is None:
            return None
        return 0.0 if self.costs_at_s is None else self.gone_at_s - self.costs_at_s
