"""What couriers answer to offers, and what the engine believes they will."""

from collections.abc import Sequence

import numpy as np

_PRIOR_SHARE = 0.8  # of offers accepted, where nothing is known yet
_PRIOR_OFFERS_COUNT = 5.0  # so many offers are as good as the prior


class Answers:
    """Couriers who accept each offer with a chance of their own, U(lowest, 1), for the whole day.

    The engine does not know the chances: it goes by the answers so far.
    """

    def __init__(self, couriers_count: int, *, lowest_share: float, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._share = self._rng.uniform(lowest_share, 1.0, couriers_count)
        self._is_certain = lowest_share >= 1.0
        self._offers_count = np.zeros(couriers_count)
        self._accepted_count = np.zeros(couriers_count)

    def ask(self, courier: int) -> bool:
        """Return whether the courier accepts an offer."""
        is_accepted = self._is_certain or bool(self._rng.random() < self._share[courier])
        self._offers_count[courier] += 1.0
        self._accepted_count[courier] += is_accepted
        return is_accepted

    def believed_shares(self, couriers: Sequence[int]) -> list[float]:
        """Return the chance of each courier as its answers so far suggest it."""
        if self._is_certain:
            return [1.0] * len(couriers)
        offers = self._offers_count[list(couriers)] + _PRIOR_OFFERS_COUNT
        accepted = self._accepted_count[list(couriers)] + _PRIOR_SHARE * _PRIOR_OFFERS_COUNT
        return [float(share) for share in accepted / offers]
