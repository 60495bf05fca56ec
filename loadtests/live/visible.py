"""How long reports take to be seen: by a reader of the index, or as a server's count of them.

Both look every few milliseconds, and count a report as seen when the answer has come back: what is
measured is never less than what was.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

from loadtests.live.peer import now_s
from loadtests.live.people import MARKET_ID
from loadtests.live.tallies import Marked
from service.domain.ids import CourierId
from service.live.connect import Redis
from service.live.positions import read_fixes

LOOK_S = 0.005
NEVER_S = float("inf")  # how long a report took that was never seen


class Seen(NamedTuple):
    """A courier's fix as it was first seen in the index."""

    row: int
    at_s: float
    lat_e6: int
    lng_e6: int


@asynccontextmanager
async def watching_index(
    redis: Redis, couriers: Sequence[tuple[int, UUID]]
) -> AsyncGenerator[list[Seen]]:
    """Look at the fixes of these couriers, by row and id, while the block runs."""
    seen = list[Seen]()
    row_of = {courier_id: row for row, courier_id in couriers}
    ids = [CourierId(courier_id) for courier_id in row_of]
    known = dict[UUID, tuple[int, int]]()

    async def look() -> None:
        fixes = await read_fixes(redis, MARKET_ID, ids)
        at_s = now_s()
        for courier_id, fix in fixes.items():
            place = round(fix.lat_deg * 1e6), round(fix.lng_deg * 1e6)
            if known.get(courier_id) != place:
                known[courier_id] = place
                seen.append(Seen(row_of[courier_id], at_s, *place))

    async with _again_and_again(look):
        yield seen


@asynccontextmanager
async def watching_count(read: Callable[[], int]) -> AsyncGenerator[list[tuple[float, int]]]:
    """Look at a server's count of reports while the block runs."""
    counts = list[tuple[float, int]]()

    async def look() -> None:
        counts.append((now_s(), read()))

    async with _again_and_again(look):
        yield counts


@asynccontextmanager
async def _again_and_again(look: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    async def repeat() -> None:
        while True:
            await look()
            await asyncio.sleep(LOOK_S)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(repeat())
        yield
        task.cancel()


def delays_s(marked: Sequence[Marked], seen: Sequence[Seen]) -> list[float]:
    """Return how long each report took until it, or a newer one of the courier, was seen.

    What was never seen took for ever: `NEVER_S`.
    """
    sent_of = dict[int, list[Marked]]()
    for report in marked:
        sent_of.setdefault(report.row, []).append(report)
    delays = list[float]()
    next_of = dict.fromkeys(sent_of, 0)  # the first report of each courier that is not seen yet
    for sight in seen:
        sent, first = sent_of.get(sight.row, []), next_of.get(sight.row, 0)
        for place in range(first, len(sent)):
            if (sent[place].lat_e6, sent[place].lng_e6) == (sight.lat_e6, sight.lng_e6):
                delays += [sight.at_s - report.at_s for report in sent[first : place + 1]]
                next_of[sight.row] = place + 1
                break
    unseen_count = sum(len(sent) - next_of[row] for row, sent in sent_of.items())
    return delays + unseen_count * [NEVER_S]


def lags_s(
    slots: Sequence[tuple[float, int]], counts: Sequence[tuple[float, int]], *, counted_before: int
) -> list[float]:
    """Return, for each slot of reports sent, how long it took until the server had counted them.

    Args:
        slots: instants, and how many had been sent by then.
        counts: instants, and the server's count.
        counted_before: the server's count before the first was sent.
    """
    lags, place = list[float](), 0
    for sent_at_s, sent_count in slots:
        while place < len(counts) and counts[place][1] - counted_before < sent_count:
            place += 1
        seen_at_s = counts[place][0] if place < len(counts) else NEVER_S
        lags.append(max(0.0, seen_at_s - sent_at_s))
    return lags
