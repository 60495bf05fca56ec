"""Jobs are posted by their merchants, and all of them are answered before it is over."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from service.clock import Anchor, Clock, monotonic_s, real_now
from service.domain.ids import CourierId
from service.simulation.run.crew import open_crew
from service.simulation.run.posting import POSTS_COUNT_MAX, Errand, post_all
from service.wire.rest import PlaceBody, PostJobBody

PLACE = PlaceBody(lat_deg=48.2, lng_deg=16.4, address="Graben 1")
CLOCK = Clock(Anchor(at_s=monotonic_s(), market_at=real_now(), time_scale=1.0))


class Merchant:
    """Takes a moment to post, and notes what it was asked for."""

    def __init__(self) -> None:
        self.references: list[str | None] = []
        self.under_way_count = 0
        self.under_way_count_most = 0

    async def post(
        self,
        body: PostJobBody,
        *,
        idle_couriers_for: Callable[[object], frozenset[CourierId]],  # noqa: ARG002  # as the client
    ) -> None:
        self.under_way_count += 1
        self.under_way_count_most = max(self.under_way_count_most, self.under_way_count)
        await asyncio.sleep(0)
        self.under_way_count -= 1
        self.references.append(body.reference)


def make_errand(number: int) -> Errand:
    return Errand(
        at=CLOCK.now() - timedelta(seconds=60.0),
        merchant_index=number % 2,
        body=PostJobBody(pickup=PLACE, dropoff=PLACE, reference=str(number)),
    )


async def test_every_job_is_posted_by_its_merchant_and_not_too_many_at_once() -> None:
    merchants = [Merchant(), Merchant()]
    async with open_crew() as crew:
        await post_all(
            map(make_errand, range(3 * POSTS_COUNT_MAX)),
            merchants,
            clock=CLOCK,
            idle_couriers_for=lambda _: frozenset(),
            crew=crew,
        )
    even, odd = merchants
    assert set(even.references) == {str(k) for k in range(0, 3 * POSTS_COUNT_MAX, 2)}
    assert len(odd.references) == len(even.references)
    assert even.under_way_count_most + odd.under_way_count_most <= POSTS_COUNT_MAX
