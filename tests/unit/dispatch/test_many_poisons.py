"""Dozens of poison jobs at once: the good ones among them get their offers within a few ticks."""

import random

import pytest
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.decide import decide
from service.dispatch.faults import decide_without_faults
from service.dispatch.quarantine import FAILURES_COUNT_MAX, Quarantine
from service.dispatch.travel import StraightLine
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen
from tests.unit.domain.makers import GRABEN, make_market

GOOD_COUNT, POISON_COUNT = 200, 40
TICKS_COUNT_MAX = 5
MARKET = make_market()


def place(number):
    """A place of one's own in a grid of 500 m: north in m, east in degrees."""
    return 500.0 * (number % 16), 0.0068 * (number // 16)


def job_at(number, **changes):
    north_m, east_deg = place(number)
    at = {
        "pickup_lat_deg": GRABEN.lat_deg + north_m / 111_195.0,
        "pickup_lng_deg": GRABEN.lng_deg + east_deg,
        "dropoff_lat_deg": GRABEN.lat_deg + (north_m + 800.0) / 111_195.0,
        "dropoff_lng_deg": GRABEN.lng_deg + east_deg,
    }
    return make_open_job(number, **at, **changes)


def courier_at(number):
    north_m, east_deg = place(number)
    return make_seen(number, north_m=north_m + 50.0, east_deg=east_deg)


async def decide_briefly(gathered):
    travel = StraightLine(MARKET.policy)
    return await decide(
        gathered, MARKET, travel=travel, tick_s=15.0, left_out=(), improve_s_max=0.0
    )


@pytest.fixture
def numbers():
    """The numbers of the poison jobs, anywhere among the others."""
    everybody = range(1, GOOD_COUNT + POISON_COUNT + 1)
    return frozenset(random.Random(5).sample(everybody, POISON_COUNT))


async def test_good_jobs_among_dozens_of_poison_ones_get_offers_within_a_few_ticks(numbers):
    everybody = range(1, GOOD_COUNT + POISON_COUNT + 1)
    open_jobs = {
        job.job_id: job
        for number in everybody
        for job in [job_at(number, **({"dropoff_service_s": -1} if number in numbers else {}))]
    }
    poison_ids = {job_at(number).job_id for number in numbers}
    free = {seen.entry.courier_id: seen for seen in map(courier_at, everybody)}
    faults, offered_counts = Quarantine(), []
    for _ in range(TICKS_COUNT_MAX):
        gathered = make_gathered(open_jobs.values(), free.values())
        rest, decided = await decide_without_faults(
            gathered, decide_briefly, trial=decide_briefly, faults=faults
        )
        assert not poison_ids & {job.job_id for job in rest.jobs}
        for proposal in decided.proposals:
            del free[proposal.courier_id]
            for job in proposal.jobs:
                del open_jobs[job.job_id]
        offered_counts.append(sum(len(proposal.jobs) for proposal in decided.proposals))
    assert offered_counts[0] > 0  # those that were cleared are matched in the first tick already
    assert open_jobs.keys() == poison_ids, offered_counts


async def test_in_the_end_all_of_them_are_left_out_and_cost_nothing(numbers):
    jobs = [job_at(n, **({"dropoff_service_s": -1} if n in numbers else {})) for n in range(1, 61)]
    poisons = {(None, job.job_id) for job in jobs if job.dropoff_service_s < 0}
    gathered, faults = make_gathered(jobs), Quarantine()
    for _ in range(FAILURES_COUNT_MAX):
        await decide_without_faults(gathered, decide_briefly, trial=decide_briefly, faults=faults)
    assert faults.left_out(at_s=monotonic_s()) == poisons
    rest, _ = await decide_without_faults(
        replace(gathered), decide_briefly, trial=None, faults=faults
    )
    assert len(rest.jobs) == 60 - len(poisons)
