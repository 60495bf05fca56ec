"""PURE. How much hostility there is, and how it is shared among the ways in."""

from collections.abc import Mapping

from msgspec import Struct

WARM_SHARE = 0.1  # of as much again comes first: what is held after it is held against the rest
WARM_COUNT_MIN, WARM_COUNT_MAX = 300, 4_000
# By what one input costs the service, and how much there is to find.
SHARES: Mapping[str, float] = {
    "web": 0.6,
    "wire": 0.1,
    "frames": 0.22,
    "handshakes": 0.03,
    "intruders": 0.02,
    "hooks": 0.01,
    "urls": 0.01,
    "names": 0.01,
}


class Plan(Struct, frozen=True, kw_only=True):
    """`count` inputs, drawn from the seed."""

    count: int
    seed: int

    @property
    def shares(self) -> dict[str, int]:
        """Return how many inputs of each way there are, at least one; together `count` or more."""
        return {way: -(-int(1_000 * share) * self.count // 1_000) for way, share in SHARES.items()}

    @property
    def warm(self) -> "Plan":
        """Return what comes first, and is not counted."""
        count = min(WARM_COUNT_MAX, max(WARM_COUNT_MIN, int(WARM_SHARE * self.count)))
        return Plan(count=count, seed=-1 - self.seed)
