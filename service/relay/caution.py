"""PURE. How many facts to try together after a batch has failed, until one to blame is alone."""

TRIES_COUNT_MAX = 3  # of a fact by itself
PAUSE_S_MIN = 0.1  # before the second try; what ails it may pass
PAUSE_S_MAX = 5.0


class Caution:
    """Halves what has failed: the fact to blame is found in as many tries as its count has bits.

    Facts put aside one right after the other are put aside ever more slowly: then it is rather this
    release that is to blame, and what waits is not lost.
    """

    def __init__(self, batch_count_max: int) -> None:
        self._batch_count_max = batch_count_max
        self._suspects_count = 0  # among so many next facts is one to blame; 0: none is suspected
        self._tries_count = 0  # of the next fact by itself
        self._put_aside_count = 0  # one after the other

    @property
    def limit_count(self) -> int:
        """How many facts to try next."""
        if self._suspects_count == 0:
            return self._batch_count_max
        return max(1, self._suspects_count // 2)

    @property
    def pause_s(self) -> float:
        """How long to wait before the next try, in real time."""
        if self._tries_count == 0 and self._put_aside_count == 0:
            return 0.0
        return min(PAUSE_S_MAX, PAUSE_S_MIN * 2.0**self._put_aside_count)

    def passed(self, facts_count: int) -> None:
        """Note that so many were told."""
        self._suspects_count = max(0, self._suspects_count - facts_count)
        self._tries_count = 0
        if facts_count > 0:
            self._put_aside_count = 0

    def is_to_be_put_aside(self) -> bool:
        """Note that what was tried has failed; return whether it was one fact, for the last time.

        If so, it counts as put aside.
        """
        self._suspects_count = self.limit_count
        if self._suspects_count > 1:
            return False
        self._tries_count += 1
        if self._tries_count < TRIES_COUNT_MAX:
            return False
        self._suspects_count = self._tries_count = 0
        self._put_aside_count += 1
        return True
