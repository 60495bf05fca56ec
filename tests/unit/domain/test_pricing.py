"""What a courier gets of a fee: to the cent, whatever floats make of it."""

from fractions import Fraction

import pytest

from service.domain.policy import Policy
from service.domain.pricing import pay_cents


@pytest.mark.parametrize("percent", range(101))
def test_a_share_is_never_a_cent_short(percent):
    policy = Policy(pay_share=float(f"{percent / 100:.2f}"))
    for fee_cents in (*range(1_000), 99_990, 100_000):
        assert pay_cents(policy, fee_cents=fee_cents) == Fraction(percent * fee_cents, 100) // 1
