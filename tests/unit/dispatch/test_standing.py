"""How couriers stand: little is drawn from little."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dispatch.arrays import ACCEPTANCE_SHARE
from service.dispatch.standing import (
    EARNINGS_SHARE_MAX,
    EARNINGS_SHARE_MIN,
    acceptance_shares,
    earnings_shares,
    market_acceptance_share,
    standings_of,
)
from service.store.standings import Answers, Earnings

ANNA, BEN, CLEO = (UUID(int=number) for number in (1, 2, 3))


def answers(courier_id, accepted_count, answered_count):
    return Answers(
        courier_id=courier_id, accepted_count=accepted_count, answered_count=answered_count
    )


def earned(courier_id, pay_cents, hours):
    return Earnings(courier_id=courier_id, pay_cents=pay_cents, on_duty_s=hours * 3_600.0)


def test_without_an_answer_the_market_accepts_as_is_usual():
    assert market_acceptance_share([]) == pytest.approx(ACCEPTANCE_SHARE)


def test_one_refusal_says_little_and_many_say_much():
    market = [answers(CLEO, 900, 1_000)]
    once = acceptance_shares([*market, answers(ANNA, 0, 1)])[ANNA]
    often = acceptance_shares([*market, answers(BEN, 0, 100)])[BEN]
    assert 0.75 < once < 0.9
    assert often < 0.1


def test_who_earns_twice_as_much_an_hour_is_above_the_mean_and_a_newcomer_is_near_it():
    shares = earnings_shares(
        [earned(ANNA, 8_000, 4.0), earned(BEN, 4_000, 4.0), earned(CLEO, 0, 0.1)]
    )
    assert shares[ANNA] > 1.2
    assert shares[BEN] < 1.0
    assert shares[CLEO] == pytest.approx(1.0, abs=0.1)


def test_where_nobody_has_earned_anything_there_is_nothing_to_compare():
    assert earnings_shares([earned(ANNA, 0, 4.0)]) == {}
    (standing,) = standings_of([], [earned(BEN, 10, 1.0)]).values()
    assert standing.acceptance_share == pytest.approx(ACCEPTANCE_SHARE)


people = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 100_000), st.floats(0, 24)),
    max_size=8,
)


@given(people)
def test_every_share_is_within_its_bounds(rows):
    ids = [UUID(int=number) for number in range(len(rows))]
    counts = [answers(id, min(a, b), max(a, b)) for id, (a, b, _, _) in zip(ids, rows, strict=True)]
    sums = [earned(id, pay, hours) for id, (_, _, pay, hours) in zip(ids, rows, strict=True)]
    for standing in standings_of(counts, sums).values():
        assert 0.0 <= standing.acceptance_share <= 1.0
        assert EARNINGS_SHARE_MIN <= standing.earnings_share <= EARNINGS_SHARE_MAX
