"""Transcripts of the courier protocol: a message in, effects out, no event loop."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.domain.ids import OfferId
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import Ack, Done, ReportPosition, Resume
from service.wire.incoming import InvalidMessage
from service.wire.session import (
    MESSAGES_BURST_COUNT_MAX,
    MESSAGES_PER_S_MAX,
    REFUSALS_COUNT_MAX,
    RETRY_MS_MIN,
    Close,
    CourierSession,
    Do,
    Send,
    TokenBucket,
)

OFFER_ID = OfferId(UUID(int=7))


def position(seq):
    return ReportPosition(seq=seq, lat_deg=48.2, lng_deg=16.4, ref=f"p-{seq}")


def resumed():
    session = CourierSession()
    assert session.receive(Resume(), now_s=0.0) == (Do(Resume()),)
    return session


def refusal(effects):
    """Return (code, ref) of the only effect, which is a refusal."""
    (effect,) = effects
    assert isinstance(effect, Send)
    return effect.message.code, effect.message.ref


def test_nothing_is_done_before_resume():
    session = CourierSession()
    ack = Ack(offer_id=OFFER_ID, ref="a")
    assert refusal(session.receive(ack, now_s=0.0)) == ("invalid_state_transition", "a")
    assert not session.is_resumed
    session.receive(Resume(), now_s=0.1)
    assert session.is_resumed
    assert session.receive(ack, now_s=0.2) == (Do(ack),)


def test_a_connection_resumes_once():
    session = resumed()
    code, _ = refusal(session.receive(Resume(ref="r"), now_s=0.1))
    assert code == "invalid_state_transition"


def test_a_replayed_report_is_refused_and_changes_nothing():
    session = resumed()
    assert session.receive(position(7), now_s=0.1) == (Do(position(7)),)
    assert refusal(session.receive(position(7), now_s=0.2)) == ("position_out_of_order", "p-7")
    assert session.receive(position(8), now_s=0.3) == (Do(position(8)),)


@given(st.lists(st.integers(0, 30), max_size=40))
def test_positions_that_pass_are_in_order(seqs):
    session = resumed()
    passed = [
        effect.message.seq
        for number, seq in enumerate(seqs)
        for effect in session.receive(position(seq), now_s=float(number))
        if isinstance(effect, Do)
    ]
    assert passed == sorted(set(passed))
    assert passed[:1] == seqs[:1]


def test_a_wrong_value_is_refused_with_the_reference():
    invalid = InvalidMessage(detail="Expected `float` <= 90", ref="x")
    assert refusal(resumed().receive(invalid, now_s=0.1)) == ("invalid_params", "x")


def test_a_flood_is_warned_once_and_then_closed():
    session = resumed()
    effects = [
        effect
        for seq in range(int(MESSAGES_BURST_COUNT_MAX) + 1)
        for effect in session.receive(position(seq), now_s=0.0)
    ]
    *done, warned, closed = effects
    assert all(isinstance(effect, Do) for effect in done)
    assert len(done) == MESSAGES_BURST_COUNT_MAX - 1  # resume was the first
    assert refusal([warned])[0] == "rate_limited"
    assert closed == Close(CloseCode.TOO_MANY_MESSAGES)


def test_who_slows_down_after_the_warning_may_stay():
    session = resumed()
    for seq in range(int(MESSAGES_BURST_COUNT_MAX)):
        session.receive(position(seq), now_s=0.0)
    assert session.receive(position(1_000), now_s=1.0) == (Do(position(1_000)),)


def test_an_app_that_is_only_ever_refused_is_closed():
    session = resumed()
    effects = [
        session.receive(position(0), now_s=float(second))[0]
        for second in range(REFUSALS_COUNT_MAX + 2)
    ]
    assert effects[-1] == Close(CloseCode.TOO_MANY_MESSAGES)
    assert Close(CloseCode.TOO_MANY_MESSAGES) not in effects[:-1]


def test_who_is_put_off_comes_back_later_and_later_and_is_never_closed_for_it():
    session, ack, retries_ms = resumed(), Ack(offer_id=OFFER_ID, ref="a"), []
    for _ in range(REFUSALS_COUNT_MAX + 10):
        (effect,) = session.refuse("overloaded", "", ack)
        retries_ms.append(effect.message.retry_in_ms)
    assert retries_ms[:6] == [500, 1_000, 2_000, 4_000, 8_000, 8_000]
    assert set(retries_ms[6:]) == {8_000}
    session.succeed(ack)
    assert session.refuse("lock_contention", "", ack)[0].message.retry_in_ms == RETRY_MS_MIN


def test_what_is_refused_for_good_is_not_to_be_said_again():
    (effect,) = resumed().refuse("offer_expired", "", Ack(offer_id=OFFER_ID, ref="a"))
    assert effect.message.retry_in_ms is None


def test_one_success_forgives_the_refusals_before_it():
    session = resumed()
    for second in range(REFUSALS_COUNT_MAX + 10):
        (effect,) = session.receive(position(0), now_s=float(second))
        assert not isinstance(effect, Close)
        assert session.succeed(ReportPosition(seq=1, lat_deg=48.2, lng_deg=16.4)) == ()


def test_what_bears_a_reference_is_answered_once_it_is_done():
    session = resumed()
    named = Ack(offer_id=OfferId(UUID(int=1)), ref="a1")
    assert session.succeed(named) == (Send(Done(ref="a1")),)


@given(st.lists(st.floats(0.0, 0.2), max_size=200))
def test_a_bucket_never_allows_more_than_its_rate_and_burst(pauses_s):
    bucket = TokenBucket(rate_per_s=MESSAGES_PER_S_MAX, burst_count=5.0)
    now_s, allowed_count = 0.0, 0
    for pause_s in pauses_s:
        now_s += pause_s
        allowed_count += bucket.take(now_s=now_s)
    assert allowed_count <= 5.0 + MESSAGES_PER_S_MAX * now_s + 1e-6
