"""Token buckets that all processes share: one round trip takes from many.

They fill by Redis' own clock. One that is set by an hour fills them or empties them once, no more.
"""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from service.domain.rate import Limit, Taken
from service.live import keys
from service.live.batches import in_batches
from service.live.connect import Redis, Word
from service.live.scripts import load_script

_TAKE_TOKENS = load_script("take_tokens")


class Asked(Struct, frozen=True, kw_only=True):
    """So many tokens of a bucket; below 0 they are given back."""

    name: str
    limit: Limit
    count: int


async def take_tokens(redis: Redis, asked: Sequence[Asked]) -> list[Taken]:
    """Take from one bucket after the other; return in order what came of it.

    Raises:
        LiveUnavailableError: nobody knows; tokens may have been taken.
    """
    taken: list[Taken] = []
    for batch in in_batches(asked):
        args: list[Word] = []
        for one in batch:
            args += (one.limit.rate_per_s, one.limit.burst_count, one.count)
        names = [keys.bucket(one.name) for one in batch]
        reply = cast("list[int]", await redis.run(_TAKE_TOKENS, keys=names, args=args))
        taken += [
            Taken(is_allowed=is_there == 1, full_in_s=full_in_us / 1e6)
            for is_there, full_in_us in zip(reply[::2], reply[1::2], strict=True)
        ]
    return taken
