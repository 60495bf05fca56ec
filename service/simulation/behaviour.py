"""How a courier answers an offer, drawn from the courier's own random numbers."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

_THINKING_S = (1.0, 8.0)
_THINKING_MEDIAN_S = 2.5
_THINKING_SPREAD = 0.6  # sigma of the logarithm


class Answer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    IGNORE = "ignore"  # says nothing, and lets the offer run out


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """What a courier likes; see `acceptance_probability`."""

    willingness: float  # logit of accepting a job next door for no pay at all
    deadhead_m_per_doubt: float  # empty metres that lower the logit by one
    pay_cents_per_wish: float  # pay that raises the logit by one
    ignored_share: float  # of offers that are never looked at


@dataclass(frozen=True, slots=True)
class Reply:
    answer: Answer
    thinking_s: float


def draw_temper(rng: np.random.Generator) -> Temper:
    """Return a temper; most couriers accept most offers that are near."""
    return Temper(
        willingness=float(rng.normal(1.2, 0.5)),
        deadhead_m_per_doubt=float(rng.uniform(900.0, 2_000.0)),
        pay_cents_per_wish=float(rng.uniform(300.0, 600.0)),
        ignored_share=float(rng.uniform(0.0, 0.06)),
    )


def acceptance_probability(temper: Temper, *, deadhead_m: float, pay_cents: int) -> float:
    """Return how likely an offer that is looked at is accepted: a logit in deadhead and pay."""
    logit = (
        temper.willingness
        - deadhead_m / temper.deadhead_m_per_doubt
        + pay_cents / temper.pay_cents_per_wish
    )
    return 0.5 * (1.0 + math.tanh(logit / 2.0))  # the logistic function, which cannot overflow


def reply(temper: Temper, *, deadhead_m: float, pay_cents: int, rng: np.random.Generator) -> Reply:
    """Return the answer to one offer, after 1 to 8 s of thought.

    Three numbers are drawn whatever the answer, so that a courier's later answers do not depend
    on what it was offered before.
    """
    ignoring, accepting = rng.random(2)
    thought_s = _THINKING_MEDIAN_S * math.exp(_THINKING_SPREAD * float(rng.normal()))
    thinking_s = min(max(thought_s, _THINKING_S[0]), _THINKING_S[1])
    if ignoring < temper.ignored_share:
        return Reply(Answer.IGNORE, thinking_s)
    chance = acceptance_probability(temper, deadhead_m=deadhead_m, pay_cents=pay_cents)
    return Reply(Answer.ACCEPT if accepting < chance else Answer.DECLINE, thinking_s)
