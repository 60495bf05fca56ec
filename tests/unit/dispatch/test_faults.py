"""A job or a courier with whom the decision fails is found, and left out."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.decide import Decided
from service.dispatch.faults import TRIALS_COUNT_MAX, decide_without_faults
from service.dispatch.quarantine import FAILURES_COUNT_MAX, Quarantine
from service.dispatch.rows import DemandPlace, Gathered
from service.domain.errors import UnavailableError
from tests.unit.dispatch.makers import make_open_job, make_seen
from tests.unit.domain.makers import NOW

JOBS = tuple(make_open_job(number) for number in range(1, 8))
COURIERS = tuple(make_seen(number) for number in range(1, 6))
GATHERED = Gathered(now=NOW, jobs=JOBS, couriers=COURIERS)


def job(number):
    return None, UUID(int=1_000 * number)


def courier(number):
    return UUID(int=number), None


def there(gathered):
    """Return who is there, as faults are called."""
    return {(None, one.job_id) for one in gathered.jobs} | {
        (one.entry.courier_id, None) for one in gathered.couriers
    }


def failing(*poisons, tried=None):
    """Return a decision that fails when all of any of these sets are there."""

    async def decide(gathered):
        if tried is not None:
            tried.append(gathered)
        if any(poison <= there(gathered) for poison in poisons):
            raise ValueError("poison")
        return Decided()

    return decide


async def found_in(gathered, decide):
    """Return with whom the decision fails, as one tick finds it."""
    rest, _ = await decide_without_faults(gathered, decide, trial=decide, faults=Quarantine())
    return there(gathered) - there(rest)


@pytest.mark.parametrize("number", [1, 4, 7])
async def test_a_job_that_fails_by_itself_is_found(number):
    assert await found_in(GATHERED, failing({job(number)})) == {job(number)}


@pytest.mark.parametrize("number", [1, 3, 5])
async def test_a_courier_who_fails_without_jobs_is_found(number):
    assert await found_in(GATHERED, failing({courier(number)})) == {courier(number)}


async def test_a_courier_who_fails_with_any_job_is_found():
    decide = failing(*({courier(3), job(number)} for number in range(1, 8)))
    assert await found_in(GATHERED, decide) == {courier(3)}


async def test_a_job_that_fails_with_any_courier_is_found():
    decide = failing(*({courier(number), job(5)} for number in range(1, 6)))
    assert await found_in(GATHERED, decide) == {job(5)}


async def test_jobs_that_fail_with_any_courier_are_no_couriers_fault():
    poisons = [{courier(c), job(j)} for c in range(1, 6) for j in (1, 2, 4, 6)]
    assert await found_in(GATHERED, failing(*poisons)) == {job(1), job(2), job(4), job(6)}


async def test_one_of_two_jobs_that_fail_together_is_found():
    assert await found_in(GATHERED, failing({job(2), job(6)})) == {job(6)}


async def test_what_fails_with_nobody_is_nobodys_fault():
    decide = failing(set())
    with pytest.raises(ValueError, match="poison"):
        await found_in(GATHERED, decide)


async def test_few_trials_are_needed():
    jobs = tuple(make_open_job(number) for number in range(1, 5_001))
    tried = []
    decide = failing({job(4_321), courier(2)}, tried=tried)
    assert await found_in(replace(GATHERED, jobs=jobs), decide) == {job(4_321)}
    assert len(tried) <= 28


async def test_no_tick_has_more_trials_than_it_may():
    tried = []
    decide = failing(*({job(number), courier(2)} for number in range(1, 400, 3)), tried=tried)
    jobs = tuple(make_open_job(number) for number in range(1, 401))
    await found_in(replace(GATHERED, jobs=jobs), decide)
    assert len(tried) <= TRIALS_COUNT_MAX + 2  # one before, and one with whom it is sound


async def test_what_only_the_long_decision_fails_with_is_decided_in_short():
    async def long(_):
        raise ValueError("too clever")

    faults = Quarantine()
    short = failing()
    rest, decided = await decide_without_faults(GATHERED, long, trial=short, faults=faults)
    assert (rest, decided) == (GATHERED, Decided())


async def test_the_others_are_decided_on_without_the_faults():
    faults, decide = Quarantine(), failing({job(2)}, {courier(4)})
    rest, _ = await decide_without_faults(GATHERED, decide, trial=decide, faults=faults)
    assert there(rest) == there(GATHERED) - {job(2), courier(4)}


async def test_who_was_found_three_times_is_left_out_from_then_on_and_told_of_once():
    faults, tried = Quarantine(), []
    decide = failing({job(2)}, tried=tried)
    for _ in range(FAILURES_COUNT_MAX):
        assert faults.take_news(count_max=10) == []
        await decide_without_faults(GATHERED, decide, trial=decide, faults=faults)
    assert faults.left_out(at_s=monotonic_s()) == {job(2)}
    assert faults.take_news(count_max=10) == [job(2)]
    tried.clear()
    await decide_without_faults(GATHERED, decide, trial=decide, faults=faults)
    assert (len(tried), faults.take_news(count_max=10)) == (1, [])


async def test_hints_that_fail_are_not_given():
    async def decide(gathered):
        if gathered.demand:
            raise ValueError("poison")
        return Decided()

    place = DemandPlace(lat_deg=48.2, lng_deg=16.4, jobs_per_h=1.0)
    gathered = replace(GATHERED, demand=(place,))
    rest, _ = await decide_without_faults(gathered, decide, trial=decide, faults=Quarantine())
    assert rest == GATHERED


@pytest.mark.parametrize("error", [ValueError("ours"), UnavailableError("away")])
async def test_what_fails_with_anybody_blames_nobody(error):
    async def decide(_):
        raise error

    faults = Quarantine()
    with pytest.raises(type(error)):
        await decide_without_faults(GATHERED, decide, trial=decide, faults=faults)
    assert faults.take_news(count_max=10) == []
