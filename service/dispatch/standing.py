"""How couriers stand: how likely they accept, and how their pay compares with that of the others.

Both are drawn towards what is usual in the market, the more the less is known of a courier.
"""

from collections.abc import Iterable, Sequence

from service.dispatch.arrays import ACCEPTANCE_SHARE, EARNINGS_SHARE
from service.dispatch.rows import Standing
from service.domain.ids import CourierId
from service.store.standings import Answers, Earnings

PRIOR_ANSWERS_COUNT = 10  # as if so many more were answered like the market answers
PRIOR_MARKET_ANSWERS_COUNT = 100  # and the market's like ACCEPTANCE_SHARE
PRIOR_DUTY_S = 3_600.0  # as if a courier had been so much longer on duty, for the mean pay
EARNINGS_SHARE_MIN, EARNINGS_SHARE_MAX = 0.25, 4.0


def standings_of(
    answers: Sequence[Answers], earnings: Sequence[Earnings]
) -> dict[CourierId, Standing]:
    """Return the standing of every courier of whom there is an answer or time on duty."""
    acceptance, share = acceptance_shares(answers), earnings_shares(earnings)
    accepts = market_acceptance_share(answers)
    return {
        courier_id: Standing(
            courier_id,
            acceptance.get(courier_id, accepts),
            share.get(courier_id, EARNINGS_SHARE),
        )
        for courier_id in acceptance.keys() | share.keys()
    }


def market_acceptance_share(answers: Iterable[Answers]) -> float:
    """Return how many of a market's answers are acceptances, 0 to 1."""
    counts = [(each.accepted_count, each.answered_count) for each in answers]
    accepted_count = sum(accepted for accepted, _ in counts)
    answered_count = sum(answered for _, answered in counts)
    prior_count = PRIOR_MARKET_ANSWERS_COUNT
    return (accepted_count + prior_count * ACCEPTANCE_SHARE) / (answered_count + prior_count)


def acceptance_shares(answers: Sequence[Answers]) -> dict[CourierId, float]:
    """Return the chance of each courier to accept."""
    prior = market_acceptance_share(answers) * PRIOR_ANSWERS_COUNT
    return {
        each.courier_id: (each.accepted_count + prior) / (each.answered_count + PRIOR_ANSWERS_COUNT)
        for each in answers
    }


def earnings_shares(earnings: Sequence[Earnings]) -> dict[CourierId, float]:
    """Return each courier's pay per second on duty over the mean; none where that is 0."""
    pay_cents = sum(each.pay_cents for each in earnings)
    on_duty_s = sum(each.on_duty_s for each in earnings)
    if pay_cents <= 0 or on_duty_s <= 0.0:
        return {}
    mean = pay_cents / on_duty_s
    return {
        each.courier_id: min(
            EARNINGS_SHARE_MAX,
            max(
                EARNINGS_SHARE_MIN,
                (each.pay_cents / mean + PRIOR_DUTY_S) / (each.on_duty_s + PRIOR_DUTY_S),
            ),
        )
        for each in earnings
    }
