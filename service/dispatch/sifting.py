"""Which of many items a decision does not fail with, found in few trials, which are counted."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from service.dispatch.decide import Decided
from service.dispatch.rows import Gathered, OpenJob, SeenCourier
from service.domain.errors import UnavailableError

Decide = Callable[[Gathered], Awaitable[Decided]]
T = TypeVar("T")


class TrialsOverError(Exception):
    """There were as many trials as a tick may have."""


class Trials:
    """Tries a decision on some of what was gathered, without hints; `left_count` times at most."""

    def __init__(self, gathered: Gathered, decide: Decide, *, count_max: int) -> None:
        self._gathered, self._decide = gathered, decide
        self.left_count = count_max

    async def fail(self, jobs: Sequence[OpenJob], couriers: Sequence[SeenCourier]) -> bool:
        """Return whether the decision fails on these.

        Raises:
            TrialsOverError: there may be no more trials.
            UnavailableError: a server is away, whoever is there.
        """
        if self.left_count <= 0:
            raise TrialsOverError
        self.left_count -= 1
        try:
            await self._decide(
                replace(self._gathered, jobs=tuple(jobs), couriers=tuple(couriers), demand=())
            )
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001  # which it is, the decision itself has said
            return True
        return False


Fail = Callable[[Sequence[T]], Awaitable[bool]]
IsToBlame = Callable[[Sequence[T], T], Awaitable[bool]]


async def sift(
    items: Sequence[T], fail: Fail[T], *, is_to_blame: IsToBlame[T], group_count: int
) -> list[T]:
    """Return items which the decision does not fail with, all together; in order.

    First so many are tried at once, and later groups are as large as the items between two that
    failed (Hwang 1972, "A method for detecting all defective members in a population by group
    testing", with the number of defectives learned on the way). Each that fails with the good ones
    before it is shown to `is_to_blame`, with those; it is tried again if it is not. Those which no
    trial was left for are not among the returned.

    Raises:
        UnavailableError: as `fail` and `is_to_blame`.
    """
    good: list[T] = []
    rest, tried_count, found_count = list(items), 0, 0

    async def fail_with_good(some: Sequence[T]) -> bool:
        return await fail([*good, *some])

    try:
        while rest:
            group = rest[:group_count]
            if not await fail_with_good(group):
                good += group
                rest = rest[len(group) :]
                tried_count += len(group)
                group_count *= 2
                continue
            place = await first_with(group, fail_with_good)
            good += group[:place]
            rest = rest[place:]
            if await is_to_blame(good, rest[0]):
                rest = rest[1:]
                tried_count += place + 1
                found_count += 1
                group_count = max(1, tried_count // found_count)
    except TrialsOverError:
        pass  # of the rest nothing is known
    return good


async def first_with(items: Sequence[T], fail: Fail[T]) -> int:
    """Return the place of the item with which the items so far begin to fail; all of them do."""
    passing_count, failing_count = 0, len(items)
    while failing_count - passing_count > 1:
        middle_count = (passing_count + failing_count) // 2
        if await fail(items[:middle_count]):
            failing_count = middle_count
        else:
            passing_count = middle_count
    return failing_count - 1
