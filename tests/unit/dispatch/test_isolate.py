"""When all together cannot be written, each part is tried for itself."""

import pytest

from service.clock import monotonic_s
from service.dispatch.commit import Committed
from service.dispatch.isolate import commit_all, pairs_of, parts_of
from service.dispatch.quarantine import FAILURES_COUNT_MAX, Quarantine
from service.domain.errors import LockContentionError, UnavailableError
from service.store.leadership import LostLeaseError
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, BEN, GRABEN, NOW

FAR = {"pickup_lng_deg": GRABEN.lng_deg + 0.02}


def decided():
    """Return two proposals, for Anna and for Ben."""
    jobs = [make_open_job(1), make_open_job(2, **FAR)]
    found = decide_on(jobs, [make_seen(1), make_seen(2, east_deg=0.02)])
    assert [proposal.courier_id for proposal in found.proposals] == [ANNA, BEN]
    return found


def writer(error, *, poison):
    """Return a way to write that fails on whatever is for the poison courier."""

    async def write(part):
        if any(proposal.courier_id == poison for proposal in part.proposals):
            raise error
        return Committed(tick_id=1, offers_count=len(part.proposals))

    return write


async def test_all_is_written_at_once_when_it_can_be():
    committed = await commit_all(
        writer(ValueError(), poison=None), decided(), quarantine=Quarantine()
    )
    assert committed.offers_count == 2


async def test_a_poison_part_stops_no_other_and_is_noted():
    error = ValueError("poison")
    quarantine, found = Quarantine(), decided()
    for _ in range(FAILURES_COUNT_MAX):
        committed = await commit_all(writer(error, poison=ANNA), found, quarantine=quarantine)
        assert committed == Committed(tick_id=1, offers_count=1)
    assert quarantine.left_out(at_s=monotonic_s()) == {(ANNA, make_open_job(1).job_id)}


async def test_rows_that_others_hold_are_nobodys_fault():
    quarantine, found = Quarantine(), decided()
    for _ in range(FAILURES_COUNT_MAX):
        error = LockContentionError("held")
        committed = await commit_all(writer(error, poison=ANNA), found, quarantine=quarantine)
    assert committed.offers_count > 0
    assert quarantine.left_out(at_s=monotonic_s()) == frozenset()


@pytest.mark.parametrize("error", [LostLeaseError("lease"), UnavailableError("away")])
async def test_when_nothing_can_be_written_nobody_is_blamed(error):
    quarantine = Quarantine()
    with pytest.raises(type(error)):
        await commit_all(writer(error, poison=BEN), decided(), quarantine=quarantine)
    assert quarantine.left_out(at_s=monotonic_s()) == frozenset()


def test_the_parts_are_each_proposal_and_the_news_of_each_job():
    lonely = decide_on([make_open_job(number, opened_at=NOW.replace(hour=11)) for number in (3, 4)])
    parts = [*parts_of(decided()), *parts_of(lonely)]
    assert [pairs_of(part) for part in parts] == [
        [(ANNA, make_open_job(1).job_id)],
        [(BEN, make_open_job(2).job_id)],
        [(None, make_open_job(3).job_id)],
        [(None, make_open_job(4).job_id)],
    ]
