"""What has failed so often that it is left out for a while: pairs of courier and job, or either."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FAILURES_COUNT_MAX = 3
LEFT_OUT_S = 60.0  # real time, since the last failure
PAIRS_COUNT_MAX = 10_000  # remembered; the ones that failed longest ago are forgotten first


class Quarantine(Generic[K]):
    """Memory of failures: of one market, bounded in time and number."""

    def __init__(self, *, pairs_count_max: int = PAIRS_COUNT_MAX) -> None:
        self._pairs_count_max = pairs_count_max
        # by the time of the last failure
        self._failures: dict[K, tuple[int, float]] = {}
        self._news: dict[K, None] = {}

    def note(self, pairs: Iterable[K], *, at_s: float) -> None:
        """Remember that these pairs have failed together, at a time of the monotonic clock."""
        self._forget(at_s)
        for pair in pairs:
            failures_count, _ = self._failures.pop(pair, (0, at_s))
            self._failures[pair] = (failures_count + 1, at_s)
            if failures_count + 1 == FAILURES_COUNT_MAX:
                self._news[pair] = None
        while len(self._failures) > self._pairs_count_max:
            del self._failures[next(iter(self._failures))]

    def left_out(self, *, at_s: float) -> frozenset[K]:
        """Return the pairs that are not to be tried at this time."""
        self._forget(at_s)
        return frozenset(
            pair
            for pair, (failures_count, _) in self._failures.items()
            if failures_count >= FAILURES_COUNT_MAX
        )

    def suspected(self, *, at_s: float) -> frozenset[K]:
        """Return the pairs that have failed and are to be tried again."""
        self._forget(at_s)
        return frozenset(self._failures) - self.left_out(at_s=at_s)

    def take_news(self, *, count_max: int) -> list[K]:
        """Return what is left out since it was asked last, so many at most; the rest is told never.

        More than anybody reads are rather one fault than many.
        """
        news, self._news = list(self._news)[:count_max], {}
        return news

    def _forget(self, at_s: float) -> None:
        old = [
            pair for pair, (_, failed_s) in self._failures.items() if at_s - failed_s >= LEFT_OUT_S
        ]
        for pair in old:
            del self._failures[pair]
