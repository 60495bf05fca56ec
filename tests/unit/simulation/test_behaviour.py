"""Answers to offers."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.simulation.behaviour import Answer, Temper, acceptance_probability, draw_temper, reply

CALM = Temper(
    willingness=1.0, deadhead_m_per_doubt=1_000.0, pay_cents_per_wish=500.0, ignored_share=0.1
)
DEADHEADS_M = st.floats(0.0, 50_000.0)
PAYS_CENTS = st.integers(0, 20_000)


@given(near_m=DEADHEADS_M, further_m=DEADHEADS_M, pay_cents=PAYS_CENTS)
def test_further_is_never_likelier(near_m: float, further_m: float, pay_cents: int) -> None:
    chance = acceptance_probability(CALM, deadhead_m=near_m, pay_cents=pay_cents)
    assert 0.0 <= chance <= 1.0
    longer_m = near_m + further_m
    assert acceptance_probability(CALM, deadhead_m=longer_m, pay_cents=pay_cents) <= chance


@given(deadhead_m=DEADHEADS_M, pay_cents=PAYS_CENTS, more_cents=PAYS_CENTS)
def test_more_pay_is_never_less_likely(deadhead_m: float, pay_cents: int, more_cents: int) -> None:
    chance = acceptance_probability(CALM, deadhead_m=deadhead_m, pay_cents=pay_cents)
    better_cents = pay_cents + more_cents
    better = acceptance_probability(CALM, deadhead_m=deadhead_m, pay_cents=better_cents)
    assert better >= chance


def test_doubt_and_wish_in_balance_are_a_coin() -> None:
    assert acceptance_probability(CALM, deadhead_m=2_000.0, pay_cents=500) == pytest.approx(0.5)


def test_answers_come_in_their_shares_after_one_to_eight_seconds() -> None:
    rng = np.random.default_rng(2)
    replies = [reply(CALM, deadhead_m=2_000.0, pay_cents=500, rng=rng) for _ in range(4_000)]
    counts = Counter(r.answer for r in replies)
    assert counts[Answer.IGNORE] == pytest.approx(400, abs=100)
    assert counts[Answer.ACCEPT] == pytest.approx(1_800, abs=160)
    thinking_s = [r.thinking_s for r in replies]
    assert (min(thinking_s), max(thinking_s)) == (1.0, 8.0)
    assert np.median(thinking_s) == pytest.approx(2.5, abs=0.2)


def test_an_answer_does_not_depend_on_the_offers_before_it() -> None:
    one, other = np.random.default_rng(2), np.random.default_rng(2)
    reply(CALM, deadhead_m=0.0, pay_cents=900, rng=one)
    reply(CALM, deadhead_m=90_000.0, pay_cents=0, rng=other)
    last = [reply(CALM, deadhead_m=500.0, pay_cents=500, rng=rng) for rng in (one, other)]
    assert last[0] == last[1]


def test_most_couriers_take_a_near_and_paid_job_and_few_a_far_one() -> None:
    tempers = [draw_temper(np.random.default_rng(seed)) for seed in range(100)]
    near = [acceptance_probability(t, deadhead_m=500.0, pay_cents=500) for t in tempers]
    far = [acceptance_probability(t, deadhead_m=12_000.0, pay_cents=300) for t in tempers]
    assert np.mean(near) > 0.8
    assert np.mean(far) < 0.1
