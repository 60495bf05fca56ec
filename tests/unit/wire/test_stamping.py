"""The time that a courier is told is true when it is sent, and never longer than what is left."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain.lifecycle import OfferStatus
from service.domain.offer import acknowledge, shown_s, unseen_until
from service.domain.policy import Policy
from service.wire.stamping import offer_made, stamp_offer
from tests.unit.domain.makers import ANNA, NOW, make_offer

POLICY = Policy()  # 30 s to answer and 1.5 s of grace; unseen offers expire after 15 s
OFFER = make_offer(
    status=OfferStatus.PENDING,
    acknowledged_at=None,
    seen_at=None,
    expires_at=unseen_until(POLICY, now=NOW),
)
MESSAGE = offer_made(OFFER, policy=POLICY, time_scale=1.0)


def stamped_ms(after_s, *, acknowledged_at=None):
    now = NOW + timedelta(seconds=after_s)
    return stamp_offer(
        MESSAGE, now=now, time_scale=1.0, acknowledged_at=acknowledged_at
    ).expires_in_ms


def test_before_the_acknowledgement_the_whole_time_is_shown():
    assert MESSAGE.expires_in_ms == stamped_ms(0.0) == stamped_ms(15.0) == 30_000


def test_unseen_too_long_the_time_runs_out():
    assert stamped_ms(16.0) == 29_000
    assert stamped_ms(45.0) == stamped_ms(1_000.0) == 0


def test_sent_again_after_the_acknowledgement_what_is_left_is_shown():
    seen_at = NOW + timedelta(seconds=3)
    assert stamped_ms(3.0, acknowledged_at=seen_at) == 30_000
    assert stamped_ms(13.0, acknowledged_at=seen_at) == 20_000


def test_milliseconds_are_real_whatever_the_speed_of_market_time():
    message = offer_made(OFFER, policy=POLICY, time_scale=60.0)
    assert message.expires_in_ms == 500
    seen = stamp_offer(
        message, now=NOW + timedelta(seconds=15), time_scale=60.0, acknowledged_at=NOW
    )
    assert seen.expires_in_ms == 250


def test_nothing_else_of_the_message_changes():
    stamped = stamp_offer(MESSAGE, now=NOW + timedelta(seconds=20), time_scale=1.0)
    assert replace(stamped, expires_in_ms=MESSAGE.expires_in_ms) == MESSAGE


@given(st.floats(0.0, 14.9), st.floats(0.0, 100.0))
def test_what_is_shown_is_what_the_rule_says(seen_after_s, sent_after_s):
    seen_at = NOW + timedelta(seconds=seen_after_s)
    now = seen_at + timedelta(seconds=sent_after_s)
    rule_s = shown_s(
        acknowledge(OFFER, by=ANNA, is_shown=True, now=seen_at), policy=POLICY, now=now
    )
    shown_ms = stamp_offer(MESSAGE, now=now, time_scale=1.0, acknowledged_at=seen_at).expires_in_ms
    assert abs(shown_ms - rule_s * 1_000.0) <= 1.0
