"""Nobody is offered more jobs than the courier wants at once, nor than the market allows."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.dispatch.offering import Locked, is_free
from service.domain.load import Load
from service.domain.policy import Policy
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen
from tests.unit.domain.makers import NOW, make_courier, make_job, make_market

COUNTS = st.integers(0, 5)


def policy_of(jobs_count_max):
    return replace(Policy(), live_jobs_count_max=jobs_count_max)


@settings(deadline=None)
@given(jobs_count=st.integers(1, 5), wanted=COUNTS, in_hand=COUNTS, allowed=st.integers(1, 5))
def test_no_proposal_takes_a_courier_above_what_is_wanted(jobs_count, wanted, in_hand, allowed):
    seen = make_seen(1, capacity=Load(16_000, 60, wanted), live_jobs_count=in_hand)
    jobs = [make_open_job(number) for number in range(1, jobs_count + 1)]
    decided = decide_on(jobs, [seen], market=make_market(policy=policy_of(allowed)))
    room_count = min(wanted, allowed) - in_hand
    assert all(len(proposal.jobs) <= room_count for proposal in decided.proposals)
    assert bool(decided.proposals) == (room_count > 0)


@settings(deadline=None)
@given(jobs_count=st.integers(1, 3), wanted=COUNTS, in_hand=COUNTS, allowed=st.integers(1, 5))
def test_no_offer_does_either_if_the_courier_wants_fewer_meanwhile(
    jobs_count, wanted, in_hand, allowed
):
    jobs = [make_open_job(number) for number in range(1, jobs_count + 1)]
    (proposal,) = decide_on(jobs, [make_seen(1)]).proposals
    courier = make_courier(live_jobs_count=in_hand, capacity_jobs_count=wanted)
    locked = Locked(
        jobs={job.id: job for job in map(make_job, range(1, jobs_count + 1))},
        couriers={courier.id: courier},
        answering=frozenset(),
        now=NOW,
    )
    is_room = in_hand + len(proposal.jobs) <= min(wanted, allowed)
    assert is_free(proposal, locked, policy_of(allowed)) == is_room
