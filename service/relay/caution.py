"""PURE. How many facts to try together after a batch has failed, until one to blame is alone."""

from collections import deque

TRIES_COUNT_MAX = 3  # of a fact by itself, at least
PAUSE_S_MIN = 0.1  # before the second try; what ails it may pass
PAUSE_S_MAX = 5.0
FREELY_COUNT = 3  # so many facts are put aside as soon as they were tried
WINDOW_S = 600.0  # in so long
BRAKE_S_MAX = 300.0


class Caution:
    """Halves what has failed: the fact to blame is found in as many tries as its count has bits.

    What this release cannot read is another's: it waits for that one, as in a deploy. Where many
    facts are put aside it is rather this release that is to blame, so each waits longer than the
    one before, and what waits is not lost.
    """

    def __init__(self, batch_count_max: int, *, unknown_s: float) -> None:
        self._batch_count_max = batch_count_max
        self._unknown_s = unknown_s  # so long what cannot be read waits
        self._suspects_count = 0  # among so many next facts is one to blame; 0: none is suspected
        self._tries_count = 0  # of the next fact by itself
        self._alone_since_s = 0.0
        self._aside_at_s = deque[float](maxlen=20)  # when the last ones were put aside

    @property
    def limit_count(self) -> int:
        """How many facts to try next."""
        if self._suspects_count == 0:
            return self._batch_count_max
        return max(1, self._suspects_count // 2)

    @property
    def pause_s(self) -> float:
        """How long to wait before the next try, in real time."""
        if self._tries_count == 0:
            return 0.0
        return min(PAUSE_S_MAX, PAUSE_S_MIN * 2.0 ** (self._tries_count - 1))

    def passed(self, facts_count: int) -> None:
        """Note that so many were told."""
        self._suspects_count = max(0, self._suspects_count - facts_count)
        self._tries_count = 0

    def is_to_be_put_aside(self, *, at_s: float, is_unknown: bool) -> bool:
        """Note that what was tried has failed; return whether it was one fact, for the last time.

        If so, it counts as put aside. `at_s` is of a monotonic clock; `is_unknown`: it could not
        even be read.
        """
        self._suspects_count = self.limit_count
        if self._suspects_count > 1:
            return False
        if self._tries_count == 0:
            self._alone_since_s = at_s
        self._tries_count += 1
        patience_s = max(self._unknown_s if is_unknown else 0.0, self._brake_s(at_s))
        if self._tries_count < TRIES_COUNT_MAX or at_s < self._alone_since_s + patience_s:
            return False
        self._suspects_count = self._tries_count = 0
        self._aside_at_s.append(at_s)
        return True

    def _brake_s(self, at_s: float) -> float:
        count = sum(at_s < one_s + WINDOW_S for one_s in self._aside_at_s)
        return 0.0 if count < FREELY_COUNT else min(BRAKE_S_MAX, 2.0 ** (count - FREELY_COUNT))
