"""The token bucket, as arithmetic: what is kept of one is how long it takes to be full again.

`live/scripts/take_tokens.lua` is its twin: a test compares the two.
"""

from math import ceil

from msgspec import Struct

_TOLERANCE_S = 1e-6  # a microsecond: Redis keeps no finer instants


class Limit(Struct, frozen=True, kw_only=True):
    """So many in the long run, and so many at once."""

    rate_per_s: float
    burst_count: int

    @property
    def whole_s(self) -> float:
        """How long an empty bucket takes to be full."""
        return self.burst_count / self.rate_per_s


class Taken(Struct, frozen=True, kw_only=True):
    """Whether there were tokens, and in how many seconds the bucket is full now."""

    is_allowed: bool
    full_in_s: float


class Allowance(Struct, frozen=True, kw_only=True):
    """What is left, as it is told to callers."""

    is_allowed: bool
    limit_count: int
    remaining_count: int
    reset_s: int  # until the bucket is full
    retry_after_s: int  # until as many are left as were asked for; 0: they were there


def take(full_in_s: float, limit: Limit, *, count: int) -> Taken:
    """Take tokens from a bucket, if it has them.

    Args:
        full_in_s: when it was to be full, in seconds from now; 0: it is.
        limit: of the bucket.
        count: below 0 to give tokens back.
    """
    after_s = max(0.0, full_in_s + count / limit.rate_per_s)
    if count > 0 and after_s > limit.whole_s + _TOLERANCE_S:
        return Taken(is_allowed=False, full_in_s=full_in_s)
    return Taken(is_allowed=True, full_in_s=after_s)


def allowance(taken: Taken, limit: Limit, *, count: int = 1) -> Allowance:
    """Return what is left in the bucket, and when there are so many again, if there were not."""
    tokens_count = limit.burst_count - taken.full_in_s * limit.rate_per_s
    lacking_s = taken.full_in_s + max(1, count) / limit.rate_per_s - limit.whole_s
    return Allowance(
        is_allowed=taken.is_allowed,
        limit_count=limit.burst_count,
        remaining_count=max(0, int(tokens_count + _TOLERANCE_S * limit.rate_per_s)),
        reset_s=ceil(taken.full_in_s),
        retry_after_s=0 if taken.is_allowed else max(1, ceil(lacking_s)),
    )


def halved(limit: Limit) -> Limit:
    """Return the limit for who counts alone, and does not know what others let pass."""
    return Limit(rate_per_s=limit.rate_per_s / 2.0, burst_count=max(1, limit.burst_count // 2))
