"""What holds of a marketplace at any time, and that it is as the oracle says."""

from service.domain.facts import owner_of_courier, owner_of_market, owner_of_merchant
from service.domain.ledger import balances_of
from tests.simulation.oracle import ENDS
from tests.unit.domain.makers import MERCHANT

_NAMES = {"merchant": owner_of_merchant(MERCHANT), "market": owner_of_market("vienna")}


def check(market):
    """Check everything."""
    the_rows_are_what_the_oracle_says(market)
    a_job_is_under_one_open_offer_at_most_and_has_one_courier_at_most(market)
    money_is_conserved_and_goes_to_whom_it_is_due(market)


def the_rows_are_what_the_oracle_says(market):
    for job_id, known in market.oracle.jobs.items():
        job = market.jobs[job_id]
        assert job.status == known.status
        assert job.attempt == known.attempt
        assert job.last_sequence == market.sequences[job_id]
        if known.status in ENDS:
            assert job.ended_at is not None
        else:
            assert job.ended_at is None
            assert job.courier_id == known.courier
    for courier_id, known in market.oracle.couriers.items():
        courier = market.couriers[courier_id]
        assert courier.status == known.status
        assert market.words_of(courier_id) == known.route
        assert courier.live_jobs_count == len(market.work_of(courier_id).jobs)


def a_job_is_under_one_open_offer_at_most_and_has_one_courier_at_most(market):
    offered = [id_ for offer in market.open_offers.values() for id_ in offer.job_ids]
    assert len({*offered}) == len(offered)
    assert {*offered} == {id_ for id_, job in market.jobs.items() if job.offer_id is not None}
    in_hand = {
        id_: job.courier_id
        for id_, job in market.jobs.items()
        if job.courier_id is not None and not job.has_ended
    }
    assert {id_: courier_id for id_, (courier_id, _) in market.holders.items()} == in_hand


def money_is_conserved_and_goes_to_whom_it_is_due(market):
    balances = balances_of(market.transfers)
    assert sum(balances.values()) == 0
    due = {
        _NAMES.get(who) or owner_of_courier(who): cents
        for who, cents in market.oracle.accounts.items()
        if cents != 0
    }
    assert {who: cents for who, cents in balances.items() if cents != 0} == due
