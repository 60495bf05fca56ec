"""The highest rate that holds: doubled until it fails, then narrowed down by halves."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct


class Try(Struct, frozen=True, kw_only=True):
    """One rate, offered for a while."""

    rate_per_s: float
    sent_count: int
    sent_per_s: float  # less than the rate where the client could not keep up
    p50_ms: float  # from sent to seen
    p99_ms: float
    processor_s: dict[str, float]  # by process
    is_sustained: bool

    def processor_us_each(self, process: str) -> float:
        """Return how much of a process's time one report took."""
        return 1e6 * self.processor_s[process] / max(1, self.sent_count)


async def search(
    offer: Callable[[float], Awaitable[Try]], *, first_per_s: float, most_per_s: float, steps: int
) -> list[Try]:
    """Return all tries in their order.

    Args:
        offer: offers a rate.
        first_per_s: where to begin.
        most_per_s: where to end, sustained or not: what the client can do.
        steps: halvings after the first failure; each makes the answer twice as exact.
    """
    tries: list[Try] = []
    await _offer_twice(offer, first_per_s, tries)
    while tries[-1].is_sustained and tries[-1].rate_per_s < most_per_s:
        await _offer_twice(offer, min(most_per_s, 2.0 * tries[-1].rate_per_s), tries)
    for _ in range(steps):
        low = max((t.rate_per_s for t in tries if t.is_sustained), default=0.0)
        failed = (t.rate_per_s for t in tries if not t.is_sustained and t.rate_per_s > low)
        high = min(failed, default=most_per_s)
        if low >= most_per_s or high <= low:
            break
        await _offer_twice(offer, (low + high) / 2.0, tries)
    return tries


async def _offer_twice(
    offer: Callable[[float], Awaitable[Try]], rate_per_s: float, tries: list[Try]
) -> None:
    """Offer a rate, and again if it fails: once may be the fault of the machine's other tenants."""
    tries.append(await offer(rate_per_s))
    if not tries[-1].is_sustained:
        tries.append(await offer(rate_per_s))


def best(tries: Sequence[Try]) -> Try | None:
    """Return the highest rate that was sustained, if any was."""
    return max((t for t in tries if t.is_sustained), key=lambda t: t.sent_per_s, default=None)
